//! Keys that Apple requires and that are not there.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::deviation::Deviation;
use crate::profile::Common as _;
use crate::severity::Severity;
use crate::source::Span;

declare_rule! {
    /// A key that Apple requires is missing, at any depth.
    ///
    /// ## Why it matters
    ///
    /// macOS refuses the profile or leaves out the incomplete entry. For the keys that every payload needs, such as
    /// `PayloadUUID`, see the rule `missing-payload-key`.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.privacy.policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B01</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.privacy.policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B01</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Services</key>
    ///     <dict>
    ///         <key>SystemPolicyAllFiles</key>
    ///         <array>
    ///             <dict>
    ///                 <key>Identifier</key>
    ///                 <string>com.contoso.agent</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, `presence: required`; `kextpolicy explain TYPE` shows it
    name: "missing-key",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Schema(check),
}

/// Reports the dictionary without the key, at its opening tag.
fn check(deviation: &Deviation<'_>, report: &mut Reporter<'_>) {
    let Deviation::MissingKey {
        dictionary,
        key,
        payload,
    } = deviation
    else {
        return;
    };
    let (whole, inside) = (dictionary.span(), dictionary.value().inner_span());
    let opening = Span {
        start: whole.start,
        end: if inside.start > whole.start {
            inside.start
        } else {
            whole.end
        },
    };
    let own = payload.dictionary().value() == dictionary.value();
    let place = if own { "payload" } else { "dictionary" };
    let saying = report
        .at(
            opening,
            format!("this {place} needs the key `{}`", key.name),
        )
        .help(format!("add `{}`, of type {}", key.name, key.kind.name()));
    if let Some(payload_type) = payload.payload_type() {
        saying.related(payload_type.span, "the payload type that needs it");
    }
}
