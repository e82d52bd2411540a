//! Keys that another service takes.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::conditions::Broken;
use crate::schema::conditions::Asks;
use crate::severity::Severity;

declare_rule! {
    /// A privacy entry that names a receiver of Apple events, in a service other than `AppleEvents`.
    ///
    /// ## Why it matters
    ///
    /// Only `AppleEvents` concerns two programs. In other services the receiver has no meaning; usually the entry was
    /// meant for `AppleEvents` and is in the wrong list.
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
    ///                 <string>Allow</string>
    ///                 <key>AEReceiverIdentifier</key>
    ///                 <string>com.apple.finder</string>
    ///                 <key>AEReceiverIdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>AEReceiverCodeRequirement</key>
    ///                 <string>identifier "com.apple.finder" and anchor apple</string>
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
    ///         <key>AppleEvents</key>
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
    ///                 <key>AEReceiverIdentifier</key>
    ///                 <string>com.apple.finder</string>
    ///                 <key>AEReceiverIdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>AEReceiverCodeRequirement</key>
    ///                 <string>identifier "com.apple.finder" and anchor apple</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`, `AEReceiverIdentifier`
    name: "key-of-other-service",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Condition(check),
}

/// Reports each key that its service does not take.
fn check(broken: &Broken<'_>, report: &mut Reporter<'_>) {
    if !matches!(broken.condition.asks, Asks::Without(_)) {
        return;
    }
    for entry in &broken.entries {
        let service = broken.below.map(|service| quoted(&service.key()));
        report
            .at(
                entry.key_inner_span(),
                format!(
                    "{} has no meaning below {}",
                    quoted(&entry.key()),
                    service.unwrap_or_default()
                ),
            )
            .help(broken.condition.help);
    }
}
