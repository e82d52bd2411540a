//! A Team ID where a bundle ID belongs.

use crate::escape::quoted;
use crate::identifier::TeamIdentifier;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::ListedName;
use crate::severity::Severity;

declare_rule! {
    /// A Team ID in a list of bundle IDs.
    ///
    /// ## Why it matters
    ///
    /// No extension has a Team ID as its bundle ID, so the entry approves nothing. To allow every extension of a team,
    /// put the Team ID into `AllowedTeamIdentifiers`.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>K7Q2XD94WL</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.driver.usb</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `AllowedKernelExtensions`
    name: "team-id-as-bundle-id",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Bundle(check),
}

fn check(bundle: &ListedName<'_, '_>, report: &mut Reporter<'_>) {
    let text = bundle.text.as_str();
    if TeamIdentifier::is_shaped_like_one(text) {
        report
            .at(
                bundle.text.span,
                format!("the Team ID {} is in a list of bundle IDs", quoted(text)),
            )
            .help(
                "list the bundle IDs of the extensions, or the team under `AllowedTeamIdentifiers`",
            );
    }
}
