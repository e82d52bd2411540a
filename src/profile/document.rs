//! A profile file made readable: text with places, the tree, and everything that was wrong on the way there.

use crate::plist::{self, Format, Level, Problem, Tree, Value};
use crate::source::{LineIndex, Position, Span};

/// How the profile is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// XML, or text that claims to be.
    Xml,
    /// A binary property list: places are byte offsets, and only key paths tell a reader where something is.
    Binary,
    /// Nothing that holds a property list.
    Other,
}

/// One file, read. Borrows the file's bytes; made by [`with_document`].
#[derive(Debug)]
pub(crate) struct Document<'src> {
    /// The file as the user named it, with forward slashes.
    pub(crate) path: &'src str,
    /// How it is written.
    pub(crate) encoding: Encoding,
    /// The text all places refer to; empty unless the file is XML. For a signed profile it is the XML inside.
    pub(crate) text: &'src str,
    /// The values; empty when nothing could be read.
    pub(crate) tree: Tree<'src>,
    /// What was wrong with the property list, in the order of the file.
    pub(crate) problems: Vec<Problem>,
}

/// Reads a file's bytes and hands the document to `read`.
///
/// A function and not a constructor, because a document borrows text that may have to be decoded or unwrapped first:
/// this way plain UTF-8, which nearly every profile is, is never copied.
pub(crate) fn with_document<R>(
    path: &str,
    bytes: &[u8],
    read: impl FnOnce(&Document<'_>) -> R,
) -> R {
    let decoded = plist::decode(bytes);
    let parsed = decoded.parse();
    read(&Document {
        path,
        encoding: match decoded.format {
            Format::Xml => Encoding::Xml,
            Format::Binary => Encoding::Binary,
            Format::Other => Encoding::Other,
        },
        text: &decoded.text,
        tree: parsed.tree,
        problems: parsed.problems,
    })
}

impl Document<'_> {
    /// Whether a Mac refuses the file as it stands. What could be read of it is then no basis for a judgement.
    pub(crate) fn is_refused(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| problem.level == Level::Refused)
    }

    /// The root value, if there is one.
    pub(crate) fn root(&self) -> Option<Value<'_>> {
        self.tree.root()
    }

    /// The line starts, for [`Document::position`]; counted only when something is to be shown.
    pub(crate) fn lines(&self) -> LineIndex {
        LineIndex::new(self.text.as_bytes())
    }

    /// Line and column of a byte offset; `None` in a binary file.
    pub(crate) fn position(&self, lines: &LineIndex, offset: u32) -> Option<Position> {
        (self.encoding == Encoding::Xml).then(|| lines.position(self.text.as_bytes(), offset))
    }

    /// The key path of the innermost value at a place, such as `PayloadContent[0].AllowedTeamIdentifiers[1]`; empty
    /// for the root and for places outside of it.
    pub(crate) fn key_path(&self, span: Span) -> String {
        super::key_path::of(&self.tree, self.encoding == Encoding::Binary, span)
    }
}
