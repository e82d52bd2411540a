//! A profile of the run, with the text that fixes make of it before anything is written.

use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use ring::digest::{SHA256, digest};

use crate::commands::inputs::Input;

/// Why fixes made for other bytes are not written.
const CHANGED: &str = "it was changed after it was linted";

/// An input and its fixed text.
#[derive(Debug)]
pub(super) struct Draft {
    /// The input.
    input: Input,
    /// Its bytes after fixes, not yet written.
    pub(super) fixed: Option<Vec<u8>>,
    /// Where fixes rest on its bytes: what they were when they were first read. A file is read again for every round,
    /// because the bytes of all files would not fit into memory.
    first: Option<Box<OnceLock<ring::digest::Digest>>>,
}

impl Draft {
    /// An input to look at. With `fixing`, its bytes have to stay what they are.
    pub(super) fn new(input: Input, fixing: bool) -> Self {
        Self {
            input,
            fixed: None,
            first: fixing.then(Box::default),
        }
    }

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
        self.compare(&bytes)?;
        Ok(bytes)
    }

    /// Fails if fixes rest on other bytes than these.
    fn compare(&self, bytes: &[u8]) -> Result<(), String> {
        match &self.first {
            Some(first) if self.file().is_some() => {
                let now = digest(&SHA256, bytes);
                if first.get_or_init(|| now).as_ref() == now.as_ref() {
                    Ok(())
                } else {
                    Err(CHANGED.to_owned())
                }
            }
            _ => Ok(()),
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
