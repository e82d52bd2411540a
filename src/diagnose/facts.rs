//! What inputs say: facts, each with the line it stands on. A fact that no input states does not exist; nothing here
//! turns silence into "no".

use super::text::{Line, shown};
use crate::extension::ExtensionKind;
use crate::profile::allowed::Removal;

/// One statement of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// The input's name; filled in when the facts of all inputs are put together.
    pub(crate) file: String,
    /// The line, from 1; `None` for a database or another binary file.
    pub(crate) line: Option<u32>,
    /// The line as it may be shown, or what stands for it.
    pub(crate) text: String,
    /// What it says.
    pub(crate) claim: Claim,
    /// Which of the extensions that are asked about it speaks of; `None` when of all, or when that is not told.
    pub(crate) bundle: Option<Box<str>>,
}

impl Fact {
    /// What a line says.
    pub(crate) fn on(line: Line<'_>, claim: Claim) -> Self {
        Self::at(Some(line.number), line.text, claim)
    }

    /// What a place says.
    pub(crate) fn at(line: Option<u32>, text: &str, claim: Claim) -> Self {
        Self {
            file: String::new(),
            line,
            text: shown(text),
            claim,
            bundle: None,
        }
    }

    /// The same of one extension.
    pub(crate) fn of(mut self, bundle: &str) -> Self {
        self.bundle = Some(bundle.into());
        self
    }

    /// Whether it speaks of an extension: of this one, or of all.
    pub(crate) fn concerns(&self, bundle: Option<&str>) -> bool {
        match (self.bundle.as_deref(), bundle) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        }
    }
}

/// What can be stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// `mdatp health`: real-time protection is switched on.
    ProtectionEnabled(Setting),
    /// `mdatp health`: real-time protection can work, which needs the extension.
    ProtectionAvailable(Setting),
    /// The two values stand alone and in the pair that some published pages show by mistake.
    LooksLikeSwappedPage,
    /// `mdatp health`: the product as a whole.
    Healthy(bool),
    /// `mdatp health`: one entry of `health_issues`.
    HealthIssue,
    /// `mdatp health`: which mechanism protection uses.
    Subsystem(Subsystem),
    /// `mdatp health`: Full Disk Access.
    FullDiskAccess(bool),
    /// `mdatp health`: a licence.
    Licensed(bool),
    /// `mdatp health --details system_extensions`: an extension is installed.
    DefenderExtensionInstalled(bool),
    /// `mdatp health --details system_extensions`: an extension is ready or enabled.
    DefenderExtensionReady(bool),
    /// A load attempt was refused.
    Refused(Refusal),
    /// `kextutil` found nothing that keeps the extension from loading.
    Loadable,
    /// The output speaks of another extension only.
    OtherExtension,
    /// The output names a folder `NAME.kext` and never the bundle ID in it, so that it may be this extension or another.
    UnclearExtension,
    /// A line of the diagnostics of the extension that no sentence here explains.
    UnknownDiagnostic,
    /// The kernel collection was built and wants a restart.
    RestartNeeded,
    /// The extension is in the list of loaded ones.
    Loaded,
    /// A whole list of loaded extensions without it.
    NotInLoadedList,
    /// A line of `systemextensionsctl list`.
    SystemExtension(ActivationState),
    /// A whole list of system extensions without it.
    NotInSystemExtensionList,
    /// The activation was refused: forbidden by system policy.
    ActivationForbidden,
    /// `profiles status`: enrolment.
    Enrollment(Enrollment),
    /// A policy payload is installed.
    Payload(ExtensionKind),
    /// An installed policy payload allows it.
    Covered(ExtensionKind, Width),
    /// No installed policy payload of this kind allows it.
    NotCovered(ExtensionKind),
    /// An installed policy payload lists extensions of the team by name.
    TeamListed(ExtensionKind),
    /// All profiles are listed and none holds a policy payload of this kind.
    NoPayload(ExtensionKind),
    /// A payload type is listed, and the listing never shows what it allows.
    PayloadContentsHidden(ExtensionKind),
    /// An installed policy payload says whether users may approve extensions themselves.
    UserOverrides(ExtensionKind, bool),
    /// An installed payload says whether people who are no administrators may approve kernel extensions.
    NonAdminApprovals(bool),
    /// A system-extension policy narrows the types of this team.
    TypesNarrowed,
    /// A system-extension policy allows extensions of this team and does not narrow their types.
    TypesOpen,
    /// A system-extension policy says whether it may be removed.
    Removal(Removal),
    /// A policy payload that is installed for a user instead of the Mac.
    UserScope(ExtensionKind),
    /// A profile could not be installed: it needs a user-approved MDM server.
    InstallNeedsUserApprovedMdm,
    /// A profile could not be installed: it was sent on the user channel.
    InstallOnUserChannel,
    /// `KextPolicy`: a row about it.
    DatabaseRow(Table, bool),
    /// A whole `KextPolicy` database without a row about it.
    NotInDatabase,
    /// `KextPolicy`: its load history names it.
    InLoadHistory,
    /// `spctl kext-consent status`: whether the user is asked at all.
    ConsentAsked(bool),
    /// `spctl kext-consent list` names the team.
    ConsentForTeam,
    /// `csrutil status`: System Integrity Protection as a whole.
    SystemIntegrity(bool),
    /// `csrutil status`: kernel extensions need no valid signature or approval.
    KextSigningOff,
    /// `bputil -d`: the security mode of a Mac with Apple silicon.
    SecurityMode(SecurityMode),
    /// `bputil -d`: kernel extensions of third parties are allowed.
    ThirdPartyKexts(bool),
    /// What the given policy file says about it.
    InPolicy(bool),
}

impl Claim {
    /// Whether it answers the question its input is asked for; if not, the question stays open.
    pub(crate) fn answers(&self) -> bool {
        !matches!(
            self,
            Self::PayloadContentsHidden(_)
                | Self::InLoadHistory
                | Self::OtherExtension
                | Self::UnclearExtension
                | Self::UnknownDiagnostic
                | Self::Refused(Refusal::Unprivileged)
                | Self::Licensed(_)
                | Self::FullDiskAccess(_)
                | Self::HealthIssue
                | Self::Healthy(_)
                | Self::Subsystem(Subsystem::Linux)
        )
    }
}

/// A value of `mdatp health`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// `true`
    Yes,
    /// `false`
    No,
    /// `unavailable`
    Unavailable,
}

/// What `real_time_protection_subsystem` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subsystem {
    /// `endpoint_security_extension`: the system extension.
    SystemExtension,
    /// `fanotify`: the agent of Linux.
    Linux,
    /// Something else.
    Other,
}

/// Why a load attempt was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// `kextutil`, `kextload`: system policy; approval is missing.
    Policy,
    /// `kmutil`: not approved to load (code 27); also said after the approval until the restart.
    NotApproved,
    /// The signature is wrong or missing.
    Signature,
    /// Owner or permissions.
    Ownership,
    /// It could not be copied to the secured place it is loaded from.
    Staging,
    /// It is not made for this processor.
    Architecture,
    /// Libraries or kernel interfaces (KPIs) it needs are not there.
    Dependencies,
    /// The caller was not root.
    Unprivileged,
    /// No reason is given.
    Unspecified,
}

/// The state of a system extension, as `systemextensionsctl` writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ActivationState {
    /// `[activated enabled]`
    Enabled,
    /// `[activated waiting for user]`
    WaitingForUser,
    /// `[activated disabled]`
    Disabled,
    /// `[terminated waiting to uninstall on reboot]`
    Terminated,
    /// A state whose meaning is not documented here.
    Other,
}

/// How a Mac is enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enrollment {
    /// With user-approved MDM.
    UserApproved,
    /// With MDM that the user has not approved.
    NotUserApproved,
    /// Not at all.
    None,
    /// Enrolled, and the text of macOS 10.13.0 to 10.13.3 does not tell more.
    Unclear,
}

/// How much a payload allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// Every extension of the team.
    Team,
    /// The extension by name.
    Bundle,
}

/// A table of the `KextPolicy` database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    /// `kext_policy`: what the user decided.
    User,
    /// `kext_policy_mdm`: what profiles allow.
    Mdm,
}

/// How strictly a Mac with Apple silicon starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecurityMode {
    /// Full security: no kernel extensions of third parties.
    Full,
    /// Reduced security.
    Reduced,
    /// Permissive security.
    Permissive,
}
