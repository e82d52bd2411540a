//! Keys of extension policies that are nearly one of Apple's.

use super::unknown_key::{is_approval, report_key, unknown};
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::deviation::Deviation;
use crate::severity::Severity;

declare_rule! {
    /// A key in an extension policy that Apple does not describe and that is nearly one of Apple's keys.
    ///
    /// ## Why it matters
    ///
    /// macOS ignores the key and does not approve what it lists. The profile installs without an error. For unknown
    /// keys elsewhere, see the rule `unknown-key`.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.system-extension-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions.system</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B07</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>AllowUserOverrides</key>
    ///     <false/>
    ///     <key>AllowedSystemExtension</key>
    ///     <dict>
    ///         <key>K7Q2XD94WL</key>
    ///         <array>
    ///             <string>com.contoso.agent.network</string>
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
    ///     <string>com.apple.system-extension-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions.system</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B07</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>AllowUserOverrides</key>
    ///     <false/>
    ///     <key>AllowedSystemExtensions</key>
    ///     <dict>
    ///         <key>K7Q2XD94WL</key>
    ///         <array>
    ///             <string>com.contoso.agent.network</string>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Unsafe: what the key lists becomes approved.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml` and `com.apple.syspolicy.kernel-extension-policy.yaml`
    name: "misspelt-approval-key",
    level: Level::always(Severity::Error),
    fix: Always,
    check: Check::Schema(check),
}

/// Reports each key with the one that was meant.
fn check(deviation: &Deviation<'_>, report: &mut Reporter<'_>) {
    for (entry, among, meant) in unknown(deviation, report.fleet().table) {
        if is_approval(among, meant) {
            report_key(entry, among, meant, report);
        }
    }
}
