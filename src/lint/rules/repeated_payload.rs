//! Payloads of a type that may be there once.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, Profile};
use crate::severity::Severity;

declare_rule! {
    /// Two payloads of a type that Apple allows only once.
    ///
    /// ## Why it matters
    ///
    /// Apple does not describe which of the two macOS follows.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.dock</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.dock.size</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B04</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>tilesize</key>
    ///     <integer>48</integer>
    /// </dict>
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.dock</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.dock.place</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B05</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>orientation</key>
    ///     <string>left</string>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.dock</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.dock.settings</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B04</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>tilesize</key>
    ///     <integer>48</integer>
    ///     <key>orientation</key>
    ///     <string>left</string>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, `multiple: false`; `kextpolicy explain TYPE` shows it
    name: "repeated-payload",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Profile(check),
}

/// Reports every further payload of such a type.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    if profile.payloads().nth(1).is_none() {
        return;
    }
    let mut seen: Vec<crate::profile::Text<'_>> = Vec::new();
    for own in profile.payloads().filter_map(Common::payload_type) {
        let described = report.fleet().table.of_type(own.as_str());
        let once = !described.is_empty()
            && described
                .iter()
                .all(|described| described.mac.multiple == Some(false));
        if !once {
            continue;
        }
        if let Some(first) = seen.iter().find(|first| first.as_str() == own.as_str()) {
            report
                .at(
                    own.span,
                    format!(
                        "a second payload of type `{}`, of which Apple allows one",
                        own.as_str()
                    ),
                )
                .help("make them one payload")
                .related(first.span, "the first one");
        } else {
            seen.push(own);
        }
    }
}
