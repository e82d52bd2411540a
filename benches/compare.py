#!/usr/bin/env python3
"""Compares `kextpolicy lint` with other readers of the same profiles, as whole processes.

    cargo build --release && python3 benches/compare.py

Commands run in turn (A B C, A B C, ...), and every figure is the median of the ratios taken round by round, so that a
busy machine disturbs all of them alike. Judge by CPU time (user + system); wall time needs a quiet machine.
Tools that are not installed are left out, and said so.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

PLISTLIB = """
import plistlib, sys
for path in sys.stdin.buffer.read().split(b"\\0"):
    try:
        with open(path, "rb") as file:
            plistlib.load(file)
    except Exception:
        pass
"""


def floors():
    """The path of the program with the floors, built if need be."""
    built = subprocess.run(
        ["cargo", "bench", "--locked", "--bench", "floors", "--no-run", "--message-format", "json"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE)
    for line in built.stdout.splitlines():
        message = json.loads(line)
        if message.get("reason") == "compiler-artifact" and message["target"]["name"] == "floors":
            if message.get("executable"):
                return message["executable"]
    sys.exit("cargo built no program with the floors")


def measure(command, names):
    """CPU seconds, wall seconds and peak memory in MiB of one run.

    The peak is that of the largest single process, and never below this script's own size, with which every child begins.
    """
    null = subprocess.DEVNULL
    with tempfile.TemporaryFile() as given:
        given.write(names)
        given.seek(0)
        start = time.perf_counter()
        child = subprocess.Popen(command, stdin=given, stdout=null, stderr=null)
        _, _, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = 0
    return used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024


def commands(tool, floor, folder):
    """What is compared: a name, and the command line."""
    yield "kextpolicy lint", [tool, "lint", folder, "--exit-zero", "-q"]
    yield "floor: walk, read", [floor, "read", folder]
    yield "floor: walk, read, quick-xml tokens", [floor, "tokens", folder]
    if shutil.which("xmllint"):
        yield "xmllint --noout", ["xargs", "-0", "xmllint", "--noout", "--nonet"]
    if shutil.which("plistutil"):
        yield "plistutil, one process a file", ["xargs", "-0", "-n1", "plistutil", "-o", "/dev/null", "-i"]
    yield "Python plistlib", [sys.executable, "-c", PLISTLIB]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", help="folder of profiles; without it 10,000 are generated")
    parser.add_argument("--tool", default=str(ROOT / "target/release/kextpolicy"), help="the built program")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--count", type=int, default=10_000, help="how many profiles are generated")
    parser.add_argument("--slow", action="store_true", help="also run plistutil, which takes one process a file")
    asked = parser.parse_args()
    floor = floors()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or scratch
        if not asked.folder:
            subprocess.run([floor, "generate", folder, str(asked.count)], check=True, stdout=subprocess.DEVNULL)
        paths = sorted(path for path in pathlib.Path(folder).rglob("*") if path.suffix.lower() == ".mobileconfig")
        names = b"\0".join(os.fsencode(path) for path in paths)
        size = sum(path.stat().st_size for path in paths)
        print(f"{len(paths)} profiles, {size} bytes, {asked.rounds} rounds, {os.cpu_count()} CPUs\n")
        rows = [row for row in commands(asked.tool, floor, folder) if asked.slow or "plistutil" not in row[0]]
        for name in ("xmllint", "plistutil"):
            if not shutil.which(name):
                print(f"left out, not installed: {name}\n")
        taken = {name: [] for name, _ in rows}
        for counted in range(asked.rounds + 1):
            for name, command in rows:
                figures = measure(command, names)
                # The first round warms up the page cache.
                if counted:
                    taken[name].append(figures)
        own = taken["kextpolicy lint"]
        print("| command | CPU s | wall s | peak MiB | CPU of lint / this | wall of lint / this |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        for name, _ in rows:
            runs = taken[name]
            cpu, wall, memory = (statistics.median(run[at] for run in runs) for at in range(3))
            cpu_ratio, wall_ratio = (
                statistics.median(a[at] / max(b[at], 1e-6) for a, b in zip(own, runs)) for at in range(2))
            print(f"| {name} | {cpu:.3f} | {wall:.3f} | {memory:.1f} | {cpu_ratio:.2f} | {wall_ratio:.2f} |")


if __name__ == "__main__":
    main()
