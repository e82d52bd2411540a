//! A difference in words, as a change of its own.

use std::collections::BTreeSet;

use super::payloads::{Raw, body_of};
use crate::audit::change::{Change, Changed, Moves};
use crate::audit::facts::{self, is_for_device, is_for_user};
use crate::audit::kind::{
    EXPIRY, IDENTITY, Kind, PAYLOAD_ADDED, PAYLOAD_REMOVED, SCOPE, SETTING, VALUE,
};
use crate::audit::origin::Origin;
use crate::audit::values::{Difference, Side, bounded, shown, shown_both};
use crate::escape::quoted;
use crate::profile::{Common as _, Profile};

/// What a change of the scope means.
pub(super) fn scope(old: Profile<'_>, new: Profile<'_>) -> String {
    let (was, is) = (is_for_user(old), is_for_user(new));
    let profile = if is { new } else { old };
    let only_device: BTreeSet<String> = profile
        .payloads()
        .filter(|payload| is_for_device(*payload))
        .filter_map(|payload| Some(quoted(payload.payload_type()?.as_str())))
        .collect();
    let types = bounded(&only_device.into_iter().collect::<Vec<_>>());
    match (was, is) {
        (true, true) | (false, false) => {
            "; what a Mac takes when it is neither `System` nor `User` is not established"
                .to_owned()
        }
        _ if types.is_empty() => "; its settings are for others than before".to_owned(),
        (false, true) => {
            format!(": only the device channel takes {types}, so a Mac does nothing of it any more")
        }
        (true, false) => {
            format!(": only the device channel takes {types}, so it counts from now on")
        }
    }
}

/// A difference in words.
pub(super) fn changed(difference: &Difference<'_>, was: &[Origin], is: &[Origin]) -> Changed {
    let (old, new) = match (&difference.old, &difference.new) {
        (Some(old), Some(new)) => {
            let (old, new) = shown_both(old.value, new.value);
            (Some(old), Some(new))
        }
        (old, new) => {
            let one = |side: &Option<Side<'_>>| side.map(|side| shown(side.value));
            (one(old), one(new))
        }
    };
    let key_path = is
        .first()
        .or(was.first())
        .map(|origin| origin.key_path.to_string());
    Changed {
        key_path: key_path.unwrap_or_default(),
        old,
        new,
    }
}

/// A difference as a change of its own.
pub(super) fn told_change(
    raw: &Raw<'_>,
    changed: &Changed,
    scope: &str,
    was: Vec<Origin>,
    is: Vec<Origin>,
) -> Change {
    let (row, message) = told(raw, changed, scope);
    let mut change = Change::new(row, row.tier(true), message);
    (change.old, change.new) = (was, is);
    let Difference { keys, old, new, .. } = &raw.difference;
    if keys.is_empty()
        && let Some(payload) = new.or(*old).and_then(|side| side.value.as_dictionary())
    {
        change.subject = body_of(payload);
        change.moves = Moves::of(new.is_some(), || payload_name(&raw.payload_type));
    }
    change
}

/// The row of a difference and its message.
fn told(raw: &Raw<'_>, changed: &Changed, scope: &str) -> (&'static Kind, String) {
    let Some(row) = row(&raw.difference, &raw.payload_type) else {
        let (row, verb) = match raw.difference.old {
            None => (&PAYLOAD_ADDED, "is new"),
            Some(_) => (&PAYLOAD_REMOVED, "is gone"),
        };
        let unjudged = if is_judged(&raw.payload_type) {
            ""
        } else {
            "; what it allows or protects is not judged"
        };
        let name = payload_name(&raw.payload_type);
        return (row, format!("{name} {verb}{unjudged}"));
    };
    let (payload_type, path) = (quoted(&raw.payload_type), &changed.key_path);
    let subject = match path.split_once("].") {
        Some((_, below)) if !raw.payload_type.is_empty() => {
            format!("{payload_type}: {}", quoted(below))
        }
        _ => quoted(path),
    };
    let word = |side: &Option<String>| side.clone().unwrap_or_else(|| "missing".to_owned());
    let message = format!(
        "{subject} was {} and is {}",
        word(&changed.old),
        word(&changed.new)
    );
    let meaning = match raw.difference.key() {
        "PayloadScope" if *row == SCOPE => scope,
        "TargetDeviceType" if *row == SCOPE => {
            ": it names the kind of device that the profile is for"
        }
        _ if is_same_uuid(&raw.difference) => ", which differs in capitals only",
        _ => "",
    };
    (row, format!("{message}{meaning}"))
}

fn payload_name(payload_type: &str) -> String {
    match payload_type {
        "" => "an item of `PayloadContent` without a type".to_owned(),
        own => format!("the payload {}", quoted(own)),
    }
}

/// Keys whose value is for people, or names something for them.
const TEXTS: [&str; 6] = [
    "Comment",
    "PayloadCertificateFileName",
    "PayloadDescription",
    "PayloadDisplayName",
    "PayloadOrganization",
    "UserDefinedName",
];

/// Payloads about looks.
const LOOKS: [&str; 7] = [
    "com.apple.dashboard",
    "com.apple.desktop",
    "com.apple.dock",
    "com.apple.mcxMenuExtras",
    "com.apple.notificationsettings",
    "com.apple.systemuiserver",
    "com.apple.universalaccess",
];

/// Whether the table of kinds is about a payload type, so that what it does is told beside it.
pub(super) fn is_judged(payload_type: &str) -> bool {
    LOOKS.contains(&payload_type)
        || payload_type == "com.apple.profileRemovalPassword"
        || facts::is_judged(payload_type)
}

/// The row of a difference; `None` for a payload as a whole.
fn row(difference: &Difference<'_>, payload_type: &str) -> Option<&'static Kind> {
    let key = difference.keys.first()?.as_str();
    if TEXTS.contains(&difference.key()) || LOOKS.contains(&payload_type) || key == "ConsentText" {
        return Some(&VALUE);
    }
    let is_name = ["PayloadIdentifier", "PayloadUUID"].contains(&key);
    if !payload_type.is_empty() || difference.keys.len() > 1 {
        return Some(if is_name { &VALUE } else { &SETTING });
    }
    Some(match key {
        "PayloadIdentifier" | "PayloadUUID" if !is_same_uuid(difference) => &IDENTITY,
        "RemovalDate" | "DurationUntilRemoval" | "PayloadExpirationDate" => &EXPIRY,
        "PayloadScope" | "TargetDeviceType" => &SCOPE,
        // Who may remove the profile is judged by itself.
        "PayloadUUID" | "PayloadRemovalDisallowed" => &VALUE,
        _ => &SETTING,
    })
}

/// Whether only the capitals of a UUID changed, which is the same UUID.
fn is_same_uuid(difference: &Difference<'_>) -> bool {
    let text = |side: &Option<Side<'_>>| {
        side.and_then(|side| Some(side.value.as_str()?.to_ascii_lowercase()))
    };
    let (old, new) = (text(&difference.old), text(&difference.new));
    difference.key() == "PayloadUUID" && old.is_some() && old == new
}
