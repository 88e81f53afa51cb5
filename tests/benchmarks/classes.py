"""A class of thousands: files with 20 answers each, with one process and with two.

    python -m tests.benchmarks.classes [FILES]

Prints seconds and the largest memory of a process, and what the same work costs a loop that knows the right numbers
and only compares floats. A third of the students make a mistake in the backward pass, a third rounds on the way.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KEY = """
title = "Neuron"
digits = 2
[[problem]]
id = "p1"
formula = "s = w0*x0 + w1*x1 + w2; f = 1/(1 + e^(-s))"
at = { w0 = 2, x0 = -1, w1 = -3, x1 = -2, w2 = -3 }
ask = ["value *", "local *", "up *", "grad *"]
[[problem]]
id = "p2"
formula = "q = x + y; f = q*z"
at = { x = -2.5, y = 5.25, z = -4.5 }
ask = ["value *", "up *", "grad *"]
"""

X = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}


def sheet(number: int) -> str:
    """One student's file: right, rounded on the way, or with a mistake."""
    chance = random.Random(number)
    kind = chance.choice(("right", "rounded", "mistaken"))
    slope = 0.20 if kind == "rounded" else 0.1966
    up = -slope if kind == "mistaken" and number % 2 else slope
    local = {"w0": X["x0"], "x0": X["w0"], "w1": X["x1"], "x1": X["w1"], "w2": 1.0}
    lines = [f"student: s{number:05d}", "== p1", "value s = 1.0", "value f = 0.731", f"local f/s = {slope:.4g}"]
    lines += [f"local s/{name} = {slope_:g}" for name, slope_ in local.items()]
    lines += [f"up s = {up:.4g}", *(f"grad {name} = {up * slope_:.4g}" for name, slope_ in local.items())]
    upstream = chance.uniform(1, 9) if kind == "mistaken" else -4.5
    lines += [
        "== p2",
        "value q = 2.75",
        "value f = -12.375",
        f"up q = {upstream:.4g}",
        f"grad x = {upstream:.4g}",
        f"grad y = {upstream:.4g}",
    ]
    lines += ["grad z = 2.75"]
    return "\n".join(lines) + "\n"


def bare_loop(folder: Path) -> float:
    """Seconds that reading the files and comparing each number to one tolerance takes."""
    begin = time.perf_counter()
    for path in sorted(folder.iterdir()):
        for line in path.read_text(encoding="utf-8").splitlines():
            name, equals, text = line.partition("=")
            if equals and name.strip() and not name.startswith("=="):
                _ = abs(float(text) - 1.0) <= 0.01
    return time.perf_counter() - begin


def run(key: Path, folder: Path, jobs: int) -> tuple[float, float]:
    """Seconds and the MiB of the largest process."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "gradcli", "check", str(key), str(folder), "--jobs", str(jobs), "--exit-zero"]
    subprocess.run([*command, "-o", str(folder.parent / f"results-{jobs}.jsonl")], check=True)
    seconds = time.perf_counter() - begin
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    """Make the class, mark it, and print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        folder = root / "answers"
        folder.mkdir()
        (root / "key.toml").write_text(KEY, encoding="utf-8")
        for number in range(count):
            (folder / f"s{number:05d}.txt").write_text(sheet(number), encoding="utf-8")
        answers = sum("=" in line and not line.startswith("==") for line in sheet(0).splitlines())
        loop = bare_loop(folder)
        print(f"{count:,} files, {answers} answers each; reading and comparing floats alone: {loop:.1f} s")
        for jobs in (1, 2):
            seconds, memory = run(root / "key.toml", folder, jobs)
            size = f"{memory:4.0f} MiB in the largest process"
            print(f"--jobs {jobs}: {seconds:6.1f} s, {size}, {seconds / loop:.0f} times the loop")
        same = (root / "results-1.jsonl").read_bytes() == (root / "results-2.jsonl").read_bytes()
        print(f"the results are {'the same' if same else 'DIFFERENT'}")


if __name__ == "__main__":
    main()
