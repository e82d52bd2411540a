//! What holds for one file: its target, and every rule's severity there.

use std::collections::BTreeMap;

use super::file_id::FileId;
use super::rule_id::RuleId;
use crate::schema::Fleet;
use crate::severity::Severity;
use crate::target::Target;

/// What holds for one kind of file.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The MDM server the file is for, if the user said so.
    pub(crate) target: Option<Target>,
    /// The Macs that the file is for, and the descriptions that it is held against.
    pub(crate) fleet: Fleet,
    pub(crate) severities: BTreeMap<RuleId, Severity>,
}

impl Plan {
    /// A rule's severity; `None` when it is off or does not apply.
    pub(crate) fn severity(&self, rule: RuleId) -> Option<Severity> {
        self.severities.get(&rule).copied()
    }

    /// Sets a rule's severity, or turns it off.
    pub(crate) fn set(&mut self, rule: RuleId, severity: Option<Severity>) {
        match severity {
            Some(severity) => self.severities.insert(rule, severity),
            None => self.severities.remove(&rule),
        };
    }
}

/// Where to look up what holds for a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Plans<'p> {
    /// One file is checked, and this holds for it.
    One(&'p Plan),
    /// All files are checked: every plan, and the number of the plan of each profile.
    All(&'p [Plan], &'p [u32]),
}

impl<'p> Plans<'p> {
    /// What holds for a file. No override is about the configuration, the baseline or the policy.
    pub(crate) fn plan_of(self, file: FileId) -> &'p Plan {
        match self {
            Self::One(plan) => plan,
            Self::All(plans, of_profiles) => {
                let number = file.number().and_then(|number| of_profiles.get(number));
                &plans[number.map_or(0, |number| *number as usize)]
            }
        }
    }
}
