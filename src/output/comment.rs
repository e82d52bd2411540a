//! What changed, as a comment on a pull request: one screen that begins with what the change allows, worst first; values
//! and reasons are folded. Everything from files is written so that nothing of it formats, links, or calls a person's
//! attention.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::closing::count;
use super::comparison::{PLACES, VALUES, last_line, sides, some_places};
use super::{Out, markdown};
use crate::audit::change::Change;
use crate::audit::diff::Comparison;
use crate::audit::kind::{Kind, Tier};
use crate::audit::origin::Origin;

/// GitHub's limit for a comment is 65,536 characters; this leaves room for what a workflow writes around it.
const LIMIT: usize = 60_000;

/// So many changes are shown before the fold: of those that allow more, and of each other tier.
const WIDENED: usize = 12;
const OTHERS: usize = 3;

pub(crate) fn write(comparison: &Comparison, out: &mut Out) -> io::Result<()> {
    let mut text = format!("### {}\n", headline(comparison));
    if !comparison.changes.is_empty() {
        let _ = writeln!(text, "\n{}", last_line(comparison));
    }
    for tier in Tier::ALL {
        let changes: Vec<_> = comparison
            .changes
            .iter()
            .filter(|change| change.tier == tier)
            .collect();
        let most = if tier == Tier::Widened {
            WIDENED
        } else {
            OTHERS
        };
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n**{}**: {}", tier.name(), tier.meaning());
        for change in changes.iter().take(most) {
            let _ = writeln!(text, "- {}", bullet(change));
        }
        if changes.len() > most {
            let _ = writeln!(text, "- {} more, folded below", changes.len() - most);
        }
    }
    unread(comparison, &mut text);
    if !comparison.changes.is_empty() {
        details(comparison, &mut text);
    }
    write!(out.markup(), "{text}")
}

/// What a reviewer has to know first.
fn headline(comparison: &Comparison) -> String {
    let widened = comparison
        .changes
        .iter()
        .filter(|change| change.tier == Tier::Widened)
        .count();
    match widened {
        0 if comparison.is_nothing() && !comparison.masked.is_empty() => {
            "Nothing changed in what was compared".to_owned()
        }
        0 if comparison.is_nothing() => "Nothing changed in what the profiles mean".to_owned(),
        0 if comparison.hides_something() => "Not everything could be compared".to_owned(),
        0 if comparison.unjudged() > 0 => format!(
            "Nothing allows more that is judged; {} not judged",
            match comparison.unjudged() {
                1 => "1 change is".to_owned(),
                more => format!("{more} changes are"),
            }
        ),
        0 => "Nothing more is allowed than before".to_owned(),
        1 => "This change allows more, or protects less, than before".to_owned(),
        more => format!("{more} changes allow more, or protect less, than before"),
    }
}

/// One change in one item of a list.
fn bullet(change: &Change) -> String {
    let mut text = markdown::text(&change.message);
    if let Some(product) = &change.product {
        let _ = write!(text, " ({})", markdown::text(product));
    }
    let places = match (change.old.first(), change.new.first()) {
        (Some(old), Some(new)) => format!("{} → {}", place(old), place(new)),
        (old, new) => old.or(new).map(place).unwrap_or_default(),
    };
    if !change.profile.is_empty() {
        let _ = write!(text, " · {}", markdown::text(&change.profile));
    }
    let _ = write!(text, " · {places}");
    text
}

fn place(origin: &Origin) -> String {
    markdown::code(&origin.to_string())
}

/// What was not compared.
fn unread(comparison: &Comparison, text: &mut String) {
    /// A list of more helps nobody.
    const MOST: usize = 10;
    let mut left = 0;
    let files = sides(comparison)
        .into_iter()
        .flat_map(|(when, files)| files.iter().map(move |file| (when, file)));
    for (number, (when, file)) in files.filter(|(_, file)| file.changed).enumerate() {
        if number >= MOST {
            left += 1;
            continue;
        }
        let (path, why) = (markdown::code(&file.file), markdown::text(&file.reason));
        let _ = writeln!(text, "\nNot compared, {when}: {path}: {why}");
    }
    if left > 0 {
        let _ = writeln!(text, "\nNot compared: {left} more files");
    }
    let left_out: usize = comparison.left_out.iter().map(Vec::len).sum();
    if left_out > 0 {
        let _ = writeln!(
            text,
            "\nNot compared: {} that the search leaves out; `--format json` names them",
            count(left_out, "profile")
        );
    }
    if !comparison.masked.is_empty() {
        let profiles = count(comparison.masked.len(), "profile");
        let _ = writeln!(
            text,
            "\nNot compared: what Jamf Pro writes itself, in {profiles}"
        );
    }
}

/// Every change with its values, and why its kind has its tier, as far as there is room.
fn details(comparison: &Comparison, text: &mut String) {
    text.push_str("\n<details><summary>All changes with their values</summary>\n\n");
    text.push_str("| On a Mac | What changed | Before | After |\n|---|---|---|---|\n");
    let mut kinds: BTreeMap<&str, &Kind> = BTreeMap::new();
    for (number, change) in comparison.changes.iter().enumerate() {
        let row = row(change);
        if text.len() + row.len() > LIMIT {
            let left = count(comparison.changes.len() - number, "change");
            let _ = writeln!(
                text,
                "\nNot shown here: {left} more. Run `kextpolicy diff` to see them."
            );
            break;
        }
        text.push_str(&row);
        kinds.insert(change.kind.name, change.kind);
    }
    text.push('\n');
    for Kind {
        name,
        reason,
        source,
        ..
    } in kinds.into_values()
    {
        let _ = writeln!(text, "- **{name}**: {reason} ({source})");
    }
    text.push_str("\n</details>\n");
}

fn row(change: &Change) -> String {
    let (mut old, mut new) = (places(&change.old), places(&change.new));
    for value in change.values.iter().take(VALUES) {
        let key = markdown::code(&value.key_path);
        for (cell, value) in [(&mut old, &value.old), (&mut new, &value.new)] {
            let value = value
                .as_deref()
                .map_or_else(|| "missing".to_owned(), markdown::text);
            let _ = write!(cell, "<br>{key}: {value}");
        }
    }
    format!(
        "| **{}** | {} | {old} | {new} |\n",
        change.tier.name(),
        markdown::text(&change.message)
    )
}

fn places(origins: &[Origin]) -> String {
    if origins.is_empty() {
        String::new()
    } else {
        markdown::code(&some_places(origins, PLACES))
    }
}
