"""Estimates log p(x) by importance sampling in PyTorch, for a run of ours: the other side of `compare.py evaluation`.

Usage: pytorch_evaluation.py RUN IMAGES SAMPLES THREADS [ROWS [plain]]   (ROWS: decoder rows at once, 2500 unless told)
With `plain` the likelihood is PyTorch's own binary_cross_entropy_with_logits; without, it is written in two passes by hand, which is faster.
Data: VAE_MNIST_DIR. Tanh networks and pixels drawn anew, as `vae train --activation tanh --pixels dynamic` makes them.
"""
import json
import math
import os
import resource
import struct
import sys
import time

import torch
from torch.nn import functional

from pytorch_epochs import images


def weights(path):
    """The tensors of a safetensors file: 8 bytes of length, a JSON header, the numbers."""
    with open(path, "rb") as file:
        content = file.read()
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:8 + length])
    return {
        name: torch.frombuffer(bytearray(content[8 + length + entry["data_offsets"][0]:8 + length + entry["data_offsets"][1]]),
                               dtype=torch.float32).reshape(entry["shape"])
        for name, entry in header.items() if name != "__metadata__"
    }


def layer(w, name, x):
    return functional.linear(x, w[f"{name}.weight"], w[f"{name}.bias"])


def hidden(w, network, x):
    number = 0
    while f"{network}.hidden.{number}.weight" in w:
        x = torch.tanh_(layer(w, f"{network}.hidden.{number}", x))
        number += 1
    return x


def main():
    run, (count, samples, threads) = sys.argv[1], (int(word) for word in sys.argv[2:5])
    rows = int(sys.argv[5]) if len(sys.argv) > 5 else 2500
    plain = sys.argv[6:7] == ["plain"]
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    w = weights(os.path.join(run, "model.safetensors"))
    print(f"PyTorch {torch.__version__}, {threads} threads, {rows} rows at once", flush=True)
    with torch.inference_mode():
        x = torch.bernoulli(images("t10k-images-idx3-ubyte.gz")[:count].float() / 255)
        start = time.perf_counter()
        total = 0.0
        h = hidden(w, "encoder", x)
        mean, log_variance = layer(w, "encoder.mean", h), layer(w, "encoder.log_variance", h)
        sigma = torch.exp(log_variance / 2)
        for image in range(count):
            log_weights = []
            target = x[image]
            for first in range(0, samples, rows):
                draws = min(rows, samples - first)
                epsilon = torch.randn(draws, mean.shape[1])
                z = torch.addcmul(mean[image], sigma[image], epsilon)
                logits = layer(w, "decoder.output", hidden(w, "decoder", z))
                if plain:
                    log_likelihood = -functional.binary_cross_entropy_with_logits(logits, target.expand_as(logits), reduction="none").sum(dim=1)
                else:
                    log_likelihood = logits @ target - functional.softplus(logits).sum(dim=1)
                ratio = (epsilon.square() - z.square() + log_variance[image]).sum(dim=1) / 2
                log_weights.append(log_likelihood + ratio)
            total += float(torch.logsumexp(torch.cat(log_weights), 0)) - math.log(samples)
        seconds = time.perf_counter() - start
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000} MB")
    print(f"seconds {seconds:.3f} samples/s {count * samples / seconds:.0f} nll {-total / count:.2f}")


main()
