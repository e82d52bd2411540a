//! Whether a signature fits a key. The arithmetic is ring's.

use der::asn1::ObjectIdentifier;
use ring::signature as ring_signature;
use ring::signature::{UnparsedPublicKey, VerificationAlgorithm};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use crate::cms::algorithm::{Digest, Scheme, Signature};
use crate::cms::tlv;

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Holds,
    Fails,
    /// Nothing here can tell; the words name what is not supported.
    Unsupported(String),
}

/// The kind of a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// RSA with the length of its modulus in bits.
    Rsa(usize),
    P256,
    P384,
    /// NIST P-521, which ring does not compute.
    P521,
    Ed25519,
    /// RSA that may only sign with RSASSA-PSS (RFC 4055, 1.2), which ring does not read.
    RsaPss,
    Other,
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "RSA {bits}"),
            Self::P256 => f.write_str("ECDSA P-256"),
            Self::P384 => f.write_str("ECDSA P-384"),
            Self::P521 => f.write_str("ECDSA P-521"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::RsaPss => f.write_str("RSASSA-PSS"),
            Self::Other => f.write_str("of an unknown kind"),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Key<'a> {
    pub(crate) kind: KeyKind,
    /// Its bytes as ring takes them: the RSA structure, or the point.
    pub(super) bytes: &'a [u8],
}

impl<'a> Key<'a> {
    /// The key of a certificate.
    pub(super) fn of(info: &'a SubjectPublicKeyInfoOwned) -> Self {
        let bytes = info.subject_public_key.as_bytes().unwrap_or_default();
        let curve = || {
            info.algorithm
                .parameters
                .as_ref()
                .and_then(|parameters| parameters.decode_as::<ObjectIdentifier>().ok())
                .map(|oid| oid.to_string())
        };
        let kind = match info.algorithm.oid.to_string().as_str() {
            "1.2.840.113549.1.1.1" => modulus_bits(bytes).map_or(KeyKind::Other, KeyKind::Rsa),
            "1.2.840.10045.2.1" => match curve().as_deref() {
                Some("1.2.840.10045.3.1.7") => KeyKind::P256,
                Some("1.3.132.0.34") => KeyKind::P384,
                Some("1.3.132.0.35") => KeyKind::P521,
                _ => KeyKind::Other,
            },
            "1.3.101.112" => KeyKind::Ed25519,
            "1.2.840.113549.1.1.10" => KeyKind::RsaPss,
            _ => KeyKind::Other,
        };
        Self { kind, bytes }
    }
}

/// The length of an RSA modulus (`RSAPublicKey ::= SEQUENCE { modulus, publicExponent }`, RFC 8017).
fn modulus_bits(key: &[u8]) -> Option<usize> {
    let what = "an RSA key";
    let mut walk = tlv::Walk::new(key)
        .expect(tlv::SEQUENCE, what)
        .ok()?
        .inside();
    let modulus = walk.expect(tlv::INTEGER, what).ok()?.value;
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let digits = &modulus[zeros..];
    Some(
        digits.len() * 8
            - digits
                .first()
                .map_or(0, |first| first.leading_zeros() as usize),
    )
}

/// Checks a signature over a message. `digest` is what the message around it names, for identifiers that name none.
pub(super) fn check(
    key: Key<'_>,
    algorithm: &AlgorithmIdentifierOwned,
    digest: Option<Digest>,
    message: &[u8],
    signature: &[u8],
) -> Outcome {
    let (scheme, named) = match Signature::named(algorithm) {
        Signature::Known(scheme, named) => (scheme, named),
        Signature::Malformed => {
            return Outcome::Unsupported(format!(
                "signature algorithm {} with parameters",
                algorithm.oid
            ));
        }
        Signature::Unsupported => {
            return Outcome::Unsupported(format!("signature algorithm {}", algorithm.oid));
        }
    };
    let digest = named.or(digest);
    // A key that is not supported may fit: that is not the same as a signature that does not hold.
    let fits = match key.kind {
        KeyKind::Rsa(_) => matches!(scheme, Scheme::Rsa | Scheme::Pss),
        KeyKind::P256 | KeyKind::P384 | KeyKind::P521 => scheme == Scheme::Ecdsa,
        KeyKind::Ed25519 => scheme == Scheme::Ed25519,
        KeyKind::RsaPss | KeyKind::Other => true,
    };
    if !fits {
        return Outcome::Fails;
    }
    let Some(verifier) = verifier(scheme, key.kind, digest) else {
        return Outcome::Unsupported(format!(
            "a key {} with {}",
            key.kind,
            digest.map_or("no digest", Digest::name)
        ));
    };
    match UnparsedPublicKey::new(verifier, key.bytes).verify(message, signature) {
        Ok(()) => Outcome::Holds,
        Err(_) => Outcome::Fails,
    }
}

/// The algorithm of ring for a combination, if there is one.
fn verifier(
    scheme: Scheme,
    key: KeyKind,
    digest: Option<Digest>,
) -> Option<&'static dyn VerificationAlgorithm> {
    use ring_signature as ring;
    if (scheme, key) == (Scheme::Ed25519, KeyKind::Ed25519) {
        return Some(&ring::ED25519);
    }
    let found: &dyn VerificationAlgorithm = match (scheme, key, digest?) {
        (Scheme::Rsa, KeyKind::Rsa(1024..), Digest::Sha1) => {
            &ring::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY
        }
        (Scheme::Rsa, KeyKind::Rsa(1024..2048), Digest::Sha256) => {
            &ring::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
        }
        (Scheme::Rsa, KeyKind::Rsa(1024..2048), Digest::Sha512) => {
            &ring::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
        }
        (Scheme::Rsa, KeyKind::Rsa(2048..=8192), Digest::Sha256) => {
            &ring::RSA_PKCS1_2048_8192_SHA256
        }
        (Scheme::Rsa, KeyKind::Rsa(2048..=8192), Digest::Sha384) => {
            &ring::RSA_PKCS1_2048_8192_SHA384
        }
        (Scheme::Rsa, KeyKind::Rsa(2048..=8192), Digest::Sha512) => {
            &ring::RSA_PKCS1_2048_8192_SHA512
        }
        (Scheme::Pss, KeyKind::Rsa(2048..=8192), Digest::Sha256) => &ring::RSA_PSS_2048_8192_SHA256,
        (Scheme::Pss, KeyKind::Rsa(2048..=8192), Digest::Sha384) => &ring::RSA_PSS_2048_8192_SHA384,
        (Scheme::Pss, KeyKind::Rsa(2048..=8192), Digest::Sha512) => &ring::RSA_PSS_2048_8192_SHA512,
        (Scheme::Ecdsa, KeyKind::P256, Digest::Sha256) => &ring::ECDSA_P256_SHA256_ASN1,
        (Scheme::Ecdsa, KeyKind::P256, Digest::Sha384) => &ring::ECDSA_P256_SHA384_ASN1,
        (Scheme::Ecdsa, KeyKind::P384, Digest::Sha256) => &ring::ECDSA_P384_SHA256_ASN1,
        (Scheme::Ecdsa, KeyKind::P384, Digest::Sha384) => &ring::ECDSA_P384_SHA384_ASN1,
        _ => return None,
    };
    Some(found)
}
