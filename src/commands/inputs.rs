//! The profiles that an audit reads: files, folders, standard input.

use std::path::{Path, PathBuf};

use crate::audit::file::{self, File};
use crate::error::Error;
use crate::profile::repository;

/// Reads everything at these paths. A file that cannot be read is kept with the reason, never left out.
pub(crate) fn profiles(paths: &[PathBuf]) -> Result<Vec<File>, Error> {
    let (streams, roots): (Vec<_>, Vec<_>) = paths
        .iter()
        .cloned()
        .partition(|path| path == Path::new("-"));
    let mut files = Vec::new();
    if !streams.is_empty() {
        let bytes = repository::read_stream(&mut std::io::stdin().lock())
            .map_err(|error| Error::new("cannot read standard input").because(error))?;
        files.push(file::read("-", &bytes));
    }
    for found in repository::find(&roots, |_| true)? {
        let bytes = match found.trouble {
            Some(why) => Err(why),
            None => repository::read(&found.path).map_err(|error| error.to_string()),
        };
        files.push(match bytes {
            Ok(bytes) => file::read(&found.name, &bytes),
            Err(why) => File {
                path: found.name,
                content: Err(format!("cannot be read: {why}")),
            },
        });
    }
    Ok(files)
}

/// The same, where nothing at all is a mistake.
pub(crate) fn some_profiles(paths: &[PathBuf]) -> Result<Vec<File>, Error> {
    let files = profiles(paths)?;
    if files.is_empty() {
        let places: Vec<_> = paths
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect();
        return Err(Error::new(format!("no profile found in {}", places.join(", ")))
            .help("folders are searched for *.mobileconfig, except what .gitignore leaves out; name a file outright"));
    }
    Ok(files)
}
