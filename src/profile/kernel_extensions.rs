//! The kernel-extension policy payload, `com.apple.syspolicy.kernel-extension-policy`
//! (Apple's schema: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`).

use super::field::PerTeam;
use super::known::KnownKey;
use super::{Common, Payload};
use crate::plist::Entry;

#[derive(Clone, Copy, Debug)]
pub(crate) struct KernelExtensionPolicy<'d> {
    /// The payload it is in.
    payload: Payload<'d>,
}

impl<'d> KernelExtensionPolicy<'d> {
    /// The key that lists kernel extensions by team.
    pub(crate) const ALLOWED: KnownKey = KnownKey::KernelExtensions;

    /// The policy in a payload of the right type.
    pub(super) fn new(payload: Payload<'d>) -> Self {
        Self { payload }
    }

    /// The payload behind it.
    pub(crate) fn payload(self) -> Payload<'d> {
        self.payload
    }

    /// `AllowedKernelExtensions`: bundle IDs per team; the empty key stands for kernel extensions without a Team ID.
    pub(crate) fn allowed_kernel_extensions(self) -> PerTeam<'d> {
        PerTeam::of_key(self.payload.keyed(), Self::ALLOWED)
    }

    /// The entry of `AllowNonAdminUserApprovals`, whatever its value is.
    pub(crate) fn allow_non_admin_user_approvals(self) -> Option<Entry<'d>> {
        self.payload.keyed().entry(KnownKey::NonAdminApprovals)
    }
}
