//! Whole profiles among the preferences of an app.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Payload, Text};
use crate::severity::Severity;

declare_rule! {
    /// A profile or payload inside `mcx_preference_settings` of a payload of the type
    /// `com.apple.ManagedClient.preferences`.
    ///
    /// ## Why it matters
    ///
    /// Jamf Pro creates such a payload from a file that is uploaded under Custom Settings. The file becomes preferences
    /// of an app that does not know payloads, and nothing in the file is installed.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.ManagedClient.preferences</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.preferences</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B0B</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>PayloadContent</key>
    ///     <dict>
    ///         <key>com.contoso.agent</key>
    ///         <dict>
    ///             <key>Forced</key>
    ///             <array>
    ///                 <dict>
    ///                     <key>mcx_preference_settings</key>
    ///                     <dict>
    ///                         <key>PayloadContent</key>
    ///                         <array/>
    ///                         <key>PayloadIdentifier</key>
    ///                         <string>com.contoso.notifications</string>
    ///                         <key>PayloadType</key>
    ///                         <string>Configuration</string>
    ///                         <key>PayloadUUID</key>
    ///                         <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B0C</string>
    ///                         <key>PayloadVersion</key>
    ///                         <integer>1</integer>
    ///                     </dict>
    ///                 </dict>
    ///             </array>
    ///         </dict>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.ManagedClient.preferences</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.preferences</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B0B</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>PayloadContent</key>
    ///     <dict>
    ///         <key>com.contoso.agent</key>
    ///         <dict>
    ///             <key>Forced</key>
    ///             <array>
    ///                 <dict>
    ///                     <key>mcx_preference_settings</key>
    ///                     <dict>
    ///                         <key>CheckInterval</key>
    ///                         <integer>60</integer>
    ///                     </dict>
    ///                 </dict>
    ///             </array>
    ///         </dict>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - MicrosoftDocs/windows-itpro-docs: issue 8842
    /// - Apple: `mdm/profiles/com.apple.ManagedClient.preferences.yaml`
    name: "profile-in-preferences",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Payload(check),
}

/// Looks at the settings of every domain.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    for (wrapping, settings) in payload.wrapped_settings() {
        let keys = [
            "PayloadType",
            "PayloadContent",
            "PayloadIdentifier",
            "PayloadUUID",
        ];
        let mut own = keys.iter().filter_map(|key| settings.entry(key));
        if let (Some(first), Some(_)) = (own.next(), own.next()) {
            let shown = Text::of_key(wrapping.domain);
            report
                .at(
                    first.span(),
                    format!(
                        "a whole profile is among the preferences of {}",
                        quoted(shown.as_str())
                    ),
                )
                .help("upload the profile as it is; only the settings of an app belong here")
                .related(shown.span, "the preference domain");
        }
    }
}
