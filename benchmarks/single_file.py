"""vae as a single file against the ordinary build: until the help is there, until a first step is done, and for a training.

Usage: single_file.py SINGLE ORDINARY [STARTS TRAININGS]      medians of 20 starts and 7 trainings unless told, all of them alternated

SINGLE is the file of `dotnet publish src/Vae.Cli -r linux-x64 -p:PublishProfile=single-file -o out` (out/vae), ORDINARY that of
`dotnet build -c Release src/Vae.Cli` (src/Vae.Cli/bin/Release/net10.0/vae). Wants VAE_MNIST_DIR with MNIST's four archives.

Each line has the seconds that passed and those that processors worked; on a machine with other work, only the latter say anything. A first step is that of a
whole process, begun to ended, which trains one epoch of one batch of 128 images of MNIST (784-400-400-2) and saves the run: more than the step itself, and nothing
of it can be counted wrong. A training is a process, too: one epoch of 20,000 images on one thread, so that no thread waits for another.
"""
import gzip
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
    """How long a process took, and how long processors worked for it."""
    begun, before = time.perf_counter(), os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    passed, after = time.perf_counter() - begun, os.times()
    return passed, after.children_user + after.children_system - before.children_user - before.children_system


def training(vae, folder, *options):
    run = os.path.join(work, "run")
    shutil.rmtree(run, ignore_errors=True)
    return seconds([vae, "train", "--data", folder, "--epochs", "1", "--validation-images", "0", "--quiet", "--out", run, *options])


def alternate(name, count, measure):
    """Prints medians of both and the median ratio of neighbours, ordinary over single: above 1, the single file is faster."""
    pairs = [(measure(single), measure(ordinary)) for _ in range(count)]
    for number, what in enumerate(("passed", "worked")):
        ours, theirs = ([measured[number] for measured in one] for one in zip(*pairs))
        print(f"{name}, seconds {what}: single {statistics.median(ours):.3f} (best {min(ours):.3f}), ordinary {statistics.median(theirs):.3f} (best {min(theirs):.3f}), "
              f"ratio {statistics.median(other / mine for mine, other in zip(ours, theirs)):.2f}, {count} times", flush=True)


try:
    processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    print(f"{processor}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {os.path.getsize(single) / 1e6:.1f} MB")
    few, many = images(128), images(20_000)
    alternate("help", starts, lambda vae: seconds([vae, "--help"]))
    alternate("process with a first step", starts, lambda vae: training(vae, few))
    alternate("process with an epoch of 20,000 images", trainings, lambda vae: training(vae, many, "--threads", "1"))
finally:
    shutil.rmtree(work)
