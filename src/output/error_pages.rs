//! What an error number means, as text, Markdown and JSON.

use std::io;

use super::Out;
use crate::diagnose::ErrorNumber;

/// For reading, or for a web page with `bold` marks.
pub(crate) fn text(found: &[ErrorNumber], bold: &str, out: &mut Out) -> io::Result<()> {
    for (at, own) in found.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{bold}{} {}{bold}", own.domain, own.number)?;
        writeln!(out)?;
        writeln!(out, "{}", own.means)?;
        writeln!(out)?;
        writeln!(out, "next: {}", own.next)?;
    }
    Ok(())
}

pub(crate) fn json(found: &[ErrorNumber], out: &mut Out) -> io::Result<()> {
    let values: Vec<_> = found
        .iter()
        .map(|own| {
            serde_json::json!({"domain": own.domain, "number": own.number, "means": own.means, "next": own.next})
        })
        .collect();
    out.json(&serde_json::json!({"errors": values}))
}
