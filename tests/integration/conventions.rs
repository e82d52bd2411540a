//! The laws of the house, each a test: floors, module heads, nothing unfinished.

use std::path::{Path, PathBuf};

use crate::tool::repository;

/// The floor of every top-level module; a module imports only from floors below its own.
pub(crate) const FLOORS: &[(&str, u8)] = &[
    ("approval", 0),
    ("error", 0),
    ("escape", 0),
    ("exit", 0),
    ("extension", 0),
    ("identifier", 0),
    ("links", 0),
    ("severity", 0),
    ("source", 0),
    ("suggest", 0),
    ("target", 0),
    ("plist", 1),
    ("schema", 1),
    ("requirement", 1),
    ("cms", 1),
    ("catalogue", 2),
    ("policy", 2),
    ("profile", 2),
    ("lint", 3),
    ("render", 3),
    ("audit", 3),
    ("diagnose", 3),
    ("output", 4),
    ("commands", 5),
    ("cli", 6),
    ("laws", 6),
    ("lib", 6),
    ("main", 6),
];

/// Every Rust file below a folder, sorted.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no Rust file found");
    found
}

/// The top-level module a file below `src` belongs to.
pub(crate) fn module(file: &Path) -> String {
    let below = file
        .strip_prefix(repository().join("src"))
        .expect("below src");
    let first = below
        .components()
        .next()
        .expect("a component")
        .as_os_str()
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The floor of a module.
pub(crate) fn floor(module: &str) -> u8 {
    FLOORS
        .iter()
        .find(|(name, _)| *name == module)
        .unwrap_or_else(|| {
            panic!("`{module}` has no floor: add it to FLOORS and to the map in src/lib.rs")
        })
        .1
}

#[test]
fn a_module_imports_only_from_floors_below_its_own() {
    let mut wrong = Vec::new();
    for file in rust_files(&repository().join("src")) {
        let own = module(&file);
        let text = std::fs::read_to_string(&file).expect("a source file");
        for (number, line) in text.lines().enumerate() {
            // Comments may name any floor.
            let code = line.split("//").next().unwrap_or_default();
            for (at, _) in code.match_indices("crate::") {
                let rest = &code[at + "crate::".len()..];
                let name: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if name == own || name.is_empty() {
                    continue;
                }
                let (from, to) = (floor(&own), floor(&name));
                if to > from || (to == from && from != 0 && from != 6) {
                    wrong.push(format!(
                        "{}:{}: {own} ({from}) imports {name} ({to})",
                        file.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let mut files = rust_files(&repository().join("src"));
    files.extend(rust_files(&repository().join("tests")));
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source file");
        assert!(
            text.starts_with("//!"),
            "{} does not open with a //! line",
            file.display()
        );
    }
}

#[test]
fn nothing_is_left_unfinished() {
    // Spelled in two halves so that this file does not find itself.
    let words = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("dbg", "!("),
        concat!("FIX", "ME"),
    ];
    for file in rust_files(&repository().join("src")) {
        let text = std::fs::read_to_string(&file).expect("a source file");
        for word in words {
            assert!(!text.contains(word), "{} contains {word}", file.display());
        }
    }
}

#[test]
fn every_file_is_read_by_the_one_reader_that_knows_limits_and_pipes() {
    for file in rust_files(&repository().join("src/commands")) {
        let text = std::fs::read_to_string(&file).expect("a source file");
        let code = text.split("[cfg(test)]").next().unwrap_or_default();
        for word in [
            "fs::read(",
            "fs::read_to_string(",
            "File::open(",
            "fs::copy(",
        ] {
            // The old content of a file that is replaced is kept in a copy where it cannot have a second name.
            if word == "fs::copy(" && file.ends_with("commands/write/mod.rs") {
                continue;
            }
            let file = file.display();
            assert!(!code.contains(word), "{file} uses {word}");
        }
    }
}

#[test]
fn only_commands_and_the_repository_reader_touch_the_disk() {
    for file in rust_files(&repository().join("src")) {
        let below = file
            .strip_prefix(repository())
            .expect("below")
            .to_string_lossy()
            .replace('\\', "/");
        if below.starts_with("src/commands/") || below.starts_with("src/profile/repository/") {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file");
        // Also `#![cfg(test)]` at the head of a file that is a test as a whole.
        let code = text.split("[cfg(test)]").next().unwrap_or_default();
        for word in [
            "std::fs",
            "fs::read",
            "fs::write",
            "SystemTime::now",
            "OffsetDateTime::now",
        ] {
            assert!(!code.contains(word), "{below} uses {word}");
        }
    }
}

#[test]
fn what_a_kind_of_approval_costs_is_what_contributing_says() {
    let page = std::fs::read_to_string(repository().join("CONTRIBUTING.md")).expect("a page");
    let section = page.split("## Adding a kind of approval").nth(1);
    let section = section.and_then(|rest| rest.split("\n## ").next());
    let section = section
        .expect("the section")
        .replace("<kind>", "background_items");
    let listed: std::collections::BTreeSet<&str> = section
        .split('`')
        .filter(|word| word.starts_with("src/"))
        .collect();
    let rooms = [
        "src/policy",
        "src/render",
        "src/commands/render",
        "src/audit/import",
    ];
    let mut files = vec![repository().join("src/approval.rs")];
    for room in rooms {
        files.extend(rust_files(&repository().join(room)));
    }
    let mut knowing = std::collections::BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source file");
        if ["background_items", "BackgroundItems", "BackgroundEntry"]
            .iter()
            .any(|word| text.contains(word))
        {
            let below = file.strip_prefix(repository()).expect("below");
            knowing.insert(below.to_string_lossy().replace('\\', "/"));
        }
    }
    let knowing: std::collections::BTreeSet<&str> = knowing.iter().map(String::as_str).collect();
    assert_eq!(listed, knowing);
    assert!(repository().join("templates/background_items.xml").exists());
}
