//! The lines that end a report, in every format that has some: what was checked, against what, and what was not.

use std::fmt::Write as _;

use crate::escape::quoted;
use crate::lint::report::{Report, Summary};
use crate::schema::{BUILT_IN, Table};

/// How many profiles were checked, and how many findings there are.
pub(crate) fn last_line(summary: &Summary) -> String {
    let mut line = format!("{} checked", count(summary.files, "profile"));
    if summary.errors + summary.warnings + summary.notes == 0 {
        line.push_str(": nothing found");
    } else {
        let _ = write!(
            line,
            ": {}, {}, {}",
            count(summary.errors, "error"),
            count(summary.warnings, "warning"),
            count(summary.notes, "note")
        );
    }
    let mut besides = Vec::new();
    for (number, what) in [
        (summary.suppressed, "ignored"),
        (summary.baselined, "in the baseline"),
        (summary.unreadable, "unreadable"),
    ] {
        if number > 0 {
            besides.push(format!("{number} {what}"));
        }
    }
    if !besides.is_empty() {
        let _ = write!(line, " ({})", besides.join(", "));
    }
    line
}

/// The line that says what the profiles were held against, and so what was not checked.
pub(crate) fn held_against(descriptions: &Table) -> String {
    if std::ptr::eq(descriptions, &raw const BUILT_IN) {
        return format!(
            "held against Apple's descriptions up to macOS {}",
            descriptions.newest
        );
    }
    format!(
        "held against Apple's descriptions up to macOS {}: {}",
        descriptions.newest, descriptions.source
    )
}

/// The line that names the payloads of whose settings nothing was checked, a few of them by their types.
pub(crate) fn not_checked(report: &Report) -> Option<String> {
    /// More do not help a reader; `--format json` has all.
    const MOST: usize = 5;
    let types = &report.undescribed;
    if types.is_empty() {
        return None;
    }
    let mut named: Vec<String> = types.keys().take(MOST).map(|own| quoted(own)).collect();
    if let Some(left) = types.len().checked_sub(MOST).filter(|left| *left > 0) {
        named.push(format!("{left} more"));
    }
    Some(format!(
        "not checked: the settings of {} whose type Apple does not describe ({})",
        count(types.values().sum(), "payload"),
        named.join(", ")
    ))
}

pub(crate) fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
