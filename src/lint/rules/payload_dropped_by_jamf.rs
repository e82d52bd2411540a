//! Payloads that Jamf Pro drops from an unsigned profile.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Entry;
use crate::profile::privacy::PrivacyPolicy;
use crate::profile::{Common, Document, Payload, Profile};
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A payload for Jamf Pro whose type is the preference domain of an application, or a privacy payload with the
    /// service `BluetoothAlways`.
    ///
    /// ## Why it matters
    ///
    /// When an unsigned profile is uploaded in the web console, Jamf Pro removes or empties payloads whose type it does
    /// not know, for instance a `PayloadType` that is itself a preference domain. The settings then never reach a Mac.
    /// Microsoft's guide signs such profiles before the upload.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions.agent</string>
    ///     <key>PayloadType</key>
    ///     <string>com.contoso.agent</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <dict>
    ///         <key>com.contoso.agent</key>
    ///         <dict>
    ///             <key>Forced</key>
    ///             <array>
    ///                 <dict>
    ///                     <key>mcx_preference_settings</key>
    ///                     <dict/>
    ///                 </dict>
    ///             </array>
    ///         </dict>
    ///     </dict>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions.agent</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.ManagedClient.preferences</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Microsoft: Defender for Endpoint, `mac-jamfpro-policies`, step 10
    /// - `ProfileCreator/ProfileCreator`, issues 62 and 113
    name: "payload-dropped-by-jamf",
    level: Level::only(Target::Jamf, Severity::Warning),
    fix: Never,
    check: Check::Document(check),
}
/// Looks at the payloads of an unsigned profile.
fn check(document: &Document<'_>, report: &mut Reporter<'_>) {
    if document.signed().is_some() || document.is_refused() {
        return;
    }
    for payload in Profile::of(document)
        .into_iter()
        .flat_map(Profile::payloads)
    {
        check_payload(payload, report);
    }
}

/// Reports a type that is not Apple's.
fn check_payload(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let Some(own) = payload.payload_type() else {
        return;
    };
    let text = own.as_str();
    if let Some(bluetooth) = bluetooth(payload) {
        report
            .at(
                bluetooth.key_span(),
                "`BluetoothAlways` is dropped by Jamf Pro from an unsigned profile",
            )
            .help("sign the profile before the upload");
    }
    if text.is_empty()
        || text.starts_with("com.apple.")
        || matches!(text, ".GlobalPreferences" | "loginwindow")
    {
        return;
    }
    report
        .at(
            own.span,
            format!(
                "{} is not a payload type of Apple's; Jamf Pro drops it from an unsigned profile",
                quoted(text)
            ),
        )
        .help("sign the profile before the upload, or wrap the settings in a `com.apple.ManagedClient.preferences` payload");
}

/// The privacy entries that Jamf Pro does not know, where others are beside them. Alone in a profile, as `render` writes
/// them, they are sent signed.
fn bluetooth(payload: Payload<'_>) -> Option<Entry<'_>> {
    PrivacyPolicy::of(payload)?;
    let services = payload.dictionary().get("Services")?.as_dictionary()?;
    let has_others = services.entries().nth(1).is_some();
    services.entry("BluetoothAlways").filter(|_| has_others)
}
