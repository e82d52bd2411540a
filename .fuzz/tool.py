#!/usr/bin/env python3
"""Gives the built tool damaged files and looks at what a user would: python3 .fuzz/tool.py [--tool FILE] [--seconds N] [--seed N]

The fuzzers beside it look into one reader each; this runs whole commands, also those of an older build, to show what it would
have found there. A find is an exit status other than 0, 1 and 2, a panic, five seconds, a gibibyte, 64 MiB of output, a control
character or a command of a CI runner in what is printed, a message that asks for a report, a file that changed although
nothing was to be written, and a safe fix that makes a value nobody meant. Each is printed once. Exits with 1 if there is one.
"""

import argparse
import base64
import html
import os
import pathlib
import random
import re
import resource
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECONDS, MEMORY, OUTPUT = 5, 1 << 30, 64 << 20
HOSTILE = " ::error::H\n ::stop-commands::t\n##vso[task.setvariable variable=PATH]/h ##[set-output name=h]h\u009b2J\u0085\u202e\u2066section_start:1:h"
WORDS = [
    "<", ">", "/>", "&", "&#x0;", '"', "<!--", "-->", "<![CDATA[", "]]>", "\0", "\u0080", "\ufeff", "<dict>", "</dict>",
    "<array>", "</array>", "<key>", "</key>", "<string>", "</string>", "-1", "99999999999999999999", "<true/>", "]", "[",
    "\n", "\r\n", "\t", ": ", "- ", "\u001b[31m", "\u202e", "::error::", "##vso[a]", "|", "{{", "%}", "= ", "'", "#", "*a",
    "&a ", " ", "\u200b", ",", "\u0085", "UBF8T346G9", "com.microsoft.wdavkext", "all", "[]", "[all]", "~", "com.apple",
    "PayloadUUID", "AllowUserOverride", "2001-01-01", "9999-12-31", "0x10", "1e9", HOSTILE,
]  # fmt: skip


def damaged(bytes_, other, numbers):
    """A file with one to four places changed, as `src/laws/tests.rs` does it."""
    data = bytearray(bytes_)
    for _ in range(numbers.randrange(1, 5)):
        at = numbers.randrange(len(data) + 1)
        end = min(at + numbers.randrange(30), len(data))
        kind = numbers.randrange(8)
        if kind == 0:
            data[at:at] = numbers.choice(WORDS).encode("utf-8", "surrogatepass")
        elif kind == 1:
            data[at:end] = numbers.choice(WORDS).encode("utf-8", "surrogatepass")
        elif kind == 2:
            del data[at:end]
        elif kind == 3:
            data[at:at] = data[at:end]
        elif kind == 4:
            start = numbers.randrange(len(other) + 1)
            data[at:at] = other[start : start + numbers.randrange(200)]
        elif kind == 5:
            # A word in place of another, and the same word at two places.
            words = re.findall(rb"[A-Za-z0-9._-]{3,}", bytes(data)[:20000])
            if words:
                put = numbers.choice([numbers.choice(words), numbers.choice(WORDS).encode()])
                data = bytearray(bytes(data).replace(numbers.choice(words), put, numbers.randrange(1, 3)))
        elif kind == 6 and numbers.randrange(4) == 0:
            del data[at:]
        elif data:
            data[at % len(data)] ^= 1 << numbers.randrange(8)
    return bytes(data)


def shared(numbers):
    """A binary property list whose objects refer to each other any number of times: a profile around a knot."""
    count, wide = numbers.randrange(3, 60), numbers.choice([2, 3, 10, 100, 1000])
    kernel = b"com.apple.syspolicy.kernel-extension-policy"
    words = [b"PayloadContent", b"PayloadType", kernel, b"Configuration", b"AllowedKernelExtensions", b"AllowedTeamIdentifiers"]
    words += [b"UBF8T346G9", b"com.contoso.a", b"x" * numbers.choice([1, 100, 10000]), b"PayloadIdentifier"]

    def text(word):
        size = len(word)
        return (bytes([0x50 | size]) if size < 15 else b"\x5f\x12" + struct.pack(">I", size)) + word

    def many(kind, refs):
        size = len(refs) // (2 if kind == 13 else 1)
        head = bytes([kind << 4 | size]) if size < 15 else bytes([kind << 4 | 15, 0x12]) + struct.pack(">I", size)
        return head, refs

    base, knot = 3, 3 + len(words)
    bodies = [many(13, [base, base + 1, 1, base + 3]), many(10, [2]), many(13, [base + 1, base + 4, base + 2, knot])]
    bodies += [(text(word), []) for word in words]
    for at in range(count):
        low = knot + at + 1
        ends = [low] * wide if numbers.randrange(3) else [numbers.randrange(low, knot + count + 1) for _ in range(wide)]
        ends = [min(end, knot + count) for end in ends]
        if numbers.randrange(4) == 0:
            keys = [base + numbers.randrange(len(words)) for _ in ends]
            bodies.append(many(13, keys + ends))
        else:
            bodies.append(many(10, ends))
    bodies.append((text(numbers.choice(words)), []))
    out, offsets = bytearray(b"bplist00"), []
    for head, refs in bodies:
        offsets.append(len(out))
        out += head + b"".join(struct.pack(">H", ref) for ref in refs)
    table = len(out)
    out += b"".join(struct.pack(">I", at) for at in offsets)
    return bytes(out + bytes(6) + bytes([4, 2]) + struct.pack(">QQQ", len(offsets), 0, table))


def databases(folder):
    """Databases as macOS makes them, and with a schema that computes."""
    columns = "team_id TEXT, bundle_id TEXT, allowed BOOLEAN, flags INTEGER"
    for number, (table, more) in enumerate([
        ("kext_policy", ""),
        ("kext_policy", "ALTER TABLE kext_policy ADD COLUMN developer_name TEXT AS (hex(zeroblob(30000000)))"),
        ("other", "CREATE VIEW kext_policy AS SELECT a.* FROM other a, other b, other c"),
    ]):  # fmt: skip
        path = folder / f"database{number}"
        database = sqlite3.connect(path)
        database.execute("PRAGMA page_size=512")
        database.execute(f"CREATE TABLE {table} ({columns}, PRIMARY KEY (team_id, bundle_id))")
        rows = [("UBF8T346G9", f"com.contoso.a{i}") for i in range(100)]
        database.executemany(f"INSERT INTO {table} VALUES (?, ?, 1, 1)", rows)
        database.execute(more)
        database.commit()
        database.close()
        yield path.read_bytes()


def grown(numbers):
    """A profile in which one thing is repeated as often as 400 KB hold, on one line."""
    end = numbers.choice(["", "\n"])
    one = numbers.choice(
        ["<key>a%d</key><true/>", "<string>com.contoso.b%d</string>", "<string>com contoso %d</string>", "<!-- a -->", "</dict>", "<dict/>",
         "<dict><key>k</key>", "&lt;", "<array>", "<string>t%d</string>", "x\u200b", "<key>AllowUserOverride</key><true/>"]
    )  # fmt: skip
    body = "".join((one % i if "%" in one else one) + end for i in range(400_000 // (len(one) + 4)))
    around = numbers.choice(["%s", "<key>AllowedKernelExtensions</key><dict><key>UBF8T346G9</key><array>%s</array></dict>", "<key>PayloadDescription</key><string>%s</string>"])
    if "b%d" in one:
        other = body.replace(".b", ".c")
        around = f"<key>AllowedSystemExtensions</key><dict><key>UBF8T346G9</key><array>{other}</array></dict><key>RemovableSystemExtensions</key><dict><key>UBF8T346G9</key><array>%s</array></dict>"
    kind = "system-extension-policy" if "b%d" in one else "syspolicy.kernel-extension-policy"
    text = f"<dict><key>PayloadType</key><string>com.apple.{kind}</string>{around % body}</dict>"
    return f'<plist version="1.0"><dict><key>PayloadContent</key><array>{text}</array></dict></plist>'.encode()


def der(data):
    """The values in DER: a tag and content each, which is a list where the value holds others. None if it is not DER."""
    values, at = [], 0
    while at + 2 <= len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            more = size & 0x7F
            size, at = int.from_bytes(data[at : at + more], "big"), at + more
        content = data[at : at + size]
        if len(content) < size:
            return None
        inner = der(content) if tag & 0x20 else None
        values.append([tag, content if inner is None else inner])
        at += size
    return values if at == len(data) else None


def written(values):
    out = b""
    for tag, content in values:
        content = written(content) if isinstance(content, list) else content
        size = len(content)
        more = size.to_bytes((size.bit_length() + 7) // 8, "big")
        out += (bytes([tag, size]) if size < 128 else bytes([tag, 0x80 | len(more)]) + more) + content
    return out


def reshaped(bytes_, other, numbers):
    """A key or a message in which a number became another, or a part is there many times, each with another number inside."""
    armour = re.fullmatch(rb"(-----BEGIN [^\n]*\n)([A-Za-z0-9+/=\n]*)(-----END [^\n]*\n)", bytes_)
    values = der(base64.b64decode(armour[2]) if armour else bytes_)
    if values is None or numbers.randrange(3) == 0:
        return damaged(bytes_, other, numbers)
    todo, lists, whole = [values], [], []
    while todo:
        for value in todo.pop():
            if isinstance(value[1], list):
                todo.append(value[1])
                lists.append(value[1])
            elif value[0] == 2:
                whole.append(value)
    # What holds certificates: a sequence of a sequence, an algorithm, and a signature in bits.
    lists = [part for part in lists if any(isinstance(one[1], list) and [inner[0] for inner in one[1]] == [0x30, 0x30, 3] for one in part)]
    if whole and (not lists or numbers.randrange(2)):
        number = numbers.choice([1 << numbers.randrange(33), numbers.randrange(1 << 16), (1 << numbers.randrange(33)) - 1])
        numbers.choice(whole)[1] = number.to_bytes(number.bit_length() // 8 + 1, "big")
    elif lists:
        part = numbers.choice(lists)
        at = numbers.randrange(len(part))
        for _ in range(numbers.choice([1, 10, 100, 1000])):
            again = der(written([part[at]]))
            inner = again
            while inner and isinstance(inner[0][1], list):
                inner = inner[0][1]
                numbered = [value for value in inner if value[0] == 2]
                if numbered:
                    numbered[0][1] = numbers.randrange(1 << 24, 1 << 31).to_bytes(4, "big")
                    break
            part.extend(again)
    data = written(values)
    return armour[1] + base64.encodebytes(data) + armour[3] if armour else data


BETWEEN = [" ", "  ", "\t", "\n", ",", ", ", ";", "/", "|", "\u00a0", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u2013", '"']


def approvals(numbers):
    """A profile in which every approval is one or two words with something around and between."""
    entries, is_team = [], numbers.randrange(3) == 0
    for number in range(0, numbers.randrange(2, 80), 2):
        word = "K7Q2XD%04d" if is_team else "com.contoso.a%dx"
        words = [word % number, word % (number + 1)][: numbers.randrange(1, 3)]
        ends = [numbers.choice(["", "", "", *BETWEEN]) for _ in range(2)]
        entries.append(html.escape(ends[0] + numbers.choice(BETWEEN).join(words) + ends[1]))
    listed = "<array>" + "".join(f"<string>{entry}</string>\n" for entry in entries) + "</array>"
    key = "Teams" if is_team else "Kernel"
    listed = f"<key>AllowedTeamIdentifiers</key>{listed}" if is_team else f"<key>AllowedKernelExtensions</key><dict><key>UBF8T346G9</key>{listed}</dict>"
    uuid = "2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7F"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>PayloadContent</key><array><dict>{listed}<key>AllowUserOverrides</key><false/>
<key>PayloadType</key><string>com.apple.syspolicy.kernel-extension-policy</string><key>PayloadIdentifier</key><string>com.contoso.{key}</string>
<key>PayloadUUID</key><string>{uuid}A1</string><key>PayloadVersion</key><integer>1</integer></dict></array>
<key>PayloadIdentifier</key><string>com.contoso</string><key>PayloadType</key><string>Configuration</string><key>PayloadScope</key><string>System</string>
<key>PayloadUUID</key><string>{uuid}01</string><key>PayloadVersion</key><integer>1</integer></dict></plist>
""".encode()


def meant(before, after):
    """What is wrong with the values after a safe fix of `approvals`: each is as it was, or the one word that it held."""
    old, new = ([html.unescape(one) for one in re.findall(r"<string>([^<]*)</string>", data.decode())] for data in (before, after))
    if len(old) != len(new):
        return "a safe fix that drops or adds a value"
    for one, now in zip(old, new):
        words = re.findall(r"com\.contoso\.a\d+x|K7Q2XD\d{4}", one)
        if words and now != one and words != [now]:
            return "a safe fix that makes another value"
    return None


def swapped(bytes_, other, numbers):
    """A policy in which one value has the place of another, or damage."""
    values = re.findall(rb"[:\[,-] *([A-Za-z0-9._-]{3,}|\"[^\"\n]*\")(?=[\],\n])", bytes_)
    if not values or numbers.randrange(3) == 0:
        return damaged(bytes_, other, numbers)
    for _ in range(numbers.randrange(1, 3)):
        put = numbers.choice(values) if numbers.randrange(2) else numbers.choice(WORDS).encode("utf-8", "surrogatepass")
        bytes_ = bytes_.replace(numbers.choice(values), put, numbers.randrange(1, 3))
    return bytes_


def saved(lines):
    """A profile whose Team ID is shown by the rules about one file, and whose UUID by those over several."""
    return (
        "\n" * lines + '<plist version="1.0"><dict><key>PayloadType</key><string>Configuration</string>\n<key>PayloadIdentifier</key>'
        "<string>com.contoso.a</string>\n<key>PayloadUUID</key><string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>\n<key>PayloadContent</key>"
        "<array><dict>\n<key>AllowedTeamIdentifiers</key><array><string>wrongteam1</string></array><key>PayloadType</key>"
        "<string>com.apple.syspolicy.kernel-extension-policy</string></dict></array></dict></plist>\n"
    ).encode()


def first_saved(_):
    return saved(0)


def files(folder, *endings):
    found = [path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in endings and path.is_file()]
    return [data for data in (path.read_bytes() for path in found) if 0 < len(data) < 20000]


LINT = [["lint", "--format", kind, "a.mobileconfig"] for kind in ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html", "concise")]
AUDIT = [["effective", "--format", kind, "a.mobileconfig"] for kind in ("text", "json", "html", "csv", "markdown")]
WAYS = (("empty", "a.mobileconfig"), ("a.mobileconfig", "empty"), ("old.mobileconfig", "a.mobileconfig"))
AUDIT += [["diff", *way, "--format", kind] for way in WAYS for kind in ("text", "json", "markdown")]
AUDIT += [["import", "a.mobileconfig", "-o", "out.yaml"], ["lint", "a.mobileconfig", "-o", "linked"], ["lint", "a.mobileconfig", "--write-baseline", "./a.mobileconfig"]]
AUDIT += [["import", "a.mobileconfig"], ["show", "a.mobileconfig"]]
AUDIT += [["show", "--raw", "a.mobileconfig"], ["show", "--format", "json", "a.mobileconfig"], ["verify", "a.mobileconfig"], ["diagnose", "--profiles", "a.mobileconfig"]]
FIX = [["lint", "--diff", "--target", target, "--unsafe-fixes", "a.mobileconfig"] for target in ("jamf", "intune")]
FIX += [["lint", "--fix", "--target", "jamf", *more, "a.mobileconfig"] for more in ([], ["--unsafe-fixes"])]


def kinds(scratch):
    """What is damaged, the name it is read by, and the commands that read it."""
    outputs = (ROOT / "tests/diagnose/formats.txt").read_text(encoding="utf-8").split("\n\n=== ")
    outputs = [part.split("\n---\n", 1)[1].encode() for part in outputs if "\n---\n" in part]
    options = ["--kmutil", "--kextutil", "--mdatp-health", "--systemextensionsctl", "--profiles", "--system-profiler", "--spctl", "--kextstat", "--enrollment", "--csrutil", "--bputil", "--kext-policy-db"]
    signing = ROOT / "tests/signing"
    profiles = files("tests/rules", ".mobileconfig") + files("profiles/jamf", ".mobileconfig")
    sign = ["sign", str(signing / "profile.mobileconfig"), "-o", "out.mobileconfig"]
    mac = [["diagnose", option, "o.txt", *more] for option in options for more in ([], ["--format", "json"], ["--write-policy", "out.yaml"])]
    policies = [["render", "p.yaml", "--print"], ["render", "p.yaml", "-o", "p.yaml"], ["lint", "--policy", "p.yaml", "empty"], ["diagnose", "--policy", "p.yaml"]]
    fixes = [["lint", "--fix", "a.mobileconfig"], ["lint", "--fix", "--target", "intune", "a.mobileconfig"]]
    return [
        ("profile", "a.mobileconfig", LINT + AUDIT + FIX, profiles, None),
        ("values with something between", "a.mobileconfig", fixes, [], approvals),
        ("a profile that is saved meanwhile", "many/b.mobileconfig", [["lint", "many"]], [], first_saved),
        ("shared objects", "a.mobileconfig", LINT + AUDIT + FIX, [], shared),
        ("one thing many times", "a.mobileconfig", [*LINT, *AUDIT, FIX[0]], [], grown),
        ("signed profile", "a.mobileconfig", [LINT[0], ["verify", "--ca", str(signing / "root.pem"), "a.mobileconfig"], *AUDIT[-5:-1]], files("tests/signing", ".cms"), reshaped),
        ("key store", "key.p12", [[*sign, "--p12", "key.p12", "--passphrase-env", "PASS"]], files("tests/signing", ".p12"), reshaped),
        ("key", "key.pem", [[*sign, "--sign-key", "key.pem", "--sign-cert", str(signing / "p256.pem"), "--passphrase-env", "PASS"]], files("tests/signing", ".pem"), reshaped),
        ("policy", "p.yaml", policies, files("tests/policies", ".yaml") + 4 * files("profiles/policies", ".yaml"), swapped),
        ("configuration", "kextpolicy.toml", [["lint", "b.mobileconfig"]], files("tests/laws/config", ".toml"), None),
        ("output of a Mac", "o.txt", [*mac, ["import", "o.txt"]], outputs, None),
        ("database", "KextPolicy", [["import", "KextPolicy"], ["diagnose", "--kext-policy-db", "KextPolicy"]], list(databases(scratch)), None),
    ]  # fmt: skip


def obeyed(text, is_github):
    """What a terminal or a runner obeys in a line of output."""
    for line in text.splitlines() if "\r" not in text else text.split("\n"):
        start = line.lstrip()
        if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", line):
            return "a control character"
        if "##vso[" in line.lower() or "##[" in line or "section_start:" in line:
            return "a command of a runner"
        if start.startswith("::") and not (is_github and re.match("::(error|warning|notice) ", start)) and not start.startswith(":::"):
            return "a command of GitHub"
    return None


def judged(tool, command, folder, spent):
    """What is wrong with a run, or None. Adds the CPU time to what was spent."""

    def limits():
        resource.setrlimit(resource.RLIMIT_AS, (4 * MEMORY, 4 * MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    environment = {"PATH": os.environ["PATH"], "RAYON_NUM_THREADS": "1", "PASS": "secret", "LC_ALL": "C.UTF-8"}
    with open(folder / ".out", "w+b") as out, open(folder / ".err", "w+b") as err:
        process = subprocess.Popen([tool, *command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=limits)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = 0
        out.seek(0), err.seek(0)
        printed, said = out.read(), err.read()
    spent[0] += used.ru_utime + used.ru_stime
    code = os.waitstatus_to_exitcode(status)
    panicked = re.search(r"panicked at ([^\n]*)", said.decode("utf-8", "replace"))
    if panicked:
        return f"a panic at {panicked[1]}"
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"more than {SECONDS} seconds"
    if code == -signal.SIGXFSZ or len(printed) >= OUTPUT - 4096:
        return "64 MiB of output"
    if b"memory allocation of" in said or used.ru_maxrss > MEMORY >> 10:
        return "a gibibyte of memory"
    if code not in range(3):
        return f"exit status {code}"
    if re.search(rb"report this|report it|fault of kextpolicy|internal error", said + printed):
        return "it asks for a report"
    # A document is exact.
    if command[:2] == ["show", "--raw"] or "--print" in command and not said:
        return None
    for name, data in (("output", printed), ("errors", said)):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return f"{name} that are not UTF-8"
        what = obeyed(text, "github" in command and name == "output")
        if what:
            return f"{what} in the {name}"
    return None


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tool", default="target/release/kextpolicy")
    options.add_argument("--seconds", type=int, default=600)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="", help="kinds with this word")
    options.add_argument("--keep", help="a folder for the files that show a find")
    asked = options.parse_args()
    tool = os.path.abspath(asked.tool)
    found, runs, slow, spent = {}, {}, set(), [0.0]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch, "run")
        (folder / "empty").mkdir(parents=True)
        (folder / "b.mobileconfig").write_bytes((ROOT / "tests/signing/profile.mobileconfig").read_bytes())
        todo = [kind for kind in kinds(pathlib.Path(scratch)) if asked.only in kind[0]] or options.error("no kind with this word")
        (folder / "linked").symlink_to("a.mobileconfig")
        (folder / "many/z").mkdir(parents=True)
        (folder / "many/a.mobileconfig").write_bytes(saved(0).replace(b"contoso.a", b"contoso.b"))
        for number in range(600):
            other = saved(0).replace(b"contoso.a", b"contoso.z%d" % number).replace(b"2D6C1D0E", b"%08X" % number)
            (folder / f"many/z/{number}.mobileconfig").write_bytes(other)
        # Ctrl-C ends it with what it has.
        stopped = []
        signal.signal(signal.SIGINT, lambda *_: stopped.append(True))
        round_ = 0
        while spent[0] < asked.seconds and not stopped:
            for name, file, commands, seeds, made in todo:
                # What was found takes seconds each time.
                if round_ % 20 and name in slow:
                    continue
                numbers = random.Random(f"{asked.seed} {round_} {name}")
                seed = numbers.choice(seeds) if seeds else b""
                data = (made or damaged)(seed, numbers.choice(seeds), numbers) if seeds else made(numbers)
                (folder / "old.mobileconfig").write_bytes(seed)
                command = numbers.choice(commands)
                (folder / file).write_bytes(data)
                writer = None
                if made is first_saved:
                    data, after = saved(numbers.randrange(1, 90)), numbers.random() * 0.03
                    writer = threading.Thread(target=lambda: (time.sleep(after), (folder / file).write_bytes(data)))
                    writer.start()
                what = judged(tool, command, folder, spent)
                if writer:
                    writer.join()
                now = (folder / file).read_bytes()
                if what is None and "--fix" not in command and now != data:
                    what = "an input that was written to"
                if what is None and made is approvals:
                    what = meant(data, now)
                runs[name] = runs.get(name, 0) + 1
                (folder / file).unlink(missing_ok=True)
                for out in ("out.mobileconfig", "out.yaml"):
                    (folder / out).unlink(missing_ok=True)
                said = " ".join(word for word in command if "/" not in word)
                if what and (name, command[0], what) not in found:
                    found[name, command[0], what] = said
                    slow |= {name} if what.startswith("more") or what.endswith("memory") else set()
                    print(f"{spent[0]:6.0f} s, {name}, `{said}`: {what}", flush=True)
                    if asked.keep:
                        os.makedirs(asked.keep, exist_ok=True)
                        pathlib.Path(asked.keep, f"{zlib.crc32(data):08x}-{os.path.basename(file)}").write_bytes(data)
            round_ += 1
    print(f"{sum(runs.values())} runs in {spent[0]:.0f} s ({', '.join(f'{name}: {count}' for name, count in runs.items())}), {len(found)} finds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
