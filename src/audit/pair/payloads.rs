//! Which payloads of two profiles belong together, and everything in which the profiles differ.

use std::collections::HashMap;

use crate::audit::facts::is_unordered;
use crate::audit::file::File;
use crate::audit::values::{Difference, Side, Walk, canonical, matched, sha256};
use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Kind, Value};
use crate::profile::{Common as _, Profile, with_document};

/// A value that differs, and the type of its payload; empty for the profile itself.
pub(super) struct Raw<'t> {
    pub(super) payload_type: String,
    pub(super) difference: Difference<'t>,
}

/// The SHA-256 of what the payloads say, without their names, identifiers and UUIDs; `None` when there are none.
pub(in crate::audit) fn body(file: &File) -> Option<String> {
    with_document(&file.path, &file.bytes, |document| {
        let payloads = Profile::of(document)
            .into_iter()
            .flat_map(Profile::payloads);
        let mut bodies: Vec<String> = payloads.map(|own| body_of(own.dictionary())).collect();
        bodies.sort();
        (!bodies.is_empty()).then(|| sha256(bodies.concat().as_bytes()))
    })
}

/// The SHA-256 of what one payload says, without its names, identifiers and UUID.
pub(super) fn body_of(payload: Dictionary<'_>) -> String {
    const NAMES: [&str; 5] = [
        "PayloadIdentifier",
        "PayloadUUID",
        "PayloadDisplayName",
        "PayloadOrganization",
        "PayloadDescription",
    ];
    let mut said: Vec<Vec<u8>> = payload
        .entries()
        .filter(|entry| !NAMES.contains(&&*entry.key()))
        .map(|entry| {
            let mut bytes = entry.key().into_owned().into_bytes();
            bytes.push(0);
            bytes.extend(canonical(entry.value));
            bytes
        })
        .collect();
    said.sort();
    sha256(&said.concat())
}

/// An item of `PayloadContent`.
#[derive(Clone, Copy)]
struct Item<'t> {
    value: Value<'t>,
    /// Its number among the dictionaries in the list.
    slot: usize,
}

impl<'t> Item<'t> {
    fn text(self, key: &str) -> String {
        let text = self
            .value
            .as_dictionary()
            .and_then(|own| own.get(key)?.as_str());
        text.map(std::borrow::Cow::into_owned).unwrap_or_default()
    }

    fn side(self) -> Side<'t> {
        Side {
            value: self.value,
            span: self.value.span(),
        }
    }
}

/// By what payloads are known on both sides.
type Naming<'t> = fn(&Item<'t>) -> Option<(String, Vec<u8>)>;

/// Everything in which two profiles differ, and which payload of the new one is which of the old one, by their numbers.
pub(super) fn differences<'t>(
    old: Profile<'t>,
    new: Profile<'t>,
) -> (Vec<Raw<'t>>, HashMap<usize, usize>) {
    let (mut found, mut partners) = (Vec::new(), HashMap::new());
    let mut walk = Walk::new(is_unordered);
    let list = |profile: Profile<'t>| match profile.content() {
        None => Some(Vec::new()),
        Some(content) => content.as_array().map(|items| numbered(items).collect()),
    };
    let items = list(old).zip(list(new));
    let skip: &[&str] = if items.is_some() {
        &["PayloadContent"]
    } else {
        &[]
    };
    walk.dictionaries(old.dictionary(), new.dictionary(), skip);
    found.extend(walk.found.drain(..).map(|difference| Raw {
        payload_type: String::new(),
        difference,
    }));
    if old.content().is_none() != new.content().is_none()
        && items
            .as_ref()
            .is_some_and(|(a, b)| a.is_empty() && b.is_empty())
    {
        // An empty list came or went.
        let entry = |profile: Profile<'t>| {
            let entry = profile.dictionary().entry("PayloadContent")?;
            Some(Side {
                value: entry.value,
                span: entry.span(),
            })
        };
        let keys = vec!["PayloadContent".to_owned()];
        let difference = Difference {
            keys,
            old: entry(old),
            new: entry(new),
            around: None,
        };
        found.push(Raw {
            payload_type: String::new(),
            difference,
        });
    }
    let (mut before, mut after) = items.unwrap_or_default();
    let by: [Naming<'t>; 3] = [
        |item| Some((String::new(), canonical(item.value))),
        |item| {
            Some((
                item.text("PayloadType"),
                item.text("PayloadIdentifier").into_bytes(),
            ))
        },
        |item| Some((item.text("PayloadType"), Vec::new())),
    ];
    for name in by {
        let (old, new, pairs) = matched(before, after, name);
        (before, after) = (old, new);
        for (one, other) in pairs {
            let payload_type = one.text("PayloadType");
            partners.insert(other.slot, one.slot);
            walk.payload(&payload_type, one.value, other.value);
            let differs = |difference: &Difference<'_>| !is_default(&payload_type, difference);
            let differences = walk.found.drain(..).filter(differs);
            found.extend(differences.map(|difference| Raw {
                payload_type: payload_type.clone(),
                difference,
            }));
        }
    }
    let alone = |item: Item<'t>, old, new| Raw {
        payload_type: item.text("PayloadType"),
        difference: Difference {
            keys: Vec::new(),
            old,
            new,
            around: None,
        },
    };
    found.extend(
        before
            .into_iter()
            .map(|item| alone(item, Some(item.side()), None)),
    );
    found.extend(
        after
            .into_iter()
            .map(|item| alone(item, None, Some(item.side()))),
    );
    (found, partners)
}

/// The items, with the numbers that the payloads of a profile have.
fn numbered<'t>(items: impl Iterator<Item = Value<'t>>) -> impl Iterator<Item = Item<'t>> {
    let mut count = 0;
    items.map(move |value| {
        let slot = count;
        count += usize::from(value.kind() == Kind::Dictionary);
        Item { value, slot }
    })
}

/// Whether Apple's default of `AllowUserOverrides` was spelled out or left out, which changes nothing.
fn is_default(payload_type: &str, difference: &Difference<'_>) -> bool {
    let ((Some(side), None) | (None, Some(side))) = (difference.old, difference.new) else {
        return false;
    };
    let default = match ExtensionKind::of_payload_type(payload_type) {
        Some(ExtensionKind::Kernel) => Some(false),
        Some(ExtensionKind::System) => Some(true),
        None => None,
    };
    difference.keys == ["AllowUserOverrides"]
        && default.is_some()
        && side.value.as_bool() == default
}
