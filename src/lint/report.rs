//! The result of a run: what was found, in one order for every format and any number of threads, and the counts.

use super::FileReport;
use super::finding::Finding;
use crate::severity::Severity;

/// What a run found.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// The names of all files, in their order.
    pub(crate) files: Vec<String>,
    /// The findings, by file, position and rule.
    pub(crate) findings: Vec<Finding>,
    /// How many of each.
    pub(crate) summary: Summary,
}

/// The counts that every format shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Summary {
    /// Files looked at.
    pub(crate) files: usize,
    /// Findings that are errors.
    pub(crate) errors: usize,
    /// Findings that are warnings.
    pub(crate) warnings: usize,
    /// Findings that are notes.
    pub(crate) notes: usize,
    /// Findings silenced by a comment or the configuration.
    pub(crate) suppressed: usize,
    /// Findings accepted by the baseline.
    pub(crate) baselined: usize,
    /// Files that could not be read from disk.
    pub(crate) unreadable: usize,
}

impl Report {
    /// Orders the findings, drops repetitions, counts.
    pub(super) fn new(files: Vec<FileReport>, mut findings: Vec<Finding>) -> Self {
        findings.sort_by(|a, b| key(a).cmp(&key(b)));
        findings.dedup_by(|a, b| key(a) == key(b));
        let count = |severity| {
            findings
                .iter()
                .filter(|finding| finding.severity == severity)
                .count()
        };
        let summary = Summary {
            files: files.len(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            suppressed: 0,
            baselined: 0,
            unreadable: files.iter().filter(|file| file.unreadable).count(),
        };
        Self {
            files: files.into_iter().map(|file| file.path).collect(),
            findings,
            summary,
        }
    }

    /// The worst severity found.
    pub(crate) fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// The name of a file.
    pub(crate) fn path(&self, file: u32) -> &str {
        &self.files[file as usize]
    }
}

/// The order of findings: file, position, rule, message.
fn key(finding: &Finding) -> (u32, Option<crate::source::Span>, &str, &str) {
    (
        finding.place.file,
        finding.place.span,
        finding.rule.name,
        &finding.message,
    )
}
