//! A GitLab code quality report: a JSON list, which merge requests show beside the changed lines.

use std::fmt::Write as _;
use std::io;

use serde::Serialize;

use super::stream::Each;
use super::{Out, Run};
use crate::escape::visible;
use crate::lint::finding::Finding;
use crate::lint::fingerprint;
use crate::lint::report::Report;
use crate::severity::Severity;

#[derive(Serialize)]
struct Issue<'r> {
    /// What is wrong and what to do.
    description: String,
    check_name: &'static str,
    /// What distinguishes it from all others and stays the same from run to run.
    fingerprint: String,
    severity: &'static str,
    location: Location<'r>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: &'r str,
    lines: Lines,
}

/// Lines of a file.
#[derive(Serialize)]
struct Lines {
    /// The first; GitLab wants one, so it is the file's first where no line is known.
    begin: u32,
}

pub(super) fn write(run: &Run<'_>, out: &mut Out) -> io::Result<()> {
    let fingerprints = fingerprint::all(&run.report.findings, &|file| run.report.path(file));
    let issues = run.report.findings.iter().zip(&fingerprints);
    let list = Each(issues.map(|(finding, number)| issue(finding, *number, run.report)));
    out.json(&list)
}

fn issue<'r>(finding: &Finding, number: u128, report: &'r Report) -> Issue<'r> {
    let place = &finding.place;
    let mut description = visible(&finding.message).into_owned();
    if place.range.is_none() && !place.key_path.is_empty() {
        let _ = write!(description, " (at {})", visible(&place.key_path));
    }
    if let Some(help) = &finding.help {
        let _ = write!(description, "; help: {}", visible(help));
    }
    Issue {
        description,
        check_name: finding.rule.name,
        fingerprint: fingerprint::hexadecimal(number),
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        location: Location {
            path: report.path(place.file),
            lines: Lines {
                begin: place.range.map_or(1, |range| range.start.line),
            },
        },
    }
}
