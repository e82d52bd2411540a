//! Opens a signed message: the exact content, the signers, the certificates. Computes nothing, so that a linter can
//! look inside at the cost of a copy; whether the signature holds is asked separately.

use std::cell::OnceCell;
use std::ops::Range;

use cms::signed_data::{SignerIdentifier, SignerInfo};
use der::asn1::ObjectIdentifier;
use der::{Decode as _, Encode as _};
use time::OffsetDateTime;
use x509_cert::time::Time;

use crate::cms::algorithm::Digest;
use crate::cms::certificate::{self, Certificate};
use crate::cms::error::CmsError;
use crate::cms::integrity::Integrity;
use crate::cms::{ber, tlv};

/// Signers and certificates that a message may hold. Public signed profiles hold one signer and at most six
/// certificates; a message of 131 KB with 400 certificates of one name took 150 s when every pair was compared.
const SIGNER_LIMIT: usize = 16;
const CERTIFICATE_LIMIT: usize = 256;

/// `signedData`, 1.2.840.113549.1.7.2.
const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
pub(super) const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
/// `signingTime` (RFC 5652, 11.3).
pub(super) const SIGNING_TIME: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");

/// A signed message, opened.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    /// The message in DER.
    der: Vec<u8>,
    /// Where the content lies in it.
    content: Range<usize>,
    /// The version of its form.
    pub(super) version: Option<u8>,
    /// What the content says it is; plain data in every profile.
    pub(super) content_type: ObjectIdentifier,
    /// The digests a reader is told to compute on its way through the content.
    pub(super) digests: Vec<ObjectIdentifier>,
    /// The certificates in the message that can be read, in its order.
    pub(crate) certificates: Vec<Certificate>,
    /// Whether every certificate in the message can be read.
    pub(super) all_readable: bool,
    /// The signers; nearly always one.
    pub(crate) signers: Vec<Signer>,
    /// Whether the signature holds, once somebody asked.
    pub(super) verdict: OnceCell<Integrity>,
}

#[derive(Clone, Debug)]
pub(crate) struct Signer {
    /// Index of the signer's certificate in [`Signed::certificates`]; `None` if the message does not hold it.
    pub(super) certificate: Option<usize>,
    /// How the content was digested; `None` for an algorithm without a name here.
    pub(crate) digest: Option<Digest>,
    /// When, by the signer's own clock.
    pub(crate) signing_time: Option<OffsetDateTime>,
    pub(super) info: SignerInfo,
    /// The signed attributes as the message encodes them, without tag and length.
    pub(super) signed_attributes: Option<Vec<u8>>,
}

impl Signed {
    /// The exact bytes that were signed: the profile.
    pub(crate) fn content(&self) -> &[u8] {
        &self.der[self.content.clone()]
    }

    pub(crate) fn certificate_of(&self, signer: &Signer) -> Option<&Certificate> {
        self.certificates.get(signer.certificate?)
    }

    /// Who signed, for a line of output; `None` if the message does not say.
    pub(crate) fn signer_name(&self) -> Option<String> {
        let first = self.signers.first()?;
        self.certificate_of(first).map(Certificate::subject)
    }
}

/// Whether a file can be a signed message: a sequence of more than 127 bytes or of open length, as no text begins; or
/// what is left of one that was converted as if it were text.
pub(crate) fn looks_signed(bytes: &[u8]) -> bool {
    begins_like_der(bytes) || ruined(bytes).is_some()
}

/// Whether a file begins with a sequence of more than 127 bytes or of open length.
fn begins_like_der(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x80..=0x84, ..])
}

/// Whether a file is a signed message in PEM text, which `openssl cms -sign` writes unless told otherwise.
pub(crate) fn looks_armoured(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    text.starts_with(b"-----BEGIN PKCS7-----") || text.starts_with(b"-----BEGIN CMS-----")
}

/// Opens a message in DER or BER.
pub(crate) fn open(bytes: &[u8]) -> Result<Signed, CmsError> {
    if looks_armoured(bytes) {
        return Err(CmsError::Armoured);
    }
    if let Some(ruined) = ruined(bytes) {
        return Err(ruined);
    }
    if !begins_like_der(bytes) {
        return Err(CmsError::NotSigned);
    }
    let read = ber::to_der(bytes).and_then(read);
    read.map_err(|error| {
        if matches!(error, CmsError::CutOff { .. } | CmsError::Damaged { .. }) {
            if has_only_windows_line_ends(bytes) {
                return CmsError::LineEnds;
            }
            if !names_signed_data(bytes) {
                return CmsError::NotSigned;
            }
        }
        error
    })
}

/// Recognises what conversions leave of the message's type, which is in its first bytes.
fn ruined(bytes: &[u8]) -> Option<CmsError> {
    if bytes.first() != Some(&0x30) {
        return None;
    }
    let head = &bytes[..bytes.len().min(64)];
    let has = |needle: &[u8]| memchr::memmem::find(head, needle).is_some();
    if has(&[0x86, 0xF7, 0x0A, 0x01, 0x07, 0x02])
        || has(&[0x86, 0xF7, 0x0D, 0x0A, 0x01, 0x07, 0x02])
    {
        return Some(CmsError::LineEnds);
    }
    // 86 and F7 became U+FFFD in UTF-8, or were read as Latin-1.
    if has(b"*\xEF\xBF\xBDH\xEF\xBF\xBD") || has(b"*\xC2\x86H\xC2\x86\xC3\xB7") {
        return Some(CmsError::Recoded);
    }
    None
}

/// Whether every line feed follows a carriage return, in a file with so many that this is not chance.
fn has_only_windows_line_ends(bytes: &[u8]) -> bool {
    let mut count = 0;
    for at in memchr::memchr_iter(b'\n', bytes) {
        if at == 0 || bytes[at - 1] != b'\r' {
            return false;
        }
        count += 1;
    }
    // A real message holds single line feeds: in its XML, or by chance once in 256 bytes.
    count >= 8
}

/// Whether the type of a signed message is where it belongs.
fn names_signed_data(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(32)];
    memchr::memmem::find(head, SIGNED_DATA).is_some()
}

/// Reads the structure (RFC 5652, 3 and 5).
fn read(der: Vec<u8>) -> Result<Signed, CmsError> {
    let whole = tlv::Walk::new(&der).expect(tlv::SEQUENCE, "the outer sequence")?;
    let mut outer = whole.inside();
    let Ok(kind) = outer.expect(tlv::OBJECT_IDENTIFIER, "the content type") else {
        return Err(CmsError::NotSigned);
    };
    if kind.value != SIGNED_DATA {
        return Err(match kind.value {
            [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03] => CmsError::OtherContent {
                what: "encrypted data".to_owned(),
            },
            [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, ..]
            | [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, ..] => {
                CmsError::OtherContent {
                    what: "data of another kind".to_owned(),
                }
            }
            _ => CmsError::NotSigned,
        });
    }
    let mut body = outer
        .expect(0xA0, "the message")?
        .inside()
        .expect(tlv::SEQUENCE, "the message")?
        .inside();
    let version = body.expect(tlv::INTEGER, "the version")?;
    let digests = digest_algorithms(body.expect(tlv::SET, "the digest algorithms")?)?;
    let mut holder = body.expect(tlv::SEQUENCE, "the content")?.inside();
    let content_type = oid(holder.expect(tlv::OBJECT_IDENTIFIER, "the content's type")?)?;
    let Some(explicit) = holder.optional(0xA0, "the content")? else {
        return Err(CmsError::Detached);
    };
    let content = explicit.inside().expect(tlv::OCTET_STRING, "the content")?;
    let (certificates, all_readable) = match body.optional(0xA0, "the certificates")? {
        None => (Vec::new(), true),
        Some(set) => certificates(set)?,
    };
    body.optional(0xA1, "the revocation lists")?;
    let mut infos = body.expect(tlv::SET, "the signers")?.inside();
    let mut signers = Vec::new();
    while !infos.is_done() {
        let info = infos.expect(tlv::SEQUENCE, "a signer")?;
        if signers.len() == SIGNER_LIMIT {
            return Err(CmsError::TooMany {
                what: "signers",
                limit: SIGNER_LIMIT,
            });
        }
        signers.push(signer(info, &certificates)?);
    }
    if !body.is_done() || !holder.is_done() || !outer.is_done() {
        return Err(CmsError::Malformed {
            what: "there is something where nothing belongs",
        });
    }
    let start = content.value.as_ptr() as usize - der.as_ptr() as usize;
    let content = start..start + content.value.len();
    let version = match version.value {
        [version] => Some(*version),
        _ => None,
    };
    Ok(Signed {
        der,
        content,
        version,
        content_type,
        digests,
        certificates,
        all_readable,
        signers,
        verdict: OnceCell::new(),
    })
}

fn oid(element: tlv::Element<'_>) -> Result<ObjectIdentifier, CmsError> {
    ObjectIdentifier::from_der(element.whole).map_err(|_| CmsError::Malformed {
        what: "an object identifier",
    })
}

/// The digests that the head of the message announces.
fn digest_algorithms(set: tlv::Element<'_>) -> Result<Vec<ObjectIdentifier>, CmsError> {
    let mut found = Vec::new();
    let mut walk = set.inside();
    while !walk.is_done() {
        let one = walk.expect(tlv::SEQUENCE, "a digest algorithm")?;
        found.push(oid(one
            .inside()
            .expect(tlv::OBJECT_IDENTIFIER, "a digest algorithm")?)?);
    }
    Ok(found)
}

/// The certificates that can be read, and whether there are others. A broken one does not hide the content.
pub(super) fn certificates(set: tlv::Element<'_>) -> Result<(Vec<Certificate>, bool), CmsError> {
    let mut found = Vec::new();
    let mut all = true;
    let mut walk = set.inside();
    while !walk.is_done() {
        let element = walk.any("a certificate")?;
        if found.len() == CERTIFICATE_LIMIT {
            return Err(CmsError::TooMany {
                what: "certificates",
                limit: CERTIFICATE_LIMIT,
            });
        }
        match element.tag {
            tlv::SEQUENCE => match Certificate::from_der(element.whole) {
                Some(certificate) => found.push(certificate),
                None => all = false,
            },
            // Attribute certificates and other formats (RFC 5652, 10.2.2), which sign nothing.
            0xA0..=0xA3 => {}
            _ => {
                return Err(CmsError::Malformed {
                    what: "a certificate",
                });
            }
        }
    }
    Ok((found, all))
}

/// One signer (RFC 5652, 5.3).
fn signer(element: tlv::Element<'_>, certificates: &[Certificate]) -> Result<Signer, CmsError> {
    let malformed = |_| CmsError::Malformed { what: "a signer" };
    let info = SignerInfo::from_der(element.whole).map_err(malformed)?;
    let mut walk = element.inside();
    walk.expect(tlv::INTEGER, "a signer")?;
    walk.any("a signer")?;
    walk.expect(tlv::SEQUENCE, "a signer")?;
    let signed_attributes = walk
        .optional(0xA0, "the signed attributes")?
        .map(|attributes| attributes.value.to_vec());
    Ok(Signer {
        certificate: certificates
            .iter()
            .position(|certificate| is_meant(&info.sid, certificate)),
        digest: Digest::named(&info.digest_alg.oid),
        signing_time: signing_time(&info),
        info,
        signed_attributes,
    })
}

/// Whether a signer's identifier means this certificate.
fn is_meant(identifier: &SignerIdentifier, certificate: &Certificate) -> bool {
    match identifier {
        SignerIdentifier::IssuerAndSerialNumber(pair) => {
            pair.issuer == certificate.fields().issuer
                && pair.serial_number == certificate.fields().serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(key) => {
            certificate.key_identifier().as_deref() == Some(key.0.as_bytes())
        }
    }
}

/// When the signer says to have signed.
fn signing_time(info: &SignerInfo) -> Option<OffsetDateTime> {
    let attribute = info
        .signed_attrs
        .as_ref()?
        .iter()
        .find(|attribute| attribute.oid == SIGNING_TIME)?;
    let time = attribute.values.iter().next()?.to_der().ok()?;
    let time = Time::from_der(&time).ok()?;
    Some(certificate::from_seconds(time.to_unix_duration().as_secs()))
}
