//! Passwords that everybody can read.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder;
use crate::profile::{Common as _, Payload};
use crate::severity::Severity;

declare_rule! {
    /// A password or shared secret for a network, a VPN, a proxy or an account in clear text.
    ///
    /// ## Why it matters
    ///
    /// Anyone who can read the file or the repository can read the secret, and the history of the repository keeps it.
    /// Signing a profile does not encrypt it.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.wifi.managed</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.wifi</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>EncryptionType</key>
    ///     <string>WPA2</string>
    ///     <key>Password</key>
    ///     <string>correct horse battery staple</string>
    ///     <key>SSID_STR</key>
    ///     <string>Contoso</string>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.wifi.managed</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.wifi</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>EncryptionType</key>
    ///     <string>WPA2</string>
    ///     <key>Password</key>
    ///     <string>{{wifi_password}}</string>
    ///     <key>SSID_STR</key>
    ///     <string>Contoso</string>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, the keys for passwords of each payload
    name: "secret-in-clear-text",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Payload(check),
}

/// Whether a key holds a secret, at any depth, by Apple's descriptions.
fn is_secret(key: &str) -> bool {
    matches!(
        key,
        "AIMPassword"
            | "AuthPassword"
            | "AutologinPassword"
            | "CalDAVPassword"
            | "CardDAVPassword"
            | "CertificatePassword"
            | "HTTPProxyPassword"
            | "IncomingPassword"
            | "JabberPassword"
            | "LDAPAccountPassword"
            | "OutgoingPassword"
            | "Password"
            | "ProxyPassword"
            | "RemovalPassword"
            | "SharedSecret"
            | "SubCalAccountPassword"
            | "UserPassword"
            | "XAuthPassword"
            | "Challenge"
            | "password"
            | "sharedSecret"
    )
}

/// Looks through payloads that Apple describes; what other keys of this name mean is their program's affair.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let payload_type = payload.payload_type();
    let table = report.fleet().table;
    let is_described = |own: &str| !table.of_type(own).is_empty();
    if !payload_type.is_some_and(|own| is_described(own.as_str())) {
        return;
    }
    let entries = payload.dictionary().value().entries_at_any_depth();
    for entry in entries.filter(|entry| is_secret(&entry.key())) {
        let text = entry.value.text();
        if !text.trim().is_empty() && !placeholder::is_filled_in(&text) {
            report
                .at(
                    entry.key_inner_span(),
                    format!("`{}` is in clear text", entry.key()),
                )
                .help("let the MDM server fill it in, or use a certificate");
        }
    }
}
