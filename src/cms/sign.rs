//! Signs a profile: CMS `SignedData` with the profile inside, in DER, as `security cms -S` makes it. One signer, its
//! certificate and those above it, and the signed attributes that RFC 5652 asks for: type, time, digest.

use der::Encode as _;
use der::asn1::{GeneralizedTime, UtcTime};
use ring::rand::SystemRandom;
use ring::signature::RSA_PKCS1_SHA256;
use time::OffsetDateTime;

use crate::cms::algorithm::Digest;
use crate::cms::certificate::Certificate;
use crate::cms::identity::{Identity, SigningKey};
use crate::cms::identity_error::IdentityError;
use crate::cms::integrity::Integrity;
use crate::cms::keys::Curve;
use crate::cms::read::{self, open};
use crate::cms::tlv;
use crate::cms::verify::{CONTENT_TYPE, MESSAGE_DIGEST};

const SIGNED_DATA: &[u8] = &[
    0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02,
];
/// `rsaEncryption` with the NULL that RFC 3370 demands.
const RSA_ENCRYPTION: &[u8] = &[
    0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
];
const ECDSA_SHA256: &[u8] = &[
    0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02,
];
const ECDSA_SHA384: &[u8] = &[
    0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03,
];
/// `sha256` without parameters, as RFC 5754 prefers.
const SHA256: &[u8] = &[
    0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
];
/// `sha384` without parameters.
const SHA384: &[u8] = &[
    0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02,
];
/// Version 1: the signer is named by issuer and serial number.
const VERSION_1: &[u8] = &[tlv::INTEGER, 1, 1];

impl SigningKey {
    /// The digest that goes with the key. ring signs with P-384 only over SHA-384.
    fn digest(&self) -> Digest {
        match self {
            Self::Rsa(_) | Self::Ecdsa(_, Curve::P256) => Digest::Sha256,
            Self::Ecdsa(_, Curve::P384) => Digest::Sha384,
        }
    }

    /// The signature algorithm's identifier.
    fn algorithm(&self) -> &'static [u8] {
        match self {
            Self::Rsa(_) => RSA_ENCRYPTION,
            Self::Ecdsa(_, Curve::P256) => ECDSA_SHA256,
            Self::Ecdsa(_, Curve::P384) => ECDSA_SHA384,
        }
    }

    /// The signature over a message.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, IdentityError> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map_err(|_| IdentityError::Failed)?;
                Ok(signature)
            }
            Self::Ecdsa(pair, _) => pair
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| IdentityError::Failed),
        }
    }
}

/// Signs a profile at a given time.
pub(crate) fn sign(
    content: &[u8],
    identity: &Identity,
    at: OffsetDateTime,
) -> Result<Vec<u8>, IdentityError> {
    let digest = identity.key.digest();
    let digest_algorithm = match digest {
        Digest::Sha384 => SHA384,
        _ => SHA256,
    };
    let attributes = signed_attributes(content, digest, at)?;
    let signature = identity.key.sign(&tagged(tlv::SET, &[&attributes]))?;
    let signer = sequence(&[
        VERSION_1,
        &issuer_and_serial(&identity.certificate)?,
        digest_algorithm,
        &tagged(0xA0, &[&attributes]),
        identity.key.algorithm(),
        &tagged(tlv::OCTET_STRING, &[&signature]),
    ]);
    let mut certificates: Vec<&[u8]> = vec![identity.certificate.der()];
    certificates.extend(identity.chain.iter().map(Certificate::der));
    // DER writes the members of a SET OF in the order of their bytes.
    certificates.sort_unstable();
    certificates.dedup();
    let content_type = encoded(&read::DATA)?;
    let body = sequence(&[
        VERSION_1,
        &tagged(tlv::SET, &[digest_algorithm]),
        &sequence(&[
            &content_type,
            &tagged(0xA0, &[&tagged(tlv::OCTET_STRING, &[content])]),
        ]),
        &tagged(0xA0, &certificates),
        &tagged(tlv::SET, &[&signer]),
    ]);
    let message = sequence(&[SIGNED_DATA, &tagged(0xA0, &[&body])]);
    // What leaves here was read back and verified.
    let unsound = |why: &dyn ToString| IdentityError::Unsound {
        why: why.to_string(),
    };
    let read_back = open(&message).map_err(|error| unsound(&error))?;
    match read_back.integrity() {
        Integrity::Holds if read_back.content() == content => Ok(message),
        Integrity::Holds => Err(IdentityError::Failed),
        Integrity::Broken(fault) | Integrity::Unknown(fault) => Err(unsound(fault)),
    }
}

/// The signed attributes, sorted as DER demands, without tag and length.
fn signed_attributes(
    content: &[u8],
    digest: Digest,
    at: OffsetDateTime,
) -> Result<Vec<u8>, IdentityError> {
    let own = digest.of(content).ok_or(IdentityError::Failed)?;
    let attribute = |oid: &der::asn1::ObjectIdentifier, value: &[u8]| {
        Ok::<_, IdentityError>(sequence(&[&encoded(oid)?, &tagged(tlv::SET, &[value])]))
    };
    let mut attributes = [
        attribute(&CONTENT_TYPE, &encoded(&read::DATA)?)?,
        attribute(&read::SIGNING_TIME, &time_value(at)?)?,
        attribute(&MESSAGE_DIGEST, &tagged(tlv::OCTET_STRING, &[own.as_ref()]))?,
    ];
    attributes.sort_unstable();
    Ok(attributes.concat())
}

/// A time as RFC 5652 (11.3) wants it: `UTCTime` until 2049, `GeneralizedTime` from then on.
fn time_value(at: OffsetDateTime) -> Result<Vec<u8>, IdentityError> {
    let seconds = u64::try_from(at.unix_timestamp()).map_err(|_| IdentityError::Failed)?;
    let since = std::time::Duration::from_secs(seconds);
    let value = match UtcTime::from_unix_duration(since) {
        Ok(time) => time.to_der(),
        Err(_) => GeneralizedTime::from_unix_duration(since).and_then(|time| time.to_der()),
    };
    value.map_err(|_| IdentityError::Failed)
}

/// Names the certificate by the bytes of its issuer and serial number.
fn issuer_and_serial(certificate: &Certificate) -> Result<Vec<u8>, IdentityError> {
    Ok(sequence(&[
        &encoded(&certificate.fields().issuer)?,
        &encoded(&certificate.fields().serial_number)?,
    ]))
}

/// DER of a part that was decoded before, or is a constant.
fn encoded(part: &impl der::Encode) -> Result<Vec<u8>, IdentityError> {
    part.to_der().map_err(|_| IdentityError::Failed)
}

/// A SEQUENCE of encoded parts.
fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tagged(tlv::SEQUENCE, parts)
}

/// An element of encoded parts.
fn tagged(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut element = Vec::new();
    tlv::push(&mut element, tag, &parts.concat());
    element
}

#[cfg(test)]
mod tests {
    use der::Decode as _;
    use time::macros::datetime;

    use super::*;
    use crate::cms::tests::{PROFILE, fixture};
    use crate::cms::{PrivateKey, certificates};

    /// A signer of `tests/signing`, with or without its chain.
    fn identity(name: &str, chain: bool) -> Identity {
        let key = PrivateKey::read(&fixture(&format!("{name}-key.pem")), None).unwrap();
        let mut all = certificates(&fixture(&format!("{name}.pem"))).unwrap();
        if chain {
            all.extend(certificates(&fixture("chain.pem")).unwrap());
        }
        Identity::choose(&[key], &all, None).unwrap()
    }

    #[test]
    fn what_is_signed_opens_and_holds_and_says_who_and_when() {
        let at = datetime!(2026-03-04 05:06:07 UTC);
        for name in ["rsa2048", "rsa3072", "rsa4096", "p256", "p384"] {
            for chain in [false, true] {
                let message = sign(PROFILE, &identity(name, chain), at).unwrap();
                let signed = open(&message).unwrap();
                assert_eq!(signed.content(), PROFILE);
                assert_eq!(signed.integrity(), &Integrity::Holds);
                assert_eq!(signed.signers.len(), 1);
                assert_eq!(signed.signers[0].signing_time, Some(at));
                assert_eq!(signed.certificates.len(), if chain { 3 } else { 1 });
            }
        }
    }

    #[test]
    fn rsa_signatures_repeat_and_change_with_the_time() {
        let identity = identity("rsa2048", true);
        let at = datetime!(2026-03-04 05:06:07 UTC);
        let first = sign(PROFILE, &identity, at).unwrap();
        assert_eq!(first, sign(PROFILE, &identity, at).unwrap());
        let later = datetime!(2050-01-01 00:00:00 UTC);
        let second = sign(PROFILE, &identity, later).unwrap();
        assert_ne!(first, second);
        assert_eq!(open(&second).unwrap().signers[0].signing_time, Some(later));
    }

    #[test]
    fn a_message_is_der_with_three_signed_attributes_in_order() {
        let message = sign(PROFILE, &identity("p256", true), OffsetDateTime::UNIX_EPOCH).unwrap();
        assert_eq!(crate::cms::ber::to_der(&message).unwrap(), message);
        let signed = open(&message).unwrap();
        let attributes = signed.signers[0].info.signed_attrs.as_ref().unwrap();
        assert_eq!(attributes.len(), 3);
        // The `cms` crate sorts as DER demands: encoding again must give the same bytes.
        let again = attributes.to_der().unwrap();
        let raw = signed.signers[0].signed_attributes.as_ref().unwrap();
        assert_eq!(&again[again.len() - raw.len()..], raw.as_slice());
        let whole = cms::content_info::ContentInfo::from_der(&message).unwrap();
        assert_eq!(whole.to_der().unwrap(), message);
    }

    #[test]
    fn a_time_before_1970_is_refused() {
        let at = datetime!(1969-12-31 23:59:59 UTC);
        assert_eq!(
            sign(PROFILE, &identity("p256", false), at),
            Err(IdentityError::Failed)
        );
    }

    #[test]
    fn a_changed_certificate_of_the_chain_is_named_and_not_a_fault_of_the_tool() {
        let mut own = identity("p256", true);
        let root = own.chain.last().unwrap().der();
        let mut changed = root.to_vec();
        // A byte of the signature, which every reader of certificates takes.
        *changed.last_mut().unwrap() ^= 1;
        let changed = Certificate::from_der(&changed).unwrap();
        *own.chain.last_mut().unwrap() = changed;
        let error = sign(PROFILE, &own, OffsetDateTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(
            error.to_string(),
            "what is signed with it would not hold: the certificate of `Test Root (Example)` was changed: the signature of its issuer does not fit"
        );
        assert!(!error.help().contains("fault"), "{}", error.help());
    }

    #[test]
    fn an_empty_content_and_a_large_one_are_signed() {
        let identity = identity("rsa2048", false);
        for length in [0, 127, 128, 255, 256, 70_000] {
            let content = vec![b'x'; length];
            let message = sign(&content, &identity, OffsetDateTime::UNIX_EPOCH).unwrap();
            assert_eq!(open(&message).unwrap().content(), content);
        }
    }
}
