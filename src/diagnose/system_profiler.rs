//! `system_profiler -json SPConfigurationProfileDataType`: the installed profiles, each payload's contents as a string in
//! the old style of property lists (`{ Key = value; }`). No whole capture of a Mac stands behind this reader, so it says
//! what a payload allows and never that a payload is missing.

use serde_json::Value;

use super::facts::{Claim, Fact};
use super::old_style::{self, Old};
use super::payload::{self, Installed};
use super::subject::Subject;
use super::text::Text;
use crate::extension::ExtensionKind;
use crate::profile::allowed::{Removal, What};

/// The key of the list.
pub(crate) const DATA_TYPE: &str = "SPConfigurationProfileDataType";

/// Reads the payloads of the Mac's profiles; `None` when the text is no JSON of this form.
pub(crate) fn read(text: &Text, subject: &Subject) -> Option<Vec<Fact>> {
    // A prompt may stand before it and after it.
    let whole = text.joined();
    let json = whole.get(whole.find('{')?..=whole.rfind('}')?)?;
    let root: Value = serde_json::from_str(json).ok()?;
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
                installed(item, name(profile), text, subject, &mut facts);
            }
        }
    }
    facts.extend(payload::not_covered(&facts, subject));
    Some(facts)
}

fn name(item: &Value) -> &str {
    item.get("_name")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn items(item: &Value) -> impl Iterator<Item = &Value> {
    item.get("_items")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// What one payload says.
fn installed(item: &Value, profile: &str, text: &Text, subject: &Subject, facts: &mut Vec<Fact>) {
    let Some(kind) = ExtensionKind::of_payload_type(name(item)) else {
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
    let installed = Installed {
        kind,
        name: &shown,
        line,
        says_overrides: flag(&content, "AllowUserOverrides").is_some(),
    };
    let said: Vec<_> = statements(kind, &content)
        .into_iter()
        .map(|what| (what, line))
        .collect();
    facts.extend(installed.facts(&said, subject));
}

/// What the contents of a payload say.
fn statements(kind: ExtensionKind, content: &Old) -> Vec<What> {
    let overrides = flag(content, "AllowUserOverrides").unwrap_or(kind == ExtensionKind::System);
    let mut said = vec![What::UserOverrides(overrides)];
    let teams = content.get("AllowedTeamIdentifiers");
    let teams = teams.map_or(&[][..], Old::items).iter();
    said.extend(
        teams
            .filter_map(Old::word)
            .map(|team| What::Team(team.into())),
    );
    let bundles = |key: &str, what: &dyn Fn(Box<str>, Box<str>) -> What| -> Vec<What> {
        let teams = content.get(key).map_or(&[][..], Old::entries).iter();
        teams
            .flat_map(|(team, listed)| listed.items().iter().map(move |bundle| (team, bundle)))
            .filter_map(|(team, bundle)| Some(what(team.as_str().into(), bundle.word()?.into())))
            .collect()
    };
    if kind == ExtensionKind::Kernel {
        let non_admins = flag(content, "AllowNonAdminUserApprovals");
        said.extend(non_admins.map(What::NonAdminApprovals));
        said.extend(bundles("AllowedKernelExtensions", &What::Bundle));
        return said;
    }
    said.extend(bundles("AllowedSystemExtensions", &What::Bundle));
    let types = content.get("AllowedSystemExtensionTypes");
    for (team, listed) in types.map_or(&[][..], Old::entries) {
        let types = listed.items().iter().filter_map(Old::word);
        said.push(What::Types(
            team.as_str().into(),
            types.map(Into::into).collect(),
        ));
    }
    for removal in [
        Removal::Removable,
        Removal::NonRemovable,
        Removal::NonRemovableFromUi,
    ] {
        said.extend(bundles(removal.key(), &|team, bundle| {
            What::Removal(removal, team, bundle)
        }));
    }
    said
}

/// A yes or no, which is written as a digit.
fn flag(content: &Old, key: &str) -> Option<bool> {
    match content.get(key)?.word()? {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

/// The line with the UUID of a payload.
fn line_of(text: &Text, uuid: &str) -> Option<u32> {
    let found = text.lines().find(|line| {
        line.text.contains("spconfigprofile_payload_uuid") && line.text.contains(uuid)
    });
    found.map(|line| line.number)
}
