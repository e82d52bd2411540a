//! Parity with Apple's parser: the verdict for every odd property list that was measured.
#![cfg(test)]

use std::path::PathBuf;

use super::{Kind, Level, ProblemKind, decode};

/// Our verdict, in the words of the table.
fn verdict(bytes: &[u8]) -> &'static str {
    let decoded = decode(bytes);
    let parsed = decoded.parse();
    let told: Vec<_> = parsed
        .problems
        .iter()
        .filter(|problem| problem.kind != ProblemKind::DuplicateKey)
        .collect();
    let root = parsed.tree.root().map(super::Value::kind);
    if told.iter().any(|problem| problem.level == Level::Refused)
        || root.is_some_and(|kind| kind != Kind::Dictionary)
    {
        "ERROR"
    } else if told.is_empty() {
        "ok"
    } else {
        "WARN"
    }
}

/// The folder of shared evidence, or `None` after saying loudly what is skipped.
pub(super) fn shared(what: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("KEXTPOLICY_SHARED")
        .map(PathBuf::from)
        .filter(|path| path.is_dir());
    if folder.is_none() {
        eprintln!("SKIPPED: {what}: KEXTPOLICY_SHARED does not name a folder");
    }
    folder
}

/// Rows where our verdict differs from the table's, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

#[test]
fn every_measured_quirk_has_the_measured_verdict() {
    let Some(shared) = shared("parity with Apple's parser") else {
        return;
    };
    let table = std::fs::read_to_string(shared.join("facts/plist-parsers.tsv")).expect("the table");
    let mut wrong = Vec::new();
    let mut rows = 0;
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (name, level) = (cells[1], cells[2]);
        let file = cells[cells.len() - 1];
        if file.ends_with("(too large to ship)") {
            continue;
        }
        let bytes = std::fs::read(shared.join("facts/plist-quirks").join(file)).expect(file);
        rows += 1;
        let ours = verdict(&bytes);
        let excepted = EXCEPTIONS.iter().any(|(exception, _)| *exception == name);
        if (ours != level) != excepted {
            let decoded = decode(&bytes);
            let told: Vec<String> = decoded
                .parse()
                .problems
                .iter()
                .map(|problem| format!("    {:?} {}", problem.level, problem.message))
                .collect();
            wrong.push(format!(
                "{name}: {level} measured, {ours} here\n{}",
                told.join("\n")
            ));
        }
    }
    assert!(rows > 200, "only {rows} rows");
    assert!(
        wrong.is_empty(),
        "{} of {rows}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Rows where a value of ours differs from a Mac's, each with its reason.
const OTHER_VALUES: &[(&str, &str)] = &[];

/// A value in the words of the table.
fn said(value: super::Value<'_>) -> String {
    match value.kind() {
        Kind::String => format!("string {}", escaped(&value.as_str().unwrap())),
        Kind::Boolean => format!("bool {}", value.as_bool().unwrap()),
        Kind::Date => format!("date {}", value.as_date().unwrap()),
        Kind::Data => value
            .as_data()
            .unwrap()
            .iter()
            .fold("data ".to_owned(), |text, byte| format!("{text}{byte:02x}")),
        other => other.name().to_owned(),
    }
}

/// A text in the words of the table.
fn escaped(text: &str) -> String {
    let letter = |letter: char| match letter {
        '"' => "\\\"".to_owned(),
        ' '..='~' => letter.to_string(),
        other => format!("\\u{{{:x}}}", u32::from(other)),
    };
    format!("\"{}\"", text.chars().map(letter).collect::<String>())
}

#[test]
fn where_parsers_read_different_values_ours_is_that_of_a_mac() {
    let Some(shared) = shared("parity with the values of Apple's parser") else {
        return;
    };
    let table = std::fs::read_to_string(shared.join("facts/plist-parsers.tsv")).expect("the table");
    let (mut rows, mut wrong) = (0, Vec::new());
    for row in table.lines().filter(|row| row.contains("value differs: ")) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (name, file) = (cells[1], cells[cells.len() - 1]);
        let note = cells[cells.len() - 2];
        // `theirs ref | others: 'what others read' for 'what they read'`.
        let (_, mac) = note.rsplit_once("' for '").expect("two values");
        let mac = mac.trim_end_matches('\'').replace("\\\\", "\\");
        let bytes = std::fs::read(shared.join("facts/plist-quirks").join(file)).expect(file);
        let decoded = decode(&bytes);
        let parsed = decoded.parse();
        let mut todo: Vec<_> = parsed.tree.root().into_iter().collect();
        let mut ours = Vec::new();
        while let Some(value) = todo.pop() {
            todo.extend(value.as_array().into_iter().flatten());
            for entry in value
                .as_dictionary()
                .into_iter()
                .flat_map(super::Dictionary::entries)
            {
                ours.push(format!("{} = {}", escaped(&entry.key()), said(entry.value)));
                todo.push(entry.value);
            }
        }
        rows += 1;
        let excepted = OTHER_VALUES.iter().any(|(exception, _)| *exception == name);
        if ours.contains(&mac) == excepted {
            let key = mac.split(" = ").next().unwrap_or_default();
            ours.retain(|line| line.starts_with(key));
            wrong.push(format!("{name}: a Mac reads {mac}, here {ours:?}"));
        }
    }
    assert!(rows >= 16, "only {rows} rows");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every file below a folder.
pub(super) fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn real_profiles_have_the_values_that_the_plist_crate_reads() {
    let Some(shared) = shared("values of real profiles") else {
        return;
    };
    let mut compared = 0;
    for path in files(shared.join("corpus")) {
        let bytes = std::fs::read(&path).expect("a file");
        let decoded = decode(&bytes);
        let parsed = decoded.parse();
        let sound = parsed.problems.iter().all(|problem| {
            problem.level == Level::NotPortable
                && !matches!(problem.kind, ProblemKind::Cdata | ProblemKind::Scalar)
        });
        let Some(root) = parsed.tree.root().filter(|_| sound) else {
            continue;
        };
        let Ok(other) = plist::Value::from_reader_xml(bytes.as_slice()) else {
            continue;
        };
        assert_eq!(super::tests::converted(root), other, "{}", path.display());
        compared += 1;
    }
    assert!(compared > 1000, "only {compared} files compared");
}
