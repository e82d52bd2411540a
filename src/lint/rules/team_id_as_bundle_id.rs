//! A Team ID where a bundle ID belongs.

use crate::escape::quoted;
use crate::identifier::TeamIdentifier;
use crate::lint::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::profile::{ExtensionPolicy, PerTeam};
use crate::severity::Severity;

declare_rule! {
    /// A Team ID in a list of bundle IDs.
    ///
    /// ## Why it matters
    ///
    /// No extension has a Team ID for a bundle ID: the entry approves nothing. To allow every extension of a team, the
    /// Team ID belongs into `AllowedTeamIdentifiers`.
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
    check: Check::Extensions(check),
    when: Signs::ODD_BUNDLE,
}

/// Looks at every place where a bundle ID stands.
fn check(policy: ExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    for team in policy.bundle_lists().flat_map(PerTeam::teams) {
        for bundle in team.listed.iter() {
            if is_team(bundle.as_str()) {
                report
                    .at(
                        bundle.span,
                        format!(
                            "the Team ID {} stands in a list of bundle IDs",
                            quoted(bundle.as_str())
                        ),
                    )
                    .help("list the bundle IDs of the extensions, or the team under `AllowedTeamIdentifiers`");
            }
        }
    }
}

/// Whether a text is shaped like a Team ID and not like a word: ten capitals and digits, some of both.
fn is_team(text: &str) -> bool {
    text.len() == crate::identifier::TEAM_ID_LENGTH
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
        && TeamIdentifier::check(text).is_ok()
}
