//! Findings for people: one picture each, as rustc shows them, and a last line that counts.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io;

use rayon::prelude::*;

use super::closing::{held_against, last_line, not_checked};
use super::snippet::{self, Place as Shown, Report as Picture, Source};
use super::{Format, Out, Rendered, Run, Screen, Style, statistics};
use crate::lint::file_id::FileId;
use crate::lint::finding::{Applicability, Finding, Place};
use crate::lint::report::Report;
use crate::severity::Severity;
use crate::source::excerpt::{Excerpt, Lines, Spot};

/// So many files are drawn before the first of them is written.
const AT_ONCE: usize = 1024;

/// Fewer files than this are drawn faster than threads start.
const PARALLEL_FROM: usize = 32;

/// Places that are named of a finding that is shown once for all of them.
const MORE_PLACES: usize = 10;

pub(super) fn write(run: &Run<'_>, style: Style, out: &mut Out) -> io::Result<()> {
    if style.statistics {
        return statistics::write(run.report, style, out);
    }
    let files: Vec<&[Finding]> = run
        .report
        .findings
        .chunk_by(|one, other| one.place.file == other.place.file)
        .collect();
    let screen = out.screen();
    let lowest = Format::Text.shows_lines_from(style.verbose, run.fails_from);
    let report = run.report;
    let draw = |findings: &&[Finding]| pictures(findings, report, lowest, screen);
    for some in files.chunks(AT_ONCE) {
        // In their order, whichever thread draws them.
        let shown: Vec<Rendered> = if files.len() < PARALLEL_FROM {
            some.iter().map(draw).collect()
        } else {
            some.par_iter().map(draw).collect()
        };
        for text in shown {
            out.rendered(&text)?;
        }
    }
    if !style.quiet {
        writeln!(out, "{}", held_against(run.report.descriptions))?;
        if let Some(line) = not_checked(run.report) {
            writeln!(out, "{line}")?;
        }
        writeln!(out, "{}", last_line(&run.report.summary))?;
    }
    Ok(())
}

/// All findings of one file.
fn pictures(
    findings: &[Finding],
    report: &Report,
    lowest: Option<Severity>,
    screen: Screen,
) -> Rendered {
    let has_lines = |finding: &Finding| Some(finding.severity) >= lowest;
    let once = shown_once(findings);
    let drawn = once.iter().map(|(finding, _)| *finding);
    let drawn = drawn.filter(|finding| has_lines(finding));
    let excerpts = excerpts(drawn, report);
    let lines = excerpts.iter().map(|(file, lines)| (*file, lines.lines()));
    let lines: BTreeMap<FileId, Lines<'_>> = lines.collect();
    let mut shown = String::new();
    for (finding, more) in once {
        let lines = has_lines(finding).then_some(&lines);
        shown.push_str(&picture(finding, &more, report, lines, screen));
        shown.push('\n');
    }
    Rendered::new(shown)
}

/// Findings that say the same are shown once, by the first of them, with the places of the others.
fn shown_once(findings: &[Finding]) -> Vec<(&Finding, Vec<&Place>)> {
    let mut once: Vec<(&Finding, Vec<&Place>)> = Vec::new();
    let mut known = HashMap::new();
    for finding in findings {
        let says = (
            finding.rule.name,
            &finding.message,
            &finding.label,
            &finding.help,
        );
        let first = *known.entry(says).or_insert(once.len());
        match once.get_mut(first) {
            Some((same, more)) if same.related == finding.related => more.push(&finding.place),
            _ => once.push((finding, Vec::new())),
        }
    }
    once
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

/// One finding; without `lines` in words alone, and what a picture would say beside its lines is said below them.
fn picture(
    finding: &Finding,
    more: &[&Place],
    report: &Report,
    lines: Option<&BTreeMap<FileId, Lines<'_>>>,
    screen: Screen,
) -> String {
    let mut notes: Vec<String> = Vec::new();
    let label = with_path(&finding.label, &finding.place);
    if lines.is_none() || finding.place.range.is_none() {
        notes.extend((!label.is_empty()).then(|| label.clone()));
    }
    let related: Vec<String> = finding
        .related
        .iter()
        .map(|related| with_path(&related.message, &related.place))
        .collect();
    if lines.is_none() {
        for (related, message) in finding.related.iter().zip(&related) {
            notes.push(format!(
                "{message}: {}",
                spot(&related.place, finding, report)
            ));
        }
    }
    if !more.is_empty() {
        notes.push(also(more, finding, report));
    }
    let shown = |place: &Place, label| {
        let span = place.span.unwrap_or_default();
        let lines = place.range.and(lines?.get(&place.file));
        let around = lines.and_then(|lines| lines.around(span.start));
        Some(Shown {
            path: report.path(place.file),
            at: place.range.map(|range| range.start),
            source: around.map(|(text, lines, _)| Source { text, lines }),
            span: span.after(around.map_or(0, |(.., start)| start)),
            label,
        })
    };
    let only_words = Shown {
        path: report.path(finding.place.file),
        at: finding.place.range.map(|range| range.start),
        source: None,
        span: finding.place.span.unwrap_or_default(),
        label: "",
    };
    let help = help(finding);
    let picture = Picture {
        severity: finding.severity,
        rule: Some((finding.rule.name, finding.rule.url())),
        message: &finding.message,
        place: shown(&finding.place, &label).unwrap_or(only_words),
        related: finding
            .related
            .iter()
            .zip(&related)
            .filter_map(|(related, label)| shown(&related.place, label))
            .collect(),
        notes: notes.iter().map(String::as_str).collect(),
        help: help.iter().map(String::as_str).collect(),
    };
    snippet::render(&picture, screen)
}

/// What to do, and the option that does it.
fn help(finding: &Finding) -> Vec<String> {
    let help = finding.help.as_deref();
    let Some(fix) = &finding.fix else {
        return help.map(str::to_owned).into_iter().collect();
    };
    let option = match fix.applicability {
        Applicability::Safe => "--fix",
        Applicability::Unsafe => "--fix --unsafe-fixes",
    };
    match help {
        // The help names what the fix writes, and nothing else to choose.
        Some(help)
            if help.contains(fix.title.trim_start_matches("write ")) && !help.contains(", or ") =>
        {
            vec![format!("{help} (`{option}`)")]
        }
        Some(help) => vec![help.to_owned(), format!("`{option}`: {}", fix.title)],
        None => vec![format!("{} (`{option}`)", fix.title)],
    }
}

/// The other places of a finding.
fn also(more: &[&Place], finding: &Finding, report: &Report) -> String {
    let named = more.iter().take(MORE_PLACES);
    let named: Vec<_> = named.map(|place| spot(place, finding, report)).collect();
    match more.len().saturating_sub(MORE_PLACES) {
        0 => format!("also at {}", named.join(", ")),
        left => format!("also at {} and {left} more", named.join(", ")),
    }
}

/// A place as terminals and editors link it; in the file of the finding by its line, in the line of the finding by its
/// column.
fn spot(place: &Place, finding: &Finding, report: &Report) -> String {
    let is_here = place.file == finding.place.file;
    match place.range {
        Some(range) if is_here => {
            let start = range.start;
            let own = finding.place.range.map(|range| range.start.line);
            if own == Some(start.line) {
                format!("column {}", start.column)
            } else {
                format!("line {}", start.line)
            }
        }
        Some(range) => {
            let (path, start) = (report.path(place.file), range.start);
            format!("{path}:{}:{}", start.line, start.column)
        }
        None if is_here && !place.key_path.is_empty() => place.key_path.clone(),
        None => report.path(place.file).to_owned(),
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
