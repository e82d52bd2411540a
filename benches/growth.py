#!/usr/bin/env python3
"""How every command grows with its input: work and peak memory at two sizes, one twice the other.

    cargo build --release && python3 benches/growth.py --table benches/growth.md [--tool FILE] [--only WORDS] [--jobs N]

Prints a line for each command and shape, writes the table, and exits with 1 if one does more than 2.3 times the work, or takes
more than 2.3 times the memory, for twice the input. Work is instructions of `perf stat`. Where the kernel counts none it is CPU
time, the least of three runs; what takes more than 2.2 times as long is counted in instructions by cachegrind, at sizes of a
quarter, and that number is the one that holds: other work on the machine does not change it.
"""

import argparse
import concurrent.futures
import datetime
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


def policy(allowed):
    return {
        "policy.yaml": f"identifier: com.contoso\norganization: Contoso\nkernel_extensions:\n  allowed:\n{allowed}",
        "b.mobileconfig": profile(payload(1)),
    }


def output(text):
    return {"output.txt": text}


def configured(text):
    return {"kextpolicy.toml": text, "b.mobileconfig": profile(payload(1))}


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
    "policy: bundle IDs": (300, lambda n: policy(f"    - team_id: {team(1)}\n      bundle_ids:\n" + "".join(f"        - com.contoso.d{i}\n" for i in range(n)))),
    "policy: teams": (200, lambda n: policy("".join(f"    - team_id: {team(i)}\n      bundle_ids: [com.contoso.d{i}]\n" for i in range(n)))),
    "policy: wrong Team IDs": (100, lambda n: policy("".join(f"    - team_id: t{i}\n      bundle_ids: [com.contoso.d{i}]\n" for i in range(n)))),
    "policy: wrong bundle IDs": (200, lambda n: policy(f"    - team_id: {team(1)}\n      bundle_ids: [{', '.join(f'com contoso {i}' for i in range(n))}]\n")),
    "policy: comments": (5000, lambda n: policy(f"    - team_id: {team(1)}\n      bundle_ids: [com.contoso.a]\n" + "# a comment\n" * n)),
    "policy: a long string": (50000, lambda n: policy(f"    - team_id: {team(1)}\n      bundle_ids: [com.contoso.{INVISIBLE * n}]\n")),
    "output: lines about extensions": (300, lambda n: output("".join(f"Error occurred while building a collection: Kext com.contoso.k{i} not approved to load. Please approve using System Preferences.\n" for i in range(n)))),
    "output: other lines": (2000, lambda n: output("".join(f"2026-11-28 10:00:{i % 60:02d} a line of a ticket, {i}\n" for i in range(n)))),
    "output: one line": (20000, lambda n: output("com.contoso.kext " * n)),
    "output: a long word": (200000, lambda n: output("a" * n)),
    "configuration: ignores": (100, lambda n: configured("".join(f'[[ignore]]\nrules = ["unknown-key"]\npaths = ["a{i}/**"]\nreason = "r"\n' for i in range(n)))),
    "configuration: patterns": (150, lambda n: configured("exclude = [" + ", ".join(f'"vendor{i}/*/x*"' for i in range(n)) + "]\n")),
    "configuration: wrong keys": (100, lambda n: configured("".join(f"key{i} = 1\n" for i in range(n)))),
}

# What each command is given, by the file that a shape has.
PROFILES, PROFILE, POLICY, OUTPUT, CONFIGURATION = "profiles", "a.mobileconfig", "policy.yaml", "output.txt", "kextpolicy.toml"

COMMANDS = {
    "lint text": (PROFILES, ["lint", "-v", "--exit-zero", "{}"]),
    "lint concise": (PROFILES, ["lint", "--format", "concise", "--exit-zero", "{}"]),
    "lint json": (PROFILES, ["lint", "--format", "json", "--exit-zero", "{}"]),
    "lint sarif": (PROFILES, ["lint", "--format", "sarif", "--exit-zero", "{}"]),
    "lint github": (PROFILES, ["lint", "--format", "github", "--exit-zero", "{}"]),
    "lint gitlab": (PROFILES, ["lint", "--format", "gitlab", "--exit-zero", "{}"]),
    "lint junit": (PROFILES, ["lint", "--format", "junit", "--exit-zero", "{}"]),
    "lint markdown": (PROFILES, ["lint", "--format", "markdown", "--exit-zero", "{}"]),
    "lint html": (PROFILES, ["lint", "--format", "html", "--exit-zero", "{}"]),
    "lint --diff": (PROFILES, ["lint", "--diff", "--exit-zero", "{}"]),
    "lint jamf": (PROFILES, ["lint", "--target", "jamf", "--exit-zero", "{}"]),
    "effective text": (PROFILES, ["effective", "{}"]),
    "effective json": (PROFILES, ["effective", "--format", "json", "{}"]),
    "effective html": (PROFILES, ["effective", "--format", "html", "{}"]),
    "effective md": (PROFILES, ["effective", "--format", "markdown", "{}"]),
    "effective csv": (PROFILES, ["effective", "--format", "csv", "{}"]),
    "diff": (PROFILES, ["diff", "{empty}", "{}"]),
    "diff away": (PROFILES, ["diff", "{}", "{empty}"]),
    "diff same": (PROFILES, ["diff", "{}", "{}"]),
    "import": (PROFILES, ["import", "{}"]),
    "lint --fix": (PROFILES, ["lint", "--diff", "--unsafe-fixes", "--exit-zero", "{}"]),
    "lint --statistics": (PROFILES, ["lint", "--statistics", "--exit-zero", "{}"]),
    "diff json": (PROFILES, ["diff", "--format", "json", "{empty}", "{}"]),
    "diff md": (PROFILES, ["diff", "--format", "markdown", "{}", "{empty}"]),
    "show": (PROFILE, ["show", "{}/a.mobileconfig"]),
    "show json": (PROFILE, ["show", "--format", "json", "{}/a.mobileconfig"]),
    "render": (POLICY, ["render", "--print", "{}/policy.yaml"]),
    "lint --policy": (POLICY, ["lint", "--exit-zero", "--policy", "{}/policy.yaml", "{}"]),
    "diagnose": (OUTPUT, ["diagnose", "--kmutil", "{}/output.txt"]),
    "diagnose json": (OUTPUT, ["diagnose", "--format", "json", "--kmutil", "{}/output.txt"]),
    "lint --config": (CONFIGURATION, ["lint", "--exit-zero", "--config", "{}/kextpolicy.toml", "{}"]),
}


def run(command):
    """Runs a command without looking at what it prints; gives what it used."""
    environment = {**os.environ, "RAYON_NUM_THREADS": "1"}
    with open(os.devnull, "w", encoding="utf-8") as null:
        process = subprocess.Popen(command, stdout=null, stderr=null, env=environment)
        _, status, used = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in range(3):
        sys.exit(f"{' '.join(command)} ended with {code}")
    return used


def counted(command, report, counter):
    """Instructions of a run, in millions."""
    if counter == "perf":
        run(["perf", "stat", "-x,", "-e", "instructions:u", "-o", report, *command])
    else:
        run(["valgrind", "-q", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={report}", *command])
    with open(report, encoding="utf-8") as lines:
        for line in lines:
            if counter == "perf" and "instructions" in line:
                return int(line.split(",")[0]) / 1e6
            if counter == "valgrind" and line.startswith("summary:"):
                return int(line.split()[1]) / 1e6
    sys.exit(f"no count of {' '.join(command)}")


def milliseconds(command, times=3):
    """The least CPU time of so many runs."""
    used = [run(command) for _ in range(times)]
    return min(one.ru_utime + one.ru_stime for one in used) * 1e3


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


class Cell:
    """A command over a shape."""

    def __init__(self, shape, name, command):
        self.shape, self.name, self.command = shape, name, command

    def measure(self, tool, folders, empty, start, counter):
        """Measures at four and eight times the size of the shape."""
        def of(by):
            return [tool, *[word.replace("{}", folders[by]).replace("{empty}", empty) for word in self.command]]

        report = os.path.join(folders[1], "..", f"count {self.name} {self.shape}".replace(":", ""))

        def growth(work):
            # What every run costs is no part of the growth.
            return (work[1] - start[counter]) / max(work[0] - start[counter], 1)

        if counter == "perf":
            self.work = [counted(of(by), report, counter) for by in (4, 8)]
            self.growth = growth(self.work)
        else:
            self.work = [milliseconds(of(by)) for by in (4, 8)]
            self.growth = growth(self.work)
        self.is_counted = counter == "perf"
        if self.growth > LIMIT - 0.1 and not self.is_counted and shutil.which("valgrind"):
            counter, self.is_counted = "valgrind", True
            self.growth = growth([counted(of(by), report, counter) for by in (1, 2)])
        self.memory = [run(of(by)).ru_maxrss for by in (4, 8)]
        self.wide = (self.memory[1] - START) / max(self.memory[0] - START, 8192)
        self.is_worse = self.growth > LIMIT or self.wide > LIMIT
        return self


def table(cells, unit, path):
    """Writes the growth of each command and shape, and its memory."""
    of = {(cell.shape, cell.name): cell for cell in cells}
    shapes = list(dict.fromkeys(cell.shape for cell in cells))
    with open(path, "w", encoding="utf-8") as file:
        print("# How runs grow\n", file=file)
        print(
            f"Twice the input, and how much more work and peak memory a run takes: {len(cells)} cells, of which"
            f" {sum(cell.is_worse for cell in cells)} are above {LIMIT}. `python3 benches/growth.py --table benches/growth.md`"
            f" made it on {datetime.date.today()}; work is {unit}, without what every run takes. An empty cell: the"
            " command does not read such a file.\n",
            file=file,
        )
        for title, show in (
            ("Work", lambda cell: f"{cell.growth:.2f}" + "*" * (cell.is_counted and unit != "instructions")),
            ("Peak memory in MiB", lambda cell: f"{cell.memory[0] / 1024:.0f} to {cell.memory[1] / 1024:.0f}"),
        ):
            names = list(dict.fromkeys(cell.name for cell in cells))
            print(f"## {title}\n", file=file)
            print("| shape | " + " | ".join(names) + " |", file=file)
            print("| --- |" + " ---: |" * len(names), file=file)
            for shape in shapes:
                row = [show(of[shape, name]) if (shape, name) in of else "" for name in names]
                print(f"| {shape} | " + " | ".join(row) + " |", file=file)
            print(file=file)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tool", default="target/release/kextpolicy")
    options.add_argument("--only", default="", help="shapes and commands with this word")
    options.add_argument("--jobs", type=int, default=1, help="cells at a time")
    options.add_argument("--table", help="the file to write the table to")
    asked = options.parse_args()
    counter = "perf" if can_count() else "time"
    unit = "instructions" if counter == "perf" else "CPU time, and with * instructions"
    tool = os.path.abspath(asked.tool)
    cells = []
    print(f"{'command':<16} {'shape':<30} {counter:>12} {'twice':>9} {'growth':>7} {'MiB':>6} {'twice':>6}")
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        empty = written(dict, os.path.join(scratch, "empty"))
        start = {"time": milliseconds([tool, "--version"], 5)}
        for kind in ("perf",) if counter == "perf" else ("valgrind",) if shutil.which("valgrind") else ():
            start[kind] = counted([tool, "--version"], os.path.join(scratch, "start"), kind)
        for shape, (size, files) in SHAPES.items():
            held = set(files(1))
            held |= {PROFILES} if held & {PROFILE, "f0.mobileconfig"} else set()
            todo = [
                Cell(shape, name, command)
                for name, (kind, command) in COMMANDS.items()
                if kind in held and asked.only in f"{name} {shape}"
            ]
            if not todo:
                continue
            folders = {
                by: written(lambda: files(size * by), os.path.join(scratch, f"{by} {shape}".replace(":", "")))
                for by in (1, 2, 4, 8)
            }
            for cell in pool.map(lambda cell: cell.measure(tool, folders, empty, start, counter), todo):
                cells.append(cell)
                print(
                    f"{cell.name:<16} {shape:<30} {cell.work[0]:>12.1f} {cell.work[1]:>9.1f} {cell.growth:>7.2f}"
                    f" {cell.memory[0] / 1024:>6.1f} {cell.memory[1] / 1024:>6.1f}{'  <-- above linear' if cell.is_worse else ''}",
                    flush=True,
                )
            for folder in folders.values():
                shutil.rmtree(folder)
    if asked.table:
        table(cells, unit, asked.table)
    worse = sum(cell.is_worse for cell in cells)
    print(f"{worse} of {len(cells)} above {LIMIT}")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
