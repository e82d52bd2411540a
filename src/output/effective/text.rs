//! The list for people.

use std::io;

use super::{Audit, sections};
use crate::output::comparison::some_places;
use crate::output::{Out, count};

/// So many places of one entry are shown: some approvals are in every profile.
const PLACES: usize = 5;

pub(crate) fn write(audit: &Audit<'_>, out: &mut Out) -> io::Result<()> {
    let sections = sections(audit.total, audit.holdings);
    if audit.total.kinds.is_empty() {
        writeln!(out, "no profile approves kernel or system extensions\n")?;
    }
    for section in sections {
        writeln!(out, "{}", section.title)?;
        for (what, answer, places) in &section.answers {
            writeln!(out, "  {what}: {answer}  {}", some_places(places, PLACES))?;
        }
        for row in section.rows() {
            let product = row
                .product
                .as_ref()
                .map_or_else(String::new, |product| format!(" ({product})"));
            writeln!(
                out,
                "  {}{product}  {}",
                row.text,
                some_places(&row.places, PLACES)
            )?;
        }
        writeln!(out)?;
    }
    if !audit.conflicts.is_empty() {
        writeln!(out, "Conflicts")?;
        for conflict in audit.conflicts {
            writeln!(out, "  {}", conflict.message)?;
            writeln!(out, "    {}", some_places(&conflict.places, PLACES))?;
        }
        writeln!(out)?;
    }
    let missing = audit.unreadable().count();
    if missing > 0 {
        writeln!(out, "Not counted")?;
        for (path, why) in audit.unreadable() {
            writeln!(out, "  {path}: {why}")?;
        }
        writeln!(out)?;
    }
    let read = count(audit.files.len() - missing, "profile");
    let conflicts = count(audit.conflicts.len(), "conflict");
    writeln!(
        out,
        "{read}: {conflicts}; {} could not be read",
        count(missing, "file")
    )
}
