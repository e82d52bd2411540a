#!/usr/bin/env python3
"""How every command grows with its input: instructions and peak memory at two sizes, one twice the other.

    cargo build --release && python3 benches/growth.py [--tool FILE] [--only WORDS]

Prints a line for each command and shape, and exits with 1 if one does more than 2.3 times the work, or takes more than
2.3 times the memory, for twice the input. Instructions come from `perf stat`, or from callgrind where the kernel counts
none, which takes an hour. The time a run takes is not looked at: it differs from machine to machine.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">'
UUID = "2D6C1D0E-52B1-4F5B-8F7A-9B0E2C%06X"
KERNEL = "com.apple.syspolicy.kernel-extension-policy"
SYSTEM = "com.apple.system-extension-policy"
LIMIT = 2.3
INVISIBLE = "a\u200b"


def payload(number, keys="", kind=KERNEL):
    return (
        f"<dict><key>PayloadType</key><string>{kind}</string><key>PayloadIdentifier</key>"
        f"<string>com.contoso.p{number}</string><key>PayloadUUID</key><string>{UUID % number}</string>"
        f"<key>PayloadVersion</key><integer>1</integer>{keys}</dict>"
    )


def profile(payloads, number=0, end="", top=""):
    return (
        f"{HEAD}{end}<dict>{top}<key>PayloadContent</key>{end}<array>{end}{payloads}</array>{end}"
        f"<key>PayloadDisplayName</key><string>Contoso</string><key>PayloadIdentifier</key>"
        f"<string>com.contoso.n{number}</string><key>PayloadScope</key><string>System</string><key>PayloadType</key>"
        f"<string>Configuration</string><key>PayloadUUID</key><string>{UUID % (0x800000 + number)}</string>"
        f"<key>PayloadVersion</key><integer>1</integer></dict></plist>\n"
    )


def team(number):
    return f"T{number:09d}"


def lists(count, per, kind="AllowedKernelExtensions", end=""):
    teams = "".join(
        f"<key>{team(n)}</key><array>"
        + "".join(f"<string>com.contoso.d{n}.x{m}</string>{end}" for m in range(per))
        + "</array>"
        for n in range(count)
    )
    return f"<key>{kind}</key><dict>{teams}</dict>"


def one(text):
    return {"a.mobileconfig": text}


def many(text_of, n):
    return {f"f{number}.mobileconfig": text_of(number) for number in range(n)}


def nested(n, open_, close):
    # Depth is limited, so nests of 100 stand beside each other.
    return one(profile(payload(1, "".join(f"<key>k{i}</key>{open_ * 100}{close * 100}" for i in range(n)))))


# Each takes a size and gives files.
SHAPES = {
    "unknown keys on one line": (1000, lambda n: one(profile(payload(1, "".join(f"<key>a{i}</key><true/>" for i in range(n)))))),
    "unknown keys on lines": (1000, lambda n: one(profile(payload(1, "".join(f"<key>a{i}</key><true/>\n" for i in range(n)))))),
    "wide letters on one line": (500, lambda n: one(profile(payload(1, "".join(f"<key>ä€{i}</key><true/>" for i in range(n)))))),
    "deep arrays": (20, lambda n: nested(n, "<array>", "</array>")),
    "deep dictionaries": (20, lambda n: nested(n, "<dict><key>k</key>", "</dict>")),
    "many payloads": (300, lambda n: one(profile("".join(payload(i) for i in range(n))))),
    "payloads with one UUID": (300, lambda n: one(profile(payload(1) * n))),
    "empty payloads": (500, lambda n: one(profile("<dict/>" * n))),
    "many teams": (1000, lambda n: one(profile(payload(1, lists(n, 1))))),
    "many bundle IDs": (2000, lambda n: one(profile(payload(1, lists(1, n))))),
    "wrong bundle IDs": (500, lambda n: one(profile(payload(1, lists(1, n).replace("com.contoso", "com contoso"))))),
    "equal bundle IDs": (1000, lambda n: one(profile(payload(1, f"<key>AllowedKernelExtensions</key><dict><key>{team(1)}</key><array>{'<string>com.contoso.a</string>' * n}</array></dict>")))),
    "removable beside allowed": (300, lambda n: one(profile(payload(1, lists(1, n, "AllowedSystemExtensions") + lists(1, n, "RemovableSystemExtensions").replace(".x", ".y"), SYSTEM)))),
    "wrong Team IDs": (500, lambda n: one(profile(payload(1, "<key>AllowedTeamIdentifiers</key><array>" + "".join(f"<string>t{i}</string>" for i in range(n)) + "</array>")))),
    "a long string": (200000, lambda n: one(profile(payload(1, f"<key>PayloadDescription</key><string>{'x ' * n}</string>")))),
    "a long wrong bundle ID": (50000, lambda n: one(profile(payload(1, f"<key>AllowedKernelExtensions</key><dict><key>{team(1)}</key><array><string>com.contoso.{INVISIBLE * n}</string></array></dict>")))),
    "a long misspelt key": (50000, lambda n: one(profile(payload(1, f"<key>AllowUserOverride{'s' * n}</key><true/>")))),
    "many comments": (2000, lambda n: one(profile(payload(1, "<!-- a comment -->" * n)))),
    "many ignores": (300, lambda n: one(profile("".join(f"<!-- kextpolicy: ignore[unknown-key] reason -->{payload(i, '<key>a</key><true/>')}" for i in range(n))))),
    "many entities": (5000, lambda n: one(profile(payload(1, f"<key>PayloadDescription</key><string>{'&lt;' * n}</string>")))),
    "equal keys": (500, lambda n: one(profile(payload(1, "<key>a</key><true/>" * n)))),
    "not closed": (2000, lambda n: one(HEAD + "<dict><key>a</key>" * n)),
    "stray ends": (2000, lambda n: one(profile("</dict>" * n))),
    "blank lines": (100000, lambda n: one(profile(payload(1), end="\n" * n))),
    "many files": (300, lambda n: many(lambda number: profile(payload(number, lists(1, 2)), number), n)),
    "equal files": (300, lambda n: many(lambda number: profile(payload(1, lists(1, 2))), n)),
    "files with many teams": (100, lambda n: many(lambda number: profile(payload(number, lists(20, 2)), number), n)),
    "many overrides": (300, lambda n: many(lambda number: profile(payload(number, f"<key>AllowUserOverrides</key><{str(number % 2 == 0).lower()}/>"), number), n)),
}

COMMANDS = {
    "lint text": ["lint", "-v", "--exit-zero", "{}"],
    "lint concise": ["lint", "--format", "concise", "--exit-zero", "{}"],
    "lint json": ["lint", "--format", "json", "--exit-zero", "{}"],
    "lint sarif": ["lint", "--format", "sarif", "--exit-zero", "{}"],
    "lint github": ["lint", "--format", "github", "--exit-zero", "{}"],
    "lint gitlab": ["lint", "--format", "gitlab", "--exit-zero", "{}"],
    "lint junit": ["lint", "--format", "junit", "--exit-zero", "{}"],
    "lint markdown": ["lint", "--format", "markdown", "--exit-zero", "{}"],
    "lint html": ["lint", "--format", "html", "--exit-zero", "{}"],
    "lint --diff": ["lint", "--diff", "--exit-zero", "{}"],
    "lint jamf": ["lint", "--target", "jamf", "--exit-zero", "{}"],
    "effective text": ["effective", "{}"],
    "effective json": ["effective", "--format", "json", "{}"],
    "effective html": ["effective", "--format", "html", "{}"],
    "diff": ["diff", "{empty}", "{}"],
    "import": ["import", "{}"],
    "show": ["show", "{file}"],
}


def run(command):
    """Runs a command without looking at what it prints; gives its peak memory in KiB."""
    environment = {**os.environ, "RAYON_NUM_THREADS": "1"}
    with open(os.devnull, "w", encoding="utf-8") as null:
        process = subprocess.Popen(command, stdout=null, stderr=null, env=environment)
        return os.wait4(process.pid, 0)[2].ru_maxrss


def counted(tool, args, folder):
    """Instructions of a run and its peak memory in KiB."""
    command = [tool, *args]
    report = os.path.join(folder, "count")
    if PERF:
        memory = run(["perf", "stat", "-x,", "-e", "instructions:u", "-o", report, *command])
    else:
        run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={report}", "-q", *command])
        memory = run(command)
    with open(report, encoding="utf-8") as lines:
        for line in lines:
            if PERF and "instructions" in line:
                return int(line.split(",")[0]), memory
            if not PERF and line.startswith(("summary:", "totals:")):
                return int(line.split()[1]), memory
    sys.exit(f"no count of {' '.join(command)}")


def written(files, folder):
    os.makedirs(folder)
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    return folder


def can_count():
    """Whether the kernel counts instructions."""
    if not shutil.which("perf"):
        return False
    tried = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u", "true"], capture_output=True, text=True, check=False)
    return tried.returncode == 0 and "<not" not in tried.stderr


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tool", default="target/release/kextpolicy")
    options.add_argument("--only", default="", help="shapes and commands with this word")
    asked = options.parse_args()
    tool = os.path.abspath(asked.tool)
    worse = 0
    print(f"{'command':<16} {'shape':<26} {'Minstr':>8} {'twice':>8} {'growth':>7} {'MiB':>6} {'twice':>6}")
    with tempfile.TemporaryDirectory() as scratch:
        empty = written({}, os.path.join(scratch, "empty"))
        start, base = counted(tool, ["--version"], scratch)
        for shape, (size, files) in SHAPES.items():
            folders = [written(files(n), os.path.join(scratch, f"{shape} {n}")) for n in (size, 2 * size)]
            for name, command in COMMANDS.items():
                if asked.only not in f"{name} {shape}":
                    continue
                if "{file}" in command and not os.path.exists(os.path.join(folders[0], "a.mobileconfig")):
                    continue
                runs = []
                for folder in folders:
                    put = {"{}": folder, "{empty}": empty, "{file}": os.path.join(folder, "a.mobileconfig")}
                    runs.append(counted(tool, [put.get(word, word) for word in command], scratch))
                (work, memory), (more, twice) = runs
                # What every run costs is no part of the growth.
                growth = (more - start) / max(work - start, 1)
                wide = (twice - base) / max(memory - base, 4096)
                is_worse = growth > LIMIT or wide > LIMIT
                worse += is_worse
                print(
                    f"{name:<16} {shape:<26} {work / 1e6:>8.1f} {more / 1e6:>8.1f} {growth:>7.2f}"
                    f" {memory / 1024:>6.1f} {twice / 1024:>6.1f}{'  <-- above linear' if is_worse else ''}",
                    flush=True,
                )
            for folder in folders:
                shutil.rmtree(folder)
    print(f"{worse} above {LIMIT}")
    return 1 if worse else 0


PERF = can_count()

if __name__ == "__main__":
    sys.exit(main())
