//! Payloads and keys that macOS does not know any more.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::deviation::Deviation;
use crate::schema::Mark;
use crate::schema::successors::Successor;
use crate::severity::Severity;

declare_rule! {
    /// A payload or a key that Apple removed from macOS.
    ///
    /// ## Why it matters
    ///
    /// A Mac with that macOS version or a later one does not know the payload or key and does not apply it.
    ///
    /// If the settings name your Macs (`minimum_os`, `newest_os`), anything that the newest of them does not know is a
    /// warning. Without `newest_os`, anything that Apple removed in a later macOS is a note, because nobody said
    /// whether there are such Macs. If neither is given, anything removed before macOS 15 is a warning. In that case,
    /// the rule reports a setting only if iOS and the other systems do not support it either, because a profile does
    /// not say which system it is for. If Apple names a declaration that replaces it, the help names it too.
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
        mark: mark @ (Mark::Removed(version) | Mark::RemovedInNewest(version)),
        successor,
    } = deviation
    else {
        return;
    };
    let fleet = report.fleet();
    let instead = instead(*successor);
    let (said, only_newest) = (fleet.is_named(), matches!(mark, Mark::RemovedInNewest(_)));
    let saying = report.at(*place, format!("{subject} was removed in macOS {version}"));
    if only_newest {
        saying
            .at_most(Severity::Note)
            .help(format!(
                "Macs with macOS {version} and later ignore it{instead}; `minimum_os` and `newest_os` in kextpolicy.toml say which \
                 Macs the profile is for"
            ));
    } else if !said {
        saying.help(format!(
            "remove it{instead}, or set `minimum_os` if the profile is for older Macs"
        ));
    } else if fleet.is_all_from(*version) {
        saying.help(format!(
            "remove it: all Macs have macOS {version} or later{instead}"
        ));
    } else {
        saying.help(format!(
            "Macs with macOS {version} and later ignore it, older ones still need it{instead}"
        ));
    }
}

/// What Apple names instead.
pub(super) fn instead(successor: Option<&Successor>) -> String {
    successor.map_or_else(String::new, |successor| {
        format!(
            "; Apple names the declaration `{}` instead",
            successor.declaration
        )
    })
}
