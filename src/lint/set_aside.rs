//! What a run was told not to report, for whoever audits it: ignores with their reasons, and rules that are switched off.

use super::rules::RULES;
use super::settings::{Plan, Settings};

/// What a run was told not to report.
#[derive(Clone, Debug, Default)]
pub(crate) struct SetAside {
    /// The ignores of the configuration.
    pub(crate) ignores: Vec<Ignored>,
    /// Rules that are off for every file.
    pub(crate) off: Vec<&'static str>,
    /// Rules that are off for some files.
    pub(crate) off_for_some: Vec<&'static str>,
    /// Rules that ran, at least for some files.
    pub(crate) ran: usize,
}

/// An ignore.
#[derive(Clone, Debug)]
pub(crate) struct Ignored {
    pub(crate) rules: Vec<&'static str>,
    pub(crate) reason: String,
    /// Which files it is about; empty for all of them.
    pub(crate) paths: Vec<String>,
    /// Where it is, from 1.
    pub(crate) line: Option<u32>,
}

/// The names of rules by their numbers.
pub(super) fn names(rules: &[usize]) -> Vec<&'static str> {
    rules.iter().map(|number| RULES[*number].name).collect()
}

impl SetAside {
    /// What the configuration and the command line say.
    pub(super) fn of(settings: &Settings) -> Self {
        let mut own = Self::default();
        for (number, rule) in RULES.iter().enumerate() {
            let applies = |plan: &&Plan| rule.level.severity(plan.target).is_some();
            let plans: Vec<&Plan> = settings.plans().iter().filter(applies).collect();
            let off = plans
                .iter()
                .filter(|plan| plan.severity(number).is_none())
                .count();
            own.ran += usize::from(off < plans.len());
            if off > 0 && off == plans.len() {
                own.off.push(rule.name);
            } else if off > 0 {
                own.off_for_some.push(rule.name);
            }
        }
        own.ignores = settings
            .config
            .iter()
            .flat_map(super::config::Config::ignored)
            .collect();
        own
    }
}
