"""Trainings of the shared tables, with defaults and with every likelihood by hand: none ends in a number that is not finite.

Usage: finite.py VAE [--epochs 10] [--sets WORD,...] [--shuttle]

Each set of VAE_TABLES_DIR (without the labels of `anomalies`) is trained on `by-kind` (no option), and with --likelihood gaussian,
gaussian-variance and gaussian-pixel-variance, and, scaled from 0 to 1, bernoulli and continuous-bernoulli; --epochs 0 takes the
defaults' number of epochs. A table without a column of numbers cannot have the latter: it is "not for it". --shuttle adds the training
that once stopped in epoch 256: --latent 8 --epochs 300 --likelihood gaussian-pixel-variance --seed 1. A training fails where the command
does, or where its metrics or weights have a number that is not finite.
"""
import argparse
import collections
import glob
import json
import os

import numpy as np

from command import Command, Failure, say, tables, workplace

LIKELIHOODS = {
    "by-kind": (),
    "gaussian": ("--likelihood", "gaussian"),
    "gaussian-variance": ("--likelihood", "gaussian-variance"),
    "gaussian-pixel-variance": ("--likelihood", "gaussian-pixel-variance"),
    "bernoulli": ("--likelihood", "bernoulli", "--scale", "min-max"),
    "continuous-bernoulli": ("--likelihood", "continuous-bernoulli", "--scale", "min-max"),
}
SHUTTLE = ("--latent", "8", "--epochs", "300", "--likelihood", "gaussian-pixel-variance", "--seed", "1")
NOT_FOR_IT = ("no column of numbers", "no columns")

parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2])
parser.add_argument("vae")
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--sets", default="")
parser.add_argument("--likelihoods", default=",".join(LIKELIHOODS))
parser.add_argument("--shuttle", action="store_true")
given = parser.parse_args()


def is_finite(value):
    if isinstance(value, dict):
        return all(map(is_finite, value.values()))
    if isinstance(value, list):
        return all(map(is_finite, value))
    return not isinstance(value, float) or bool(np.isfinite(value))


def weights(path):
    """The numbers of a safetensors file of floats."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        body = file.read()
    for name, tensor in header.items():
        if name != "__metadata__" and tensor["dtype"] in ("F32", "F64"):
            first, last = tensor["data_offsets"]
            yield name, np.frombuffer(body[first:last], {"F32": "<f4", "F64": "<f8"}[tensor["dtype"]])


def train(vae, data, run, options):
    """What is not finite; "" where all is."""
    vae.train(data, run, *options)
    for line in vae.epochs(run):
        if not is_finite(line):
            return f"metrics of epoch {line['epoch']}"
    bad = [name for name, numbers in weights(os.path.join(run, "model.safetensors")) if not np.isfinite(numbers).all()]
    return f"weights {', '.join(bad)}" if bad else ""


vae, counts = Command(given.vae), collections.Counter()


def attempt(name, likelihood, data, options):
    with workplace() as work:
        try:
            what = train(vae, data, os.path.join(work, "run"), options)
        except Failure as failure:
            what = str(failure)
    result = "finite" if not what else "not for it" if any(words in what for words in NOT_FOR_IT) else "FAILED"
    counts[result] += 1
    if result != "finite":
        say(f"{name}, {likelihood}: {result}: {' '.join(what.split())[:400]}")


files = [tables("adult.csv"), *sorted(glob.glob(tables("incomplete", "*.csv"))), *sorted(glob.glob(tables("mixed", "*.csv"))),
         *sorted(glob.glob(tables("hivae", "*", "data.csv"))), *sorted(glob.glob(tables("anomalies", "*.csv")))]
for data in files:
    name = os.path.relpath(data, tables())
    if given.sets and not any(word in name for word in given.sets.split(",")):
        continue
    labels = ("--ignore", "anomaly") if name.startswith("anomalies") else ()
    for likelihood in given.likelihoods.split(","):
        epochs = ("--epochs", given.epochs) if given.epochs else ()
        attempt(name, likelihood, data, (*labels, *LIKELIHOODS[likelihood], *epochs))
    say(f"{name}: {vae.seconds:.0f} s the last; so far {dict(counts)}")
if given.shuttle:
    attempt("shuttle", " ".join(SHUTTLE), tables("anomalies", "shuttle.csv"), ("--ignore", "anomaly", *SHUTTLE))
    say(f"shuttle {' '.join(SHUTTLE)}: {vae.seconds:.0f} s")
say(", ".join(f"{count} {result}" for result, count in counts.items()))
