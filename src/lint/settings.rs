//! What the user decided: severities, targets and selection, worked out once per kind of file.

use std::collections::BTreeMap;

use super::FileReport;
use super::baseline::Baseline;
use super::config::{Choices, Config};
use super::file_id::FileId;
use super::report::Extra;
use super::rules::RULES;
use crate::policy::Policy;
use crate::schema::{Fleet, Release, Table};
use crate::severity::Severity;
use crate::source::Span;
use crate::target::Target;

/// What holds for one file: its target, and every rule's severity there.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The MDM server the file is for, if the user said so.
    pub(crate) target: Option<Target>,
    /// The Macs that the file is for, and the descriptions that it is held against.
    pub(crate) fleet: Fleet,
    /// Severity by rule, in the order of the table; `None` is off.
    severities: Box<[Option<Severity>]>,
}

impl Plan {
    /// Every rule at its default for a target.
    pub(crate) fn new(target: Option<Target>, fleet: Fleet) -> Self {
        Self {
            target,
            fleet,
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

    /// Turns off what the command line does not ask for.
    fn select(&mut self, selection: &Selection) {
        for number in 0..RULES.len() {
            if !selection.runs(number) {
                self.set(number, None);
            }
        }
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
    /// What holds for a file. No override is about the configuration, the baseline or the policy.
    pub(crate) fn of(self, file: FileId) -> &'p Plan {
        match self {
            Self::One(plan) => plan,
            Self::All(settings, files) => {
                let file = file.number().and_then(|number| files.get(number));
                file.map_or(&settings.plans[0], |file| settings.plan(file.plan))
            }
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
    /// Every plan; the first is that of files that no override is about.
    plans: Vec<Plan>,
    /// The other plans by number, by the overrides that are about their files.
    others: BTreeMap<Vec<usize>, u32>,
    /// The configuration file.
    pub(super) config: Option<Config>,
    /// The policy that profiles are held against.
    pub(super) policy: Option<Policy>,
    /// What was found before and is accepted for now.
    pub(super) baseline: Option<Baseline>,
    /// Now, in seconds since 2001-01-01T00:00:00Z.
    pub(crate) now: f64,
    /// Whether places that have lines need key paths too. Not every report tells them, and there can be many.
    pub(crate) key_paths: bool,
    /// The lowest severity of which the report shows lines; `None` when it shows none.
    pub(crate) lines_from: Option<Severity>,
}

impl Settings {
    /// Settings from the command line.
    pub(crate) fn new(target: Option<Target>, selection: &Selection, now: f64) -> Self {
        let mut base = Plan::new(target, Fleet::default());
        base.select(selection);
        Self {
            plans: vec![base],
            others: BTreeMap::new(),
            config: None,
            policy: None,
            baseline: None,
            now,
            key_paths: true,
            lines_from: None,
        }
    }

    /// The same with other descriptions of payloads. Comes before [`Settings::with_config`].
    pub(crate) fn with_descriptions(mut self, table: &'static Table) -> Self {
        self.plans[0].fleet.table = table;
        self
    }

    /// The descriptions of payloads.
    pub(crate) fn descriptions(&self) -> &'static Table {
        self.plans[0].fleet.table
    }

    /// The same with a configuration file, for these files. What the command line says wins over the file.
    pub(crate) fn with_config<'n>(
        mut self,
        config: Config,
        selection: &Selection,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        let (asked, table) = (self.plans[0].target, self.descriptions());
        self.plans[0] = plan(asked, table, std::iter::once(&config.base), selection);
        for name in names {
            let about = config.overrides_about(name);
            if about.is_empty() || self.others.contains_key(&about) {
                continue;
            }
            let choices = about.iter().map(|number| &config.overrides[*number]);
            let plan = plan(
                asked,
                table,
                std::iter::once(&config.base).chain(choices),
                selection,
            );
            self.others
                .insert(about, Span::new(0, self.plans.len()).end);
            self.plans.push(plan);
        }
        self.config = Some(config);
        self
    }

    /// The same with a baseline.
    pub(crate) fn with_baseline(mut self, baseline: Baseline) -> Self {
        self.baseline = Some(baseline);
        self
    }

    /// The same with a policy that profiles are held against.
    pub(crate) fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// The files that are not profiles, in the order of reports.
    pub(super) fn extras(&self) -> Vec<Extra> {
        let extra = |file, path: &str, text: &str| Extra {
            file,
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let config = self.config.as_ref();
        let baseline = self.baseline.as_ref();
        let policy = self.policy.as_ref();
        let all = [
            config.map(|own| extra(FileId::Config, &own.path, &own.text)),
            baseline.map(|own| extra(FileId::Baseline, &own.path, &own.text)),
            policy.map(|own| extra(FileId::Policy, &own.path, &own.text)),
        ];
        all.into_iter().flatten().collect()
    }

    /// The number of a file's plan. Holds its path against every override, so it is asked once per file.
    pub(crate) fn plan_number(&self, path: &str) -> u32 {
        match &self.config {
            Some(config) if !self.others.is_empty() => {
                let about = config.overrides_about(path);
                self.others.get(&about).copied().unwrap_or_default()
            }
            _ => 0,
        }
    }

    /// The plan with this number.
    pub(crate) fn plan(&self, number: u32) -> &Plan {
        &self.plans[number as usize]
    }
}

/// The plan that choices make, later ones over earlier ones.
fn plan<'c>(
    asked: Option<Target>,
    table: &'static Table,
    choices: impl Iterator<Item = &'c Choices> + Clone,
    selection: &Selection,
) -> Plan {
    let target = asked.or_else(|| choices.clone().filter_map(|choice| choice.target).last());
    let last = |version: fn(&Choices) -> Option<Release>| {
        let versions = choices.clone().filter_map(version);
        versions.last()
    };
    let fleet = Fleet {
        table,
        oldest: last(|choice| choice.minimum_os),
        newest: last(|choice| choice.newest_os),
    };
    let mut plan = Plan::new(target, fleet);
    for (number, severity) in choices.flat_map(|choice| &choice.rules) {
        // A rule that says nothing about this target has nothing to be severe about.
        if RULES[*number].level.severity(target).is_some() {
            plan.set(*number, *severity);
        }
    }
    plan.select(selection);
    plan
}
