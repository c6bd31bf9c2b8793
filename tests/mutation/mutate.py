#!/usr/bin/env python3
"""Does a test notice? Puts one-token faults into the backward passes, losses and Adam, one at a time, and reports which the tests kill.

    tests/mutation/mutate.py --count 150 --seed 1 --results mutation.jsonl --report mutation.md
    tests/mutation/mutate.py --list                       the sites, without running anything
    tests/mutation/mutate.py --retry survived ...         once more what survived, after a new test

sites.py finds every site by rules; a sample is drawn by the seed, in turn from each file and each rule. Each mutant is built and tested in
a scratch copy of the tree, never in the tree itself: first the tests of that file, then the quick ones, and only a survivor gets all of
Vae.Math.Tests and Vae.Model.Tests. What is done is in the results file, a line of JSON each: a run that was stopped goes on from there.
equivalent.md names mutants that cannot be told from the original, with the reason. Needs Python 3.9 and the .NET SDK, nothing else.
"""
import argparse
import collections
import datetime
import glob
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True                                        # nothing beside the sources
import sites

ROOT = pathlib.Path(__file__).resolve().parents[2]
EQUIVALENT = pathlib.Path(__file__).with_name("equivalent.md")
FILES = [
    "src/Vae.Math/Activations/*.cs",
    "src/Vae.Math/Layers/*.cs",
    "src/Vae.Math/Losses/*.cs",
    "src/Vae.Math/ColumnLikelihoods/*.cs",
    "src/Vae.Math/Optimisation/*.cs",
    "src/Vae.Model/Network/VariationalAutoencoder.cs",
    "src/Vae.Model/Network/Encoder.cs",
    "src/Vae.Model/Network/Decoder.cs",
    "src/Vae.Model/Network/HiddenLayers.cs",
    "src/Vae.Model/Network/LabelColumns.cs",
    "src/Vae.Model/Network/Likelihoods.cs",
    "src/Vae.Model/Network/PosteriorHeads.cs",
    "src/Vae.Model/Objectives/*.cs",
]
PROJECTS = ["Vae.Math", "Vae.Model"]

# The classes of tests that are asked first. Which they are decides only how soon a mutant is killed, not whether.
OWN_TESTS = [
    (r"Activations/|Layers/(Dense|Parameter)",
     ["DenseTests", "ActivationTests", "FusionTests", "SigmoidTests"]),
    (r"Losses/(LogitLoss|ColumnLoss|Losses|ILikelihood|BinaryCrossEntropy|ContinuousBernoulli|Gaussian[LWP]|SoftFloor)",
     ["LikelihoodTests", "BinaryCrossEntropy", "ContinuousBernoulliTests", "GaussianWithVarianceTests", "GaussianPixelVarianceTests",
      "GaussianLikelihoodTests", "ColumnLossTests"]),
    (r"Losses/(GaussianKl|FreeBits|PriorPosteriorRatio|ImportanceWeightedBound)|Reparameterisation",
     ["GaussianKlTests", "FreeBitsTests", "PriorPosteriorRatioTests", "ImportanceWeightedBoundTests", "ReparameterisationTests"]),
    (r"ColumnLikelihoods/",
     ["AtomsFamilyTests", "ColumnFamilyValueTests", "CountFamilyTests", "LevelFamilyTests", "NumberFamily", "TableLikelihoodTests"]),
    (r"Optimisation/", ["AdamTests", "GradientNormTests", "ScheduleOptionsTests"]),
    (r"Vae\.Model/", ["VariationalAutoencoderTests", "GoldenTests", "LabelTests", "Tests.ObjectiveTests"]),
]
SLOW = {
    "Vae.Math": ["ProductTests", "ElementwiseTests", "WorkerTeamTests", "Provider", "RandomDrawsTests", "BinarisationTests", "InitialisationTests"],
    "Vae.Model": ["Tests.ObjectiveTests", "StepAllocationTests", "TrainingRunTests", "ResumeTests", "RunFolderTests", "TrainerTests",
                  "DiagnosticsTests", "SafeTensorsTests", "EvaluatorTests", "ScheduleInTrainingTests", "LatentGridTests"],
}
KILLED = ("killed", "crashed", "hung")


class Scratch:
    """A copy of the tree in which mutants are built and tested."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.compilers = {}
        self.testing, self.ending = None, False
        self.environment = dict(os.environ, DOTNET_CLI_TELEMETRY_OPTOUT="1", DOTNET_NOLOGO="1", MSBUILDDISABLENODEREUSE="1",
                                DOTNET_TieredPGO="0", DOTNET_CLI_UI_LANGUAGE="en")
        self.limits = {}

    def prepare(self):
        listed = subprocess.run(
            ["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in filter(None, listed.split("\0")):
            source, target = ROOT / name, self.folder / name
            if source.is_file() and not (target.is_file() and target.read_bytes() == source.read_bytes()):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        # Not with warnings as errors: a mutant that only leaves a variable unused is to be judged by the tests.
        quiet = ["-c", "Release", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false", "-nodeReuse:false"]
        for project in PROJECTS:
            self._must("dotnet", "restore", f"tests/{project}.Tests")
            self._compiler(project)
        for project in PROJECTS:
            self._must("dotnet", "build", f"tests/{project}.Tests", "--no-restore", *quiet)

    def copy(self, folder):
        """The same in another folder, for a second worker: everything but what needs MSBuild."""
        other = Scratch(folder)
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        for project, command in self.compilers.items():
            response = other.folder / "mutant" / f"{project}.rsp"
            response.write_text(response.read_text().replace(str(self.folder), str(other.folder)))
            other.compilers[project] = [*command[:-1], f"@{response}"]
        other.limits = self.limits
        return other

    def _must(self, *command):
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
        return done.stdout

    def _compiler(self, project):
        """The compiler's arguments, as MSBuild would give them, but with no analysis, symbols or documentation: two seconds instead of ten."""
        text = self._must("dotnet", "msbuild", f"src/{project}", "-t:Compile", "-p:Configuration=Release", "-p:RunAnalyzers=false",
                          "-p:ProvideCommandLineArgs=true", "-p:SkipCompilerExecution=true", "-p:BuildProjectReferences=false",
                          "-p:NonExistentFile=so-that-nothing-is-up-to-date", "-nodeReuse:false", "-getItem:CscCommandLineArgs")
        given = [item["Identity"] for item in json.loads(text)["Items"]["CscCommandLineArgs"]]
        unwanted = re.compile(r"/(warnaserror|doc:|refout:|out:|debug|noconfig|analyzer:.*(NetAnalyzers|CodeStyle))")
        output = self.folder / "mutant" / f"{project}.dll"
        output.parent.mkdir(exist_ok=True)
        arguments = [a if a.startswith("/") else f'"{a}"' for a in given if not unwanted.match(a)] + ["/debug-", f'/out:"{output}"']
        response = output.with_suffix(".rsp")
        response.write_text("\n".join(arguments))
        sdk = re.search(r"Base Path:\s*(.+)", self._must("dotnet", "--info"))[1].strip()
        # A compiler server of our own, which ends by itself; nobody else's is used, or stopped.
        self.compilers[project] = [
            "dotnet", f"{sdk}/Roslyn/bincore/csc.dll", "/noconfig", f"/shared:mutation{os.getpid()}", "/keepalive:60", f"@{response}"]

    def compile(self, project):
        """Compiles one assembly and puts it where the tests find it; the compiler's first error otherwise."""
        done = subprocess.run(
            self.compilers[project], cwd=self.folder / "src" / project, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            return (re.findall(r"error CS\d+: [^\n]*", done.stdout) or [done.stdout[-200:]])[0]
        for tests in PROJECTS[PROJECTS.index(project):]:
            shutil.copyfile(self.folder / "mutant" / f"{project}.dll", self.folder / f"tests/{tests}.Tests/bin/Release/net10.0/{project}.dll")
        return None

    def build_all(self, project):
        """Builds everything, by MSBuild."""
        for tests in PROJECTS:
            done = subprocess.run(["dotnet", "build", f"tests/{tests}.Tests", "--no-restore", "-c", "Release", "-p:RunAnalyzers=false",
                                   "-p:TreatWarningsAsErrors=false", "-nodeReuse:false"],
                                  cwd=self.folder, env=self.environment, capture_output=True, text=True)
            if done.returncode:
                return (re.findall(r"error CS\d+: [^\n]*", done.stdout) or ["did not build"])[0]
        return None

    def stop(self):
        """Ends the tests that run, if any do; the test host, too, which is in the same session."""
        if self.testing and self.testing.poll() is None:
            os.killpg(self.testing.pid, signal.SIGKILL)

    def test(self, project, filter_, limit=None, stop=True):
        """(outcome, which test) of a project's tests that pass a filter: up to the first failure."""
        assembly = f"tests/{project}.Tests/bin/Release/net10.0/{project}.Tests.dll"
        command = ["dotnet", "test", assembly, "--filter", filter_, "--", f"xUnit.StopOnFail={stop}"]
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   text=True, start_new_session=True)
        self.testing = process
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            self.stop()
            process.communicate()
            return "hung", f"{project}.Tests, {limit:.0f} s"
        except BaseException:
            self.stop()
            raise
        if process.returncode == 0:
            return "survived", None
        failed = re.search(r"^\s*Failed (\S[^\n(]*)", output, re.M)
        if failed:
            return "killed", re.sub(r"\s*\[[^]]*\]$", "", failed[1]).strip()
        if stop and not self.ending:                                  # stopping itself can end so, without a name
            return self.test(project, filter_, limit, stop=False)
        return "crashed", (re.findall(r"(?:Unhandled exception|Fatal error|crash)[^\n]*", output) or [output.strip()[-200:]])[0].strip()


def stages_of(file):
    """(project, filter) in the order in which a mutant of a file meets the tests; together all tests, each once."""
    own = next((classes for pattern, classes in OWN_TESTS if re.search(pattern, file)), [])
    first = "Vae.Model" if "Vae.Model/" in file else "Vae.Math"
    any_of = lambda names: "(" + "|".join(f"FullyQualifiedName~{n}" for n in names) + ")"
    none_of = lambda names: "(" + "&".join(f"FullyQualifiedName!~{n}" for n in names) + ")"
    stages = [(first, any_of(own))] if own else []
    projects = ["Vae.Model"] if first == "Vae.Model" else PROJECTS
    for project in projects:
        stages.append((project, none_of(SLOW[project] + (own if project == first else []))))
    for project in projects:
        stages.append((project, any_of(SLOW[project]) + ("&" + none_of(own) if project == first and own else "")))
    return stages


def needs_msbuild(site):
    """A constant is compiled into whoever uses it, so that one assembly is not enough."""
    return re.search(r"\bconst\b", site.before) is not None


def try_mutant(scratch, site, stages):
    """(outcome, by what) in some stages of the tests: not compiled, killed, crashed, hung or survived."""
    path = scratch.folder / site.file
    original = path.read_bytes()
    text = original.decode()
    project = site.file.split("/")[1]
    build = scratch.build_all if needs_msbuild(site) else scratch.compile
    try:
        path.write_bytes((text[:site.start] + site.replacement + text[site.end:]).encode())
        error = build(project)
        if error:
            return "not compiled", error
        for stage in stages:
            outcome, by = scratch.test(*stage, limit=scratch.limits[stage[0]])
            if outcome != "survived":
                return outcome, by
        return "survived", None
    finally:
        path.write_bytes(original)
        if build == scratch.build_all:
            build(project)
            scratch.compile(project)


def baseline(scratch):
    """The tests without a fault must pass, or nothing that follows means anything; how long they take bounds how long a mutant may."""
    for project in PROJECTS:
        error = scratch.compile(project)
        if error:
            sys.exit(f"{project} does not compile without a fault: {error}")
    for project in PROJECTS:
        start = time.monotonic()
        outcome, by = scratch.test(project, "FullyQualifiedName~Vae")
        if outcome != "survived":                                     # once more: what counts bytes may fail on a busy machine
            start = time.monotonic()
            outcome, by = scratch.test(project, "FullyQualifiedName~Vae")
        if outcome != "survived":
            sys.exit(f"The tests of {project} fail without a fault: {outcome} by {by}.")
        scratch.limits[project] = 60 + (4 * (time.monotonic() - start)) # the machine may be busy with other work


def all_sites():
    found = {pattern: sorted(glob.glob(str(ROOT / pattern))) for pattern in FILES}
    missing = [pattern for pattern, those in found.items() if not those]
    if missing:
        sys.exit(f"No file fits {', '.join(missing)}. Files that were moved need their new path in FILES.")
    files = [pathlib.Path(f).relative_to(ROOT).as_posix() for those in found.values() for f in those]
    return [site for file in files for site in sites.sites_of(file, (ROOT / file).read_bytes().decode())]


def sample(found, count, seed):
    """So many sites, one after the other from each pair of file and rule that has any left; which, the seed says."""
    strata = collections.defaultdict(list)
    for site in found:
        strata[site.file, site.rule].append(site)
    draw = random.Random(seed)
    for one in strata.values():
        draw.shuffle(one)
    chosen = []
    while len(chosen) < count and strata:
        turn = sorted(strata)
        draw.shuffle(turn)
        for name in turn[:count - len(chosen)]:
            chosen.append(strata[name].pop())
            if not strata[name]:
                del strata[name]
    return chosen


def equivalents(found):
    """From (file, rule, line before, line after) to the reason, as equivalent.md has them; and the entries that fit no site any more."""
    known = {}
    if EQUIVALENT.exists():
        entry = re.compile(r"^### `([^`]+)`, ([\w-]+)\n+```diff\n- (.*)\n\+ (.*)\n```\n+((?:(?!#).+\n?)+)", re.M)
        known = {m.groups()[:4]: " ".join(m[5].split()) for m in entry.finditer(EQUIVALENT.read_text())}
    fitting = {identity(site) for site in found}
    return known, [name for name in known if name not in fitting]


def identity(site):
    return site.file, site.rule, site.before, site.after


def report(found, results, known, stale, command):
    """The tables, in Markdown."""
    lines = [f"`{command}`, {datetime.date.today()}.", ""]
    done = [(site, results[site.key]) for site in found if site.key in results]
    alive = ("survived", "undecided")
    outcome = lambda site, result: "equivalent" if result["outcome"] in alive and identity(site) in known else result["outcome"]
    for title, name in (("rule", lambda s: s.rule), ("file", lambda s: s.file)):
        counts, there = collections.defaultdict(collections.Counter), collections.Counter(name(site) for site in found)
        for site, result in done:
            counts[name(site)][outcome(site, result)] += 1
        lines += [f"| {title} | sites | tried | killed by a test | by a crash | by time | equivalent | survived | not finished "
                  "| not compiled |",
                  "|---|" + "---:|" * 9]
        for row in [*sorted(counts), "all"]:
            c = counts[row] if row != "all" else sum(counts.values(), collections.Counter())
            total = there[row] if row != "all" else len(found)
            lines.append(f"| {row} | {total} | {sum(c.values()) - c['not compiled']} | {c['killed']} | {c['crashed']} | {c['hung']} "
                         f"| {c['equivalent']} | {c['survived']} | {c['undecided']} | {c['not compiled']} |")
        lines.append("")
    for kind, title in (("survived", "Survivors"), ("equivalent", "Equivalent")):
        those = [site for site, result in done if outcome(site, result) == kind]
        lines += [f"{title}: {len(those)}", ""]
        for site in those:
            lines += [f"- `{site.file}:{site.line}`, {site.rule}: `{site.before}` -> `{site.after}`"]
            lines += [f"  {known[identity(site)]}"] if kind == "equivalent" else []
        lines += [""] * bool(those)
    killers = collections.Counter(r["by"].rsplit(".", 2)[-2] for _, r in done if r["outcome"] == "killed" and "." in r["by"])
    lines += ["Who killed: " + ", ".join(f"{name} {count}" for name, count in killers.most_common()), ""]
    lines += [f"equivalent.md fits no site any more: `{file}`, {rule}: `{before}`" for file, rule, before, _ in stale]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=150, help="how many mutants (150)")
    parser.add_argument("--all", action="store_true", help="every site: many hours")
    parser.add_argument("--seed", type=int, default=1, help="which sample (1)")
    parser.add_argument("--only", default="", help="only sites whose 'file:line rule' matches this regular expression")
    parser.add_argument("--retry", default="", help="outcomes to try once more, such as: survived,crashed")
    parser.add_argument(
        "--results", type=pathlib.Path, default=ROOT / "artifacts/mutation.jsonl", help="what is done (artifacts/mutation.jsonl)")
    parser.add_argument("--report", type=pathlib.Path, help="where the tables go, beside standard output")
    parser.add_argument("--scratch", type=pathlib.Path, help="where to work; kept for the next run (a temporary folder, removed)")
    parser.add_argument("--workers", type=int, default=1, help="how many mutants are tested side by side (1: about one core)")
    parser.add_argument("--list", action="store_true", help="print the chosen sites and end")
    options = parser.parse_args()
    for ending in (signal.SIGINT, signal.SIGTERM):                    # also where a shell in the background had them ignored
        signal.signal(ending, signal.default_int_handler)

    found = [s for s in all_sites() if re.search(options.only, f"{s.file}:{s.line} {s.rule}")]
    chosen = found if options.all else sample(found, options.count, options.seed)
    if options.list:
        for site in chosen:
            print(f"{site.key} {site.file}:{site.line} {site.member} {site.rule}\n  - {site.before}\n  + {site.after}")
        return
    results = {}
    if options.results.exists():
        results = {r["key"]: r for r in map(json.loads, options.results.read_text().splitlines())}
    retried = set(options.retry.split(","))
    known, stale = equivalents(all_sites())
    for site in chosen:
        if results.get(site.key, {}).get("outcome") in retried and identity(site) not in known:
            del results[site.key]
    todo = [s for s in chosen if s.key not in results or (results[s.key]["outcome"] == "undecided" and identity(s) not in known)]
    folder = options.scratch or pathlib.Path(tempfile.mkdtemp(prefix="vae-mutation-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if todo:
            run(Scratch(folder.resolve()), options.workers, todo, results, options.results, known)
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on from here.")
    finally:
        if not options.scratch:
            shutil.rmtree(folder, ignore_errors=True)
    command = f"tests/mutation/mutate.py {'--all' if options.all else f'--count {options.count} --seed {options.seed}'}"
    command += f" --only '{options.only}'" if options.only else ""
    text = report(found, {s.key: results[s.key] for s in chosen if s.key in results}, known, stale, command)
    print(text)
    if options.report:
        options.report.write_text(text)


def run(scratch, workers, todo, results, file, known):
    print(f"{len(todo)} mutants to try. Building in {scratch.folder} and running the tests without a fault ...", flush=True)
    scratch.prepare()
    baseline(scratch)
    scratches = [scratch] + [scratch.copy(scratch.folder.with_name(f"{scratch.folder.name}-{n}")) for n in range(1, workers)]
    file.parent.mkdir(parents=True, exist_ok=True)
    # The long tests come last: by then most mutants are dead, and who looks into what is left can begin.
    undecided = [site for site in todo if site.key in results]
    first = [site for site in todo if site.key not in results]
    try:
        with file.open("a") as lines:
            Pass("the first tests", slice(0, 2), first, results, lines).run(scratches)
            # An equivalent needs no more than it has had.
            undecided += [site for site in first if results[site.key]["outcome"] == "undecided" and identity(site) not in known]
            Pass("all other tests", slice(2, None), undecided, results, lines).run(scratches)
    finally:
        for other in scratches[1:]:
            shutil.rmtree(other.folder, ignore_errors=True)


class Pass:
    """Some mutants through some stages of the tests, a worker for each scratch folder."""

    def __init__(self, title, stages, todo, results, lines):
        self.title, self.stages, self.results, self.lines = title, stages, results, lines
        self.lock, self.begun, self.count, self.done = threading.Lock(), time.monotonic(), len(todo), 0
        # A constant needs MSBuild, which only the first folder has.
        self.todo = [collections.deque(s for s in todo if not needs_msbuild(s)), collections.deque(filter(needs_msbuild, todo))]
        self.stopped = False

    def run(self, scratches):
        threads = [threading.Thread(target=self._work, args=(s, s is scratches[0]), daemon=True) for s in scratches]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except BaseException:
            self.stopped = True
            for scratch in scratches:
                scratch.ending = True
                scratch.stop()
            raise

    def _next(self, has_msbuild):
        with self.lock:
            queue = self.todo[1] if has_msbuild and self.todo[1] else self.todo[0]
            return queue.popleft() if queue and not self.stopped else None

    def _work(self, scratch, has_msbuild):
        last = None
        while site := self._next(has_msbuild):
            project, start = site.file.split("/")[1], time.monotonic()
            if last not in (None, project):
                scratch.compile(last)                                 # without the last fault
            last = project
            outcome, by = try_mutant(scratch, site, stages_of(site.file)[self.stages])
            if self.stopped:
                return                                                # what was found came of being stopped
            outcome = "undecided" if outcome == "survived" and not self.stages.start else outcome
            result = dict(key=site.key, file=site.file, line=site.line, member=site.member, rule=site.rule, before=site.before,
                          after=site.after, outcome=outcome, by=by, seconds=round(time.monotonic() - start, 1))
            with self.lock:
                self.results[site.key] = result
                self.lines.write(json.dumps(result) + "\n")
                self.lines.flush()
                self.done += 1
                left = (time.monotonic() - self.begun) / self.done * (self.count - self.done)
                print(f"{self.title}: {self.done}/{self.count} {outcome:12} {site.file.split('/')[-1]}:{site.line} {site.rule}"
                      f" ({result['seconds']} s; {left / 60:.0f} min left)", flush=True)
        if last:
            scratch.compile(last)


if __name__ == "__main__":
    main()
