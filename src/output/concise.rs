//! One line per finding, as editors and `grep` read it: `file:line:column: severity[rule] message`.

use std::io;

use super::closing::{last_line, not_checked};
use super::{Out, Run, Style};

/// Writes the lines, then the line that counts.
pub(super) fn write(run: &Run<'_>, style: Style, out: &mut Out) -> io::Result<()> {
    for finding in &run.report.findings {
        let place = &finding.place;
        write!(out, "{}", run.report.path(place.file))?;
        if let Some(range) = place.range {
            write!(out, ":{}:{}", range.start.line, range.start.column)?;
        }
        let (severity, rule) = (finding.severity, finding.rule.name);
        write!(out, ": {severity}[{rule}] {}", finding.message)?;
        if place.range.is_none() && !place.key_path.is_empty() {
            write!(out, " (at {})", place.key_path)?;
        }
        writeln!(out)?;
    }
    if !style.quiet {
        if let Some(line) = not_checked(run.report) {
            writeln!(out, "{line}")?;
        }
        writeln!(out, "{}", last_line(&run.report.summary))?;
    }
    Ok(())
}
