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
pub(crate) mod lint;
pub(crate) mod man;
mod progress;
pub(crate) mod render;
pub(crate) mod schema;
pub(crate) mod show;
pub(crate) mod sign;
pub(crate) mod signing;
pub(crate) mod verify;
mod write;

use std::io::Write;
use std::path::PathBuf;

use crate::error::Error;
use crate::escape::visible;

/// What every command may use: the two streams and the global flags.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct Context<'a> {
    /// Findings and results.
    pub(crate) out: &'a mut dyn Write,
    /// Progress and failures of the tool.
    pub(crate) err: &'a mut dyn Write,
    /// Whether `out` shows colours.
    pub(crate) color_out: bool,
    /// Whether `err` shows colours.
    pub(crate) color_err: bool,
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
pub(crate) fn print_failure(
    error: &Error,
    err: &mut dyn Write,
    color: bool,
) -> std::io::Result<()> {
    let (red, cyan, reset) = if color {
        ("\u{1b}[1;31m", "\u{1b}[1;36m", "\u{1b}[0m")
    } else {
        ("", "", "")
    };
    writeln!(err, "{red}error{reset}: {}", visible(&error.to_string()))?;
    if let Some(help) = error.next_step() {
        writeln!(err, "  {cyan}help{reset}: {}", visible(help))?;
    }
    err.flush()
}
