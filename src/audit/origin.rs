//! Places as people find them: file, line, and the way of keys.

use crate::profile::{Document, KeyPaths};
use crate::source::{LineIndex, Span};

/// A place as people find it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub(crate) struct Origin {
    pub(crate) file: String,
    /// The line, from 1; `None` in a binary file.
    pub(crate) line: Option<u32>,
    /// The column, from 1; `None` in a binary file.
    pub(crate) column: Option<u32>,
    pub(crate) key_path: String,
}

impl Origin {
    pub(crate) fn whole(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            line: Some(1),
            column: Some(1),
            key_path: String::new(),
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
    lines: LineIndex,
    paths: KeyPaths<'d>,
}

impl<'d> Places<'d> {
    pub(crate) fn new(document: &'d Document<'d>) -> Self {
        Self {
            document,
            lines: document.lines(),
            paths: document.key_paths(),
        }
    }

    pub(crate) fn origin(&mut self, span: Span) -> Origin {
        let position = self.document.position(&self.lines, span.start);
        Origin {
            file: self.document.path.to_owned(),
            line: position.map(|at| at.line),
            column: position.map(|at| at.column),
            key_path: self.paths.of(span),
        }
    }
}
