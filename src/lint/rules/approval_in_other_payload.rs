//! Approvals of extensions in a payload that approves none.

use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common as _, ExtensionPolicy, KnownKey, Payload, Profile};
use crate::severity::Severity;

declare_rule! {
    /// A key that approves extensions, such as `AllowedSystemExtensions`, in the wrong place: in a payload that is not
    /// the extension policy it belongs to, outside the payloads, or among preferences
    /// (`com.apple.ManagedClient.preferences`).
    ///
    /// ## Why it matters
    ///
    /// The key approves nothing there. Some vendors' profiles use `com.apple.system-extensions.admin`, which is not a
    /// payload type: macOS rejects the whole profile with "Invalid argument".
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.system-extensions.admin</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions.admin</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B0A</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>AllowedSystemExtensions</key>
    ///     <dict>
    ///         <key>K7Q2XD94WL</key>
    ///         <array>
    ///             <string>com.contoso.agent.network</string>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.system-extension-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions.system</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B07</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>AllowUserOverrides</key>
    ///     <false/>
    ///     <key>AllowedSystemExtensions</key>
    ///     <dict>
    ///         <key>K7Q2XD94WL</key>
    ///         <array>
    ///             <string>com.contoso.agent.network</string>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml` and `com.apple.syspolicy.kernel-extension-policy.yaml`
    /// - Jamf-Concepts/terraform-jamf-platform: the change of June 2026 that removed `com.apple.system-extensions.admin`
    name: "approval-in-other-payload",
    level: Level::always(Severity::Error),
    fix: Never,
    check: [Check::Payload(check), Check::Profile(beside)],
}

/// The keys that approve, or say what may be removed, and the policy that takes them.
const KEYS: [(KnownKey, Option<ExtensionKind>); 7] = [
    (KnownKey::Teams, None),
    (KnownKey::KernelExtensions, Some(ExtensionKind::Kernel)),
    (KnownKey::SystemExtensions, Some(ExtensionKind::System)),
    (KnownKey::Types, Some(ExtensionKind::System)),
    (KnownKey::Removable, Some(ExtensionKind::System)),
    (KnownKey::NonRemovable, Some(ExtensionKind::System)),
    (KnownKey::NonRemovableFromUi, Some(ExtensionKind::System)),
];

/// Whether a key approves extensions where it is taken.
pub(super) fn is_approval(key: &str) -> bool {
    KEYS.iter().any(|(known, _)| known.to_string() == key)
}

/// Reports each such key of a payload that does not take it.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let Some(payload_type) = payload.payload_type().filter(|own| !own.value.is_empty()) else {
        return;
    };
    let policy = ExtensionPolicy::of(payload).map(ExtensionPolicy::kind);
    for (key, kind) in KEYS {
        let Some(entry) = payload.keyed().entry(key) else {
            continue;
        };
        let is_taken = policy.is_some() && kind.is_none_or(|kind| policy == Some(kind));
        if is_taken && !payload.is_wrapped() {
            continue;
        }
        let place = if payload.is_wrapped() {
            "among the preferences of"
        } else {
            "in a payload of the type"
        };
        report
            .at(
                entry.key_inner_span(),
                format!(
                    "`{key}` approves nothing {place} {}",
                    quoted(payload_type.as_str())
                ),
            )
            .help(help(kind))
            .related(payload_type.span, "the type");
    }
}

/// Reports each such key beside the payloads.
fn beside(profile: Profile<'_>, report: &mut Reporter<'_>) {
    // A payload without a profile around it is reported as that.
    if profile.content().is_none() {
        return;
    }
    for (key, kind) in KEYS {
        if let Some(entry) = profile.keyed().entry(key) {
            report
                .at(
                    entry.key_inner_span(),
                    format!("`{key}` approves nothing outside the payloads"),
                )
                .help(help(kind));
        }
    }
}

fn help(kind: Option<ExtensionKind>) -> String {
    match kind {
        None => "move it to a payload that is an extension policy".to_owned(),
        Some(kind) => format!("move it to a payload of the type `{}`", kind.payload_type()),
    }
}
