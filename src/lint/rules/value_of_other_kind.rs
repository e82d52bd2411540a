//! Values that go with another service or another filter.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::conditions::Broken;
use crate::plist::Entry;
use crate::schema::conditions::Asks;
use crate::severity::Severity;

declare_rule! {
    /// A value that Apple allows, but not at this place: `AllowStandardUserToSetSystemService` outside of `ListenEvent`
    /// and `ScreenCapture`, or the built-in content filter together with plug-in keys.
    ///
    /// ## Why it matters
    ///
    /// A Mac refuses the profile (PPPC-Utility #90, #111), or does not filter.
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
    ///                 <string>com.contoso.agent</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                 <key>Authorization</key>
    ///                 <string>AllowStandardUserToSetSystemService</string>
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
    ///         <key>ListenEvent</key>
    ///         <array>
    ///             <dict>
    ///                 <key>Identifier</key>
    ///                 <string>com.contoso.agent</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                 <key>Authorization</key>
    ///                 <string>AllowStandardUserToSetSystemService</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`, `Authorization`
    /// - Apple: `mdm/profiles/com.apple.webcontent-filter.yaml`, `FilterType`
    /// - jamf/PPPC-Utility: issues 90 and 111
    name: "value-of-other-kind",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Condition(check),
}

/// Reports each value that does not go with what is around it.
fn check(broken: &Broken<'_>, report: &mut Reporter<'_>) {
    if !matches!(broken.condition.asks, Asks::NotText(..)) {
        return;
    }
    for entry in &broken.entries {
        let shown = quoted(&entry.value.text());
        let (message, place) = match (broken.below, broken.because) {
            (Some(service), _) => (
                format!("{shown} is not possible for {}", quoted(&service.key())),
                Some(service.key_inner_span()),
            ),
            (None, because) => (
                format!("{shown} does not go with the keys beside it"),
                because.map(Entry::key_inner_span),
            ),
        };
        let saying = report
            .at(entry.value.inner_span(), message)
            .help(broken.condition.help);
        if let Some(place) = place {
            saying.related(place, "because of this");
        }
    }
}
