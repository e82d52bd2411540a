//! Conclusions about a system extension.

use super::{About, ConclusionRow, Effect, conclusions};
use crate::diagnose::case::{View, given, together};
use crate::diagnose::facts::{ActivationState, Claim, Issue, Process, Setting};
use crate::extension::ExtensionKind::System;
use crate::profile::allowed::Removal;

conclusions! { System;
    "system-extension-update-waiting" Blocked (Approve):
        "Two versions of the system extension are listed: one is enabled, the other waits for somebody to allow it."
        => "", |view| together(view.in_state(ActivationState::WaitingForUser), view.in_state(ActivationState::Enabled));
    "system-extension-waiting-for-user" Blocked (Approve):
        "The system extension waits for somebody to allow it."
        => "", |view| view.only_in_state(ActivationState::WaitingForUser);
    // Where: what `systemextensionsctl list` itself says on macOS 15. Schema: NonRemovableFromUISystemExtensions.
    "system-extension-disabled" Blocked:
        "The user switched the system extension off."
        => "Switch it on in System Settings, on macOS 15 under General > Login Items & Extensions, the (i) beside its category. From macOS 15 a profile can forbid switching it off: `non_removable_from_ui` in the policy (NonRemovableFromUISystemExtensions).",
        |view| view.only_in_state(ActivationState::Disabled);
    // Extensions: from macOS 11.3 removing the payload deactivates what it allowed.
    // Errors: `OSSystemExtensionRequest.Result.willCompleteAfterReboot`.
    "system-extension-restart-pending" Blocked:
        "macOS took the system extension, and its activation comes to its end with the next restart."
        => "Restart the Mac, then list them again: systemextensionsctl list",
        |view| given(view.in_state(ActivationState::Enabled).is_empty() && view.in_state(ActivationState::WaitingForUser).is_empty(),
            view.is(&Claim::AfterRestart));
    "system-extension-terminated" Blocked (Approve):
        "The system extension was deactivated and goes at the next restart. From macOS 11.3 that also happens when the profile that allowed it is removed."
        => "Check that the profile is still installed; restart the Mac, then open the application so that it activates its extension again.",
        |view| given(view.in_state(ActivationState::WaitingForUser).is_empty() && !view.has(&Claim::AfterRestart),
            view.only_in_state(ActivationState::Terminated));
    "system-extension-terminating" Blocked:
        "The system extension is being switched off or removed; its process may still run."
        => "Wait a minute and list them again; if the state stays, restart the Mac, then open the application.",
        |view| view.only_in_state(ActivationState::Terminating);
    // Errors: forbiddenBySystemPolicy is 10.
    "system-extension-forbidden" Blocked (Approve):
        "The activation was refused: system policy forbids the extension."
        => "", |view| failed(view, |code| code == 10);
    // Errors: codeSignatureInvalid is 8, validationFailed 9.
    "system-extension-bad-signature" Blocked:
        "The activation failed because the signature of the extension does not hold (8), or its validation failed (9). An approval does not change that."
        => "Install the product again; if the error stays, ask its vendor.",
        |view| failed(view, |code| matches!(code, 8 | 9));
    // Errors: extensionNotFound is 4, unsupportedParentBundleLocation 3.
    "system-extension-not-found" Blocked:
        "The activation failed because the application has no such extension in it (4), or does not lie in /Applications (3). An approval does not change that."
        => "Move the application to /Applications, or install the product again there, and open it.",
        |view| failed(view, |code| matches!(code, 3 | 4));
    // Errors: authorizationRequired is 13, requestCanceled 11, requestSuperseded 12.
    "system-extension-activation-failed" Blocked:
        "The activation failed, and the number does not speak of a missing approval."
        => "`kextpolicy explain \"OSSystemExtensionErrorDomain NUMBER\"` says what the number means. Restart the Mac, open the application again, and collect the log of sysextd if it stays.",
        |view| failed(view, |code| !matches!(code, 3 | 4 | 8 | 9 | 10));
    "system-extension-activation-failed-and-enabled" Explains:
        "An activation failed, and the list shows the system extension enabled: the failure is older than the list, or of a new version while the old one runs."
        => "", |view| given(!view.in_state(ActivationState::Enabled).is_empty(), view.all(|claim| matches!(claim, Claim::ActivationFailed(_))));
    "system-extension-deactivation-failed" Explains:
        "A deactivation failed. That says nothing about the approval."
        => "Restart the Mac and try the removal again.", |view| view.is(&Claim::DeactivationFailed);
    // Defender: what `mdatp health --details system_extensions` prints while the approval is missing.
    "defender-extension-not-ready" Blocked (Approve):
        "Defender's system extension is installed and not ready: it is not approved or does not run."
        => "", |view| given(!is_filter_only(view), view.both(&Claim::Installed(true), &Claim::ReadyPolicy(false)));
    "network-filter-off" Impaired:
        "Endpoint security works, and the network extension is installed with its filter off: somebody switched it off or denied it, the content filter is not delivered, or the extension itself waits (`systemextensionsctl list` shows that). Approving the extension is not the remedy unless it waits."
        => "Deliver the content filter (payload com.apple.webcontent-filter) beside the extension policy; on the Mac: mdatp system-extension network-filter enable, and allow \"Filter Network Content\" where macOS asks.",
        |view| given(view.is_network() && is_filter_only(view), view.both(&Claim::Installed(true), &Claim::ReadyPolicy(false)));
    "network-events-missing" Impaired:
        "Defender gets no network events. Its network filter does not run: the content filter is not delivered or was denied, or the extension itself waits (`systemextensionsctl list` shows that). Real-time protection does not depend on it."
        => "Look at the network extension: systemextensionsctl list. If it is enabled, deliver the content filter (payload com.apple.webcontent-filter) or allow \"Filter Network Content\" where macOS asks, then restart the Mac.",
        |view| given(view.is_network() && !waits(view) && !view.case.is_not_protecting() && view.both(&Claim::Installed(true), &Claim::ReadyPolicy(false)).is_empty(),
            view.is(&Claim::HealthIssue(Issue::NoNetworkEvents)));
    // `[activated enabled]` says that it is approved and switched on, not that its process lives.
    "extension-enabled-and-not-running" Blocked:
        "The list says that the system extension is approved and enabled, and the product says that it does not work: its process does not run, or lacks another permission. The approval is not what is missing."
        => "Restart the Mac; then look whether the product has Full Disk Access and whether another security product is in its way, and read `health_issues`.",
        |view| given(view.is_endpoint_security() && view.case.is_not_protecting(), together(
            view.in_state(ActivationState::Enabled),
            view.all(|claim| matches!(claim, Claim::ProtectionAvailable(Setting::No | Setting::Unavailable)))));
    // Public reports of `amfid` with AppleMobileFileIntegrityError -413, and of `launchd` that spawns it again and again.
    "extension-not-let-run" Blocked:
        "macOS does not let the program of the system extension run: its signature or one of its entitlements does not hold. No approval mends that."
        => "Install the product again, in its newest version; if the line comes again, send it to the vendor.",
        |view| view.is(&Claim::Process(Process::NotLetRun));
    "extension-process-fails" Blocked:
        "The process of the system extension does not start, or ended. That is another fault than a missing approval."
        => "Restart the Mac. If the line comes again, look for a refused signature (log show --last 30m --predicate 'process == \"amfid\"'), and install the product again.",
        |view| given(!view.has(&Claim::Process(Process::NotLetRun)) && !view.has(&Claim::Process(Process::Runs)),
            view.is(&Claim::Process(Process::Fails)));
    // ESClient.h: ES_NEW_CLIENT_RESULT_ERR_NOT_PERMITTED.
    "endpoint-security-not-permitted" Impaired:
        "The process of the system extension runs and may not use Endpoint Security: it has no Full Disk Access. That is another permission than the approval of the extension."
        => "Give it Full Disk Access with a privacy profile (payload com.apple.TCC.configuration-profile-policy, SystemPolicyAllFiles for this bundle ID) or in the privacy settings.",
        |view| view.is(&Claim::Process(Process::NotPermitted));
    "extension-process-runs" Explains:
        "The process of the system extension runs."
        => "", |view| view.is(&Claim::Process(Process::Runs));
    // Extensions: from macOS 11.3 an installed payload completes the activation that waits, not one that was never asked for.
    "approved-and-not-installed" Blocked:
        "An installed profile allows the system extension, and macOS has none of it: the approval is not what is missing. The application has not asked for the activation, or the activation failed, as with a signature that does not hold."
        => "Open the application. If the extension is still not listed, read the log (log show --last 1h --predicate 'process == \"sysextd\"'), and install the product again.",
        |view| given(!view.has(&Claim::Installed(true)) && !view.any(|claim| matches!(claim, Claim::ActivationFailed(_))),
            together(view.covered(), view.all(|claim| matches!(claim, Claim::NotInSystemExtensionList | Claim::Installed(false)))));
    "defender-extension-not-installed" Blocked:
        "Defender says that its system extension is not installed."
        => "Open Defender, so that it asks macOS for its extensions; if it says the same again, install it again.",
        |view| given(view.covered().is_empty() && view.states(|_| true).is_empty(),
            view.is(&Claim::Installed(false)));
    "listed-for-other-team" Impaired:
        "The list has this bundle ID under another Team ID: that is not the extension of this vendor."
        => "Find out where it comes from before anything else: codesign -dv on the application that brought it.",
        |view| view.is(&Claim::ListedForOtherTeam);
    "system-extension-enabled" Fine:
        "The system extension is approved and enabled. The list does not say whether its process runs; the product itself does."
        => "", |view| given(
            view.in_state(ActivationState::WaitingForUser).is_empty() && !is_said_not_to_work(view),
            view.in_state(ActivationState::Enabled));
    "defender-extension-ready" Fine:
        "Defender says that its system extension is installed and ready."
        => "", |view| given(!(view.is_endpoint_security() && view.case.is_not_protecting()),
            view.both(&Claim::Installed(true), &Claim::ReadyPolicy(true)));
    "system-extension-upgrade-waiting" Explains:
        "A new version of the system extension waits to take the place of the old one. That is not a missing approval."
        => "Open the application again, or restart the Mac, so that the new version takes over.", |view| view.in_state(ActivationState::WaitingToUpgrade);
    "system-extension-not-active" Explains:
        "The list says `activated enabled`, and the mark in the column `enabled` or `active` is missing: whether the system extension works is not known."
        => "Restart the Mac, open the application, then list them again: systemextensionsctl list", |view| view.only_in_state(ActivationState::NotActive);
    "list-cut-short" Open:
        "The list of system extensions is cut short: what it lacks is not known."
        => "List them again, and give the whole answer: systemextensionsctl list", |view| view.is(&Claim::ListCut);
    "system-extension-other-state" Explains:
        "The system extension is in a state that this tool has no sentence for."
        => "List them again in a minute: systemextensionsctl list", |view| view.in_state(ActivationState::Other);
    "system-extension-only-looked-at" Hints:
        "macOS works on the activation; these lines do not say how that ended."
        => "", |view| given(!view.any(|claim| matches!(claim, Claim::ActivationFailed(_) | Claim::SystemExtension(_) | Claim::Logged(_) | Claim::AfterRestart)),
            view.is(&Claim::OnlyLookedAt(System)));
    "system-extension-not-listed" Hints:
        "The list of system extensions does not name it."
        => "Check that the product is installed, open its application, then collect again.", |view| view.is(&Claim::NotInSystemExtensionList);
    // Schema: AllowedSystemExtensionTypes; a team that is not in it may use every type. Values of several profiles add up.
    "type-not-allowed" Hints:
        "Installed profiles allow only some types of system extensions of the team, and the type of this one is not among them: it stays blocked."
        => "Add its type to AllowedSystemExtensionTypes (`types` in the policy), or leave the list out.", |view| view.type_forbidden();
    "types-narrowed" Hints:
        "Installed profiles allow only these types of system extensions of the team; other types stay blocked."
        => "Compare them with the type of the extension: `systemextensionsctl list` names the type above the extension.",
        |view| given(!view.has(&Claim::TypesOpen) && !view.any(|claim| matches!(claim, Claim::Category(_))),
            view.all(|claim| matches!(claim, Claim::TypesNarrowed(_))));
    // Extensions: values of several profiles add up; what a missing list means beside one in another profile is not told.
    "types-narrowed-in-some" Explains:
        "Some installed profiles narrow the team to types of system extensions, others allow it without that list. Apple says that profiles add up, not what this means."
        => "Say the same types in every profile that allows the team.",
        |view| together(view.all(|claim| matches!(claim, Claim::TypesNarrowed(_))), view.is(&Claim::TypesOpen));
    // Schema: the same extension in both is an error.
    "removable-and-not" Explains:
        "Installed profiles list the system extension as removable and as not removable. Apple calls that an error."
        => "Keep it in one of the two lists.",
        |view| view.both(&Claim::Removal(Removal::Removable), &Claim::Removal(Removal::NonRemovable));
}

/// The activations that failed with such a number, unless the extension is enabled all the same.
fn failed(view: &View<'_>, is_meant: fn(u8) -> bool) -> Vec<usize> {
    let found = view.all(|claim| matches!(claim, Claim::ActivationFailed(code) if is_meant(*code)));
    given(view.in_state(ActivationState::Enabled).is_empty(), found)
}

/// Whether only the network filter is off, and endpoint security works.
fn is_filter_only(view: &View<'_>) -> bool {
    let case = view.case;
    let works = case.facts.iter().any(|fact| match fact.claim {
        Claim::ReadyPolicy(true) => {
            fact.bundle.as_deref() == Some(crate::diagnose::subject::ENDPOINT_SECURITY)
        }
        Claim::ProtectionAvailable(setting) => setting == Setting::Yes,
        _ => false,
    });
    view.is_network() && works && !waits(view)
}

/// Whether the list shows the extension in another state than enabled.
fn waits(view: &View<'_>) -> bool {
    !view
        .states(|state| state != ActivationState::Enabled)
        .is_empty()
}

/// Whether the product or macOS says that the extension does not work, whatever the list says.
fn is_said_not_to_work(view: &View<'_>) -> bool {
    view.has_no_process()
        || view.case.whole().has(&Claim::Healthy(false))
        || view.is_endpoint_security() && view.case.is_not_protecting()
}
