//! The linter: rules over profiles, one by one and all together, and one report of what they found.
//!
//! The rooms, from the ground up; a room imports only from rooms below its own (a test holds this):
//! - `model`: the words: file, rule, finding, fix, report.
//! - `views`: what rules are given.
//! - `rule`: the row that a rule is.
//! - `config`: what the user decided; `file_report`: what is known of one file.
//! - `rules`: one file each.
//! - `accept`: takes out what the user accepted.
//! - `engine`: walks, calls the rules, finds lines, and concludes.

mod accept;
pub(crate) mod config;
mod engine;
mod file_report;
pub(crate) mod model;
pub(crate) mod rule;
pub(crate) mod rules;
mod views;

pub(crate) use accept::suppression::ignored;
pub(crate) use config::{baseline, settings};
pub(crate) use engine::{check_file, conclude, unreadable};
pub(crate) use file_report::FileReport;
pub(crate) use model::{file_id, finding, fingerprint, fix, report, set_aside};
pub(crate) use views::request;
