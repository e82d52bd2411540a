//! How the tool speaks: the words that make English read as if it were translated are in no page, no help and no message.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::tool::{Tool, repository};

/// What is written instead: `is not a`, `again`, `is`, `says` or `shows`.
const WORDS: &[&str] = &[
    " is no ",
    " are no ",
    " anew ",
    " stands ",
    " tells ",
    " is told ",
    " are told ",
    " be told ",
];

/// Where one of them is right.
const RIGHT: &[&str] = &[
    "there is no ",
    "there are no ",
    "there is no longer ",
    " is no longer ",
    " are no longer ",
    " as it stands ",
    " stands for ",
];

/// Whether a line of text holds one of the words where it is not right.
fn is_odd(line: &str) -> bool {
    let mut line = format!(
        " {} ",
        line.to_lowercase().replace(['.', ',', ':', ';', ')'], " ")
    );
    for right in RIGHT {
        line = line.replace(right, "");
    }
    WORDS.iter().any(|word| line.contains(word))
}

/// Files with this extension below a folder.
fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().unwrap_or_default() == extension {
            found.push(path);
        }
    }
}

/// The lines of a text with odd words.
fn odd(place: &str, lines: impl Iterator<Item = String>, report: &mut String) {
    for (number, line) in lines.enumerate() {
        if is_odd(&line) {
            let _ = writeln!(report, "{place}:{}: {}", number + 1, line.trim());
        }
    }
}

#[test]
fn pages_and_help_and_messages_hold_no_odd_words() {
    assert!(is_odd("`x` is no Team ID") && is_odd("sign it anew.") && !is_odd("There is no rule"));
    let root = repository();
    let mut report = String::new();
    let roots = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "Cargo.toml",
        ".pre-commit-hooks.yaml",
        "docs/policy.schema.json",
    ];
    let mut pages: Vec<PathBuf> = roots.iter().map(|name| root.join(name)).collect();
    for folder in [
        "docs",
        "templates",
        "profiles/policies",
        ".github",
        ".python",
        ".ci",
        ".fuzz",
    ] {
        for extension in ["md", "yaml", "yml", "toml", "sh", "rb", "py", "in"] {
            files(&root.join(folder), extension, &mut pages);
        }
    }
    files(&root.join(".ci"), "", &mut pages);
    for page in pages {
        let text = std::fs::read_to_string(&page).expect("a page");
        odd(
            &page.display().to_string(),
            text.lines().map(str::to_owned),
            &mut report,
        );
    }
    let tool = Tool::new();
    tool.run(["man", "--out-dir", "man"]).expect_code(0);
    let mut manual = Vec::new();
    files(&tool.path().join("man"), "1", &mut manual);
    assert!(manual.len() > 10, "only {} manual pages", manual.len());
    for page in manual {
        let text = std::fs::read_to_string(&page).expect("a page");
        let name = page
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        odd(&name, text.lines().map(str::to_owned), &mut report);
    }
    let mut sources = Vec::new();
    files(&root.join("src"), "rs", &mut sources);
    for source in sources {
        let text = std::fs::read_to_string(&source).expect("a source file");
        // Tests are not read by users.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().map(|line| {
            let line = line.trim_start();
            let is_comment = line.starts_with("//");
            if is_comment {
                String::new()
            } else {
                line.to_owned()
            }
        });
        odd(&source.display().to_string(), lines, &mut report);
    }
    assert!(report.is_empty(), "odd words:\n{report}");
}
