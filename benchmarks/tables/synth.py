"""Drawn rows against held-out ones: adult, and the sets of `mixed` with 900 rows or more.

Usage: synth.py VAE [--sets adult,...] [--seeds 1,2,3] [--no-halves] [--no-classifiers] [OPTION of train ...]

Rows are shuffled by numpy's RandomState(0).permutation; the first 80 % (adult: 26,048) are trained on with `vae train`, and as many
rows are drawn with `vae sample`. All rows with their holes; holes count in no measure.
  deviations  of each column of numbers, drawn / held-out: the median over the columns, the share within 0.95 to 1.05 and within 0.85 to
              1.15, and the column farthest away; the same of the training rows says what chance makes
  shape       1 - Kolmogorov-Smirnov's distance of numbers, 1 - total variation of the rest, mean of the columns, drawn against held-out
              rows, relative to that of the training rows against the held-out ones
  pairs       the mean over all pairs of columns: of two numbers 1 - |r - r'| / 2; of others 1 - total variation of the joint table, a
              number in ten equal bins of the training rows' range; drawn against training rows, and relative to held-out against them
  nearer      a second training on the first half of the rows: of 3,000 drawn rows (or all), the share whose nearest neighbour by Gower's
              distance is in this half and not in the other one, ties half. Copies have 1.0, new rows 0.5
  classifiers adult alone: the peers' synth_eval.py on the drawn rows (four models, tested on real rows; its own shape and pairs)
The last lines of a set are the medians over the seeds.
"""
import argparse
import itertools
import os
import re
import statistics
import subprocess
import sys

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp

from command import Command, peers, say, tables, workplace

MIXED = ("attrition", "bioChemists", "credit_data", "diamonds", "mlc_churn", "NMES1988", "wine")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2])
    parser.add_argument("vae")
    parser.add_argument("--sets", default=",".join(("adult", *MIXED)))
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--no-halves", action="store_true")
    parser.add_argument("--no-classifiers", action="store_true")
    given, options = parser.parse_known_args()
    vae = Command(given.vae)
    for name in given.sets.split(","):
        found = []
        for seed in given.seeds.split(","):
            with workplace() as work:
                found.append(measure(name, seed, vae, work, given, options))
            say(f"{name} seed {seed}: " + ", ".join(f"{what} {shown(value)}" for what, value in found[-1].items()))
        middle = {what: statistics.median(one[what] for one in found) for what in found[0] if isinstance(found[0][what], float)}
        say(f"{name}, medians of {len(found)} seeds: " + ", ".join(f"{what} {shown(value)}" for what, value in middle.items()))


def shown(value):
    return f"{value:.4f}" if isinstance(value, float) else value


def measure(name, seed, vae, work, given, options):
    rows = load(name)
    count = 26048 if name == "adult" else round(0.8 * len(rows))
    train, test = rows.iloc[:count].reset_index(drop=True), rows.iloc[count:].reset_index(drop=True)
    drawn, seconds, file = draw(train, count, seed, vae, os.path.join(work, "first"), options)
    result = {"seconds": seconds, **deviations(drawn, test, train), **shapes(drawn, test, train), **pairs(drawn, test, train)}
    if not given.no_halves:
        half = len(rows) // 2
        first, second = rows.iloc[:half].reset_index(drop=True), rows.iloc[half:2 * half].reset_index(drop=True)
        few, _, _ = draw(first, min(3000, half), seed, vae, os.path.join(work, "half"), options)
        result["nearer"] = nearer(few, first, second)
    if name == "adult" and not given.no_classifiers:
        result |= classifiers(name, file)
    return result


def load(name):
    """A set's rows, shuffled. Only an empty field and R's NA are holes, as in the files."""
    path = tables("adult.csv") if name == "adult" else tables("mixed", name + ".csv")
    rows = pd.read_csv(path, keep_default_na=False, na_values=["", "NA"])
    return rows.iloc[np.random.RandomState(0).permutation(len(rows))].reset_index(drop=True)


def draw(train, count, seed, vae, path, options):
    """Rows of a model trained on `train`, the seconds of the training, and the file of the rows."""
    os.makedirs(path)
    data, run, file = (os.path.join(path, part) for part in ("train.csv", "run", "drawn.csv"))
    train.to_csv(data, index=False)
    seconds = vae.train(data, run, "--seed", seed, *options)
    vae("sample", run, "--count", count, "--seed", seed, "--out", file)
    drawn = pd.read_csv(file, keep_default_na=False, na_values=["", "NA"])
    missing = [column for column in train if column not in drawn]
    if missing:
        say(f"  columns that are not drawn: {', '.join(missing)}")
    return drawn, seconds, file


def is_number(column):
    return pd.api.types.is_numeric_dtype(column)


def both(drawn, train):
    """The columns that are drawn, in the training rows' order."""
    return [column for column in train if column in drawn]


def deviations(drawn, test, train):
    result = {}
    for what, rows in (("deviations", drawn), ("deviations of training rows", train)):
        ratios = {c: rows[c].std() / test[c].std() for c in both(drawn, train) if is_number(train[c]) and test[c].std() > 0}
        values = np.array(list(ratios.values()))
        farthest = max(ratios, key=lambda c: abs(np.log(max(ratios[c], 1e-9))))
        result |= {
            f"{what}, median": float(np.median(values)),
            f"{what}, share in 0.95-1.05": float(((values >= 0.95) & (values <= 1.05)).mean()),
            f"{what}, share in 0.85-1.15": float(((values >= 0.85) & (values <= 1.15)).mean()),
            f"{what}, farthest": f"{farthest} {ratios[farthest]:.3f}",
            f"{what}, outside": "; ".join(f"{c} {r:.3f}" for c, r in ratios.items() if not 0.85 <= r <= 1.15) or "none",
        }
    return result


def complement(first, second):
    """1 - Kolmogorov-Smirnov's distance of numbers, 1 - total variation of the rest; without holes."""
    first, second = first.dropna(), second.dropna()
    if is_number(second):
        return 1 - ks_2samp(first.astype(float), second).statistic
    return overlap(first.astype(str), second.astype(str))


def overlap(first, second):
    """1 - total variation of two columns of texts."""
    return 1 - first.value_counts(normalize=True).sub(second.value_counts(normalize=True), fill_value=0).abs().sum() / 2


def shapes(drawn, test, train):
    columns = both(drawn, train)
    ours = {c: complement(drawn[c], test[c]) for c in columns}
    real = {c: complement(train[c], test[c]) for c in columns}
    worst = min(columns, key=lambda c: ours[c] / real[c])
    result = {"shape": float(np.mean(list(ours.values()))), "shape of real rows": float(np.mean(list(real.values())))}
    for what, is_wanted in (("numbers", True), ("others", False)):
        if any(is_number(train[c]) == is_wanted for c in columns):
            result[f"shape, {what}"] = float(np.mean([ours[c] for c in columns if is_number(train[c]) == is_wanted]))
    result["shape, relative"] = result["shape"] / result["shape of real rows"]
    result["shape, worst"] = f"{worst} {ours[worst]:.3f}"
    return result


def pairs(drawn, test, train):
    """The mean over the pairs of columns of their agreement with the training rows: of drawn rows, and of held-out ones."""
    columns = both(drawn, train)
    edges = {c: np.histogram_bin_edges(train[c].dropna(), 10)[1:-1] for c in columns if is_number(train[c])}

    def texts(rows, c):
        return pd.Series(np.digitize(rows[c], edges[c])).astype(str) if c in edges else rows[c].astype(str)

    def agreement(rows):
        numbers, others = [], []
        binned, reference = ({c: texts(part, c) for c in columns} for part in (rows, train))
        for a, b in itertools.combinations(columns, 2):
            if a in edges and b in edges:
                numbers.append(1 - abs(rows[a].corr(rows[b]) - train[a].corr(train[b])) / 2)
            else:
                here, there = (rows[a].notna() & rows[b].notna()).to_numpy(), (train[a].notna() & train[b].notna()).to_numpy()
                others.append(overlap((binned[a] + "|" + binned[b])[here], (reference[a] + "|" + reference[b])[there]))
        return float(np.nanmean(numbers + others))

    ours, real = agreement(drawn), agreement(test)
    return {"pairs": ours, "pairs of real rows": real, "pairs, relative": ours / real}


def nearer(drawn, first, second):
    """The share of the drawn rows that are nearer to the first half than to the second one, by Gower's distance; ties half."""
    columns = both(drawn, first)
    whole = pd.concat([first, second])
    numbers = [c for c in columns if is_number(whole[c]) and whole[c].max() > whole[c].min()]
    others = [c for c in columns if not is_number(whole[c])]
    levels = {c: {v: i for i, v in enumerate(pd.concat([whole[c], drawn[c]]).dropna().astype(str).unique())} for c in others}

    def coded(rows):
        spans = [(rows[c] / (whole[c].max() - whole[c].min())).to_numpy(np.float32) for c in numbers]
        codes = [rows[c].where(rows[c].isna(), rows[c].astype(str)).map(levels[c]).to_numpy(np.float32) for c in others]
        return spans, codes

    def nearest(rows, pool):
        result = np.empty(len(rows[0][0] if rows[0] else rows[1][0]), np.float32)
        for start in range(0, len(result), 100):
            part = slice(start, start + 100)
            distance = shared = 0
            for ours, theirs in zip(rows[0], pool[0]):
                step = np.abs(ours[part, None] - theirs[None])
                distance, shared = distance + np.nan_to_num(step), shared + ~np.isnan(step)
            for ours, theirs in zip(rows[1], pool[1]):
                known = ~np.isnan(ours[part, None]) & ~np.isnan(theirs[None])
                distance, shared = distance + ((ours[part, None] != theirs[None]) & known), shared + known
            result[part] = (distance / np.maximum(shared, 1)).min(1)
        return result

    rows = coded(drawn)
    one, other = nearest(rows, coded(first)), nearest(rows, coded(second))
    return float((one < other).mean() + (one == other).mean() / 2)


def classifiers(name, file):
    """The peers' own measures of the drawn rows."""
    script = os.path.join(peers(), "synth_eval.py")
    text = subprocess.run([sys.executable, script, name, file], check=True, capture_output=True, text=True).stdout
    wanted = ("LR F1", "DT15 F1", "RF F1", "Ada F1", "share positive", "mean acc", "mean F1", "mean AUC", "KS compl", "TV compl", "shape all", "pairs num",
              "pairs cat/mixed", "pairs all", "nearer train")
    found = dict(re.findall(r"([A-Za-z0-9/ ]+?) (-?[\d.]+)(?:;|\n|$)", text.split("\n", 1)[1]))
    found = {key.strip(): float(value) for key, value in found.items()}
    return {f"synth_eval {key}": found[key] for key in wanted}


if __name__ == "__main__":
    main()
