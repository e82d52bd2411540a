//! Certificates, as far as a signature needs them: whose, from whom, for when, for what, and the exact bytes.

use std::fmt::Write as _;

use der::Decode as _;
use der::asn1::ObjectIdentifier;
use time::OffsetDateTime;
use x509_cert::TbsCertificate;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages,
    SubjectKeyIdentifier,
};
use x509_cert::time::Time;

use crate::cms::signature::{self, Key, Outcome};
use crate::cms::{name, tlv};

#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    der: Vec<u8>,
    /// The part that is signed, as a range of `der`.
    signed: std::ops::Range<usize>,
    parsed: x509_cert::Certificate,
}

impl Certificate {
    /// Reads one in DER; `None` if it is none.
    pub(crate) fn from_der(der: &[u8]) -> Option<Self> {
        let parsed = x509_cert::Certificate::from_der(der).ok()?;
        let whole = tlv::Walk::new(der)
            .expect(tlv::SEQUENCE, "a certificate")
            .ok()?;
        let start = der.len() - whole.value.len();
        let signed = whole.inside().expect(tlv::SEQUENCE, "a certificate").ok()?;
        Some(Self {
            signed: start..start + signed.whole.len(),
            der: der.to_vec(),
            parsed,
        })
    }

    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// The structure, for its fields.
    pub(super) fn fields(&self) -> &TbsCertificate {
        &self.parsed.tbs_certificate
    }

    pub(crate) fn subject(&self) -> String {
        name::display(&self.fields().subject)
    }

    pub(crate) fn issuer(&self) -> String {
        name::display(&self.fields().issuer)
    }

    /// Whether subject and issuer are one, as in a root.
    pub(crate) fn is_self_issued(&self) -> bool {
        self.fields().subject == self.fields().issuer
    }

    /// The serial number in hexadecimal, as `openssl x509 -serial` prints it.
    pub(crate) fn serial(&self) -> String {
        let bytes = self.fields().serial_number.as_bytes();
        let digits = match bytes {
            [0, rest @ ..] if !rest.is_empty() => rest,
            all => all,
        };
        hex(digits)
    }

    /// The SHA-256 of the exact bytes, which is the one name that nobody else can bear.
    pub(crate) fn fingerprint(&self) -> String {
        hex(ring::digest::digest(&ring::digest::SHA256, &self.der).as_ref())
    }

    /// The first second it is valid.
    pub(crate) fn not_before(&self) -> OffsetDateTime {
        moment(self.fields().validity.not_before)
    }

    /// The last second it is valid.
    pub(crate) fn not_after(&self) -> OffsetDateTime {
        moment(self.fields().validity.not_after)
    }

    pub(crate) fn key(&self) -> Key<'_> {
        Key::of(&self.fields().subject_public_key_info)
    }

    /// What the key may be used for, in the words of RFC 5280; empty if the certificate does not say.
    pub(crate) fn key_usage(&self) -> Vec<&'static str> {
        let Ok(Some((_, KeyUsage(usages)))) = self.fields().get::<KeyUsage>() else {
            return Vec::new();
        };
        [
            (KeyUsages::DigitalSignature, "digital signature"),
            (KeyUsages::NonRepudiation, "non-repudiation"),
            (KeyUsages::KeyEncipherment, "key encipherment"),
            (KeyUsages::DataEncipherment, "data encipherment"),
            (KeyUsages::KeyAgreement, "key agreement"),
            (KeyUsages::KeyCertSign, "certificate signing"),
            (KeyUsages::CRLSign, "CRL signing"),
        ]
        .into_iter()
        .filter(|(usage, _)| usages.contains(*usage))
        .map(|(_, words)| words)
        .collect()
    }

    /// Whether the certificate allows its key to sign data, or does not say.
    pub(crate) fn may_sign(&self) -> bool {
        match self.fields().get::<KeyUsage>() {
            Ok(Some((_, usage))) => usage.digital_signature() || usage.non_repudiation(),
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// The purposes the certificate names; empty if it names none.
    pub(crate) fn purposes(&self) -> Vec<String> {
        let Ok(Some((_, ExtendedKeyUsage(purposes)))) = self.fields().get::<ExtendedKeyUsage>()
        else {
            return Vec::new();
        };
        purposes.iter().map(purpose).collect()
    }

    /// Whether it may issue certificates.
    pub(crate) fn is_authority(&self) -> bool {
        matches!(self.fields().get::<BasicConstraints>(), Ok(Some((_, constraints))) if constraints.ca)
    }

    /// Whether its key may sign certificates (RFC 5280, 4.2.1.3 and 4.2.1.9): neither its key usage nor its basic
    /// constraints say otherwise. Certificates of version 1, among them old roots, have neither.
    pub(super) fn may_issue(&self) -> bool {
        let by_usage = match self.fields().get::<KeyUsage>() {
            Ok(Some((_, usage))) => usage.key_cert_sign(),
            Ok(None) => true,
            Err(_) => false,
        };
        let by_constraints = match self.fields().get::<BasicConstraints>() {
            Ok(Some((_, constraints))) => constraints.ca,
            Ok(None) => true,
            Err(_) => false,
        };
        by_usage && by_constraints
    }

    /// How many authorities may follow below this one, if it says.
    pub(super) fn path_length(&self) -> Option<u8> {
        let (_, constraints) = self.fields().get::<BasicConstraints>().ok()??;
        constraints.path_len_constraint
    }

    /// The identifier of its key, if it carries one.
    pub(super) fn key_identifier(&self) -> Option<Vec<u8>> {
        let found = self.fields().get::<SubjectKeyIdentifier>().ok()??;
        Some(found.1.0.into_bytes())
    }

    /// Whether `issuer` can be the one that issued this certificate, by name and key identifier.
    pub(crate) fn is_named_issuer(&self, issuer: &Self) -> bool {
        if self.fields().issuer != issuer.fields().subject {
            return false;
        }
        let wanted = self
            .fields()
            .get::<AuthorityKeyIdentifier>()
            .ok()
            .flatten()
            .and_then(|(_, identifier)| identifier.key_identifier);
        match (wanted, issuer.key_identifier()) {
            (Some(wanted), Some(own)) => wanted.as_bytes() == own,
            _ => true,
        }
    }

    /// Whether the algorithm beside the signature is the one that was signed (RFC 5280, 4.1.1.2).
    pub(super) fn names_one_algorithm(&self) -> bool {
        self.parsed.signature_algorithm == self.fields().signature
    }

    /// Whether the signature on this certificate was made with the issuer's key.
    pub(super) fn is_signed_by(&self, issuer: &Self) -> Outcome {
        let Some(value) = self.parsed.signature.as_bytes() else {
            return Outcome::Fails;
        };
        signature::check(
            issuer.key(),
            &self.parsed.signature_algorithm,
            None,
            &self.der[self.signed.clone()],
            value,
        )
    }
}

/// A certificate's time. What lies beyond year 9999 counts as its end.
fn moment(time: Time) -> OffsetDateTime {
    from_seconds(time.to_unix_duration().as_secs())
}

/// A moment from seconds since 1970.
pub(super) fn from_seconds(seconds: u64) -> OffsetDateTime {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// A purpose by its name, else by its number.
fn purpose(oid: &ObjectIdentifier) -> String {
    // RFC 5280, 4.2.1.12; Apple's arc 1.2.840.113635.100.4 from Apple's certification practice statements.
    let known = match oid.to_string().as_str() {
        "1.3.6.1.5.5.7.3.1" => "TLS server",
        "1.3.6.1.5.5.7.3.2" => "TLS client",
        "1.3.6.1.5.5.7.3.3" => "code signing",
        "1.3.6.1.5.5.7.3.4" => "email protection",
        "1.3.6.1.5.5.7.3.8" => "time stamping",
        "2.5.29.37.0" => "any purpose",
        "1.2.840.113635.100.4.13" => "Apple installer package signing",
        _ => return oid.to_string(),
    };
    known.to_owned()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02X}");
    }
    text
}
