//! What to do when an approval is missing: the ways to give it, and a policy that gives it.

use std::fmt::Write as _;

use super::case::{Case, Extension};
use super::conclusion::Conclusion;
use super::conclusions::Remedy;
use super::facts::{ActivationState, Claim, Enrollment, Fact, Subsystem};
use super::next_steps::NextSteps;
use crate::escape::shell_word;
use crate::extension::ExtensionKind::{self, Kernel, System};

/// The extensions whose approval is missing.
pub(super) fn missing<'s>(case: Case<'s>, conclusions: &[Conclusion<'s>]) -> Vec<Extension<'s>> {
    let with = |remedy| {
        conclusions
            .iter()
            .filter(move |conclusion| conclusion.row.remedy == Some(remedy))
    };
    let named: Vec<Extension<'s>> = with(Remedy::Approve)
        .flat_map(|conclusion| conclusion.extensions.clone())
        .collect();
    let is_shown = |extension: &Extension<'_>| {
        let view = case.view(*extension);
        !view.in_state(ActivationState::Enabled).is_empty()
            || view.any(|claim| matches!(claim, Claim::Loaded | Claim::LoadSucceeded))
    };
    let mut found = named;
    if found.is_empty() && with(Remedy::ApproveWhatProtects).next().is_some() {
        found = protecting(case)
            .into_iter()
            .filter(|extension| !is_shown(extension))
            .collect();
    }
    // Other causes that no approval mends come before it.
    let mended = |extension: &Extension<'_>| {
        let mut conclusion = conclusions.iter().filter(|conclusion| {
            matches!(
                conclusion.row.name,
                "approved-and-not-installed"
                    | "system-extension-disabled"
                    | "system-extension-bad-signature"
            )
        });
        conclusion.any(|conclusion| conclusion.extensions.contains(extension))
    };
    found.retain(|extension| !mended(extension));
    let order = |extension: &Extension<'_>| {
        let at = case.extensions().iter().position(|own| own == extension);
        (extension.1, at)
    };
    found.sort_by_key(order);
    found.dedup();
    found
}

/// The extensions that protection may need; a profile for one kind tells which this Mac is meant to use.
fn protecting(case: Case<'_>) -> Vec<Extension<'_>> {
    // The network extension is approved together with the other one.
    let needs_kernel = !case.uses_system_extension();
    let needs_system = !case.has(&Claim::Subsystem(Subsystem::KernelExtension));
    let all = case.extensions();
    let is_covered = |kind| {
        all.iter()
            .any(|extension| extension.1 == kind && !case.view(*extension).covered().is_empty())
    };
    let (kernel, system) = match (is_covered(Kernel), is_covered(System)) {
        (true, false) if needs_kernel => (true, false),
        (false, true) if needs_system => (false, true),
        _ => (needs_kernel, needs_system),
    };
    let mut found = all;
    found.retain(|(_, kind)| if *kind == Kernel { kernel } else { system });
    found
}

/// Where the kernel extension lies: by the evidence, or by the page of its vendor.
fn kext_path(case: Case<'_>) -> Option<String> {
    let of_evidence = || {
        case.facts
            .iter()
            .filter(|fact| fact.bundle.is_some() && fact.claim.kind() == Some(Kernel))
            .find_map(|fact| path_in(&fact.text))
    };
    of_evidence().or_else(|| case.subject.known_path().map(str::to_owned))
}

/// A step or a command with the kernel extension it is about: `{kext}` is its folder, or `-b BUNDLE_ID` (`kextutil(8)`)
/// where nobody named a folder. A step that takes nothing but a folder (`{folder}`) becomes the search for it then.
pub(super) fn with_kext(step: &str, case: Case<'_>) -> String {
    /// The places where public bug reports name folders.
    const SEARCH: &str = "Find the folder (find /Library/Extensions /Library/Filesystems -name '*.kext'), give it to root:wheel with mode 755, then try to load it again.";
    let is_asked = step.contains("{kext}") || step.contains("{folder}");
    if !is_asked {
        return step.to_owned();
    }
    match kext_path(case) {
        Some(path) => step.replace("{kext}", &path).replace("{folder}", &path),
        None if step.contains("{folder}") => SEARCH.to_owned(),
        None => {
            let bundle = case.subject.kernel().next().unwrap_or_default();
            step.replace("{kext}", &format!("-b {bundle}"))
        }
    }
}

/// The folder of a kernel extension in a line, outside of the places macOS copies it to.
fn path_in(text: &str) -> Option<String> {
    let end = text.find(".kext")? + ".kext".len();
    let start = text[..end]
        .rfind(['"', '\'', '(', ':', '|'])
        .map_or(0, |at| at + 1);
    let part = &text[start..end];
    let path = &part[part.find('/')?..];
    let path = path
        .trim_start_matches("//")
        .replace("/Library/StagedExtensions/", "/");
    let is_plain = !path.contains("/Staging/") && !path.contains('\\') && !path.contains('%');
    let is_one = path.starts_with('/') && path.matches(" /").count() == 0;
    (is_plain && is_one).then(|| shell_word(&path))
}

/// Adds the ways to approve what is missing, and the policy that does.
pub(super) fn add_ways(steps: &mut NextSteps, missing: &[Extension<'_>], case: Case<'_>) {
    let mut wanted: Vec<(ExtensionKind, Vec<&str>)> = Vec::new();
    for kind in [Kernel, System] {
        let of_kind = missing.iter().filter(|own| own.1 == kind);
        let missing: Vec<Extension<'_>> = of_kind.copied().collect();
        let is_covered = |extension: &Extension<'_>| !case.view(*extension).covered().is_empty();
        if missing.is_empty() {
            continue;
        }
        if missing.iter().all(is_covered) {
            let step = covered(kind);
            // A restart that a conclusion asks for already is asked for once.
            if kind == System
                || !steps
                    .first
                    .iter()
                    .any(|own| own.starts_with("Restart the Mac"))
            {
                steps.first.push(step.to_owned());
            }
            continue;
        }
        // The policy names every extension of the product that is of this kind: a profile replaces the one before it.
        let of_kind = case.extensions().into_iter().filter(|own| own.1 == kind);
        wanted.push((kind, of_kind.map(|(bundle, _)| bundle).collect()));
    }
    if wanted.is_empty() {
        return;
    }
    let own = policy_file(&wanted, case.facts);
    let file = own
        .as_deref()
        .map_or_else(|| "policy.yaml".to_owned(), shell_word);
    let render = |target: &str| {
        let render = format!("kextpolicy render {file} --target {target} --out-dir out");
        if own.is_some() {
            format!("The policy {file} allows it already: {render}")
        } else {
            format!(
                "Save the policy below as policy.yaml (or let --write-policy policy.yaml write it), or add its entries to your own, then: {render}"
            )
        }
    };
    // The words of the two consoles: Jamf Pro, "Computer Configuration Profiles"; Microsoft, `custom-settings-macos.md`.
    steps.jamf = vec![
        render("jamf"),
        "Upload the profile in Computers > Configuration Profiles: level Computer Level, Install Automatically; scope it to the Mac.".to_owned(),
        format!("On the Mac: sudo jamf policy, or wait for the next check-in; then look for the profile in {}.", device_management(case)),
    ];
    steps.intune = vec![
        render("intune"),
        "Create a profile for macOS with the template Custom from it: deployment channel Device channel; assign it to the Mac.".to_owned(),
        format!("Let the Mac sync: Devices > the Mac > Sync in Intune, or Check Status in Company Portal; then look for the profile in {}.", device_management(case)),
    ];
    if wanted.iter().any(|(kind, _)| *kind == Kernel) && !case.macos_is_before(11) {
        // Legacy (see `conclusions`): a newly approved kernel extension needs a restart from macOS 11.
        let restart = "From macOS 11 a kernel extension needs a restart after the profile arrived.";
        steps.jamf.push(restart.to_owned());
        steps.intune.push(restart.to_owned());
    }
    if case.has(&Claim::Enrollment(Enrollment::None)) {
        // No profile reaches a Mac that is not enrolled.
        steps.jamf.clear();
        steps.intune.clear();
    }
    steps.by_hand = by_hand(&wanted, case);
    if own.is_none() && !steps.jamf.is_empty() {
        steps.policy = Some(policy(&wanted, case.subject.team.as_str()));
    }
}

/// Where a Mac lists its profiles.
fn device_management(case: Case<'_>) -> &'static str {
    if case.macos_is_at_least(15) {
        "System Settings > General > Device Management"
    } else if case.macos_is_before(13) {
        "System Preferences > Profiles"
    } else {
        "System Settings > General > Device Management (macOS 13 and 14: Privacy & Security > Profiles; older: System Preferences > Profiles)"
    }
}

/// What to do when an installed profile allows it and it is blocked all the same.
fn covered(kind: ExtensionKind) -> &'static str {
    match kind {
        // Legacy: macOS 11 needs a restart after every approval.
        Kernel => {
            "An installed profile allows the kernel extension already. Restart the Mac, which macOS 11 and later need before they load it; then collect again."
        }
        // Extensions: from macOS 11.3 the profile completes a waiting activation.
        System => {
            "An installed profile allows the system extension already, which completes a waiting activation from macOS 11.3. Open the application so that it asks macOS again, or restart the Mac; if it still waits, remove the profile from the Mac and send it again; then collect again."
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

/// How to approve on the Mac itself.
fn by_hand(wanted: &[(ExtensionKind, Vec<&str>)], case: Case<'_>) -> Vec<String> {
    let kext = with_kext("{kext}", case);
    let mut steps = Vec::new();
    let mut is_possible = false;
    for (kind, _) in wanted {
        let says = |value| case.has(&Claim::UserOverrides(*kind, value));
        if says(false) && (*kind == System || !says(true)) {
            steps.push(format!(
                "Not for the {}: an installed profile lets nobody approve further ones (AllowUserOverrides is false).",
                kind.name()
            ));
            continue;
        }
        // OSSystemExtensionErrorForbiddenBySystemPolicy.
        if *kind == System && case.has(&Claim::ActivationFailed(10)) {
            steps.push(
                "Not for the system extension: system policy forbids it, so a profile has to allow it."
                    .to_owned(),
            );
            continue;
        }
        is_possible = true;
        match kind {
            // TN2459: the request to load starts the 30 minutes. Defender: kextutil, and the name. Legacy: administrators.
            Kernel => {
                steps.extend([
                    format!("The Allow button stays for 30 minutes after a load attempt. Start them again: sudo kextutil {kext} (it fails; that is expected)."),
                    format!("As an administrator open {} (close it first if it is open) and allow the vendor by its name, for Defender \"Microsoft Corporation\".", settings(Kernel, case)),
                ]);
                steps.push(if case.macos_is_before(11) {
                    format!("Run sudo kextutil {kext} again: now it succeeds, and prints nothing.")
                } else {
                    format!("From macOS 11 restart the Mac. Then run sudo kextutil {kext} again: now it succeeds.")
                });
            }
            System => steps.push(format!(
                "For the system extension: open the application of the product, then {} (close it first if it is open), and allow it.",
                settings(System, case)
            )),
        }
    }
    if is_possible && case.subject.is_defender() {
        steps.push("The banner goes, and `mdatp health` shows real_time_protection_enabled and real_time_protection_available both true.".to_owned());
    }
    steps
}

/// Where somebody allows an extension: what `systemextensionsctl list` itself says on macOS 15.
fn settings(kind: ExtensionKind, case: Case<'_>) -> &'static str {
    const OLD: &str = "System Preferences > Security & Privacy";
    const NEW: &str = "System Settings > Privacy & Security";
    match kind {
        System if case.macos_is_at_least(15) => {
            "System Settings > General > Login Items & Extensions, the (i) beside the category (Endpoint Security Extensions, Network Extensions)"
        }
        _ if case.macos_is_at_least(13) => NEW,
        _ if case.macos_is_before(13) => OLD,
        Kernel => {
            "System Preferences > Security & Privacy (System Settings > Privacy & Security from macOS 13)"
        }
        System => {
            "System Preferences > Security & Privacy (System Settings > Privacy & Security from macOS 13, General > Login Items & Extensions, the (i) beside the category, from macOS 15)"
        }
    }
}

/// The policy that approves it.
fn policy(wanted: &[(ExtensionKind, Vec<&str>)], team: &str) -> String {
    let mut text = String::from(
        "identifier: com.contoso.extensions   # your own, reverse-DNS\norganization: Contoso                # your own\n",
    );
    for (kind, bundles) in wanted {
        let block = match kind {
            Kernel => "kernel_extensions:",
            System => {
                "system_extensions:\n  # false would take the Allow button away for every extension that no profile lists.\n  allow_user_overrides: true"
            }
        };
        let quoted: Vec<String> = bundles.iter().map(|own| format!("\"{own}\"")).collect();
        let _ = write!(
            text,
            "\n{block}\n  allowed:\n    - team_id: \"{team}\"\n      bundle_ids: [{}]\n",
            quoted.join(", ")
        );
    }
    text
}
