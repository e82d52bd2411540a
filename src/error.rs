//! What the tool could not do. Never what is wrong with a profile: that is a finding.

use std::error::Error as StdError;
use std::fmt;
use std::io::ErrorKind;
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

    pub(crate) fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds the next step.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The next step: the one that was named, else what helps against the system's refusal.
    pub(crate) fn next_step(&self) -> Option<&str> {
        self.help
            .as_deref()
            .or_else(|| match self.system_error()? {
                // A pipeline's configuration is read without a shell.
                ErrorKind::NotFound if self.doing.contains('*') => {
                    Some("no shell has put file names in place of the `*`: name each file, or a folder where one is taken")
                }
                refused => remedy(refused),
            })
    }

    /// What the system refused, if that is the cause.
    fn system_error(&self) -> Option<ErrorKind> {
        let mut cause = self.source();
        while let Some(error) = cause {
            if let Some(io) = error.downcast_ref::<std::io::Error>() {
                return Some(io.kind());
            }
            cause = error.source();
        }
        None
    }
}

/// What to do when the system refuses to read or write.
fn remedy(refused: ErrorKind) -> Option<&'static str> {
    Some(match refused {
        ErrorKind::NotFound => "check the spelling; paths count from the folder you are in",
        ErrorKind::PermissionDenied => {
            "change its permissions (and those of its folder), or run this as somebody who has them"
        }
        ErrorKind::IsADirectory => "it is a folder: name a file in it",
        ErrorKind::NotADirectory => "a part of the path is a file where a folder has to be",
        ErrorKind::AlreadyExists => "a file of that name is in the way: choose another name",
        ErrorKind::InvalidData => "save it as text in UTF-8",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk",
        ErrorKind::ReadOnlyFilesystem => "choose a place that can be written to",
        _ => return None,
    })
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_refusal_of_the_system_has_a_next_step() {
        let refused = |kind: ErrorKind| Error::io("read", Path::new("x"), kind.into());
        let missing = refused(ErrorKind::NotFound);
        assert!(
            missing
                .next_step()
                .unwrap()
                .starts_with("check the spelling")
        );
        let pattern = Error::io("read", Path::new("*.yaml"), ErrorKind::NotFound.into());
        assert!(pattern.next_step().unwrap().starts_with("no shell has"));
        assert_eq!(missing.help("look again").next_step(), Some("look again"));
        assert_eq!(refused(ErrorKind::Other).next_step(), None);
        assert_eq!(Error::new("cannot").next_step(), None);
    }
}
