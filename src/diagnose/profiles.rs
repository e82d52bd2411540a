//! `profiles show -output stdout-xml`: the installed profiles with what they allow. Also the text forms, which name
//! payload types only, and the errors of an installation that failed.

use super::facts::{Claim, Fact, Width};
use super::subject::Subject;
use super::text::Text;
use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Value};
use crate::profile::{ExtensionPolicy, Payload, with_document};

/// Both kinds.
const KINDS: [ExtensionKind; 2] = [ExtensionKind::Kernel, ExtensionKind::System];

/// Reads the property list; `None` when the bytes hold none that lists profiles.
pub(crate) fn xml(bytes: &[u8], subject: &Subject) -> Option<Vec<Fact>> {
    with_document("profiles", bytes, |document| {
        let lines = document.lines();
        let line_of = |value: Value<'_>| {
            let position = document.position(&lines, value.span().start);
            position.map(|position| position.line)
        };
        let root = document.root()?.as_dictionary()?;
        let mut facts = Vec::new();
        let mut is_listing = false;
        for scope in root.entries() {
            let Some(profiles) = scope.value.as_array() else {
                continue;
            };
            is_listing = true;
            let for_mac = scope.key_is("_computerlevel");
            for profile in profiles.filter_map(Value::as_dictionary) {
                for item in items(profile) {
                    let content = item.get("PayloadContent").and_then(Value::as_dictionary);
                    let Some(kind) = kind(item) else { continue };
                    let line = line_of(item.value());
                    let text = format!("{} in {}", kind.payload_type(), name(profile));
                    if !for_mac {
                        facts.push(Fact::at(line, &text, Claim::UserScope(kind)));
                        continue;
                    }
                    let Some(content) = content else {
                        facts.push(Fact::at(line, &text, Claim::PayloadContentsHidden(kind)));
                        continue;
                    };
                    payload(kind, content, &text, subject, &line_of, &mut facts);
                }
            }
        }
        for kind in KINDS {
            let is_there = |fact: &Fact| {
                matches!(&fact.claim, Claim::Covered(own, _) | Claim::NotCovered(own)
                    | Claim::PayloadContentsHidden(own) | Claim::UserScope(own) if *own == kind)
            };
            if is_listing && !document.is_refused() && !facts.iter().any(is_there) {
                let text = format!("no payload {}", kind.payload_type());
                facts.push(Fact::at(None, &text, Claim::NoPayload(kind)));
            }
        }
        is_listing.then_some(facts)
    })
}

/// The payloads of a listed profile.
fn items(profile: Dictionary<'_>) -> impl Iterator<Item = Dictionary<'_>> {
    profile
        .get("ProfileItems")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_dictionary)
}

/// Which of the two kinds a payload is for.
fn kind(item: Dictionary<'_>) -> Option<ExtensionKind> {
    let own = item.get("PayloadType")?.as_str()?;
    KINDS.into_iter().find(|kind| own == kind.payload_type())
}

/// The name of a listed profile.
fn name(profile: Dictionary<'_>) -> String {
    ["ProfileDisplayName", "ProfileIdentifier"]
        .iter()
        .find_map(|key| profile.get(key)?.as_str())
        .map_or_else(
            || "a profile without a name".to_owned(),
            |name| format!("\"{name}\""),
        )
}

/// What one payload says about the subject.
fn payload(
    kind: ExtensionKind,
    content: Dictionary<'_>,
    text: &str,
    subject: &Subject,
    line_of: &dyn Fn(Value<'_>) -> Option<u32>,
    facts: &mut Vec<Fact>,
) {
    let policy = ExtensionPolicy::of_kind(kind, Payload::new(content));
    let team = subject.team.as_str();
    let before = facts.len();
    for item in policy.allowed_team_identifiers().items() {
        if item.as_str().is_some_and(|own| own == team) {
            let text = format!("{text}: AllowedTeamIdentifiers {team}");
            facts.push(Fact::at(
                line_of(item),
                &text,
                Claim::Covered(kind, Width::Team),
            ));
        }
    }
    for entry in policy
        .allowed()
        .teams()
        .filter(|entry| entry.team.value == team)
    {
        for item in entry.listed.items() {
            if let Some(bundle) = item.as_str().filter(|bundle| subject.has(bundle)) {
                let text = format!("{text}: {} {team} {bundle}", policy.allowed_key());
                facts.push(Fact::at(
                    line_of(item),
                    &text,
                    Claim::Covered(kind, Width::Bundle),
                ));
            }
        }
    }
    if facts.len() == before {
        facts.push(Fact::at(
            line_of(content.value()),
            text,
            Claim::NotCovered(kind),
        ));
    }
    if let Some((value, allowed)) = policy
        .allow_user_overrides()
        .and_then(|entry| Some((entry.value, entry.value.as_bool()?)))
    {
        let text = format!("{text}: AllowUserOverrides {allowed}");
        facts.push(Fact::at(
            line_of(value),
            &text,
            Claim::UserOverrides(kind, allowed),
        ));
    }
    let types = content.get("AllowedSystemExtensionTypes");
    if let Some(entry) = types
        .and_then(Value::as_dictionary)
        .and_then(|types| types.entry(team))
    {
        let text = format!("{text}: AllowedSystemExtensionTypes {team}");
        facts.push(Fact::at(line_of(entry.value), &text, Claim::TypesNarrowed));
    }
}

/// Reads the text forms and errors.
pub(crate) fn text(text: &Text) -> Vec<Fact> {
    let mut facts = Vec::new();
    for line in text.lines() {
        let lower = line.text.to_ascii_lowercase();
        let hidden = KINDS
            .into_iter()
            .find(|kind| lower.contains(kind.payload_type()));
        let claim = if lower.contains("must originate from a user approved mdm server")
            || lower.contains("must originate from a user-approved mdm server")
        {
            Claim::InstallNeedsUserApprovedMdm
        } else if lower.contains("the profile must be a system profile") {
            Claim::InstallOnUserChannel
        } else if lower.starts_with("there are no configuration profiles installed in the system") {
            facts.push(Fact::on(line, Claim::NoPayload(ExtensionKind::Kernel)));
            Claim::NoPayload(ExtensionKind::System)
        } else if let Some(kind) = hidden {
            Claim::PayloadContentsHidden(kind)
        } else {
            continue;
        };
        facts.push(Fact::on(line, claim));
    }
    facts
}
