"""Every table of the list tables.txt: trained at the first try, drawn from, and the drawn rows read back by the run's schema.

Usage: all.py VAE FOLDER [--epochs N] [--every K] [--count 200] [--limit SECONDS] [WORD ...]

FOLDER is the one that make.sh filled. `vae train --data TABLE` has no option but `--epochs N` (none with N = 0: the defaults decide);
`--every K` takes each K-th table alone, a WORD those whose names have it. Then `vae sample` draws rows, and `vae score` reads them with the
run's schema: a row that is left out, a note (a level or a text that the schema lacks, a missing column) or a score that is not finite
is a failure; that commas are read as decimal commas is none, since they are. Prints each failure with its message, then the shares.
"""
import argparse
import collections
import os
import re
import statistics
import time

import numpy as np
import pandas as pd

from command import HERE, Command, Failure, say, workplace

parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2])
parser.add_argument("vae")
parser.add_argument("folder")
parser.add_argument("words", nargs="*")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--every", type=int, default=1)
parser.add_argument("--count", type=int, default=200)
parser.add_argument("--timeout", type=int, default=900)
parser.add_argument("--limit", type=float, default=float("inf"))
given = parser.parse_args()


def listed():
    with open(os.path.join(HERE, "tables.txt"), encoding="utf-8") as lines:
        names = [line.split("\t")[0] for line in lines if line.strip() and not line.startswith("#")]
    chosen = [name for name in names if not given.words or any(word in name for word in given.words)]
    return chosen[::given.every]


def read_scores(path):
    """The scores of a result, which is written as the table is: delimiter and decimal commas."""
    with open(path, encoding="utf-8-sig") as lines:
        delimiter = re.search(r'(.)"?score', lines.readline()).group(1)
    rows = pd.read_csv(path, sep=delimiter, encoding="utf-8-sig", dtype=str)
    return rows["score"].str.replace(",", ".", regex=False).astype(float).to_numpy()


def attempt(vae, name, work):
    """The step that failed and its message; "" and the seconds of the training where none did."""
    run, drawn, scores = (os.path.join(work, part) for part in ("run", "drawn.csv", "scores.csv"))
    step = "train"
    try:
        seconds = vae.train(os.path.join(given.folder, name), run, *(["--epochs", given.epochs] if given.epochs else []))
        step = "sample"
        vae("sample", run, "--count", given.count, "--out", drawn, "--quiet")
        step = "score"
        said = "\n".join(vae("score", run, "--data", drawn, "--out", scores, "--top", "0"))
        notes = [line for line in said.splitlines() if line.startswith("note:") and line != "note: commas are read as decimal commas"]
        if notes:
            return "read back", "; ".join(notes)
        found = read_scores(scores)
        if len(found) != given.count:
            return "read back", f"{len(found)} rows of {given.count}"
        if not np.isfinite(found).all():
            return "read back", "a score that is not finite"
        return "", seconds
    except Failure as failure:
        return step, str(failure)
    except (OSError, ValueError, LookupError, AttributeError) as error:
        return step, f"{type(error).__name__}: {error}"


vae = Command(given.vae, given.timeout)
names, steps, seconds, started = listed(), collections.Counter(), [], time.monotonic()
for number, name in enumerate(names, 1):
    if time.monotonic() - started > given.limit:
        names = names[:number - 1]
        say(f"stopped by --limit after {len(names)} tables")
        break
    if not os.path.exists(os.path.join(given.folder, name)):
        steps["not in the folder"] += 1
        say(f"{name}: not in {given.folder}")
        continue
    with workplace() as work:
        step, what = attempt(vae, name, work)
    steps[step] += 1
    if step:
        say(f"{name}: {step}: {' '.join(what.split())[:500]}")
    else:
        seconds.append(what)
    if number % 25 == 0:
        say(f"... {number} of {len(names)}, {steps['']} right, {time.monotonic() - started:.0f} s")
tried = len(names) - steps["not in the folder"]
say(f"right: {steps['']} of {tried}, {100 * steps[''] / max(1, tried):.1f} %; failures by step: "
    + (", ".join(f"{step} {count}" for step, count in steps.items() if step) or "none"))
if seconds:
    say(f"trainings: median {statistics.median(seconds):.1f} s, longest {max(seconds):.0f} s, together {sum(seconds):.0f} s")
