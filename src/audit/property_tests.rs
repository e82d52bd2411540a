//! `diff` says "nothing changed" only if that is true: the tests change each value of every profile once.

#![cfg(test)]

use std::io::Cursor;
use std::path::{Path, PathBuf};

use plist::{Date, Value};

use super::diff::{Comparison, compare};
use super::file;

/// The folders of this repository that hold profiles.
fn own_folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["tests/rules", "tests/diff", "profiles"]
        .map(|folder| root.join(folder))
        .into()
}

/// The folder of real profiles, which is not part of the repository.
fn real_folders() -> Vec<PathBuf> {
    let shared = std::env::var_os("KEXTPOLICY_SHARED").expect("KEXTPOLICY_SHARED names a folder");
    vec![Path::new(&shared).join("corpus")]
}

fn profiles(mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "mobileconfig")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Every profile as text and as the values in it, where an independent reader agrees that it is a property list.
fn readable(folders: Vec<PathBuf>) -> Vec<(PathBuf, Vec<u8>, Value)> {
    let mut all = Vec::new();
    for path in profiles(folders) {
        let bytes = std::fs::read(&path).unwrap();
        let inner =
            crate::cms::open(&bytes).map_or(bytes.clone(), |signed| signed.content().to_vec());
        let is_read = file::read("a", &bytes).content.is_ok();
        if let (true, Ok(value @ Value::Dictionary(_))) =
            (is_read, Value::from_reader(Cursor::new(inner)))
        {
            all.push((path, bytes, value));
        }
    }
    assert!(all.len() > 150, "only {} profiles", all.len());
    all
}

fn xml(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.to_writer_xml(&mut bytes).unwrap();
    bytes
}

fn compared(old: &[u8], new: &[u8]) -> Comparison {
    compare(&[file::read("a", old)], &[file::read("a", new)])
}

/// The number of values that are not containers.
fn leaf_count(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(leaf_count).sum(),
        Value::Dictionary(entries) => entries.values().map(leaf_count).sum(),
        _ => 1,
    }
}

/// Changes the leaf with this number. If there are fewer, the error is the number minus their count.
fn change(value: &mut Value, number: usize) -> Result<(), usize> {
    let children: Vec<&mut Value> = match value {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Dictionary(entries) => entries.values_mut().collect(),
        _ if number > 0 => return Err(number - 1),
        Value::Boolean(flag) => {
            *flag = !*flag;
            return Ok(());
        }
        Value::Data(bytes) => {
            bytes.push(7);
            return Ok(());
        }
        Value::Date(date) => {
            let day = std::time::Duration::from_hours(24);
            *date = Date::from(std::time::SystemTime::from(*date) - day);
            return Ok(());
        }
        Value::Integer(integer) => {
            *value = Value::Integer(
                integer
                    .as_signed()
                    .map_or(1, |number| number.wrapping_add(1))
                    .into(),
            );
            return Ok(());
        }
        Value::Real(real) => {
            *real += 1.5;
            return Ok(());
        }
        Value::String(text) => {
            text.push('x');
            return Ok(());
        }
        _ => return Ok(()),
    };
    let mut left = number;
    for inner in children {
        match change(inner, left) {
            Ok(()) => return Ok(()),
            Err(rest) => left = rest,
        }
    }
    Err(left)
}

/// Changes up to `limit` values of each profile, one at a time, and returns how many were changed.
fn change_each(folders: Vec<PathBuf>, limit: usize) -> usize {
    let (mut changes, mut missed) = (0, Vec::new());
    for (path, bytes, value) in readable(folders) {
        let old = [file::read("a", &bytes)];
        let count = leaf_count(&value);
        for number in (0..count).step_by(count.div_ceil(limit).max(1)) {
            let mut other = value.clone();
            change(&mut other, number).unwrap();
            changes += 1;
            if compare(&old, &[file::read("a", &xml(&other))]).is_nothing() {
                missed.push(format!("{}: value {number}", path.display()));
            }
        }
    }
    let count = missed.len();
    assert!(
        missed.is_empty(),
        "{count} of {changes}:\n{}",
        missed.join("\n")
    );
    changes
}

#[test]
fn a_value_that_changed_is_never_nothing() {
    let changes = change_each(own_folders(), 24);
    assert!(changes >= 5_000, "only {changes} changes");
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn a_value_that_changed_in_a_real_profile_is_never_nothing() {
    let changes = change_each(real_folders(), 200);
    eprintln!("{changes} changes of real profiles, none is nothing");
    assert!(changes >= 20_000, "only {changes} changes");
}

/// The same values with the keys of every dictionary in reverse order.
fn with_keys_reversed(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(with_keys_reversed).collect()),
        Value::Dictionary(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| (key.clone(), with_keys_reversed(value)))
                .collect();
            Value::Dictionary(entries.into_iter().rev().collect())
        }
        other => other.clone(),
    }
}

/// Compares each profile with other spellings of it: keys reversed, comments and white space added, binary.
fn reformat_each(folders: Vec<PathBuf>) {
    for (path, bytes, value) in readable(folders) {
        let text = String::from_utf8(xml(&with_keys_reversed(&value))).unwrap();
        let commented = text
            .replace("<key>", "<!-- why -->\n<key>")
            .replace("</string>\n", "</string>\r\n\t   ");
        let mut binary = Vec::new();
        value.to_writer_binary(&mut binary).unwrap();
        for other in [text.as_bytes(), commented.as_bytes(), &binary] {
            let comparison = compared(&bytes, other);
            assert!(
                comparison.is_nothing(),
                "{}: {:#?}",
                path.display(),
                comparison.changes
            );
        }
    }
}

#[test]
fn another_form_of_the_same_values_is_nothing() {
    reformat_each(own_folders());
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn another_form_of_a_real_profile_is_nothing() {
    reformat_each(real_folders());
}
