//! What commands read: files, folders searched for profiles, standard input.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Context;
use super::left_out::LeftOutFiles;
use super::progress::Progress;
use super::write::Reads;
use crate::audit::file::{self, File};
use crate::error::Error;
use crate::escape::quoted;
use crate::profile::repository::{self, FoundFile};

#[derive(Debug)]
pub(crate) struct Input {
    /// Its name in reports, which hold it too.
    pub(crate) name: Arc<str>,
    /// Where its bytes come from.
    origin: Origin,
}

/// Where bytes come from.
#[derive(Debug)]
enum Origin {
    File(PathBuf),
    /// Standard input or another stream, read at once because it can be read once.
    Stream(Vec<u8>),
    /// Nowhere: the search could not enter it.
    Trouble(String),
}

impl Input {
    /// A file that was found already.
    pub(crate) fn of_file(name: String, path: PathBuf) -> Self {
        Self {
            name: name.into(),
            origin: Origin::File(path),
        }
    }

    /// Something that cannot be read, and why.
    pub(crate) fn unreadable(name: String, why: String) -> Self {
        Self {
            name: name.into(),
            origin: Origin::Trouble(why),
        }
    }

    /// The bytes, or why there are none.
    pub(crate) fn read(&self) -> Result<Cow<'_, [u8]>, String> {
        match &self.origin {
            Origin::File(path) => repository::read(path)
                .map(Cow::Owned)
                .map_err(|error| error.to_string()),
            Origin::Stream(bytes) => Ok(bytes.into()),
            Origin::Trouble(why) => Err(why.clone()),
        }
    }

    /// Whether it can be read once and has no file to be written to.
    pub(crate) fn is_stream(&self) -> bool {
        matches!(self.origin, Origin::Stream(_))
    }

    /// The file it is; `None` for standard input.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(path) => Some(path),
            Origin::Stream(_) | Origin::Trouble(_) => None,
        }
    }
}

impl From<FoundFile> for Input {
    fn from(found: FoundFile) -> Self {
        let origin = match found.trouble {
            Some(why) => Origin::Trouble(why),
            None if repository::is_stream(&found.path) => match repository::read(&found.path) {
                Ok(bytes) => Origin::Stream(bytes),
                Err(error) => Origin::Trouble(error.to_string()),
            },
            None => Origin::File(found.path),
        };
        Self {
            name: found.name,
            origin,
        }
    }
}

/// What there is to read, and what is left out.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) inputs: Vec<Input>,
    pub(crate) left_out: LeftOutFiles,
}

/// Everything at these paths, in the order of the names; `-` is standard input and comes first. `keep` decides about
/// files found in folders.
pub(crate) fn find(paths: &[PathBuf], keep: impl FnMut(&str) -> bool) -> Result<Search, Error> {
    let (streams, roots): (Vec<_>, Vec<_>) = paths
        .iter()
        .cloned()
        .partition(|path| path == Path::new("-"));
    let mut inputs = Vec::new();
    let mut left_out = LeftOutFiles::default();
    for found in repository::find(&roots, keep)? {
        match found.left_out {
            Some(why) => left_out.0.push((found.name, why)),
            None => inputs.push(Input::from(found)),
        }
    }
    if !streams.is_empty() {
        let bytes = repository::read_stream(&mut std::io::stdin().lock())
            .map_err(|error| Error::new("cannot read standard input").because(error))?;
        inputs.insert(
            0,
            Input {
                name: "-".into(),
                origin: Origin::Stream(bytes),
            },
        );
    }
    Ok(Search { inputs, left_out })
}

/// Files as they were named, and in place of a folder the profiles in it, each once. What cannot be read is an error of its
/// own, so that it stops nobody who only looks; what a search leaves out is said.
pub(crate) fn expanded(
    paths: &[PathBuf],
    context: &mut Context<'_>,
) -> Result<Vec<Result<PathBuf, Error>>, Error> {
    let (mut files, mut seen) = (Vec::new(), HashSet::new());
    let mut left_out = LeftOutFiles::default();
    for path in paths {
        if !path.is_dir() {
            files.push(Ok(path.clone()));
            continue;
        }
        let before = files.len();
        for mut found in repository::find(std::slice::from_ref(path), |_| true)? {
            match (found.left_out, found.trouble.take()) {
                (Some(why), _) => left_out.0.push((found.name, why)),
                (None, Some(why)) => files.push(Err(Error::new(format!(
                    "cannot read {}",
                    quoted(&found.name)
                ))
                .because(why))),
                (None, None) => files.push(Ok(found.path)),
            }
        }
        if files.len() == before {
            left_out.tell(context)?;
            return Err(nothing_found(std::slice::from_ref(path), ".gitignore"));
        }
    }
    left_out.tell(context)?;
    // A file that is named and found, or in two folders of which one holds the other, is one file.
    files.retain(|file| {
        let place = file
            .as_ref()
            .ok()
            .and_then(|path| std::path::absolute(path).ok());
        place.is_none_or(|place| seen.insert(place))
    });
    Ok(files)
}

/// The files that are read, which no report takes the place of.
pub(crate) fn files(inputs: &[Input]) -> Reads {
    Reads::files(inputs.iter().filter_map(|input| {
        let stream = input.is_stream().then_some(Path::new("-"));
        input.file().or(stream)
    }))
}

/// That there is nothing to read, where that is a mistake. `left_out` is what hides files from a search.
pub(crate) fn nothing_found(paths: &[PathBuf], left_out: &str) -> Error {
    let places: Vec<_> = paths
        .iter()
        .map(|path| format!("`{}`", path.display()))
        .collect();
    Error::new(format!("no profile found in {}", places.join(", "))).help(format!(
        "folders are searched for *.mobileconfig, except what {left_out} leaves out; name a file outright to read it all the same"
    ))
}

/// Reads inputs for an audit. One that cannot be read is kept with the reason, never left out. `watched` says whether a
/// terminal may show how far it is.
pub(crate) fn profiles(inputs: Vec<Input>, watched: bool) -> Vec<File> {
    let progress = Progress::new(inputs.len(), watched);
    inputs
        .into_iter()
        .inspect(|_| progress.step())
        .map(|input| match input.read() {
            Ok(bytes) => file::read(&input.name, &bytes),
            Err(why) => File::unread(&input.name, &why),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_gone_is_kept_with_the_reason() {
        let input = Input::of_file("gone.mobileconfig".to_owned(), "no/such/file".into());
        let files = profiles(vec![input], false);
        assert_eq!(&*files[0].path, "gone.mobileconfig");
        let why = files[0].content.as_ref().unwrap_err();
        assert!(why.starts_with("cannot be read: "), "{why}");
    }
}
