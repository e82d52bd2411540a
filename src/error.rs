//! What the tool could not do. Never what is wrong with a profile: that is a finding.

use std::error::Error as StdError;
use std::fmt;
use std::path::Path;

/// A failure of the tool: what it was doing, why that failed, and what to do next. Leads to exit code 2.
#[derive(Debug)]
pub(crate) struct Error {
    /// What could not be done, lower case, no full stop.
    doing: String,
    /// Why, from the system or a library.
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// The next step, if one is known.
    help: Option<String>,
}

impl Error {
    /// A failure described by what could not be done.
    pub(crate) fn new(doing: impl Into<String>) -> Self {
        Self {
            doing: doing.into(),
            source: None,
            help: None,
        }
    }

    /// A failed read or write of one path.
    pub(crate) fn io(verb: &str, path: &Path, source: std::io::Error) -> Self {
        Self::new(format!("cannot {verb} `{}`", path.display())).because(source)
    }

    /// Adds the cause.
    pub(crate) fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds the next step.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The next step, if one is known.
    pub(crate) fn next_step(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doing)?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|error| error as &(dyn StdError + 'static))
    }
}

/// A write to standard output or error that failed.
impl From<std::io::Error> for Error {
    fn from(source: std::io::Error) -> Self {
        Self::new("cannot write the output").because(source)
    }
}
