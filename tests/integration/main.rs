//! The integration tests: one binary, because linking once is faster than linking ten times.

mod against_permissions;
mod against_policy;
mod audit;
mod companions;
mod configuration;
mod conventions;
mod corpus;
#[cfg(feature = "sqlite")]
mod databases;
mod descriptions;
mod deviations;
mod diagnose;
#[cfg(unix)]
mod diagnose_collect;
mod diagnose_conclusions;
mod diagnose_formats;
mod diagnose_inputs;
mod diagnose_load;
mod diagnose_macs;
mod diagnose_ways;
mod docs;
mod docs_commands;
mod extension_rules;
#[cfg(unix)]
mod faults;
mod fix;
mod fix_law;
mod formats;
#[cfg(unix)]
mod git_traps;
mod hostile;
mod import;
#[cfg(unix)]
mod invocations;
#[cfg(unix)]
mod outputs;
mod policy;
mod profile_rules;
mod profiles;
mod render;
mod render_property;
mod render_targets;
mod rooms;
mod round_trip;
mod rules;
mod sarif;
mod schema;
mod shell;
mod show;
mod signing;
mod signing_agreement;
mod skeleton;
#[allow(dead_code, reason = "the helpers of tests to come")]
mod tool;
mod watch;
mod words;
