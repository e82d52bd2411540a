//! Places as people find them: file, line, and the way of keys.

use std::sync::Arc;

use crate::profile::{Document, KeyPaths};
use crate::source::{LineIndex, Span};

/// A place as people find it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub(crate) struct Origin {
    /// Shared, because a report may have a million places in some thousand files.
    #[serde(serialize_with = "shared")]
    pub(crate) file: Arc<str>,
    /// The line, from 1; `None` in a binary file.
    pub(crate) line: Option<u32>,
    /// The column, from 1; `None` in a binary file.
    pub(crate) column: Option<u32>,
    pub(crate) key_path: Box<str>,
}

/// Writes a text that several places share.
pub(super) fn shared<S: serde::Serializer>(
    text: &Arc<str>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

impl Origin {
    pub(crate) fn whole(file: &Arc<str>) -> Self {
        Self {
            file: Arc::clone(file),
            line: Some(1),
            column: Some(1),
            key_path: Box::default(),
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::escape::visible(&self.file))?;
        match self.line {
            Some(line) => write!(f, ":{line}"),
            None => write!(f, " ({})", crate::escape::visible(&self.key_path)),
        }
    }
}

/// Finds places in a document for people.
pub(crate) struct Places<'d> {
    document: &'d Document<'d>,
    file: Arc<str>,
    lines: LineIndex,
    paths: KeyPaths<'d>,
}

impl<'d> Places<'d> {
    pub(crate) fn new(document: &'d Document<'d>) -> Self {
        Self {
            document,
            file: document.path.into(),
            lines: document.lines(),
            paths: document.key_paths(),
        }
    }

    pub(crate) fn origin(&mut self, span: Span) -> Origin {
        let position = self.document.position(&self.lines, span.start);
        Origin {
            file: Arc::clone(&self.file),
            line: position.map(|at| at.line),
            column: position.map(|at| at.column),
            key_path: self.paths.path_to(span).into(),
        }
    }
}
