//! What changed in meaning, for people, for programs, and for a comment on a pull request.

use std::io;

use serde::Serialize;

use super::effective::{Unreadable, places};
use super::text::count;
use super::{Out, markdown};
use crate::audit::diff::{Change, Comparison, Tier};
use crate::escape::visible;

/// For people.
pub(crate) fn text(comparison: &Comparison, out: &mut Out) -> io::Result<()> {
    for tier in Tier::ALL {
        if !comparison.has(tier) {
            continue;
        }
        writeln!(out, "{}: {}", tier.name(), tier.meaning())?;
        for change in comparison
            .changes
            .iter()
            .filter(|change| change.tier == tier)
        {
            writeln!(out, "  {}", change.message)?;
            if !change.old.is_empty() {
                writeln!(out, "    - {}", places(&change.old))?;
            }
            if !change.new.is_empty() {
                writeln!(out, "    + {}", places(&change.new))?;
            }
        }
        writeln!(out)?;
    }
    for (when, files) in sides(comparison) {
        for (path, why) in files {
            writeln!(
                out,
                "not compared, {when}: {}: {}",
                visible(path),
                visible(why)
            )?;
        }
    }
    writeln!(out, "{}", last_line(comparison))
}

/// The unreadable files and in which state they are.
fn sides(comparison: &Comparison) -> [(&'static str, &[(String, String)]); 2] {
    [
        ("before", &comparison.unreadable_old),
        ("after", &comparison.unreadable_new),
    ]
}

/// The line that counts.
fn last_line(comparison: &Comparison) -> String {
    if comparison.changes.is_empty() {
        return "nothing changed in what the profiles mean".to_owned();
    }
    let number = |tier| {
        comparison
            .changes
            .iter()
            .filter(|change| change.tier == tier)
            .count()
    };
    let parts: Vec<_> = Tier::ALL
        .into_iter()
        .filter(|tier| number(*tier) > 0)
        .map(|tier| format!("{} {}", number(tier), tier.name()))
        .collect();
    format!(
        "{}: {}",
        count(comparison.changes.len(), "change"),
        parts.join(", ")
    )
}

/// The document.
#[derive(Serialize)]
struct Document<'a> {
    /// The version of this form.
    version: u8,
    /// The changes, worst first.
    changes: &'a [Change],
    /// Files that could not be read.
    unreadable: Sides<'a>,
}

/// Files of both states.
#[derive(Serialize)]
struct Sides<'a> {
    /// Before.
    old: Vec<Unreadable<'a>>,
    /// After.
    new: Vec<Unreadable<'a>>,
}

/// For programs.
pub(crate) fn json(comparison: &Comparison, out: &mut Out) -> io::Result<()> {
    fn files(files: &[(String, String)]) -> Vec<Unreadable<'_>> {
        files
            .iter()
            .map(|(file, reason)| Unreadable { file, reason })
            .collect()
    }
    let document = Document {
        version: 1,
        changes: &comparison.changes,
        unreadable: Sides {
            old: files(&comparison.unreadable_old),
            new: files(&comparison.unreadable_new),
        },
    };
    out.json(&document)
}

/// For a comment on a pull request. GitHub's limit for a comment is 65,536 characters; a longer table is cut.
pub(crate) fn markdown(comparison: &Comparison, out: &mut Out) -> io::Result<()> {
    /// Room for what a workflow writes around it.
    const LIMIT: usize = 60_000;
    let mut out = out.markup();
    writeln!(
        out,
        "### What these profiles allow\n\n{}",
        last_line(comparison)
    )?;
    if !comparison.changes.is_empty() {
        writeln!(out, "\n| On a Mac | What changed | Where |\n|---|---|---|")?;
    }
    let mut size = 0;
    for (number, change) in comparison.changes.iter().enumerate() {
        let where_now = if change.new.is_empty() {
            &change.old
        } else {
            &change.new
        };
        let row = format!(
            "| **{}** | {} | {} |\n",
            change.tier.name(),
            markdown::text(&change.message),
            markdown::code(&places(where_now))
        );
        size += row.len();
        if size > LIMIT {
            let left = comparison.changes.len() - number;
            writeln!(
                out,
                "\n{} more, which have no room here.",
                count(left, "change")
            )?;
            break;
        }
        write!(out, "{row}")?;
    }
    for (when, files) in sides(comparison) {
        for (path, why) in files {
            writeln!(
                out,
                "\nNot compared, {when}: {}: {}",
                markdown::code(path),
                markdown::text(why)
            )?;
        }
    }
    Ok(())
}
