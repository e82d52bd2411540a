//! The result of a run: what was found, in one order for every format and any number of threads, and the counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file_id::FileId;
use super::finding::Finding;
use super::set_aside::SetAside;
use crate::profile::repository::LeftOut;
use crate::schema::Table;
use crate::severity::Severity;
use crate::source::excerpt::Excerpt;

/// What a run found.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// The names of all profiles, in their order.
    pub(crate) files: Vec<Arc<str>>,
    /// Other files that findings point into.
    pub(crate) extras: Vec<Extra>,
    /// Profiles that the search left out.
    pub(crate) left_out: Vec<(Arc<str>, LeftOut)>,
    /// The findings, by file, position and rule.
    pub(crate) findings: Vec<Finding>,
    /// How many of each.
    pub(crate) summary: Summary,
    /// The descriptions that the profiles were held against.
    pub(crate) descriptions: &'static Table,
    /// The payload types that Apple does not describe, and of how many payloads nothing was checked for that reason.
    pub(crate) undescribed: BTreeMap<Box<str>, usize>,
    /// What the run does not report because the user said so.
    pub(crate) set_aside: SetAside,
    /// The lines that the report shows of profiles, by the number of the profile.
    excerpts: BTreeMap<usize, Box<Excerpt>>,
}

/// What a report says of a profile beside its findings.
pub(crate) struct CheckedProfile {
    pub(crate) path: Arc<str>,
    /// The lines that its findings show.
    pub(crate) excerpt: Option<Box<Excerpt>>,
    /// Whether it could not be read from disk.
    pub(crate) unreadable: bool,
}

/// A file that is not a profile but that findings can be about: the configuration file, the baseline, the policy.
#[derive(Clone, Debug)]
pub(crate) struct Extra {
    pub(crate) file: FileId,
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The counts that every format shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Summary {
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
    pub(crate) fn new(
        profiles: impl Iterator<Item = CheckedProfile>,
        extras: Vec<Extra>,
        mut findings: Vec<Finding>,
        accepted: Accepted,
        descriptions: &'static Table,
    ) -> Self {
        order(&mut findings);
        let (mut files, mut excerpts) = (Vec::new(), BTreeMap::new());
        let mut unreadable = 0;
        for profile in profiles {
            excerpts.extend(profile.excerpt.map(|lines| (files.len(), lines)));
            unreadable += usize::from(profile.unreadable);
            files.push(profile.path);
        }
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
            unreadable,
        };
        Self {
            files,
            left_out: Vec::new(),
            undescribed: BTreeMap::new(),
            set_aside: SetAside::default(),
            extras,
            findings,
            summary,
            descriptions,
            excerpts,
        }
    }

    /// The configuration, the baseline or the policy, if the run went by it.
    pub(crate) fn extra(&self, file: FileId) -> Option<&Extra> {
        self.extras.iter().find(|extra| extra.file == file)
    }

    /// The lines of a profile that its findings show.
    pub(crate) fn excerpt(&self, file: FileId) -> Option<&Excerpt> {
        self.excerpts.get(&file.number()?).map(|lines| &**lines)
    }

    /// The worst severity found.
    pub(crate) fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// The name of a file.
    pub(crate) fn path(&self, file: FileId) -> &str {
        match file.number() {
            Some(number) => self.files.get(number).map_or("", |path| path),
            None => self.extra(file).map_or("", |extra| &extra.path),
        }
    }
}

/// How many findings were accepted, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// By a comment or the configuration.
    pub(crate) suppressed: usize,
    pub(crate) baselined: usize,
}

/// Puts findings in order and drops repetitions.
pub(crate) fn order(findings: &mut Vec<Finding>) {
    // Nearly in order already, file by file, of which a stable sort makes use.
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    findings.dedup_by(|a, b| key(a) == key(b));
}

/// The order of findings: file, position, rule, message.
fn key(finding: &Finding) -> (FileId, Option<crate::source::Span>, &str, &str) {
    (
        finding.place.file,
        finding.place.span,
        finding.rule.name,
        &finding.message,
    )
}
