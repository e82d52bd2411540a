//! Findings for programs: one JSON document, whose fields `docs/formats.md` describes.

use std::io;

use serde::Serialize;

use super::stream::Each;
use super::{Out, Run};
use crate::lint::finding::{Edit, Finding, Fix, Place, Related};
use crate::lint::report::{Report, Summary};

#[derive(Serialize)]
struct Document<'r, F> {
    version: u32,
    tool: Tool,
    /// What the profiles were held against.
    descriptions: Descriptions,
    /// The findings, by file, position and rule.
    findings: F,
    /// Profiles that were found and not looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<JsonLeftOut<'r>>,
    /// Payloads of whose settings nothing was checked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    undescribed: Vec<Undescribed<'r>>,
    /// How many of each.
    summary: Summary,
}

/// A payload type that Apple does not describe, and how many payloads have it.
#[derive(Debug, Serialize)]
pub(super) struct Undescribed<'r> {
    payload_type: &'r str,
    payloads: usize,
}

impl<'r> Undescribed<'r> {
    /// Those of a run.
    pub(super) fn all(report: &'r Report) -> Vec<Self> {
        let types = report.undescribed.iter();
        types
            .map(|(payload_type, payloads)| Self {
                payload_type,
                payloads: *payloads,
            })
            .collect()
    }
}

/// Apple's descriptions of payloads.
#[derive(Debug, Serialize)]
pub(super) struct Descriptions {
    /// The newest macOS of which they say something.
    macos: String,
    /// Where they come from.
    source: &'static str,
}

impl Descriptions {
    /// Those of a run.
    pub(super) fn of(report: &Report) -> Self {
        Self {
            macos: report.descriptions.newest.to_string(),
            source: report.descriptions.source,
        }
    }
}

/// A profile that was not looked at.
#[derive(Serialize)]
struct JsonLeftOut<'r> {
    file: &'r str,
    reason: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    pub(super) const THIS: Self = Self {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
    };
}

/// One finding. What is not known is null: lines and columns in a binary profile, everything of the place when the
/// file as a whole is meant.
#[derive(Serialize)]
struct JsonFinding<'r> {
    /// The rule that found it.
    rule: &'static str,
    /// `error`, `warning` or `note`.
    severity: &'static str,
    message: &'r str,
    /// The file as the user named it, with forward slashes.
    file: &'r str,
    /// First line, from 1.
    line: Option<u32>,
    /// First column, from 1.
    column: Option<u32>,
    end_line: Option<u32>,
    /// One past the last column.
    end_column: Option<u32>,
    /// The value there; empty for the root.
    key_path: Option<&'r str>,
    help: Option<&'r str>,
    url: String,
    /// The remedy as text edits.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix<'r>>,
    /// Other places that explain it.
    related: Vec<JsonRelated<'r>>,
}

#[derive(Serialize)]
struct JsonFix<'r> {
    title: &'r str,
    /// `safe`, or `unsafe` when a person should look first.
    applicability: &'static str,
    /// The edits, of which none overlaps another.
    edits: Vec<JsonEdit<'r>>,
}

/// One edit: replaces from the first place up to the second.
#[derive(Serialize)]
struct JsonEdit<'r> {
    /// First line, from 1.
    line: Option<u32>,
    /// First column, from 1.
    column: Option<u32>,
    end_line: Option<u32>,
    /// One past the last column.
    end_column: Option<u32>,
    /// The XML to put there.
    replacement: &'r str,
}

#[derive(Serialize)]
struct JsonRelated<'r> {
    file: &'r str,
    /// First line, from 1.
    line: Option<u32>,
    /// First column, from 1.
    column: Option<u32>,
    message: &'r str,
}

pub(super) fn write(run: &Run<'_>, out: &mut Out) -> io::Result<()> {
    let report = run.report;
    let document = Document {
        version: 1,
        tool: Tool::THIS,
        findings: Each(report.findings.iter().map(|one| finding(one, report))),
        left_out: report
            .left_out
            .iter()
            .map(|(file, why)| JsonLeftOut {
                file,
                reason: why.reason(),
            })
            .collect(),
        descriptions: Descriptions::of(report),
        undescribed: Undescribed::all(report),
        summary: report.summary,
    };
    out.json(&document)
}

fn finding<'r>(finding: &'r Finding, report: &'r Report) -> JsonFinding<'r> {
    let place = &finding.place;
    JsonFinding {
        rule: finding.rule.name,
        severity: finding.severity.name(),
        message: &finding.message,
        file: report.path(place.file),
        line: line(place),
        column: column(place),
        end_line: place.range.map(|range| range.end.line),
        end_column: place.range.map(|range| range.end.column),
        key_path: place.span.map(|_| place.key_path.as_str()),
        help: finding.help.as_deref(),
        url: finding.rule.url(),
        fix: finding.fix.as_deref().map(fix),
        related: finding
            .related
            .iter()
            .map(|one| related(one, report))
            .collect(),
    }
}

/// The first line of a place.
fn line(place: &Place) -> Option<u32> {
    place.range.map(|range| range.start.line)
}

/// The first column of a place.
fn column(place: &Place) -> Option<u32> {
    place.range.map(|range| range.start.column)
}

fn fix(fix: &Fix) -> JsonFix<'_> {
    JsonFix {
        title: &fix.title,
        applicability: fix.applicability.name(),
        edits: fix.edits.iter().map(edit).collect(),
    }
}

fn edit(edit: &Edit) -> JsonEdit<'_> {
    let start = edit.range.map(|range| range.start);
    let end = edit.range.map(|range| range.end);
    JsonEdit {
        line: start.map(|at| at.line),
        column: start.map(|at| at.column),
        end_line: end.map(|at| at.line),
        end_column: end.map(|at| at.column),
        replacement: &edit.replacement,
    }
}

fn related<'r>(related: &'r Related, report: &'r Report) -> JsonRelated<'r> {
    JsonRelated {
        file: report.path(related.place.file),
        line: line(&related.place),
        column: column(&related.place),
        message: &related.message,
    }
}
