//! Apple's description of every payload: which keys there are, of which type, with which values, since when.
//!
//! `table.rs` is generated from Apple's public `device-management` repository by `kextpolicy generate-schema` and holds
//! facts only. It is Rust and not a file to be read at start-up: static rows cost nothing until a profile asks for them,
//! and the compiler checks them. What differs between Apple's table and what Macs do stands in `exceptions.rs`, with the
//! source of each row, so that the table can be generated anew at any time.

pub(crate) mod exceptions;
pub(crate) mod generate;

mod beside;
mod mark;
mod pattern;
mod row;
#[rustfmt::skip]
mod table;

pub(crate) use mark::{Elsewhere, Mark};
pub(crate) use pattern::Pattern;
pub(crate) use row::{Group, Key, Payload, Presence, Since, Support, Type, Version};
pub(crate) use table::SOURCE;

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use table::PAYLOADS;

/// The name under which Apple describes the top-level dictionary of a profile.
pub(crate) const TOP_LEVEL: &str = "TopLevel";

/// The name under which Apple describes the keys that every payload has.
const COMMON: &str = "CommonPayloadKeys";

/// Every description, by payload type. Some types have more than one, such as `com.apple.MCX`.
pub(crate) fn all() -> &'static [Payload] {
    PAYLOADS
}

/// Every payload type that can stand in a profile, once, in order.
pub(crate) fn payload_types() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    PAYLOADS
        .iter()
        .map(|payload| payload.payload_type)
        .filter(move |name| {
            let again = *name == last;
            last = name;
            !again && *name != TOP_LEVEL && *name != COMMON
        })
}

/// The descriptions of a payload type; empty when Apple has none.
pub(crate) fn of_type(payload_type: &str) -> &'static [Payload] {
    /// The descriptions by type: several rules ask for every payload of ten thousand files.
    static BY_TYPE: LazyLock<HashMap<&str, &[Payload], FixedState>> = LazyLock::new(|| {
        let same = |a: &Payload, b: &Payload| a.payload_type == b.payload_type;
        let types = PAYLOADS.chunk_by(same);
        types.map(|all| (all[0].payload_type, all)).collect()
    });
    BY_TYPE.get(payload_type).copied().unwrap_or_default()
}

/// Whether a payload type is described, and for Macs alone.
pub(crate) fn is_only_for_macs(payload_type: &str) -> bool {
    let described = of_type(payload_type);
    let never = |described: &Payload| {
        let mut facts = described.elsewhere.split(", ");
        facts.all(|fact| fact.ends_with(" never"))
    };
    !described.is_empty() && described.iter().all(never)
}

/// The descriptions of another payload type whose keys this one takes too.
pub(crate) fn with_keys_of(payload_type: &str) -> &'static [Payload] {
    exceptions::with_keys_of(payload_type).map_or(&[], of_type)
}

/// The description of the top-level dictionary.
pub(crate) fn top_level() -> Option<&'static Payload> {
    of_type(TOP_LEVEL).first()
}

/// The keys that every payload has.
pub(crate) fn common() -> &'static [Key] {
    of_type(COMMON)
        .first()
        .map_or(&[], |payload| payload.keys.keys())
}

/// Whether every payload has this key: [`common`] as a match, which every key of every payload is asked for.
pub(crate) fn is_common(name: &str) -> bool {
    matches!(
        name,
        "PayloadDescription"
            | "PayloadDisplayName"
            | "PayloadIdentifier"
            | "PayloadOrganization"
            | "PayloadType"
            | "PayloadUUID"
            | "PayloadVersion"
    )
}

/// Whether a payload type is described as for one channel and not for the other, in all its descriptions.
pub(crate) fn takes(
    payload_type: &str,
    one: impl Fn(&Support) -> Option<bool>,
    other: impl Fn(&Support) -> Option<bool>,
) -> bool {
    let described = of_type(payload_type);
    !described.is_empty()
        && described
            .iter()
            .all(|payload| one(&payload.mac) == Some(true) && other(&payload.mac) == Some(false))
}

#[cfg(test)]
mod tests {
    use super::table::KEYS;
    use super::*;

    #[test]
    fn what_is_common_is_what_the_table_says() {
        for key in KEYS {
            let listed = common().iter().any(|common| common.name == key.name);
            assert_eq!(is_common(key.name), listed, "{}", key.name);
        }
    }

    #[test]
    fn every_group_is_sorted_by_name() {
        for payload in all() {
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
        assert!(all().is_sorted_by_key(|payload| payload.payload_type));
        assert_eq!(
            of_type("com.apple.extensiblesso")[0].name,
            "com.apple.extensiblesso(kerberos)"
        );
        assert_eq!(all().len(), 128);
        assert_eq!(of_type("com.apple.MCX").len(), 6);
        assert_eq!(of_type("com.apple.nothing").len(), 0);
        assert!(!common().is_empty());
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
        assert!(is_only_for_macs("com.apple.dock"));
        assert!(!is_only_for_macs("com.apple.wifi.managed"));
        assert!(!is_only_for_macs("com.apple.nothing"));
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
