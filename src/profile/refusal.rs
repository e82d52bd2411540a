//! Why a Mac refuses a profile that is a sound property list, or can refuse it: then nothing in it holds.

use std::collections::HashSet;

use super::known::KnownKey;
use super::{Common as _, Document, Part, Profile, Text};
use crate::escape::quoted;
use crate::plist::Value;

impl Document<'_> {
    /// Why a Mac refuses it, if it does: a broken signature, or one UUID for two parts, which macOS answers with the error
    /// -107 of `ConfigProfilePluginDomain`.
    pub(crate) fn refusal(&self) -> Option<String> {
        if let Some(fault) = self.broken_signature() {
            return Some(format!("its signature does not hold: {fault}"));
        }
        let uuid = shared_uuid(Profile::of(self)?)?;
        let at = self.position(&self.lines(), uuid.span.start);
        let line = at.map_or_else(String::new, |at| format!("line {}: ", at.line));
        let uuid = quoted(uuid.as_str());
        Some(format!(
            "{line}{uuid} is the `PayloadUUID` of two parts of the profile"
        ))
    }
}

/// The second place of a UUID that two parts have; case does not matter.
fn shared_uuid(profile: Profile<'_>) -> Option<Text<'_>> {
    let mut seen = HashSet::new();
    let mut uuids = profile.parts().filter_map(Part::uuid);
    uuids.find(|uuid| !uuid.value.is_empty() && !seen.insert(uuid.as_str().to_ascii_uppercase()))
}

/// What a profile lacks that Apple requires of every profile and payload, each as a sentence without its end. A Mac can
/// refuse it as a whole then (errors 1001, 1002, 2001 and 2002 of MDM); that one takes it all the same is known of some.
pub(crate) fn lacking(profile: Profile<'_>) -> Vec<String> {
    const REQUIRED: [KnownKey; 3] = [KnownKey::Type, KnownKey::Identifier, KnownKey::Uuid];
    let mut found = Vec::new();
    for part in profile.parts().filter(|_| profile.is_profile()) {
        let payload_type = part.payload_type();
        let name = match payload_type.as_ref().filter(|_| !part.is_profile()) {
            Some(own) => format!("the payload {}", quoted(own.as_str())),
            None => format!("the {}", part.name()),
        };
        for key in REQUIRED {
            let text = part.keyed().get(key).and_then(Text::of);
            if text.is_none_or(|text| text.value.trim().is_empty()) {
                found.push(format!("{name} has no `{key}`"));
            }
        }
        if part.version().and_then(Value::as_integer) != Some(1) {
            found.push(format!("{name} has no `PayloadVersion` that is 1"));
        }
        if part.is_profile() && payload_type.is_some_and(|own| own.as_str() != "Configuration") {
            found.push(format!("{name} has not the type `Configuration`"));
        }
    }
    found
}
