"""vae as a single file against the ordinary build: seconds until the help is there, until a first step is done, and of a training.

Usage: single_file.py SINGLE ORDINARY [STARTS TRAININGS]      medians of 20 starts and 7 trainings unless told, all of them alternated

SINGLE is the file of `dotnet publish src/Vae.Cli -r linux-x64 -p:PublishProfile=single-file -o out` (out/vae), ORDINARY that of
`dotnet build -c Release src/Vae.Cli` (src/Vae.Cli/bin/Release/net10.0/vae). Wants VAE_MNIST_DIR with MNIST's four archives.

A first step is that of a whole process, begun to ended, which trains one epoch of one batch of 128 images of MNIST (784-400-400-2) and saves the run:
more than the step itself, and nothing of it can be counted wrong. Trainings are two epochs of 20,000 images; their speed is what the second epoch's seconds
in metrics.jsonl say, and the ratio is of neighbours.
"""
import gzip
import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time

single, ordinary = sys.argv[1:3]
starts, trainings = (int(text) for text in (sys.argv[3:] + ["20", "7"][len(sys.argv) - 3:])[:2])
mnist = os.environ["VAE_MNIST_DIR"]
work = tempfile.mkdtemp(prefix="vae-single-")


def images(count):
    """A folder of IDX files with the first images of MNIST, which nothing has to unpack."""
    folder = os.path.join(work, f"first-{count}")
    os.makedirs(folder)
    for split in "train", "t10k":
        for kind, magic, shape in ("images-idx3", 2051, (28, 28)), ("labels-idx1", 2049, ()):
            kept = min(count, 10_000 if split == "t10k" else 60_000)
            header = struct.pack(f">{2 + len(shape)}I", magic, kept, *shape)
            with gzip.open(os.path.join(mnist, f"{split}-{kind}-ubyte.gz")) as source, open(os.path.join(folder, f"{split}-{kind}-ubyte"), "wb") as target:
                source.read(len(header))
                target.write(header + source.read(kept * (784 if shape else 1)))
    return folder


def seconds(command):
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def training(vae, folder, epochs):
    run = os.path.join(work, "run")
    shutil.rmtree(run, ignore_errors=True)
    taken = seconds([vae, "train", "--data", folder, "--epochs", str(epochs), "--validation-images", "0", "--quiet", "--out", run])
    with open(os.path.join(run, "metrics.jsonl")) as lines:
        return taken, json.loads(lines.readlines()[-1])["seconds"]


def alternate(name, count, measure):
    """Prints medians of both and the median ratio of neighbours, ordinary over single: above 1, the single file is faster."""
    pairs = [(measure(single), measure(ordinary)) for _ in range(count)]
    ours, theirs = zip(*pairs)
    print(f"{name}: single {statistics.median(ours):.3f} s (best {min(ours):.3f}), ordinary {statistics.median(theirs):.3f} s (best {min(theirs):.3f}), "
          f"ratio {statistics.median(other / mine for mine, other in pairs):.2f}, {count} times", flush=True)


try:
    processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    print(f"{processor}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {os.path.getsize(single) / 1e6:.1f} MB")
    few, many = images(128), images(20_000)
    alternate("help", starts, lambda vae: seconds([vae, "--help"]))
    alternate("process with a first step", starts, lambda vae: training(vae, few, 1)[0])
    alternate("second epoch of 20,000 images", trainings, lambda vae: training(vae, many, 2)[1])
finally:
    shutil.rmtree(work)
