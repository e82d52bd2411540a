//! A value of the tree: its type, its places, and its content as Rust knows it.

use std::borrow::Cow;

use super::{Content, Dictionary, Entry, Items, Kind, Node, Owned, Tree};
use crate::plist::scalar::{self, Integer};
use crate::source::{Span, to_u32};

/// One value of a tree; as cheap to copy as a reference.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'t> {
    /// The tree it belongs to.
    pub(super) tree: &'t Tree<'t>,
    pub(super) node: u32,
}

impl PartialEq for Value<'_> {
    /// Whether both are the same node of the same tree (not merely equal content).
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.node == other.node
    }
}

impl<'t> Value<'t> {
    pub(super) fn node(self) -> &'t Node {
        &self.tree.nodes[self.node as usize]
    }

    pub(crate) fn kind(self) -> Kind {
        self.node().kind
    }

    /// The number of the node, for [`Value::numbered`].
    pub(crate) fn number(self) -> u32 {
        self.node
    }

    /// The value of the same tree with this number, which [`Value::number`] gave.
    pub(crate) fn numbered(self, node: u32) -> Self {
        Self { node, ..self }
    }

    /// The whole element with its tags; in a binary property list the numbers of the value and of all in it.
    pub(crate) fn span(self) -> Span {
        let node = self.node();
        node.span()
    }

    /// The content between the tags; the same as [`Value::span`] in a binary property list.
    pub(crate) fn inner_span(self) -> Span {
        let node = self.node();
        match node.content {
            Content::Owned => self.span(),
            _ => node.inner_span(),
        }
    }

    /// The open tag of a container: where something that is missing in it is reported. In a binary property list the same as
    /// [`Value::span`].
    pub(crate) fn opening_span(self) -> Span {
        let node = self.node();
        match node.content {
            Content::Owned => self.span(),
            _ if self.tree.text.is_empty() => self.span(),
            _ => Span {
                start: node.start,
                end: node.inner_start,
            },
        }
    }

    /// The text the value was read from; empty for a binary property list.
    pub(crate) fn source(self) -> &'t str {
        self.tree.text
    }

    /// The value as a dictionary.
    pub(crate) fn as_dictionary(self) -> Option<Dictionary<'t>> {
        (self.kind() == Kind::Dictionary).then_some(Dictionary { value: self })
    }

    pub(crate) fn as_array(self) -> Option<Items<'t>> {
        (self.kind() == Kind::Array).then(|| {
            let (at, end) = self.tree.children(self.node);
            Items {
                tree: self.tree,
                at,
                end,
            }
        })
    }

    /// This value and every value and key below it, in the order of the file.
    pub(crate) fn all(self) -> impl Iterator<Item = Self> {
        (self.node..self.node().next).map(move |node| self.numbered(node))
    }

    /// Every dictionary in this value, itself included, in the order of the file.
    pub(crate) fn dictionaries(self) -> impl Iterator<Item = Dictionary<'t>> {
        self.all().filter_map(Self::as_dictionary)
    }

    /// Every entry of these dictionaries, in the order of the file.
    pub(crate) fn entries_at_any_depth(self) -> impl Iterator<Item = Entry<'t>> {
        let keys = self.all().filter(|value| value.kind() == Kind::Key);
        keys.map(move |key| Entry::at(self.tree, key.node))
    }

    /// The text of a string (or key), decoded.
    pub(crate) fn as_str(self) -> Option<Cow<'t, str>> {
        matches!(self.kind(), Kind::String | Kind::Key).then(|| self.text())
    }

    /// The place of a range of [`Value::text`]: of a text with entities where they are written, of a value outside the text
    /// the whole.
    pub(crate) fn part(self, range: Span) -> Span {
        let inside = self.inner_span();
        let offset = |at: u32| match self.node().content {
            Content::Plain => at,
            _ => to_u32(scalar::encoded_offset(self.slice(), at as usize)),
        };
        if matches!(self.node().content, Content::Owned) || inside.len() == 0 {
            return self.span();
        }
        let place = |at: u32| inside.start.saturating_add(offset(at)).min(inside.end);
        Span {
            start: place(range.start),
            end: place(range.end),
        }
    }

    pub(crate) fn as_bool(self) -> Option<bool> {
        (self.kind() == Kind::Boolean).then(|| self.node().content == Content::True)
    }

    /// The integer; `None` for another type, or when its digits could not be read (which is a problem of its own).
    pub(crate) fn as_integer(self) -> Option<Integer> {
        if self.kind() != Kind::Integer {
            return None;
        }
        match self.owned() {
            Some(Owned::Integer(value)) => Some(*value),
            _ => scalar::integer(&self.text()).ok(),
        }
    }

    pub(crate) fn as_real(self) -> Option<f64> {
        if self.kind() != Kind::Real {
            return None;
        }
        match self.owned() {
            Some(Owned::Real(value)) => Some(*value),
            _ => scalar::real(&self.text()).ok(),
        }
    }

    /// The bytes of a data value.
    pub(crate) fn as_data(self) -> Option<Vec<u8>> {
        if self.kind() != Kind::Data {
            return None;
        }
        match self.owned() {
            Some(Owned::Data(bytes)) => Some(bytes.to_vec()),
            // Entities are not decoded in it: their digits and letters are base64 like any other.
            _ => Some(scalar::data(self.slice())),
        }
    }

    /// A date, in seconds since 2001-01-01T00:00:00Z (Apple's reference date).
    pub(crate) fn as_date(self) -> Option<f64> {
        if self.kind() != Kind::Date {
            return None;
        }
        match self.owned() {
            Some(Owned::Date(seconds)) => Some(*seconds),
            _ => scalar::date(&self.text()).ok(),
        }
    }

    /// The text between the tags as it stands; empty in a binary property list.
    pub(super) fn slice(self) -> &'t str {
        let range = self.inner_span().range();
        self.tree.text.get(range).unwrap_or_default()
    }

    /// The value held outside the text, if it is.
    fn owned(self) -> Option<&'t Owned> {
        let node = self.node();
        (node.content == Content::Owned).then(|| &self.tree.owned[node.inner_start as usize])
    }

    /// The decoded text of any leaf, whatever its type; empty for containers and Booleans.
    pub(crate) fn text(self) -> Cow<'t, str> {
        let node = self.node();
        match node.content {
            Content::True => Cow::Borrowed(""),
            Content::Owned => match &self.tree.owned[node.inner_start as usize] {
                Owned::Text(text) => Cow::Borrowed(text),
                Owned::Integer(value) => Cow::Owned(value.to_string()),
                Owned::Real(value) => Cow::Owned(format!("{value:?}")),
                Owned::Date(value) => {
                    Cow::Owned(scalar::date_text(*value).unwrap_or_else(|| value.to_string()))
                }
                Owned::Data(_) => Cow::Borrowed(""),
            },
            Content::Plain | Content::Encoded
                if matches!(node.kind, Kind::Dictionary | Kind::Array) =>
            {
                Cow::Borrowed("")
            }
            Content::Plain => Cow::Borrowed(self.slice()),
            Content::Encoded => scalar::decode(self.slice()),
        }
    }
}
