"""HI-VAE's five sets with the first masks of 20 % and 50 %: the error by its authors' definition (the peers' hivae_score.py).

Usage: hivae.py VAE [--sets Adult,Breast,Wine,letter,spam] [--masks Missing20_1,Missing50_1] [--inferred] [--pooled M] [OPTION of train ...]

The rows are those on which the peers were run: the first 5,000 of Adult and letter, all of the others. A set's table has no header;
its columns are called c1, c2 ... in the file. Its authors say each column's kind in data_types.csv: `--kind` says it where our inference
finds another (both are printed), `--inferred` leaves it out. `--pooled M` takes the mean, median or mode of M draws instead of the single
imputation. The last line of a set says whether the error over all columns is below each peer's (mean or mode, VIM's kNN, mice).
"""
import argparse
import os

import numpy as np
import pandas as pd

from command import Command, peers, say, workplace

ROWS = {"Adult": 5000, "letter": 5000}
KINDS = {"real": "real", "pos": "positive", "count": "count", "cat": "category", "ordinal": "ordinal"}
# The error over all columns: mean or mode, VIM's kNN, mice's default and with trees, as measured on the same rows and masks (2026-11-28).
PEERS = {
    ("Adult", "Missing20_1"): {"mean-mode": 0.2864, "kNN": 0.2417},
    ("Adult", "Missing50_1"): {"mean-mode": 0.2850, "kNN": 0.2697},
    ("Breast", "Missing20_1"): {"mean-mode": 0.2077, "kNN": 0.1080, "mice": 0.1007, "mice cart": 0.1094},
    ("Breast", "Missing50_1"): {"mean-mode": 0.1941, "kNN": 0.1325, "mice": 0.1099, "mice cart": 0.1110},
    ("Wine", "Missing20_1"): {"mean-mode": 0.1114, "kNN": 0.0782, "mice": 0.0798},
    ("Wine", "Missing50_1"): {"mean-mode": 0.1121, "kNN": 0.0963, "mice": 0.0905},
    ("letter", "Missing20_1"): {"mean-mode": 0.1589, "kNN": 0.1225, "mice": 0.0902},
    ("letter", "Missing50_1"): {"mean-mode": 0.1581, "kNN": 0.1554, "mice": 0.1165},
    ("spam", "Missing20_1"): {"mean-mode": 0.0583, "mice": 0.0508},
    ("spam", "Missing50_1"): {"mean-mode": 0.0581, "mice": 0.0536},
}

parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2])
parser.add_argument("vae")
parser.add_argument("--sets", default="Breast,Wine,spam,Adult,letter")
parser.add_argument("--masks", default="Missing20_1,Missing50_1")
parser.add_argument("--inferred", action="store_true")
parser.add_argument("--pooled", type=int, default=0)
given, options = parser.parse_known_args()
peers()
import hivae_score  # noqa: E402


def said_kinds(vae, data, types):
    """The options --kind of columns whose inferred kind is not their authors'; a category of two levels may be a flag."""
    found = []
    for (name, kind), said in zip(vae.kinds(data).items(), types):
        if kind != KINDS[said] and not (said == "cat" and kind == "flag"):
            say(f"  {name}: inferred as {kind}, its authors say {said}")
            found += ["--kind", f"{name}={KINDS[said]}"]
    return [] if given.inferred else found


def pooled(rows, types):
    """One table out of the draws of `vae impute --draws`: means, medians of ordinals, modes of categories."""
    stack = np.stack([part.iloc[:, 1:].to_numpy(float) for _, part in rows.groupby(rows.columns[0])])
    result = stack.mean(0)
    for j, kind in enumerate(types):
        if kind == "ordinal":
            result[:, j] = np.median(stack[:, :, j], axis=0)
        elif kind == "cat":
            levels = np.unique(stack[:, :, j])
            result[:, j] = levels[(stack[:, :, j][..., None] == levels).sum(0).argmax(1)]
    return result


def measure(name, mask, vae, work):
    full, types, masked = hivae_score.load(name, mask)
    types_of = list(types.type)
    count = min(ROWS.get(name, len(full)), len(full))
    holes = pd.DataFrame(np.where(masked, np.nan, full)[:count], columns=[f"c{j + 1}" for j in range(full.shape[1])])
    for column in holes:
        whole = holes[column].dropna()
        if (whole == whole.round()).all():
            holes[column] = holes[column].astype("Int64")
    data, run, filled = (os.path.join(work, part) for part in ("holes.csv", "run", "filled.csv"))
    holes.to_csv(data, index=False)
    seconds = vae.train(data, run, *said_kinds(vae, data, types_of), *options)
    if given.pooled:
        vae("impute", run, "--data", data, "--out", filled, "--draws", given.pooled, "--quiet")
        rows = pooled(pd.read_csv(filled), types_of)
    else:
        vae("impute", run, "--data", data, "--out", filled, "--quiet")
        rows = pd.read_csv(filled)[list(holes)].to_numpy(float)
    assert rows.shape == holes.shape, rows.shape
    if np.isnan(rows[masked[:count]]).any():
        say(f"  {np.isnan(rows[masked[:count]]).sum()} masked cells were not filled in")
    return hivae_score.summary(hivae_score.errors(full, types, masked, rows)), count, seconds, len(vae.epochs(run))


vae = Command(given.vae)
won, tried = 0, 0
for name in given.sets.split(","):
    for mask in given.masks.split(","):
        with workplace() as work:
            (numbers, categories, ordinals, every), count, seconds, epochs = measure(name, mask, vae, work)
        theirs = PEERS.get((name, mask), {})
        is_best = all(every < error for error in theirs.values())
        won, tried = won + is_best, tried + 1
        say(f"{name} {mask}: {count} rows, numbers {numbers:.4f}, categories {categories:.4f}, ordinals {ordinals:.4f}, all {every:.4f}; "
            + ", ".join(f"{peer} {error:.4f}" for peer, error in theirs.items())
            + f"; {'below all' if is_best else 'not below all'}; {epochs} epochs, {seconds:.0f} s")
say(f"below every peer that was run: {won} of {tried}")
