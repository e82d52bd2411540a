//! The algorithms a signature can name, by their object identifiers.

use der::asn1::ObjectIdentifier;
use der::{Decode as _, Encode as _};
use ring::digest as hash;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::cms::tlv;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digest {
    /// Broken since 2004; nothing here computes it.
    Md5,
    /// Collisions since 2017: whoever chose the content may hold a second one with the same digest.
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// The digest an algorithm identifier names (RFC 5754; RFC 3370 for the older two).
    pub(super) fn named(oid: &ObjectIdentifier) -> Option<Self> {
        Some(match oid.to_string().as_str() {
            "1.2.840.113549.2.5" => Self::Md5,
            "1.3.14.3.2.26" => Self::Sha1,
            "2.16.840.1.101.3.4.2.1" => Self::Sha256,
            "2.16.840.1.101.3.4.2.2" => Self::Sha384,
            "2.16.840.1.101.3.4.2.3" => Self::Sha512,
            _ => return None,
        })
    }

    /// As people write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// Whether collisions are known.
    pub(crate) fn is_weak(self) -> bool {
        matches!(self, Self::Md5 | Self::Sha1)
    }

    /// The digest of a message; `None` for MD5.
    pub(super) fn of(self, message: &[u8]) -> Option<hash::Digest> {
        let algorithm = match self {
            Self::Md5 => return None,
            Self::Sha1 => &hash::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &hash::SHA256,
            Self::Sha384 => &hash::SHA384,
            Self::Sha512 => &hash::SHA512,
        };
        Some(hash::digest(algorithm, message))
    }
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// RSA PKCS #1 v1.5.
    Rsa,
    /// RSA-PSS whose salt is as long as its digest.
    Pss,
    Ecdsa,
    Ed25519,
}

/// What a signature algorithm identifier says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signature {
    /// The scheme, and the digest if the identifier names one.
    Known(Scheme, Option<Digest>),
    /// A scheme or parameters that nothing here computes.
    Unsupported,
    /// Parameters that this algorithm does not take.
    Malformed,
}

impl Signature {
    /// Reads a signature algorithm identifier (RFC 3370, RFC 4055, RFC 5754, RFC 8419).
    pub(super) fn named(algorithm: &AlgorithmIdentifierOwned) -> Self {
        let (scheme, digest) = match algorithm.oid.to_string().as_str() {
            "1.2.840.113549.1.1.1" => (Scheme::Rsa, None),
            "1.2.840.113549.1.1.4" => (Scheme::Rsa, Some(Digest::Md5)),
            "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => (Scheme::Rsa, Some(Digest::Sha1)),
            "1.2.840.113549.1.1.11" => (Scheme::Rsa, Some(Digest::Sha256)),
            "1.2.840.113549.1.1.12" => (Scheme::Rsa, Some(Digest::Sha384)),
            "1.2.840.113549.1.1.13" => (Scheme::Rsa, Some(Digest::Sha512)),
            "1.2.840.113549.1.1.10" => return Self::pss(algorithm),
            "1.2.840.10045.2.1" => (Scheme::Ecdsa, None),
            "1.2.840.10045.4.1" => (Scheme::Ecdsa, Some(Digest::Sha1)),
            "1.2.840.10045.4.3.2" => (Scheme::Ecdsa, Some(Digest::Sha256)),
            "1.2.840.10045.4.3.3" => (Scheme::Ecdsa, Some(Digest::Sha384)),
            "1.2.840.10045.4.3.4" => (Scheme::Ecdsa, Some(Digest::Sha512)),
            "1.3.101.112" => (Scheme::Ed25519, None),
            _ => return Self::Unsupported,
        };
        // A bare key algorithm may carry the key's parameters, a curve's name.
        if has_no_parameters(algorithm) || algorithm.oid.to_string() == "1.2.840.10045.2.1" {
            Self::Known(scheme, digest)
        } else {
            Self::Malformed
        }
    }

    /// The parameters of RSA-PSS (RFC 4055, 3.1): digest, mask, salt length.
    fn pss(algorithm: &AlgorithmIdentifierOwned) -> Self {
        Self::pss_parameters(algorithm).unwrap_or(Self::Unsupported)
    }

    /// The same; `None` if they are absent (which means SHA-1) or unusual.
    fn pss_parameters(algorithm: &AlgorithmIdentifierOwned) -> Option<Self> {
        let parameters = algorithm.parameters.as_ref()?.to_der().ok()?;
        let what = "the parameters of RSA-PSS";
        let mut walk = tlv::Walk::new(&parameters)
            .expect(tlv::SEQUENCE, what)
            .ok()?
            .inside();
        let digest = walk.expect(0xA0, what).ok()?.value;
        let digest = AlgorithmIdentifierOwned::from_der(digest).ok()?;
        let digest = Digest::named(&digest.oid)?;
        let mask = walk.expect(0xA1, what).ok()?.value;
        let mask = AlgorithmIdentifierOwned::from_der(mask).ok()?;
        let mask = mask
            .parameters?
            .decode_as::<AlgorithmIdentifierOwned>()
            .ok()?;
        let salt = walk.expect(0xA2, what).ok()?.value;
        let length = digest.of(&[])?.as_ref().len();
        let same = Digest::named(&mask.oid) == Some(digest)
            && u8::from_der(salt).ok().map(usize::from) == Some(length)
            && walk.is_done();
        same.then_some(Self::Known(Scheme::Pss, Some(digest)))
    }
}

/// Whether the parameters are absent or NULL, which RFC 5754 both allows.
pub(super) fn has_no_parameters(algorithm: &AlgorithmIdentifierOwned) -> bool {
    algorithm.parameters.as_ref().is_none_or(der::Any::is_null)
}
