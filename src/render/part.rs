//! What goes into a file of its own, and how each such file is called.

use crate::approval::ApprovalKind;

/// What goes into a file of its own. One payload with kernel extensions sinks the whole profile on Apple silicon, keys
/// that need macOS 15 are kept away from Macs that do not know them, and what Jamf Pro takes only signed is kept away
/// from the rest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Kext,
    Sysext,
    /// What needs macOS 15 about system extensions.
    SysextMacos15,
    Privacy,
    /// Access to Bluetooth, for Jamf Pro, which takes it out of unsigned profiles.
    PrivacyBluetooth,
    /// The content filter of the app with this bundle ID.
    ContentFilter(String),
    BackgroundItems,
}

/// What people read about a part.
pub(super) struct Words {
    /// Behind the policy's name. Jamf Pro knows a profile by its name, so each part has its own.
    pub(super) title: String,
    /// `PayloadDisplayName` of the payload.
    pub(super) payload_title: &'static str,
    /// `PayloadDescription` of the payload, and of the profile if the policy has none. Never empty, since servers drop
    /// empty texts.
    pub(super) description: &'static str,
}

impl Part {
    /// The word in file names.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Kext => "kext".to_owned(),
            Self::Sysext => "sysext".to_owned(),
            Self::SysextMacos15 => "sysext-macos15".to_owned(),
            Self::Privacy => "privacy".to_owned(),
            Self::PrivacyBluetooth => "privacy-bluetooth".to_owned(),
            Self::ContentFilter(app) => format!("filter-{app}"),
            Self::BackgroundItems => "background".to_owned(),
        }
    }

    pub(crate) const fn kind(&self) -> ApprovalKind {
        match self {
            Self::Kext => ApprovalKind::KernelExtensions,
            Self::Sysext | Self::SysextMacos15 => ApprovalKind::SystemExtensions,
            Self::Privacy | Self::PrivacyBluetooth => ApprovalKind::Privacy,
            Self::ContentFilter(_) => ApprovalKind::ContentFilters,
            Self::BackgroundItems => ApprovalKind::BackgroundItems,
        }
    }

    /// What people read about it.
    pub(super) fn words(&self) -> Words {
        let (title, payload_title, description) = match self {
            Self::Kext => (
                "kernel extensions",
                "Approved kernel extensions",
                "Approves kernel extensions",
            ),
            Self::Sysext => (
                "system extensions",
                "Approved system extensions",
                "Approves system extensions",
            ),
            Self::SysextMacos15 => (
                "system extensions, macOS 15",
                "System extensions that stay",
                "Keeps system extensions from being removed (macOS 15 or newer)",
            ),
            Self::Privacy => (
                "privacy",
                "Privacy permissions",
                "Lets programs read private data without asking",
            ),
            Self::PrivacyBluetooth => (
                "privacy, Bluetooth",
                "Privacy permissions for Bluetooth",
                "Lets programs use Bluetooth without asking",
            ),
            Self::ContentFilter(app) => {
                return Words {
                    title: format!("content filter {app}"),
                    payload_title: "Content filter",
                    description: "Turns a content filter on without asking",
                };
            }
            Self::BackgroundItems => (
                "background items",
                "Managed login and background items",
                "Lets login and background items run without asking",
            ),
        };
        Words {
            title: title.to_owned(),
            payload_title,
            description,
        }
    }
}
