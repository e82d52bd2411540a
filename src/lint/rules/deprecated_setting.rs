//! Payloads and keys that Apple gave up.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::deviation::Deviation;
use crate::schema::Mark;
use crate::severity::Severity;

declare_rule! {
    /// A payload or a key that Apple marks as deprecated on macOS.
    ///
    /// ## Why it matters
    ///
    /// Apple advises against it, and a later macOS may not support it. Many have a successor, which Apple's
    /// documentation of the payload names.
    ///
    /// If the settings name your Macs (`minimum_os`, `newest_os`), the rule reports what is deprecated on the newest of
    /// them. If neither is given, it reports only what was deprecated before macOS 15, because other Macs still need
    /// the rest. And it does so only if iOS and the other systems have deprecated it too or never supported it, because
    /// a profile does not say which system it is for. A deprecated payload with a key that Apple added later is not
    /// reported.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.applicationaccess.new</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.apps.allowed</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B08</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>familyControlsEnabled</key>
    ///     <true/>
    ///     <key>pathWhiteList</key>
    ///     <array>
    ///         <string>/Applications/Contoso.app/</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.applicationaccess.new</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.apps.allowed</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B08</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>familyControlsEnabled</key>
    ///     <true/>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, `deprecated` below `supportedOS`; `kextpolicy explain TYPE` shows it
    name: "deprecated-setting",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Schema(check),
}

/// Reports the payload type or the key.
fn check(deviation: &Deviation<'_>, report: &mut Reporter<'_>) {
    let Deviation::Version {
        place,
        subject,
        mark: Mark::Deprecated(version),
        successor,
    } = deviation
    else {
        return;
    };
    let unset = !report.fleet().is_named();
    let saying = report.at(
        *place,
        format!("{subject} is deprecated since macOS {version}"),
    );
    let what = match successor {
        Some(successor) => format!(
            "Apple names the declaration `{}` instead (macOS {} and later)",
            successor.declaration, successor.since
        ),
        None => "look for its successor in Apple's documentation of the payload".to_owned(),
    };
    saying.help(if unset {
        format!("{what}, or set `minimum_os` if the profile is for older Macs")
    } else {
        what
    });
}
