//! What an application, `sysextd` and the daemons that start its process say about a system extension.

use std::sync::LazyLock;

use super::facts::{ActivationState, Claim, Fact};
use super::process;
use super::subject::{Subject, names_an_extension};
use super::systemextensionsctl;
use super::table;
use super::text::{Seen, Text};
use crate::extension::ExtensionKind::System;

/// The rows of `activation.tsv`.
static SENTENCES: LazyLock<Vec<(&str, Claim)>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("activation.tsv"));
    rows.filter_map(|[sentence, word]| {
        let claim = match word {
            "waits" => Claim::Logged(ActivationState::WaitingForUser),
            "after-restart" => Claim::AfterRestart,
            number => Claim::ActivationFailed(number.parse().ok()?),
        };
        Some((sentence, claim))
    })
    .collect()
});

/// The cases of `OSSystemExtensionError` by name, with Apple's own spelling of the sixth; their numbers begin with 1.
const ERRORS: [&str; 13] = [
    "unknown",
    "missingentitlement",
    "unsupportedparentbundlelocation",
    "extensionnotfound",
    "extensionmissingidentifier",
    "duplicateextensionidentifer",
    "unknownextensioncategory",
    "codesignatureinvalid",
    "validationfailed",
    "forbiddenbysystempolicy",
    "requestcanceled",
    "requestsuperseded",
    "authorizationrequired",
];

/// Reads errors of `OSSystemExtensionErrorDomain`, in both spellings, and the log of `sysextd`.
pub(crate) fn read(text: &Text, subject: &Subject, seen: &mut Seen) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
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
        } else if let Some(claim) =
            process::claim(&lower, !named.is_empty()).filter(|_| !about.is_empty())
        {
            claim
        } else if !about.is_empty() && is_bad_signature(&lower) {
            Claim::ActivationFailed(8)
        } else if let Some(state) = advances_to(&lower) {
            Claim::Logged(state)
        } else if let Some(claim) = sentence(&lower) {
            claim
        } else if !named.is_empty() && is_step(&lower) {
            Claim::OnlyLookedAt(System)
        } else {
            continue;
        };
        // Of several steps the last one counts.
        if matches!(claim, Claim::Logged(_)) {
            facts.retain(|fact| {
                !matches!(fact.claim, Claim::Logged(_))
                    || !about.iter().any(|own| fact.concerns(Some(own)))
            });
        }
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

/// Whether a line, in lower case, says something here, whatever extension it names.
pub(super) fn says_something(lower: &str) -> bool {
    code(lower).is_some() || sentence(lower).is_some() || process::claim(lower, true).is_some()
}

/// What the table says of a line.
fn sentence(lower: &str) -> Option<Claim> {
    // Who waits is said in the line; of a kernel extension others say it.
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let is_kext = has(&["kext", "kernel", "syspolicyd"]);
    let is_said = !is_kext && has(&["extension", "com."]);
    let is_denied = has(&["not need", "not require", "no longer", "doesn't"]);
    let found = SENTENCES.iter().find(|(words, claim)| {
        let waits = matches!(claim, Claim::Logged(_) | Claim::AfterRestart);
        lower.contains(words) && (!waits || is_said && !is_denied)
    });
    found.map(|(_, claim)| claim.clone())
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

/// The number of an error: `OSSystemExtensionErrorDomain Code=8`, `(OSSystemExtensionErrorDomain error 8.)`, `code: 8`, or
/// its name, `OSSystemExtensionError.Code.codeSignatureInvalid`.
fn code(lower: &str) -> Option<u8> {
    let Some(rest) = lower.split("ossystemextensionerrordomain").nth(1) else {
        let rest = lower.split("ossystemextensionerror").nth(1)?;
        let name = rest.trim_start_matches('.').trim_start_matches("code.");
        let at = ERRORS.iter().rposition(|own| name.starts_with(own))?;
        return u8::try_from(at + 1).ok();
    };
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
    let fails = [
        "-67050",
        "-67062",
        "failed validation",
        "code signature is not valid",
    ];
    says("sysextd") && fails.iter().any(|words| says(words))
}

/// Whether a line is a step of an activation that does not say how it ended.
fn is_step(lower: &str) -> bool {
    const ENDS: [&str; 14] = [
        "error",
        "fail",
        "declin",
        "deny",
        "denied",
        "reject",
        "allowed",
        "invalid",
        "not ",
        "cannot",
        "unable",
        "refus",
        "uninstall",
        "crash",
    ];
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_read_by_its_number_and_by_its_name() {
        for (line, number) in [
            (
                "error domain=ossystemextensionerrordomain code=10 \"(null)\"",
                10,
            ),
            ("(ossystemextensionerrordomain error 8.)", 8),
            ("ossystemextensionerror.forbiddenbysystempolicy", 10),
            ("ossystemextensionerror.code.unknownextensioncategory", 7),
            ("ossystemextensionerrorunknown", 1),
        ] {
            assert_eq!(code(line), Some(number), "{line}");
        }
        assert_eq!(code("ossystemextensionerror"), None);
        let rows = table::rows::<2>(include_str!("activation.tsv"));
        assert_eq!(SENTENCES.len(), rows.count(), "a row that cannot be read");
    }
}
