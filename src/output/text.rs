//! Findings for people: one picture each, as rustc shows them, and a last line that counts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use rayon::prelude::*;

use super::snippet::{self, Place as Shown, Report as Picture, Source};
use super::words::{self, Words};
use super::{Run, Sources, Style};
use crate::lint::finding::{Finding, Place};
use crate::lint::report::{Report, Summary};
use crate::severity::Severity;
use crate::source::{LineIndex, Span};

/// So many files are drawn before the first of them is written.
const AT_ONCE: usize = 1024;

/// Bytes of most findings, more than less.
const ROOM: usize = 640;

/// Fewer files than this are drawn faster than threads start.
const PARALLEL_FROM: usize = 32;

/// Prints the report.
pub(super) fn write(run: &Run<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let report = run.report;
    let files: Vec<&[Finding]> = report
        .findings
        .chunk_by(|one, other| one.place.file == other.place.file)
        .collect();
    // Notes fail no run and are many: people look at them when they want to, errors and warnings at once.
    let drawn = style.verbose || run.fails_from == Some(Severity::Note);
    let brief = |finding: &Finding| finding.severity == Severity::Note && !drawn;
    let sources = run.sources;
    let pictures = |findings: &&[Finding]| {
        let texts = texts(findings.iter().filter(|finding| !brief(finding)), sources);
        // Room for all of it at once: threads that let texts grow wait for each other.
        let mut shown = String::with_capacity(findings.len() * ROOM);
        for finding in *findings {
            shown.push_str(&if brief(finding) {
                words(finding, report, style.color)
            } else {
                picture(finding, report, &texts, style.color)
            });
            shown.push('\n');
        }
        shown
    };
    for some in files.chunks(AT_ONCE) {
        // In their order, whichever thread draws them.
        let shown: Vec<String> = if files.len() < PARALLEL_FROM {
            some.iter().map(pictures).collect()
        } else {
            some.par_iter().map(pictures).collect()
        };
        for text in shown {
            out.write_all(text.as_bytes())?;
        }
    }
    if !style.quiet {
        writeln!(out, "{}", last_line(&report.summary))?;
    }
    Ok(())
}

/// A file's text and its line starts.
struct Text {
    /// The text.
    text: String,
    /// Its line starts.
    lines: LineIndex,
}

/// The texts that the findings of one file point into: its own and those of related places. Read again now, because
/// keeping the text of every file in memory would cost more than reading a few twice.
fn texts<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    sources: &Sources<'_>,
) -> BTreeMap<u32, Text> {
    // What is shown of each file, and the number of its first line.
    let mut parts: BTreeMap<u32, (Span, u32)> = BTreeMap::new();
    for finding in findings {
        let related = finding.related.iter().map(|related| &related.place);
        for place in std::iter::once(&finding.place).chain(related) {
            let Some((range, span)) = place.range.zip(place.span) else {
                continue;
            };
            let (part, line) = parts.entry(place.file).or_insert((span, range.start.line));
            part.start = part.start.min(span.start);
            part.end = part.end.max(span.end);
            *line = range.start.line.min(*line);
        }
    }
    let read = |(file, (part, line)): (u32, (Span, u32))| {
        let text = sources(file)?;
        let lines = LineIndex::of_part(text.as_bytes(), part, line);
        Some((file, Text { text, lines }))
    };
    parts.into_iter().filter_map(read).collect()
}

/// One finding.
fn picture(finding: &Finding, report: &Report, texts: &BTreeMap<u32, Text>, color: bool) -> String {
    let related: Vec<String> = finding
        .related
        .iter()
        .map(|related| with_path(&related.message, &related.place))
        .collect();
    let label = with_path(&finding.label, &finding.place);
    let shown = |place: &Place, label| Shown {
        path: report.path(place.file),
        source: texts
            .get(&place.file)
            .filter(|_| place.range.is_some())
            .map(|text| Source {
                text: &text.text,
                lines: &text.lines,
            }),
        span: place.span.unwrap_or_default(),
        label,
    };
    let mut notes = Vec::new();
    if finding.place.range.is_none() && finding.place.span.is_some() && !label.is_empty() {
        notes.push(label.as_str());
    }
    let picture = Picture {
        severity: finding.severity,
        rule: Some(finding.rule.name),
        message: &finding.message,
        place: shown(&finding.place, &label),
        related: finding
            .related
            .iter()
            .zip(&related)
            .map(|(related, label)| shown(&related.place, label.as_str()))
            .collect(),
        help: finding.help.as_deref().into_iter().collect(),
        notes,
    };
    snippet::render(&picture, color)
}

/// One finding in words alone: what a picture would say beside its lines is said below them.
fn words(finding: &Finding, report: &Report, color: bool) -> String {
    let label = with_path(&finding.label, &finding.place);
    let related: Vec<String> = finding
        .related
        .iter()
        .map(|related| {
            let message = with_path(&related.message, &related.place);
            match related.place.range {
                Some(range) if related.place.file == finding.place.file => {
                    format!("{message}: line {}", range.start.line)
                }
                _ => format!("{message}: {}", spot(&related.place, report)),
            }
        })
        .collect();
    let notes = std::iter::once(label.as_str()).chain(related.iter().map(String::as_str));
    words::words(
        &Words {
            severity: finding.severity,
            rule: finding.rule.name,
            message: &finding.message,
            place: &spot(&finding.place, report),
            notes: notes.filter(|note| !note.is_empty()).collect(),
            help: finding.help.as_deref(),
        },
        color,
    )
}

/// A place as terminals and editors link it: path, line, column.
fn spot(place: &Place, report: &Report) -> String {
    let path = report.path(place.file);
    let mut spot = String::with_capacity(path.len() + 16);
    spot.push_str(path);
    if let Some(range) = place.range {
        let _ = write!(spot, ":{}:{}", range.start.line, range.start.column);
    }
    spot
}

/// A label, and in a binary file, where there are no lines, the key path.
fn with_path(label: &str, place: &Place) -> String {
    if place.range.is_some() || place.span.is_none() || place.key_path.is_empty() {
        return label.to_owned();
    }
    if label.is_empty() {
        return format!("at {}", place.key_path);
    }
    format!("at {}: {label}", place.key_path)
}

/// The line that counts.
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

/// A number and its word.
pub(crate) fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
