//! The three ways a run ends, the same for every command and every output format.

use std::process::ExitCode;

/// What a run means to the shell or CI job that started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ExitStatus {
    /// Done; nothing at or above the failing severity.
    Clean = 0,
    /// Findings, drift, a difference, or a blocked extension.
    Findings = 1,
    /// The tool could not do its work.
    Failure = 2,
}

/// What `--help` says of them. The commands whose code says more say so in their own help.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done, and nothing to object to
  1  done, and something found: errors in profiles, a difference, a blocked extension
  2  the tool could not do its work";

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
