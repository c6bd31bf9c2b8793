"""Holes filled in: breast_cancer and boston without 50 % of their cells, masks 1234, 1, 2, 3, 4 (the peers' impute_masks.py).

Usage: impute.py VAE [--sets boston,breast_cancer] [--masks 1234,1,2,3,4] [--draws 99] [--units standardised|own] [OPTION of train ...]

Each table with holes is trained on with `vae train`, and filled in by `vae impute`: once with the best estimates (their mean-squared
error, in units of a column's variance) and by draws (the coverage of 90 % intervals, and the CRPS against that of the column's observed
values as draws). With m draws the interval is from the 0.05 (m + 1)th to the 0.95 (m + 1)th of them in order: a calibrated model
covers 90 % with 19, 39, 59, 99 draws. The CRPS takes pairs of different draws, so that it does not depend on m. "varied" are the columns
of more than 10 values: an interval of a column of few values covers more than it should. `--units own` gives the command the columns
as they are published instead of the standardised ones that the peers get; the errors stay in units of the variance.
"""
import argparse
import os
import statistics

import numpy as np
import pandas as pd

from command import Command, peers, say, tables, workplace

parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2])
parser.add_argument("vae")
parser.add_argument("--sets", default="boston,breast_cancer")
parser.add_argument("--masks", default="1234,1,2,3,4")
parser.add_argument("--draws", type=int, default=99)
parser.add_argument("--units", choices=("standardised", "own"), default="standardised")
given, options = parser.parse_known_args()
peers()
import impute_masks  # noqa: E402


def crps(draws, truth):
    """The continuous ranked probability score of each truth; draws: number x truths. E|X - y| - E|X - X'| / 2, X' another draw."""
    number = len(draws)
    ordered = np.sort(draws, axis=0)
    weights = (2 * np.arange(1, number + 1) - number - 1)[:, None]             # sum over pairs of |x_i - x_j| = 2 sum_i weight_i x_(i)
    return np.abs(draws - truth).mean(0) - (weights * ordered).sum(0) / (number * (number - 1))


def interval(draws):
    """The ends of the 90 % interval of each column of draws."""
    return np.quantile(draws, [0.05, 0.95], axis=0, method="weibull")


def measure(name, seed, vae, work):
    full, holes = impute_masks.make(name, seed)
    hidden = np.isnan(holes)
    published = pd.read_csv(tables("incomplete", name + ".csv"))
    mean, deviation = published.mean().to_numpy(), published.std(ddof=0).to_numpy()
    in_file = holes if given.units == "standardised" else np.where(hidden, np.nan, published.to_numpy())
    data, run = os.path.join(work, f"{name}-{seed}.csv"), os.path.join(work, f"{name}-{seed}")
    pd.DataFrame(in_file, columns=published.columns).to_csv(data, index=False, float_format="%.10g")

    seconds = vae.train(data, run, *options)
    standard = (lambda x: x) if given.units == "standardised" else (lambda x: (x - mean) / deviation)
    filled, many = os.path.join(work, "filled.csv"), os.path.join(work, "many.csv")
    vae("impute", run, "--data", data, "--out", filled, "--quiet")
    single = standard(pd.read_csv(filled)[published.columns].to_numpy(float))
    vae("impute", run, "--data", data, "--out", many, "--draws", given.draws, "--quiet")
    rows = pd.read_csv(many)
    draws = np.stack([standard(part[published.columns].to_numpy(float)) for _, part in rows.groupby(rows.columns[0])])
    assert single.shape == full.shape and draws.shape == (given.draws, *full.shape), (single.shape, draws.shape)
    assert np.abs(single - full)[~hidden].max() < 1e-4, "a value that was there is not written back"

    score, marginal, low, high = (np.full(full.shape, np.nan) for _ in range(4))
    for j in range(full.shape[1]):
        k = hidden[:, j]
        truth, seen = full[k, j], full[~k, j]
        score[k, j] = crps(draws[:, k, j], truth)
        marginal[k, j] = crps(np.repeat(seen[:, None], len(truth), 1), truth)
        low[k, j], high[k, j] = interval(draws[:, k, j])
    covered = (low <= full + 1e-6) & (full <= high + 1e-6)                      # the file has 10 digits, and repeated values are ends
    varied = hidden & (np.array([len(np.unique(c)) for c in full.T]) > 10)
    return {
        "mse": ((single - full)[hidden] ** 2).mean(),
        "mse mean of draws": ((draws.mean(0) - full)[hidden] ** 2).mean(),
        "coverage": covered[hidden].mean(),
        "coverage varied": covered[varied].mean(),
        "crps": score[hidden].mean(),
        "crps marginal": marginal[hidden].mean(),
        "crps saved": 1 - score[hidden].mean() / marginal[hidden].mean(),
        "seconds": seconds,
        "epochs": len(vae.epochs(run)),
    }


vae = Command(given.vae)
for name in given.sets.split(","):
    found = []
    for seed in given.masks.split(","):
        with workplace() as work:
            found.append(measure(name, int(seed), vae, work))
        say(f"{name} mask {seed}: " + ", ".join(f"{what} {value:.4g}" for what, value in found[-1].items()))
    for what in found[0]:
        values = [one[what] for one in found]
        spread = f", sd {statistics.stdev(values):.4f}" if len(values) > 1 else ""
        say(f"{name} {what}: mean {statistics.mean(values):.4f}, median {statistics.median(values):.4f}{spread}")
