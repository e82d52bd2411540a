//! Bundle IDs of one team that differ only in case.

use crate::escape::quoted;
use crate::lint::alike::pairs;
use crate::lint::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::profile::{ExtensionPolicy, PerTeam};
use crate::severity::Severity;

declare_rule! {
    /// Two bundle IDs of one team that differ only in upper and lower case.
    ///
    /// ## Why it matters
    ///
    /// An extension has one bundle ID, written in one way. One of the two entries approves nothing, and a reader
    /// cannot see which.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.driver.USB</string>
    ///         <string>com.contoso.driver.usb</string>
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
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowedSystemExtensions`
    /// - `codesign -dv` on the extension shows its bundle ID as `Identifier`
    name: "entry-differs-in-case",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Extensions(check),
    when: Signs::ALIKE,
}

/// Looks at the bundle IDs of every team.
fn check(policy: ExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    for team in policy.bundle_lists().flat_map(PerTeam::teams) {
        for pair in pairs(team.listed) {
            if pair.is_equal() {
                continue;
            }
            report
                .at(
                    pair.again.span,
                    format!(
                        "{} and {} differ only in case",
                        quoted(pair.again.as_str()),
                        quoted(pair.first.as_str())
                    ),
                )
                .help("keep the one that `codesign -dv` on the extension shows as `Identifier`")
                .related(pair.first.span, "the other");
        }
    }
}
