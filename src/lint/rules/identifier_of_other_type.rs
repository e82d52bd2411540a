//! Privacy entries whose identifier is not of the type that they say.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder;
use crate::profile::privacy::PrivacyPolicy;
use crate::profile::{Payload, Text};
use crate::severity::Severity;

declare_rule! {
    /// A privacy entry that has a bundle ID with the type `path`, or a path with the type `bundleID`.
    ///
    /// ## Why it matters
    ///
    /// Applications are identified by their bundle ID, other programs by their absolute path. macOS looks for what the
    /// type says and finds nothing.
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
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
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
    ///                 <string>path</string>
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
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.privacy.policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
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
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`, `IdentifierType`
    name: "identifier-of-other-type",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Payload(check),
}

/// Looks at the program of each entry, and at the one that gets its Apple events.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let entries = PrivacyPolicy::of(payload)
        .into_iter()
        .flat_map(PrivacyPolicy::entries);
    for entry in entries {
        compare(entry.identifier(), entry.identifier_type(), report);
        compare(
            entry.receiver_identifier(),
            entry.receiver_identifier_type(),
            report,
        );
    }
}

/// Whether a path is that of an application.
fn is_app(path: &str) -> bool {
    std::path::Path::new(path.trim())
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("app"))
}

/// Reports an identifier that is not of its type.
fn compare(identifier: Option<Text<'_>>, kind: Option<Text<'_>>, report: &mut Reporter<'_>) {
    let (Some(identifier), Some(kind)) = (identifier, kind) else {
        return;
    };
    let own = identifier.as_str();
    if placeholder::is_filled_in(own) {
        return;
    }
    let shown = quoted(own);
    let (message, help) = match (kind.as_str(), own.trim_start().starts_with('/')) {
        ("path", false) => (
            format!("{shown} is not an absolute path, and its type is `path`"),
            "write the absolute path of the program, or `bundleID` as the type of an application",
        ),
        ("path", true) if is_app(own) => (
            format!("{shown} is an application, and its type is `path`"),
            "write `bundleID` as the type, and the bundle ID of the application",
        ),
        ("bundleID", true) => (
            format!("{shown} is a path, and its type is `bundleID`"),
            "write `path` as the type, or the bundle ID of the application",
        ),
        _ => return,
    };
    let place = if identifier.span.len() > 0 {
        identifier.span
    } else {
        identifier.element
    };
    report
        .at(place, message)
        .help(help)
        .related(kind.span, "the type");
}
