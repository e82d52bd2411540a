//! What the user decided: severities, targets and selection, worked out once per kind of file.

use std::collections::BTreeMap;

use super::baseline::Baseline;
use super::{Choices, Config};
use crate::lint::model::file_id::FileId;
use crate::lint::model::plan::Plan;
use crate::lint::model::report::Extra;
use crate::lint::model::rule_id::RuleId;
use crate::lint::model::set_aside::SetAside;
use crate::lint::rule::Rule;
use crate::policy::Policy;
use crate::schema::{BUILT_IN, Fleet, Release, Table};
use crate::severity::Severity;
use crate::source::to_u32;
use crate::target::Target;

/// Which rules the command line asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Only these, if any are named.
    pub(crate) select: Vec<RuleId>,
    pub(crate) ignore: Vec<RuleId>,
}

impl Selection {
    fn runs(&self, rule: RuleId) -> bool {
        (self.select.is_empty() || self.select.contains(&rule)) && !self.ignore.contains(&rule)
    }
}

/// What the user decided for the whole run.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) rules: &'static [&'static Rule],
    /// Every plan; the first is that of files that no override is about.
    pub(crate) plans: Vec<Plan>,
    /// The rules that are on under each of them.
    on: Vec<Vec<&'static Rule>>,
    /// The other plans by number, by the overrides that are about their files.
    others: BTreeMap<Vec<usize>, u32>,
    pub(crate) config: Option<Config>,
    /// The policy that profiles are held against.
    pub(crate) policy: Option<Policy>,
    /// What was found before and is accepted for now.
    pub(crate) baseline: Option<Baseline>,
    /// Now, in seconds since 2001-01-01T00:00:00Z.
    pub(crate) now: f64,
    /// Whether places that have lines need key paths too. Not every report shows them, and there can be many.
    pub(crate) key_paths: bool,
    /// The lowest severity of which the report shows lines; `None` when it shows none.
    pub(crate) lines_from: Option<Severity>,
}

impl Settings {
    /// Settings from the command line.
    pub(crate) fn new(
        rules: &'static [&'static Rule],
        target: Option<Target>,
        selection: &Selection,
        now: f64,
    ) -> Self {
        let base = plan(rules, target, &BUILT_IN, std::iter::empty(), selection);
        Self {
            rules,
            on: vec![on(rules, &base)],
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
        let base = std::iter::once(&config.base);
        self.plans[0] = plan(self.rules, asked, table, base.clone(), selection);
        self.on[0] = on(self.rules, &self.plans[0]);
        for name in names {
            let about = config.overrides_about(name);
            if about.is_empty() || self.others.contains_key(&about) {
                continue;
            }
            let choices = about.iter().map(|number| &config.overrides[*number]);
            let choices = base.clone().chain(choices);
            let plan = plan(self.rules, asked, table, choices, selection);
            self.on.push(on(self.rules, &plan));
            self.others.insert(about, to_u32(self.plans.len()));
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
    pub(crate) fn extras(&self) -> Vec<Extra> {
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

    /// What the configuration and the command line switch off.
    pub(crate) fn set_aside(&self) -> SetAside {
        let mut own = SetAside {
            ignores: self.config.iter().flat_map(Config::ignored).collect(),
            ..SetAside::default()
        };
        for rule in self.rules {
            let applies = |plan: &&Plan| rule.level.severity(plan.target).is_some();
            let plans: Vec<&Plan> = self.plans.iter().filter(applies).collect();
            let is_off = |plan: &&&Plan| plan.severity(rule.id).is_none();
            let off = plans.iter().filter(is_off).count();
            own.ran += usize::from(off < plans.len());
            if off > 0 && off == plans.len() {
                own.off.push(rule.id);
            } else if off > 0 {
                own.off_for_some.push(rule.id);
            }
        }
        own
    }

    pub(crate) fn plan(&self, number: u32) -> &Plan {
        &self.plans[number as usize]
    }

    /// The rules that are on under the plan with this number.
    pub(crate) fn rules_on(&self, number: u32) -> &[&'static Rule] {
        &self.on[number as usize]
    }
}

/// The plan that choices make, later ones over earlier ones.
fn plan<'c>(
    rules: &[&'static Rule],
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
    let severity = |rule: &&Rule| Some((rule.id, rule.level.severity(target)?));
    let mut plan = Plan {
        target,
        fleet: Fleet {
            table,
            oldest: last(|choice| choice.minimum_os),
            newest: last(|choice| choice.newest_os),
        },
        severities: rules.iter().filter_map(severity).collect(),
    };
    let applies: Vec<RuleId> = plan.severities.keys().copied().collect();
    for (rule, severity) in choices.flat_map(|choice| &choice.rules) {
        // A rule that says nothing about this target has nothing to be severe about.
        if applies.binary_search(rule).is_ok() {
            plan.set(*rule, *severity);
        }
    }
    plan.severities.retain(|rule, _| selection.runs(*rule));
    plan
}

/// The rules that are on under a plan.
fn on(rules: &[&'static Rule], plan: &Plan) -> Vec<&'static Rule> {
    let is_on = |rule: &&&'static Rule| plan.severity(rule.id).is_some();
    rules.iter().filter(is_on).copied().collect()
}
