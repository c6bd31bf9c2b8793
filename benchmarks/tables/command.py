"""Runs the `vae` command for the measurements in this folder, and finds their tables and the peers' scripts.

VAE_TABLES_DIR names the folder of the shared tables, VAE_PEERS that of the peers' protocols (masks, splits and measures). Scripts whose
measures are the peers' own import them from there.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def tables(*parts):
    """A path in the folder of shared tables."""
    return os.path.join(folder("VAE_TABLES_DIR"), *parts)


def peers():
    """The peers' scripts, importable."""
    path = folder("VAE_PEERS")
    if path not in sys.path:
        sys.path.insert(0, path)
    return path


def folder(variable):
    if variable not in os.environ:
        sys.exit(f"{variable} must name a folder: see benchmarks/tables/README.md")
    return os.path.abspath(os.environ[variable])


class Failure(Exception):
    """A command that ended with another code than 0, with what it wrote to standard error."""


class Command:
    """The program, after `prefix` (such as taskset -c 0); `seconds` is what its last call took."""

    def __init__(self, program, timeout=3600, prefix=()):
        self.program, self.timeout, self.prefix, self.seconds = os.path.abspath(program), timeout, prefix, 0.0

    def __call__(self, *arguments):
        """Standard output and standard error of a call that must end with 0."""
        started = time.monotonic()
        try:
            done = subprocess.run(
                [*self.prefix, self.program, *map(str, arguments)], capture_output=True, text=True, timeout=self.timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"{arguments[0]}: not done after {self.timeout} s") from None
        self.seconds = time.monotonic() - started
        if done.returncode != 0:
            raise Failure(f"{arguments[0]}: code {done.returncode}: {(done.stderr.strip() or done.stdout.strip())[-600:]}")
        return done.stdout, done.stderr

    def train(self, data, run, *options):
        """Trains on the file `data`; the seconds it took."""
        self("train", "--data", data, "--out", run, "--quiet", *options)
        return self.seconds

    def kinds(self, data, *options):
        """The kinds of a table's columns by name, as they are inferred."""
        found = json.loads(self("schema", data, "--json", *options)[0])
        return {column["name"]: column["kind"] for column in found["columns"]}

    def epochs(self, run):
        """The lines of a run's metrics, one an epoch."""
        with open(os.path.join(run, "metrics.jsonl"), encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.strip()]


def workplace():
    """A temporary folder, removed at the end: `with workplace() as folder`."""
    return tempfile.TemporaryDirectory(prefix="vae-tables-")


def say(*words):
    print(*words, flush=True)
