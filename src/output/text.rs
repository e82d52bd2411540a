//! Findings for people: one picture each, as rustc shows them, and a last line that counts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use rayon::prelude::*;

use super::snippet::{self, Place as Shown, Report as Picture, Source};
use super::words::{self, Words};
use super::{Format, Out, Rendered, Run, Style};
use crate::lint::file_id::FileId;
use crate::lint::finding::{Finding, Place};
use crate::lint::report::{Report, Summary};
use crate::schema::{BUILT_IN, Table};
use crate::source::excerpt::{Excerpt, Lines, Spot};

/// So many files are drawn before the first of them is written.
const AT_ONCE: usize = 1024;

/// So many of them are drawn into one text.
const IN_ONE_TEXT: usize = 16;

/// Bytes of most findings, more than less.
const ROOM: usize = 640;

/// Fewer files than this are drawn faster than threads start.
const PARALLEL_FROM: usize = 32;

/// Prints the report.
pub(super) fn write(run: &Run<'_>, style: Style, out: &mut Out) -> io::Result<()> {
    let report = run.report;
    let files: Vec<&[Finding]> = report
        .findings
        .chunk_by(|one, other| one.place.file == other.place.file)
        .collect();
    let lowest = Format::Text.shows_lines_from(style.verbose, run.fails_from);
    let brief = |finding: &Finding| Some(finding.severity) < lowest;
    let color = out.color();
    let pictures = |files: &[&[Finding]]| {
        // Room for all of it at once: threads that let texts grow wait for each other.
        let count: usize = files.iter().map(|findings| findings.len()).sum();
        let mut shown = String::with_capacity(count * ROOM);
        let mut place = String::new();
        for findings in files {
            let drawn = findings.iter().filter(|finding| !brief(finding));
            let excerpts = excerpts(drawn, report);
            let lines = excerpts.iter().map(|(file, lines)| (*file, lines.lines()));
            let lines = lines.collect();
            for finding in *findings {
                if brief(finding) {
                    spot(&finding.place, report, &mut place);
                    words(finding, report, &place, color, &mut shown);
                } else {
                    shown.push_str(&picture(finding, report, &lines, color));
                }
                shown.push('\n');
            }
        }
        Rendered::new(shown)
    };
    for some in files.chunks(AT_ONCE) {
        // In their order, whichever thread draws them.
        let shown: Vec<Rendered> = if files.len() < PARALLEL_FROM {
            some.chunks(IN_ONE_TEXT).map(pictures).collect()
        } else {
            some.par_chunks(IN_ONE_TEXT).map(pictures).collect()
        };
        for text in shown {
            out.rendered(&text)?;
        }
    }
    if !style.quiet {
        writeln!(out, "{}", held_against(report.descriptions))?;
        writeln!(out, "{}", last_line(&report.summary))?;
    }
    Ok(())
}

/// The lines that show the findings of one file: its own and those of related places. What is not a profile is in memory.
fn excerpts<'r>(
    findings: impl Iterator<Item = &'r Finding>,
    report: &'r Report,
) -> BTreeMap<FileId, Cow<'r, Excerpt>> {
    let mut spots: BTreeMap<FileId, Vec<Spot>> = BTreeMap::new();
    for place in findings.flat_map(Finding::places) {
        if let Some(spot) = place.spot() {
            spots.entry(place.file).or_default().push(spot);
        }
    }
    let excerpt = |(file, spots): (FileId, Vec<Spot>)| {
        let excerpt = match report.extra(file) {
            Some(extra) => Cow::Owned(Excerpt::of(&extra.text, spots)),
            None => Cow::Borrowed(report.excerpt(file)?),
        };
        Some((file, excerpt))
    };
    spots.into_iter().filter_map(excerpt).collect()
}

/// One finding.
fn picture(
    finding: &Finding,
    report: &Report,
    lines: &BTreeMap<FileId, Lines<'_>>,
    color: bool,
) -> String {
    let related: Vec<String> = finding
        .related
        .iter()
        .map(|related| with_path(&related.message, &related.place))
        .collect();
    let label = with_path(&finding.label, &finding.place);
    let shown = |place: &Place, label| {
        let span = place.span.unwrap_or_default();
        let lines = place.range.and(lines.get(&place.file));
        let around = lines.and_then(|lines| lines.around(span.start));
        Shown {
            path: report.path(place.file),
            source: around.map(|(text, lines, _)| Source { text, lines }),
            span: span.after(around.map_or(0, |(.., start)| start)),
            label,
        }
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
fn words(finding: &Finding, report: &Report, place: &str, color: bool, shown: &mut String) {
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
                _ => {
                    let mut there = String::new();
                    spot(&related.place, report, &mut there);
                    format!("{message}: {there}")
                }
            }
        })
        .collect();
    let notes = std::iter::once(label.as_str()).chain(related.iter().map(String::as_str));
    words::words(
        &Words {
            severity: finding.severity,
            rule: finding.rule.name,
            message: &finding.message,
            place,
            notes: notes.filter(|note| !note.is_empty()).collect(),
            help: finding.help.as_deref(),
        },
        color,
        shown,
    );
}

/// Makes `spot` a place as terminals and editors link it: path, line, column.
fn spot(place: &Place, report: &Report, spot: &mut String) {
    spot.clear();
    spot.push_str(report.path(place.file));
    if let Some(range) = place.range {
        let _ = write!(spot, ":{}:{}", range.start.line, range.start.column);
    }
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

/// A number and its word.
pub(crate) fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
