//! What is in a container: the items of an array, the entries of a dictionary.

use std::borrow::Cow;

use super::{EMPTY, Tree, Value};
use crate::source::Span;

/// The items of an array, in order.
#[derive(Clone, Debug)]
pub(crate) struct Items<'t> {
    pub(super) tree: &'t Tree<'t>,
    /// The next item's node.
    pub(super) at: u32,
    /// The node after the last one in the container.
    pub(super) end: u32,
}

impl Items<'_> {
    pub(crate) fn none() -> Self {
        Self {
            tree: &EMPTY,
            at: 0,
            end: 0,
        }
    }
}

impl<'t> Iterator for Items<'t> {
    type Item = Value<'t>;

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

#[derive(Clone, Copy, Debug)]
pub(crate) struct Dictionary<'t> {
    pub(super) value: Value<'t>,
}

impl<'t> Dictionary<'t> {
    pub(crate) fn value(self) -> Value<'t> {
        self.value
    }

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
        self.entries().filter(|entry| entry.key_is(key)).last()
    }

    /// The entry whose key is this node. `number` must come from [`Entry::number`] of the same dictionary.
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
    pub(crate) value: Value<'t>,
}

impl<'t> Entry<'t> {
    /// The entry whose key is this node.
    pub(super) fn at(tree: &'t Tree<'t>, node: u32) -> Self {
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

    pub(crate) fn key(self) -> Cow<'t, str> {
        self.key.text()
    }

    pub(crate) fn key_is(self, name: &str) -> bool {
        self.key() == name
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
    tree: &'t Tree<'t>,
    /// The next key's node.
    at: u32,
    /// The node after the last one in the container.
    end: u32,
}

impl Entries<'_> {
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

    fn next(&mut self) -> Option<Entry<'t>> {
        if self.at >= self.end {
            return None;
        }
        let entry = Entry::at(self.tree, self.at);
        self.at = entry.value.node().next;
        Some(entry)
    }
}
