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

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
