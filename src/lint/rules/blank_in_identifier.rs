//! Identifiers with blanks around them.

use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::requirements::Stated;
use crate::profile::{Common as _, Payload, Text};
use crate::severity::Severity;
use crate::source::Span;

declare_rule! {
    /// A space, a tab or a line break before or after an identifier in a privacy entry, a content filter, a rule about
    /// background items or a notification setting.
    ///
    /// ## Why it matters
    ///
    /// macOS compares identifiers character by character, so the entry matches no program. The space cannot be seen on
    /// a screen.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.privacy.policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Services</key>
    ///     <dict>
    ///         <key>SystemPolicyAllFiles</key>
    ///         <array>
    ///             <dict>
    ///                 <key>Identifier</key>
    ///                 <string>com.contoso.agent </string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
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
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.privacy.policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Services</key>
    ///     <dict>
    ///         <key>SystemPolicyAllFiles</key>
    ///         <array>
    ///             <dict>
    ///                 <key>Identifier</key>
    ///                 <string>com.contoso.agent</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe: no program has an identifier with spaces around it.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`, `Identifier`
    /// - A public profile with a tab behind a bundle ID
    name: "blank-in-identifier",
    level: Level::always(Severity::Warning),
    fix: Always,
    check: [Check::Payload(check_keys), Check::Requirement(check_requirement)],
}

/// The payloads and their keys that hold identifiers.
const KEYS: [(&str, &[&str]); 7] = [
    (
        "com.apple.TCC.configuration-profile-policy",
        &["Identifier", "AEReceiverIdentifier"],
    ),
    (
        "com.apple.webcontent-filter",
        &[
            "PluginBundleID",
            "FilterDataProviderBundleIdentifier",
            "FilterPacketProviderBundleIdentifier",
        ],
    ),
    (
        "com.apple.servicemanagement",
        &["RuleValue", "TeamIdentifier"],
    ),
    ("com.apple.notificationsettings", &["BundleIdentifier"]),
    (
        "com.apple.dnsProxy.managed",
        &["AppBundleIdentifier", "ProviderBundleIdentifier"],
    ),
    (
        "com.apple.vpn.managed",
        &["VPNSubType", "ProviderBundleIdentifier"],
    ),
    (
        "com.apple.vpn.managed.applayer",
        &["VPNSubType", "ProviderBundleIdentifier"],
    ),
];

fn check_keys(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let Some((_, keys)) = KEYS.iter().find(|(kind, _)| payload.is(kind)) else {
        return;
    };
    let entries = payload.dictionary().value().entries_at_any_depth();
    let identifiers = entries.filter(|entry| keys.contains(&&*entry.key()));
    for text in identifiers.filter_map(|entry| Text::of(entry.value)) {
        check_text(text.span, text.as_str(), report);
    }
}

fn check_requirement(stated: &Stated<'_>, report: &mut Reporter<'_>) {
    let Ok(requirement) = stated.requirement.read() else {
        return;
    };
    for word in requirement.identifiers() {
        check_text(stated.requirement.place(word.span), &word.text, report);
    }
}

fn check_text(place: Span, text: &str, report: &mut Reporter<'_>) {
    let bare = text.trim();
    if bare.is_empty() || bare == text {
        return;
    }
    report
        .at(place, format!("{} has blanks around it", quoted(text)))
        .help(format!("write {}", quoted(bare)))
        .fix(Fix::safe("remove the blanks", [Edit::text(place, bare)]));
}
