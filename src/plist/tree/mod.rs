//! The value tree: one flat list of nodes in document order, each with its byte range, borrowed from the source.
//!
//! A node is a few numbers; text is decoded only when somebody asks. That keeps a parse near the speed of reading.

mod contents;
mod value;

pub(crate) use contents::{Dictionary, Entries, Entry, Items};
pub(crate) use value::Value;

use super::scalar::Integer;
use crate::source::{Span, to_u32};

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Kind {
    /// `<dict>`
    Dictionary,
    Array,
    String,
    Integer,
    Real,
    /// `<true/>` or `<false/>`
    Boolean,
    Data,
    Date,
    /// A keyed-archiver UID; only in binary property lists or as the dictionary `CF$UID`.
    Uid,
    /// `<key>`; is before its value among a dictionary's nodes and is never handed out as a value.
    Key,
}

impl Kind {
    /// The name used in messages and in Apple's schema.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Dictionary => "dictionary",
            Self::Array => "array",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Boolean => "boolean",
            Self::Data => "data",
            Self::Date => "date",
            Self::Uid => "uid",
            Self::Key => "key",
        }
    }
}

/// One node: a value or a key. Children follow their parent; `next` skips a whole subtree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// First byte of the element (its `<`). In a binary property list places are counted in keys and values: its number.
    pub(crate) start: u32,
    /// First byte of the content; equals `inner_end` for an empty element. For an owned value: index into `owned`.
    pub(crate) inner_start: u32,
    /// One past the last byte of the content.
    pub(crate) inner_end: u32,
    /// One past the last byte of the element; in a binary property list equal to `next`.
    pub(crate) end: u32,
    /// Index of the node after this one's subtree.
    pub(crate) next: u32,
    pub(crate) kind: Kind,
    /// How its content is held.
    pub(crate) content: Content,
}

impl Node {
    /// The whole element with its tags.
    pub(crate) fn span(&self) -> Span {
        Span {
            start: self.start,
            end: self.end,
        }
    }

    /// The content between the tags; of a value that is not in the text it means nothing.
    pub(crate) fn inner_span(&self) -> Span {
        Span {
            start: self.inner_start,
            end: self.inner_end,
        }
    }
}

/// How the content of a leaf is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Content {
    /// The text between the tags, as it stands.
    Plain,
    /// The text between the tags holds entity references or CDATA sections and has to be decoded.
    Encoded,
    /// The value is in `Tree::owned` (binary property lists, or text that had to be repaired).
    Owned,
    /// `<true/>`; a Boolean without it is false.
    True,
}

/// A leaf value that is not simply a slice of the source.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Owned {
    /// Text of a string, key, or of a number or date as XML would write it.
    Text(Box<str>),
    Integer(Integer),
    Real(f64),
    /// Bytes of a data value.
    Data(Box<[u8]>),
    Date(f64),
}

/// A property list; borrows the text it was read from.
#[derive(Clone, Debug)]
pub(crate) struct Tree<'src> {
    /// The text that plain and encoded nodes point into; empty for a binary property list.
    text: &'src str,
    /// Nodes in document order; the root is the first.
    nodes: Vec<Node>,
    /// Values that are not slices of the text.
    owned: Vec<Owned>,
}

impl<'src> Tree<'src> {
    /// Number of nodes, keys included.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A tree from its parts; made by the two readers only.
    pub(crate) fn new(text: &'src str, nodes: Vec<Node>, owned: Vec<Owned>) -> Self {
        Self { text, nodes, owned }
    }

    /// The root value; `None` when nothing could be read.
    pub(crate) fn root(&self) -> Option<Value<'_>> {
        (!self.nodes.is_empty()).then_some(Value {
            tree: self,
            node: 0,
        })
    }

    /// The leaf or key whose element spans this offset.
    pub(crate) fn leaf_at(&self, offset: u32) -> Option<Value<'_>> {
        let after = self.nodes.partition_point(|node| node.start <= offset);
        let node = to_u32(after.checked_sub(1)?);
        let value = Value { tree: self, node };
        let leaf = !matches!(value.kind(), Kind::Dictionary | Kind::Array);
        (leaf && offset < value.span().end).then_some(value)
    }

    /// Every leaf and key, in the order of the file.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = Value<'_>> {
        let numbers = 0..to_u32(self.nodes.len());
        let values = numbers.map(|node| Value { tree: self, node });
        values.filter(|value| !matches!(value.kind(), Kind::Dictionary | Kind::Array))
    }

    /// The children of a container as a range of node indices: from the first child to `next`.
    fn children(&self, node: u32) -> (u32, u32) {
        (node + 1, self.nodes[node as usize].next)
    }
}

/// A tree without values.
static EMPTY: Tree<'static> = Tree {
    text: "",
    nodes: Vec::new(),
    owned: Vec::new(),
};
