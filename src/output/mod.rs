//! What the user sees of findings and faults. Nothing here decides anything; it only shows.

pub(crate) mod human;
pub(crate) mod policy_errors;
pub(crate) mod rule_pages;
pub(crate) mod signatures;
pub(crate) mod snippet;

/// Fetches the text of a file of the report again, for the lines around a finding; `None` when it is gone or binary.
pub(crate) type Sources<'s> = dyn Fn(u32) -> Option<String> + 's;
