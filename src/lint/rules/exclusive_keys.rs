//! Two keys of which only one may be there.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Value;
use crate::profile::{Common as _, Payload};
use crate::severity::Severity;

declare_rule! {
    /// `Allowed` and `Authorization` in one entry of a privacy preferences payload.
    ///
    /// ## Why it matters
    ///
    /// Both say whether the app is allowed. Apple asks for the one or the other and not for both, and does not say which
    /// of them counts.
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
    ///                 <string>anchor apple generic</string>
    ///                 <key>Allowed</key>
    ///                 <true/>
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
    ///                 <string>anchor apple generic</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`, `Allowed` and `Authorization`
    name: "exclusive-keys",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Payload(check),
}

/// Looks at every entry of every service.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    if !payload.is("com.apple.TCC.configuration-profile-policy") {
        return;
    }
    let services = payload.dictionary().get("Services");
    let entries = services
        .and_then(Value::as_dictionary)
        .into_iter()
        .flat_map(crate::plist::Dictionary::entries)
        .filter_map(|service| service.value.as_array())
        .flatten()
        .filter_map(Value::as_dictionary);
    for entry in entries {
        if let Some(allowed) = entry.entry("Allowed")
            && let Some(authorization) = entry.entry("Authorization")
        {
            report
                .at(
                    authorization.key_inner_span(),
                    "`Authorization` stands beside `Allowed`, and only one of them may be there",
                )
                .help("remove `Allowed` for macOS 11 and later, or `Authorization` for older ones")
                .related(allowed.key_inner_span(), "the other one");
        }
    }
}
