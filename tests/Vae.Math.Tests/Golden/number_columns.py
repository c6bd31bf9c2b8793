#!/usr/bin/python3
"""Writes number_columns.json beside this file: losses and gradients of the likelihoods of a table's numbers.

    /usr/bin/python3 tests/Vae.Math.Tests/Golden/number_columns.py       (written with PyTorch 1.13 and mpmath 1.2)

By PyTorch's distributions and autograd in float64; the Student-t by mpmath in 90 digits, for PyTorch's log-gammas cancel.
A row of outputs for each draw. Every input is a float32 number.
"""
import json
import os

import mpmath
import torch
import torch.nn.functional as F
from torch.distributions import Bernoulli, Categorical, MixtureSameFamily, Normal

torch.manual_seed(20261128)
torch.set_default_dtype(torch.float64)
mpmath.mp.dps = 90


def exact(tensor):
    return tensor.float().double()


def scale(raw, least):
    """exp(v / 2), v = floor + softplus(raw - floor), floor = 2 log(least)."""
    floor = 2 * torch.log(torch.tensor(least))
    return torch.exp((floor + F.softplus(raw - floor, threshold=1e3)) / 2)


def gaussian(outputs, x, least):
    return Normal(outputs[:, 0], scale(outputs[:, 1], least)).log_prob(x)


def mixture(outputs, x, least):
    logits, means, raws = outputs.chunk(3, dim=1)
    return MixtureSameFamily(Categorical(logits=logits), Normal(means, scale(raws, least))).log_prob(x)


def with_zeros(inner):
    def log_prob(outputs, x, least):
        is_zero = torch.isinf(x)
        number = inner(outputs[:, 1:], torch.where(is_zero, torch.zeros(()), x), least)
        zero = Bernoulli(logits=outputs[:, 0]).log_prob(is_zero.double())
        return zero + torch.where(is_zero, torch.zeros(()), number)
    return log_prob


def case(log_prob, outputs, x, least, **column):
    outputs = exact(outputs).requires_grad_(True)
    x = exact(x)
    loss = -log_prob(outputs, x, least)
    loss.sum().backward()
    return {
        "column": column | {"LeastDeviation": least}, "outputs": outputs.tolist(),
        "x": [v if abs(v) < 1e300 else None for v in x.tolist()],  # None: a zero
        "loss": loss.tolist(), "gradient": outputs.grad.tolist(),
    }


def student_t(outputs, x, least):
    """The loss of one draw and its gradient, by differences of 90 digits."""
    floor = mpmath.log(mpmath.mpf(least))

    def loss(m, q, n):
        c = mpmath.exp(floor + mpmath.log(1 + mpmath.exp(q - floor)))
        nu = 2 + mpmath.log(1 + mpmath.exp(n))
        t = (mpmath.mpf(x) - m) / c
        return (mpmath.log(c) + mpmath.log(nu * mpmath.pi) / 2 + mpmath.loggamma(nu / 2) - mpmath.loggamma((nu + 1) / 2)
                + (nu + 1) / 2 * mpmath.log(1 + t * t / nu))

    at = [mpmath.mpf(o) for o in outputs]
    step = mpmath.mpf(10) ** -18
    gradient = []
    for i in range(3):
        up, down = list(at), list(at)
        up[i] += step
        down[i] -= step
        gradient.append(float((loss(*up) - loss(*down)) / (2 * step)))
    return float(loss(*at)), gradient


def student_t_case(least, degrees):
    draws, losses, gradients, xs = [], [], [], []
    for nu in degrees:
        raw = nu - 2 if nu > 600 else float(mpmath.log(mpmath.expm1(mpmath.mpf(nu) - 2)))
        for x in (0.3, -2.0, 40.0):
            outputs = exact(torch.tensor([0.25 + 0.1 * len(draws) % 1, -1.5 + 0.37 * len(draws) % 3, raw])).tolist()
            x = exact(torch.tensor(x)).item()
            loss, gradient = student_t(outputs, x, least)
            draws.append(outputs)
            xs.append(x)
            losses.append(loss)
            gradients.append(gradient)
    return {"column": {"Family": "StudentT", "LeastDeviation": least}, "outputs": draws, "x": xs, "loss": losses, "gradient": gradients}


def zeros(x):
    return torch.where(torch.arange(len(x)) % 3 == 1, torch.tensor(-float("inf")), x)


def normal(*shape):
    return torch.randn(*shape)


NEAR_THE_FLOOR = torch.tensor([0.0, -7.0])
cases = {
    "gaussian": case(gaussian, 2 * normal(19, 2), normal(19), 1e-3, Family="Gaussian"),
    "gaussianNearTheFloor": case(gaussian, normal(19, 2) + NEAR_THE_FLOOR, normal(19) / 10, 0.05, Family="Gaussian"),
    "gaussianWithZeros": case(with_zeros(gaussian), 2 * normal(19, 3), zeros(normal(19)), 1e-3, Family="Gaussian", HasZeros=True),
    "mixtureOfOne": case(mixture, 2 * normal(19, 3), normal(19), 1e-3, Family="GaussianMixture", Components=1),
    "mixture": case(mixture, 2 * normal(19, 12), 2 * normal(19), 0.05, Family="GaussianMixture", Components=4),
    "mixtureWithZeros": case(
        with_zeros(mixture), 2 * normal(19, 10), zeros(normal(19)), 1e-2, Family="GaussianMixture", Components=3, HasZeros=True),
    "studentT": student_t_case(1e-3, [2.1, 2.5, 3.0, 5.0, 10.0, 29.0, 31.0, 100.0, 300.0, 1e3]),
    "studentTNearTheFloor": student_t_case(1.0, [2.1, 10.0, 1e3]),
    "studentTTowardsAGaussian": student_t_case(0.1, [1e4, 1e5, 1e6, 1e8, 1e12]),
}

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "number_columns.json")
with open(path, "w") as file:
    lines = [f"  {json.dumps(name)}: {json.dumps(case, allow_nan=False)}" for name, case in cases.items()]
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
print(f"{path}: {len(cases)} cases, {os.path.getsize(path)} bytes")
