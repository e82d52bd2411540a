//! Privacy preferences that grant what a profile can only deny.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::Payload;
use crate::profile::privacy::{Authorization, PrivacyPolicy};
use crate::severity::Severity;

declare_rule! {
    /// A privacy-preferences payload that allows an app to use the camera, the microphone, the screen or the keyboard.
    ///
    /// ## Why it matters
    ///
    /// A profile can only deny access to these four: `Camera`, `Microphone`, `ScreenCapture` and `ListenEvent`. The app
    /// does not get access, and every user has to allow it by hand. For `ScreenCapture` and `ListenEvent` a profile can
    /// at least let users without administrator rights do so.
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
    ///         <key>ScreenCapture</key>
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
    ///         <key>ScreenCapture</key>
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
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`: access to these services cannot be given in a profile
    name: "access-not-grantable",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Payload(check),
}

/// The services, and whether users without administrator rights can be let to decide.
const SERVICES: [(&str, bool); 4] = [
    ("Camera", false),
    ("ListenEvent", true),
    ("Microphone", false),
    ("ScreenCapture", true),
];

/// Looks at the entries of the four services.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let entries = PrivacyPolicy::of(payload)
        .into_iter()
        .flat_map(PrivacyPolicy::entries);
    for entry in entries {
        let service = entry.service.as_str();
        let Some((_, delegable)) = SERVICES.iter().find(|(name, _)| *name == service) else {
            continue;
        };
        let Some((Authorization::Allow, grant)) = entry.authorization() else {
            continue;
        };
        let help = if *delegable {
            "write `Authorization` with `AllowStandardUserToSetSystemService`, so that users may allow it themselves"
        } else {
            "remove the entry: each user allows it when the app asks"
        };
        report
            .at(
                grant.span(),
                format!("no profile can allow {}, only deny it", quoted(service)),
            )
            .help(help);
    }
}
