//! What the two payload types that approve extensions have in common, so that a rule about Team IDs is written once.

use super::field::{PerTeam, Strings};
use super::known::KnownKey;
use super::{Common, KernelExtensionPolicy, Payload, SystemExtensionPolicy};
use crate::extension::ExtensionKind;
use crate::plist::Entry;

/// A kernel-extension or system-extension policy payload.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ExtensionPolicy<'d> {
    /// `com.apple.syspolicy.kernel-extension-policy`.
    Kernel(KernelExtensionPolicy<'d>),
    /// `com.apple.system-extension-policy`.
    System(SystemExtensionPolicy<'d>),
}

impl<'d> ExtensionPolicy<'d> {
    /// The policy in a payload, if it is one.
    pub(crate) fn of(payload: Payload<'d>) -> Option<Self> {
        let payload_type = payload.payload_type()?;
        let kind = ExtensionKind::of_payload_type(payload_type.as_str())?;
        Some(Self::of_kind(kind, payload))
    }

    /// The policy of a known kind. The dictionary need not name its type; as `profiles show` prints it, it does not.
    pub(crate) fn of_kind(kind: ExtensionKind, payload: Payload<'d>) -> Self {
        match kind {
            ExtensionKind::Kernel => Self::Kernel(KernelExtensionPolicy::new(payload)),
            ExtensionKind::System => Self::System(SystemExtensionPolicy::new(payload)),
        }
    }

    /// Which of the two it is.
    pub(crate) fn kind(self) -> ExtensionKind {
        match self {
            Self::Kernel(_) => ExtensionKind::Kernel,
            Self::System(_) => ExtensionKind::System,
        }
    }

    /// The payload behind it.
    pub(crate) fn payload(self) -> Payload<'d> {
        match self {
            Self::Kernel(policy) => policy.payload(),
            Self::System(policy) => policy.payload(),
        }
    }

    /// `AllowedTeamIdentifiers`: teams of which every extension is allowed.
    pub(crate) fn allowed_team_identifiers(self) -> Strings<'d> {
        Strings::of_key(self.payload().keyed(), KnownKey::Teams)
    }

    /// The key that lists extensions by team: `AllowedKernelExtensions` or `AllowedSystemExtensions`.
    pub(crate) fn allowed_key(self) -> KnownKey {
        match self {
            Self::Kernel(_) => KernelExtensionPolicy::ALLOWED,
            Self::System(_) => SystemExtensionPolicy::ALLOWED,
        }
    }

    /// The extensions allowed by name, per team.
    pub(crate) fn allowed(self) -> PerTeam<'d> {
        PerTeam::of_key(self.payload().keyed(), self.allowed_key())
    }

    /// The keys of the other dictionaries with Team IDs as keys.
    pub(crate) fn other_keys(self) -> &'static [KnownKey] {
        match self {
            Self::Kernel(_) => &[],
            Self::System(_) => &SystemExtensionPolicy::OTHER_PER_TEAM,
        }
    }

    /// The other dictionaries with Team IDs as keys; a kernel-extension policy has none.
    pub(crate) fn other_per_team(self) -> impl Iterator<Item = PerTeam<'d>> {
        self.other_keys()
            .iter()
            .map(move |key| PerTeam::of_key(self.payload().keyed(), *key))
    }

    /// The entry of `AllowUserOverrides`, whatever its value is.
    pub(crate) fn allow_user_overrides(self) -> Option<Entry<'d>> {
        self.payload().keyed().entry(KnownKey::UserOverrides)
    }
}
