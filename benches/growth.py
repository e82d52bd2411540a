#!/usr/bin/env python3
"""How every command grows with its input: instructions and peak memory at two sizes, one twice the other.

    cargo build --release && python3 benches/growth.py [--tool FILE] [--only WORDS]

Prints a line for each command and shape, and exits with 1 if one does more than 2.3 times the work, or takes more than
2.3 times the memory, for twice the input. Work is instructions of `perf stat`. Where the kernel counts none it is CPU
time, the least of several runs of inputs that take a twentieth of a second; `--valgrind` counts with cachegrind there, which
takes hours. What looks worse than linear is measured again before it is said.
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
# Peak memory in KiB of a run without input (`/usr/bin/time -f %M kextpolicy --version`). Behind a script it cannot be
# measured: the peak of a child counts from that of its parent.
START = 7500
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


def privacy(entries):
    keys = f"<key>Services</key><dict><key>Accessibility</key><array>{entries}</array></dict>"
    return profile(payload(1, keys, "com.apple.TCC.configuration-profile-policy"))


def entry(number, requirement):
    return (
        f"<dict><key>Identifier</key><string>com.contoso.a{number}</string><key>IdentifierType</key><string>bundleID</string>"
        f"<key>Allowed</key><true/><key>CodeRequirement</key><string>{requirement}</string></dict>"
    )


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
    "privacy entries": (300, lambda n: one(privacy("".join(entry(i, f"identifier com.contoso.a{i} and anchor apple generic") for i in range(n))))),
    "alternatives of a requirement": (500, lambda n: one(privacy(entry(0, " or ".join(f"(identifier a{i} and certificate leaf[subject.OU] = {team(i)})" for i in range(n)))))),
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
    "effective md": ["effective", "--format", "markdown", "{}"],
    "effective csv": ["effective", "--format", "csv", "{}"],
    "diff": ["diff", "{empty}", "{}"],
    "diff away": ["diff", "{}", "{empty}"],
    "diff same": ["diff", "{}", "{}"],
    "import": ["import", "{}"],
    "lint --fix": ["lint", "--diff", "--unsafe-fixes", "--exit-zero", "{}"],
    "show": ["show", "{file}"],
}


def run(command):
    """Runs a command without looking at what it prints; gives what it used."""
    environment = {**os.environ, "RAYON_NUM_THREADS": "1"}
    with open(os.devnull, "w", encoding="utf-8") as null:
        process = subprocess.Popen(command, stdout=null, stderr=null, env=environment)
        return os.wait4(process.pid, 0)[2]


def counted(tool, args, folder, counter):
    """The work of a run, in millions of instructions or in milliseconds, and its peak memory in KiB."""
    command = [tool, *args]
    report = os.path.join(folder, "count")
    if counter == "time":
        runs = [run(command) for _ in range(3)]
        return min(used.ru_utime + used.ru_stime for used in runs) * 1e3, max(used.ru_maxrss for used in runs)
    if counter == "perf":
        memory = run(["perf", "stat", "-x,", "-e", "instructions:u", "-o", report, *command]).ru_maxrss
    else:
        count = ["--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={report}"]
        run(["valgrind", *count, "-q", *command])
        memory = run(command).ru_maxrss
    with open(report, encoding="utf-8") as lines:
        for line in lines:
            if counter == "perf" and "instructions" in line:
                return int(line.split(",")[0]) / 1e6, memory
            if counter == "valgrind" and line.startswith("summary:"):
                return int(line.split()[1]) / 1e6, memory
    sys.exit(f"no count of {' '.join(command)}")


def written(files, folder):
    """Writes what `files` gives. In a process of its own: the peak memory of a child counts from that of its parent."""
    os.makedirs(folder)
    child = os.fork()
    if child == 0:
        for name, text in files().items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        os._exit(0)
    os.waitpid(child, 0)
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
    options.add_argument("--valgrind", action="store_true", help="count with cachegrind where perf cannot")
    asked = options.parse_args()
    counter = "perf" if can_count() else "valgrind" if asked.valgrind else "time"
    unit = "ms" if counter == "time" else "Minstr"
    tool = os.path.abspath(asked.tool)
    worse = 0
    print(f"{'command':<16} {'shape':<30} {'KiB':>6} {unit:>8} {'twice':>8} {'growth':>7} {'MiB':>6} {'twice':>6}")
    with tempfile.TemporaryDirectory() as scratch:
        empty = written(dict, os.path.join(scratch, "empty"))
        start, _ = counted(tool, ["--version"], scratch, counter)

        def folder_of(shape, n):
            folder = os.path.join(scratch, f"{shape} {n}")
            return folder if os.path.exists(folder) else written(lambda: SHAPES[shape][1](n), folder)

        def measured(shape, command, n):
            folder = folder_of(shape, n)
            put = {"{}": folder, "{empty}": empty, "{file}": os.path.join(folder, "a.mobileconfig")}
            return counted(tool, [put.get(word, word) for word in command], scratch, counter)

        for shape, (size, files) in SHAPES.items():
            for name, command in COMMANDS.items():
                if asked.only not in f"{name} {shape}":
                    continue
                if "{file}" in command and "a.mobileconfig" not in files(1):
                    continue
                n = size
                work, memory = measured(shape, command, n)
                # Time needs something to measure; a mebibyte or two is enough for what is faster still.
                while counter == "time" and work - start < 40 and n < 16 * size:
                    n *= 2
                    work, memory = measured(shape, command, n)
                for _ in range(3):
                    more, twice = measured(shape, command, 2 * n)
                    # What every run costs is no part of the growth.
                    growth = (more - start) / max(work - start, 1)
                    wide = (twice - START) / max(memory - START, 8192)
                    is_worse = growth > LIMIT or wide > LIMIT
                    if counter != "time" or not is_worse:
                        break
                    work, memory = measured(shape, command, n)
                worse += is_worse
                held = sum(entry.stat().st_size for entry in os.scandir(folder_of(shape, n)))
                print(
                    f"{name:<16} {shape:<30} {held // 1024:>6} {work:>8.1f} {more:>8.1f} {growth:>7.2f}"
                    f" {memory / 1024:>6.1f} {twice / 1024:>6.1f}{'  <-- above linear' if is_worse else ''}",
                    flush=True,
                )
            for folder in os.listdir(scratch):
                if folder.startswith(shape):
                    shutil.rmtree(os.path.join(scratch, folder))
    print(f"{worse} above {LIMIT}")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
