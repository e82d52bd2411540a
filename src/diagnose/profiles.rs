//! `profiles show -output stdout-xml`: the installed profiles with what they allow. Also the text forms, which name
//! payload types only, and the errors of an installation that failed.

use std::collections::BTreeSet;

use super::companion::{Needs, printed_switch};
use super::facts::{Claim, Fact};
use super::payload::{self, Installed, KINDS};
use super::subject::Subject;
use super::text::Text;
use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Value};
use crate::profile::allowed::{self, What};
use crate::profile::{ExtensionPolicy, Payload, with_document};

const OVERRIDES: &str = "AllowUserOverrides";

/// Reads the property list; `None` when the bytes hold none that lists profiles.
pub(crate) fn xml(bytes: &[u8], subject: &Subject) -> Option<Vec<Fact>> {
    with_document("profiles", bytes, |document| {
        let lines = document.lines();
        let line_of = |start: u32| {
            let position = document.position(&lines, start);
            position.map(|position| position.line)
        };
        let root = document.root()?.as_dictionary()?;
        let mut facts = Vec::new();
        let mut needs = Needs::of(subject);
        let (mut is_listing, mut lists_mac) = (false, false);
        for scope in root.entries() {
            let Some(profiles) = scope.value.as_array() else {
                continue;
            };
            is_listing = true;
            let for_mac = scope.key_is("_computerlevel");
            lists_mac |= for_mac;
            for profile in profiles.filter_map(Value::as_dictionary) {
                for item in items(profile) {
                    let content = item.get("PayloadContent").and_then(Value::as_dictionary);
                    if for_mac {
                        let line = line_of(item.value().span().start);
                        needs.take(item, content, &name(profile), line, subject);
                    }
                    let Some(kind) = kind(item) else { continue };
                    let line = line_of(item.value().span().start);
                    let name = format!("{} in {}", kind.payload_type(), name(profile));
                    if !for_mac {
                        facts.push(Fact::at(line, &name, Claim::UserScope(kind)));
                        continue;
                    }
                    let Some(content) = content else {
                        facts.push(Fact::at(line, &name, Claim::PayloadContentsHidden(kind)));
                        continue;
                    };
                    let policy = ExtensionPolicy::of_kind(kind, Payload::new(content));
                    let installed = Installed {
                        kind,
                        name: &name,
                        line,
                        says_overrides: content.get(OVERRIDES).and_then(printed_switch).is_some(),
                    };
                    let mut said = Vec::new();
                    allowed::collect(policy, 0, &mut said);
                    let is_switch = |what: &What| {
                        matches!(what, What::UserOverrides(_) | What::NonAdminApprovals(_))
                    };
                    let mut said: Vec<_> = said
                        .into_iter()
                        .map(|own| (own.what, line_of(own.span.start)))
                        .filter(|(what, _)| !is_switch(what))
                        .collect();
                    said.extend(
                        switches(kind, content)
                            .into_iter()
                            .map(|(what, start)| (what, start.map_or(line, line_of))),
                    );
                    facts.extend(installed.facts(&said, subject));
                }
            }
        }
        // What comes after the place where a list was cut is not known.
        if !document.is_refused() {
            facts.extend(payload::not_covered(&facts, subject));
        }
        if lists_mac {
            facts.extend(needs.facts(&facts, subject, !document.is_refused()));
        }
        for kind in KINDS {
            let is_there = |fact: &Fact| {
                matches!(&fact.claim, Claim::Payload(own) | Claim::PayloadContentsHidden(own)
                    | Claim::UserScope(own) if *own == kind)
            };
            let is_open = !payload::open(&facts, subject, kind).is_empty();
            // Without root only the profiles of the user are listed, which says nothing about those of the Mac.
            if lists_mac && is_open && !document.is_refused() && !facts.iter().any(is_there) {
                let text = format!("no payload {}", kind.payload_type());
                facts.push(Fact::at(None, &text, Claim::NoPayload(kind)));
            }
        }
        is_listing.then_some(facts)
    })
}

/// The switches of a policy, which `profiles show` prints as texts or numbers too, each with its place. One that is not
/// there has Apple's default, one that cannot be read says nothing.
fn switches(kind: ExtensionKind, content: Dictionary<'_>) -> Vec<(What, Option<u32>)> {
    let mut found = Vec::new();
    match content.get(OVERRIDES) {
        None => found.push((What::UserOverrides(kind == ExtensionKind::System), None)),
        Some(value) => {
            let start = Some(value.span().start);
            found.extend(printed_switch(value).map(|own| (What::UserOverrides(own), start)));
        }
    }
    let others = content.get("AllowNonAdminUserApprovals");
    if let Some(value) = others.filter(|_| kind == ExtensionKind::Kernel) {
        let start = Some(value.span().start);
        found.extend(printed_switch(value).map(|own| (What::NonAdminApprovals(own), start)));
    }
    found
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
    ExtensionKind::of_payload_type(&item.get("PayloadType")?.as_str()?)
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
    facts.extend(listing(text, &facts));
    facts
}

/// What `profiles list`, `-P` and `-C -v` show of the profiles of the Mac: names, and in the verbose form the types of the
/// payloads. Only where every profile shows all its types is a type that is missing not there.
fn listing(text: &Text, so_far: &[Fact]) -> Vec<Fact> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let (mut payloads, mut types, mut counted) = (0, 0, BTreeSet::new());
    let mut total = None;
    let mut first = None;
    for line in text.lines() {
        if let Some(rest) = line.text.strip_prefix("There are ") {
            total = rest
                .split(' ')
                .next()
                .and_then(|count| count.parse::<usize>().ok());
        }
        let Some((profile, rest)) = line.text.split_once("] ") else {
            continue;
        };
        if !profile.contains('[') || profile.contains(' ') {
            continue;
        }
        let rest = rest.trim_start();
        if let Some(count) = rest.strip_prefix("payload count = ") {
            payloads += count.trim().parse::<usize>().unwrap_or(usize::MAX / 2);
            counted.insert(profile);
        }
        types += usize::from(rest.starts_with("payload[") && is_type(rest));
        if rest.starts_with("attribute:") {
            names.insert(profile);
            first = first.or(Some(line));
        }
    }
    let Some(first) = first else {
        return Vec::new();
    };
    let is_of_mac = names.iter().all(|own| own.starts_with("_computerlevel["));
    let is_whole = is_of_mac && types == payloads && names == counted && total == Some(names.len());
    if !is_whole {
        let says_enough = so_far
            .iter()
            .any(|fact| matches!(fact.claim, Claim::PayloadContentsHidden(_)));
        let shown = (!says_enough).then(|| Fact::on(first, Claim::ProfilesNamed));
        return shown.into_iter().collect();
    }
    let is_there = |kind| {
        so_far
            .iter()
            .any(|fact| fact.claim == Claim::PayloadContentsHidden(kind))
    };
    let missing = KINDS.into_iter().filter(|kind| !is_there(*kind));
    missing
        .map(|kind| {
            let shown = format!(
                "{} profiles, and no payload {}",
                names.len(),
                kind.payload_type()
            );
            Fact::at(Some(first.number), &shown, Claim::NoPayload(kind))
        })
        .collect()
}

/// Whether what is said of a payload is its type: `payload[1] type = com.apple.mdm`, with tabs as they come.
fn is_type(payload: &str) -> bool {
    let mut words = payload.split_whitespace();
    words.nth(1) == Some("type") && words.next() == Some("=")
}
