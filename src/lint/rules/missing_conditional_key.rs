//! Keys that another key asks for.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::conditions::Broken;
use crate::schema::conditions::Asks;
use crate::severity::Severity;

declare_rule! {
    /// A key is missing that Apple requires only under a condition: the receiver of an `AppleEvents` entry, and
    /// `FilterType`, `UserDefinedName` or `PluginBundleID` of a content filter.
    ///
    /// ## Why it matters
    ///
    /// macOS refuses the payload or leaves out the entry. Without `FilterType`, a content filter is Apple's built-in
    /// one, which Macs do not have. If the payload has plug-in keys, a plug-in is meant.
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
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`, `AEReceiverIdentifier` and its neighbours
    /// - Apple: `mdm/profiles/com.apple.webcontent-filter.yaml`, `FilterType`, `UserDefinedName`, `PluginBundleID`
    name: "missing-conditional-key",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Condition(check),
}

fn check(broken: &Broken<'_>, report: &mut Reporter<'_>) {
    if let Asks::Key(key) = broken.condition.asks {
        report_missing(key, broken, report);
    }
}

/// Reports a missing key at the dictionary that lacks it.
pub(super) fn report_missing(key: &str, broken: &Broken<'_>, report: &mut Reporter<'_>) {
    let what = broken.because.map_or_else(String::new, |entry| {
        format!(" beside {}", quoted(&entry.key()))
    });
    let saying = report
        .at(broken.opening(), format!("`{key}` is missing{what}"))
        .help(broken.condition.help);
    if let Some(entry) = broken.because {
        saying.related(entry.key_inner_span(), "needed because of this");
    }
}
