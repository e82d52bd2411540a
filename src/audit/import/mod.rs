//! What is already approved, turned into a policy: sources are read (`source`, `listing`, `mach_o`), added up as for
//! `effective`, and written as YAML (`draft`, `yaml`). The kinds of approval beside extensions have a module each
//! (`companions`).

mod background_items;
pub(crate) mod companions;
mod content_filters;
pub(crate) mod draft;
pub(crate) mod listing;
pub(crate) mod mach_o;
mod payload;
mod privacy;
mod signer;
pub(crate) mod source;
pub(crate) mod system_extensions;

mod tests;
mod yaml;
