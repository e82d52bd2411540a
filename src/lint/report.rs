//! The result of a run: what was found, in one order for every format and any number of threads, and the counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::FileReport;
use super::finding::Finding;
use crate::severity::Severity;
use crate::source::excerpt::Excerpt;

/// What a run found.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// The names of all profiles, in their order.
    pub(crate) files: Vec<Arc<str>>,
    /// Other files that findings point into; they are numbered after the profiles.
    pub(crate) extras: Vec<Extra>,
    /// The findings, by file, position and rule.
    pub(crate) findings: Vec<Finding>,
    /// How many of each.
    pub(crate) summary: Summary,
    /// The lines that the report shows of profiles, by the number of the profile, as far as they were kept.
    excerpts: BTreeMap<u32, Box<Excerpt>>,
}

/// A file that is no profile but that findings can be about: the configuration file, the baseline, the policy.
#[derive(Clone, Debug)]
pub(crate) struct Extra {
    /// What the run took from it.
    pub(crate) role: Role,
    /// Its name.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

/// What a run takes from a file that is no profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// How it checks.
    Configuration,
    /// What it accepts.
    Baseline,
    /// What the profiles are held against.
    Policy,
}

impl Role {
    /// The word for people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Baseline => "baseline",
            Self::Policy => "policy",
        }
    }
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
    pub(super) fn new(
        mut files: Vec<FileReport>,
        extras: Vec<Extra>,
        mut findings: Vec<Finding>,
        accepted: Accepted,
    ) -> Self {
        order(&mut findings);
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
            suppressed: accepted.suppressed,
            baselined: accepted.baselined,
            unreadable: files.iter().filter(|file| file.unreadable).count(),
        };
        let excerpts = files
            .iter_mut()
            .zip(0..)
            .filter_map(|(file, number)| Some((number, file.excerpt.take()?)));
        Self {
            excerpts: excerpts.collect(),
            files: files.into_iter().map(|file| file.path).collect(),
            extras,
            findings,
            summary,
        }
    }

    /// The text of a file that is no profile.
    pub(crate) fn extra(&self, file: u32) -> Option<&str> {
        let number = (file as usize).checked_sub(self.files.len())?;
        Some(&self.extras.get(number)?.text)
    }

    /// The lines of a profile, if they were kept.
    pub(crate) fn excerpt(&self, file: u32) -> Option<&Excerpt> {
        self.excerpts.get(&file).map(|lines| &**lines)
    }

    /// The worst severity found.
    pub(crate) fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// The name of a file.
    pub(crate) fn path(&self, file: u32) -> &str {
        let number = file as usize;
        match self.files.get(number) {
            Some(file) => file,
            None => self
                .extras
                .get(number - self.files.len())
                .map_or("", |extra| &extra.path),
        }
    }
}

/// How many findings were accepted, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Accepted {
    /// By a comment or the configuration.
    pub(super) suppressed: usize,
    /// By the baseline.
    pub(super) baselined: usize,
}

/// Puts findings in order and drops repetitions.
pub(super) fn order(findings: &mut Vec<Finding>) {
    // Nearly in order already, file by file, of which a stable sort makes use.
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    findings.dedup_by(|a, b| key(a) == key(b));
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
