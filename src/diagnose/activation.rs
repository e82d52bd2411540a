//! What an application and `sysextd` say about the activation of a system extension.

use super::facts::{ActivationState, Claim, Fact};
use super::subject::{Subject, names_an_extension};
use super::systemextensionsctl;
use super::text::{Seen, Text};
use crate::extension::ExtensionKind::System;

/// Reads errors of `OSSystemExtensionErrorDomain`, in both spellings, and the log of `sysextd`.
pub(crate) fn read(text: &Text, subject: &Subject, seen: &mut Seen) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut about: Vec<&str> = Vec::new();
    let (mut is_removal, mut is_other) = (false, false);
    for line in text.lines() {
        let lower = line.text.to_ascii_lowercase();
        let named = subject.identified_in(line.text);
        if !named.is_empty() || names_an_extension(line.text) {
            is_other = named.is_empty();
            about.clone_from(&named);
        }
        is_removal |= lower.contains("deactivation");
        is_removal &= !lower.contains("requesting systemextension activation");
        let claim = if let Some(code) = code(&lower) {
            if is_removal {
                Claim::DeactivationFailed
            } else {
                Claim::ActivationFailed(code)
            }
        } else if lower.contains("not found in app bundle") {
            Claim::ActivationFailed(4)
        } else if !named.is_empty() && is_bad_signature(&lower) {
            Claim::ActivationFailed(8)
        } else if let Some(state) = advances_to(&lower) {
            // Of several steps the last one counts.
            facts.retain(|fact: &Fact| {
                !matches!(fact.claim, Claim::SystemExtension(_))
                    || !about.iter().any(|own| fact.concerns(Some(own)))
            });
            Claim::SystemExtension(state)
        } else if lower.contains("not allowed by")
            || lower.contains("not in the list of allowed")
            || lower.contains("forbidden by system policy")
        {
            Claim::ActivationFailed(10)
        } else if lower.contains("no policy, cannot allow apps outside /applications") {
            Claim::ActivationFailed(3)
        } else if !named.is_empty() && is_step(&lower) {
            Claim::OnlyLookedAt(System)
        } else {
            continue;
        };
        seen.insert(line.number);
        // An error names its extension, or follows the line that does.
        let only = subject.ids().count() == 1;
        for bundle in &about {
            facts.push(Fact::on(line, claim.clone()).of(bundle));
        }
        if is_other {
            continue;
        }
        if about.is_empty() && only {
            facts.extend(
                subject
                    .ids()
                    .map(|own| Fact::on(line, claim.clone()).of(own)),
            );
        } else if about.is_empty() {
            facts.push(Fact::on(line, claim));
        }
    }
    facts
}

/// The state that a step of `sysextd` leads to, if it is one of the list.
fn advances_to(lower: &str) -> Option<ActivationState> {
    let to = lower
        .split("advancing state from ")
        .nth(1)?
        .split(" to ")
        .nth(1)?;
    let word = to.split_whitespace().next()?.replace('_', " ");
    systemextensionsctl::state(&word).filter(|state| *state != ActivationState::Other)
}

/// The number of an error: `OSSystemExtensionErrorDomain Code=8`, `(OSSystemExtensionErrorDomain error 8.)`, `code: 8`.
fn code(lower: &str) -> Option<u8> {
    let rest = lower.split("ossystemextensionerrordomain").nth(1)?;
    let digits = rest.trim_start_matches(|letter: char| {
        !letter.is_ascii_digit() && (letter.is_ascii_alphabetic() || " =:.,(-)\"".contains(letter))
    });
    let end = digits
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].parse().ok()
}

/// Whether `sysextd` says that the signature of an extension does not hold (`errSecCSReqFailed`, `errSecCSUnsigned`).
fn is_bad_signature(lower: &str) -> bool {
    let says = |words: &str| lower.contains(words);
    says("sysextd") && (says("-67050") || says("-67062") || says("failed validation"))
}

/// Whether a line is a step of an activation that does not say how it ended.
fn is_step(lower: &str) -> bool {
    const ENDS: [&str; 6] = ["error", "fail", "declin", "denied", "reject", "allowed"];
    let ends = ENDS.iter().any(|word| lower.contains(word));
    !ends
        && [
            "sysextd",
            "is requested",
            "requesting systemextension",
            "advancing state",
            "staging extension",
            "activation request",
        ]
        .iter()
        .any(|step| lower.contains(step))
}
