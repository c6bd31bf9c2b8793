#!/usr/bin/python3
"""Writes layers.json beside this file: values and gradients of every layer and loss, by PyTorch's autograd in float64.

    /usr/bin/python3 tests/Vae.Math.Tests/Golden/generate.py        (needs PyTorch; written with 1.13)

A matrix of activations stands as PyTorch has it, a row for each sample; the tests read each row as a column. A weight
stands as [out, in], rows as in W. Every input is a float32 number, so that the float tests see the very same input.
Losses are summed over features and averaged over samples, as Vae.Math's are. Where it says so, values come from Python's decimals instead.
"""
import json
import os
import struct
from decimal import Decimal, getcontext

import torch
import torch.nn.functional as F

torch.manual_seed(20240117)
torch.set_default_dtype(torch.float64)


def given(tensor):
    """An input: rounded to float32, kept as float64, with a gradient."""
    return tensor.float().double().clone().requires_grad_(True)


def fixed(tensor):
    return tensor.float().double()


def normal(*shape):
    return torch.randn(*shape)


def sum_per_sample(elements):
    return elements.sum(dim=1)


def loss_case(function, output, target):
    output = given(output)
    target = fixed(target)
    per_sample = sum_per_sample(function(output, target, reduction="none"))
    loss = per_sample.mean()
    loss.backward()
    return {
        "output": output.tolist(), "target": target.tolist(),
        "loss": loss.item(), "perSample": per_sample.tolist(), "outputGradient": output.grad.tolist(),
    }


def layer_case(function, input, probe):
    input = given(input)
    probe = fixed(probe)
    output = function(input)
    (probe * output).sum().backward()
    return {
        "input": input.tolist(), "outputGradient": probe.tolist(),
        "output": output.tolist(), "inputGradient": input.grad.tolist(),
    }


def linear():
    weight, bias, input = given(normal(4, 3)), given(normal(4)), given(normal(5, 3))
    probe = fixed(normal(5, 4))
    output = F.linear(input, weight, bias)
    (probe * output).sum().backward()
    return {
        "weight": weight.tolist(), "bias": bias.tolist(), "input": input.tolist(), "outputGradient": probe.tolist(),
        "output": output.tolist(), "weightGradient": weight.grad.tolist(), "biasGradient": bias.grad.tolist(),
        "inputGradient": input.grad.tolist(),
    }


def gaussian_kl(weight):
    """Both by the closed form and by torch.distributions, which must agree."""
    mean, log_variance = given(normal(4, 5)), given(1.5 * normal(4, 5))
    per_sample = 0.5 * (log_variance.exp() + mean ** 2 - 1 - log_variance).sum(dim=1)
    posterior = torch.distributions.Normal(mean, (log_variance / 2).exp())
    other = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0)).sum(dim=1)
    assert torch.allclose(per_sample, other, rtol=1e-12)
    loss = other.mean()
    (weight * loss).backward()
    return {
        "mean": mean.tolist(), "logVariance": log_variance.tolist(), "weight": weight,
        "loss": loss.item(), "perSample": other.tolist(),
        "meanGradient": mean.grad.tolist(), "logVarianceGradient": log_variance.grad.tolist(),
    }


def reparameterisation():
    mean, log_variance = given(normal(4, 5)), given(1.5 * normal(4, 5))
    noise, probe = fixed(normal(4, 5)), fixed(normal(4, 5))
    latent = mean + torch.exp(0.5 * log_variance) * noise
    (probe * latent).sum().backward()
    return {
        "mean": mean.tolist(), "logVariance": log_variance.tolist(), "noise": noise.tolist(), "latentGradient": probe.tolist(),
        "latent": latent.tolist(), "meanGradient": mean.grad.tolist(), "logVarianceGradient": log_variance.grad.tolist(),
    }


def adam(steps=5, **options):
    """Small weights beside large steps, so that a float's own rounding does not hide the step."""
    weight = given(0.01 * normal(3, 7))
    optimiser = torch.optim.Adam([weight], **options)
    gradients, values = [], []
    start = weight.tolist()
    for step in range(steps):
        gradient = fixed(normal(3, 7) * 10.0 ** (step - 3))           # 1e-3 to 10: epsilon and both decays matter
        weight.grad = gradient.clone()
        optimiser.step()
        gradients.append(gradient.tolist())
        values.append(weight.tolist())
    state = optimiser.state[weight]
    return {
        "options": {"learningRate": options.get("lr", 1e-3), "beta1": options.get("betas", (0.9, 0.999))[0],
                    "beta2": options.get("betas", (0.9, 0.999))[1], "epsilon": options.get("eps", 1e-8)},
        "start": start, "gradients": gradients, "values": values,
        "firstMoment": state["exp_avg"].tolist(), "secondMoment": state["exp_avg_sq"].tolist(),
    }


def adam_with_extras(decay, clip, factors):
    """Two parameters, so that the norm goes over both; a learning rate that changes from step to step."""
    weights = [given(0.01 * normal(3, 7)), given(0.01 * normal(4, 1))]
    optimiser = torch.optim.AdamW(weights, lr=0.03, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: (factors + [0.0])[step])
    starts = [weight.tolist() for weight in weights]
    gradients, values, norms = [[], []], [[], []], []
    for step in range(len(factors)):
        for weight, each in zip(weights, gradients):
            weight.grad = fixed(normal(*weight.shape) * 10.0 ** (step - 3)) # 1e-3 to 10: some are clipped, some are not
            each.append(weight.grad.tolist())
        norms.append(torch.nn.utils.clip_grad_norm_(weights, clip or float("inf")).item())
        optimiser.step()
        schedule.step()
        for weight, each in zip(weights, values):
            each.append(weight.tolist())
    return {
        "options": {"learningRate": 0.03, "weightDecay": decay, "clipNorm": clip}, "factors": factors, "norms": norms,
        "parameters": [{"start": start, "gradients": g, "values": v} for start, g, v in zip(starts, gradients, values)],
    }


def half_squared_error(output, target, reduction):
    return 0.5 * F.mse_loss(output, target, reduction=reduction)


def continuous_bernoulli(output, target, reduction):
    return -torch.distributions.ContinuousBernoulli(logits=output).log_prob(target)


LEAST_LOG_VARIANCE = -6.0


def gaussian(raw, mean, target):
    """-log p(x), x ~ N(mean, exp(v)), with the soft floor under v."""
    v = LEAST_LOG_VARIANCE + F.softplus(raw - LEAST_LOG_VARIANCE)
    return -torch.distributions.Normal(mean, (v / 2).exp()).log_prob(target)


def gaussian_pixel_variance(output, target, reduction):
    mean, raw = output.chunk(2, dim=1)
    return gaussian(raw, mean, target)


def gaussian_with_variance(raw, draws):
    """The mean over all columns and its gradients; then the gradients of a weighted sum of the columns."""
    output, target, raw = given(normal(4 * draws, 19)), fixed(torch.rand(4, 19)), given(torch.tensor(raw))
    weights = fixed(normal(4 * draws))
    per_sample = sum_per_sample(gaussian(raw, output, target.repeat_interleave(draws, dim=0)))
    loss = per_sample.mean()
    gradients = torch.autograd.grad(loss, [output, raw], retain_graph=True)
    weighted = torch.autograd.grad((weights * per_sample).sum(), [output, raw])
    return {
        "output": output.tolist(), "target": target.tolist(), "raw": raw.item(), "weights": weights.tolist(),
        "loss": loss.item(), "perSample": per_sample.tolist(),
        "outputGradient": gradients[0].tolist(), "rawGradient": gradients[1].item(),
        "weightedOutputGradient": weighted[0].tolist(), "weightedRawGradient": weighted[1].item(),
    }


def continuous_bernoulli_at_the_edges():
    """log((exp(l) - 1) / l) and its derivative, where float64 cancels: not by PyTorch, but in 80 digits."""
    getcontext().prec = 80
    positive = [1e-30, 1e-8, 1e-3, 0.03, 0.5, 0.99, 1 - 2.0 ** -24, 1.0, 1 + 2.0 ** -23, 1.01, 2.0, 5.0, 17.0, 30.0, 88.0, 100.0, 1e4, 1e30]
    logits = [0.0] + [sign * struct.unpack("f", struct.pack("f", l))[0] for l in positive for sign in (1, -1)]
    losses, means = [], []
    for l in map(Decimal, logits):
        if abs(l) < Decimal("1e-6"):                                  # the next terms are l^4 / 2880 and l^3 / 720
            loss, mean = l / 2 + l * l / 24, Decimal("0.5") + l / 12
        else:
            a = abs(l)
            e = (-min(a, Decimal(1000))).exp()
            loss = max(l, Decimal(0)) + ((1 - e) / a).ln()
            mean = (1 if l > 0 else -e) / (1 - e) - 1 / l
        losses.append(float(loss))
        means.append(float(mean))
    return {"logits": logits, "lossesAt0": losses, "means": means}


PROBABILITIES = torch.tensor([[0.0, 0.0, 1.0, 1.0, 0.5, 0.25], [0.0, 1.0, 0.999, 0.001, 0.75, 1e-6]])
TARGETS = torch.tensor([[0.0, 1.0, 1.0, 0.0, 0.5, 0.75], [0.25, 0.25, 1.0, 0.0, 0.0, 0.5]])
LOGITS = torch.tensor([[100.0, -100.0, 100.0, -100.0, 0.0, 0.0, 0.0], [-30.0, 30.0, 1e-3, -1e-3, 1.0, -1.0, 88.0]])
LOGIT_TARGETS = torch.tensor([[0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.5], [0.5, 0.5, 0.25, 0.75, 1.0, 0.0, 0.125]])
CORNER = torch.tensor([[0.0, -0.0, 1.0, -1.0, 1e-30], [2.0, -2.0, 0.0, 3.5, -1e-30]])
EDGES = torch.tensor([[0.0, -0.0, 1.0, -1.0, 20.0, -20.0, 100.0], [1e-4, -1e-4, 3.0, -3.0, 50.0, -50.0, -100.0]])
WIDE = torch.tensor([[0.0, 1.0, -1.0, 20.0, -20.0, 50.0, -50.0], [1e-4, -1e-4, 3.0, -3.0, 700.0, -30.0, 5.0]])

cases = {
    "pytorch": torch.__version__,
    "linear": linear(),
    "relu": layer_case(F.relu, normal(3, 9), normal(3, 9)),
    "reluAtTheCorner": layer_case(F.relu, CORNER, 1 + normal(2, 5) ** 2),
    "sigmoid": layer_case(torch.sigmoid, 2 * normal(3, 9), normal(3, 9)),
    "sigmoidFarOut": layer_case(torch.sigmoid, WIDE, 1 + normal(2, 7) ** 2),
    "reparameterisation": reparameterisation(),
    "binaryCrossEntropy": loss_case(F.binary_cross_entropy_with_logits, 3 * normal(4, 19), torch.rand(4, 19)),
    "binaryCrossEntropyAtTheEdges": loss_case(F.binary_cross_entropy_with_logits, LOGITS, LOGIT_TARGETS),
    "binaryCrossEntropyOnProbabilities": loss_case(F.binary_cross_entropy, 0.02 + 0.96 * torch.rand(4, 19), torch.rand(4, 19)),
    "binaryCrossEntropyOnProbabilitiesAtTheEdges": loss_case(F.binary_cross_entropy, PROBABILITIES, TARGETS),
    "gaussianLikelihood": loss_case(half_squared_error, normal(4, 19), torch.rand(4, 19)),
    "gaussianKl": gaussian_kl(weight=1.0),
    "gaussianKlWithWeight4": gaussian_kl(weight=4.0),
    "adam": adam(),
    "adamWithOtherConstants": adam(lr=0.03, betas=(0.5, 0.9), eps=1e-4),
}

torch.manual_seed(20250214)                                           # a seed of their own: the values above stay as they are
cases.update({
    "tanh": layer_case(torch.tanh, normal(3, 9), normal(3, 9)),
    "tanhAtTheEdges": layer_case(torch.tanh, EDGES, 1 + normal(2, 7) ** 2),
    "softplus": layer_case(F.softplus, 2 * normal(3, 9), normal(3, 9)),
    "softplusAtTheEdges": layer_case(F.softplus, EDGES, 1 + normal(2, 7) ** 2),
    "leakyRelu": layer_case(F.leaky_relu, normal(3, 9), normal(3, 9)),
    "leakyReluAtTheEdges": layer_case(F.leaky_relu, EDGES, 1 + normal(2, 7) ** 2),
})

torch.manual_seed(20260417)                                           # a seed of their own: those above stay as they are
cases |= {
    "continuousBernoulli": loss_case(continuous_bernoulli, (2 * normal(4, 19)).clamp(-6, 6), torch.rand(4, 19)),
    "continuousBernoulliAtTheEdges": continuous_bernoulli_at_the_edges(),
    "gaussianWithVariance": gaussian_with_variance(raw=-1.25, draws=1),
    "gaussianWithVarianceNearTheFloor": gaussian_with_variance(raw=-7.0, draws=1),
    "gaussianWithVarianceOfTwoDraws": gaussian_with_variance(raw=0.5, draws=2),
    "gaussianPixelVariance": loss_case(gaussian_pixel_variance, torch.cat([normal(4, 19), 4 * normal(4, 19) - 3], dim=1), torch.rand(4, 19)),
}

torch.manual_seed(20240611)                                           # a seed of their own: the cases above keep their values
cases["adamWithDecay"] = adam_with_extras(decay=0.1, clip=0.0, factors=[1.0] * 5)
cases["adamWithClipping"] = adam_with_extras(decay=0.0, clip=1.0, factors=[1.0] * 5)
cases["adamWithDecayClippingAndSchedule"] = adam_with_extras(decay=0.1, clip=1.0, factors=[1.0, 0.72, 0.5, 0.0, 0.1])

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers.json")
with open(path, "w") as file:
    lines = [f"  {json.dumps(name)}: {json.dumps(case, allow_nan=False)}" for name, case in cases.items()]
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
print(f"{path}: {len(cases) - 1} cases, {os.path.getsize(path)} bytes")
