//! Distinguished names as people write them.

use der::asn1::ObjectIdentifier;
use der::{Tag, Tagged as _};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::Name;

/// `CN`.
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// `O`.
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
/// `OU`.
const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");

/// The name to show: the common name with the organization behind it, else the first part there is.
pub(super) fn display(name: &Name) -> String {
    let find = |oid: ObjectIdentifier| parts(name).find(|part| part.oid == oid).map(text);
    let common = find(COMMON_NAME);
    let organization = find(ORGANIZATION);
    match (common, organization) {
        (Some(common), Some(organization)) if common != organization => {
            format!("{common} ({organization})")
        }
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => find(ORGANIZATIONAL_UNIT)
            .or_else(|| parts(name).next().map(text))
            .unwrap_or_else(|| "a certificate without a name".to_owned()),
    }
}

/// Every part, in the order of the certificate.
fn parts(name: &Name) -> impl Iterator<Item = &AttributeTypeAndValue> {
    name.0.iter().flat_map(|set| set.0.iter())
}

/// A part as text; what no character set explains becomes U+FFFD.
fn text(part: &AttributeTypeAndValue) -> String {
    let bytes = part.value.value();
    match part.value.tag() {
        // T61String: in practice Latin-1.
        Tag::TeletexString => bytes.iter().map(|byte| char::from(*byte)).collect(),
        Tag::BmpString => {
            let units: Vec<u16> = bytes
                .chunks(2)
                .map(|pair| {
                    pair.iter()
                        .fold(0, |unit, byte| unit << 8 | u16::from(*byte))
                })
                .collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}
