//! Which difference belongs to which change of what is allowed.

use std::collections::HashMap;

use crate::audit::change::Change;
use crate::audit::kind::{NON_ADMIN_APPROVALS, USER_OVERRIDES};
use crate::audit::origin::Origin;

/// A change of what is allowed, and the keys it is read from.
pub(super) struct Meant {
    pub(super) change: Change,
    pub(super) keys: &'static [&'static str],
}

impl Meant {
    pub(super) fn extension(change: Change) -> Self {
        let keys: &[&str] = if *change.kind == USER_OVERRIDES {
            &["AllowUserOverrides"]
        } else if *change.kind == NON_ADMIN_APPROVALS {
            &["AllowNonAdminUserApprovals"]
        } else {
            &[]
        };
        Self { change, keys }
    }

    /// Whether a value below it belongs to it: `*` is every key.
    fn is_read_from(&self, key: &str) -> bool {
        self.keys == ["*"] || self.keys.contains(&key)
    }
}

/// Where changes of what is allowed are, by key path of one side.
pub(super) struct Index {
    at: HashMap<String, Vec<usize>>,
    above: HashMap<String, usize>,
}

impl Index {
    pub(super) fn of(meant: &[Meant], origins: impl Fn(&Change) -> &Vec<Origin>) -> Self {
        let (mut at, mut above) = (HashMap::<String, Vec<usize>>::new(), HashMap::new());
        for (number, meant) in meant.iter().enumerate() {
            for origin in origins(&meant.change) {
                at.entry(origin.key_path.to_string())
                    .or_default()
                    .push(number);
                // What is read from several keys of a dictionary is at one of them.
                if let Some((around, key)) = origin.key_path.rsplit_once('.')
                    && meant.keys.contains(&key)
                {
                    at.entry(around.to_owned()).or_default().push(number);
                }
                for path in ancestors(&origin.key_path) {
                    above.entry(path.to_owned()).or_insert(number);
                }
            }
        }
        Self { at, above }
    }

    /// The change that a difference at this path belongs to: one of the same value, of a value in it, or of a dictionary
    /// around it, if it is read from this key.
    pub(super) fn find(&self, path: &str, key: &str, meant: &[Meant]) -> Option<usize> {
        let here = self.at.get(path).and_then(|numbers| numbers.first());
        here.or_else(|| self.above.get(path))
            .copied()
            .or_else(|| ancestors(path).find_map(|above| self.read_from(above, key, meant)))
    }

    /// The same for a key that one side does not have, by the path of the dictionary it would be in.
    pub(super) fn around(&self, path: &str, key: &str, meant: &[Meant]) -> Option<usize> {
        self.read_from(path, key, meant)
            .or_else(|| ancestors(path).find_map(|above| self.read_from(above, key, meant)))
    }

    /// The change at exactly this path that is read from a key.
    fn read_from(&self, path: &str, key: &str, meant: &[Meant]) -> Option<usize> {
        let numbers = self.at.get(path).into_iter().flatten().copied();
        numbers
            .into_iter()
            .find(|number| meant[*number].is_read_from(key))
    }
}

/// The paths above a path. One that is cut within a quoted key is the path of nothing.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.char_indices()
        .rev()
        .filter(|(_, letter)| matches!(letter, '.' | '['))
        .map(|(at, _)| &path[..at])
}
