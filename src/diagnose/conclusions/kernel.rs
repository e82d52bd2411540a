//! Conclusions about a kernel extension.

use super::{About, ConclusionRow, Effect, conclusions};
use crate::diagnose::case::{View, given, together};
use crate::diagnose::facts::{Claim, Refusal, SecurityMode, Table};

conclusions! { Kernel;
    // Defender: with nothing under `Diagnostics for` it is purely the approval.
    "kext-approval-missing" Blocked (Approve):
        "System policy rejected the kernel extension because its approval is missing. The output names nothing else that is wrong."
        => "", |view| given(
            !view.is_damaged() && !view.has(&Claim::UnknownDiagnostic),
            view.unapproved(&Claim::Refused(Refusal::Policy)));
    "kext-rejected-with-diagnostics" Blocked (Approve):
        "System policy rejected the kernel extension, so its approval is missing. The diagnostics name something else that may be wrong with it."
        => "Read the lines under `Diagnostics for`; approve the extension, then try to load it again: sudo kextutil {kext}", |view| given(
            !view.is_damaged(), together(view.unapproved(&Claim::Refused(Refusal::Policy)), view.is(&Claim::UnknownDiagnostic)));
    "kext-rejected-and-damaged" Blocked (Approve):
        "System policy rejected the kernel extension, and something else is wrong with it as well."
        => "First correct what the next conclusions name; an approval alone does not help.", |view| given(
            view.is_damaged(), view.refused(Refusal::Policy));
    // Legacy: every change of what is approved needs a restart (macOS 11).
    "kext-rejected-despite-approval" Blocked:
        "System policy rejected the kernel extension, although its approval is recorded. Either the load attempt is older than the approval, or the approval has not taken effect yet."
        => "Restart the Mac, then try again: sudo kextutil {kext}. If it is rejected again, check the enrolment: profiles status -type enrollment", |view| given(
            !view.is_damaged(), view.approved(&Claim::Refused(Refusal::Policy)));
    // Kexts, Legacy: since macOS 11 kernel extensions are loaded at startup only; RestartDevice with RebuildKernelCache.
    // Code 28 is said after the approval, when the extension was added to the collection of the next start.
    "restart-pending" Blocked:
        "The kernel extension is approved, but macOS does not load it yet: since macOS 11 it needs a restart for that."
        => "Restart the Mac (an MDM server can send RestartDevice with RebuildKernelCache), then collect again.",
        |view| {
            let staged = view.refused(Refusal::Restart);
            if staged.is_empty() {
                given(forbidding_mode(view).is_empty(), view.approved(&Claim::Refused(Refusal::NotApproved)))
            } else {
                staged
            }
        };
    "kext-forbidden-by-security-mode" Blocked:
        "The kernel extension is approved, but this Mac with Apple silicon allows no third-party kernel extensions. Until its startup security allows them, the extension does not load, whatever is approved."
        => "", |view| together(forbidding_mode(view), view.approved(&Claim::Refused(Refusal::NotApproved)));
    "kext-not-approved" Blocked (Approve):
        "macOS says that the kernel extension is not approved. From macOS 11 on, it still says so after the approval, until the Mac is restarted."
        => "", |view| given(view.refused(Refusal::Restart).is_empty(), view.unapproved(&Claim::Refused(Refusal::NotApproved)));
    "user-decision-missing" Blocked (Approve):
        "macOS has seen the kernel extension, but nobody has approved it (allowed is 0 in KextPolicy)."
        => "", |view| view.unapproved(&Claim::DatabaseRow(Table::User, false));
    "kext-not-installed" Blocked:
        "There is no kernel extension at this path: it is not installed there. An approval does not change that."
        => "Install the product again, or look for the path: find /Library/Extensions /Library/Filesystems -name '*.kext'",
        |view| view.refused(Refusal::Absent);
    // SIP: kernel extensions need a signature of a Developer ID for kernel extensions. google/santa 325: without root the
    // signature may be unreadable.
    "bad-signature" Blocked:
        "The extension's signature is wrong or missing. This is not a missing approval, and an approval does not help."
        => "If the load was tried without sudo, try it with sudo first. Then install the product again; if the message appears again, ask its vendor: with System Integrity Protection on, macOS loads signed kernel extensions only.",
        |view| view.refused(Refusal::Signature);
    // What people did about code 30 in public reports: root:wheel and 755.
    "wrong-owner" Blocked:
        "Files of the extension have the wrong owner or permissions. This is not a missing approval, and an approval does not help."
        => "sudo chown -R root:wheel {folder} && sudo chmod -R 755 {folder}, then try to load it again.", |view| view.refused(Refusal::Ownership);
    "not-staged" Blocked:
        "macOS could not copy the extension to the folder from which it loads extensions. This is not a missing approval, and an approval does not help."
        => "The lines before this one name the reason, such as a signature that is not valid.", |view| view.refused(Refusal::Staging);
    // The message itself names the processor the extension is built for and the one that is needed.
    "wrong-architecture" Blocked:
        "The kernel extension is not built for this Mac's processor. This is not a missing approval, and an approval does not help."
        => "Install a version of the product that is built for the processor that this line names.", |view| view.refused(Refusal::Architecture);
    // Legacy: kernel extensions with unsupported KPIs are no longer loaded by default. mologie/NVWebDriverLibValFix 5: one
    // built for another release of macOS.
    "missing-libraries" Blocked:
        "Libraries or kernel interfaces (KPIs) that the extension needs were not found, or only in a version that does not match. This is not a missing approval, and an approval does not help."
        => "The lines below this one name them. Install a version of the product that is made for this version of macOS.", |view| view.refused(Refusal::Dependencies);
    // OSKextLib.h: kOSKextReturnLinkError.
    "built-for-another-macos" Blocked:
        "The kernel extension could not be linked: it is built for another version of macOS. This is not a missing approval, and an approval does not help."
        => "Install a version of the product that is made for this version of macOS.", |view| view.refused(Refusal::Link);
    "dependency-refused" Blocked:
        "Something that the kernel extension depends on was itself refused."
        => "Run kextutil, which names it: sudo kextutil {kext}", |view| view.refused(Refusal::Dependency);
    "kext-start-failed" Blocked:
        "The kernel extension was loaded, but its own start routine failed. The fault is in the extension, and an approval does not help."
        => "Ask the vendor for a version that works on this version of macOS.", |view| view.refused(Refusal::Start);
    "kext-invalid" Blocked:
        "The kernel extension is not valid: its property list or its program is damaged. An approval does not change that."
        => "Install the product again.", |view| view.refused(Refusal::Validation);
    "kext-unsupported" Blocked:
        "macOS never loads this kernel extension, even if it is approved: it is not supported on this version, or it is on Apple's exclude list."
        => "Ask the vendor for a version for this macOS, or for the system extension that replaced it.", |view| given(
            !view.any(|claim| matches!(claim, Claim::Refused(refusal) if refusal.is_damage() && *refusal != Refusal::Excluded)),
            view.refused(Refusal::Excluded));
    // rugarciap/Turbo-Boost-Switcher 168.
    "other-extension-breaks-collection" Blocked:
        "macOS could not build its collection of kernel extensions. The extension that this line names prevents that, for itself and for all others."
        => "Update or remove the extension that this line names, then try again: sudo kextutil {kext}", |view| given(view.refused(Refusal::Link).is_empty(), view.refused(Refusal::Collection));
    // macfuse/macfuse 976.
    "boot-collection-unreadable" Blocked:
        "macOS cannot read its own boot collection or boot policy. The fault is in the system, not in the extension or its approval."
        => "Restart the Mac. If the message appears again, reinstall macOS over itself, then try once more.",
        |view| view.all(|claim| matches!(claim, Claim::Refused(Refusal::BootCollection | Refusal::BootPolicy)));
    "other-version-loaded" Blocked:
        "Another version of the kernel extension is loaded already."
        => "Restart the Mac.", |view| view.refused(Refusal::OtherVersion);
    "safe-boot" Blocked:
        "The Mac was started in safe mode, which loads no third-party kernel extensions."
        => "Restart the Mac as usual.", |view| view.refused(Refusal::SafeBoot);
    "refused-without-reason" Blocked:
        "The extension could not be loaded, and macOS gives no reason."
        => "Run kextutil to see the reason: sudo kextutil {kext}", |view| view.refused(Refusal::Unspecified);
    "load-failed" Blocked:
        "The load failed for a reason that this tool does not know."
        => "Read this line: it contains what macOS says about the reason. The message for a missing approval is a different one.", |view| given(
            !view.any(|claim| matches!(claim, Claim::Refused(refusal) if *refusal != Refusal::Other)), view.refused(Refusal::Other));
    "kext-load-succeeded" Fine:
        "The load succeeded: the kernel extension is approved and loaded."
        => "", |view| given(!view.any(|claim| matches!(claim, Claim::Refused(_))),
            view.all(|claim| *claim == Claim::LoadSucceeded || *claim == Claim::LoadSilent && is_success_silent(view)));
    // From macOS 11 kextutil hands its work to kmutil and prints that it does (`Executing: /usr/bin/kmutil`).
    "kext-load-silent" Hints:
        "The load attempt printed nothing. Up to macOS 10.15 this means that it succeeded. From macOS 11 on it shows nothing, and a product that uses system extensions there has no kernel extension to load."
        => "Find out which macOS it is (sw_vers). From macOS 11 on, see what runs: systemextensionsctl list, and for a kernel extension kextstat",
        |view| given(!is_success_silent(view), view.is(&Claim::LoadSilent));
    "kext-of-another-macos" Contradicts:
        "Defender has no kernel extension from macOS 11 on, but here one is loaded: these outputs are from different Macs or times."
        => "", |view| given(view.case.subject.is_defender() && view.case.macos_is_at_least(11),
            view.all(|claim| matches!(claim, Claim::Loaded | Claim::LoadSucceeded)));
    "kext-loaded" Fine:
        "The kernel extension is loaded, so it is approved."
        => "", |view| view.is(&Claim::Loaded);
    // Secure: reduced security and the user's consent to it are a kernel extension's precondition on Apple silicon.
    "full-security" Hints:
        "This Mac with Apple silicon does not allow third-party kernel extensions: they need Reduced Security with its checkbox for kernel extensions."
        => "For a kernel extension: start into recovery by holding the power button, choose Reduced Security if it is not chosen yet, select \"Allow user management of kernel extensions from identified developers\", and restart. A product with a system extension does not need that.",
        |view| given(!view.case.uses_system_extension(), forbidding_mode(view));
    "not-run-as-root" Hints:
        "The load was tried without root, so it does not show whether the extension is approved."
        => "Try it with sudo: sudo kextutil {kext}", |view| view.refused(Refusal::Unprivileged);
    "other-extension" Hints:
        "The load output is about another extension and says nothing about this one."
        => "Load this one: sudo kextutil {kext}", |view| view.is(&Claim::OtherExtension);
    "unknown-diagnostics" Hints:
        "The diagnostics of the load attempt name something that this tool does not know."
        => "Read the lines under `Diagnostics for`: they say what is wrong with the extension.", |view| given(
            !view.any(|claim| matches!(claim, Claim::Refused(_) | Claim::Loadable)),
            view.is(&Claim::UnknownDiagnostic));
    "unclear-extension" Hints:
        "The load output names a kext folder but no bundle ID, so it does not show whether that is this extension."
        => "Compare CFBundleIdentifier in Contents/Info.plist of that folder with the bundle ID of this diagnosis.", |view| view.is(&Claim::UnclearExtension);
    "kext-loadable" Explains:
        "kextutil found nothing that prevents the kernel extension from loading. If kextutil was not run as root, a message about the signature before this line is a false alarm."
        => "", |view| given(!view.has(&Claim::LoadSucceeded), view.is(&Claim::Loadable));
    "kext-let-pass" Explains:
        "syspolicyd accepted the kernel extension: it is approved. That alone does not mean that it is loaded."
        => "", |view| view.is(&Claim::LetPass);
    "kext-in-collection" Explains:
        "The kernel extension is in a kernel collection or is being added to it: macOS accepted the extension and loads it from the next start on."
        => "If it is not loaded yet, restart the Mac.", |view| view.is(&Claim::InCollection);
    "kext-only-looked-at" Hints:
        "macOS checked the kernel extension; these lines do not show the result."
        => "", |view| given(!view.any(|claim| matches!(claim, Claim::Refused(_) | Claim::LetPass)),
            view.is(&Claim::OnlyLookedAt(crate::extension::ExtensionKind::Kernel)));
    "kext-not-loaded" Hints:
        "The kernel extension is not loaded. A product that uses its system extension does not load it."
        => "", |view| view.is(&Claim::NotInLoadedList);
    // TN2459: the load request is what asks for the approval.
    "not-in-database" Hints:
        "KextPolicy has no row for the kernel extension: neither an approval nor an open request is recorded."
        => "Try to load it, so that macOS asks for the approval: sudo kextutil {kext}", |view| view.is(&Claim::NotInDatabase);
    "in-load-history" Hints:
        "KextPolicy's load history names the kernel extension. That alone does not show whether it is approved now."
        => "", |view| view.is(&Claim::InLoadHistory);
    // From macOS 10.14.5 kernel extensions have to be notarized.
    "kext-not-notarized" Explains:
        "The kernel extension is signed but not notarized, which macOS requires from 10.14.5 on. This is not a missing approval."
        => "Install a newer version of the product; its vendor has to notarize it.", |view| view.is(&Claim::NotNotarized);
    // TN2459: `spctl kext-consent disable` in recovery.
    "approval-not-asked" Explains:
        "User consent for kernel extensions is switched off on this Mac: macOS asks nobody for an approval, and a missing approval blocks nothing."
        => "To make macOS ask again, start the Mac in Recovery and switch the question on: spctl kext-consent enable", |view| view.is(&Claim::ConsentAsked(false));
}

/// Whether a load that succeeds prints nothing: not from macOS 11. Where the macOS is not known, a kernel extension that was
/// replaced may not exist.
fn is_success_silent(view: &View<'_>) -> bool {
    let case = view.case;
    case.macos_is_before(11) || !case.macos_is_at_least(11) && !view.is_replaced()
}

/// What says that the startup security allows no kernel extension of third parties.
fn forbidding_mode(view: &View<'_>) -> Vec<usize> {
    view.all(|claim| {
        matches!(
            claim,
            Claim::SecurityMode(SecurityMode::Full) | Claim::ThirdPartyKexts(false)
        )
    })
}
