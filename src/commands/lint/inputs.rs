//! What is linted: files, folders searched for profiles, standard input.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::lint::config::Config;
use crate::profile::repository::{self, Found};

/// Something to lint.
#[derive(Debug)]
pub(super) struct Input {
    /// Its name in reports.
    pub(super) name: String,
    /// Where its bytes come from.
    origin: Origin,
    /// Its bytes after fixes, not yet written.
    pub(super) fixed: Option<Vec<u8>>,
}

/// Where bytes come from.
#[derive(Debug)]
enum Origin {
    /// A file.
    File(PathBuf),
    /// Standard input or another stream, read at once because it can be read once.
    Stream(Vec<u8>),
    /// Nowhere: the search could not enter it.
    Trouble(String),
}

impl Input {
    /// The bytes, or why there are none.
    pub(super) fn read(&self) -> Result<Cow<'_, [u8]>, String> {
        match &self.fixed {
            Some(bytes) => Ok(bytes.into()),
            None => self.original(),
        }
    }

    /// The bytes before any fix.
    pub(super) fn original(&self) -> Result<Cow<'_, [u8]>, String> {
        match &self.origin {
            Origin::File(path) => repository::read(path)
                .map(Into::into)
                .map_err(|error| error.to_string()),
            Origin::Stream(bytes) => Ok(bytes.into()),
            Origin::Trouble(why) => Err(why.clone()),
        }
    }

    /// Whether its fixed text has no file to go to and belongs on standard output.
    pub(super) fn is_stream(&self) -> bool {
        matches!(self.origin, Origin::Stream(_))
    }

    /// The file it is; `None` for standard input.
    pub(super) fn file(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(path) => Some(path),
            Origin::Stream(_) | Origin::Trouble(_) => None,
        }
    }
}

impl From<Found> for Input {
    fn from(found: Found) -> Self {
        Self {
            name: found.name,
            origin: match found.trouble {
                Some(why) => Origin::Trouble(why),
                None if repository::is_stream(&found.path) => match repository::read(&found.path) {
                    Ok(bytes) => Origin::Stream(bytes),
                    Err(error) => Origin::Trouble(error.to_string()),
                },
                None => Origin::File(found.path),
            },
            fixed: None,
        }
    }
}

/// Everything to lint, in the order of the names, without what the configuration excludes.
pub(super) fn inputs(paths: &[PathBuf], config: Option<&Config>) -> Result<Vec<Input>, Error> {
    let (streams, roots): (Vec<_>, Vec<_>) = paths
        .iter()
        .cloned()
        .partition(|path| path == Path::new("-"));
    let mut inputs: Vec<Input> = repository::find(&roots, |name| {
        config.is_none_or(|config| !config.excludes(name))
    })?
    .into_iter()
    .map(Input::from)
    .collect();
    if !streams.is_empty() {
        let bytes = repository::read_stream(&mut std::io::stdin().lock())
            .map_err(|error| Error::new("cannot read standard input").because(error))?;
        inputs.insert(
            0,
            Input {
                name: "-".to_owned(),
                origin: Origin::Stream(bytes),
                fixed: None,
            },
        );
    }
    if inputs.is_empty() {
        let places = paths
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect::<Vec<_>>()
            .join(", ");
        return Err(Error::new(format!("no profile found in {places}")).help(
            "folders are searched for *.mobileconfig, except what .gitignore or `exclude` leaves out; name a file outright to lint it all the same",
        ));
    }
    Ok(inputs)
}
