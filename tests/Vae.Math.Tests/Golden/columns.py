#!/usr/bin/python3
"""Writes columns.json beside this file: losses and gradients of a table's column, in 60 digits by mpmath's differentiation of the
textbook formulas.

    /usr/bin/python3 tests/Vae.Math.Tests/Golden/columns.py        (needs mpmath and PyTorch; written with 1.2 and 1.13)

Where PyTorch's float64 can be trusted (sizes up to 1000, moderate arguments) the script also compares its autograd with these and
stops where they differ by more than 1e-7. Every input is a float32 number.
"""
import json
import os

import torch
import torch.nn.functional as F
from mpmath import diff, exp, log, loggamma, mp, mpf

mp.dps = 60
torch.set_default_dtype(torch.float64)


def single(value):
    return torch.tensor(value, dtype=torch.float32).double().item()


def s(a):
    return 1 / (1 + exp(-a))


def poisson(x, o):
    return exp(o) - x * o + loggamma(x + 1)


def negative_binomial(x, o, rho):
    r, mu = exp(rho), exp(o)
    return loggamma(r) + loggamma(x + 1) - loggamma(x + r) - r * log(r / (r + mu)) - x * log(mu / (r + mu))


def zero_inflated(x, g, o, rho):
    p, q = s(g), exp(-negative_binomial(x, o, rho))
    return -log(p + (1 - p) * q) if x == 0 else -log((1 - p) * q)


def bernoulli(x, l):
    return -log(s(l) if x == 1 else 1 - s(l))


def category(x, *logits):
    return log(sum(exp(l) for l in logits)) - logits[x]


def ordinal(x, eta, *raw):
    least = mpf("1e-6")
    thetas = [raw[0]]
    for value in raw[1:]:
        thetas.append(thetas[-1] + least + log(1 + exp(value)))
    upper = s(thetas[x] - eta) if x < len(thetas) else 1
    lower = s(thetas[x - 1] - eta) if x > 0 else 0
    return -log(upper - lower)


def torch_count(x, g, o, rho):
    distribution = torch.distributions.NegativeBinomial(rho.exp(), logits=o - rho)
    loss = -distribution.log_prob(x)
    if g is None:
        return loss
    return F.softplus(g) + loss if x > 0 else F.softplus(g) - torch.logaddexp(g, -loss)


TORCH = {
    "poisson": lambda x, o: -torch.distributions.Poisson(o.exp()).log_prob(x),
    "negativeBinomial": lambda x, o, rho: torch_count(x, None, o, rho),
    "zeroInflated": torch_count,
    "bernoulli": lambda x, l: F.binary_cross_entropy_with_logits(l, x),
    "category": lambda x, *l: F.cross_entropy(torch.stack(l)[None], x.long()[None]),
}


def case(name, function, x, *outputs, check=True):
    outputs = [single(value) for value in outputs]
    digits = [mpf(value) for value in outputs]
    mp.dps = 60
    loss = function(x, *digits)
    gradient = []
    for i in range(len(digits)):
        gradient.append(diff(lambda a: function(x, *digits[:i], a, *digits[i + 1:]), digits[i]))
    if check and name in TORCH:
        tensors = [torch.tensor(value, requires_grad=True) for value in outputs]
        theirs = TORCH[name](torch.tensor(float(x)), *tensors)
        theirs.backward()
        for ours, other in zip([loss] + gradient, [theirs] + [tensor.grad for tensor in tensors]):
            assert abs(ours - other.item()) <= 1e-7 * max(1e-3, abs(ours)), (name, x, outputs, ours, other)
    return {"x": x, "outputs": outputs, "loss": float(loss), "gradient": [float(value) for value in gradient]}


def cases():
    counts = [(0, 0.5, -2), (0, 3, 1), (1, 0, 0), (2, 1.5, -0.7), (3, 1, 2), (7, 2, 2.07), (7, 2, 2.09), (25, 3.2, 4.6), (29, 3.4, 6.9),
              (100, 2, -4), (1000, 7, 6.5)]
    beyond = [(3, 1, 9.2), (29, 3.3, 13.8), (29, 3.4, 18.4), (0, 2, 18.4), (1000000, 13.8, 0), (1000000, 13.8, 13.8), (1000000, 13.8155, 18.4),
              (1000000, 14, 3), (1000000, 2, -3), (0, 13, -3), (3, 40, 1), (5, -40, 2), (5, 1.5, 34), (12, 3, -30), (0, -30, 0), (0, 12, 12),
              (16777216, 16, 9)]
    yield "poisson", [case("poisson", poisson, x, o, check=x < 1e5) for x, o, _ in counts + beyond]
    yield "negativeBinomial", [case("negativeBinomial", negative_binomial, *c) for c in counts] + [
        case("negativeBinomial", negative_binomial, *c, check=False) for c in beyond]
    logits = [-30, -6, -1.5, 0, 0.4, 2, 30]
    yield "zeroInflated", [case("zeroInflated", zero_inflated, x, logits[i % 7], o, rho, check=i % 7 not in (0, 6))
                           for i, (x, o, rho) in enumerate(counts)] + [
        case("zeroInflated", zero_inflated, x, logits[(i * 3) % 7], o, rho, check=False) for i, (x, o, rho) in enumerate(beyond)] + [
        case("zeroInflated", zero_inflated, 0, g, o, rho, check=False) for g in logits for o, rho in [(-8, 1), (0, 0), (5, 3), (8, 6)]]
    yield "bernoulli", [case("bernoulli", bernoulli, x, l) for x in (0, 1) for l in (-20, -1.25, 0, 0.5, 20)]
    yield "category", [case("category", category, x, *l) for x in (0, 1, 3) for l in
                       ([0.5, -1, 2, 0], [1, 1, 1, 1], [12, -3, -12, 11.5], [-8, 4, 4, -30])]
    thresholds = [[-1, 0.5, -2], [0.25, -12, 1], [-3, 2, 2.5], [0, -40, -40]]
    yield "ordinal", [case("ordinal", ordinal, x, eta, *raw) for x in (0, 1, 2, 3) for eta in (-25, -0.5, 1, 30) for raw in thresholds]


path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "columns.json")
with open(path, "w") as file:
    groups = ['"%s": [\n%s\n]' % (name, ",\n".join(json.dumps(one) for one in group)) for name, group in cases()]
    file.write("{\n" + ",\n".join(groups) + "\n}\n")
