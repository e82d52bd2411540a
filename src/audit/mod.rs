//! What profiles allow: in total (`total`, `facts`, `conflict`), and what changed between two states (`diff`: `pairs`
//! finds the profiles that belong together, `pair` compares two, `values` finds what differs, `kind` says what that does
//! on a Mac); and the policy that would allow the same (`import`).

pub(crate) mod change;
pub(crate) mod conflict;
pub(crate) mod diff;
pub(crate) mod extensions;
pub(crate) mod fact;
pub(crate) mod facts;
pub(crate) mod file;
pub(crate) mod holdings;
pub(crate) mod identity;
pub(crate) mod import;
pub(crate) mod kind;
mod moves;
pub(crate) mod origin;
mod pair;
mod pairs;
pub(crate) mod said;
pub(crate) mod total;
pub(crate) mod values;

mod property_tests;
mod tests;
