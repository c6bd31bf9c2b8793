"""Training rows a second of `vae train` on a table against the same net in PyTorch, one thread each, in turns; and the time until a model
is finished.

Usage: speed.py VAE [TABLE.csv] [--epochs 4] [--turns 5] [--cpu 0] [OPTION of train ...]      adult unless told
       speed.py VAE [TABLE.csv] --finished [OPTION of train ...]       one training with the defaults, timed from start to end

Each turn runs `vae train --threads 1` and pytorch_table.py on the processor --cpu (taskset), for as many epochs; the first epoch of both
warms up, the fastest of the others counts. Our seconds are those of metrics.jsonl, without held-out rows. Prints both rates of each
turn, their medians and the median of the ratios. The interpreter is PYTHON or /usr/bin/python3.
"""
import argparse
import os
import re
import resource
import statistics
import subprocess

from command import HERE, Command, say, tables, workplace

parser = argparse.ArgumentParser(usage=__doc__.split("\n")[3])
parser.add_argument("vae")
parser.add_argument("table", nargs="?")
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--turns", type=int, default=5)
parser.add_argument("--cpu", default="0")
parser.add_argument("--finished", action="store_true")
given, options = parser.parse_known_args()
table = given.table or tables("adult.csv")
python = os.environ.get("PYTHON", "/usr/bin/python3")


def ours(run):
    """Rows a second of the fastest epoch after the first."""
    vae = Command(given.vae, prefix=("taskset", "-c", given.cpu))
    vae.train(table, run, "--threads", 1, "--epochs", given.epochs, "--validation-images", 0, "--keep-by", "last", *options)
    with open(table, encoding="utf-8") as lines:
        rows = sum(1 for _ in lines) - 1
    return rows / min(line["seconds"] for line in vae.epochs(run)[1:])


def theirs(run):
    """The same of PyTorch, and the first line that it prints."""
    call = ["taskset", "-c", given.cpu, python, os.path.join(HERE, "pytorch_table.py"), run, table, str(given.epochs), "1"]
    text = subprocess.run(call, check=True, capture_output=True, text=True).stdout
    return max(float(rate) for rate in re.findall(r"rows/s (\d+)", text)[1:]), text.splitlines()[0]


def turns():
    rates = {"ours": [], "PyTorch": []}
    for turn in range(1, given.turns + 1):
        with workplace() as work:
            run = os.path.join(work, "run")
            rates["ours"].append(ours(run))
            rate, first = theirs(run)
        rates["PyTorch"].append(rate)
        if turn == 1:
            say(first)
        say(f"turn {turn}: ours {rates['ours'][-1]:.0f}, PyTorch {rate:.0f} rows/s, ratio {rates['ours'][-1] / rate:.2f}")
    ratios = [mine / other for mine, other in zip(rates["ours"], rates["PyTorch"])]
    say(f"medians: ours {statistics.median(rates['ours']):.0f}, PyTorch {statistics.median(rates['PyTorch']):.0f} rows/s; "
        f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}); of the bests {max(rates['ours']) / max(rates['PyTorch']):.2f}")


def finished():
    vae = Command(given.vae)
    with workplace() as work:
        run = os.path.join(work, "run")
        seconds = vae.train(table, run, *options)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        epochs = vae.epochs(run)
    say(f"{os.path.basename(table)}: finished after {seconds:.1f} s ({usage.ru_utime + usage.ru_stime:.1f} s of processors), {len(epochs)} epochs, "
        f"{sum(line['seconds'] for line in epochs):.1f} s of them in epochs, peak memory {usage.ru_maxrss / 1000:.0f} MB")


if given.finished:
    finished()
else:
    turns()
