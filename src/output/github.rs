//! Annotations in a GitHub workflow: one command on a line for each finding, which the runner reads from the log.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::text::last_line;
use super::{Run, Style};
use crate::escape::visible;
use crate::lint::finding::Finding;
use crate::lint::report::Report;
use crate::severity::Severity;

/// Writes the commands, then the line that counts.
pub(super) fn write(run: &Run<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for finding in &run.report.findings {
        annotation(finding, run.report, out)?;
    }
    if !style.quiet {
        writeln!(out, "{}", last_line(&run.report.summary))?;
    }
    Ok(())
}

/// One command.
fn annotation(finding: &Finding, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    write!(
        out,
        "::{command} file={}",
        property(report.path(finding.place.file))
    )?;
    if let Some(range) = finding.place.range {
        write!(out, ",line={},endLine={}", range.start.line, range.end.line)?;
        // Columns mean something only within one line.
        if range.start.line == range.end.line {
            write!(
                out,
                ",col={},endColumn={}",
                range.start.column, range.end.column
            )?;
        }
    }
    write!(out, ",title={}::", property(finding.rule.name))?;
    write!(out, "{}", data(&visible(&finding.message)))?;
    if finding.place.range.is_none() && !finding.place.key_path.is_empty() {
        let place = format!(" (at {})", visible(&finding.place.key_path));
        write!(out, "{}", data(&place))?;
    }
    if let Some(help) = &finding.help {
        write!(out, "%0A{}", data(&format!("help: {}", visible(help))))?;
    }
    writeln!(out, "%0A{}", data(&finding.rule.url()))
}

/// Text of a message, in which a line end would end the command.
fn data(text: &str) -> Cow<'_, str> {
    encode(text, &['%', '\r', '\n'])
}

/// Text of a property, in which colons and commas would end the property too.
fn property(text: &str) -> Cow<'_, str> {
    encode(text, &['%', '\r', '\n', ':', ','])
}

/// Writes these characters as their numbers.
fn encode<'t>(text: &'t str, special: &[char]) -> Cow<'t, str> {
    if !text.contains(special) {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if special.contains(&letter) {
            let _ = write!(encoded, "%{:02X}", u32::from(letter));
        } else {
            encoded.push(letter);
        }
    }
    Cow::Owned(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(
            property("a::error,b=1\r\n50%"),
            "a%3A%3Aerror%2Cb=1%0D%0A50%25"
        );
        assert_eq!(
            data("one, two: three\n::error::x"),
            "one, two: three%0A::error::x"
        );
    }
}
