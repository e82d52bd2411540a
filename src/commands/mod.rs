//! The subcommands: each file holds its arguments and its `run`. The only floor that writes files, reads the clock or
//! asks the environment.

pub(crate) mod completions;
pub(crate) mod descriptions;
pub(crate) mod diagnose;
pub(crate) mod diff;
pub(crate) mod effective;
pub(crate) mod explain;
pub(crate) mod generate_schema;
pub(crate) mod git;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod inputs;
pub(crate) mod interrupt;
pub(crate) mod kext_policy_db;
pub(crate) mod left_out;
pub(crate) mod lint;
pub(crate) mod man;
mod policy_file;
mod progress;
pub(crate) mod render;
mod report;
pub(crate) mod schema;
pub(crate) mod show;
pub(crate) mod sign;
pub(crate) mod signing;
pub(crate) mod verify;
mod write;

use std::path::PathBuf;

use crate::error::Error;
use crate::escape::shell_word;
use crate::output::{Out, Paint};

/// What every command may use: the two streams and the global flags.
pub(crate) struct Context<'a> {
    pub(crate) out: &'a mut Out,
    /// Progress and failures of the tool.
    pub(crate) err: &'a mut Out,
    /// Whether a terminal shows `err`, on which a bar may be drawn.
    pub(crate) watched: bool,
    /// `--quiet`: nothing but findings, results and errors.
    pub(crate) quiet: bool,
    /// `--verbose`: notes with the lines they are about.
    pub(crate) verbose: bool,
    /// `--config`: the configuration file to use instead of searching for one.
    pub(crate) config: Option<PathBuf>,
}

/// Prints a failure of the tool: what, why, and the next step.
pub(crate) fn print_failure(error: &Error, err: &mut Out) -> std::io::Result<()> {
    err.paint(Paint::Error, "error")?;
    writeln!(err, ": {error}")?;
    if let Some(help) = error.next_step() {
        write!(err, "  ")?;
        err.paint(Paint::Note, "help")?;
        writeln!(err, ": {help}")?;
    }
    err.flush()
}

/// Names the command that comes after a policy was written.
fn suggest_render(policy: &str, err: &mut Out) -> std::io::Result<()> {
    let policy = shell_word(policy);
    writeln!(
        err,
        "  kextpolicy render {policy} --target jamf --out-dir out"
    )?;
    writeln!(
        err,
        "(or --target intune, or --target generic for any other MDM server)"
    )
}
