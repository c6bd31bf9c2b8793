"""VaeCore's model in PyTorch, and its files: run.json and model.safetensors. Needs PyTorch (written with 1.13) and numpy.

The module's parameters have the names and shapes that VaeCore writes, so that a state dict goes both ways:

    model, run = load_run("run")                 # a folder made by vae train --out
    write_safetensors("model.safetensors", model.state_dict(), {"format": "pt"})
"""
import csv
import gzip
import json
import math
import os
import struct

import numpy
import torch
from torch import nn
from torch.nn import functional

LEAST_LOG_VARIANCE = -6.0
TYPES = {"F32": "<f4", "F64": "<f8"}
ACTIVATIONS = {
    "Relu": torch.relu,
    "Tanh": torch.tanh,
    "Softplus": functional.softplus,
    "LeakyRelu": lambda x: functional.leaky_relu(x, 0.01),
}


# 1 / (1 - exp(-l)) - 1 / l as a series; the first power left out is below 6e-10 where |l| < 1.
CONTINUOUS_BERNOULLI_MEAN = {0: 1 / 2, 1: 1 / 12, 3: -1 / 720, 5: 1 / 30240, 7: -1 / 1209600, 9: 1 / 47900160}


# Files ---------------------------------------------------------------------------------------------------------------

def read_safetensors(path):
    """A dictionary of tensors. The format (https://huggingface.co/docs/safetensors): the header's length in eight bytes, the header
    in JSON with each tensor's dtype, shape and the place of its bytes, then the bytes, row by row, little-endian."""
    with open(path, "rb") as file:
        length, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        numbers = numpy.frombuffer(data[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(numbers.copy())
    return tensors


def write_safetensors(path, tensors, metadata):
    """Writes tensors of float32 or float64 in the order given."""
    names = {torch.float32: "F32", torch.float64: "F64"}
    header, blobs, end = {"__metadata__": metadata}, [], 0
    for name, tensor in tensors.items():
        blob = tensor.detach().cpu().contiguous().numpy().astype(TYPES[names[tensor.dtype]]).tobytes()
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [end, end + len(blob)]}
        blobs.append(blob)
        end += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read_idx(path):
    """The bytes of an IDX file (.gz or plain), a row for each image, or one list of labels; and the lengths in its header."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        content = file.read()
    dimensions = content[3]
    lengths = struct.unpack(f">{dimensions}I", content[4:4 + 4 * dimensions])
    values = numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * dimensions)
    return (values.reshape(lengths[0], -1) if dimensions > 1 else values), lengths


def read_csv(path):
    """A table of numbers with a line of names above: the numbers by column name. What is empty is NaN."""
    with open(path, newline="") as file:
        lines = list(csv.reader(file))
    numbers = numpy.array([[float(text) if text else math.nan for text in line] for line in lines[1:]])
    return {name: numbers[:, column] for column, name in enumerate(lines[0])}


def write_csv(path, names, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([repr(float(number)) for number in row] for row in rows)


def read_samples(path, run):
    """Samples as the model sees them, float32, and their labels or None. A table's columns are the features, but for one named label."""
    options, preparation = run["model"], run.get("preparation")
    if path.endswith(".csv"):
        table = read_csv(path)
        labels = table.pop("label", None)
        samples = numpy.stack(list(table.values()), axis=1).astype(numpy.float32)
    else:
        samples = read_idx(path)[0].astype(numpy.float32) / numpy.float32(255)
        labels_path = path.replace("images-idx3", "labels-idx1")
        labels = next((read_idx(one)[0] for one in (labels_path, labels_path.removesuffix(".gz")) if one != path and os.path.exists(one)), None)
    if preparation:
        samples = (samples - numpy.float32(preparation["offset"])) / numpy.float32(preparation["scale"])
        samples = numpy.clip(samples, 0, 1) if preparation["scaling"] == "MinMax" else samples
    if options["pixels"] == "Threshold":
        samples = (samples >= 0.5).astype(numpy.float32)
    elif options["pixels"] == "Dynamic":
        raise SystemExit("The run draws its pixels (--pixels dynamic) by a generator that is not here. Compare one with grey or threshold.")
    return torch.from_numpy(samples), None if labels is None else torch.from_numpy(numpy.asarray(labels).astype(numpy.int64))


def in_units_of_the_data(means, run):
    """What the decoder gives, as the data has it."""
    preparation = run.get("preparation")
    return means * means.new_tensor(preparation["scale"]) + means.new_tensor(preparation["offset"]) if preparation else means


def load_run(path, dtype=torch.float32):
    """The model of a run with its weights, and what run.json says."""
    with open(os.path.join(path, "run.json"), encoding="utf-8") as file:
        run = json.load(file)
    if run["model"]["likelihood"] == "Columns":
        raise SystemExit("The run has a likelihood for each column of a table, whose coding is not here. Use it as ONNX: vae export RUN --out onnx")
    model = Vae(run["model"])
    model.load_state_dict(read_safetensors(os.path.join(path, "model.safetensors")))
    return model.to(dtype).eval(), run


# The model -----------------------------------------------------------------------------------------------------------

class Encoder(nn.Module):
    def __init__(self, options):
        super().__init__()
        sizes = [options["features"] + options["classes"], *options["hidden"]]
        self.activation = ACTIVATIONS[options["encoder_activation"]]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.mean = nn.Linear(sizes[-1], options["latent"])
        self.log_variance = nn.Linear(sizes[-1], options["latent"])

    def forward(self, x):
        for layer in self.hidden:
            x = self.activation(layer(x))
        return self.mean(x), self.log_variance(x)


class Decoder(nn.Module):
    def __init__(self, options):
        super().__init__()
        sizes = [options["latent"] + options["classes"], *reversed(options["hidden"])]
        outputs = options["features"] * (2 if options["likelihood"] == "GaussianPixelVariance" else 1)
        self.activation = ACTIVATIONS[options["decoder_activation"]]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.output = nn.Linear(sizes[-1], outputs)

    def forward(self, z):
        for layer in self.hidden:
            z = self.activation(layer(z))
        return self.output(z)


class OneVariance(nn.Module):
    """The raw value of the one learnt log-variance."""

    def __init__(self):
        super().__init__()
        self.log_variance = nn.Parameter(torch.zeros(1, 1))


class Vae(nn.Module):
    """A variational autoencoder. options is run.json's "model"."""

    def __init__(self, options):
        super().__init__()
        self.options = options
        self.encoder = Encoder(options)
        self.decoder = Decoder(options)
        if options["likelihood"] == "GaussianWithVariance":
            self.likelihood = OneVariance()

    def with_label(self, values, labels):
        classes = self.options["classes"]
        return values if classes == 0 else torch.cat([values, functional.one_hot(labels, classes).to(values.dtype)], dim=1)

    def encode(self, x, labels=None):
        return self.encoder(self.with_label(x, labels))

    def decode(self, z, labels=None):
        """The last layer's output: logits, or a Gaussian's mean (and raw log-variances)."""
        return self.decoder(self.with_label(z, labels))

    def mean_of(self, output):
        """E[x|z]."""
        likelihood = self.options["likelihood"]
        if likelihood == "Bernoulli":
            return torch.sigmoid(output)
        if likelihood == "ContinuousBernoulli":
            near = output.abs() < 1                               # below, the differences of the formula lose digits
            safe = torch.where(near, torch.ones_like(output), output)
            series = sum(factor * output ** power for power, factor in CONTINUOUS_BERNOULLI_MEAN.items())
            return torch.where(near, series, -1 / torch.expm1(-safe) - 1 / safe)
        return output[:, :self.options["features"]]

    def reconstruct(self, x, labels=None):
        return self.mean_of(self.decode(self.encode(x, labels)[0], labels))

    def loss(self, x, noise, labels=None):
        """reconstruction + kl_weight KL, nats per sample: summed over features and latents, averaged over samples."""
        mean, log_variance = self.encode(x, labels)
        output = self.decode(mean + torch.exp(log_variance / 2) * noise, labels)
        kl = (torch.exp(log_variance) + mean ** 2 - 1 - log_variance).sum(dim=1) / 2
        return (self.reconstruction_error(output, x) + self.options["kl_weight"] * kl).mean()

    def reconstruction_error(self, output, x):
        likelihood = self.options["likelihood"]
        if likelihood == "Bernoulli":
            return functional.binary_cross_entropy_with_logits(output, x, reduction="none").sum(dim=1)
        if likelihood == "ContinuousBernoulli":
            return (functional.binary_cross_entropy_with_logits(output, x, reduction="none") - log_normaliser(output)).sum(dim=1)
        if likelihood == "Gaussian":
            return ((x - output) ** 2).sum(dim=1) / 2
        if likelihood == "GaussianWithVariance":
            return gaussian(x, output, floored(self.likelihood.log_variance))
        mean, raw = output.chunk(2, dim=1)
        return gaussian(x, mean, floored(raw))


def floored(raw):
    return LEAST_LOG_VARIANCE + functional.softplus(raw - LEAST_LOG_VARIANCE)


def gaussian(x, mean, log_variance):
    return ((x - mean) ** 2 * torch.exp(-log_variance) + log_variance + math.log(2 * math.pi)).sum(dim=1) / 2


def log_normaliser(logits):
    """log(l / tanh(l/2)), near 0 by its series log 2 + l^2/12."""
    near = logits.abs() < 0.05                                    # the next term, 7 l^4 / 1440, is below 4e-8
    safe = torch.where(near, torch.ones_like(logits), logits)
    return torch.where(near, math.log(2) + logits ** 2 / 12, torch.log(safe / torch.tanh(safe / 2)))
