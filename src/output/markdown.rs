//! A table for a comment on a pull request or a job summary. Everything from files is written so that nothing of it
//! formats, links, or calls a person's attention.

use std::fmt::Write as _;
use std::io;

use super::closing::{count, held_against, last_line, not_checked};
use super::sentence::parts;
use super::{Out, Run};
use crate::escape::visible;
use crate::lint::finding::Finding;
use crate::lint::report::Report;
use crate::severity::Severity;

/// A comment on GitHub holds 65,536 characters; this leaves room for what a workflow writes around the table.
const LIMIT: usize = 60_000;

/// Writes the table, the worst findings first, because a long one is cut.
pub(super) fn write(run: &Run<'_>, out: &mut Out) -> io::Result<()> {
    let report = run.report;
    let mut out = out.markup();
    writeln!(out, "### kextpolicy\n\n{}", last_line(&report.summary))?;
    writeln!(out, "\n{}", escaped(&held_against(report.descriptions)))?;
    if let Some(line) = not_checked(report) {
        writeln!(out, "\n{}", escaped(&line))?;
    }
    if report.findings.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n| Severity | Where | What | What to do |\n|---|---|---|---|"
    )?;
    let mut size = 0;
    let mut shown = 0;
    'all: for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        for finding in &report.findings {
            if finding.severity != severity {
                continue;
            }
            let row = row(finding, report);
            size += row.len();
            if size > LIMIT {
                break 'all;
            }
            write!(out, "{row}")?;
            shown += 1;
        }
    }
    let left = report.findings.len() - shown;
    if left > 0 {
        writeln!(out, "\nNot shown here: {} more.", count(left, "finding"))?;
    }
    Ok(())
}

fn row(finding: &Finding, report: &Report) -> String {
    let place = &finding.place;
    let mut at = code(report.path(place.file));
    if let Some(range) = place.range {
        let _ = write!(at, ":{}:{}", range.start.line, range.start.column);
    } else if !place.key_path.is_empty() {
        let _ = write!(at, " at {}", code(&place.key_path));
    }
    format!(
        "| {} | {at} | {} ([{}]({})) | {} |\n",
        finding.severity,
        text(&finding.message),
        finding.rule.name,
        finding.rule.url(),
        finding.help.as_deref().map(text).unwrap_or_default()
    )
}

/// A value in the type of code.
pub(super) fn code(value: &str) -> String {
    format!("<code>{}</code>", escaped(value))
}

/// One of our own sentences, with its quoted values in the type of code. A value that holds a backtick itself only
/// moves where that type begins: every part is escaped.
pub(super) fn text(sentence: &str) -> String {
    let parts = parts(sentence).into_iter();
    parts
        .map(|part| {
            if part.is_code {
                code(&part.text)
            } else {
                escaped(&part.text)
            }
        })
        .collect()
}

/// Longer values are cut, so that one of them cannot fill the table.
const VALUE_LIMIT: usize = 1000;

/// Text in which nothing means anything to Markdown, HTML or GitHub: all punctuation that could is written as its
/// number, and a mention or reference is broken by a character without width.
fn escaped(text: &str) -> String {
    let shown = visible(text);
    let mut out = String::with_capacity(shown.len() + 16);
    for (number, letter) in shown.chars().enumerate() {
        if number == VALUE_LIMIT {
            out.push('…');
            break;
        }
        match letter {
            '@' | '#' => {
                let _ = write!(out, "{letter}&#8203;");
            }
            '&' | '<' | '>' | '|' | '`' | '*' | '_' | '[' | ']' | '!' | '\\' | '~' | '$' | ':'
            | '"' | '\'' => {
                let _ = write!(out, "&#{};", u32::from(letter));
            }
            plain => out.push(plain),
        }
    }
    // What begins so becomes a link on GitHub even without a scheme.
    out.replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_a_file_means_anything() {
        let hostile = "a`b|c<img src=x>[x](https://e.example)@everyone #1 www.e.example ![x](y)";
        let shown = text(&format!("wrong value `{hostile}` here"));
        for meaning in [
            "|",
            "<img",
            "](",
            "://",
            "@everyone",
            "#1 ",
            "`",
            "www.",
            "![",
        ] {
            assert!(!shown.contains(meaning), "{meaning} in {shown}");
        }
    }

    #[test]
    fn a_quoted_value_is_code() {
        assert_eq!(text("write `System`"), "write <code>System</code>");
    }
}
