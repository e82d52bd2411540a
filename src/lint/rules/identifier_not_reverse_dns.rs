//! Profile identifiers that are not reverse-DNS.

use crate::escape::quoted;
use crate::identifier::{PayloadIdentifier, is_uuid};
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder;
use crate::lint::views::request;
use crate::profile::{Common, Profile};
use crate::severity::Severity;

declare_rule! {
    /// The `PayloadIdentifier` of the profile is neither reverse-DNS (`com.contoso.extensions`) nor a UUID.
    ///
    /// ## Why it matters
    ///
    /// A Mac accepts any text but distinguishes profiles by it. Another administrator or vendor may have chosen the
    /// same short word, such as `SoftwareUpdate`; then one profile replaces the other. UUIDs, as Jamf Pro writes them,
    /// and placeholders of an MDM server are accepted.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadIdentifier</key>
    /// <string>Extensions</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadIdentifier</key>
    /// <string>com.contoso.extensions</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/TopLevel.yaml`, `PayloadIdentifier`
    name: "identifier-not-reverse-dns",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Profile(check),
}
/// Looks at the profile's own identifier; nobody but the profile sees those of payloads.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let Some(identifier) = profile.identifier() else {
        return;
    };
    let text = identifier.as_str();
    let Err(why) = PayloadIdentifier::check(text) else {
        return;
    };
    let is_meant =
        is_uuid(text) || placeholder::of_mdm(text).is_some() || request::asks_for_a_value(text);
    if !is_meant {
        let (place, message) = if text.is_empty() {
            (identifier.element, "empty `PayloadIdentifier`".to_owned())
        } else {
            (identifier.span, format!("{} {why}", quoted(text)))
        };
        report
            .at(place, message)
            .help("begin with your domain, last part first: `com.contoso.extensions`");
    }
}
