//! The conclusions, in the order in which they are told: one row each. A row holds when its predicate finds facts, and
//! those facts are its evidence; what no input states is not known and never "no".

use super::facts::{
    ActivationState, Claim, Enrollment, Fact, Refusal, SecurityMode, Setting, Subsystem, Table,
};
use crate::extension::ExtensionKind;

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
}

/// One conclusion.
pub(crate) struct Conclusion {
    /// Its name, which never changes.
    pub(crate) name: &'static str,
    /// What it does to the verdict.
    pub(crate) effect: Effect,
    /// What it means.
    pub(crate) means: &'static str,
    /// The next step; `{kext}`, `{team}` and `{bundle}` are filled in. Empty when there is none.
    pub(crate) next: &'static str,
    /// Whether an approval is the remedy, so that the ways to give it follow.
    pub(crate) needs_approval: bool,
    /// The facts that make it hold; none when it does not.
    pub(crate) holds: fn(&Case<'_>) -> Vec<usize>,
}

/// All facts, for predicates.
pub(crate) struct Case<'f> {
    /// The facts.
    pub(crate) facts: &'f [Fact],
}

impl Case<'_> {
    /// The facts with such a claim.
    fn all(&self, test: impl Fn(&Claim) -> bool) -> Vec<usize> {
        let found = self.facts.iter().enumerate();
        found
            .filter(|(_, fact)| test(&fact.claim))
            .map(|(at, _)| at)
            .collect()
    }

    /// The facts with this claim.
    fn is(&self, claim: &Claim) -> Vec<usize> {
        self.all(|own| own == claim)
    }

    /// Whether any fact has such a claim.
    fn any(&self, test: impl Fn(&Claim) -> bool) -> bool {
        self.facts.iter().any(|fact| test(&fact.claim))
    }

    /// Both claims, or nothing.
    fn both(&self, one: &Claim, other: &Claim) -> Vec<usize> {
        let (mut first, second) = (self.is(one), self.is(other));
        if first.is_empty() || second.is_empty() {
            return Vec::new();
        }
        first.extend(second);
        first.sort_unstable();
        first
    }

    /// Whether the health is that of the agent for Linux.
    fn is_linux(&self) -> bool {
        self.any(|claim| *claim == Claim::Subsystem(Subsystem::Linux))
    }

    /// Whether protection uses the system extension, so that a kernel extension is not asked for.
    fn uses_system_extension(&self) -> bool {
        self.any(|claim| *claim == Claim::Subsystem(Subsystem::SystemExtension))
    }

    /// Facts that say that somebody approved the kernel extension.
    fn kernel_approval(&self) -> Vec<usize> {
        self.all(|claim| {
            matches!(
                claim,
                Claim::Covered(ExtensionKind::Kernel, _)
                    | Claim::DatabaseRow(_, true)
                    | Claim::ConsentForTeam
            )
        })
    }

    /// Whether a load attempt names a fault that no approval mends.
    fn is_damaged(&self) -> bool {
        self.any(|claim| {
            matches!(
                claim,
                Claim::Refused(
                    Refusal::Signature
                        | Refusal::Ownership
                        | Refusal::Staging
                        | Refusal::Architecture
                        | Refusal::Dependencies
                )
            )
        })
    }

    /// Refusals because nobody approved it, which a restart may end.
    fn not_approved(&self) -> Vec<usize> {
        self.is(&Claim::Refused(Refusal::NotApproved))
    }
}

/// The evidence if a condition holds.
fn given(condition: bool, evidence: Vec<usize>) -> Vec<usize> {
    if condition { evidence } else { Vec::new() }
}

/// A row in few words.
macro_rules! conclusions {
    ($($name:literal $effect:ident $(($approval:ident))? : $means:literal => $next:literal, $holds:expr;)*) => {
        /// Every conclusion, in the order in which they are told.
        pub(crate) static CONCLUSIONS: &[Conclusion] = &[$(Conclusion {
            name: $name,
            effect: Effect::$effect,
            means: $means,
            next: $next,
            needs_approval: conclusions!(@ $($approval)?),
            holds: $holds,
        }),*];
    };
    (@ approval) => { true };
    (@) => { false };
}

conclusions! {
    "kext-approval-missing" Blocked (approval):
        "The kernel extension was rejected by system policy and by nothing else: only its approval is missing."
        => "", |case| given(
            !case.is_damaged() && !case.any(|claim| *claim == Claim::UnknownDiagnostic),
            case.is(&Claim::Refused(Refusal::Policy)));
    "kext-rejected-with-diagnostics" Blocked (approval):
        "The kernel extension was rejected by system policy. Its diagnostics say more, which this tool does not understand: the approval is missing, and perhaps something else is wrong."
        => "Read the lines under `Diagnostics for`; approve the extension, then try to load it again.", |case| given(
            !case.is_damaged(), case.both(&Claim::Refused(Refusal::Policy), &Claim::UnknownDiagnostic));
    "kext-rejected-and-damaged" Blocked (approval):
        "The kernel extension was rejected by system policy, and something else is wrong with it as well."
        => "First repair what the other conclusions name; an approval alone does not help.", |case| given(
            case.is_damaged(), case.is(&Claim::Refused(Refusal::Policy)));
    "restart-pending" Blocked:
        "The kernel extension waits for a restart: it is approved and not loaded yet, or macOS says that its rebuilt kernel collection needs one."
        => "Restart the Mac; an MDM server can send the restart with a rebuild of the kernel cache. Then collect again.", |case| {
            let (approval, mut refused) = (case.kernel_approval(), case.not_approved());
            refused.extend(case.is(&Claim::RestartNeeded));
            if refused.is_empty() || approval.is_empty() && !case.any(|claim| *claim == Claim::RestartNeeded) {
                return Vec::new();
            }
            refused.extend(approval);
            refused.sort_unstable();
            refused
        };
    "kext-not-approved" Blocked (approval):
        "The kernel extension is not approved. macOS 11 and later also say this after the approval until the Mac was restarted."
        => "", |case| given(case.kernel_approval().is_empty() && !case.any(|claim| *claim == Claim::RestartNeeded), case.not_approved());
    "protection-not-available" Blocked (approval):
        "Real-time protection is switched on and not available: the extension it needs is not approved. On older systems that is the kernel extension, on newer ones the system extension."
        => "", |case| given(!case.is_linux(), case.both(
            &Claim::ProtectionEnabled(Setting::Yes), &Claim::ProtectionAvailable(Setting::No)));
    "protection-unavailable" Blocked (approval):
        "Both values of real-time protection are unavailable: the system extension is not approved or does not run."
        => "", |case| given(!case.is_linux(), case.both(
            &Claim::ProtectionEnabled(Setting::Unavailable), &Claim::ProtectionAvailable(Setting::Unavailable)));
    "defender-extension-not-ready" Blocked (approval):
        "Defender's system extensions are installed, and at least one is not ready: it is not approved or does not run."
        => "", |case| case.both(&Claim::DefenderExtensionInstalled(true), &Claim::DefenderExtensionReady(false));
    "user-decision-missing" Blocked (approval):
        "macOS has seen the kernel extension and nobody approved it (allowed is 0 in KextPolicy)."
        => "", |case| given(
            !case.any(|claim| *claim == Claim::DatabaseRow(Table::Mdm, true)),
            case.all(|claim| matches!(claim, Claim::DatabaseRow(_, false))));
    "system-extension-waiting-for-user" Blocked (approval):
        "The system extension waits for somebody to allow it."
        => "", |case| case.is(&Claim::SystemExtension(ActivationState::WaitingForUser));
    "system-extension-disabled" Blocked:
        "The user switched the system extension off."
        => "Switch it on in System Settings (macOS 15: General > Login Items & Extensions). With macOS 15 a profile can forbid this: `non_removable_from_ui` in the policy.",
        |case| case.is(&Claim::SystemExtension(ActivationState::Disabled));
    "system-extension-terminated" Blocked:
        "The system extension was removed and goes at the next restart."
        => "Restart the Mac, then open the application again so that it activates its extension.",
        |case| given(
            !case.any(|claim| *claim == Claim::SystemExtension(ActivationState::Enabled)),
            case.is(&Claim::SystemExtension(ActivationState::Terminated)));
    "system-extension-forbidden" Blocked (approval):
        "The activation was refused: system policy forbids the extension."
        => "", |case| case.is(&Claim::ActivationForbidden);
    "bad-signature" Blocked:
        "The extension's signature is wrong or missing. That is another fault than a missing approval."
        => "Install the product again; if the message stays, ask its vendor for a version signed for this macOS.", |case| case.is(&Claim::Refused(Refusal::Signature));
    "wrong-owner" Blocked:
        "Files of the extension have the wrong owner or permissions. That is another fault than a missing approval."
        => "sudo chown -R root:wheel {kext} && sudo chmod -R 755 {kext}", |case| case.is(&Claim::Refused(Refusal::Ownership));
    "not-staged" Blocked:
        "macOS could not copy the extension to the place it loads extensions from. That is another fault than a missing approval."
        => "Look for the reason in the lines around this one.", |case| case.is(&Claim::Refused(Refusal::Staging));
    "wrong-architecture" Blocked:
        "The kernel extension is not made for this Mac's processor. That is another fault than a missing approval."
        => "Ask the vendor for a version for this processor.", |case| case.is(&Claim::Refused(Refusal::Architecture));
    "missing-libraries" Blocked:
        "Libraries or kernel interfaces (KPIs) that the extension needs were not found. That is another fault than a missing approval."
        => "Ask the vendor for a version for this macOS.", |case| case.is(&Claim::Refused(Refusal::Dependencies));
    "refused-without-reason" Blocked:
        "The extension could not be loaded, and no reason is given."
        => "Ask kextutil: sudo kextutil {kext}", |case| case.is(&Claim::Refused(Refusal::Unspecified));
    "full-security" Explains:
        "This Mac with Apple silicon does not allow kernel extensions of third parties: they need reduced security."
        => "Set the Mac to reduced security with kernel extensions allowed, as Apple describes it; or use a version of the product with a system extension.",
        |case| given(!case.uses_system_extension(), case.all(|claim| matches!(claim,
            Claim::SecurityMode(SecurityMode::Full) | Claim::ThirdPartyKexts(false))));
    "protection-switched-off" SwitchedOff:
        "Real-time protection was switched off; the extension is approved and fine."
        => "Switch it on in Defender's preferences; if a managed setting keeps it off, change the setting in the MDM server.",
        |case| case.both(&Claim::ProtectionEnabled(Setting::No), &Claim::ProtectionAvailable(Setting::Yes));
    "looks-like-swapped-page" Explains:
        "These two lines alone look as if copied from published instructions that show the values swapped: for a missing approval the Mac really prints enabled true and available false."
        => "Run `mdatp health` on the Mac itself.", |case| case.is(&Claim::LooksLikeSwappedPage);
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
            !case.any(|claim| *claim == Claim::SystemExtension(ActivationState::WaitingForUser)),
            case.is(&Claim::SystemExtension(ActivationState::Enabled)));
    "approved-by-profile" Explains:
        "An installed profile allows it."
        => "", |case| case.all(|claim| matches!(claim, Claim::Covered(..) | Claim::DatabaseRow(Table::Mdm, true)));
    "approved-by-user" Explains:
        "It is approved on the Mac itself."
        => "", |case| case.all(|claim| matches!(claim, Claim::DatabaseRow(Table::User, true) | Claim::ConsentForTeam));
    "profiles-contradict" Explains:
        "Installed profiles contradict each other. For system extensions, `AllowUserOverrides` false in one profile wins; for kernel extensions Apple states no rule."
        => "Keep one profile per extension policy; `kextpolicy effective` shows what several do together.", |case| {
            for kind in [ExtensionKind::Kernel, ExtensionKind::System] {
                let both = case.both(&Claim::UserOverrides(kind, true), &Claim::UserOverrides(kind, false));
                if !both.is_empty() { return both; }
            }
            Vec::new()
        };
    "types-narrowed" Explains:
        "A profile allows only some types of system extensions of this team; the others stay blocked."
        => "Compare the types with those of the extension.", |case| case.is(&Claim::TypesNarrowed);
    "profile-does-not-cover" Explains:
        "A profile with an extension policy is installed, and none of them names this extension."
        => "", |case| {
            let mut found = Vec::new();
            for kind in [ExtensionKind::Kernel, ExtensionKind::System] {
                if !case.any(|claim| matches!(claim, Claim::Covered(own, _) if *own == kind)) {
                    found.extend(case.is(&Claim::NotCovered(kind)));
                }
            }
            found
        };
    "no-profile" Explains:
        "No installed profile approves extensions of this kind."
        => "", |case| case.all(|claim| matches!(claim, Claim::NoPayload(_)));
    "profile-contents-hidden" Explains:
        "A profile with an extension policy is installed. This listing names payload types only: it does not tell which extensions the profile allows."
        => "Get the XML: sudo profiles show -output stdout-xml > profiles.xml", |case| case.all(|claim| match claim {
            Claim::PayloadContentsHidden(kind) => !case.any(|own| matches!(own,
                Claim::Covered(other, _) | Claim::NotCovered(other) if other == kind)),
            _ => false,
        });
    "profile-for-a-user" Explains:
        "The profile is installed for a user. Extension policies work only for the Mac as a whole."
        => "Jamf Pro: level `Computer Level`. Intune: deployment channel `Device channel`.",
        |case| case.all(|claim| matches!(claim, Claim::UserScope(_) | Claim::InstallOnUserChannel));
    "mdm-not-user-approved" Explains:
        "The Mac is enrolled with MDM, and its user has not approved the enrolment: it takes no profile that approves kernel extensions. Approving by hand still works."
        => "Let the user of the Mac approve the enrolment, then check: profiles status -type enrollment",
        |case| case.is(&Claim::Enrollment(Enrollment::NotUserApproved));
    "not-enrolled" Explains:
        "The Mac is not enrolled with MDM: no profile can approve kernel extensions on it. Approving by hand still works."
        => "Approve by hand, or enrol the Mac first.", |case| case.is(&Claim::Enrollment(Enrollment::None));
    "profile-refused" Explains:
        "A profile was refused because it has to come from a user-approved MDM server. Macs that report a user-approved enrolment have shown this error too."
        => "Check the enrolment (profiles status -type enrollment), and send the profile from the MDM server instead of installing it by hand.",
        |case| case.is(&Claim::InstallNeedsUserApprovedMdm);
    "not-run-as-root" Explains:
        "The load was tried without root and says nothing about the approval."
        => "Run it with sudo.", |case| case.is(&Claim::Refused(Refusal::Unprivileged));
    "other-extension" Explains:
        "The load output speaks of another extension and says nothing about this one."
        => "Load this one: sudo kextutil {kext}", |case| case.is(&Claim::OtherExtension);
    "unknown-diagnostics" Explains:
        "The diagnostics of the load attempt say something that this tool does not understand."
        => "", |case| given(
            !case.any(|claim| matches!(claim, Claim::Refused(_) | Claim::Loadable)),
            case.is(&Claim::UnknownDiagnostic));
    "unclear-extension" Explains:
        "The load output names a kext folder and no bundle ID: it does not tell whether that is this extension."
        => "Compare CFBundleIdentifier in Contents/Info.plist of that folder with the bundle ID asked about.", |case| case.is(&Claim::UnclearExtension);
    "kext-loadable" Explains:
        "kextutil found nothing that keeps the kernel extension from loading. A message about its signature before this line is a false alarm when it was not run as root."
        => "", |case| case.is(&Claim::Loadable);
    "kext-not-loaded" Explains:
        "The kernel extension is not loaded. A product that uses its system extension does not load it."
        => "", |case| case.is(&Claim::NotInLoadedList);
    "system-extension-not-listed" Explains:
        "The list of system extensions does not name it."
        => "Check that the product is installed, open its application, then collect again.", |case| case.is(&Claim::NotInSystemExtensionList);
    "not-in-database" Explains:
        "KextPolicy has no row about the kernel extension: neither an approval nor an open question is recorded."
        => "", |case| case.is(&Claim::NotInDatabase);
    "in-load-history" Explains:
        "KextPolicy's load history names the kernel extension. That alone does not tell whether it is approved now."
        => "", |case| case.is(&Claim::InLoadHistory);
    "approval-not-asked" Explains:
        "This Mac does not ask for approvals as others do; what it shows cannot be compared with them."
        => "", |case| case.all(|claim| matches!(claim, Claim::ConsentAsked(false) | Claim::KextSigningOff | Claim::SystemIntegrity(false)));
    "full-disk-access-missing" Explains:
        "Defender has no Full Disk Access. That is another permission than the approval of the extension."
        => "Give Defender Full Disk Access; the extension policy does not do that.", |case| case.is(&Claim::FullDiskAccess(false));
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
        "Defender says as a whole that it is not healthy; without the lines of real-time protection that does not tell why."
        => "Give the whole output of `mdatp health`.", |case| given(
            !case.any(|claim| matches!(claim, Claim::ProtectionEnabled(_) | Claim::ProtectionAvailable(_))),
            case.is(&Claim::Healthy(false)));
    "linux-agent" Explains:
        "This is the health of the agent for Linux: no extension is needed there."
        => "", |case| case.is(&Claim::Subsystem(Subsystem::Linux));
    "in-policy" Explains:
        "The policy file allows it: what is missing is a profile made from it on this Mac."
        => "Render and deploy it: kextpolicy render POLICY --out-dir out", |case| case.is(&Claim::InPolicy(true));
    "not-in-policy" Explains:
        "The policy file does not allow it."
        => "Add the entry below to the policy.", |case| case.is(&Claim::InPolicy(false));
}
