//! One `PayloadIdentifier` for two payloads of a profile.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::values::OwnIdentifier;
use crate::severity::Severity;

declare_rule! {
    /// Two payloads of one profile with the same `PayloadIdentifier`.
    ///
    /// ## Why it matters
    ///
    /// Within a profile the identifiers must differ. MDM reports the error 1008 "Non-unique payload identifiers", which
    /// Intune shows as -2016335104. If a payload has the identifier of the profile itself, see
    /// `identifier-shared-with-profile`.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.settings</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.dock</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>tilesize</key>
    ///     <integer>48</integer>
    /// </dict>
    /// <dict>
    ///     <key>EnableFirewall</key>
    ///     <true/>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.settings</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.security.firewall</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA2</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.settings.dock</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.dock</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>tilesize</key>
    ///     <integer>48</integer>
    /// </dict>
    /// <dict>
    ///     <key>EnableFirewall</key>
    ///     <true/>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.settings.firewall</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.security.firewall</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA2</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/CommonPayloadKeys.yaml`, `PayloadIdentifier`
    /// - Microsoft Intune: the error codes of configuration profiles
    name: "duplicate-payload-identifier",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Identifier(check),
}

fn check(identifier: &OwnIdentifier<'_>, report: &mut Reporter<'_>) {
    let Some(earlier) = identifier.earlier else {
        return;
    };
    report
        .at(
            identifier.text.span,
            format!(
                "another payload has the identifier {}",
                quoted(identifier.text.as_str())
            ),
        )
        .help("give each payload an identifier of its own")
        .related(earlier, "first used here");
}
