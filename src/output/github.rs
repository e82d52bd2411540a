//! Annotations in a GitHub workflow: one command on a line for each finding, which the runner reads from the log.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use super::closing::last_line;
use super::{Out, Run, Style};
use crate::escape::visible;
use crate::lint::finding::Finding;
use crate::lint::report::Report;
use crate::severity::Severity;

/// Writes the commands, then the line that counts.
pub(super) fn write(run: &Run<'_>, style: Style, out: &mut Out) -> io::Result<()> {
    for finding in &run.report.findings {
        out.command(format_args!("{}\n", annotation(finding, run.report)))?;
    }
    if !style.quiet {
        writeln!(out, "{}", last_line(&run.report.summary))?;
    }
    Ok(())
}

fn annotation(finding: &Finding, report: &Report) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let path = report.path(finding.place.file);
    let mut line = format!("::{command} file={}", property(path));
    if let Some(range) = finding.place.range {
        let (start, end) = (range.start, range.end);
        let _ = write!(line, ",line={},endLine={}", start.line, end.line);
        // Columns mean something only within one line.
        if start.line == end.line {
            let _ = write!(line, ",col={},endColumn={}", start.column, end.column);
        }
    }
    let _ = write!(line, ",title={}::", property(finding.rule.name));
    line.push_str(&data(&visible(&finding.message)));
    if finding.place.range.is_none() && !finding.place.key_path.is_empty() {
        let place = format!(" (at {})", visible(&finding.place.key_path));
        line.push_str(&data(&place));
    }
    if let Some(help) = &finding.help {
        line.push_str("%0A");
        line.push_str(&data(&format!("help: {}", visible(help))));
    }
    line.push_str("%0A");
    line.push_str(&data(&finding.rule.url()));
    line
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
