//! What Jamf Pro writes itself, and nobody changed.

use std::collections::BTreeSet;

use super::payloads::Raw;
use crate::audit::identity::Jamf;
use crate::audit::values::{Difference, Side};
use crate::plist::Kind;

/// What of a profile was not compared, because Jamf Pro writes it itself.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Masked {
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) keys: BTreeSet<String>,
}

/// What Jamf Pro writes into profiles.
const JAMF: [&str; 8] = [
    "PayloadIdentifier",
    "PayloadUUID",
    "PayloadDisplayName",
    "PayloadOrganization",
    "PayloadDescription",
    "PayloadEnabled",
    "TargetDeviceType",
    "PayloadRemovalDisallowed",
];

/// What it writes only where it was missing; another value is somebody's change.
const INJECTED: [&str; 2] = ["PayloadRemovalDisallowed", "VendorConfig"];

/// What it may write into payloads.
const JAMF_PAYLOAD: [&str; 7] = [
    "PayloadIdentifier",
    "PayloadUUID",
    "PayloadDisplayName",
    "PayloadOrganization",
    "PayloadDescription",
    "PayloadEnabled",
    "VendorConfig",
];

/// The differences that were not compared.
pub(super) struct Hidden {
    /// The side that Jamf Pro wrote.
    pub(super) side: Jamf,
    pub(super) keys: BTreeSet<String>,
}

impl Hidden {
    /// Whether a difference comes from Jamf Pro; it is noted then.
    pub(super) fn hides(&mut self, raw: &Raw<'_>) -> bool {
        let Difference { keys, old, new, .. } = &raw.difference;
        let key = raw.difference.key();
        let names: &[&str] = if raw.payload_type.is_empty() {
            &JAMF
        } else {
            &JAMF_PAYLOAD
        };
        let was_missing = match self.side {
            Jamf::Old => new.is_none(),
            Jamf::New => old.is_none(),
        };
        let is_written =
            keys.len() == 1 && names.contains(&key) && (was_missing || !INJECTED.contains(&key));
        let is_omitted = match (old, new) {
            (Some(side), None) | (None, Some(side)) => !keys.is_empty() && is_empty(side),
            _ => false,
        };
        let hides = is_written || is_omitted;
        if hides {
            self.keys.insert(key.to_owned());
        }
        hides
    }
}

/// Jamf Pro leaves empty containers and texts out.
fn is_empty(side: &Side<'_>) -> bool {
    match side.value.kind() {
        Kind::Dictionary => side
            .value
            .as_dictionary()
            .is_some_and(|own| own.entries().next().is_none()),
        Kind::Array => side
            .value
            .as_array()
            .is_some_and(|own| own.clone().next().is_none()),
        Kind::String => side.value.text().is_empty(),
        _ => false,
    }
}
