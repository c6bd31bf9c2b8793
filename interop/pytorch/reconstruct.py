#!/usr/bin/env python3
"""Writes what PyTorch makes of samples with the model of a run, a line for each sample, and prints the loss where no noise is drawn.

    python3 interop/pytorch/reconstruct.py RUN SAMPLES OUT.csv        SAMPLES: an IDX file (.gz or plain) or a table (.csv)
"""
import argparse

import torch

from vae_core import in_units_of_the_data, load_run, read_samples, write_csv

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("run", help="the folder of a run")
parser.add_argument("samples", help="an IDX file or a table with a column for each feature (and one named label)")
parser.add_argument("out", help="the table to write")
parser.add_argument("--double", action="store_true", help="compute in float64")
arguments = parser.parse_args()

dtype = torch.float64 if arguments.double else torch.float32
model, run = load_run(arguments.run, dtype)
samples, labels = read_samples(arguments.samples, run)
samples = samples.to(dtype)
with torch.no_grad():
    write_csv(arguments.out, [f"x_{i + 1}" for i in range(samples.shape[1])], in_units_of_the_data(model.reconstruct(samples, labels), run).numpy())
    print(repr(model.loss(samples, torch.zeros(len(samples), run["model"]["latent"], dtype=dtype), labels).item()))
