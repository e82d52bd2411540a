//! What the user sees of findings and faults. Nothing here decides anything; it only shows.

pub(crate) mod policy_errors;
pub(crate) mod snippet;
