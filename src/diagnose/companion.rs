//! What a product needs beside the approval of its extensions: content filter, privacy preferences, background items,
//! notifications. Told for products whose needs are known.

use super::facts::{Claim, Companion, Fact};
use super::subject::Subject;
use crate::plist::{Dictionary, Value};

/// What an installed payload of such a type says about the product.
pub(super) fn fact(
    item: Dictionary<'_>,
    content: Option<Dictionary<'_>>,
    profile: &str,
    line: Option<u32>,
    subject: &Subject,
) -> Option<Fact> {
    let payload_type = item.get("PayloadType")?.as_str()?;
    let is_own = |companion: &Companion| companion.payload_type() == payload_type;
    let companion = Companion::ALL.into_iter().find(is_own)?;
    let prefix = prefix(subject)?;
    let name = companion.name();
    let is_shown = content.is_some_and(|content| content.entries().next().is_some());
    if !is_shown {
        let text =
            format!("{name}: {payload_type} in {profile}; this list does not show what it is for");
        return Some(Fact::at(line, &text, Claim::Companion(companion, false)));
    }
    let names_product = |text: &str| text.starts_with(prefix) || text == subject.team.as_str();
    holds(content?.value(), &names_product, 32).then(|| {
        let text = format!("{name}: delivered by {profile}");
        Fact::at(line, &text, Claim::Companion(companion, true))
    })
}

/// What a whole list of profiles lacks of what the product needs.
pub(super) fn missing(facts: &[Fact], subject: &Subject) -> Vec<Fact> {
    if prefix(subject).is_none() {
        return Vec::new();
    }
    let has = |companion: Companion| {
        let is_own =
            |fact: &Fact| matches!(fact.claim, Claim::Companion(own, _) if own == companion);
        facts.iter().any(is_own)
    };
    let lacking = Companion::ALL
        .into_iter()
        .filter(|companion| !has(*companion));
    lacking
        .map(|companion| {
            let text = format!(
                "{}: not delivered (no {} for it)",
                companion.name(),
                companion.payload_type()
            );
            Fact::at(None, &text, Claim::Companion(companion, false))
        })
        .collect()
}

/// How the identifiers of a product begin whose needs are known (Microsoft, `mac-jamfpro-policies.md`).
fn prefix(subject: &Subject) -> Option<&'static str> {
    subject.is_defender().then_some("com.microsoft.wdav")
}

/// Whether a string in a value passes a test.
fn holds(value: Value<'_>, test: &dyn Fn(&str) -> bool, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    if let Some(text) = value.as_str() {
        return test(&text);
    }
    if let Some(inner) = value.as_dictionary() {
        return inner.entries().any(|entry| holds(entry.value, test, depth));
    }
    value
        .as_array()
        .is_some_and(|mut items| items.any(|item| holds(item, test, depth)))
}
