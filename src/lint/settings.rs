//! What the user decided: severities, targets and selection, worked out once per kind of file.

use super::FileReport;
use super::rules::RULES;
use crate::severity::Severity;
use crate::target::Target;

/// What holds for one file: its target, and every rule's severity there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The MDM server the file is for, if the user said so.
    pub(crate) target: Option<Target>,
    /// The oldest macOS the file is for, as (major, minor).
    pub(crate) minimum_os: Option<(u16, u16)>,
    /// Severity by rule, in the order of the table; `None` is off.
    severities: Box<[Option<Severity>]>,
}

impl Plan {
    /// Every rule at its default for a target.
    pub(crate) fn new(target: Option<Target>, minimum_os: Option<(u16, u16)>) -> Self {
        Self {
            target,
            minimum_os,
            severities: RULES
                .iter()
                .map(|rule| rule.level.severity(target))
                .collect(),
        }
    }

    /// A rule's severity, by its number in the table; `None` when it is off or does not apply.
    pub(crate) fn severity(&self, number: usize) -> Option<Severity> {
        self.severities[number]
    }

    /// Sets a rule's severity, or turns it off.
    pub(crate) fn set(&mut self, number: usize, severity: Option<Severity>) {
        self.severities[number] = severity;
    }
}

/// Where to look up what holds for a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Plans<'p> {
    /// One file is looked at, and this holds for it.
    One(&'p Plan),
    /// All files are looked at.
    All(&'p Settings, &'p [FileReport]),
}

impl<'p> Plans<'p> {
    /// What holds for the file with this number.
    pub(crate) fn of(self, file: u32) -> &'p Plan {
        match self {
            Self::One(plan) => plan,
            Self::All(settings, files) => settings.plan(&files[file as usize].path),
        }
    }
}

/// The number of a rule in the table.
pub(crate) fn rule_number(name: &str) -> Option<usize> {
    RULES.iter().position(|rule| rule.name == name)
}

/// Which rules the command line asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Only these, if any are named.
    pub(crate) select: Vec<usize>,
    /// Not these.
    pub(crate) ignore: Vec<usize>,
}

impl Selection {
    /// Whether a rule runs.
    fn runs(&self, number: usize) -> bool {
        (self.select.is_empty() || self.select.contains(&number)) && !self.ignore.contains(&number)
    }
}

/// What the user decided for the whole run.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The plan of files that no override is about.
    base: Plan,
    /// Now, in seconds since 2001-01-01T00:00:00Z.
    pub(crate) now: f64,
}

impl Settings {
    /// Settings from the command line.
    pub(crate) fn new(target: Option<Target>, selection: &Selection, now: f64) -> Self {
        let mut base = Plan::new(target, None);
        for number in 0..RULES.len() {
            if !selection.runs(number) {
                base.set(number, None);
            }
        }
        Self { base, now }
    }

    /// The plan of a file.
    pub(crate) fn plan(&self, _path: &str) -> &Plan {
        &self.base
    }
}
