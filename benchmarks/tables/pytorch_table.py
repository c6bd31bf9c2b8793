"""Trains the net of a table's run in PyTorch: the same coded rows, likelihoods, layers, batches and optimiser. The other side of speed.py.

Usage: pytorch_table.py RUN TABLE.csv [EPOCHS] [THREADS]     prints the rows a second of each epoch

RUN is a run of `vae train` on TABLE (commas, a header, empty fields as holes); its run.json says columns, likelihoods, layers and
batches. Written as one would for speed: rows are coded once, a step has no loop over rows, columns of one likelihood are one computation.
"""
import json
import math
import os
import sys
import time

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn

LOG_2PI = math.log(2 * math.pi)


def blas():
    """The library of PyTorch's products. Debian's default is the reference BLAS, some ten times slower than OpenBLAS."""
    torch.randn(64, 64) @ torch.randn(64, 64)
    with open("/proc/self/maps", encoding="utf-8") as maps:
        loaded = {os.path.basename(os.path.realpath(word)) for line in maps for word in line.split()[5:] if "blas" in word}
    return ", ".join(sorted(loaded)) or "no BLAS of its own"


def coded(run, table):
    """Targets (rows x columns; minus infinity for the logarithm of 0), observed (1 or 0), and the encoder's coding (a list of rows x numbers, one a column)."""
    rows = pd.read_csv(table, dtype=str, keep_default_na=False)
    known = [column for column in run["schema"]["columns"] if column["kind"] not in ("id", "ignore") and "constant" not in column]
    assert len(known) == len(run["model"]["columns"]), "a column of the run's schema is not modelled"
    targets, observed, inputs = [], [], []
    for column, options in zip(known, run["model"]["columns"]):
        likelihood, texts = options["likelihood"], rows[column["name"]]
        family = likelihood["family"]
        if family in ("Category", "Ordinal", "Bernoulli"):
            places = {text: place for place, text in enumerate(column.get("levels", {"0": 0, "1": 0}))}
            target = texts.map(places).to_numpy(float)
        else:
            target = pd.to_numeric(texts, errors="coerce").to_numpy(float)
            if likelihood["is_logarithm"]:
                with np.errstate(divide="ignore"):
                    target = np.log(target)
            if family in ("Gaussian", "StudentT", "GaussianMixture"):
                target = (target - column["offset"]) / column["scale"]
        seen = ~np.isnan(target)
        target = np.where(seen, target, 0)
        if family == "Category":
            coding = np.eye(likelihood["levels"])[target.astype(int)]
        elif family == "Ordinal":
            coding = (target[:, None] > np.arange(likelihood["levels"] - 1)).astype(float)
        elif family.endswith(("Binomial", "Poisson")):
            coding = ((np.log1p(target) - options["input_offset"]) / options["input_scale"])[:, None]
        elif likelihood["has_zeros"]:
            zero = np.isneginf(target)
            coding = np.stack([np.where(zero, 0, target), zero], 1)
        else:
            coding = target[:, None]
        targets.append(target)
        observed.append(seen)
        inputs.append(coding)
    return np.stack(targets, 1), np.stack(observed, 1), inputs


def floored(raw, least):
    """The soft floor of a log-variance."""
    return least + F.softplus(raw - least)


class Mixtures:
    """Columns of one Gaussian or K, with as many atoms (values with a probability of their own): one computation for all."""

    def __init__(self, likelihoods, starts):
        one = likelihoods[0]
        self.components, self.is_mixture = one["components"], one["family"] == "GaussianMixture"
        self.outputs = torch.tensor([list(range(start, start + outputs(one))) for start in starts])
        self.least = torch.tensor([2 * math.log(each["least_deviation"]) for each in likelihoods])[:, None]
        self.atoms = torch.tensor([[-math.inf] * each["has_zeros"] + each["atoms"] for each in likelihoods], dtype=torch.float32)

    def loss(self, output, x):
        o, (k, a) = output[:, self.outputs], (self.components, self.atoms.shape[1])    # rows x columns x outputs
        logits, o = o[..., :a], o[..., a:]
        y = torch.nan_to_num(x, neginf=0.0) if a else x
        if self.is_mixture:
            v = floored(o[..., 2 * k:], self.least)
            each = F.log_softmax(o[..., :k], -1) - ((y[..., None] - o[..., k:2 * k]) ** 2 * torch.exp(-v) + v + LOG_2PI) / 2
            number = -torch.logsumexp(each, -1)
        else:
            v = floored(o[..., 1], self.least[:, 0])
            number = ((y - o[..., 0]) ** 2 * torch.exp(-v) + v + LOG_2PI) / 2
        if not a:
            return number
        hit = x[..., None] == self.atoms
        among = torch.logsumexp(F.pad(logits, (1, 0)), -1)                     # log(1 + sum of exp(l))
        return among + torch.where(hit.any(-1), -(logits * hit).sum(-1), number)


class Counts:
    """Columns with a negative binomial, with or without more zeros."""

    def __init__(self, likelihoods, starts):
        self.inflated = likelihoods[0]["family"].startswith("Zero")
        self.starts = torch.tensor(starts)

    def loss(self, output, x):
        first = self.starts + (1 if self.inflated else 0)
        o, rho = output[:, first], output[:, first + 1]
        r = torch.exp(rho)
        both = torch.logaddexp(o, rho)
        log_p = torch.lgamma(x + r) - torch.lgamma(r) - torch.lgamma(x + 1) + r * (rho - both) + x * (o - both)
        if not self.inflated:
            return -log_p
        g = output[:, self.starts]
        return torch.where(x == 0, F.softplus(g) - torch.logaddexp(g, log_p), F.softplus(g) - log_p)


class Flags:
    def __init__(self, likelihoods, starts):
        self.starts = torch.tensor(starts)

    def loss(self, output, x):
        return F.binary_cross_entropy_with_logits(output[:, self.starts], x, reduction="none")


class Categories:
    def __init__(self, likelihoods, starts):
        self.rows = [slice(start, start + each["levels"]) for each, start in zip(likelihoods, starts)]

    def loss(self, output, x):
        return torch.stack([F.cross_entropy(output[:, rows], x[:, i].long(), reduction="none") for i, rows in enumerate(self.rows)], 1)


class Ordinals:
    def __init__(self, likelihoods, starts):
        self.rows = [slice(start, start + each["levels"]) for each, start in zip(likelihoods, starts)]

    def loss(self, output, x):
        losses = []
        for i, rows in enumerate(self.rows):
            o = output[:, rows]
            steps = torch.cat([o[:, 1:2], F.softplus(o[:, 2:]) + 1e-6], 1)
            u = torch.cumsum(steps, 1) - o[:, :1]                              # theta_k - eta
            ends = torch.cat([torch.full_like(u[:, :1], -1e4), u, torch.full_like(u[:, :1], 1e4)], 1)
            place = x[:, i:i + 1].long()
            high, low = ends.gather(1, place + 1)[:, 0], ends.gather(1, place)[:, 0]
            losses.append(F.softplus(-high) + F.softplus(low) - torch.log(-torch.expm1(low - high)))
        return torch.stack(losses, 1)


FAMILIES = {"Gaussian": Mixtures, "GaussianMixture": Mixtures, "NegativeBinomial": Counts, "ZeroInflatedNegativeBinomial": Counts,
            "Bernoulli": Flags, "Category": Categories, "Ordinal": Ordinals}


def outputs(likelihood):
    k, a = likelihood["components"], likelihood["has_zeros"] + len(likelihood["atoms"])
    return a + {"Gaussian": 2, "GaussianMixture": 3 * k, "NegativeBinomial": 2, "ZeroInflatedNegativeBinomial": 3,
                                      "Bernoulli": 1}.get(likelihood["family"], likelihood["levels"])


class Net(nn.Module):
    def __init__(self, model, inputs, places):
        super().__init__()
        likelihoods = [column["likelihood"] for column in model["columns"]]
        starts = np.concatenate([[0], np.cumsum([outputs(one) for one in likelihoods])])
        rows, d = int(starts[-1]), model["latent"]
        self.groups = []
        for key in dict.fromkeys(map(group, likelihoods)):
            members = [i for i, one in enumerate(likelihoods) if group(one) == key]
            self.groups.append((torch.tensor(members), FAMILIES[key[0]]([likelihoods[i] for i in members], [int(starts[i]) for i in members])))

        def layers(width, hidden):
            return [layer for size in hidden for layer in (nn.Linear(take(size), size), nn.ReLU())]

        widths = [inputs]

        def take(size):
            width, widths[0] = widths[0], size
            return width

        self.encoder = nn.Sequential(*layers(inputs, model["hidden"]))
        self.mean, self.log_variance = nn.Linear(widths[0], d), nn.Linear(widths[0], d)
        widths[0] = d
        self.decoder = nn.Sequential(*layers(d, model["hidden"][::-1]))
        shared = np.zeros(rows, bool)
        for i, one in enumerate(likelihoods):
            if one["family"] == "Ordinal":
                shared[starts[i] + 1:starts[i + 1]] = True
        computed = int((~shared).sum())
        self.output = nn.Linear(widths[0], computed)
        self.shared = nn.Parameter(torch.zeros(rows - computed))
        self.order = torch.tensor(np.argsort(np.concatenate([np.flatnonzero(~shared), np.flatnonzero(shared)])))
        self.has_shared = bool(shared.any())
        self.linear_in = nn.Linear(inputs, d, bias=False) if model["linear_paths"] else None
        self.linear_out = nn.Linear(d, computed, bias=False) if model["linear_paths"] else None
        self.factors = None
        if model["factors"]:
            numbers = [i for i, one in enumerate(likelihoods) if one["family"] in ("Gaussian", "GaussianMixture") and not one["has_zeros"]]
            weights = torch.randn(len(numbers), d) * 0.3                       # as costly as fitted ones
            self.products = torch.einsum("ij,ik->ijk", weights, weights).flatten(1)
            self.factors = (weights, torch.tensor([places[i].start for i in numbers]), torch.tensor(numbers))

    def loss(self, x, target, seen, draws):
        """The batch's mean negative bound: the importance-weighted one of several draws, the ELBO of one."""
        h = self.encoder(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        if self.linear_in is not None:
            mean = mean + self.linear_in(x)
        if self.factors is not None:
            with torch.no_grad():                                              # fixed: a posterior under what is seen
                w, start, numbers = self.factors
                there = seen[:, numbers]
                precision = torch.eye(w.shape[1]) + (there @ self.products).view(-1, w.shape[1], w.shape[1])
                more = torch.cholesky_solve(((there * x[:, start]) @ w)[..., None], torch.linalg.cholesky(precision))[..., 0]
                less = torch.log(torch.diagonal(precision, dim1=1, dim2=2))
            mean, log_variance = mean + more, log_variance - less
        noise = torch.randn(draws, *mean.shape)
        z = (mean + torch.exp(log_variance / 2) * noise).flatten(0, 1)
        output = self.output(self.decoder(z))
        if self.linear_out is not None:
            output = output + self.linear_out(z)
        if self.has_shared:
            output = torch.cat([output, self.shared.expand(len(output), -1)], 1)[:, self.order]
        reconstruction = 0
        for members, family in self.groups:
            column, there = target[:, members].repeat(draws, 1), seen[:, members].repeat(draws, 1)
            reconstruction = reconstruction + (family.loss(output, column) * there).sum(1)
        if draws == 1:
            return (reconstruction.sum() + (torch.exp(log_variance) + mean ** 2 - 1 - log_variance).sum() / 2) / len(x)
        ratio = (noise ** 2 + log_variance).flatten(0, 1).sum(1) / 2 - (z ** 2).sum(1) / 2     # log p(z) - log q(z|x)
        weights = (ratio - reconstruction).view(draws, -1)
        return (math.log(draws) - torch.logsumexp(weights, 0)).mean()


def group(likelihood):
    if likelihood["family"] in ("Gaussian", "GaussianMixture"):
        return likelihood["family"], likelihood["components"], likelihood["has_zeros"] + len(likelihood["atoms"])
    return (likelihood["family"],)


def main():
    folder, table, epochs, threads = (sys.argv[1:] + ["3", "1"][len(sys.argv) - 3:])[:4]
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
        run = json.load(file)
    target, observed, coding = coded(run, table)
    widths = [part.shape[1] + 1 for part in coding]                            # the last number of a column is its hole
    ends = np.cumsum(widths)
    places = [slice(int(end - width), int(end)) for end, width in zip(ends, widths)]
    whole = np.zeros((len(target), int(ends[-1])), np.float32)
    for j, part in enumerate(coding):
        whole[:, places[j]][:, :-1] = part * observed[:, j:j + 1]
        whole[:, places[j].stop - 1] = ~observed[:, j]
    owner = torch.tensor(np.repeat(np.arange(len(widths)), widths))
    holes = torch.tensor([place.stop - 1 for place in places])
    x, t, o = torch.tensor(whole), torch.tensor(target, dtype=torch.float32), torch.tensor(observed, dtype=torch.float32)
    net = Net(run["model"], x.shape[1], places)
    training = run["training"]
    adam = torch.optim.Adam(net.parameters(), lr=training["adam"]["learning_rate"])
    batch, clip, hiding = training["batch_size"], training["adam"].get("clip_norm") or 0, training.get("hiding_share", 0)
    draws = run["model"]["draws"]
    print(f"PyTorch {torch.__version__}, {blas()}, {threads} threads; {x.shape[1]} inputs, hidden {run['model']['hidden']}, latent {run['model']['latent']}, "
          f"{net.output.out_features} outputs, batches of {batch}, {draws} draws, factors {run['model']['factors']}", flush=True)
    for _ in range(int(epochs)):
        started, total, order = time.perf_counter(), 0.0, torch.randperm(len(x))
        for first in range(0, len(x), batch):
            rows = order[first:first + batch]
            inputs, seen = x[rows], o[rows]
            if hiding:
                rate = torch.rand(len(rows), 1) * (torch.rand(len(rows), 1) < hiding)
                seen = seen * (torch.rand(seen.shape) >= rate)
                inputs = inputs * seen[:, owner]
                inputs[:, holes] = 1 - seen
            loss = net.loss(inputs, t[rows], seen, draws)
            adam.zero_grad()
            loss.backward()
            if clip:
                nn.utils.clip_grad_norm_(net.parameters(), clip)
            adam.step()
            total += float(loss) * len(rows)
        print(f"rows/s {len(x) / (time.perf_counter() - started):.0f} loss {total / len(x):.3f}", flush=True)


if __name__ == "__main__":
    main()
