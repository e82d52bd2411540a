//! The profiles of a run: how each is named and read, the state it was judged in, and what fixes make of it before
//! anything is written.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::Args;
use crate::commands::inputs::{self, Input, Search};
use crate::commands::left_out::LeftOutFiles;
use crate::error::Error;
use crate::lint::config::Config;

/// Why a file is not shown, and fixes made for other bytes are not written.
const CHANGED: &str = "it was changed after it was linted";

#[derive(Debug)]
pub(super) struct Source {
    input: Input,
    /// Its bytes after fixes, not yet written.
    pub(super) fixed: Option<Vec<u8>>,
    /// A hash of its bytes as they were read first. A file is read again for the few places that rules over several files
    /// show and for every round of fixes, because the bytes of all files would not fit into memory.
    state: OnceLock<u64>,
}

/// Everything to lint, without what the configuration excludes.
pub(super) fn find(
    args: &Args,
    config: Option<&Config>,
) -> Result<(Vec<Source>, LeftOutFiles), Error> {
    let keep = |name: &str| config.is_none_or(|config| !config.excludes(name));
    let Search { inputs, left_out } = inputs::find(&args.paths, keep)?;
    Ok((inputs.into_iter().map(Source::from).collect(), left_out))
}

/// Fetches the bytes of a profile by its number, as long as they are those that were judged.
pub(super) fn reader(sources: &[Source]) -> impl Fn(u32) -> Result<Vec<u8>, String> + Sync {
    |number| match sources.get(number as usize) {
        Some(source) => source.read().map(Cow::into_owned),
        None => Err("there is no such profile".to_owned()),
    }
}

impl From<Input> for Source {
    fn from(input: Input) -> Self {
        Self {
            input,
            fixed: None,
            state: OnceLock::new(),
        }
    }
}

impl Source {
    /// Its name in reports.
    pub(super) fn name(&self) -> &Arc<str> {
        &self.input.name
    }

    /// The bytes with all fixes, or why there are none.
    pub(super) fn read(&self) -> Result<Cow<'_, [u8]>, String> {
        match &self.fixed {
            Some(bytes) => Ok(bytes.into()),
            None => self.original(),
        }
    }

    /// The bytes before any fix.
    pub(super) fn original(&self) -> Result<Cow<'_, [u8]>, String> {
        let bytes = self.input.read()?;
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let now = hasher.finish();
        if *self.state.get_or_init(|| now) == now {
            Ok(bytes)
        } else {
            Err(CHANGED.to_owned())
        }
    }

    /// Fails unless the file still holds the bytes that were linted.
    pub(super) fn check_unchanged(&self) -> io::Result<()> {
        self.original().map(drop).map_err(io::Error::other)
    }

    /// Whether its fixed text has no file to go to and belongs on standard output.
    pub(super) fn is_stream(&self) -> bool {
        self.input.is_stream()
    }

    /// The file it is; `None` for standard input.
    pub(super) fn file(&self) -> Option<&Path> {
        self.input.file()
    }
}
