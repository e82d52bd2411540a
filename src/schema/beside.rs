//! What is asked of the table for every key of every profile, close together. A row holds all that Apple says and fills
//! five lines of the processor's cache; looking for a name among some rows would fetch one line of each.

use super::row::{self, Group, Key, Presence, Since};
use super::table::KEYS;

/// The names of the keys, in the order of the table.
static NAMES: [&str; KEYS.len()] = {
    let (mut names, mut at) = ([""; KEYS.len()], 0);
    while at < names.len() {
        names[at] = KEYS[at].name;
        at += 1;
    }
    names
};

/// Which keys have to be there, on a Mac.
static NEEDED: [bool; KEYS.len()] = {
    let (mut needed, mut at) = ([false; KEYS.len()], 0);
    while at < needed.len() {
        let key = &KEYS[at];
        let on_mac = !matches!(key.mac.introduced, Since::Never);
        needed[at] = matches!(key.presence, Presence::Required) && on_mac;
        at += 1;
    }
    needed
};

impl Group {
    /// Its numbers in the table.
    fn numbers(self) -> std::ops::Range<usize> {
        let start = usize::from(self.start);
        start..start + usize::from(self.len)
    }

    /// The keys, by name; `ANY` is found with [`Group::any`].
    pub(crate) fn keys(self) -> &'static [Key] {
        KEYS.get(self.numbers()).unwrap_or_default()
    }

    /// The key with this name.
    pub(crate) fn get(self, name: &str) -> Option<&'static Key> {
        self.find(name).map(|(_, key)| key)
    }

    /// The key with this name, and its place in the group.
    pub(crate) fn find(self, name: &str) -> Option<(usize, &'static Key)> {
        /// So many lengths are compared sooner than a few names that begin alike.
        const FEW: usize = 24;
        let names = NAMES.get(self.numbers()).unwrap_or_default();
        let place = if names.len() <= FEW {
            names.iter().position(|own| *own == name)?
        } else {
            names.binary_search(&name).ok()?
        };
        Some((place, self.keys().get(place)?))
    }

    /// The keys that have to be there, on a Mac, each with its place in the group. A name that stands for any name cannot
    /// be missing.
    pub(crate) fn needed(self) -> impl Iterator<Item = (usize, &'static Key)> {
        let needed = NEEDED.get(self.numbers()).unwrap_or_default();
        let keys = needed.iter().zip(self.keys()).enumerate();
        keys.filter(|(_, (needed, key))| **needed && !key.is_any())
            .map(|(place, (_, key))| (place, key))
    }

    /// What a key with a name of the administrator's own holds, such as a Team ID.
    pub(crate) fn any(self) -> Option<&'static Key> {
        self.get(row::ANY)
    }

    /// The key with this name with its place, or what any name holds.
    pub(crate) fn find_or_any(self, name: &str) -> Option<(usize, &'static Key)> {
        match self.keys() {
            // Most dictionaries with names of the administrator's own hold nothing else.
            [only] if only.is_any() => Some((0, only)),
            _ => self.find(name).or_else(|| self.find(row::ANY)),
        }
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
        self.len == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_the_table_is_what_it_says() {
        for (at, key) in KEYS.iter().enumerate() {
            assert_eq!(NAMES[at], key.name);
            let required = key.presence == Presence::Required;
            assert_eq!(NEEDED[at], required && key.mac.introduced != Since::Never);
        }
    }

    #[test]
    fn every_key_of_a_group_is_found_by_its_name() {
        for payload in super::super::all() {
            for key in payload.keys.keys() {
                let found = payload.keys.get(key.name).unwrap();
                assert!(std::ptr::eq(found, key), "{}", key.name);
            }
            assert!(payload.keys.get("Nothing").is_none());
        }
    }
}
