//! Property lists with places: every key and value keeps its byte range.
//!
//! The `plist` crate cannot do this, and on hostile input it drops CDATA, keeps the last of two duplicate keys without
//! a word, and expands small binary files to gigabytes; so the linter reads property lists itself, by the grammar of
//! Apple's own parser (`CFPropertyList.c`).
//!
//! Reading takes two steps, because a tree borrows the text it was read from: [`decode`] makes text of the bytes,
//! [`Decoded::parse`] a tree of the text.

pub(crate) mod problem;
pub(crate) mod scalar;
pub(crate) mod tree;

mod binary;
mod check;
mod duplicate;
mod element;
mod encoding;
mod leaf;
mod not_a_plist;
mod place;
mod prolog;
mod python;
mod quirks;
mod recover;
mod tag;
mod tests;
mod text;
mod xml;

pub(crate) use problem::{Problem, ProblemKind, ProblemLevel};
pub(crate) use text::{Decoded, PlistFormat, decode};
pub(crate) use tree::{Dictionary, Entries, Entry, Items, Kind, Tree, Value};

/// What was read: as much of the tree as can be trusted, and what was wrong.
#[derive(Clone, Debug)]
pub(crate) struct Parsed<'src> {
    /// The tree; empty when nothing could be read.
    pub(crate) tree: Tree<'src>,
    /// What was wrong, in the order of the file.
    pub(crate) problems: Vec<Problem>,
}

impl Parsed<'_> {
    /// No values, for these reasons.
    pub(crate) fn nothing(problems: Vec<Problem>) -> Self {
        Self {
            tree: Tree::new("", Vec::new(), Vec::new()),
            problems,
        }
    }
}
