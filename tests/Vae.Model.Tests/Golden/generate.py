#!/usr/bin/python3
"""Writes a whole model's reference values beside this file: PyTorch's autograd and Adam, in float64.

    /usr/bin/python3 tests/Vae.Model.Tests/Golden/generate.py       (needs PyTorch; written with 1.13)

The files of the same form that are not in CASES below came from another script, so that ours is not its own witness.
Weights stand as PyTorch has them, [out][in]; x, epsilon and everything computed have a row for each sample. epsilon[0]
belongs to the values and gradients; epsilon[1] and so on to Adam's steps, whose losses are those before each step.
"""
import json
import os

import torch
import torch.nn.functional as F

CASES = {
    "bernoulli-deep-long.json": dict(
        seed=7, likelihood="bernoulli", kl_weight=0.5, features=11, hidden=[9, 7, 5], latent=4, batch=1, steps=20, learning_rate=3e-3),
    "gaussian-wide.json": dict(
        seed=8, likelihood="gaussian", kl_weight=2.0, features=17, hidden=[19], latent=3, batch=6, steps=20, learning_rate=3e-3),
}


class Vae(torch.nn.Module):
    def __init__(self, features, hidden, latent):
        super().__init__()
        sizes = [features, *hidden]
        mirrored = [latent, *reversed(hidden)]
        self.encoder = torch.nn.ModuleDict({
            "hidden": torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])),
            "mean": torch.nn.Linear(hidden[-1], latent),
            "log_variance": torch.nn.Linear(hidden[-1], latent),
        })
        self.decoder = torch.nn.ModuleDict({
            "hidden": torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in zip(mirrored, mirrored[1:])),
            "output": torch.nn.Linear(hidden[0], features),
        })

    def forward(self, x, epsilon):
        h = x
        for layer in self.encoder["hidden"]:
            h = torch.relu(layer(h))
        mean, log_variance = self.encoder["mean"](h), self.encoder["log_variance"](h)
        z = mean + torch.exp(log_variance / 2) * epsilon
        h = z
        for layer in self.decoder["hidden"]:
            h = torch.relu(layer(h))
        return mean, log_variance, z, self.decoder["output"](h)


def objective(case, x, mean, log_variance, output):
    if case["likelihood"] == "bernoulli":
        error = F.binary_cross_entropy_with_logits(output, x, reduction="none").sum(dim=1)
    else:
        error = ((x - output) ** 2).sum(dim=1) / 2
    kl = (log_variance.exp() + mean ** 2 - 1 - log_variance).sum(dim=1) / 2
    return error, kl, (error + case["kl_weight"] * kl).mean()


def parameters(model):
    return {name: value.detach().tolist() for name, value in model.named_parameters()}


def write(name, case):
    torch.manual_seed(case["seed"])
    model = Vae(case["features"], case["hidden"], case["latent"])
    x = torch.rand(case["batch"], case["features"])
    epsilon = torch.randn(case["steps"] + 1, case["batch"], case["latent"])
    result = {
        "description": "float64 reference from PyTorch autograd, by generate.py", "pytorch": torch.__version__,
        **{key: case[key] for key in ("likelihood", "kl_weight", "features", "hidden", "latent", "batch")},
        "parameters": parameters(model), "x": x.tolist(), "epsilon": epsilon.tolist(),
    }

    mean, log_variance, z, output = model(x, epsilon[0])
    error, kl, loss = objective(case, x, mean, log_variance, output)
    loss.backward()
    reconstruction = torch.sigmoid(output) if case["likelihood"] == "bernoulli" else output
    result |= {
        "mean": mean.tolist(), "log_variance": log_variance.tolist(), "z": z.tolist(),
        "reconstruction": reconstruction.tolist(), "reconstruction_error": error.tolist(), "kl": kl.tolist(), "loss": loss.item(),
        "gradients": {name: value.grad.tolist() for name, value in model.named_parameters()},
    }

    adam = torch.optim.Adam(model.parameters(), lr=case["learning_rate"])
    losses = []
    for step in range(case["steps"]):
        mean, log_variance, z, output = model(x, epsilon[step + 1])
        loss = objective(case, x, mean, log_variance, output)[2]
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    result["adam"] = {
        "learning_rate": case["learning_rate"], "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "steps": case["steps"],
        "losses": losses, "parameters": parameters(model),
    }
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "w") as file:
        json.dump(result, file)
        file.write("\n")


torch.set_default_dtype(torch.float64)
for name, case in CASES.items():
    write(name, case)
