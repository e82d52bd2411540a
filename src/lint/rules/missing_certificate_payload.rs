//! References to a certificate that is not in the profile.

use std::collections::HashMap;

use crate::escape::quoted;
use crate::identifier::is_uuid;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Value;
use crate::profile::{Common as _, Profile};
use crate::severity::Severity;

declare_rule! {
    /// A key such as `PayloadCertificateUUID` whose UUID belongs to no payload of the profile, or to a payload that is
    /// not a certificate.
    ///
    /// ## Why it matters
    ///
    /// The key must contain the `PayloadUUID` of a certificate in the same profile. macOS does not find the certificate
    /// and refuses the profile: "failed to fill in cert references". This happens when a UUID is generated again, or
    /// when the certificate and the settings are put into two profiles.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.vpn.managed</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.vpn</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B08</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>UserDefinedName</key>
    ///     <string>Contoso VPN</string>
    ///     <key>VPNType</key>
    ///     <string>IKEv2</string>
    ///     <key>IKEv2</key>
    ///     <dict>
    ///         <key>AuthenticationMethod</key>
    ///         <string>Certificate</string>
    ///         <key>LocalIdentifier</key>
    ///         <string>mac</string>
    ///         <key>PayloadCertificateUUID</key>
    ///         <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1BFF</string>
    ///         <key>RemoteAddress</key>
    ///         <string>vpn.contoso.com</string>
    ///         <key>RemoteIdentifier</key>
    ///         <string>vpn.contoso.com</string>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.vpn.managed</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.vpn</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B08</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>UserDefinedName</key>
    ///     <string>Contoso VPN</string>
    ///     <key>VPNType</key>
    ///     <string>IKEv2</string>
    ///     <key>IKEv2</key>
    ///     <dict>
    ///         <key>AuthenticationMethod</key>
    ///         <string>Certificate</string>
    ///         <key>LocalIdentifier</key>
    ///         <string>mac</string>
    ///         <key>PayloadCertificateUUID</key>
    ///         <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B09</string>
    ///         <key>RemoteAddress</key>
    ///         <string>vpn.contoso.com</string>
    ///         <key>RemoteIdentifier</key>
    ///         <string>vpn.contoso.com</string>
    ///     </dict>
    /// </dict>
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.security.acme</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.certificate</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B09</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>ClientIdentifier</key>
    ///     <string>mac</string>
    ///     <key>DirectoryURL</key>
    ///     <string>https://acme.contoso.com</string>
    ///     <key>HardwareBound</key>
    ///     <false/>
    ///     <key>KeySize</key>
    ///     <integer>2048</integer>
    ///     <key>KeyType</key>
    ///     <string>RSA</string>
    ///     <key>Subject</key>
    ///     <array/>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, `PayloadCertificateUUID` and the like in the payloads for VPN, Wi-Fi, accounts and MDM
    /// - trailofbits/algo: issue 168
    name: "missing-certificate-payload",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Profile(check),
}

/// Whether a key names a certificate of the same profile, by Apple's descriptions of the payloads. Not `EncryptCertPayloadUUID`
/// of `FileVault`: Jamf Pro adds its certificate on the way to the Mac.
fn names_certificate(key: &str) -> bool {
    matches!(
        key,
        "AuthenticationCertificateUUID"
            | "CertificateAnchorUUID"
            | "IdentityCertificateUUID"
            | "LeaderPayloadCertificateAnchorUUID"
            | "MemberPayloadCertificateAnchorUUID"
            | "PayloadCertificateAnchorUUID"
            | "PayloadCertificateUUID"
            | "ResourcePayloadCertificateUUID"
            | "SMIMEEncryptionCertificateUUID"
            | "SMIMESigningCertificateUUID"
            | "certificateUUID"
    )
}

/// The payloads that are certificates or bring some.
const CERTIFICATES: [&str; 7] = [
    "com.apple.ADCertificate.managed",
    "com.apple.security.acme",
    "com.apple.security.pem",
    "com.apple.security.pkcs1",
    "com.apple.security.pkcs12",
    "com.apple.security.root",
    "com.apple.security.scep",
];

/// Compares every reference with the UUIDs of the payloads. What is not a UUID is filled in by a server.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    if profile
        .dictionary()
        .entry("EncryptedPayloadContent")
        .is_some()
    {
        return;
    }
    let own = profile.payloads().filter_map(|payload| {
        let is_certificate = payload
            .payload_type()
            .is_none_or(|own| CERTIFICATES.contains(&own.as_str()));
        Some((
            payload.uuid()?.as_str().to_ascii_uppercase(),
            is_certificate,
        ))
    });
    let own: HashMap<String, bool> = own.collect();
    let entries = profile.dictionary().value().entries_at_any_depth();
    let references = entries
        .filter(|entry| names_certificate(&entry.key()))
        .flat_map(|entry| {
            std::iter::once(entry.value).chain(entry.value.as_array().into_iter().flatten())
        });
    for (value, fault) in references.filter_map(|value| Some((value, fault(value, &own)?))) {
        report
            .at(
                value.inner_span(),
                format!("{fault} {}", quoted(&value.text())),
            )
            .help(
                "write the `PayloadUUID` of the certificate, which has to be in the same profile",
            );
    }
}

/// What is wrong with a UUID, if anything.
fn fault(value: Value<'_>, own: &HashMap<String, bool>) -> Option<&'static str> {
    let text = value.as_str().filter(|text| is_uuid(text))?;
    match own.get(&text.to_ascii_uppercase()) {
        None => Some("no payload of this profile has the UUID"),
        Some(false) => Some("no certificate is in the payload with the UUID"),
        Some(true) => None,
    }
}
