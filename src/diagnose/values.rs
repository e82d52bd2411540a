//! The values that facts hold, in the words of the tools that print them.

/// A value of `mdatp health`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    Yes,
    No,
    Unavailable,
}

/// An entry of `health_issues`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Issue {
    /// `no active event provider`: the endpoint-security extension (or the kernel extension) gives no events.
    NoEvents,
    /// `network event provider not running`
    NoNetworkEvents,
    /// `full disk access has not been granted`
    FullDiskAccess,
    /// `missing license`
    Licence,
    Other,
}

/// What `real_time_protection_subsystem` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subsystem {
    SystemExtension,
    KernelExtension,
    /// `fanotify`: the agent of Linux.
    Linux,
    Unavailable,
    Other,
}

/// Why a load attempt was refused, or did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Refusal {
    /// `kextutil`, `kextload`: approval is missing.
    Policy,
    /// `kmutil`, code 27; also said after the approval until the restart.
    NotApproved,
    /// `kmutil`, code 28: approved, and loaded at the next start.
    Restart,
    /// There is no such kernel extension.
    Absent,
    Signature,
    Ownership,
    /// It could not be copied to the secured place it is loaded from.
    Staging,
    Architecture,
    Dependencies,
    /// Something it needs was refused itself.
    Dependency,
    Link,
    Start,
    Validation,
    /// macOS does not load this extension, whoever approves it.
    Excluded,
    /// Code 31: another extension keeps the collection from being built.
    Collection,
    /// macOS cannot read its own boot collection.
    BootCollection,
    BootPolicy,
    OtherVersion,
    SafeBoot,
    /// The caller was not root.
    Unprivileged,
    /// No reason is given.
    Unspecified,
    /// A reason without a sentence here.
    Other,
}

impl Refusal {
    /// Faults of the extension itself, which no approval mends.
    pub(crate) const fn is_damage(self) -> bool {
        matches!(
            self,
            Self::Signature
                | Self::Ownership
                | Self::Staging
                | Self::Architecture
                | Self::Dependencies
                | Self::Link
                | Self::Validation
                | Self::Excluded
        )
    }
}

/// The state of a system extension, as `systemextensionsctl` writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ActivationState {
    /// `[activated enabled]`: approved and switched on, which does not say that its process runs.
    Enabled,
    WaitingForUser,
    /// The user turned it off.
    Disabled,
    /// `[activated waiting to upgrade]`
    WaitingToUpgrade,
    /// `[terminated waiting to uninstall on reboot]`
    Terminated,
    Terminating,
    /// `[activated enabled]` without the mark in one of the columns `enabled` and `active`.
    NotActive,
    Other,
}

/// What is known of the process of a system extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Process {
    Runs,
    /// It does not start, or ends at once.
    Fails,
    /// Its signature or its entitlements do not hold.
    NotLetRun,
    /// It may not use Endpoint Security: Full Disk Access is missing.
    NotPermitted,
}

/// How a Mac is enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enrollment {
    UserApproved,
    NotUserApproved,
    None,
    /// Enrolled, and the text of macOS 10.13.0 to 10.13.3 does not tell more.
    Unclear,
}

/// How much a payload allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Team,
    Bundle,
}

/// What a product needs beside its extension policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Companion {
    /// The policy itself, which is told with the others.
    ExtensionPolicy,
    ContentFilter,
    Privacy,
    BackgroundItems,
    Notifications,
}

impl Companion {
    /// Those beside the extension policy.
    pub(crate) const ALL: [Self; 4] = [
        Self::ContentFilter,
        Self::Privacy,
        Self::BackgroundItems,
        Self::Notifications,
    ];

    pub(crate) const fn payload_type(self) -> &'static str {
        match self {
            Self::ExtensionPolicy => "com.apple.system-extension-policy",
            Self::ContentFilter => "com.apple.webcontent-filter",
            Self::Privacy => "com.apple.TCC.configuration-profile-policy",
            Self::BackgroundItems => "com.apple.servicemanagement",
            Self::Notifications => "com.apple.notificationsettings",
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ExtensionPolicy => "extension policy",
            Self::ContentFilter => "content filter",
            Self::Privacy => "privacy preferences (Full Disk Access)",
            Self::BackgroundItems => "background items",
            Self::Notifications => "notifications",
        }
    }
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
    Full,
    Reduced,
    Permissive,
}
