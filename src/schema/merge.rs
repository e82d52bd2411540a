//! Descriptions of several checkouts as one: what the newer one says counts, and what only the older one has stays known.
//! Apple's newer files drop keys that profiles still use.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::group::Group;
use super::row::{Key, Payload, Presence, Type};

/// The older description that a newer one replaces: of the same file, or, since Apple renames files, of the only file of
/// that payload type that has no counterpart.
pub(super) fn counterpart<'o>(
    newer: &Payload,
    all_older: &'o [Payload],
    all_newer: &[Payload],
) -> Option<&'o Payload> {
    let own = |payload: &&Payload| payload.payload_type == newer.payload_type;
    let named = |name: &str, all: &[Payload]| all.iter().any(|other| other.name == name);
    let mut older = all_older.iter().filter(|payload| own(payload));
    if let Some(same) = older.clone().find(|older| older.name == newer.name) {
        return Some(same);
    }
    let mut left = all_newer
        .iter()
        .filter(|other| own(other) && !named(other.name, all_older));
    let only = left.next().is_some() && left.next().is_none();
    let mut gone = older.by_ref().filter(|other| !named(other.name, all_newer));
    match (gone.next(), gone.next()) {
        (Some(renamed), None) if only => Some(renamed),
        _ => None,
    }
}

/// Both together, sorted as the table is.
pub(crate) fn merge(older: &[Payload], newer: &[Payload]) -> Vec<Payload> {
    let mut groups = Merger::default();
    let mut replaced = Vec::new();
    let mut merged = Vec::new();
    for payload in newer {
        let counterpart = counterpart(payload, older, newer);
        replaced.extend(counterpart.map(|older| older.name));
        merged.push(Payload {
            keys: match counterpart {
                Some(older) => groups.both(older.keys, payload.keys, false),
                None => payload.keys,
            },
            ..*payload
        });
    }
    let dropped = older.iter().filter(|older| !replaced.contains(&older.name));
    merged.extend(dropped.copied());
    // By the file's whole name, so that `…(kerberos).yaml` comes before the general `….yaml`: the first that fits is
    // the one that is meant.
    merged.sort_by_cached_key(|payload| (payload.payload_type, format!("{}.yaml", payload.name)));
    merged
}

/// The description of the same thing in another group: of the same name, or what the array there holds.
pub(super) fn same(key: &Key, other: Group, array: bool) -> Option<&'static Key> {
    if array {
        other.item()
    } else {
        other.get(key.name)
    }
}

/// Whether an older key is missing in the newer group. Where newer files name the keys, any name is not right any more.
fn is_dropped(key: &Key, newer: Group, array: bool) -> bool {
    !key.is_any() && same(key, newer, array).is_none()
}

/// Whether an older group has a key, at any depth, that the newer one has not.
fn has_more(
    older: Group,
    newer: Group,
    array: bool,
    seen: &mut BTreeSet<(*const Key, *const Key)>,
) -> bool {
    if older.is_empty() || !seen.insert((older.id(), newer.id())) {
        return false;
    }
    older.keys().iter().any(|key| {
        let inner = same(key, newer, array).filter(|now| now.kind == key.kind);
        let below = |now: &Key| has_more(key.inner, now.inner, key.kind == Type::Array, seen);
        is_dropped(key, newer, array) || inner.is_some_and(below)
    })
}

/// Remembers what was merged: groups are shared, and some hold themselves.
#[derive(Default)]
struct Merger {
    /// The result, by the older and the newer group.
    done: BTreeMap<(*const Key, *const Key), Group>,
}

impl Merger {
    /// Both groups together. What an array holds is the same thing whatever it is called.
    fn both(&mut self, older: Group, newer: Group, array: bool) -> Group {
        if older.is_empty() {
            return newer;
        }
        if newer.is_empty() {
            return older;
        }
        if !has_more(older, newer, array, &mut BTreeSet::new()) {
            return newer;
        }
        let pair = (older.id(), newer.id());
        if let Some(done) = self.done.get(&pair) {
            return *done;
        }
        let rows: &'static OnceLock<Vec<Key>> = Box::leak(Box::default());
        let group = Group::Read(rows);
        self.done.insert(pair, group);
        let mut keys: Vec<Key> = newer
            .keys()
            .iter()
            .map(|key| {
                let inner = same(key, older, array).filter(|known| known.kind == key.kind);
                Key {
                    inner: inner.map_or(key.inner, |known| {
                        self.both(known.inner, key.inner, key.kind == Type::Array)
                    }),
                    ..*key
                }
            })
            .collect();
        let dropped = older.keys().iter();
        let dropped = dropped.filter(|key| is_dropped(key, newer, array));
        keys.extend(dropped.map(|key| Key {
            // Nobody can be asked for what Apple does not describe any more.
            presence: match key.presence {
                Presence::Required => Presence::Optional,
                other => other,
            },
            ..*key
        }));
        keys.sort_by_key(|key| key.name);
        // Each pair is merged once, so the cell is empty.
        let _ = rows.set(keys);
        group
    }
}
