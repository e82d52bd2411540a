//! `JUnit` XML, which nearly every CI system shows: a test case for each profile. Findings that fail the run fail the
//! test; the others are in its output.

use std::fmt::Write as _;
use std::io;

use super::{Markup, Out, Run};
use crate::escape::{visible, xml};
use crate::lint::file_id::FileId;
use crate::lint::finding::Finding;
use crate::lint::report::Report;

pub(super) fn write(run: &Run<'_>, out: &mut Out) -> io::Result<()> {
    let report = run.report;
    let fails = |finding: &Finding| run.fails_from.is_some_and(|from| finding.severity >= from);
    let failures = report
        .findings
        .chunk_by(|one, other| one.place.file == other.place.file)
        .filter(|findings| findings.iter().any(fails))
        .count();
    let profiles = report
        .findings
        .partition_point(|finding| finding.place.file.number().is_some());
    let others: Vec<&[Finding]> = report.findings[profiles..]
        .chunk_by(|one, other| one.place.file == other.place.file)
        .collect();
    let counts = format!(
        "name=\"kextpolicy lint\" tests=\"{}\" failures=\"{failures}\" errors=\"0\"",
        report.summary.files + others.len()
    );
    let out = &mut out.markup();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites {counts}>")?;
    writeln!(out, "  <testsuite {counts} skipped=\"0\">")?;
    properties(report, out)?;
    let mut rest = report.findings.as_slice();
    for (number, path) in (0..).zip(&report.files) {
        let own = rest.partition_point(|finding| finding.place.file <= FileId::Profile(number));
        let (findings, after) = rest.split_at(own);
        rest = after;
        let (failing, passing): (Vec<_>, Vec<_>) =
            findings.iter().partition(|finding| fails(finding));
        test_case(path, &failing, &passing, out)?;
    }
    // What is wrong with the configuration, the baseline or the policy.
    for findings in others {
        let (failing, passing): (Vec<_>, Vec<_>) =
            findings.iter().partition(|finding| fails(finding));
        let path = report.path(findings[0].place.file);
        test_case(path, &failing, &passing, out)?;
    }
    writeln!(out, "  </testsuite>")?;
    writeln!(out, "</testsuites>")
}

/// The counts that are the same in every format.
fn properties(report: &Report, out: &mut Markup<'_>) -> io::Result<()> {
    writeln!(out, "    <properties>")?;
    let summary = &report.summary;
    for (name, value) in [
        ("errors", summary.errors),
        ("warnings", summary.warnings),
        ("notes", summary.notes),
        ("suppressed", summary.suppressed),
        ("baselined", summary.baselined),
        ("unreadable", summary.unreadable),
    ] {
        writeln!(out, "      <property name=\"{name}\" value=\"{value}\"/>")?;
    }
    writeln!(
        out,
        "      <property name=\"version\" value=\"{}\"/>",
        env!("CARGO_PKG_VERSION")
    )?;
    writeln!(out, "    </properties>")
}

fn test_case(
    path: &str,
    failing: &[&Finding],
    passing: &[&Finding],
    out: &mut Markup<'_>,
) -> io::Result<()> {
    let name = visible(path);
    let name = xml(&name);
    write!(
        out,
        "    <testcase classname=\"kextpolicy\" name=\"{name}\" file=\"{name}\""
    )?;
    if failing.is_empty() && passing.is_empty() {
        return writeln!(out, "/>");
    }
    writeln!(out, ">")?;
    if let Some(first) = failing.first() {
        let message = visible(&first.message);
        let more = match failing.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        writeln!(
            out,
            "      <failure type=\"{}\" message=\"{}{more}\">{}</failure>",
            xml(first.rule.name),
            xml(&message),
            xml(&lines(path, failing))
        )?;
    }
    if !passing.is_empty() {
        writeln!(
            out,
            "      <system-out>{}</system-out>",
            xml(&lines(path, passing))
        )?;
    }
    writeln!(out, "    </testcase>")
}

/// Findings, each on a line of its own, with its help below.
fn lines(path: &str, findings: &[&Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let place = &finding.place;
        let _ = write!(text, "{}", visible(path));
        if let Some(range) = place.range {
            let _ = write!(text, ":{}:{}", range.start.line, range.start.column);
        } else if !place.key_path.is_empty() {
            let _ = write!(text, " at {}", visible(&place.key_path));
        }
        let _ = writeln!(
            text,
            ": {}[{}]: {}",
            finding.severity,
            finding.rule.name,
            visible(&finding.message)
        );
        if let Some(help) = &finding.help {
            let _ = writeln!(text, "  help: {}", visible(help));
        }
    }
    text
}
