//! The value tree: one flat list of nodes in document order, each with its byte range, borrowed from the source.
//!
//! A node is a few numbers; text is decoded only when somebody asks. That keeps a parse near the speed of reading.

use std::borrow::Cow;

use crate::source::Span;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Kind {
    /// `<dict>`
    Dictionary,
    /// `<array>`
    Array,
    /// `<string>`
    String,
    /// `<integer>`
    Integer,
    /// `<real>`
    Real,
    /// `<true/>` or `<false/>`
    Boolean,
    /// `<data>`
    Data,
    /// `<date>`
    Date,
    /// A keyed-archiver UID; only in binary property lists or as the dictionary `CF$UID`.
    Uid,
    /// `<key>`; stands before its value among a dictionary's nodes and is never handed out as a value.
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

/// An integer as Apple stores it: −2^63 to 2^64−1.
pub(crate) type Integer = i128;

/// One node: a value or a key. Children follow their parent; `next` skips a whole subtree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// First byte of the element (its `<`), or of the object in a binary property list.
    pub(crate) start: u32,
    /// First byte of the content; equals `inner_end` for an empty element. For an owned value: index into `owned`.
    pub(crate) inner_start: u32,
    /// One past the last byte of the content.
    pub(crate) inner_end: u32,
    /// One past the last byte of the element.
    pub(crate) end: u32,
    /// Index of the node after this one's subtree.
    pub(crate) next: u32,
    /// What it is.
    pub(crate) kind: Kind,
    /// How its content is held.
    pub(crate) content: Content,
}

/// How the content of a leaf is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Content {
    /// The text between the tags, as it stands.
    Plain,
    /// The text between the tags holds entity references or CDATA sections and has to be decoded.
    Encoded,
    /// The value stands in `Tree::owned` (binary property lists, or text that had to be repaired).
    Owned,
    /// `<true/>`; a Boolean without it is false.
    True,
}

/// A leaf value that is not simply a slice of the source.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Owned {
    /// Text of a string, key, or of a number or date as XML would write it.
    Text(Box<str>),
    /// An integer.
    Integer(Integer),
    /// A real.
    Real(f64),
    /// Bytes of a data value.
    Data(Box<[u8]>),
    /// Seconds since 2001-01-01T00:00:00Z.
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
    /// Whether a key may stand twice in a dictionary. Where none does, a search ends at the first.
    repeats: bool,
}

impl<'src> Tree<'src> {
    /// Number of nodes, keys included.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A tree from its parts; made by the two readers only.
    pub(crate) fn new(text: &'src str, nodes: Vec<Node>, owned: Vec<Owned>) -> Self {
        Self {
            text,
            nodes,
            owned,
            repeats: true,
        }
    }

    /// The nodes, when nobody needs the tree any more.
    pub(super) fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }

    /// The same tree, of which the reader knows that no key stands twice.
    pub(super) fn without_repeats(mut self) -> Self {
        self.repeats = false;
        self
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
        let node = Span::new(after.checked_sub(1)?, after).start;
        let value = Value { tree: self, node };
        let leaf = !matches!(value.kind(), Kind::Dictionary | Kind::Array);
        (leaf && offset < value.span().end).then_some(value)
    }

    /// Every leaf and key, in the order of the file.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = Value<'_>> {
        let numbers = 0..Span::new(0, self.nodes.len()).end;
        let values = numbers.map(|node| Value { tree: self, node });
        values.filter(|value| !matches!(value.kind(), Kind::Dictionary | Kind::Array))
    }

    /// The children of a container as a range of node indices: from the first child to `next`.
    fn children(&self, node: u32) -> (u32, u32) {
        (node + 1, self.nodes[node as usize].next)
    }
}

/// One value of a tree; as cheap to copy as a reference.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'t> {
    /// The tree it belongs to.
    tree: &'t Tree<'t>,
    /// Its node.
    node: u32,
}

impl PartialEq for Value<'_> {
    /// Whether both are the same node of the same tree (not merely equal content).
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.node == other.node
    }
}

impl<'t> Value<'t> {
    /// The node itself.
    #[inline]
    fn node(self) -> &'t Node {
        &self.tree.nodes[self.node as usize]
    }

    /// What it is.
    #[inline]
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

    /// The whole element with its tags, or the bytes of the object in a binary property list.
    #[inline]
    pub(crate) fn span(self) -> Span {
        let node = self.node();
        Span {
            start: node.start,
            end: node.end,
        }
    }

    /// The content between the tags; the whole object in a binary property list.
    #[inline]
    pub(crate) fn inner_span(self) -> Span {
        let node = self.node();
        match node.content {
            Content::Owned => self.span(),
            _ => Span {
                start: node.inner_start,
                end: node.inner_end,
            },
        }
    }

    /// The open tag of a container: where something that is missing in it is told. The whole object in a binary
    /// property list.
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
    #[inline]
    pub(crate) fn as_dictionary(self) -> Option<Dictionary<'t>> {
        (self.kind() == Kind::Dictionary).then_some(Dictionary { value: self })
    }

    /// The items of an array.
    #[inline]
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

    /// The text of a string (or key), decoded.
    #[inline]
    pub(crate) fn as_str(self) -> Option<Cow<'t, str>> {
        let node = self.node();
        match (node.kind, node.content) {
            // Nearly every one.
            (Kind::String | Kind::Key, Content::Plain) => Some(Cow::Borrowed(self.slice())),
            (Kind::String | Kind::Key, _) => Some(self.text()),
            _ => None,
        }
    }

    /// The Boolean.
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
            _ => super::scalar::integer(&self.text()).ok(),
        }
    }

    /// The real number.
    pub(crate) fn as_real(self) -> Option<f64> {
        if self.kind() != Kind::Real {
            return None;
        }
        match self.owned() {
            Some(Owned::Real(value)) => Some(*value),
            _ => super::scalar::real(&self.text()).ok(),
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
            _ => Some(super::scalar::data(self.slice())),
        }
    }

    /// A date, in seconds since 2001-01-01T00:00:00Z (Apple's reference date).
    pub(crate) fn as_date(self) -> Option<f64> {
        if self.kind() != Kind::Date {
            return None;
        }
        match self.owned() {
            Some(Owned::Date(seconds)) => Some(*seconds),
            _ => super::scalar::date(&self.text()).ok(),
        }
    }

    /// The text between the tags as it stands; empty in a binary property list.
    #[inline]
    fn slice(self) -> &'t str {
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
                Owned::Real(value) | Owned::Date(value) => Cow::Owned(value.to_string()),
                Owned::Data(_) => Cow::Borrowed(""),
            },
            Content::Plain | Content::Encoded
                if matches!(node.kind, Kind::Dictionary | Kind::Array) =>
            {
                Cow::Borrowed("")
            }
            Content::Plain => Cow::Borrowed(self.slice()),
            Content::Encoded => super::scalar::decode(self.slice()),
        }
    }
}

/// The items of an array, in order.
#[derive(Clone, Debug)]
pub(crate) struct Items<'t> {
    /// The tree.
    tree: &'t Tree<'t>,
    /// The next item's node.
    at: u32,
    /// One past the last node.
    end: u32,
}

/// A tree without values.
static EMPTY: Tree<'static> = Tree {
    text: "",
    nodes: Vec::new(),
    owned: Vec::new(),
    repeats: false,
};

impl Items<'_> {
    /// No items.
    pub(crate) fn none() -> Self {
        Self {
            tree: &EMPTY,
            at: 0,
            end: 0,
        }
    }

    /// Whether there are more than this.
    pub(crate) fn more_than(&self, count: usize) -> bool {
        self.clone().nth(count).is_some()
    }
}

impl<'t> Iterator for Items<'t> {
    type Item = Value<'t>;

    #[inline]
    fn next(&mut self) -> Option<Value<'t>> {
        if self.at >= self.end {
            return None;
        }
        let value = Value {
            tree: self.tree,
            node: self.at,
        };
        self.at = value.node().next;
        Some(value)
    }
}

/// A dictionary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dictionary<'t> {
    /// The value it is.
    value: Value<'t>,
}

impl<'t> Dictionary<'t> {
    /// The dictionary as a value.
    pub(crate) fn value(self) -> Value<'t> {
        self.value
    }

    /// The whole element.
    pub(crate) fn span(self) -> Span {
        self.value.span()
    }

    /// Its entries in the order of the file, duplicate keys included.
    pub(crate) fn entries(self) -> Entries<'t> {
        let (at, end) = self.value.tree.children(self.value.node);
        Entries {
            tree: self.value.tree,
            at,
            end,
        }
    }

    /// The entry with this key; of several the last, which is the one every known parser keeps.
    pub(crate) fn entry(self, key: &str) -> Option<Entry<'t>> {
        let mut entries = self.entries().filter(|entry| entry.key_is(key));
        if self.value.tree.repeats {
            entries.last()
        } else {
            entries.next()
        }
    }

    /// The entry whose key has this number, which [`Entry::number`] of this very dictionary gave.
    pub(crate) fn entry_numbered(self, number: u32) -> Entry<'t> {
        Entry::at(self.value.tree, number)
    }

    /// The value with this key; of several the last.
    pub(crate) fn get(self, key: &str) -> Option<Value<'t>> {
        self.entry(key).map(|entry| entry.value)
    }
}

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'t> {
    /// The key as a node.
    key: Value<'t>,
    /// The value.
    pub(crate) value: Value<'t>,
}

impl<'t> Entry<'t> {
    /// The entry whose key is this node.
    #[inline]
    fn at(tree: &'t Tree<'t>, node: u32) -> Self {
        let key = Value { tree, node };
        Self {
            key,
            value: Value {
                tree,
                node: key.node().next,
            },
        }
    }

    /// The number of the key's node, for [`Dictionary::entry_numbered`].
    pub(crate) fn number(self) -> u32 {
        self.key.node
    }

    /// The decoded key.
    #[inline]
    pub(crate) fn key(self) -> Cow<'t, str> {
        match self.key.node().content {
            Content::Plain => Cow::Borrowed(self.key.slice()),
            _ => self.key.text(),
        }
    }

    /// Whether the key is this one; allocates nothing for plain keys.
    #[inline]
    pub(crate) fn key_is(self, name: &str) -> bool {
        let node = self.key.node();
        if node.content != Content::Plain {
            return self.key.text() == name;
        }
        // Rules ask for hundreds of keys per file; most differ in length already.
        let length = node.inner_end.wrapping_sub(node.inner_start) as usize;
        length == name.len() && self.key.slice() == name
    }

    /// The whole `<key>` element.
    pub(crate) fn key_span(self) -> Span {
        self.key.span()
    }

    /// The key's text without its tags.
    pub(crate) fn key_inner_span(self) -> Span {
        self.key.inner_span()
    }

    /// From the key's first byte to the value's last.
    pub(crate) fn span(self) -> Span {
        Span {
            start: self.key.span().start,
            end: self.value.span().end,
        }
    }
}

/// The entries of a dictionary, in order.
#[derive(Clone, Debug)]
pub(crate) struct Entries<'t> {
    /// The tree.
    tree: &'t Tree<'t>,
    /// The next key's node.
    at: u32,
    /// One past the last node.
    end: u32,
}

impl Entries<'_> {
    /// No entries.
    pub(crate) fn none() -> Self {
        Self {
            tree: &EMPTY,
            at: 0,
            end: 0,
        }
    }
}

impl<'t> Iterator for Entries<'t> {
    type Item = Entry<'t>;

    #[inline]
    fn next(&mut self) -> Option<Entry<'t>> {
        if self.at >= self.end {
            return None;
        }
        let entry = Entry::at(self.tree, self.at);
        self.at = entry.value.node().next;
        Some(entry)
    }
}
