//! Payloads and keys that macOS does not know any more.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::deviation::Deviation;
use crate::schema::Mark;
use crate::severity::Severity;

declare_rule! {
    /// A payload or a key that Apple removed from macOS.
    ///
    /// ## Why it matters
    ///
    /// A Mac with that version or a later one does not know it: what it was to set is not set.
    ///
    /// If the settings name the oldest macOS of your Macs (`minimum_os`), what was removed there already is reported.
    /// Without it, only what was removed before macOS 15, because other Macs still need the rest, and only if iPhones and
    /// other systems do without it too, because a profile does not say what it is for.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.finder</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.finder.settings</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B09</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>ProhibitBurn</key>
    ///     <true/>
    ///     <key>InterfaceLevel</key>
    ///     <string>Simple</string>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.finder</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.finder.settings</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B09</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>ProhibitBurn</key>
    ///     <true/>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, `removed` below `supportedOS`; `kextpolicy explain TYPE` shows it
    name: "removed-setting",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Schema(check),
}

/// Reports the payload type or the key.
fn check(deviation: &Deviation<'_>, report: &mut Reporter<'_>) {
    let Deviation::Version {
        place,
        subject,
        mark: Mark::Removed(version),
    } = deviation
    else {
        return;
    };
    let minimum = report.minimum_os();
    let saying = report.at(*place, format!("{subject} was removed in macOS {version}"));
    saying.help(match minimum {
        Some((major, minor)) => {
            format!("remove it: the profile is for macOS {major}.{minor} and later")
        }
        None => "remove it, or set `minimum_os` if the profile is for older Macs".to_owned(),
    });
}
