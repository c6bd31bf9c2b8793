"""Runs us and PyTorch alternately on the same data and prints the median ratio and that of the bests.

Usage: compare.py [HIDDEN LATENT THREADS ALTERNATIONS]                      training epochs (400 20 2 5 unless told)
       compare.py evaluation RUN [IMAGES SAMPLES THREADS ALTERNATIONS [ROWS [plain]]]
                                   importance samples of a run (100 5000 2 10 unless told; see pytorch_evaluation.py for the last two)

Wants: VAE_MNIST_DIR; `dotnet build -c Release benchmarks`; PyTorch for a python3 (named by PYTHON, else /usr/bin/python3; on
Debian `apt-get install python3-torch libblis4-openmp`). PyTorch is run at the best setting known here: BLIS's OpenMP build preloaded,
one pool of threads (PEER_PRELOAD names another library, or is empty for PyTorch's default), and told to use its AVX-512 kernels where
there are any: BLIS and OpenBLAS of Debian 12 do not recognise newer processors and would fall back to kernels a third as fast.
"""
import glob
import os
import re
import statistics
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
dll = os.path.join(here, "..", "bin", "Release", "net10.0", "Vae.Benchmarks.dll")
python = os.environ.get("PYTHON", "/usr/bin/python3")
if sys.argv[1:2] == ["evaluation"]:
    run, count, samples, threads, alternations = (sys.argv[2:] + ["100", "5000", "2", "10"][len(sys.argv) - 3:])[:5]
    arguments, script, unit = [run, count, samples, threads], "pytorch_evaluation.py", "samples/s"
    ours = ["dotnet", dll, "evaluation", *arguments]
    what = f"{count} images, {samples} importance samples each, {threads} threads, {alternations} alternations"
else:
    hidden, latent, threads, alternations = (sys.argv[1:] + ["400", "20", "2", "5"][len(sys.argv) - 1:])[:4]
    arguments, script, unit = [hidden, latent, "2", threads], "pytorch_epochs.py", "images/s"
    ours = ["dotnet", dll, "epochs", *arguments]
    what = f"net 784-{hidden}-{latent}, {threads} threads, {alternations} alternations of 2 epochs, the faster of each pair counts"
theirs = [python, os.path.join(here, script), *arguments, *(sys.argv[7:] if script == "pytorch_evaluation.py" else [])]
preload = os.environ.get("PEER_PRELOAD", next(iter(glob.glob("/usr/lib/*/blis-openmp/libblis.so.4")), ""))
peer = dict(os.environ, OMP_NUM_THREADS=threads, BLIS_NUM_THREADS=threads, LD_PRELOAD=preload)

if "avx512f" in open("/proc/cpuinfo").read():
    peer = {"BLIS_ARCH_TYPE": "skx", "OPENBLAS_CORETYPE": "SKYLAKEX", **peer}


def best_rate(command, environment):
    text = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    memory = re.search(r"peak memory (\d+) MB", text)
    nll = re.search(r"nll ([\d.]+)", text)
    return (max(float(rate) for rate in re.findall(rf"{unit} (\d+)", text)), int(memory.group(1)), text.splitlines()[0]
            + (f"; nll {nll.group(1)}" if nll else ""))


print(f"{what}; PyTorch with '{preload}'")
rates, memories = {"ours": [], "PyTorch": []}, {}
for number in range(int(alternations)):
    for name, command, environment in (("ours", ours, os.environ), ("PyTorch", theirs, peer)):
        rate, memories[name], headline = best_rate(command, environment)
        rates[name].append(rate)
        if number == 0:
            print(headline)
    print(f"{number + 1}: ours {rates['ours'][-1]:.0f}, PyTorch {rates['PyTorch'][-1]:.0f} {unit}, ratio {rates['ours'][-1] / rates['PyTorch'][-1]:.2f}", flush=True)
ratios = [mine / other for mine, other in zip(rates["ours"], rates["PyTorch"])]
print(f"median ratio {statistics.median(ratios):.2f}; best ours {max(rates['ours']):.0f}, best PyTorch {max(rates['PyTorch']):.0f}, ratio of bests "
      f"{max(rates['ours']) / max(rates['PyTorch']):.2f}; peak memory {memories['ours']} against {memories['PyTorch']} MB")
