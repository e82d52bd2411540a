//! Conclusions about a kernel extension.

use super::{About, ConclusionRow, Effect, conclusions};
use crate::diagnose::case::{View, given, together};
use crate::diagnose::facts::{Claim, Refusal, SecurityMode, Table};

conclusions! { Kernel;
    // Defender: with nothing under `Diagnostics for` it is purely the approval.
    "kext-approval-missing" Blocked (Approve):
        "System policy rejected the kernel extension, and the output names nothing else that is wrong: its approval is missing."
        => "", |view| given(
            !view.is_damaged() && !view.has(&Claim::UnknownDiagnostic),
            view.unapproved(&Claim::Refused(Refusal::Policy)));
    "kext-rejected-with-diagnostics" Blocked (Approve):
        "System policy rejected the kernel extension, so its approval is missing. The diagnostics name something else that may be wrong with it."
        => "Read the lines under `Diagnostics for`; approve the extension, then try to load it again: sudo kextutil {kext}", |view| given(
            !view.is_damaged(), together(view.unapproved(&Claim::Refused(Refusal::Policy)), view.is(&Claim::UnknownDiagnostic)));
    "kext-rejected-and-damaged" Blocked (Approve):
        "System policy rejected the kernel extension, and something else is wrong with it as well."
        => "First repair what the next conclusions name; an approval alone does not help.", |view| given(
            view.is_damaged(), view.refused(Refusal::Policy));
    // Legacy: every change of what is approved needs a restart (macOS 11).
    "kext-rejected-despite-approval" Blocked:
        "System policy rejected the kernel extension, although its approval is recorded: the load attempt is older than the approval, or the approval does not take effect yet."
        => "Restart the Mac, then try again: sudo kextutil {kext}. If it is rejected again, check the enrolment: profiles status -type enrollment", |view| given(
            !view.is_damaged(), view.approved(&Claim::Refused(Refusal::Policy)));
    // Kexts, Legacy: since macOS 11 kernel extensions are loaded at startup only; RestartDevice with RebuildKernelCache.
    // Code 28 is said after the approval, when the extension was added to the collection of the next start.
    "restart-pending" Blocked:
        "The kernel extension is approved, and macOS does not load it yet: since macOS 11 that takes a restart."
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
        "The kernel extension is approved, and this Mac with Apple silicon allows no kernel extensions of third parties: it does not load, whatever is approved, until the startup security allows them."
        => "", |view| together(forbidding_mode(view), view.approved(&Claim::Refused(Refusal::NotApproved)));
    "kext-not-approved" Blocked (Approve):
        "macOS says that the kernel extension is not approved. From macOS 11 it also says this after the approval, until the Mac was restarted."
        => "", |view| given(view.refused(Refusal::Restart).is_empty(), view.unapproved(&Claim::Refused(Refusal::NotApproved)));
    "user-decision-missing" Blocked (Approve):
        "macOS has seen the kernel extension, and nobody approved it (allowed is 0 in KextPolicy)."
        => "", |view| view.unapproved(&Claim::DatabaseRow(Table::User, false));
    "kext-not-installed" Blocked:
        "There is no kernel extension at this place: it is not installed there. An approval does not change that."
        => "Install the product again, or look for the place: find /Library/Extensions /Library/Filesystems -name '*.kext'",
        |view| view.refused(Refusal::Absent);
    // SIP: kernel extensions need a signature of a Developer ID for kernel extensions. google/santa 325: without root the
    // signature may be unreadable.
    "bad-signature" Blocked:
        "The extension's signature is wrong or missing. That is another fault than a missing approval, and no approval mends it."
        => "If the load was tried without sudo, try it with sudo first. Then install the product again; if the message stays, ask its vendor: with System Integrity Protection on, macOS loads signed kernel extensions only.",
        |view| view.refused(Refusal::Signature);
    // What people did about code 30 in public reports: root:wheel and 755.
    "wrong-owner" Blocked:
        "Files of the extension have the wrong owner or permissions. That is another fault than a missing approval, and no approval mends it."
        => "sudo chown -R root:wheel {folder} && sudo chmod -R 755 {folder}, then try to load it again.", |view| view.refused(Refusal::Ownership);
    "not-staged" Blocked:
        "macOS could not copy the extension to the place it loads extensions from. That is another fault than a missing approval, and no approval mends it."
        => "The lines before this one name the reason, such as a signature that does not hold.", |view| view.refused(Refusal::Staging);
    // The message itself names the processor the extension is built for and the one that is needed.
    "wrong-architecture" Blocked:
        "The kernel extension is not built for this Mac's processor. That is another fault than a missing approval, and no approval mends it."
        => "Install a version of the product that is built for the processor this line asks for.", |view| view.refused(Refusal::Architecture);
    // Legacy: kernel extensions with unsupported KPIs are no longer loaded by default. mologie/NVWebDriverLibValFix 5: one
    // built for another release of macOS.
    "missing-libraries" Blocked:
        "Libraries or kernel interfaces (KPIs) that the extension needs were not found, or not in a fitting version. That is another fault than a missing approval, and no approval mends it."
        => "The lines below this one name them. Install a version of the product that is made for this version of macOS.", |view| view.refused(Refusal::Dependencies);
    // OSKextLib.h: kOSKextReturnLinkError.
    "built-for-another-macos" Blocked:
        "The kernel extension could not be linked: it is built for another version of macOS. That is another fault than a missing approval, and no approval mends it."
        => "Install a version of the product that is made for this version of macOS.", |view| view.refused(Refusal::Link);
    "dependency-refused" Blocked:
        "Something that the kernel extension needs was refused itself."
        => "Ask kextutil, which names it: sudo kextutil {kext}", |view| view.refused(Refusal::Dependency);
    "kext-start-failed" Blocked:
        "The kernel extension was loaded, and its own start routine failed. That is a fault of the extension, and no approval mends it."
        => "Ask the vendor for a version that works on this version of macOS.", |view| view.refused(Refusal::Start);
    "kext-invalid" Blocked:
        "The kernel extension is not valid: its property list or its program is damaged. An approval does not change that."
        => "Install the product again.", |view| view.refused(Refusal::Validation);
    "kext-unsupported" Blocked:
        "macOS itself does not load this kernel extension, whoever approves it: it is unsupported on this version, or on Apple's exclude list."
        => "Ask the vendor for a version for this macOS, or for the system extension that replaced it.", |view| given(
            !view.any(|claim| matches!(claim, Claim::Refused(refusal) if refusal.is_damage() && *refusal != Refusal::Excluded)),
            view.refused(Refusal::Excluded));
    // rugarciap/Turbo-Boost-Switcher 168.
    "other-extension-breaks-collection" Blocked:
        "macOS could not build its collection of kernel extensions: an extension that this line names keeps it from being built, and with it all others."
        => "Update or remove the extension that this line names, then try again: sudo kextutil {kext}", |view| given(view.refused(Refusal::Link).is_empty(), view.refused(Refusal::Collection));
    // macfuse/macfuse 976.
    "boot-collection-unreadable" Blocked:
        "macOS cannot read its own boot collection or boot policy: that is a fault of the system, not of the extension or its approval."
        => "Restart the Mac; if it stays, install macOS again over itself, then try once more.",
        |view| view.all(|claim| matches!(claim, Claim::Refused(Refusal::BootCollection | Refusal::BootPolicy)));
    "other-version-loaded" Blocked:
        "Another version of the kernel extension is loaded already."
        => "Restart the Mac.", |view| view.refused(Refusal::OtherVersion);
    "safe-boot" Blocked:
        "The Mac was started in safe mode, which loads no kernel extensions of third parties."
        => "Restart the Mac as usual.", |view| view.refused(Refusal::SafeBoot);
    "refused-without-reason" Blocked:
        "The extension could not be loaded, and no reason is given."
        => "Ask kextutil for the reason: sudo kextutil {kext}", |view| view.refused(Refusal::Unspecified);
    "load-failed" Blocked:
        "The load failed for a reason that this tool has no sentence for."
        => "Read this line: it names the reason, as far as macOS says it. A missing approval reads otherwise.", |view| given(
            !view.any(|claim| matches!(claim, Claim::Refused(refusal) if *refusal != Refusal::Other)), view.refused(Refusal::Other));
    "kext-load-succeeded" Fine:
        "The load succeeded: the kernel extension is approved and loaded."
        => "", |view| given(!view.any(|claim| matches!(claim, Claim::Refused(_))),
            view.all(|claim| *claim == Claim::LoadSucceeded || *claim == Claim::LoadSilent && is_success_silent(view)));
    // From macOS 11 kextutil hands its work to kmutil and prints that it does (`Executing: /usr/bin/kmutil`).
    "kext-load-silent" Hints:
        "The load attempt printed nothing. Only up to macOS 10.15 that says that it succeeded; from macOS 11 it says nothing, and a product that uses system extensions there has no kernel extension to load."
        => "Find out which macOS it is (sw_vers); from macOS 11 ask what runs: systemextensionsctl list, and for a kernel extension kextstat",
        |view| given(!is_success_silent(view), view.is(&Claim::LoadSilent));
    "kext-of-another-macos" Contradicts:
        "Defender has no kernel extension from macOS 11 on, and here one is loaded: these outputs are of different Macs or times."
        => "", |view| given(view.case.subject.is_defender() && view.case.macos_is_at_least(11),
            view.all(|claim| matches!(claim, Claim::Loaded | Claim::LoadSucceeded)));
    "kext-loaded" Fine:
        "The kernel extension is loaded, so it is approved."
        => "", |view| view.is(&Claim::Loaded);
    // Secure: reduced security and the user's consent to it are a kernel extension's precondition on Apple silicon.
    "full-security" Hints:
        "This Mac with Apple silicon does not allow kernel extensions of third parties: that takes reduced security with its box for kernel extensions."
        => "For a kernel extension: start into recovery by holding the power button, choose Reduced Security where it is not chosen yet, tick \"Allow user management of kernel extensions from identified developers\", restart. A product with a system extension does not need that.",
        |view| given(!view.case.uses_system_extension(), forbidding_mode(view));
    "not-run-as-root" Hints:
        "The load was tried without root and says nothing about the approval."
        => "Try it with sudo: sudo kextutil {kext}", |view| view.refused(Refusal::Unprivileged);
    "other-extension" Hints:
        "The load output speaks of another extension and says nothing about this one."
        => "Load this one: sudo kextutil {kext}", |view| view.is(&Claim::OtherExtension);
    "unknown-diagnostics" Hints:
        "The diagnostics of the load attempt name something that this tool has no sentence for."
        => "Read the lines under `Diagnostics for`: they say what is wrong with the extension.", |view| given(
            !view.any(|claim| matches!(claim, Claim::Refused(_) | Claim::Loadable)),
            view.is(&Claim::UnknownDiagnostic));
    "unclear-extension" Hints:
        "The load output names a kext folder and no bundle ID: it does not say whether that is this extension."
        => "Compare CFBundleIdentifier in Contents/Info.plist of that folder with the bundle ID asked about.", |view| view.is(&Claim::UnclearExtension);
    "kext-loadable" Explains:
        "kextutil found nothing that keeps the kernel extension from loading. A message about its signature before this line is a false alarm when it was not run as root."
        => "", |view| given(!view.has(&Claim::LoadSucceeded), view.is(&Claim::Loadable));
    "kext-let-pass" Explains:
        "syspolicyd let the kernel extension pass: it is approved. That alone does not say that it is loaded."
        => "", |view| view.is(&Claim::LetPass);
    "kext-in-collection" Explains:
        "The kernel extension is in a kernel collection or is being added to it: macOS accepted it, and loads it from the next start on."
        => "If it is not loaded yet, restart the Mac.", |view| view.is(&Claim::InCollection);
    "kext-only-looked-at" Hints:
        "macOS looked at the kernel extension; these lines do not say how that ended."
        => "", |view| given(!view.any(|claim| matches!(claim, Claim::Refused(_) | Claim::LetPass)),
            view.is(&Claim::OnlyLookedAt(crate::extension::ExtensionKind::Kernel)));
    "kext-not-loaded" Hints:
        "The kernel extension is not loaded. A product that uses its system extension does not load it."
        => "", |view| view.is(&Claim::NotInLoadedList);
    // TN2459: the load request is what asks for the approval.
    "not-in-database" Hints:
        "KextPolicy has no row about the kernel extension: neither an approval nor an open question is recorded."
        => "Try to load it, so that macOS asks for the approval: sudo kextutil {kext}", |view| view.is(&Claim::NotInDatabase);
    "in-load-history" Hints:
        "KextPolicy's load history names the kernel extension. That alone does not say whether it is approved now."
        => "", |view| view.is(&Claim::InLoadHistory);
    // From macOS 10.14.5 kernel extensions have to be notarized.
    "kext-not-notarized" Explains:
        "The kernel extension is signed and not notarized, which macOS wants of it from 10.14.5 on. That is another fault than a missing approval."
        => "Install a newer version of the product; its vendor has to notarize it.", |view| view.is(&Claim::NotNotarized);
    // TN2459: `spctl kext-consent disable` in recovery.
    "approval-not-asked" Explains:
        "User consent for kernel extensions is switched off on this Mac: nobody is asked for an approval, and a missing one blocks nothing."
        => "To have macOS ask again, switch it on in recovery: spctl kext-consent enable", |view| view.is(&Claim::ConsentAsked(false));
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
