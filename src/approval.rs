//! The kinds of approval a policy can hold. Each is one block of the policy, one payload type and one kind of file, and
//! each room that has to know it has one module or one row for it (CONTRIBUTING.md, "Adding a kind of approval").

use crate::extension::ExtensionKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ApprovalKind {
    /// Kernel extensions that may load.
    KernelExtensions,
    /// System extensions that may load.
    SystemExtensions,
    /// Access to private data that programs have without asking (privacy preferences policy control).
    Privacy,
    /// Programs that filter network traffic.
    ContentFilters,
    /// Login and background items that run without asking.
    BackgroundItems,
}

impl ApprovalKind {
    /// Every kind, in the order of the policy and of the files.
    pub(crate) const ALL: [Self; 5] = [
        Self::KernelExtensions,
        Self::SystemExtensions,
        Self::Privacy,
        Self::ContentFilters,
        Self::BackgroundItems,
    ];

    /// The block of the policy.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::KernelExtensions => "kernel_extensions",
            Self::SystemExtensions => "system_extensions",
            Self::Privacy => "privacy",
            Self::ContentFilters => "content_filters",
            Self::BackgroundItems => "background_items",
        }
    }

    /// Apple's `PayloadType`.
    pub(crate) const fn payload_type(self) -> &'static str {
        match self {
            Self::KernelExtensions => ExtensionKind::Kernel.payload_type(),
            Self::SystemExtensions => ExtensionKind::System.payload_type(),
            Self::Privacy => "com.apple.TCC.configuration-profile-policy",
            Self::ContentFilters => "com.apple.webcontent-filter",
            Self::BackgroundItems => "com.apple.servicemanagement",
        }
    }

    /// What it is about, for messages.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::KernelExtensions => "kernel extensions",
            Self::SystemExtensions => "system extensions",
            Self::Privacy => "privacy permissions",
            Self::ContentFilters => "content filters",
            Self::BackgroundItems => "background items",
        }
    }
}
