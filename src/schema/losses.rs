//! What a new table would no longer check. Apple makes required keys optional and drops keys, lists and versions; each
//! time a check goes that somebody may rely on, so nobody shall overlook it when the table is generated again.

use std::collections::BTreeSet;

use super::group::Group;
use super::merge::{counterpart, same};
use super::row::{Key, Payload, Presence, Type};
use super::support::{Since, Support};

/// Every check of the older descriptions that the newer ones do not make, one line each.
pub(crate) fn losses(older: &[Payload], newer: &[Payload]) -> Vec<String> {
    let mut found = Losses::default();
    for payload in older {
        match counterpart(payload, newer, older) {
            None => found.lost(payload.name, "is not described any more"),
            Some(now) => {
                found.support(payload.name, &payload.mac, &now.mac);
                found.groups(payload.name, payload.keys, now.keys, false);
            }
        }
    }
    found.lines
}

/// Collects losses on the way.
#[derive(Default)]
struct Losses {
    lines: Vec<String>,
    /// Groups that were compared: many places share one, and some hold themselves.
    seen: BTreeSet<(*const Key, *const Key)>,
}

impl Losses {
    fn lost(&mut self, path: &str, what: &str) {
        self.lines.push(format!("{path} {what}"));
    }

    /// Compares what dictionaries hold; of an array the only item, whatever it is called.
    fn groups(&mut self, path: &str, older: Group, newer: Group, array: bool) {
        if older.is_empty() || !self.seen.insert((older.id(), newer.id())) {
            return;
        }
        if newer.is_empty() {
            self.lost(path, "is not described inside any more");
            return;
        }
        for key in older.keys() {
            let path = format!("{path}.{}", key.name);
            match same(key, newer, array) {
                None => self.lost(&path, "would become unknown"),
                Some(now) => self.key(&path, key, now),
            }
        }
    }

    /// Compares what is said of a key.
    fn key(&mut self, path: &str, key: &Key, now: &Key) {
        for (lost, what) in [
            (
                key.presence == Presence::Required && now.presence != Presence::Required,
                "is not required any more",
            ),
            (
                key.kind != now.kind && now.kind == Type::Any,
                "may be of any type",
            ),
            (
                !key.list.is_empty() && now.list.is_empty(),
                "may have any value",
            ),
            (
                key.min.is_some() && now.min.is_none(),
                "may be any lower number",
            ),
            (
                key.max.is_some() && now.max.is_none(),
                "may be any higher number",
            ),
            (
                key.pattern.is_some() && now.pattern.is_none(),
                "may be any text",
            ),
        ] {
            if lost {
                self.lost(path, what);
            }
        }
        self.support(path, &key.mac, &now.mac);
        if key.kind == now.kind {
            self.groups(path, key.inner, now.inner, key.kind == Type::Array);
        }
    }

    /// Compares what is said of versions of macOS.
    fn support(&mut self, path: &str, mac: &Support, now: &Support) {
        let since = |mac: &Support| match mac.introduced {
            Since::From(version) => Some(version),
            Since::Unsaid | Since::Never => None,
        };
        for (version, now, what) in [
            (since(mac), since(now), "has no first macOS any more"),
            (mac.deprecated, now.deprecated, "is not deprecated any more"),
            (mac.removed, now.removed, "is not removed any more"),
        ] {
            if version.is_some() && now.is_none() {
                self.lost(path, what);
            }
        }
    }
}
