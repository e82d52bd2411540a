//! Payloads with the identifier of their profile.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::values::OwnIdentifier;
use crate::severity::Severity;

declare_rule! {
    /// A payload with the same `PayloadIdentifier` as the profile that contains it.
    ///
    /// ## Why it matters
    ///
    /// Apple requires every identifier within a profile to be unique. Many profiles in use break this rule and install
    /// anyway, so it is a note. But a script that looks for a payload by its identifier finds the profile instead.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.dock</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>tilesize</key>
    ///     <integer>48</integer>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions.dock</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.dock</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>tilesize</key>
    ///     <integer>48</integer>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/CommonPayloadKeys.yaml`, `PayloadIdentifier`
    name: "identifier-shared-with-profile",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Identifier(check),
}

fn check(identifier: &OwnIdentifier<'_>, report: &mut Reporter<'_>) {
    let Some(profile) = identifier.of_profile else {
        return;
    };
    report
        .at(
            identifier.text.span,
            format!(
                "the profile has the identifier {} too",
                quoted(identifier.text.as_str())
            ),
        )
        .help("add a last part that names the payload")
        .related(profile, "the profile");
}
