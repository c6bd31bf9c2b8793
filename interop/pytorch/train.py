#!/usr/bin/env python3
"""Trains a small model in PyTorch and writes it as a run that VaeCore reads: run.json and model.safetensors.

    python3 interop/pytorch/train.py SAMPLES OUT --latent 8 --hidden 128 --epochs 3
    vae evaluate OUT
"""
import argparse
import json
import os

import torch

from vae_core import ACTIVATIONS, Vae, read_idx, read_samples, write_safetensors

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("samples", help="an IDX file or a table with a column for each feature (and one named label)")
parser.add_argument("out", help="the folder to write")
parser.add_argument("--hidden", default="128", help="the encoder's hidden layers, such as 400,400")
parser.add_argument("--latent", type=int, default=8)
parser.add_argument("--likelihood", default="Bernoulli", help="as run.json names it")
parser.add_argument("--activation", default="Relu", choices=ACTIVATIONS)
parser.add_argument("--classes", type=int, default=0, help="how many labels there are; 0 for a model without")
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--batch-size", type=int, default=128)
parser.add_argument("--learning-rate", type=float, default=1e-3)
parser.add_argument("--seed", type=int, default=1)
arguments = parser.parse_args()

torch.manual_seed(arguments.seed)
options = {
    "hidden": [int(size) for size in arguments.hidden.split(",")], "latent": arguments.latent, "likelihood": arguments.likelihood, "pixels": "Grey",
    "encoder_activation": arguments.activation, "decoder_activation": arguments.activation, "classes": arguments.classes, "kl_weight": 1,
}
samples, labels = read_samples(arguments.samples, {"model": options})
options["features"] = samples.shape[1]
labels = labels if arguments.classes > 0 else torch.zeros(len(samples), dtype=torch.int64)
shape = (0, 0) if arguments.samples.endswith(".csv") else read_idx(arguments.samples)[1][1:]

model = Vae(options)
adam = torch.optim.Adam(model.parameters(), lr=arguments.learning_rate)
for epoch in range(arguments.epochs):
    total = 0.0
    for batch in torch.randperm(len(samples)).split(arguments.batch_size):
        loss = model.loss(samples[batch], torch.randn(len(batch), arguments.latent), labels[batch])
        adam.zero_grad()
        loss.backward()
        adam.step()
        total += loss.item() * len(batch)
    print(f"epoch {epoch + 1}: loss {total / len(samples):.2f}")

os.makedirs(arguments.out, exist_ok=True)
write_safetensors(os.path.join(arguments.out, "model.safetensors"), model.state_dict(), {"format": "pt", "vae_core": json.dumps({"model": options})})
record = {
    "format": 1, "model": options,
    "training": {"epochs": arguments.epochs, "batch_size": arguments.batch_size, "seed": arguments.seed, "validation_samples": 0, "keep_by": "LastEpoch"},
    "data": {"source": f"{arguments.samples}, in PyTorch {torch.__version__}", "samples": len(samples), "sha256": "", "request": "auto",
             "rows": shape[0], "columns": shape[1]},
}
with open(os.path.join(arguments.out, "run.json"), "w", encoding="utf-8") as file:
    json.dump(record, file, indent=2)
