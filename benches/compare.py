#!/usr/bin/env python3
"""Compares `kextpolicy lint` with other readers of the same profiles, as whole processes.

    cargo build --release && python3 benches/compare.py

Commands run in rounds, each round in another order (a program that fills the processor's caches slows down the next),
and every ratio is the median of those taken round by round, so that a busy machine disturbs all of them alike. Judge by
CPU time (user + system); wall time needs a quiet machine.
Tools that are not installed are left out, and said so.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import plistlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

LINT = "kextpolicy lint"

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


def machine():
    """What the figures were measured on."""
    processor = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
            processor = names[0] if names else processor
    except OSError:
        pass
    today = datetime.date.today().isoformat()
    return f"{today}, {os.cpu_count()} x {processor}, {platform.system()} {platform.release()}"


def measure(command, names):
    """CPU seconds, wall seconds and peak memory in MiB of one run; the peak is that of the largest single process.

    A child begins with the peak of the process it was made by, so a small one stands between this script and the command.
    """
    null = subprocess.DEVNULL
    with tempfile.TemporaryFile() as given, tempfile.NamedTemporaryFile("r") as peak:
        given.write(names)
        given.seek(0)
        between = ["/usr/bin/time", "-q", "-f", "%M", "-o", peak.name]
        if not os.access(between[0], os.X_OK):
            between = []
        start = time.perf_counter()
        child = subprocess.Popen(between + command, stdin=given, stdout=null, stderr=null)
        _, _, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = 0
        text = peak.read().strip()
    memory = int(text) if text.isdigit() else used.ru_maxrss
    return used.ru_utime + used.ru_stime, wall, memory / 1024


def well_formed(names):
    """Those of some names that Python can read."""
    kept = []
    for name in names.split(b"\0")[:-1]:
        try:
            with open(name, "rb") as file:
                plistlib.load(file)
        except Exception:
            continue
        kept.append(name + b"\0")
    return b"".join(kept)


def commands(asked, floor, folder):
    """What is compared: a name, the command line, and whether it can only be given well-formed files."""
    lint = [asked.tool, "lint", folder, "--exit-zero", "-q"]
    yield LINT, lint, False
    yield f"{LINT} --format json", [*lint, "--format", "json"], False
    yield f"{LINT}, one thread", [*lint, "--threads", "1"], False
    yield "floor: walk, read", [floor, "read", folder], False
    yield "floor: walk, read, XML tokens by quick-xml", [floor, "tokens", folder], False
    yield "cat", ["xargs", "-0", "cat"], False
    if shutil.which("xmllint"):
        yield "xmllint --noout", ["xargs", "-0", "xmllint", "--noout", "--nonet"], False
    if shutil.which("plistutil") and asked.slow:
        yield "plistutil, one process a file", ["xargs", "-0", "-n1", "plistutil", "-o", "/dev/null", "-i"], False
    yield "Python plistlib", [sys.executable, "-c", PLISTLIB], False
    if asked.validator:
        cache = ["--cache-dir", asked.validator_cache] if asked.validator_cache else []
        yield "mobileconfig-validator", ["xargs", "-0", asked.validator, "--offline", *cache], True


def compare(asked, floor, folder):
    """Measures everything in turn, and prints one table."""
    listed = subprocess.run([floor, "list", folder], check=True, stdout=subprocess.PIPE)
    names = listed.stdout
    size = sum(os.path.getsize(name) for name in names.split(b"\0")[:-1])
    rows = [(name, command, well_formed(names) if picky else names)
            for name, command, picky in commands(asked, floor, folder)]
    taken = {name: [] for name, _, _ in rows}
    for counted in range(asked.rounds + 1):
        for name, command, given in random.Random(counted).sample(rows, len(rows)):
            figures = measure(command, given)
            # The first round warms up the page cache.
            if counted:
                taken[name].append(figures)
    print(f"\n{names.count(bytes(1))} profiles, {size} bytes, {asked.rounds} rounds\n")
    print("| command | CPU s | wall s | peak MiB | CPU / that of lint | wall / that of lint |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, _, _ in rows:
        runs = taken[name]
        cpu, wall, memory = (statistics.median(run[at] for run in runs) for at in range(3))
        own = taken[LINT]
        of_cpu, of_wall = (
            statistics.median(b[at] / max(a[at], 1e-6) for a, b in zip(own, runs)) for at in range(2))
        print(f"| {name} | {cpu:.3f} | {wall:.3f} | {memory:.1f} | {of_cpu:.2f} | {of_wall:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", help="folders of profiles; without any, some are generated")
    parser.add_argument("--tool", default=str(ROOT / "target/release/kextpolicy"), help="the built program")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--count", type=int, nargs="+", default=[10_000], help="how many profiles are generated")
    parser.add_argument("--slow", action="store_true", help="also run plistutil, which takes one process a file")
    parser.add_argument("--validator", default=shutil.which("mobileconfig-validator"), help="mobileconfig-validator")
    parser.add_argument("--validator-cache", help="its folder with ProfileManifests, for use without a network")
    asked = parser.parse_args()
    floor = floors()
    version = subprocess.run([asked.tool, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    print(f"{machine()}; {version}")
    for name in ("xmllint", "plistutil"):
        if not shutil.which(name):
            print(f"left out, not installed: {name}")
    if not asked.validator:
        print("left out, not installed: mobileconfig-validator")
    for folder in asked.folders:
        compare(asked, floor, folder)
    for count in [] if asked.folders else asked.count:
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run([floor, "generate", scratch, str(count)], check=True, stdout=subprocess.DEVNULL)
            compare(asked, floor, scratch)


if __name__ == "__main__":
    main()
