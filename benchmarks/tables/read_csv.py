"""Times pandas' read_csv alone, and with text columns coded as categories after it.

Usage: /usr/bin/python3 read_csv.py FILE...   (each file in a process of its own: peak memory is the process')
       /usr/bin/python3 read_csv.py --turns FILE   (read_csv alone once for each line of the standard input, answered with the peak memory in MB)
The first prints the median of 21 readings after 2 that warm up, rows a second, and the peak of the resident memory with and without the first reading.
"""
import resource
import statistics
import subprocess
import sys
import time

import pandas

TIMES = 21


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def coded(path):
    table = pandas.read_csv(path)
    for name in table.columns[table.dtypes == object]:
        table[name] = table[name].astype("category")
    return table


def median(action):
    action(), action()
    seconds = []
    for _ in range(TIMES):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def measure(path):
    before = peak()
    rows = len(pandas.read_csv(path))
    once = peak()
    print(f"{path}: {rows} rows, pandas {pandas.__version__}; peak memory {before:.0f} MB before, {once:.0f} MB after one reading")
    for name, action in (("read_csv", lambda: pandas.read_csv(path)), ("read_csv, categories", lambda: coded(path))):
        seconds = median(action)
        print(f"  {name}: {1000 * seconds:.1f} ms, {rows / seconds:,.0f} rows/s")
    print(f"  peak memory at the end {peak():.0f} MB", flush=True)


if sys.argv[1] == "--turns":
    for _ in sys.stdin:
        pandas.read_csv(sys.argv[2])
        print(f"{peak():.0f}", flush=True)
elif len(sys.argv) == 2:
    measure(sys.argv[1])
else:
    for file in sys.argv[1:]:
        subprocess.run([sys.executable, __file__, file], check=True)
