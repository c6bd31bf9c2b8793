"""Runs our epochs and PyTorch's alternately on the same data and prints the ratio of the medians and that of the bests.

Usage: compare.py [HIDDEN LATENT THREADS ALTERNATIONS]      (400 20 2 5 unless told)

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
hidden, latent, threads, alternations = (sys.argv[1:] + ["400", "20", "2", "5"][len(sys.argv) - 1:])[:4]
ours = ["dotnet", os.path.join(here, "..", "bin", "Release", "net10.0", "Vae.Benchmarks.dll"), "epochs", hidden, latent, "2", threads]
theirs = [os.environ.get("PYTHON", "/usr/bin/python3"), os.path.join(here, "pytorch_epochs.py"), hidden, latent, "2", threads]
preload = os.environ.get("PEER_PRELOAD", next(iter(glob.glob("/usr/lib/*/blis-openmp/libblis.so.4")), ""))
peer = dict(os.environ, OMP_NUM_THREADS=threads, BLIS_NUM_THREADS=threads, LD_PRELOAD=preload)

if "avx512f" in open("/proc/cpuinfo").read():
    peer = {"BLIS_ARCH_TYPE": "skx", "OPENBLAS_CORETYPE": "SKYLAKEX", **peer}


def best_rate(command, environment):
    text = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    memory = int(re.search(r"peak memory (\d+) MB", text).group(1))
    return max(float(rate) for rate in re.findall(r"images/s (\d+)", text)), memory, text.splitlines()[0]


print(f"net 784-{hidden}-{latent}, {threads} threads, {alternations} alternations of 2 epochs, the faster of each pair counts; PyTorch with '{preload}'")
rates, memories = {"ours": [], "PyTorch": []}, {}
for number in range(int(alternations)):
    for name, command, environment in (("ours", ours, os.environ), ("PyTorch", theirs, peer)):
        rate, memories[name], headline = best_rate(command, environment)
        rates[name].append(rate)
        if number == 0:
            print(headline)
    print(f"{number + 1}: ours {rates['ours'][-1]:.0f}, PyTorch {rates['PyTorch'][-1]:.0f} images/s, ratio {rates['ours'][-1] / rates['PyTorch'][-1]:.2f}", flush=True)
ratios = [mine / other for mine, other in zip(rates["ours"], rates["PyTorch"])]
print(f"median ratio {statistics.median(ratios):.2f}; best ours {max(rates['ours']):.0f}, best PyTorch {max(rates['PyTorch']):.0f}, ratio of bests "
      f"{max(rates['ours']) / max(rates['PyTorch']):.2f}; peak memory {memories['ours']} against {memories['PyTorch']} MB")
