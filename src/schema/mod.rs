//! Apple's description of every payload: which keys there are, of which type, with which values, since when.
//!
//! `table.rs` is generated from Apple's public `device-management` repository by `kextpolicy generate-schema` and holds
//! facts only. It is Rust and not a file to be read at start-up: static rows cost nothing until a profile asks for them,
//! and the compiler checks them. What differs between Apple's table and what Macs do is in `exceptions.rs`, with the
//! source of each row, so that the table can be generated again at any time.

pub(crate) mod conditions;
pub(crate) mod exceptions;
pub(crate) mod losses;
pub(crate) mod merge;
pub(crate) mod read;
pub(crate) mod write;

mod fleet;
mod group;
mod mark;
mod pattern;
mod row;
pub(crate) mod successors;
mod support;
#[rustfmt::skip]
mod table;

pub(crate) use fleet::{Fleet, Release};
pub(crate) use group::Group;
pub(crate) use mark::Mark;
pub(crate) use pattern::Pattern;
pub(crate) use row::{Key, Payload, Presence, Type};
use std::collections::BTreeSet;
pub(crate) use support::{Elsewhere, NOWHERE, Since, Support, Version};

use table::{NEWEST, PAYLOADS, SOURCE};

/// The name under which Apple describes the top-level dictionary of a profile.
pub(crate) const TOP_LEVEL: &str = "TopLevel";

/// The name under which Apple describes the keys that every payload has.
pub(crate) const COMMON: &str = "CommonPayloadKeys";

/// Descriptions of payloads, and where they come from.
#[derive(Debug)]
pub(crate) struct Table {
    /// Versions of macOS, repository and commits.
    pub(crate) source: &'static str,
    /// The newest macOS of which they say something.
    pub(crate) newest: Version,
    /// Every description, by payload type and file name. Some types have more than one, such as `com.apple.MCX`.
    pub(crate) payloads: &'static [Payload],
}

/// The table of `table.rs`.
pub(crate) static BUILT_IN: Table = Table {
    source: SOURCE,
    newest: NEWEST,
    payloads: PAYLOADS,
};

impl Table {
    /// Descriptions that were read, beside the built-in ones: what they do not describe stays known.
    pub(crate) fn read(payloads: &[Payload], source: String) -> &'static Self {
        let payloads = merge::merge(BUILT_IN.payloads, payloads);
        Box::leak(Box::new(Self {
            source: source.leak(),
            newest: newest(&payloads),
            payloads: payloads.leak(),
        }))
    }

    /// Every payload type that can stand in a profile, once, in order.
    pub(crate) fn payload_types(&self) -> impl Iterator<Item = &'static str> {
        let same = |a: &Payload, b: &Payload| a.payload_type == b.payload_type;
        let types = self.payloads.chunk_by(same).map(|all| all[0].payload_type);
        types.filter(|name| *name != TOP_LEVEL && *name != COMMON)
    }

    /// The descriptions of a payload type; empty when Apple has none.
    pub(crate) fn of_type(&self, payload_type: &str) -> &'static [Payload] {
        let all = self.payloads;
        let start = all.partition_point(|payload| payload.payload_type < payload_type);
        let rest = &all[start..];
        let end = rest.partition_point(|payload| payload.payload_type == payload_type);
        &rest[..end]
    }

    /// Whether a payload type is described, and for Macs alone.
    pub(crate) fn is_only_for_macs(&self, payload_type: &str) -> bool {
        let described = self.of_type(payload_type);
        !described.is_empty() && described.iter().all(|one| one.elsewhere.is_never())
    }

    /// The descriptions of another payload type whose keys this one takes too.
    pub(crate) fn with_keys_of(&self, payload_type: &str) -> &'static [Payload] {
        exceptions::with_keys_of(payload_type).map_or(&[], |other| self.of_type(other))
    }

    /// The description of the top-level dictionary.
    pub(crate) fn top_level(&self) -> Option<&'static Payload> {
        self.of_type(TOP_LEVEL).first()
    }

    /// The keys that every payload has.
    pub(crate) fn common(&self) -> Group {
        self.of_type(COMMON)
            .first()
            .map_or(Group::EMPTY, |payload| payload.keys)
    }

    /// Whether a payload type is described as for one channel and not for the other, in all its descriptions.
    pub(crate) fn takes(
        &self,
        payload_type: &str,
        one: impl Fn(&Support) -> Option<bool>,
        other: impl Fn(&Support) -> Option<bool>,
    ) -> bool {
        let described = self.of_type(payload_type);
        !described.is_empty()
            && described.iter().all(|payload| {
                one(&payload.mac) == Some(true) && other(&payload.mac) == Some(false)
            })
    }
}

/// The newest macOS of which descriptions say something.
pub(crate) fn newest(payloads: &[Payload]) -> Version {
    let mut newest = Version(0, 0, 0);
    let mut seen = BTreeSet::new();
    let mut open = Vec::new();
    for payload in payloads {
        newest = newest.max(payload.mac.newest());
        open.push(payload.keys);
    }
    while let Some(group) = open.pop() {
        if seen.insert(group.id()) {
            for key in group.keys() {
                newest = newest.max(key.mac.newest());
                open.push(key.inner);
            }
        }
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::table::KEYS;
    use super::*;

    #[test]
    fn every_group_is_sorted_by_name() {
        for payload in BUILT_IN.payloads {
            assert!(payload.keys.keys().is_sorted_by(|a, b| a.name < b.name));
        }
        for key in KEYS {
            assert!(
                key.inner.keys().is_sorted_by(|a, b| a.name < b.name),
                "{}",
                key.name
            );
        }
    }

    #[test]
    fn descriptions_are_sorted_and_complete() {
        assert!(
            BUILT_IN
                .payloads
                .is_sorted_by_key(|payload| payload.payload_type)
        );
        assert_eq!(
            BUILT_IN.of_type("com.apple.extensiblesso")[0].name,
            "com.apple.extensiblesso(kerberos)"
        );
        assert_eq!(BUILT_IN.payloads.len(), 128);
        assert_eq!(BUILT_IN.of_type("com.apple.MCX").len(), 6);
        assert_eq!(BUILT_IN.of_type("com.apple.nothing").len(), 0);
        assert!(BUILT_IN.common().get("PayloadUUID").is_some());
    }

    #[test]
    fn every_array_has_one_description_of_what_it_holds() {
        for key in KEYS.iter().filter(|key| key.kind == Type::Array) {
            assert!(
                key.inner.is_empty() || key.inner.item().is_some(),
                "{}",
                key.name
            );
        }
    }

    #[test]
    fn a_type_is_for_macs_alone_if_no_other_system_ever_took_it() {
        assert!(BUILT_IN.is_only_for_macs("com.apple.dock"));
        assert!(!BUILT_IN.is_only_for_macs("com.apple.wifi.managed"));
        assert!(!BUILT_IN.is_only_for_macs("com.apple.nothing"));
    }

    #[test]
    fn every_pattern_can_be_checked() {
        for key in KEYS {
            if let Some(pattern) = key.pattern {
                assert!(Pattern::new(pattern).is_some(), "{}: {pattern}", key.name);
            }
        }
    }
}
