//! How views hand out what a dictionary says: a value of the right type, or the entry that holds something else.
//!
//! A view never hides a wrong-typed value: it is what a rule wants to talk about.

use std::borrow::Cow;

use super::known::{Keyed, KnownKey};
use crate::plist::{Dictionary, Entries, Entry, Items, Kind, Value};
use crate::source::Span;

/// Text from a profile with its places.
#[derive(Clone, Debug)]
pub(crate) struct Text<'d> {
    pub(crate) value: Cow<'d, str>,
    /// The text without its tags: where a caret belongs and what a fix replaces.
    pub(crate) span: Span,
    /// The whole element: what a fix removes.
    pub(crate) element: Span,
}

impl<'d> Text<'d> {
    /// The text of a string value (or a key).
    pub(crate) fn of(value: Value<'d>) -> Option<Self> {
        Some(Self {
            value: value.as_str()?,
            span: value.inner_span(),
            element: value.span(),
        })
    }

    /// The text of an entry's key.
    pub(crate) fn of_key(entry: Entry<'d>) -> Self {
        Self {
            value: entry.key(),
            span: entry.key_inner_span(),
            element: entry.key_span(),
        }
    }

    /// The text as a slice.
    pub(crate) fn as_str(&self) -> &str {
        &self.value
    }
}

/// A Boolean; the integers 0 and 1 count too, as vendors publish them and Macs take them (Microsoft's profile for Full Disk
/// Access has `Allowed` as 1).
pub(crate) fn switch(value: Value<'_>) -> Option<bool> {
    value
        .as_bool()
        .or_else(|| match (value.kind(), value.text().trim()) {
            (Kind::Integer, "0") => Some(false),
            (Kind::Integer, "1") => Some(true),
            _ => None,
        })
}

/// An array that should hold strings, such as `AllowedTeamIdentifiers`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strings<'d> {
    /// The value, whatever it is.
    value: Option<Value<'d>>,
}

impl<'d> Strings<'d> {
    /// The array with this key; an empty list when the key is missing.
    pub(crate) fn of_key(keyed: Keyed<'d>, key: KnownKey) -> Self {
        Self {
            value: keyed.get(key),
        }
    }

    /// The array in a value.
    pub(crate) fn of(value: Value<'d>) -> Self {
        Self { value: Some(value) }
    }

    /// The value itself; `None` when the key is missing.
    pub(crate) fn value(self) -> Option<Value<'d>> {
        self.value
    }

    /// The items, whatever they are.
    pub(crate) fn items(self) -> Items<'d> {
        self.value
            .and_then(Value::as_array)
            .unwrap_or_else(Items::none)
    }

    /// The strings among the items.
    pub(crate) fn iter(self) -> impl Iterator<Item = Text<'d>> {
        self.items().filter_map(Text::of)
    }

    /// The same without their places.
    pub(crate) fn texts(self) -> impl Iterator<Item = Cow<'d, str>> {
        self.items().filter_map(Value::as_str)
    }

    /// What is not as it should be: the value if it is not an array, otherwise the items that are not strings.
    pub(crate) fn wrong(self) -> impl Iterator<Item = Value<'d>> {
        let whole = self.value.filter(|value| value.as_array().is_none());
        whole
            .into_iter()
            .chain(self.items().filter(|item| item.as_str().is_none()))
    }
}

/// A dictionary from Team ID to an array of strings, such as `AllowedKernelExtensions`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PerTeam<'d> {
    /// The value, whatever it is.
    value: Option<Value<'d>>,
}

/// One team of a [`PerTeam`] dictionary.
#[derive(Clone, Debug)]
pub(crate) struct TeamEntry<'d> {
    /// The key: a Team ID, if all is well.
    pub(crate) team: Text<'d>,
    /// The identifiers (or extension types) listed for it.
    pub(crate) listed: Strings<'d>,
    /// From the key's first byte to the value's last.
    pub(crate) span: Span,
}

impl<'d> PerTeam<'d> {
    /// The dictionary with this key; empty when the key is missing.
    pub(crate) fn of_key(keyed: Keyed<'d>, key: KnownKey) -> Self {
        Self {
            value: keyed.get(key),
        }
    }

    /// The value itself; `None` when the key is missing.
    pub(crate) fn value(self) -> Option<Value<'d>> {
        self.value
    }

    /// Whether a team is listed.
    pub(crate) fn has(self, team: &str) -> bool {
        let dictionary = self.value.and_then(Value::as_dictionary);
        dictionary.is_some_and(|own| own.entry(team).is_some())
    }

    /// The value, if it is not the dictionary it should be.
    pub(crate) fn wrong(self) -> Option<Value<'d>> {
        self.value.filter(|value| value.as_dictionary().is_none())
    }

    /// The teams, in the order of the file.
    pub(crate) fn teams(self) -> impl Iterator<Item = TeamEntry<'d>> {
        self.value
            .and_then(Value::as_dictionary)
            .map_or_else(Entries::none, Dictionary::entries)
            .map(|entry| TeamEntry {
                team: Text::of_key(entry),
                listed: Strings::of(entry.value),
                span: entry.span(),
            })
    }
}

impl<'d> Keyed<'d> {
    /// The string of a key; `None` when it is missing or something else.
    pub(super) fn text(self, known: KnownKey) -> Option<Text<'d>> {
        Text::of(self.get(known)?)
    }
}
