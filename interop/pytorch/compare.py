#!/usr/bin/env python3
"""Loads a run of VaeCore in PyTorch and compares numbers: means and log-variances with those of vae encode, and reconstructions.

    vae train --latent 20 --hidden 400 --out run
    vae encode run --out codes.csv
    python3 interop/pytorch/compare.py run --samples t10k-images-idx3-ubyte.gz --codes codes.csv [--reconstructions r.csv]

r.csv has a line of names, then a line for each sample, in the samples' order, with E[x|mean of z] of each feature; columns named label and line are left out.
A difference is told of the largest number there (or of 1, where all are smaller): for probabilities it is the plain one. It is taken from what PyTorch
computes in float64; what PyTorch itself loses in float32 is told beside it. Exit code 1 where a difference is above the tolerance. Numbers that
VaeCore computed in double lie far below it; those in float lie about there (docs/interoperability.md has figures).
"""
import argparse
import sys

import numpy
import torch

from vae_core import in_units_of_the_data, load_run, read_csv, read_samples

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("run", help="the folder of a run")
parser.add_argument("--samples", required=True, help="an IDX file or a table with a column for each feature")
parser.add_argument("--codes", help="what vae encode wrote of them")
parser.add_argument("--reconstructions", help="what VaeCore made of them")
parser.add_argument("--tolerance", type=float, default=1e-6)
arguments = parser.parse_args()


def columns(table, start):
    """Those whose name begins so, in their order."""
    return numpy.stack([table[name] for name in table if name.startswith(start)], axis=1)


def difference(ours, theirs):
    if ours.shape != theirs.shape:
        raise SystemExit(f"There are {ours.shape[0]} x {ours.shape[1]} numbers in the file, but {theirs.shape[0]} x {theirs.shape[1]} in PyTorch.")
    return numpy.abs(ours - theirs).max() / max(1, numpy.abs(theirs).max())


def compute(dtype):
    """Means, log-variances and reconstructions of the samples, as numbers of float64."""
    model, run = load_run(arguments.run, dtype)
    samples, labels = read_samples(arguments.samples, run)
    with torch.no_grad():
        mean, log_variance = model.encode(samples.to(dtype), labels)
        output = in_units_of_the_data(model.mean_of(model.decode(mean, labels)), run)
    return [tensor.double().numpy() for tensor in (mean, log_variance, output)]


exact, rounded = compute(torch.float64), compute(torch.float32)
ours = {}
if arguments.codes:
    codes = read_csv(arguments.codes)
    ours = {"means": (0, columns(codes, "mean_")), "log-variances": (1, columns(codes, "log_variance_"))}
if arguments.reconstructions:
    table = read_csv(arguments.reconstructions)
    for place_of_sample in ("label", "line"):
        table.pop(place_of_sample, None)
    ours["reconstructions"] = (2, numpy.stack(list(table.values()), axis=1))

passes = True
for name, (place, numbers) in ours.items():
    worst, loss = difference(numbers, exact[place]), difference(rounded[place], exact[place])
    passes &= bool(worst <= arguments.tolerance)
    print(f"{name} of {len(numbers)} samples: largest difference {worst:.2e}; PyTorch's own in float32 {loss:.2e}")

sys.exit(0 if passes else 1)
