//! The conclusions, in the order in which they are told: one row each. A row holds when its predicate finds facts, and
//! those facts are its evidence; what no input states is not known and never "no".
//!
//! Sources that the comments name:
//! - TN2459: Apple, technical note "User-Approved Kernel Extension Loading".
//! - Kexts: Apple, "Kernel extensions in macOS", <https://support.apple.com/guide/deployment-reference-macos/apd37565d329>.
//! - Legacy: Apple, "Enterprise management of legacy system extensions in macOS Big Sur", <https://support.apple.com/HT211860>.
//! - Secure: Apple, "Securely extending the kernel in macOS", <https://support.apple.com/guide/security/sec8e454101b>.
//! - SIP: Apple, System Integrity Protection Guide, "Kernel Extensions".
//! - Schema: Apple, `com.apple.syspolicy.kernel-extension-policy.yaml` and `com.apple.system-extension-policy.yaml`.
//! - Extensions: Apple, `developer.apple.com/documentation/devicemanagement/systemextensions`.
//! - Defender: Microsoft, `mac-support-kext.md` and `mac-support-sys-ext.md` of the Defender for Endpoint documentation.

use super::case::{Case, given, together};
use super::facts::{
    ActivationState, Claim, Enrollment, Refusal, SecurityMode, Setting, Subsystem, Table, Width,
};
use crate::extension::ExtensionKind::{Kernel, System};
use crate::profile::allowed::Removal;

/// What a conclusion does to the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The extension is blocked: exit code 1.
    Blocked,
    /// The extension works: exit code 0.
    Fine,
    /// The extension works and protection is switched off: exit code 0.
    SwitchedOff,
    /// Explains others; no verdict of its own.
    Explains,
    /// The same, of what is no fault where the extension works: told only where it is not fine.
    Hints,
}

/// Of which kind of extension the approval is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Of the kernel extension.
    Kernel,
    /// Of the system extension.
    System,
    /// Of one of them; this conclusion does not tell which.
    Either,
}

/// One conclusion.
pub(crate) struct Conclusion {
    /// Its name, which never changes.
    pub(crate) name: &'static str,
    /// What it does to the verdict.
    pub(crate) effect: Effect,
    /// What it means.
    pub(crate) means: &'static str,
    /// The next step; `{kext}` is filled in. Empty when there is none, or when approving is the next step.
    pub(crate) next: &'static str,
    /// Which approval is the remedy, so that the ways to give it follow.
    pub(crate) missing: Option<Missing>,
    /// The facts that make it hold; none when it does not.
    pub(crate) holds: fn(&Case<'_>) -> Vec<usize>,
}

/// A row in few words.
macro_rules! conclusions {
    ($($name:literal $effect:ident $(($missing:ident))? : $means:literal => $next:literal, $holds:expr;)*) => {
        /// Every conclusion, in the order in which they are told.
        pub(crate) static CONCLUSIONS: &[Conclusion] = &[$(Conclusion {
            name: $name,
            effect: Effect::$effect,
            means: $means,
            next: $next,
            missing: conclusions!(@ $($missing)?),
            holds: $holds,
        }),*];
    };
    (@ $missing:ident) => { Some(Missing::$missing) };
    (@) => { None };
}

conclusions! {
    // Defender: with nothing under `Diagnostics for` it is purely the approval.
    "kext-approval-missing" Blocked (Kernel):
        "System policy rejected the kernel extension, and the output names nothing else that is wrong: its approval is missing."
        => "", |case| given(
            !case.is_damaged() && !case.has(&Claim::UnknownDiagnostic),
            case.unapproved(&Claim::Refused(Refusal::Policy)));
    "kext-rejected-with-diagnostics" Blocked (Kernel):
        "System policy rejected the kernel extension, so its approval is missing. The diagnostics name something else that may be wrong with it."
        => "Read the lines under `Diagnostics for`; approve the extension, then try to load it again: sudo kextutil {kext}", |case| given(
            !case.is_damaged(), together(case.unapproved(&Claim::Refused(Refusal::Policy)), case.is(&Claim::UnknownDiagnostic)));
    "kext-rejected-and-damaged" Blocked (Kernel):
        "System policy rejected the kernel extension, and something else is wrong with it as well."
        => "First repair what the next conclusions name; an approval alone does not help.", |case| given(
            case.is_damaged(), case.is(&Claim::Refused(Refusal::Policy)));
    // Legacy: every change of what is approved needs a restart (macOS 11).
    "kext-rejected-despite-approval" Blocked:
        "System policy rejected the kernel extension, although its approval is recorded: the load attempt is older than the approval, or the approval does not take effect yet."
        => "Restart the Mac, then try again: sudo kextutil {kext}. If it is rejected again, check the enrolment: profiles status -type enrollment", |case| given(
            !case.is_damaged(), case.approved(&Claim::Refused(Refusal::Policy)));
    // Kexts, Legacy: since macOS 11 kernel extensions are loaded at startup only; RestartDevice with RebuildKernelCache.
    "restart-pending" Blocked:
        "The kernel extension is approved, and macOS does not load it yet: since macOS 11 that takes a restart."
        => "Restart the Mac (an MDM server can send RestartDevice with RebuildKernelCache), then collect again.",
        |case| case.approved(&Claim::Refused(Refusal::NotApproved));
    "kext-not-approved" Blocked (Kernel):
        "macOS says that the kernel extension is not approved. From macOS 11 it also says this after the approval, until the Mac was restarted."
        => "", |case| case.unapproved(&Claim::Refused(Refusal::NotApproved));
    "protection-not-available" Blocked (Either):
        "Real-time protection is switched on and not available: the extension it needs is not approved. On older systems that is the kernel extension, on newer ones the system extension."
        => "", |case| given(!case.is_linux(), case.both(
            &Claim::ProtectionEnabled(Setting::Yes), &Claim::ProtectionAvailable(Setting::No)));
    "protection-unavailable" Blocked (System):
        "Both values of real-time protection are unavailable: the system extension is not approved or does not run."
        => "", |case| given(!case.is_linux(), case.both(
            &Claim::ProtectionEnabled(Setting::Unavailable), &Claim::ProtectionAvailable(Setting::Unavailable)));
    "defender-extension-not-ready" Blocked (System):
        "Defender's system extensions are installed, and at least one is not ready: it is not approved or does not run."
        => "", |case| case.both(&Claim::DefenderExtensionInstalled(true), &Claim::DefenderExtensionReady(false));
    "user-decision-missing" Blocked (Kernel):
        "macOS has seen the kernel extension, and nobody approved it (allowed is 0 in KextPolicy)."
        => "", |case| case.unapproved(&Claim::DatabaseRow(Table::User, false));
    "system-extension-update-waiting" Blocked (System):
        "Two versions of the system extension are listed: one is enabled, the other waits for somebody to allow it."
        => "", |case| together(
            case.beside(ActivationState::WaitingForUser, ActivationState::Enabled),
            case.beside(ActivationState::Enabled, ActivationState::WaitingForUser));
    "system-extension-waiting-for-user" Blocked (System):
        "The system extension waits for somebody to allow it."
        => "", |case| case.without(&Claim::SystemExtension(ActivationState::WaitingForUser), |other|
            *other == Claim::SystemExtension(ActivationState::Enabled));
    // Where: what `systemextensionsctl list` itself says on macOS 15. Schema: NonRemovableFromUISystemExtensions.
    "system-extension-disabled" Blocked:
        "The user switched the system extension off."
        => "Switch it on in System Settings, on macOS 15 under General > Login Items & Extensions. From macOS 15 a profile can forbid switching it off: `non_removable_from_ui` in the policy.",
        |case| case.is(&Claim::SystemExtension(ActivationState::Disabled));
    // Extensions: from macOS 11.3 removing the payload deactivates what it allowed.
    "system-extension-terminated" Blocked:
        "The system extension was deactivated and goes at the next restart. From macOS 11.3 that also happens when the profile that allowed it is removed."
        => "Check that the profile is still installed; restart the Mac, then open the application so that it activates its extension again.",
        |case| case.without(&Claim::SystemExtension(ActivationState::Terminated), |other|
            matches!(other, Claim::SystemExtension(state) if *state != ActivationState::Terminated));
    // OSSystemExtensionErrorForbiddenBySystemPolicy is 10.
    "system-extension-forbidden" Blocked (System):
        "The activation was refused: system policy forbids the extension."
        => "", |case| case.is(&Claim::ActivationForbidden);
    // SIP: kernel extensions need a signature of a Developer ID for kernel extensions. google/santa 325: without root the
    // signature may be unreadable.
    "bad-signature" Blocked:
        "The extension's signature is wrong or missing. That is another fault than a missing approval, and no approval mends it."
        => "If the load was tried without sudo, try it with sudo first. Then install the product again; if the message stays, ask its vendor: with System Integrity Protection on, macOS loads signed kernel extensions only.",
        |case| case.is(&Claim::Refused(Refusal::Signature));
    // What people did about code 30 in public reports: root:wheel and 755.
    "wrong-owner" Blocked:
        "Files of the extension have the wrong owner or permissions. That is another fault than a missing approval, and no approval mends it."
        => "sudo chown -R root:wheel {kext} && sudo chmod -R 755 {kext}, then try to load it again.", |case| case.is(&Claim::Refused(Refusal::Ownership));
    "not-staged" Blocked:
        "macOS could not copy the extension to the place it loads extensions from. That is another fault than a missing approval, and no approval mends it."
        => "The lines before this one name the reason, such as a signature that does not hold.", |case| case.is(&Claim::Refused(Refusal::Staging));
    // The message itself names the processor the extension is built for and the one that is needed.
    "wrong-architecture" Blocked:
        "The kernel extension is not built for this Mac's processor. That is another fault than a missing approval, and no approval mends it."
        => "Install a version of the product that is built for the processor this line asks for.", |case| case.is(&Claim::Refused(Refusal::Architecture));
    // Legacy: kernel extensions with unsupported KPIs are no longer loaded by default. mologie/NVWebDriverLibValFix 5: one
    // built for another release of macOS.
    "missing-libraries" Blocked:
        "Libraries or kernel interfaces (KPIs) that the extension needs were not found, or not in a fitting version. That is another fault than a missing approval, and no approval mends it."
        => "The lines below this one name them. Install a version of the product that is made for this version of macOS.", |case| case.is(&Claim::Refused(Refusal::Dependencies));
    "refused-without-reason" Blocked:
        "The extension could not be loaded, and no reason is given."
        => "Ask kextutil for the reason: sudo kextutil {kext}", |case| case.is(&Claim::Refused(Refusal::Unspecified));
    // Kexts: what it takes on Apple silicon.
    "full-security" Hints:
        "This Mac with Apple silicon does not allow kernel extensions of third parties: that takes reduced security."
        => "For a kernel extension: start into recovery by holding the power button, choose Reduced Security and \"Allow user management of kernel extensions from identified developers\", restart. A product with a system extension does not need that.",
        |case| given(!case.uses_system_extension(), case.all(|claim| matches!(claim,
            Claim::SecurityMode(SecurityMode::Full) | Claim::ThirdPartyKexts(false))));
    "kernel-collection-needs-restart" Hints:
        "macOS says that its rebuilt kernel collection needs a restart; whether because of this extension is not told."
        => "Restart the Mac, then collect again.", |case| case.is(&Claim::RestartNeeded);
    // microsoft-365-docs 9727.
    "looks-like-swapped-page" Explains:
        "These two lines alone look as if copied from published instructions that show the values swapped: for a missing approval the Mac really prints enabled true and available false."
        => "Run `mdatp health` on the Mac itself.", |case| case.is(&Claim::LooksLikeSwappedPage);
    "protection-switched-off" SwitchedOff:
        "Real-time protection was switched off; the extension is approved and fine."
        => "Switch it on in Defender's preferences; if a managed setting keeps it off, change the setting in the MDM server.",
        |case| given(!case.is_linux(), case.both(&Claim::ProtectionEnabled(Setting::No), &Claim::ProtectionAvailable(Setting::Yes)));
    "protection-off-and-not-available" Explains:
        "Real-time protection is switched off and not available: that does not tell whether the extension is approved."
        => "Switch protection on, then collect again.", |case| case.both(
            &Claim::ProtectionEnabled(Setting::No), &Claim::ProtectionAvailable(Setting::No));
    "protection-works" Fine:
        "Real-time protection is switched on and available: the extension is approved and works."
        => "", |case| given(!case.is_linux(), case.both(
            &Claim::ProtectionEnabled(Setting::Yes), &Claim::ProtectionAvailable(Setting::Yes)));
    "kext-loaded" Fine:
        "The kernel extension is loaded, so it is approved."
        => "", |case| case.is(&Claim::Loaded);
    "system-extension-enabled" Fine:
        "The system extension is active and enabled."
        => "", |case| given(
            !case.any(|claim| matches!(claim, Claim::SystemExtension(ActivationState::WaitingForUser | ActivationState::Disabled))),
            case.is(&Claim::SystemExtension(ActivationState::Enabled)));
    "approved-by-profile" Explains:
        "An installed profile allows it."
        => "", |case| case.all(|claim| matches!(claim, Claim::Covered(..) | Claim::DatabaseRow(Table::Mdm, true)));
    // TN2459: `spctl kext-consent` in recovery approves a team.
    "approved-by-user" Explains:
        "It is approved on the Mac itself."
        => "", |case| case.all(|claim| matches!(claim, Claim::DatabaseRow(Table::User, true) | Claim::ConsentForTeam));
    // Schema: AllowUserOverrides, false by default for kernel extensions. Extensions: one false wins.
    "approval-by-hand-forbidden" Hints:
        "An installed profile lets nobody approve further extensions of this kind by hand (AllowUserOverrides is false)."
        => "", |case| {
            let forbids = |kind| given(
                !case.any(|claim| matches!(claim, Claim::Covered(own, _) if *own == kind)),
                case.is(&Claim::UserOverrides(kind, false)));
            let mut found = given(!case.has(&Claim::UserOverrides(Kernel, true)), forbids(Kernel));
            found.extend(forbids(System));
            found
        };
    "kext-overrides-contradict" Explains:
        "Installed profiles say both that people may approve other kernel extensions and that they may not (AllowUserOverrides). Apple states no rule for that."
        => "Say the same in every kernel-extension policy, or keep only one of them; `kextpolicy effective FOLDER` shows which file says what.",
        |case| case.both(&Claim::UserOverrides(Kernel, true), &Claim::UserOverrides(Kernel, false));
    "system-extension-overrides-contradict" Explains:
        "Installed profiles say both that people may approve other system extensions and that they may not (AllowUserOverrides). By Apple's rule false wins."
        => "If people should be able to approve, set AllowUserOverrides to true in every system-extension policy; `kextpolicy effective FOLDER` shows which file says what.",
        |case| case.both(&Claim::UserOverrides(System, true), &Claim::UserOverrides(System, false));
    "non-admin-approvals-contradict" Explains:
        "Installed profiles say both that people who are no administrators may approve kernel extensions and that they may not (AllowNonAdminUserApprovals). Apple states no rule for that."
        => "Say the same in every kernel-extension policy, or keep only one of them; `kextpolicy effective FOLDER` shows which file says what.",
        |case| case.both(&Claim::NonAdminApprovals(true), &Claim::NonAdminApprovals(false));
    // Schema: both lists add up. For system extensions within one profile it is an error.
    "team-whole-and-listed" Explains:
        "Installed profiles allow the whole team and also list extensions of it by name: the lists narrow nothing, every extension of the team is allowed. For system extensions Apple calls both in one profile an error."
        => "Keep one of the two in the policy the profiles are made from.", |case| {
            let mut found = Vec::new();
            for kind in [Kernel, System] {
                found.extend(case.both(&Claim::Covered(kind, Width::Team), &Claim::TeamListed(kind)));
            }
            found
        };
    // Schema: AllowedSystemExtensionTypes; a team that is not in it may use every type.
    "types-narrowed" Hints:
        "Installed profiles allow only these types of system extensions of the team; other types stay blocked."
        => "Compare them with the type of the extension: `systemextensionsctl list` names the type above the extension.",
        |case| given(!case.has(&Claim::TypesOpen), case.is(&Claim::TypesNarrowed));
    // Extensions: values of several profiles add up; what a missing list means beside one in another profile is not told.
    "types-narrowed-in-some" Explains:
        "Some installed profiles narrow the team to types of system extensions, others allow it without that list. Apple says that profiles add up, not what this means."
        => "Say the same types in every profile that allows the team.",
        |case| case.both(&Claim::TypesNarrowed, &Claim::TypesOpen);
    // Schema: the same extension in both is an error.
    "removable-and-not" Explains:
        "Installed profiles list the system extension as removable and as not removable. Apple calls that an error."
        => "Keep it in one of the two lists.", |case| case.each(|fact| {
            let (one, other) = match fact.claim {
                Claim::Removal(Removal::Removable) => (true, Removal::NonRemovable),
                Claim::Removal(Removal::NonRemovable) => (true, Removal::Removable),
                _ => (false, Removal::Removable),
            };
            one && case.facts.iter().any(|own| own.claim == Claim::Removal(other) && own.bundle == fact.bundle)
        });
    "profile-does-not-cover" Hints:
        "Profiles with an extension policy are installed, and none of them allows the extension named here."
        => "", |case| {
            let mut found = Vec::new();
            for kind in [Kernel, System] {
                let open = case.without(&Claim::NotCovered(kind), |other| matches!(other, Claim::Covered(..)));
                found.extend(together(case.is(&Claim::Payload(kind)), open));
            }
            found
        };
    "no-profile" Hints:
        "No profile with an extension policy of this kind is installed."
        => "", |case| case.all(|claim| matches!(claim, Claim::NoPayload(_)));
    "profile-contents-hidden" Hints:
        "A profile with an extension policy is installed. This list does not show what the policy allows."
        => "Get the list with contents: sudo profiles show -output stdout-xml > profiles.xml", |case| case.all(|claim| match claim {
            Claim::PayloadContentsHidden(kind) => !case.has(&Claim::Payload(*kind)),
            _ => false,
        });
    // Schema: device channel only.
    "profile-for-a-user" Explains:
        "The profile is installed for a user. Extension policies work only for the Mac as a whole."
        => "Send it to the Mac: in Jamf Pro level `Computer Level`, in Intune deployment channel `Device channel`.",
        |case| case.all(|claim| matches!(claim, Claim::UserScope(_) | Claim::InstallOnUserChannel));
    // Schema: user-approved MDM is required.
    "mdm-not-user-approved" Hints:
        "The Mac is enrolled with MDM, and its user has not approved the enrolment: it takes no profile that approves extensions. Approving by hand still works."
        => "Let the user of the Mac approve the enrolment, then check: profiles status -type enrollment",
        |case| case.is(&Claim::Enrollment(Enrollment::NotUserApproved));
    "not-enrolled" Hints:
        "The Mac is not enrolled with MDM: no profile can approve extensions on it. Approving by hand still works."
        => "Approve by hand, or enrol the Mac first.", |case| case.is(&Claim::Enrollment(Enrollment::None));
    // google/santa 1125, micromdm/micromdm 956.
    "profile-refused" Explains:
        "A profile was refused because it has to come from a user-approved MDM server. Macs that report a user-approved enrolment have shown this error too."
        => "Check the enrolment (profiles status -type enrollment), and send the profile from the MDM server instead of installing it by hand.",
        |case| case.is(&Claim::InstallNeedsUserApprovedMdm);
    "not-run-as-root" Hints:
        "The load was tried without root and says nothing about the approval."
        => "Try it with sudo: sudo kextutil {kext}", |case| case.is(&Claim::Refused(Refusal::Unprivileged));
    "other-extension" Hints:
        "The load output speaks of another extension and says nothing about this one."
        => "Load this one: sudo kextutil {kext}", |case| case.is(&Claim::OtherExtension);
    "unknown-diagnostics" Hints:
        "The diagnostics of the load attempt name something that this tool has no sentence for."
        => "Read the lines under `Diagnostics for`: they say what is wrong with the extension.", |case| given(
            !case.any(|claim| matches!(claim, Claim::Refused(_) | Claim::Loadable)),
            case.is(&Claim::UnknownDiagnostic));
    "unclear-extension" Hints:
        "The load output names a kext folder and no bundle ID: it does not tell whether that is this extension."
        => "Compare CFBundleIdentifier in Contents/Info.plist of that folder with the bundle ID asked about.", |case| case.is(&Claim::UnclearExtension);
    "kext-loadable" Explains:
        "kextutil found nothing that keeps the kernel extension from loading. A message about its signature before this line is a false alarm when it was not run as root."
        => "", |case| case.is(&Claim::Loadable);
    "kext-not-loaded" Hints:
        "The kernel extension is not loaded. A product that uses its system extension does not load it."
        => "", |case| case.is(&Claim::NotInLoadedList);
    "system-extension-not-listed" Hints:
        "The list of system extensions does not name it."
        => "Check that the product is installed, open its application, then collect again.", |case| case.is(&Claim::NotInSystemExtensionList);
    // TN2459: the load request is what asks for the approval.
    "not-in-database" Hints:
        "KextPolicy has no row about the kernel extension: neither an approval nor an open question is recorded."
        => "Try to load it, so that macOS asks for the approval: sudo kextutil {kext}", |case| case.is(&Claim::NotInDatabase);
    "in-load-history" Hints:
        "KextPolicy's load history names the kernel extension. That alone does not tell whether it is approved now."
        => "", |case| case.is(&Claim::InLoadHistory);
    // TN2459: `spctl kext-consent disable` in recovery.
    "approval-not-asked" Explains:
        "User consent for kernel extensions is switched off on this Mac: nobody is asked for an approval, and a missing one blocks nothing."
        => "To have macOS ask again, switch it on in recovery: spctl kext-consent enable", |case| case.is(&Claim::ConsentAsked(false));
    // Secure: without System Integrity Protection signatures of kernel extensions are not enforced.
    "integrity-protection-off" Explains:
        "System Integrity Protection is off, wholly or for kernel extensions: this Mac does not check their signatures and approvals as others do."
        => "Do not conclude from this Mac what happens on others; collect on one with System Integrity Protection on.",
        |case| case.all(|claim| matches!(claim, Claim::KextSigningOff | Claim::SystemIntegrity(false)));
    "full-disk-access-missing" Explains:
        "Defender has no Full Disk Access. That is another permission than the approval of the extension."
        => "Give Defender Full Disk Access with a privacy profile or in the privacy settings; the extension policy does not do that.", |case| case.is(&Claim::FullDiskAccess(false));
    "not-licensed" Explains:
        "Defender reports that it has no licence. That is another matter than the approval of the extension."
        => "See to the licence, then collect again.", |case| case.is(&Claim::Licensed(false));
    "health-issues" Explains:
        "Defender names health issues. They may have other causes than the extension."
        => "", |case| case.is(&Claim::HealthIssue);
    "defender-healthy" Explains:
        "Defender says as a whole that it is healthy."
        => "", |case| case.is(&Claim::Healthy(true));
    "defender-not-healthy" Explains:
        "Defender says as a whole that it is not healthy."
        => "Read `health_issues` in the whole output of: mdatp health", |case| given(
            !case.is_linux() && !case.any(|claim| matches!(claim, Claim::ProtectionAvailable(Setting::No | Setting::Unavailable))),
            case.is(&Claim::Healthy(false)));
    "linux-agent" Explains:
        "This is the health of the agent for Linux: no extension is needed there."
        => "Collect `mdatp health` on a Mac.", |case| case.is(&Claim::Subsystem(Subsystem::Linux));
    "in-policy" Explains:
        "The policy file allows it."
        => "", |case| case.is(&Claim::InPolicy(true));
    "not-in-policy" Explains:
        "The policy file does not allow it."
        => "", |case| case.is(&Claim::InPolicy(false));
}
