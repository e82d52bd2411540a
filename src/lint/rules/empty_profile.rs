//! Profiles without a payload.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::Profile;
use crate::severity::Severity;

declare_rule! {
    /// `PayloadContent` is an empty array.
    ///
    /// ## Why it matters
    ///
    /// A profile without payloads sets nothing, and macOS refuses it. MDM reports the error 1005 "Empty profile", which
    /// Intune shows as -2016335107.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadContent</key>
    /// <array/>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadContent</key>
    /// <array>
    ///     <dict>
    ///         <key>PayloadIdentifier</key>
    ///         <string>com.contoso.dock</string>
    ///         <key>PayloadType</key>
    ///         <string>com.apple.dock</string>
    ///         <key>PayloadUUID</key>
    ///         <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    ///         <key>PayloadVersion</key>
    ///         <integer>1</integer>
    ///         <key>tilesize</key>
    ///         <integer>48</integer>
    ///     </dict>
    /// </array>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/TopLevel.yaml`, `PayloadContent`
    /// - Microsoft Intune: the error codes of configuration profiles
    name: "empty-profile",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Profile(check),
}
/// Reports an empty array; a missing one is `missing-payload-key`.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let Some(content) = profile.content() else {
        return;
    };
    if content
        .as_array()
        .is_some_and(|mut items| items.next().is_none())
    {
        report
            .at(content.opening_span(), "a profile without payloads")
            .help("add a payload, or delete the file");
    }
}
