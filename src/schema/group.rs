//! A run of keys: of `table.rs`, or of descriptions that were read at run time.

use std::fmt;
use std::sync::OnceLock;

use super::row::{self, Key, Presence};
use super::support::Since;
use super::table::KEYS;

/// A run of keys, sorted by name. It holds no keys itself, because some of Apple's structures hold themselves.
#[derive(Clone, Copy)]
pub(crate) enum Group {
    /// Rows of `table.rs`.
    BuiltIn {
        /// The number of the first one.
        start: u16,
        len: u16,
    },
    /// Keys that were read; set before anybody asks for them.
    Read(&'static OnceLock<Vec<Key>>),
}

impl fmt::Debug for Group {
    /// How many keys, and not what they hold: that may be the group itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Group of {}", self.keys().len())
    }
}

impl Group {
    pub(crate) const EMPTY: Self = Self::BuiltIn { start: 0, len: 0 };

    /// The keys, by name; `ANY` is found with [`Group::any`].
    pub(crate) fn keys(self) -> &'static [Key] {
        match self {
            Self::BuiltIn { start, len } => {
                let start = usize::from(start);
                KEYS.get(start..start + usize::from(len))
                    .unwrap_or_default()
            }
            Self::Read(keys) => keys.get().map_or(&[], Vec::as_slice),
        }
    }

    /// What tells it from every other group with keys.
    pub(super) fn id(self) -> *const Key {
        self.keys().as_ptr()
    }

    pub(crate) fn get(self, name: &str) -> Option<&'static Key> {
        self.find(name).map(|(_, key)| key)
    }

    /// The key with this name, and its place in the group.
    pub(crate) fn find(self, name: &str) -> Option<(usize, &'static Key)> {
        let keys = self.keys();
        let place = keys.binary_search_by(|key| key.name.cmp(name)).ok()?;
        Some((place, keys.get(place)?))
    }

    /// The keys that have to be there, on a Mac, each with its place in the group. A name that stands for any name cannot
    /// be missing.
    pub(crate) fn needed(self) -> impl Iterator<Item = (usize, &'static Key)> {
        self.keys().iter().enumerate().filter(|(_, key)| {
            key.presence == Presence::Required
                && key.mac.introduced != Since::Never
                && !key.is_any()
        })
    }

    /// What a key with a name of the administrator's own holds, such as a Team ID.
    pub(crate) fn any(self) -> Option<&'static Key> {
        self.get(row::ANY)
    }

    /// The key with this name with its place, or what any name holds.
    pub(crate) fn find_or_any(self, name: &str) -> Option<(usize, &'static Key)> {
        self.find(name).or_else(|| self.find(row::ANY))
    }

    /// What an array holds. Apple describes it once, or not at all.
    pub(crate) fn item(self) -> Option<&'static Key> {
        match self.keys() {
            [item] => Some(item),
            _ => None,
        }
    }

    /// Whether nothing is said about what is inside.
    pub(crate) fn is_empty(self) -> bool {
        self.keys().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::BUILT_IN;

    #[test]
    fn every_key_of_a_group_is_found_by_its_name() {
        for payload in BUILT_IN.payloads {
            for key in payload.keys.keys() {
                let found = payload.keys.get(key.name).unwrap();
                assert!(std::ptr::eq(found, key), "{}", key.name);
            }
            assert!(payload.keys.get("Nothing").is_none());
        }
    }
}
