//! What inputs say: facts, each with the line it stands on. A fact that no input states does not exist; nothing here
//! turns silence into "no". A fact is about one kind of extension, about both, or about the Mac (`Claim::kind`), and an
//! approval of one kind never counts for the other.

use super::text::{Line, shown};
pub(crate) use super::values::{
    ActivationState, Companion, Enrollment, Issue, Process, Refusal, SecurityMode, Setting,
    Subsystem, Table, Width,
};
use crate::extension::ExtensionKind::{self, Kernel, System};
use crate::extension::SystemExtensionType;
use crate::profile::allowed::Removal;

/// One statement of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// Filled in when the facts of all inputs are put together.
    pub(crate) file: String,
    /// From 1; `None` for a database or another binary file.
    pub(crate) line: Option<u32>,
    /// As it may be shown.
    pub(crate) text: String,
    pub(crate) claim: Claim,
    /// Which of the extensions that are asked about; `None` for all, or when the input does not say.
    pub(crate) bundle: Option<Box<str>>,
}

impl Fact {
    pub(crate) fn on(line: Line<'_>, claim: Claim) -> Self {
        Self::at(Some(line.number), line.text, claim)
    }

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

    /// Whether it says how a load attempt ended.
    pub(crate) const fn ends_a_load(&self) -> bool {
        matches!(
            self.claim,
            Claim::Refused(_) | Claim::LoadSucceeded | Claim::LoadSilent
        )
    }

    /// Whether it speaks of an extension: of this one, or of all.
    pub(crate) fn concerns(&self, bundle: Option<&str>) -> bool {
        match (self.bundle.as_deref(), bundle) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        }
    }
}

/// The first fact of an earlier run that the last run does not repeat, and one of the last run, as the proof of two runs;
/// none where they agree. `later` says what counts.
pub(crate) fn differing(earlier: &[Fact], later: &[Fact]) -> Vec<Fact> {
    let is_gone = |fact: &&Fact| {
        let is_same = |own: &Fact| own.claim == fact.claim && own.bundle == fact.bundle;
        let is_of_mac = matches!(fact.claim, Claim::MacOs(_) | Claim::MacOsAtLeast(_));
        !is_of_mac && !later.iter().any(is_same)
    };
    let Some(old) = earlier.iter().find(is_gone) else {
        return Vec::new();
    };
    let is_its = |fact: &&Fact| fact.bundle == old.bundle;
    let new = later.iter().find(is_its).or(later.first());
    let told = [Some(old), new].into_iter().flatten();
    told.map(|fact| Fact {
        claim: Claim::TwoRuns,
        bundle: None,
        ..fact.clone()
    })
    .collect()
}

/// What can be stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    // `mdatp health`
    /// Real-time protection is switched on.
    ProtectionEnabled(Setting),
    /// Real-time protection can work, which needs the extension.
    ProtectionAvailable(Setting),
    /// A profile of the MDM server sets whether protection is on (`[managed]`).
    ProtectionManaged,
    /// The two values stand alone and in the pair that some published pages show by mistake.
    LooksLikeSwappedPage,
    /// The product as a whole.
    Healthy(bool),
    HealthIssue(Issue),
    /// Which mechanism protection uses.
    Subsystem(Subsystem),
    FullDiskAccess(bool),
    Licensed(bool),
    /// `org_id` has no value: the onboarding package of the tenant is missing.
    NotOnboarded,
    Passive,
    Conflict,
    /// A value that decides and cannot be read, as one that was cut.
    ValueNotRead,
    /// `mdatp` does not reach the service of Defender.
    ServiceSilent,
    /// `--details system_extensions`
    Installed(bool),
    /// `--details system_extensions`: ready, or for the network extension enabled.
    ReadyPolicy(bool),
    /// Two runs of the command in one input differ; the later one counts.
    TwoRuns,
    /// A command could not do its work.
    CommandFailed,

    // Load attempts and their logs
    Refused(Refusal),
    /// `kextutil` found nothing that keeps the extension from loading.
    Loadable,
    LoadSucceeded,
    /// A load attempt that printed nothing.
    LoadSilent,
    /// `syspolicyd` let it pass.
    LetPass,
    /// A step of a load or an activation that does not say how it ended.
    OnlyLookedAt(ExtensionKind),
    /// It is part of a kernel collection.
    InCollection,
    OtherExtension,
    /// A folder `NAME.kext` is named and never the bundle ID in it, so that it may be this extension or another.
    UnclearExtension,
    UnknownDiagnostic,
    /// The kernel collection was built and wants a restart.
    RestartNeeded,
    Loaded,
    /// A whole list of loaded extensions without it.
    NotInLoadedList,

    // System extensions
    SystemExtension(ActivationState),
    /// A step that the log or the application shows; a list says more.
    Logged(ActivationState),
    /// The activation comes to its end with the next restart.
    AfterRestart,
    /// What macOS says about its process.
    Process(Process),
    /// Its category in the list; `None` for one that `AllowedSystemExtensionTypes` has no word for.
    Category(Option<SystemExtensionType>),
    /// The list names the bundle ID under another team.
    ListedForOtherTeam,
    NotInSystemExtensionList,
    /// A row without its end, or a list with fewer rows than it promises.
    ListCut,
    /// `OSSystemExtensionErrorDomain`
    ActivationFailed(u8),
    /// The same of a deactivation, which says nothing about approvals.
    DeactivationFailed,

    // Profiles and the enrolment
    Enrollment(Enrollment),
    EnrollmentContradicts,
    Payload(ExtensionKind),
    Covered(ExtensionKind, Width),
    NotCovered(ExtensionKind),
    /// A payload lists extensions of the team by name.
    TeamListed(ExtensionKind),
    /// All profiles are listed and none holds a policy payload of this kind.
    NoPayload(ExtensionKind),
    /// A list of profiles that does not show what is in them.
    ProfilesNamed,
    /// The listing never shows what the payload allows.
    PayloadContentsHidden(ExtensionKind),
    UserOverrides(ExtensionKind, bool),
    NonAdminApprovals(bool),
    TypesNarrowed(Vec<SystemExtensionType>),
    /// A system-extension policy allows extensions of this team and does not narrow their types.
    TypesOpen,
    Removal(Removal),
    UserScope(ExtensionKind),
    InstallNeedsUserApprovedMdm,
    InstallOnUserChannel,
    /// A payload of this kind names an extension of the other kind.
    WrongPayload(ExtensionKind),
    /// A payload lists what differs by little from the bundle ID, the team, or has the bundle ID under another team.
    NearBundle(ExtensionKind),
    NearTeam(ExtensionKind),
    UnderOtherTeam(ExtensionKind),
    /// A payload beside the extension policy, and whether it is for this product.
    Companion(Companion, bool),
    /// A privacy payload denies a program of the product Full Disk Access.
    AccessDenied,

    // Settings of the Mac
    DatabaseRow(Table, bool),
    NotInDatabase,
    InLoadHistory,
    ConsentAsked(bool),
    /// `spctl kext-consent list` names the team.
    ConsentForTeam,
    NotNotarized,
    SystemIntegrity(bool),
    /// Kernel extensions need no valid signature or approval.
    KextSigning(bool),
    SecurityMode(SecurityMode),
    ThirdPartyKexts(bool),
    MacOs(u16),
    /// Only such a version prints this.
    MacOsAtLeast(u16),
    AppleSilicon(bool),
    /// The prompts of commands name more than one Mac.
    SeveralMacs,
    /// What the given policy file says about it.
    InPolicy(bool),
}

impl Claim {
    /// The kind of extension it is about; `None` for the Mac, the product, or both.
    pub(crate) fn kind(&self) -> Option<ExtensionKind> {
        match self {
            Self::Refused(_)
            | Self::Loadable
            | Self::LoadSucceeded
            | Self::LoadSilent
            | Self::LetPass
            | Self::InCollection
            | Self::OtherExtension
            | Self::UnclearExtension
            | Self::UnknownDiagnostic
            | Self::Loaded
            | Self::NotInLoadedList
            | Self::NonAdminApprovals(_)
            | Self::DatabaseRow(..)
            | Self::NotInDatabase
            | Self::InLoadHistory
            | Self::ConsentAsked(_)
            | Self::ConsentForTeam
            | Self::NotNotarized
            // What a payload of the wrong kind names is an extension of the other kind.
            | Self::WrongPayload(System)
            | Self::SecurityMode(_)
            | Self::ThirdPartyKexts(_) => Some(Kernel),
            Self::Installed(_)
            | Self::ReadyPolicy(_)
            | Self::SystemExtension(_)
            | Self::Logged(_)
            | Self::AfterRestart
            | Self::Process(_)
            | Self::Category(_)
            | Self::ListedForOtherTeam
            | Self::NotInSystemExtensionList
            | Self::ListCut
            | Self::ActivationFailed(_)
            | Self::DeactivationFailed
            | Self::TypesNarrowed(_)
            | Self::TypesOpen
            | Self::WrongPayload(Kernel)
            | Self::Removal(_) => Some(System),
            Self::OnlyLookedAt(kind)
            | Self::Payload(kind)
            | Self::Covered(kind, _)
            | Self::NotCovered(kind)
            | Self::TeamListed(kind)
            | Self::NoPayload(kind)
            | Self::PayloadContentsHidden(kind)
            | Self::UserOverrides(kind, _)
            | Self::UserScope(kind)
            | Self::NearBundle(kind)
            | Self::NearTeam(kind)
            | Self::UnderOtherTeam(kind) => Some(*kind),
            _ => None,
        }
    }

    /// The kind of an extension of which a Mac says this by name: proof that there is one of this kind.
    pub(crate) fn proves(&self) -> Option<ExtensionKind> {
        match self {
            Self::NotInLoadedList
            | Self::NotInDatabase
            | Self::NotInSystemExtensionList
            | Self::ListCut
            | Self::NotCovered(_)
            | Self::UnclearExtension
            | Self::OtherExtension
            | Self::ListedForOtherTeam
            | Self::NearBundle(_)
            | Self::NearTeam(_)
            | Self::UnderOtherTeam(_)
            | Self::WrongPayload(_)
            | Self::Refused(Refusal::Absent) => None,
            other => other.kind(),
        }
    }

    /// Whether it answers the question its input is asked for; if not, the question stays open.
    pub(crate) fn answers(&self) -> bool {
        !matches!(
            self,
            Self::PayloadContentsHidden(_)
                | Self::ProfilesNamed
                | Self::Logged(_)
                | Self::AfterRestart
                | Self::Process(_)
                | Self::InLoadHistory
                | Self::OtherExtension
                | Self::UnclearExtension
                | Self::UnknownDiagnostic
                | Self::OnlyLookedAt(_)
                | Self::CommandFailed
                | Self::ServiceSilent
                | Self::ValueNotRead
                | Self::SeveralMacs
                | Self::TwoRuns
                | Self::MacOsAtLeast(_)
                | Self::Refused(Refusal::Unprivileged)
                | Self::Licensed(_)
                | Self::NotOnboarded
                | Self::FullDiskAccess(_)
                | Self::HealthIssue(_)
                | Self::Healthy(_)
                | Self::Subsystem(Subsystem::Linux)
        )
    }
}
