//! Parity with Python's `plistlib`: what both accept has the same values, in the fixtures, in the wild, and in lists of
//! any values at all.
#![cfg(test)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use super::quirks::{files, shared};
use super::{Dictionary, Kind, ProblemKind, ProblemLevel, Value, decode};

/// Prints for every path on standard input what `plistlib` reads there, in the words of [`said`], or that it refuses.
const SCRIPT: &str = r"
import datetime, plistlib, struct, sys

def in_words(value, out):
    if isinstance(value, bool):
        out.append('b%d' % value)
    elif isinstance(value, plistlib.UID):
        out.append('u%d' % value.data)
    elif isinstance(value, int):
        out.append('i%d' % value)
    elif isinstance(value, float):
        out.append('r' + ('nan' if value != value else struct.pack('>d', value).hex()))
    elif isinstance(value, str):
        out.append('s' + value.encode('utf-8', 'replace').hex())
    elif isinstance(value, bytes):
        out.append('d' + value.hex())
    elif isinstance(value, datetime.datetime):
        out.append('t%d' % ((value - datetime.datetime(2001, 1, 1)) // datetime.timedelta(seconds=1)))
    elif isinstance(value, list):
        out.append('[')
        for one in value:
            in_words(one, out)
        out.append(']')
    else:
        out.append('{')
        for key in sorted(value, key=lambda key: key.encode('utf-8', 'replace')):
            in_words(key, out)
            in_words(value[key], out)
        out.append('}')

for path in sys.stdin.read().split('\n'):
    if path:
        out = []
        try:
            with open(path, 'rb') as file:
                in_words(plistlib.load(file), out)
        except Exception as error:
            out = ['refused ' + type(error).__name__]
        print(' '.join(out))
";

/// A value in words that two languages can compare; dictionaries by their keys.
fn in_words(value: Value<'_>, out: &mut String) {
    if !out.is_empty() {
        out.push(' ');
    }
    let written = match value.kind() {
        Kind::Dictionary => {
            let entries = value.as_dictionary().into_iter();
            let mut entries: Vec<_> = entries.flat_map(Dictionary::entries).collect();
            entries.sort_by(|one, other| one.key().as_bytes().cmp(other.key().as_bytes()));
            out.push('{');
            for entry in entries {
                let _ = write!(out, " s{}", hex(entry.key().as_bytes()));
                in_words(entry.value, out);
            }
            out.write_str(" }")
        }
        Kind::Array => {
            out.push('[');
            for one in value.as_array().unwrap() {
                in_words(one, out);
            }
            out.write_str(" ]")
        }
        Kind::String | Kind::Key => {
            write!(out, "s{}", hex(value.as_str().unwrap().as_bytes()))
        }
        Kind::Integer => write!(out, "i{}", value.as_integer().unwrap()),
        Kind::Uid => write!(out, "u{}", value.text()),
        Kind::Real => match value.as_real().unwrap() {
            real if real.is_nan() => out.write_str("rnan"),
            real => write!(out, "r{}", hex(&real.to_be_bytes())),
        },
        Kind::Boolean => write!(out, "b{}", u8::from(value.as_bool().unwrap())),
        Kind::Data => write!(out, "d{}", hex(&value.as_data().unwrap())),
        Kind::Date => write!(out, "t{}", value.as_date().unwrap().floor()),
    };
    written.unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What Python reads in files; `None` after saying loudly that there is no Python.
fn by_python(paths: &[PathBuf]) -> Option<Vec<String>> {
    let child = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("SKIPPED: parity with Python's plistlib: there is no python3");
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    for path in paths {
        writeln!(stdin, "{}", path.display()).unwrap();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let lines: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(lines.len(), paths.len());
    Some(lines)
}

/// Faults of a file in which Python reads another value than a Mac, each with the reason.
const EXCUSED: &[(ProblemKind, &str)] = &[
    (
        ProblemKind::LineEnd,
        "a Mac keeps carriage returns in text, where XML drops them",
    ),
    (
        ProblemKind::Tag,
        "a Mac ends a tag at the first `>`, even in the value of an attribute",
    ),
    (
        ProblemKind::Scalar,
        "a Mac continues decoding after padding in the middle of base64",
    ),
];

/// Compares every file that both accept; answers how many those are, or `None` without Python.
fn compare(paths: &[PathBuf]) -> Option<usize> {
    let (mut compared, mut wrong) = (0, Vec::new());
    for (path, theirs) in paths.iter().zip(by_python(paths)?) {
        let bytes = std::fs::read(path).unwrap();
        let decoded = decode(&bytes);
        let parsed = decoded.parse();
        let accepted = parsed.problems.iter().all(|problem| {
            problem.level == ProblemLevel::NotPortable && problem.kind != ProblemKind::DuplicateKey
        });
        let Some(root) = parsed.tree.root().filter(|_| accepted) else {
            continue;
        };
        if theirs.starts_with("refused") {
            // What has no fault is read by everybody.
            if parsed.problems.is_empty() {
                wrong.push(format!("{}: {theirs}", path.display()));
            }
            continue;
        }
        compared += 1;
        let mut ours = String::new();
        in_words(root, &mut ours);
        if ours == theirs {
            continue;
        }
        let kinds: Vec<_> = parsed.problems.iter().map(|problem| problem.kind).collect();
        let excused = |kind: &ProblemKind| EXCUSED.iter().any(|(known, _)| known == kind);
        if !kinds.iter().any(excused) {
            let mut pairs = ours.split(' ').zip(theirs.split(' '));
            let first = pairs.find(|(one, other)| one != other);
            wrong.push(format!("{}: {first:?}, {kinds:?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Some(compared)
}

#[test]
fn any_values_at_all_are_read_as_python_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut runner = TestRunner::deterministic();
    let mut paths = Vec::new();
    for number in 0..100 {
        let value = super::tests::any_value()
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let xml = folder.path().join(format!("{number}.xml"));
        let binary = folder.path().join(format!("{number}.binary"));
        value.to_file_xml(&xml).unwrap();
        value.to_file_binary(&binary).unwrap();
        paths.extend([xml, binary]);
    }
    if let Some(compared) = compare(&paths) {
        assert_eq!(compared, 200);
    }
}

#[test]
fn the_fixtures_are_read_as_python_reads_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = files(root.join("tests/rules"));
    paths.extend(files(root.join("profiles")));
    paths.retain(|path| path.extension().is_some_and(|end| end == "mobileconfig"));
    if let Some(compared) = compare(&paths) {
        assert!(compared > 150, "only {compared} files compared");
    }
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn profiles_of_the_wild_and_odd_ones_are_read_as_python_reads_them() {
    let shared = shared();
    let mut paths = files(shared.join("corpus"));
    paths.extend(files(shared.join("facts/plist-quirks")));
    paths.retain(|path| !path.to_string_lossy().contains('\n'));
    if let Some(compared) = compare(&paths) {
        assert!(compared > 1000, "only {compared} files compared");
    }
}
