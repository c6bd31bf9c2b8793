"""From an empty folder to a trained model: the first programs beside this file, timed and weighed, products taking turns.

Usage: measure.py PACKAGES [ROUNDS [PRODUCT...]]     (3 rounds of vaecore and torchsharp unless told; mlnet is the third)

PACKAGES is a folder of our own packages: `dotnet pack -c Release -o PACKAGES`. Every round begins with nothing: a new folder, an empty folder of packages
and an empty cache of downloads, all below a temporary folder (TMPDIR; TorchSharp wants 3 GB) that is deleted at the end.
RUNNER, where it is set, is a command that runs `dotnet` elsewhere, such as in another userland: it is called with the program's folder, the program's file in
it, and the program's arguments. The training is run with 10 epochs and with 50, so that their difference is 40 epochs without any start; TorchSharp's with
OMP_NUM_THREADS=1, its faster setting where other work shares the cores, and in the first round also as installed.
"""
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
products = {"vaecore": ("Vae.Model", None), "torchsharp": ("TorchSharp-cpu", "0.107.0"), "mlnet": ("Microsoft.ML", "5.0.1")}
native = re.compile(r"(/native/[^/]+|\.so(\.\d+)*|\.dylib)$")


def main():
    packages = os.path.abspath(sys.argv[1])
    rounds = int((sys.argv[2:] or ["3"])[0])
    names = sys.argv[3:] or ["vaecore", "torchsharp"]
    times = {name: [] for name in names}
    for number in range(rounds):
        for name in names:
            with tempfile.TemporaryDirectory(prefix="first-train-") as folder:
                phases, sizes = first_train(name, packages, folder, weigh=number == 0)
            times[name].append(phases)
            print(f"round {number + 1}, {name}: {', '.join(f'{phase} {value}' for phase, value in phases.items())}", flush=True)
            if sizes:
                print(f"sizes, {name}: {lines(name)} lines; {'; '.join(f'{what} {value}' for what, value in sizes.items())}", flush=True)
    for name in names:
        medians = {phase: round(statistics.median(float(one[phase]) for one in times[name] if phase in one), 2) for phase in times[name][0]}
        print(f"medians, {name}: {', '.join(f'{phase} {value}' for phase, value in medians.items())}")


def first_train(name, packages, folder, weigh):
    """The phases of one product in seconds and, where wanted, its sizes; folder is empty."""
    app, restored = os.path.join(folder, "app"), os.path.join(folder, "packages")
    environment = dict(os.environ, NUGET_PACKAGES=restored, NUGET_HTTP_CACHE_PATH=os.path.join(folder, "downloads"), DOTNET_NOLOGO="1",
                       DOTNET_CLI_TELEMETRY_OPTOUT="1", DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1")

    def run(*command, **more):
        start = time.monotonic()
        done = subprocess.run(command, cwd=app if os.path.isdir(app) else folder, env={**environment, **more}, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return round(time.monotonic() - start, 2), done.stdout

    phases = {"new": run("dotnet", "new", "console", "-o", app)[0]}
    for file in (os.path.join(here, "Shapes.cs"), os.path.join(here, name, "Program.cs")):
        shutil.copy(file, app)
    if name == "vaecore":
        with open(os.path.join(app, "nuget.config"), "w") as config:
            config.write(f'<configuration><packageSources><add key="ours" value="{packages}" /></packageSources></configuration>')
    package, version = products[name]
    phases["restore"], _ = run("dotnet", "add", "package", package, *(["--version", version] if version else []))
    phases["build"], _ = run("dotnet", "build", "-c", "Release", "--no-restore")

    binaries = os.path.join(app, "bin", "Release", "net10.0")
    runner = [os.path.abspath(os.environ["RUNNER"]), binaries, "app.dll"] if "RUNNER" in os.environ else ["dotnet", os.path.join(binaries, "app.dll")]
    if name == "mlnet":
        phases["run"], text = run(*runner)
        phases["score"] = re.search(r": ([\d.]+)", text).group(1)
    else:
        if name == "torchsharp" and weigh:
            phases["run, 10 epochs, as installed"], _ = run(*runner, "10")
        threads = {"OMP_NUM_THREADS": "1"} if name == "torchsharp" else {}
        for epochs in ("10", "50"):
            phases[f"run, {epochs} epochs"], text = run(*runner, epochs, **threads)
            phases[f"nats, {epochs} epochs"] = re.search(r": ([\d.]+) nats", text).group(1)
    return phases, weighed(restored, app, run) if weigh else None


def weighed(restored, app, run):
    """What was downloaded and what is on the disk, in bytes, and how many files of machine code are among it."""
    downloads, disk, natives, count, platforms = 0, 0, 0, 0, set()
    for path, size in files(restored):
        downloads += size if path.endswith(".nupkg") else 0
        disk += size
        if native.search(path):
            natives, count = natives + size, count + 1
            platforms.update(re.findall(r"/runtimes/([^/]+)/", path))
    sizes = {"packages": len([path for path, _ in files(restored) if path.endswith(".nupkg")]), "downloaded": downloads, "restored": disk,
             "native files restored": count, "their bytes": natives, "for": " ".join(sorted(platforms)) or "none"}
    for kind, options in (("published", []), ("published for linux-x64", ["-r", "linux-x64", "--no-self-contained"])):
        out = os.path.join(app, "..", "published")
        run("dotnet", "publish", "-c", "Release", "-o", out, *options)
        sizes[kind] = sum(size for _, size in files(out))
        sizes[f"{kind}: native files"] = len([path for path, _ in files(out) if native.search(path)])
        shutil.rmtree(out)
    return sizes


def files(folder):
    return [(path, os.path.getsize(path)) for where, _, names in os.walk(folder) for path in (os.path.join(where, name) for name in names)]


def lines(name):
    """Lines of the program without those that are empty or only a comment; Shapes.cs, which all share, is not counted."""
    with open(os.path.join(here, name, "Program.cs")) as program:
        return len([line for line in program if line.strip() and not line.strip().startswith("//")])


main()
