"""Trains the same net as `Vae.Benchmarks epochs` in PyTorch and prints each epoch's seconds: the other side of compare.py.

Usage: pytorch_epochs.py HIDDEN LATENT EPOCHS THREADS [SEED]   (such as 400 20 3 2, or 400,400 2 3 2)
Data: VAE_MNIST_DIR, the four IDX .gz files. Ours: written for this comparison; nothing is copied from elsewhere.
"""
import gzip
import os
import resource
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional


def images(name):
    with gzip.open(os.path.join(os.environ["VAE_MNIST_DIR"], name)) as file:
        return torch.from_numpy(numpy.frombuffer(file.read(), numpy.uint8, offset=16).reshape(-1, 784).copy())


def network(sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return layers


class Vae(nn.Module):
    def __init__(self, hidden, latent):
        super().__init__()
        self.encoder = nn.Sequential(*network([784, *hidden]))
        self.mean = nn.Linear(hidden[-1], latent)
        self.log_variance = nn.Linear(hidden[-1], latent)
        self.decoder = nn.Sequential(*network([latent, *reversed(hidden)]), nn.Linear(hidden[0], 784))

    def loss(self, x):
        h = self.encoder(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        reconstruction = functional.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        kl = 0.5 * torch.sum(log_variance.exp() + mean.pow(2) - 1 - log_variance)
        return reconstruction, kl


def main():
    hidden = [int(size) for size in sys.argv[1].split(",")]
    latent, epochs, threads = (int(word) for word in sys.argv[2:5])
    torch.set_num_threads(threads)
    torch.manual_seed(int(sys.argv[5]) if len(sys.argv) > 5 else 1)
    train, test = images("train-images-idx3-ubyte.gz"), images("t10k-images-idx3-ubyte.gz")
    train, test = train.float() / 255, test.float() / 255          # all in memory as float: the fastest way in PyTorch
    model = Vae(hidden, latent)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    print(f"PyTorch {torch.__version__}, {threads} threads, {len(train)} images", flush=True)
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        order = torch.randperm(len(train))
        total = 0.0
        for first in range(0, len(train), 128):
            x = train[order[first:first + 128]]
            reconstruction, kl = model.loss(x)
            loss = (reconstruction + kl) / len(x)
            adam.zero_grad(set_to_none=True)
            loss.backward()
            adam.step()
            total += float(loss.detach()) * len(x)
        seconds = time.perf_counter() - start
        print(f"epoch {epoch} seconds {seconds:.3f} images/s {len(train) / seconds:.0f} loss {total / len(train):.2f}", flush=True)
    with torch.no_grad():
        reconstruction, kl = model.loss(test)
        print(f"test {float(reconstruction + kl) / len(test):.2f} ({float(reconstruction) / len(test):.2f} + {float(kl) / len(test):.2f})")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000} MB")


if __name__ == "__main__":
    main()
