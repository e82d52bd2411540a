//! Certificate payloads that do not hold a certificate.

use crate::cms;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Value;
use crate::profile::{Common as _, Payload};
use crate::severity::Severity;

declare_rule! {
    /// A certificate payload, for a root or another certificate, whose data is not a certificate in DER or PEM format.
    ///
    /// ## Why it matters
    ///
    /// Without the certificate, what needs it does not work: a Wi-Fi that trusts a server, a proxy, or an escrow of
    /// keys. The data is often another file, a piece of a file, or base64 of base64.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.security.root</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.root</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>PayloadContent</key>
    ///     <data>aGVsbG8gd29ybGQ=</data>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// `base64 root.cer` writes what belongs between the tags; `openssl x509 -in root.cer -text` shows that it is a certificate.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.security.root.yaml`, `PayloadContent`
    name: "unreadable-certificate",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Payload(check),
}

/// The payload types that hold one certificate.
const TYPES: [&str; 3] = [
    "com.apple.security.pem",
    "com.apple.security.pkcs1",
    "com.apple.security.root",
];

fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let is_one = payload
        .payload_type()
        .is_some_and(|own| TYPES.contains(&own.as_str()));
    let Some(content) = payload.dictionary().get("PayloadContent") else {
        return;
    };
    // Base64 has none of these: a server or a template fills it in.
    let is_filled_in = content.text().contains(['$', '{', '%']);
    let data = content.as_data();
    if is_one && !is_filled_in && data.is_some_and(|data| cms::certificates(&data).is_err()) {
        report
            .at(place(content), "this data is not a certificate")
            .help("write the base64 of the certificate in DER or PEM");
    }
}

/// Between the tags, or the element where nothing is there.
fn place(content: Value<'_>) -> crate::source::Span {
    let inner = content.inner_span();
    if inner.len() > 0 {
        inner
    } else {
        content.span()
    }
}
