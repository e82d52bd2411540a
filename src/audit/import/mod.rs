//! What is already approved, turned into a policy: sources are read (`source`, `listing`, `mach_o`), added up as for
//! `effective`, and written as YAML (`draft`, `yaml`).

pub(crate) mod draft;
pub(crate) mod listing;
pub(crate) mod mach_o;
pub(crate) mod source;

mod tests;
mod yaml;
