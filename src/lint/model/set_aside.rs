//! What a run does not report because the user said so, for whoever audits it: ignores with their reasons, and rules
//! that are switched off.

use super::rule_id::RuleId;

/// What a run does not report because the user said so.
#[derive(Clone, Debug, Default)]
pub(crate) struct SetAside {
    /// The ignores of the configuration.
    pub(crate) ignores: Vec<Ignored>,
    /// Rules that are off for every file.
    pub(crate) off: Vec<RuleId>,
    /// Rules that are off for some files.
    pub(crate) off_for_some: Vec<RuleId>,
    /// How many rules ran, at least for some files.
    pub(crate) ran: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Ignored {
    pub(crate) rules: Vec<RuleId>,
    pub(crate) reason: String,
    /// Which files it is about; empty for all of them.
    pub(crate) paths: Vec<String>,
    /// Where it is, from 1.
    pub(crate) line: Option<u32>,
}
