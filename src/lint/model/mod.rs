//! The words of the linter: which file, which rule, how bad, what was found and how to put it right. Knows no rule.

pub(crate) mod edit;
pub(crate) mod file_id;
pub(crate) mod finding;
pub(crate) mod fingerprint;
pub(crate) mod fix;
pub(crate) mod level;
pub(crate) mod plan;
pub(crate) mod refusal;
pub(crate) mod report;
pub(crate) mod rule_id;
pub(crate) mod set_aside;
pub(crate) mod suppression;
