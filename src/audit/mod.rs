//! What profiles allow: in total (`total`, `conflict`), and what changed between two states (`diff`);
//! and the policy that would allow the same (`import`).

pub(crate) mod conflict;
pub(crate) mod diff;
pub(crate) mod file;
pub(crate) mod identity;
pub(crate) mod import;
mod profiles;
pub(crate) mod total;

#[cfg(test)]
mod tests;
