//! `kextpolicy` renders, lints and diagnoses the configuration profiles that approve kernel and system extensions.
//!
//! The floors, from the ground up; a module imports only from floors below its own (a test guards this):
//! - 0: `approval`, `error`, `escape`, `exit`, `extension`, `identifier`, `links`, `severity`, `source`, `suggest`,
//!   `target`: vocabulary.
//! - 1: `plist`: property lists with places; `cms`: signed messages around them; `schema`: Apple's
//!   description of every payload; `requirement`: Apple's code requirement language.
//! - 2: `policy` (the YAML), `catalogue` (ready policies), `profile` (configuration profiles, in Apple's words).
//! - 3: `audit`: what profiles allow together, and what changed; `diagnose`: why an extension is blocked; `lint`: rules
//!   over profiles; `render`: profiles from policies.
//! - 4: `output`: findings, faults and answers in every format.
//! - 5: `commands`: one file per subcommand; the only floor that writes files or reads the clock.
//! - 6: `cli` and this file: arguments in, exit code out. Beside them, for tests and fuzzers only, `laws`: what holds for
//!   any bytes.

use std::ffi::OsString;
use std::process::ExitCode;

mod approval;
mod audit;
mod catalogue;
mod cli;
mod cms;
mod commands;
mod diagnose;
mod error;
mod escape;
mod exit;
mod extension;
mod identifier;
#[cfg(any(test, fuzzing))]
pub mod laws;
mod links;
mod lint;
mod output;
mod plist;
mod policy;
mod profile;
mod render;
mod requirement;
mod schema;
mod severity;
mod source;
mod suggest;
mod target;

/// Runs one command line, as the shell gives it (the first argument is the program's name), and returns its verdict.
///
/// Results go to standard output, progress and failures of the tool to standard error.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    cli::run(args).into()
}
