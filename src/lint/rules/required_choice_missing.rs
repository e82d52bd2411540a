//! Dictionaries with none of the keys of which one has to be there.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::conditions::Broken;
use crate::schema::conditions::Asks;
use crate::severity::Severity;

declare_rule! {
    /// Apple requires at least one of several keys, and none is present. Examples: a privacy entry with neither
    /// `Allowed` nor `Authorization`; a content filter that filters neither sockets nor packets.
    ///
    /// ## Why it matters
    ///
    /// A privacy entry that neither allows nor denies has no effect. macOS does not start a content filter that is set
    /// to filter nothing.
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
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`, `Allowed` and `Authorization`
    /// - Apple: `mdm/profiles/com.apple.webcontent-filter.yaml`, `FilterSockets` and `FilterPackets`
    name: "required-choice-missing",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Condition(check),
}

/// Reports each dictionary without a choice.
fn check(broken: &Broken<'_>, report: &mut Reporter<'_>) {
    let (keys, as_what) = match broken.condition.asks {
        Asks::OneOf(keys) => (keys, ""),
        Asks::OneTrue(keys) => (keys, " as true"),
        _ => return,
    };
    let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    let (one, has) = match keys.len() {
        2 => (names.join(" or "), "neither"),
        _ => (format!("one of {}", names.join(", ")), "none"),
    };
    let mut saying = report
        .at(
            broken.opening(),
            format!("needs {one}{as_what}; it has {has}"),
        )
        .help(broken.condition.help);
    for entry in &broken.entries {
        saying = saying.related(entry.value.span(), "this is false");
    }
}
