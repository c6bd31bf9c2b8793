#!/usr/bin/python3
"""Loads a run of VaeCore in PyTorch and compares numbers: means and log-variances with those of vae encode, and reconstructions.

    vae train --latent 20 --hidden 400 --out run
    vae encode run --out codes.csv
    /usr/bin/python3 interop/pytorch/compare.py run --samples t10k-images-idx3-ubyte.gz --codes codes.csv [--reconstructions r.csv]

r.csv has a line of names, then a line for each sample, in the samples' order, with E[x|mean of z] of each feature; a column named label is left out.
A difference is told of the largest number there (or of 1, where all are smaller): for probabilities it is the plain one. Exit code 1 where one is
above the tolerance.
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


passes = True
for dtype in (torch.float32, torch.float64):
    model, run = load_run(arguments.run, dtype)
    samples, labels = read_samples(arguments.samples, run)
    with torch.no_grad():
        mean, log_variance = model.encode(samples.to(dtype), labels)
        means = in_units_of_the_data(model.mean_of(model.decode(mean, labels)), run)
    pairs = []
    if arguments.codes:
        codes = read_csv(arguments.codes)
        pairs += [("means", columns(codes, "mean_"), mean), ("log-variances", columns(codes, "log_variance_"), log_variance)]
    if arguments.reconstructions:
        table = read_csv(arguments.reconstructions)
        table.pop("label", None)
        pairs.append(("reconstructions", numpy.stack(list(table.values()), axis=1), means))
    for name, ours, theirs in pairs:
        worst = difference(ours, theirs.double().numpy())
        passes &= bool(worst <= arguments.tolerance)
        print(f"{name}, {len(ours)} samples, PyTorch in {str(dtype)[6:]}: largest difference {worst:.2e}")

sys.exit(0 if passes else 1)
