//! Conclusions about a system extension.

use super::{About, ConclusionRow, Effect, conclusions};
use crate::diagnose::case::{View, given, together};
use crate::diagnose::facts::{ActivationState, Claim, Issue, Process, Setting};
use crate::extension::ExtensionKind::System;
use crate::profile::allowed::Removal;

conclusions! { System;
    "system-extension-update-waiting" Blocked (Approve):
        "Two versions of the system extension are listed: one is enabled, and the other waits until somebody allows it."
        => "", |view| together(view.in_state(ActivationState::WaitingForUser), view.in_state(ActivationState::Enabled));
    "system-extension-waiting-for-user" Blocked (Approve):
        "The system extension waits until somebody allows it."
        => "", |view| view.only_in_state(ActivationState::WaitingForUser);
    // Where: what `systemextensionsctl list` itself says on macOS 15. Schema: NonRemovableFromUISystemExtensions.
    "system-extension-disabled" Blocked:
        "The user switched the system extension off."
        => "Switch it on in System Settings, on macOS 15 under General > Login Items & Extensions, the (i) beside its category. From macOS 15 a profile can forbid switching it off: `non_removable_from_ui` in the policy (NonRemovableFromUISystemExtensions).",
        |view| view.only_in_state(ActivationState::Disabled);
    // Extensions: from macOS 11.3 removing the payload deactivates what it allowed.
    // Errors: `OSSystemExtensionRequest.Result.willCompleteAfterReboot`.
    "system-extension-restart-pending" Blocked:
        "macOS accepted the system extension. The next restart completes its activation."
        => "Restart the Mac, then list them again: systemextensionsctl list",
        |view| given(view.in_state(ActivationState::Enabled).is_empty() && view.in_state(ActivationState::WaitingForUser).is_empty(),
            view.is(&Claim::AfterRestart));
    "system-extension-terminated" Blocked (Approve):
        "The system extension was deactivated and is removed at the next restart. From macOS 11.3 on, that also happens if the profile that allowed it is removed."
        => "Check that the profile is still installed; restart the Mac, then open the application so that it activates its extension again.",
        |view| given(view.in_state(ActivationState::WaitingForUser).is_empty() && !view.has(&Claim::AfterRestart),
            view.only_in_state(ActivationState::Terminated));
    "system-extension-terminating" Blocked:
        "The system extension is being switched off or removed; its process may still run."
        => "Wait a minute and list them again; if the state does not change, restart the Mac, then open the application.",
        |view| view.only_in_state(ActivationState::Terminating);
    // Errors: forbiddenBySystemPolicy is 10.
    "system-extension-forbidden" Blocked (Approve):
        "The activation was refused: system policy forbids the extension."
        => "", |view| failed(view, |code| code == 10);
    // Errors: codeSignatureInvalid is 8, validationFailed 9.
    "system-extension-bad-signature" Blocked:
        "The activation failed because the signature of the extension is not valid (8), or its validation failed (9). An approval does not change that."
        => "Install the product again; if the error appears again, ask its vendor.",
        |view| failed(view, |code| matches!(code, 8 | 9));
    // Errors: extensionNotFound is 4, unsupportedParentBundleLocation 3.
    "system-extension-not-found" Blocked:
        "The activation failed because the application contains no such extension (4), or is not in /Applications (3). An approval does not change that."
        => "Move the application to /Applications, or install the product again there, and open it.",
        |view| failed(view, |code| matches!(code, 3 | 4));
    // Errors: authorizationRequired is 13, requestCanceled 11, requestSuperseded 12.
    "system-extension-activation-failed" Blocked:
        "The activation failed, but the error code does not indicate a missing approval."
        => "`kextpolicy explain \"OSSystemExtensionErrorDomain NUMBER\"` says what the error code means. Restart the Mac and open the application again. If the error appears again, collect the log of sysextd.",
        |view| failed(view, |code| !matches!(code, 3 | 4 | 8 | 9 | 10));
    "system-extension-activation-failed-and-enabled" Explains:
        "An activation failed, but the list shows that the system extension is enabled. Either the failure is older than the list, or a new version failed while the old one runs."
        => "", |view| given(!view.in_state(ActivationState::Enabled).is_empty(), view.all(|claim| matches!(claim, Claim::ActivationFailed(_))));
    "system-extension-deactivation-failed" Explains:
        "A deactivation failed. That says nothing about the approval."
        => "Restart the Mac and try the removal again.", |view| view.is(&Claim::DeactivationFailed);
    // Defender: what `mdatp health --details system_extensions` prints while the approval is missing.
    "defender-extension-not-ready" Blocked (Approve):
        "Defender's system extension is installed but not ready: it is not approved or does not run."
        => "", |view| given(!is_filter_only(view), view.both(&Claim::Installed(true), &Claim::ReadyPolicy(false)));
    "network-filter-off" Impaired:
        "Endpoint security works, and the network extension is installed, but its filter is off. Somebody switched the filter off or denied it, the content filter is not delivered, or the extension itself waits for approval (`systemextensionsctl list` shows that). Approving the extension helps only if it waits."
        => "Deliver the content filter (payload com.apple.webcontent-filter) in addition to the extension policy; on the Mac: mdatp system-extension network-filter enable, and allow \"Filter Network Content\" where macOS asks.",
        |view| given(view.is_network() && is_filter_only(view), view.both(&Claim::Installed(true), &Claim::ReadyPolicy(false)));
    "network-events-missing" Impaired:
        "Defender gets no network events, because its network filter does not run: the content filter is not delivered or was denied, or the extension itself waits for approval (`systemextensionsctl list` shows that). Real-time protection does not depend on it."
        => "Look at the network extension: systemextensionsctl list. If it is enabled, deliver the content filter (payload com.apple.webcontent-filter) or allow \"Filter Network Content\" where macOS asks, then restart the Mac.",
        |view| given(view.is_network() && !waits(view) && !view.case.is_not_protecting() && view.both(&Claim::Installed(true), &Claim::ReadyPolicy(false)).is_empty(),
            view.is(&Claim::HealthIssue(Issue::NoNetworkEvents)));
    // `[activated enabled]` says that it is approved and switched on, not that its process lives.
    "extension-enabled-and-not-running" Blocked:
        "The list says that the system extension is approved and enabled, but the product says that it does not work. Its process does not run, or lacks another permission. The approval is not missing."
        => "Restart the Mac. Then check whether the product has Full Disk Access and whether another security product conflicts with it, and read `health_issues`.",
        |view| given(view.is_endpoint_security() && view.case.is_not_protecting(), together(
            view.in_state(ActivationState::Enabled),
            view.all(|claim| matches!(claim, Claim::ProtectionAvailable(Setting::No | Setting::Unavailable)))));
    // Public reports of `amfid` with AppleMobileFileIntegrityError -413, and of `launchd` that spawns it again and again.
    "extension-not-let-run" Blocked:
        "macOS does not allow the program of the system extension to run: its signature or one of its entitlements is not valid. An approval does not help."
        => "Install the newest version of the product. If the line appears again, send it to the vendor.",
        |view| view.is(&Claim::Process(Process::NotLetRun));
    "extension-process-fails" Blocked:
        "The process of the system extension does not start, or has ended. This is not a missing approval."
        => "Restart the Mac. If the line appears again, look for a refused signature (log show --last 30m --predicate 'process == \"amfid\"'), and install the product again.",
        |view| given(!view.has(&Claim::Process(Process::NotLetRun)) && !view.has(&Claim::Process(Process::Runs)),
            view.is(&Claim::Process(Process::Fails)));
    // ESClient.h: ES_NEW_CLIENT_RESULT_ERR_NOT_PERMITTED.
    "endpoint-security-not-permitted" Impaired:
        "The process of the system extension runs but may not use Endpoint Security, because it has no Full Disk Access. This permission is separate from the approval of the extension."
        => "Give it Full Disk Access with a privacy profile (payload com.apple.TCC.configuration-profile-policy, SystemPolicyAllFiles for this bundle ID) or in the privacy settings.",
        |view| view.is(&Claim::Process(Process::NotPermitted));
    "extension-process-runs" Explains:
        "The process of the system extension runs."
        => "", |view| view.is(&Claim::Process(Process::Runs));
    // Extensions: from macOS 11.3 an installed payload completes the activation that waits, not one that was never asked for.
    "approved-and-not-installed" Blocked:
        "An installed profile allows the system extension, but macOS does not have the extension: the approval is not missing. The application has not requested the activation, or the activation failed, for example because of a signature that is not valid."
        => "Open the application. If the extension is still not listed, read the log (log show --last 1h --predicate 'process == \"sysextd\"'), and install the product again.",
        |view| given(!view.has(&Claim::Installed(true)) && !view.any(|claim| matches!(claim, Claim::ActivationFailed(_))),
            together(view.covered(), view.all(|claim| matches!(claim, Claim::NotInSystemExtensionList | Claim::Installed(false)))));
    "defender-extension-not-installed" Blocked:
        "Defender says that its system extension is not installed."
        => "Open Defender, so that it requests its extensions from macOS. If it says the same again, install it again.",
        |view| given(view.covered().is_empty() && view.states(|_| true).is_empty(),
            view.is(&Claim::Installed(false)));
    "listed-for-other-team" Impaired:
        "The list shows this bundle ID under another Team ID: this is not the vendor's extension."
        => "Find out first where it comes from: run codesign -dv on the application that contains it.",
        |view| view.is(&Claim::ListedForOtherTeam);
    "system-extension-enabled" Fine:
        "The system extension is approved and enabled. The list does not show whether its process runs; the product itself shows that."
        => "", |view| given(
            view.in_state(ActivationState::WaitingForUser).is_empty() && !is_said_not_to_work(view),
            view.in_state(ActivationState::Enabled));
    "defender-extension-ready" Fine:
        "Defender says that its system extension is installed and ready."
        => "", |view| given(!(view.is_endpoint_security() && view.case.is_not_protecting()),
            view.both(&Claim::Installed(true), &Claim::ReadyPolicy(true)));
    "system-extension-upgrade-waiting" Explains:
        "A new version of the system extension waits to replace the old one. That is not a missing approval."
        => "Open the application again, or restart the Mac, so that the new version takes over.", |view| view.in_state(ActivationState::WaitingToUpgrade);
    "system-extension-not-active" Explains:
        "The list says `activated enabled`, but the mark in the column `enabled` or `active` is missing, so it is not known whether the system extension works."
        => "Restart the Mac, open the application, then list them again: systemextensionsctl list", |view| view.only_in_state(ActivationState::NotActive);
    "list-cut-short" Open:
        "The list of system extensions is cut off: it is not known what is missing."
        => "List them again, and give the whole output: systemextensionsctl list", |view| view.is(&Claim::ListCut);
    "system-extension-other-state" Explains:
        "The system extension is in a state that this tool does not know."
        => "List them again in a minute: systemextensionsctl list", |view| view.in_state(ActivationState::Other);
    "system-extension-only-looked-at" Hints:
        "macOS works on the activation; these lines do not show the result."
        => "", |view| given(!view.any(|claim| matches!(claim, Claim::ActivationFailed(_) | Claim::SystemExtension(_) | Claim::Logged(_) | Claim::AfterRestart)),
            view.is(&Claim::OnlyLookedAt(System)));
    "system-extension-not-listed" Hints:
        "The list of system extensions does not contain it."
        => "Check that the product is installed, open its application, then collect again.", |view| view.is(&Claim::NotInSystemExtensionList);
    // Schema: AllowedSystemExtensionTypes; a team that is not in it may use every type. Values of several profiles add up.
    "type-not-allowed" Hints:
        "Installed profiles allow only some types of system extensions of the team. The type of this extension is not among them, so it stays blocked."
        => "Add its type to AllowedSystemExtensionTypes (`types` in the policy), or leave the list out.", |view| view.type_forbidden();
    "types-narrowed" Hints:
        "Installed profiles allow only these types of system extensions of the team; other types stay blocked."
        => "Compare them with the type of the extension: `systemextensionsctl list` names the type above the extension.",
        |view| given(!view.has(&Claim::TypesOpen) && !view.any(|claim| matches!(claim, Claim::Category(_))),
            view.all(|claim| matches!(claim, Claim::TypesNarrowed(_))));
    // Extensions: values of several profiles add up; what a missing list means beside one in another profile is not told.
    "types-narrowed-in-some" Explains:
        "Some installed profiles allow only certain types of system extensions of the team, and others allow the team without such a list. Apple says that profiles add up, but not what that means in this case."
        => "List the same types in every profile that allows the team.",
        |view| together(view.all(|claim| matches!(claim, Claim::TypesNarrowed(_))), view.is(&Claim::TypesOpen));
    // Schema: the same extension in both is an error.
    "removable-and-not" Explains:
        "Installed profiles list the system extension both as removable and as not removable. Apple calls that an error."
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
