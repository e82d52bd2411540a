//! What the `privacy` block can grant: Apple's services, each with the word of the policy. Apple's descriptions
//! (apple/device-management, `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`) say of four services that a
//! profile can only deny them.

use super::error::PolicyError;
use crate::source::Span;

/// A service that a profile can grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Service {
    /// The key of the policy.
    pub(crate) key: &'static str,
    /// Apple's key in `Services`.
    pub(crate) apple: &'static str,
}

impl Service {
    /// Sending Apple events, which is granted towards one receiver.
    pub(crate) fn has_receiver(self) -> bool {
        self.apple == "AppleEvents"
    }

    /// Access to Bluetooth, which Jamf Pro takes out of unsigned profiles (`docs/jamf.md`).
    pub(crate) fn is_bluetooth(self) -> bool {
        self.apple == "BluetoothAlways"
    }

    /// The service that Apple calls so.
    pub(crate) fn of_apple(name: &str) -> Option<Self> {
        SERVICES.into_iter().find(|service| service.apple == name)
    }
}

/// A row of the table.
const fn row(key: &'static str, apple: &'static str) -> Service {
    Service { key, apple }
}

/// Every service that a profile can grant.
pub(crate) const SERVICES: [Service; 20] = [
    row("full_disk_access", "SystemPolicyAllFiles"),
    row("accessibility", "Accessibility"),
    row("administration_files", "SystemPolicySysAdminFiles"),
    row("app_bundles", "SystemPolicyAppBundles"),
    row("app_data", "SystemPolicyAppData"),
    row("apple_events", "AppleEvents"),
    row("bluetooth", "BluetoothAlways"),
    row("calendar", "Calendar"),
    row("contacts", "AddressBook"),
    row("desktop_folder", "SystemPolicyDesktopFolder"),
    row("documents_folder", "SystemPolicyDocumentsFolder"),
    row("downloads_folder", "SystemPolicyDownloadsFolder"),
    row("file_provider_presence", "FileProviderPresence"),
    row("media_library", "MediaLibrary"),
    row("network_volumes", "SystemPolicyNetworkVolumes"),
    row("photos", "Photos"),
    row("post_events", "PostEvent"),
    row("reminders", "Reminders"),
    row("removable_volumes", "SystemPolicyRemovableVolumes"),
    row("speech_recognition", "SpeechRecognition"),
];

/// What a profile can only deny: Apple's key, what people call it, and the words that mean it.
const NOT_GRANTABLE: [(&str, &str, &[&str]); 4] = [
    ("Camera", "the camera", &["camera"]),
    ("Microphone", "the microphone", &["microphone"]),
    (
        "ScreenCapture",
        "the screen",
        &["screencapture", "screenrecording", "screen"],
    ),
    (
        "ListenEvent",
        "the keyboard",
        &["listenevent", "listenevents", "inputmonitoring", "keyboard"],
    ),
];

/// Apple's key and the name of a service that a profile can only deny.
pub(crate) fn not_grantable(name: &str) -> Option<(&'static str, &'static str)> {
    let folded: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let found = NOT_GRANTABLE
        .iter()
        .find(|(_, _, words)| words.contains(&folded.as_str()));
    found.map(|(apple, called, _)| (*apple, *called))
}

/// The error for a key that asks for what a profile can only deny.
pub(super) fn refused(name: &str, span: Span) -> Option<PolicyError> {
    let (apple, called) = not_grantable(name)?;
    let help = match apple {
        "ScreenCapture" | "ListenEvent" => {
            "remove it: each user allows it in System Settings; a profile can at most let users without administrator rights do so (`AllowStandardUserToSetSystemService`)"
        }
        _ => "remove it: each user allows it when the program asks",
    };
    Some(PolicyError::new(
        span,
        format!("no profile can grant access to {called}"),
        format!("Apple lets a profile only deny `{apple}`"),
        help,
    ))
}
