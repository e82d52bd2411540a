//! The system-extension policy payload, `com.apple.system-extension-policy`
//! (Apple's schema: `mdm/profiles/com.apple.system-extension-policy.yaml`).

use super::field::PerTeam;
use super::known::KnownKey;
use super::{Common, Payload};

#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemExtensionPolicy<'d> {
    /// The payload it is in.
    payload: Payload<'d>,
}

impl<'d> SystemExtensionPolicy<'d> {
    /// The key that lists system extensions by team.
    pub(crate) const ALLOWED: KnownKey = KnownKey::SystemExtensions;

    /// The other dictionaries with Team IDs as keys.
    pub(crate) const OTHER_PER_TEAM: [KnownKey; 4] = [
        KnownKey::Types,
        KnownKey::Removable,
        KnownKey::NonRemovable,
        KnownKey::NonRemovableFromUi,
    ];

    /// The policy in a payload of the right type.
    pub(super) fn new(payload: Payload<'d>) -> Self {
        Self { payload }
    }

    /// The payload behind it.
    pub(crate) fn payload(self) -> Payload<'d> {
        self.payload
    }

    pub(crate) fn allowed_system_extension_types(self) -> PerTeam<'d> {
        PerTeam::of_key(self.payload.keyed(), KnownKey::Types)
    }

    /// `RemovableSystemExtensions` (macOS 12): bundle IDs per team that may remove themselves.
    pub(crate) fn removable_system_extensions(self) -> PerTeam<'d> {
        PerTeam::of_key(self.payload.keyed(), KnownKey::Removable)
    }

    /// `NonRemovableSystemExtensions` (macOS 15): bundle IDs per team that nobody may remove.
    pub(crate) fn non_removable_system_extensions(self) -> PerTeam<'d> {
        PerTeam::of_key(self.payload.keyed(), KnownKey::NonRemovable)
    }

    /// `NonRemovableFromUISystemExtensions` (macOS 15): bundle IDs per team that a user may not remove in Settings.
    pub(crate) fn non_removable_from_ui_system_extensions(self) -> PerTeam<'d> {
        PerTeam::of_key(self.payload.keyed(), KnownKey::NonRemovableFromUi)
    }
}
