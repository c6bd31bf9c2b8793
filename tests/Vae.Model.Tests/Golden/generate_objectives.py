#!/usr/bin/python3
"""Writes Objectives/cases.json: every bound with every likelihood and activation, by PyTorch's autograd and distributions in float64.

    /usr/bin/python3 tests/Vae.Model.Tests/Golden/generate_objectives.py       (needs PyTorch; written with 1.13)

Nothing of the library's own formulas stands here: densities are those of torch.distributions, gradients those of autograd, and the
doubly reparameterised one is assembled from its definition by detach(). Weights stand as PyTorch has them, [out][in], several cases
sharing a set; x has a row for each sample; epsilon and what is computed of draws have a row for each draw, a sample's one after another.
"""
import json
import math
import os

import torch
import torch.nn.functional as F
from torch.distributions import Bernoulli, ContinuousBernoulli, Normal, kl_divergence

FEATURES, HIDDEN, LATENT, BATCH, CLASSES = 5, [4, 3], 2, 3, 3
FLOOR = -6.0
LIKELIHOODS = ["Bernoulli", "Gaussian", "GaussianWithVariance", "GaussianPixelVariance", "ContinuousBernoulli"]
ACTIVATIONS = {"Relu": torch.relu, "Tanh": torch.tanh, "Softplus": F.softplus, "LeakyRelu": lambda x: F.leaky_relu(x, 0.01)}
BOUNDS = {
    "elbo": dict(bound="Elbo", draws=1, free_bits=0.0), "elbo3": dict(bound="Elbo", draws=3, free_bits=0.0),
    "free-bits": dict(bound="Elbo", draws=3, free_bits=0.3), "iwae": dict(bound="ImportanceWeighted", draws=4, free_bits=0.0),
    "dreg": dict(bound="DoublyReparameterised", draws=4, free_bits=0.0),
}
STEPS = dict(
    steps=5, learning_rate=0.02, weight_decay=0.1, clip_norm=0.5, warm_up_epochs=4, schedule_epochs=2, schedule_factor=0.5)  # a step an epoch


def cases():
    """Each bound with each likelihood, twice; KL weights, warm-up, activations and labels go round beneath them."""
    for again in range(2):
        for b, (bound, options) in enumerate(BOUNDS.items()):
            for k, likelihood in enumerate(LIKELIHOODS):
                names = list(ACTIVATIONS)
                yield dict(
                    name=f"{bound} {likelihood} {again + 1}", likelihood=likelihood, **options,
                    kl_weight=1.0 if again == 0 else [0.5, 4.0][(b + k) % 2],
                    warm_up=1.0 if again == 0 else [1.0, 0.5, 0.0, 1.0, 0.25][(b + 2 * k) % 5],
                    encoder=names[(b + k + again) % 4], decoder=names[(2 * b + 3 * k + again + 1) % 4],
                    classes=CLASSES if (b + k + again) % 2 else 0, steps=again == 0 and likelihood in LIKELIHOODS[b:b + 1])
    yield dict(
        name="reconstruction only", likelihood="Gaussian", **BOUNDS["elbo3"], kl_weight=0.0, warm_up=1.0, encoder="Tanh", decoder="Relu",
        classes=0, steps=False)


def weights_name(case):
    return case["likelihood"] + (" with labels" if case["classes"] else "")


def make_weights(likelihood, classes):
    outputs = FEATURES * (2 if likelihood == "GaussianPixelVariance" else 1)
    layers = {}
    sizes = [FEATURES + classes, *HIDDEN]
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        layers[f"encoder.hidden.{i}"] = (b, a)
    layers["encoder.mean"] = layers["encoder.log_variance"] = (LATENT, HIDDEN[-1])
    sizes = [LATENT + classes, *reversed(HIDDEN)]
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        layers[f"decoder.hidden.{i}"] = (b, a)
    layers["decoder.output"] = (outputs, HIDDEN[0])
    parameters = {}
    for name, (rows, columns) in layers.items():
        scale = 0.5 if name in ("encoder.log_variance", "decoder.output") else 1.2   # so that no draw has all the weight
        parameters[f"{name}.weight"] = scale * torch.randn(rows, columns) / math.sqrt(columns)
        parameters[f"{name}.bias"] = 0.3 * torch.randn(rows)
    if likelihood == "GaussianWithVariance":
        parameters["likelihood.log_variance"] = 0.5 * torch.randn(1, 1)
    return parameters


def network(p, case, x, label, epsilon):
    one_hot = F.one_hot(label, CLASSES).to(x.dtype) if case["classes"] else x[:, :0]
    h = torch.cat([x, one_hot], dim=1)
    for i in range(len(HIDDEN)):
        h = ACTIVATIONS[case["encoder"]](F.linear(h, p[f"encoder.hidden.{i}.weight"], p[f"encoder.hidden.{i}.bias"]))
    mean = F.linear(h, p["encoder.mean.weight"], p["encoder.mean.bias"])
    log_variance = F.linear(h, p["encoder.log_variance.weight"], p["encoder.log_variance.bias"])
    k = case["draws"]
    z = mean.repeat_interleave(k, 0) + (log_variance / 2).exp().repeat_interleave(k, 0) * epsilon
    h = torch.cat([z, one_hot.repeat_interleave(k, 0)], dim=1)
    for i in range(len(HIDDEN)):
        h = ACTIVATIONS[case["decoder"]](F.linear(h, p[f"decoder.hidden.{i}.weight"], p[f"decoder.hidden.{i}.bias"]))
    return mean, log_variance, z, F.linear(h, p["decoder.output.weight"], p["decoder.output.bias"])


def log_likelihood(p, case, output, x):
    """log p(x|z) of each draw, a full log-density."""
    x = x.repeat_interleave(case["draws"], 0)
    if case["likelihood"] == "Bernoulli":
        density = Bernoulli(logits=output)
    elif case["likelihood"] == "ContinuousBernoulli":
        density = ContinuousBernoulli(logits=output)
    elif case["likelihood"] == "Gaussian":
        density = Normal(output, math.sqrt(case["kl_weight"] or 1.0))
    elif case["likelihood"] == "GaussianWithVariance":
        v = FLOOR + F.softplus(p["likelihood.log_variance"][0, 0] - FLOOR)
        density = Normal(output, (v / 2).exp())
    else:
        v = FLOOR + F.softplus(output[:, FEATURES:] - FLOOR)
        output = output[:, :FEATURES]
        density = Normal(output, (v / 2).exp())
    return density.log_prob(x).sum(1), density.mean if case["likelihood"] != "Gaussian" else output


def evaluate(p, case, x, label, epsilon, warm_up):
    """What is reported, and the surrogates whose gradients are those of the encoder and of everything else."""
    mean, log_variance, z, output = network(p, case, x, label, epsilon)
    log_p, shown = log_likelihood(p, case, output, x)
    k = case["draws"]
    fixed = case["likelihood"] == "Gaussian"
    error = ((output - x.repeat_interleave(k, 0)) ** 2).sum(1) / 2 if fixed else -log_p
    posterior, prior = Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)
    kl = kl_divergence(posterior, prior)
    result = dict(
        mean=mean, log_variance=log_variance, z=z, shown=shown, reconstruction_error=error, kl=kl.sum(1), reconstruction=error.mean(),
        negative_elbo=-log_p.mean() + kl.sum(1).mean())
    if case["bound"] == "Elbo":
        per_latent = kl.mean(0)
        if case["free_bits"]:
            result["kl_per_latent"] = per_latent
            per_latent = torch.clamp(per_latent, min=case["free_bits"])
        loss = error.mean() + warm_up * case["kl_weight"] * per_latent.sum()
        return result | dict(loss=loss), loss

    weight = warm_up * (1.0 if fixed else case["kl_weight"])      # a Gaussian's lambda is its variance already
    def log_weights(mean, log_variance):
        q = Normal(mean.repeat_interleave(k, 0), (log_variance / 2).exp().repeat_interleave(k, 0))
        return (log_p + weight * (prior.log_prob(z).sum(1) - q.log_prob(z).sum(1))).reshape(BATCH, k)

    log_w = log_weights(mean, log_variance)
    bounds = torch.logsumexp(log_w, 1) - math.log(k)
    loss = -bounds.mean()
    result |= dict(loss=loss, log_weights=log_w.reshape(-1), weights=torch.softmax(log_w, 1).reshape(-1), bounds=bounds)
    if case["bound"] == "ImportanceWeighted":
        return result, loss

    # Tucker et al. 2018, from the definition: the score term's factor w_i, as a function of z_i alone, is differentiated instead.
    log_w = log_weights(mean.detach(), log_variance.detach())
    w = torch.softmax(log_w, 1).detach()
    surrogate = -(w * log_w).sum()
    for i in range(k):
        alone = torch.stack([log_w[:, j] if j == i else log_w[:, j].detach() for j in range(k)], 1)
        surrogate = surrogate + weight * torch.softmax(alone, 1)[:, i].sum()
    if weight == 1.0:                                             # the paper's own form
        encoder = [value for name, value in p.items() if name.startswith("encoder.")]
        squares = torch.autograd.grad(-(w ** 2 * log_w).sum() / BATCH, encoder, retain_graph=True)
        ours = torch.autograd.grad(surrogate / BATCH, encoder, retain_graph=True)
        assert all(torch.allclose(a, b, rtol=1e-11, atol=1e-13) for a, b in zip(squares, ours))
    return result, surrogate / BATCH


def gradients(p, result, encoder_loss):
    encoder = [name for name in p if name.startswith("encoder.")]
    others = [name for name in p if not name.startswith("encoder.")]
    found = dict(zip(encoder, torch.autograd.grad(encoder_loss, [p[name] for name in encoder], retain_graph=True)))
    return found | dict(zip(others, torch.autograd.grad(result["loss"], [p[name] for name in others])))


def train(case, start, x, label):
    p = {name: value.clone().requires_grad_() for name, value in start.items()}
    adam = torch.optim.AdamW(p.values(), lr=STEPS["learning_rate"], weight_decay=STEPS["weight_decay"])
    schedule = torch.optim.lr_scheduler.StepLR(adam, STEPS["schedule_epochs"], STEPS["schedule_factor"])
    epsilons, losses, norms = [], [], []
    for step in range(STEPS["steps"]):
        epsilon = torch.randn(BATCH * case["draws"], LATENT)
        result, encoder_loss = evaluate(p, case, x, label, epsilon, min(step / STEPS["warm_up_epochs"], 1.0))
        for name, gradient in gradients(p, result, encoder_loss).items():
            p[name].grad = gradient
        norms.append(torch.nn.utils.clip_grad_norm_(p.values(), STEPS["clip_norm"]).item())
        adam.step()
        schedule.step()
        epsilons.append(epsilon.tolist())
        losses.append(result["loss"].item())
    assert max(norms) > STEPS["clip_norm"], norms                # the clipping does something
    return dict(epsilon=epsilons, losses=losses, norms=norms, parameters={name: value.tolist() for name, value in p.items()})


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(11)
    sets, written, mixed = {}, [], False
    for case in cases():
        name = weights_name(case)
        if name not in sets:
            sets[name] = make_weights(case["likelihood"], case["classes"])
        x = torch.randn(BATCH, FEATURES) if case["likelihood"].startswith("Gaussian") else torch.rand(BATCH, FEATURES)
        x = (x > 0.5).double() if case["likelihood"] == "Bernoulli" else x
        label = torch.randint(CLASSES, (BATCH,))
        epsilon = torch.randn(BATCH * case["draws"], LATENT)
        p = {key: value.clone().requires_grad_() for key, value in sets[name].items()}
        result, encoder_loss = evaluate(p, case, x, label, epsilon, case["warm_up"])
        if case["free_bits"]:
            mixed |= bool(result["kl_per_latent"].min() < case["free_bits"] < result["kl_per_latent"].max())
        steps = case.pop("steps")
        entry = dict(
            case, parameters=name, x=x.tolist(), labels=label.tolist() if case["classes"] else [], epsilon=epsilon.tolist(),
            gradients={key: value.tolist() for key, value in gradients(p, result, encoder_loss).items()},
            **{key: value.tolist() for key, value in result.items()})
        if steps:
            entry["training"] = STEPS | train(case, sets[name], x, label)
        written.append(entry)
    assert mixed                                                  # a latent below its free bits beside one above

    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Objectives", "cases.json")
    with open(path, "w") as file:
        file.write(f'{{"description": "float64 reference from PyTorch {torch.__version__}, by generate_objectives.py",\n')
        file.write(f'"features": {FEATURES}, "hidden": {HIDDEN}, "latent": {LATENT}, "batch": {BATCH},\n"parameters": {{\n')
        file.write(",\n".join(
            f"{json.dumps(name)}: {json.dumps({key: value.tolist() for key, value in values.items()}, separators=(',', ':'))}"
            for name, values in sets.items()))
        file.write("\n},\n\"cases\": [\n")
        file.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in written))
        file.write("\n]}\n")
    for case in written:
        print(case["name"], round(case["loss"], 3), case.get("kl_per_latent"), [round(w, 2) for w in case.get("weights", [])][:4])


main()
