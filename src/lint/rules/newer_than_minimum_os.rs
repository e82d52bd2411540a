//! Payloads and keys that the oldest Macs do not know.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::deviation::Deviation;
use crate::schema::Mark;
use crate::severity::Severity;

declare_rule! {
    /// A payload or a key that needs a newer macOS than the oldest one in the settings (`minimum_os`).
    ///
    /// ## Why it matters
    ///
    /// An older Mac does not know the payload or key, so it has no effect there. Without `minimum_os`, the rule reports
    /// only what even the newest Macs (`newest_os`) do not know; without both, it reports nothing. Of a version such as
    /// 10.15.4 only 10.15 is compared. For keys of extension policies, see the rule `newer-key`.
    ///
    /// ## Example
    ///
    /// `kextpolicy.toml`:
    ///
    /// ```toml
    /// minimum_os = "12.0"
    /// ```
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.servicemanagement</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.agent.background</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B0A</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Rules</key>
    ///     <array>
    ///         <dict>
    ///             <key>RuleType</key>
    ///             <string>TeamIdentifier</string>
    ///             <key>RuleValue</key>
    ///             <string>K7Q2XD94WL</string>
    ///         </dict>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// A profile of its own for newer Macs, of which the settings say so:
    ///
    /// ```toml
    /// minimum_os = "13.0"
    /// ```
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.servicemanagement</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.agent.background</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B0A</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Rules</key>
    ///     <array>
    ///         <dict>
    ///             <key>RuleType</key>
    ///             <string>TeamIdentifier</string>
    ///             <key>RuleValue</key>
    ///             <string>K7Q2XD94WL</string>
    ///         </dict>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, `introduced` below `supportedOS`; `kextpolicy explain TYPE` shows it
    name: "newer-than-minimum-os",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Schema(check),
}

/// Reports the payload type or the key.
fn check(deviation: &Deviation<'_>, report: &mut Reporter<'_>) {
    let Deviation::Version {
        place,
        subject,
        mark: Mark::Newer(version),
        ..
    } = deviation
    else {
        return;
    };
    let fleet = report.fleet();
    let macs = match (fleet.oldest, fleet.newest) {
        (Some((major, minor)), _) => format!("macOS {major}.{minor}"),
        (None, Some((major, minor))) => format!("Macs up to macOS {major}.{minor}"),
        (None, None) => return,
    };
    report
        .at(
            *place,
            format!("{subject} needs macOS {version}, and the profile is for {macs}"),
        )
        .help(format!(
            "move it to a profile for Macs with macOS {version}"
        ));
}
