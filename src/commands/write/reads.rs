//! What a run reads. Nothing that it writes may take the place of that: a report over the profile it is about, or a signed
//! profile over the key, is a loss that no warning brings back.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::escape::quoted;

/// The files that a run reads; `-` is standard input. A command that changes some of them on purpose leaves those out.
#[derive(Debug, Default)]
pub(crate) struct Reads(Vec<PathBuf>);

impl Reads {
    /// A run that reads no file.
    pub(crate) fn nothing() -> Self {
        Self::default()
    }

    pub(crate) fn files<P: Into<PathBuf>>(files: impl IntoIterator<Item = P>) -> Self {
        Self(files.into_iter().map(Into::into).collect())
    }

    pub(crate) fn and<P: Into<PathBuf>>(mut self, files: impl IntoIterator<Item = P>) -> Self {
        self.0.extend(files.into_iter().map(Into::into));
        self
    }

    /// The files of both.
    pub(crate) fn and_those(self, others: Self) -> Self {
        self.and(others.0)
    }

    /// Refuses to write one of them, whichever way it is named.
    pub(crate) fn refuse<P: AsRef<Path>>(&self, outputs: &[P]) -> Result<(), Error> {
        let there: Vec<_> = outputs
            .iter()
            .map(AsRef::as_ref)
            .filter(|path| *path != Path::new("-"))
            .filter_map(|path| Some((path, identity(path).ok()?)))
            .collect();
        if there.is_empty() {
            return Ok(());
        }
        for read in &self.0 {
            let Ok(own) = identity(read) else { continue };
            if let Some((path, _)) = there.iter().find(|(_, other)| *other == own) {
                let path = path.display().to_string();
                return Err(Error::new(format!(
                    "cannot write {}: this run reads that file",
                    quoted(&path)
                ))
                .help("name another file; nothing was written"));
            }
        }
        Ok(())
    }
}

/// What makes a file that file, under each of its names: its device and number, whose types differ between systems.
#[cfg(unix)]
fn identity(path: &Path) -> io::Result<(i128, i128)> {
    use std::os::unix::fs::MetadataExt as _;
    if path == Path::new("-") {
        let stream = rustix::fs::fstat(io::stdin())?;
        return Ok((stream.st_dev.into(), stream.st_ino.into()));
    }
    let metadata = std::fs::metadata(path)?;
    Ok((metadata.dev().into(), metadata.ino().into()))
}

/// What makes a file that file: its whole path behind all links.
#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<PathBuf> {
    std::fs::canonicalize(path)
}
