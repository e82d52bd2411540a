//! What profiles allow: in total (`total`, `conflict`), and what changed between two states (`diff`).

pub(crate) mod conflict;
pub(crate) mod diff;
pub(crate) mod file;
pub(crate) mod identity;
mod profiles;
pub(crate) mod total;

#[cfg(test)]
mod tests;
