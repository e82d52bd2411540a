//! What to do when an approval is missing: the ways to give it, and a policy that gives it.

use super::answer::{Answer, Held};
use super::case::Case;
use super::conclusions::Missing;
use super::facts::{Claim, Fact};
use super::subject::Subject;
use crate::escape::visible;
use crate::extension::ExtensionKind;
use crate::identifier::BundleIdentifier;

/// Of which kinds of extension an approval is missing.
pub(super) fn missing(held: &[Held], facts: &[Fact]) -> Vec<ExtensionKind> {
    let says = |wanted| {
        held.iter()
            .any(|held| held.conclusion.missing == Some(wanted))
    };
    let (mut kernel, mut system) = (says(Missing::Kernel), says(Missing::System));
    if says(Missing::Either) && !kernel && !system {
        let case = Case { facts };
        let is_covered =
            |kind| case.any(|claim| matches!(claim, Claim::Covered(own, _) if *own == kind));
        kernel = !case.uses_system_extension();
        system = true;
        // A profile for one of them tells which one this Mac is meant to use.
        match (
            is_covered(ExtensionKind::Kernel),
            is_covered(ExtensionKind::System),
        ) {
            (true, false) => system = !kernel,
            (false, true) => kernel = false,
            _ => {}
        }
    }
    let mut kinds = Vec::new();
    kinds.extend(kernel.then_some(ExtensionKind::Kernel));
    kinds.extend(system.then_some(ExtensionKind::System));
    kinds
}

/// The kind of one extension: by its name, or by where it was found.
pub(super) fn kind(bundle: &str, facts: &[Fact]) -> ExtensionKind {
    let is_system = |fact: &Fact| {
        let is_system = matches!(
            fact.claim,
            Claim::SystemExtension(_)
                | Claim::ActivationForbidden
                | Claim::Covered(ExtensionKind::System, _)
        );
        is_system && fact.concerns(Some(bundle))
    };
    Subject::kind(bundle).unwrap_or(if facts.iter().any(is_system) {
        ExtensionKind::System
    } else {
        ExtensionKind::Kernel
    })
}

/// The extensions of a kind.
fn bundles<'s>(kind: ExtensionKind, subject: &'s Subject, facts: &[Fact]) -> Vec<&'s str> {
    let bundles = subject.bundles.iter().map(BundleIdentifier::as_str);
    bundles
        .filter(|bundle| self::kind(bundle, facts) == kind)
        .collect()
}

/// Writes the ways to approve, and the policy, into an answer.
pub(super) fn ways(answer: &mut Answer, subject: &Subject, facts: &[Fact]) {
    let mut wanted: Vec<(ExtensionKind, Vec<&str>)> = Vec::new();
    for kind in &answer.missing {
        let bundles = bundles(*kind, subject, facts);
        let is_covered = |bundle: &&str| {
            facts.iter().any(|fact| {
                matches!(fact.claim, Claim::Covered(own, _) if own == *kind)
                    && fact.concerns(Some(bundle))
            })
        };
        if !bundles.is_empty() && bundles.iter().all(is_covered) {
            answer.first.push(covered(*kind).to_owned());
        } else if !bundles.is_empty() {
            wanted.push((*kind, bundles));
        }
    }
    if wanted.is_empty() {
        return;
    }
    let own = policy_file(&wanted, facts);
    let file = own
        .as_deref()
        .map_or_else(|| "policy.yaml".to_owned(), shell_word);
    let render = |target: &str| {
        let render = format!("kextpolicy render {file} --target {target} --out-dir out");
        if own.is_some() {
            format!("The policy {file} allows it already: {render}")
        } else {
            format!(
                "Save the policy below as policy.yaml, or add its entries to your own, then: {render}"
            )
        }
    };
    // The words of the two consoles: Jamf Pro, "Computer Configuration Profiles"; Microsoft, `custom-settings-macos.md`.
    answer.jamf = vec![
        render("jamf"),
        "Upload the profile in Computers > Configuration Profiles: level Computer Level, Install Automatically; scope it to the Mac.".to_owned(),
    ];
    answer.intune = vec![
        render("intune"),
        "Create a profile for macOS with the template Custom from it: deployment channel Device channel; assign it to the Mac.".to_owned(),
    ];
    if wanted
        .iter()
        .any(|(kind, _)| *kind == ExtensionKind::Kernel)
    {
        // Legacy (see `conclusions`): a newly approved kernel extension needs a restart from macOS 11.
        let restart = "From macOS 11 a kernel extension needs a restart after the profile arrived.";
        answer.jamf.push(restart.to_owned());
        answer.intune.push(restart.to_owned());
    }
    answer.by_hand = by_hand(&wanted, subject, facts);
    if own.is_none() {
        answer.policy = Some(policy(&wanted, subject));
    }
}

/// What to do when an installed profile allows it and it is blocked all the same.
fn covered(kind: ExtensionKind) -> &'static str {
    match kind {
        // Legacy: macOS 11 needs a restart after every approval.
        ExtensionKind::Kernel => {
            "An installed profile allows the kernel extension already. Restart the Mac, which macOS 11 and later need before they load it; then collect again."
        }
        // Extensions: from macOS 11.3 the profile completes a waiting activation.
        ExtensionKind::System => {
            "An installed profile allows the system extension already, which completes a waiting activation from macOS 11.3. Open the application so that it asks macOS again; then collect again."
        }
    }
}

/// The policy file that was given, if it allows everything that is wanted.
fn policy_file(wanted: &[(ExtensionKind, Vec<&str>)], facts: &[Fact]) -> Option<String> {
    let allowed = |bundle: &&str| {
        facts.iter().find(|fact| {
            fact.claim == Claim::InPolicy(true) && fact.bundle.as_deref() == Some(bundle)
        })
    };
    let bundles = wanted.iter().flat_map(|(_, bundles)| bundles);
    let facts: Option<Vec<&Fact>> = bundles.map(allowed).collect();
    facts?.first().map(|fact| fact.file.clone())
}

/// A path as a shell wants it.
fn shell_word(path: &str) -> String {
    let is_plain = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, '/' | '.' | '-' | '_' | ',' | '+' | ':')
    };
    let shown = visible(path);
    if shown.chars().all(is_plain) {
        shown.into_owned()
    } else {
        format!("'{}'", shown.replace('\'', "'\\''"))
    }
}

/// How to approve on the Mac itself.
fn by_hand(
    wanted: &[(ExtensionKind, Vec<&str>)],
    subject: &Subject,
    facts: &[Fact],
) -> Vec<String> {
    let kext = subject.kext_path();
    let mut steps = Vec::new();
    let mut is_possible = false;
    for (kind, _) in wanted {
        let case = Case { facts };
        let says = |value| case.has(&Claim::UserOverrides(*kind, value));
        if says(false) && (*kind == ExtensionKind::System || !says(true)) {
            steps.push(format!(
                "Not for the {}: an installed profile lets nobody approve further ones (AllowUserOverrides is false).",
                kind.name()
            ));
            continue;
        }
        // OSSystemExtensionErrorForbiddenBySystemPolicy.
        if *kind == ExtensionKind::System && case.has(&Claim::ActivationForbidden) {
            steps.push(
                "Not for the system extension: system policy forbids it, so a profile has to allow it."
                    .to_owned(),
            );
            continue;
        }
        is_possible = true;
        match kind {
            // TN2459: the request to load starts the 30 minutes. Defender: kextutil, and the name. Legacy: administrators.
            ExtensionKind::Kernel => steps.extend([
                format!("The Allow button stays for 30 minutes after a load attempt. Start them again: sudo kextutil {kext} (it fails; that is expected)."),
                "As an administrator open System Preferences > Security & Privacy (System Settings > Privacy & Security from macOS 13) and allow the vendor by its name, for Defender \"Microsoft Corporation\".".to_owned(),
                format!("From macOS 11 restart the Mac. Then run sudo kextutil {kext} again: now it succeeds."),
            ]),
            // Where: what `systemextensionsctl list` itself says on macOS 15.
            ExtensionKind::System => steps.push(
                "For the system extension: open the application of the product, then System Preferences > Security & Privacy (System Settings > Privacy & Security from macOS 13, General > Login Items & Extensions from macOS 15) and allow it.".to_owned(),
            ),
        }
    }
    if is_possible && subject.is_defender() {
        steps.push("The banner goes, and `mdatp health` shows real_time_protection_enabled and real_time_protection_available both true.".to_owned());
    }
    steps
}

/// The policy that approves it.
fn policy(wanted: &[(ExtensionKind, Vec<&str>)], subject: &Subject) -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "identifier: com.contoso.extensions   # your own, reverse-DNS\norganization: Contoso                # your own\n",
    );
    for (kind, bundles) in wanted {
        let block = match kind {
            ExtensionKind::Kernel => "kernel_extensions:",
            ExtensionKind::System => {
                "system_extensions:\n  # false would take the Allow button away for every extension that no profile lists.\n  allow_user_overrides: true"
            }
        };
        let quoted: Vec<String> = bundles.iter().map(|own| format!("\"{own}\"")).collect();
        let _ = write!(
            text,
            "\n{block}\n  allowed:\n    - team_id: \"{}\"\n      bundle_ids: [{}]\n",
            subject.team,
            quoted.join(", ")
        );
    }
    text
}
