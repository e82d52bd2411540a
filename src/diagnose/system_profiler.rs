//! `system_profiler -json SPConfigurationProfileDataType`: the installed profiles, each payload's contents as a string in
//! the old style of property lists (`{ Key = value; }`). No whole capture of a Mac stands behind this reader, so it says
//! what a payload allows and never that a payload is missing.

use serde_json::Value;

use super::facts::{Claim, Fact, Width};
use super::old_style::{self, Old};
use super::subject::Subject;
use super::text::Text;
use crate::extension::ExtensionKind;

/// The key of the list.
pub(crate) const DATA_TYPE: &str = "SPConfigurationProfileDataType";

/// Both kinds, with the key of the list of bundle IDs.
const KINDS: [(ExtensionKind, &str); 2] = [
    (ExtensionKind::Kernel, "AllowedKernelExtensions"),
    (ExtensionKind::System, "AllowedSystemExtensions"),
];

/// Reads the payloads of the Mac's profiles; `None` when the text is no JSON of this form.
pub(crate) fn read(text: &Text, subject: &Subject) -> Option<Vec<Fact>> {
    let root: Value = serde_json::from_str(&text.joined()).ok()?;
    let sections = root.get(DATA_TYPE)?.as_array()?;
    let mut facts = Vec::new();
    for section in sections {
        // What other sections hold is not documented.
        let is_for_mac = matches!(
            name(section),
            "spconfigprofile_section_deviceconfigprofiles"
                | "spconfigprofile_section_systemprofiles"
        );
        for profile in items(section).filter(|_| is_for_mac) {
            for item in items(profile) {
                payload(item, name(profile), text, subject, &mut facts);
            }
        }
    }
    Some(facts)
}

/// The name of an item.
fn name(item: &Value) -> &str {
    item.get("_name")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// What is in an item.
fn items(item: &Value) -> impl Iterator<Item = &Value> {
    item.get("_items")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// What one payload says.
fn payload(item: &Value, profile: &str, text: &Text, subject: &Subject, facts: &mut Vec<Fact>) {
    let Some((kind, list)) = KINDS
        .into_iter()
        .find(|(kind, _)| kind.payload_type() == name(item))
    else {
        return;
    };
    let shown = format!("{} in \"{profile}\"", kind.payload_type());
    let string = |key: &str| item.get(key).and_then(Value::as_str);
    let line = string("spconfigprofile_payload_uuid").and_then(|uuid| line_of(text, uuid));
    let content = string("spconfigprofile_payload_data").and_then(old_style::read);
    let Some(content) = content else {
        facts.push(Fact::at(line, &shown, Claim::PayloadContentsHidden(kind)));
        return;
    };
    let team = subject.team.as_str();
    let before = facts.len();
    let teams = content
        .get("AllowedTeamIdentifiers")
        .map_or(&[][..], Old::items);
    if teams.iter().any(|own| own.is(team)) {
        let shown = format!("{shown}: AllowedTeamIdentifiers {team}");
        facts.push(Fact::at(line, &shown, Claim::Covered(kind, Width::Team)));
    }
    let bundles = content.get(list).and_then(|teams| teams.get(team));
    for bundle in bundles.map_or(&[][..], Old::items) {
        if subject.bundles.iter().any(|own| bundle.is(own.as_str())) {
            let shown = format!("{shown}: {list} {team}");
            facts.push(Fact::at(line, &shown, Claim::Covered(kind, Width::Bundle)));
        }
    }
    if facts.len() == before {
        facts.push(Fact::at(line, &shown, Claim::NotCovered(kind)));
    }
    if let Some(value) = content.get("AllowUserOverrides") {
        for (digit, allowed) in [("0", false), ("1", true)] {
            if value.is(digit) {
                let shown = format!("{shown}: AllowUserOverrides {allowed}");
                facts.push(Fact::at(line, &shown, Claim::UserOverrides(kind, allowed)));
            }
        }
    }
    if content
        .get("AllowedSystemExtensionTypes")
        .is_some_and(|types| types.get(team).is_some())
    {
        let shown = format!("{shown}: AllowedSystemExtensionTypes {team}");
        facts.push(Fact::at(line, &shown, Claim::TypesNarrowed));
    }
}

/// The line with the UUID of a payload.
fn line_of(text: &Text, uuid: &str) -> Option<u32> {
    let found = text.lines().find(|line| {
        line.text.contains("spconfigprofile_payload_uuid") && line.text.contains(uuid)
    });
    found.map(|line| line.number)
}
