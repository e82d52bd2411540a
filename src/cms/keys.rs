//! Private keys in the forms people have: PKCS#8, encrypted PKCS#8, PKCS#1 (RSA), SEC1 (EC). PKCS#12 is in
//! `key_store`.

use der::asn1::ObjectIdentifier;
use der::{Decode as _, Encode as _};
use pkcs8::{EncryptedPrivateKeyInfo, PrivateKeyInfo};
use zeroize::Zeroizing;

use crate::cms::identity_error::IdentityError;
use crate::cms::{cost, pem, tlv};

/// A curve that can sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
}

impl Curve {
    /// The curve of an identifier, in DER.
    fn named(oid: &[u8]) -> Result<Self, IdentityError> {
        let kind = match ObjectIdentifier::from_der(oid).map(|oid| oid.to_string()) {
            Ok(oid) if oid == "1.2.840.10045.3.1.7" => return Ok(Self::P256),
            Ok(oid) if oid == "1.3.132.0.34" => return Ok(Self::P384),
            Ok(oid) if oid == "1.3.132.0.35" => "ECDSA P-521".to_owned(),
            Ok(oid) => format!("on the curve {oid}"),
            Err(_) => "on an unnamed curve".to_owned(),
        };
        Err(IdentityError::UnsupportedKey { kind })
    }

    /// A private number at the curve's length: some writers leave zeros at its start away.
    pub(super) fn padded(self, number: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let length = match self {
            Self::P256 => 32,
            Self::P384 => 48,
        };
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let digits = &number[zeros..];
        let mut padded = Zeroizing::new(vec![0; length]);
        let start = length.checked_sub(digits.len())?;
        padded[start..].copy_from_slice(digits);
        Some(padded)
    }
}

/// A private key, wiped from memory when dropped.
pub(crate) enum PrivateKey {
    /// `RSAPrivateKey` of PKCS#1.
    Rsa(Zeroizing<Vec<u8>>),
    /// The number of an EC key.
    Ec {
        /// The curve, if the key names it.
        curve: Option<Curve>,
        /// The number, most significant byte first.
        number: Zeroizing<Vec<u8>>,
    },
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rsa(_) => "an RSA key",
            Self::Ec { .. } => "an EC key",
        })
    }
}

impl PrivateKey {
    /// Reads the first key of a PEM file, or one in DER.
    pub(crate) fn read(file: &[u8], passphrase: Option<&str>) -> Result<Self, IdentityError> {
        for block in pem::blocks(file)? {
            if block.is_old_encryption {
                return Err(IdentityError::OldEncryption);
            }
            return match block.label {
                "PRIVATE KEY" => Self::from_pkcs8(&block.der),
                "ENCRYPTED PRIVATE KEY" => Self::decrypt(&block.der, passphrase),
                "RSA PRIVATE KEY" => Ok(Self::Rsa(block.der)),
                "EC PRIVATE KEY" => Self::from_sec1(&block.der, None),
                // Certificates, EC parameters, whatever else is in the file.
                _ => continue,
            };
        }
        if PrivateKeyInfo::from_der(file).is_ok() {
            Self::from_pkcs8(file)
        } else if EncryptedPrivateKeyInfo::from_der(file).is_ok() {
            Self::decrypt(file, passphrase)
        } else {
            Err(IdentityError::NoKey)
        }
    }

    fn decrypt(der: &[u8], passphrase: Option<&str>) -> Result<Self, IdentityError> {
        let encrypted =
            EncryptedPrivateKeyInfo::from_der(der).map_err(|_| IdentityError::UnknownEncryption)?;
        cost::checked(encrypted.encryption_algorithm.clone())?;
        let passphrase = passphrase.ok_or(IdentityError::NeedsPassphrase)?;
        let plain = encrypted.decrypt(passphrase).map_err(|error| match error {
            pkcs8::Error::EncryptedPrivateKey(error) => error.into(),
            // What was decrypted is not a key.
            _ => IdentityError::WrongPassphrase,
        })?;
        Self::from_pkcs8(plain.as_bytes())
    }

    /// Reads PKCS#8 (RFC 5958).
    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, IdentityError> {
        let info = PrivateKeyInfo::from_der(der).map_err(|_| IdentityError::BrokenKey)?;
        match info.algorithm.oid.to_string().as_str() {
            "1.2.840.113549.1.1.1" => Ok(Self::Rsa(Zeroizing::new(info.private_key.to_vec()))),
            "1.2.840.10045.2.1" => {
                let curve = match info.algorithm.parameters {
                    None => None,
                    Some(oid) => {
                        let oid = oid.to_der().map_err(|_| IdentityError::BrokenKey)?;
                        Some(Curve::named(&oid)?)
                    }
                };
                Self::from_sec1(info.private_key, curve)
            }
            "1.3.101.112" => Err(IdentityError::UnsupportedKey {
                kind: "Ed25519".to_owned(),
            }),
            other => Err(IdentityError::UnsupportedKey {
                kind: format!("of the kind {other}"),
            }),
        }
    }

    /// Reads `ECPrivateKey` (RFC 5915). Its public key is not needed: the certificate has it.
    fn from_sec1(der: &[u8], curve: Option<Curve>) -> Result<Self, IdentityError> {
        let broken = |_| IdentityError::BrokenKey;
        let what = "an EC private key";
        let mut walk = tlv::Walk::new(der)
            .expect(tlv::SEQUENCE, what)
            .map_err(broken)?
            .inside();
        walk.expect(tlv::INTEGER, what).map_err(broken)?;
        let number = walk.expect(tlv::OCTET_STRING, what).map_err(broken)?;
        let named = walk.optional(0xA0, what).map_err(broken)?;
        let curve = match (curve, named) {
            (None, Some(named)) => Some(Curve::named(named.value)?),
            (curve, _) => curve,
        };
        Ok(Self::Ec {
            curve,
            number: Zeroizing::new(number.value.to_vec()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::tests::fixture;
    use crate::cms::{Identity, certificates};

    #[test]
    fn every_form_of_a_key_is_read_and_fits_its_certificate() {
        for (name, certificate) in [
            ("rsa2048-key.pem", "rsa2048.pem"),
            ("rsa2048-key-encrypted.pem", "rsa2048.pem"),
            ("rsa2048-key-pkcs1.pem", "rsa2048.pem"),
            ("rsa3072-key.pem", "rsa3072.pem"),
            ("rsa4096-key.pem", "rsa4096.pem"),
            ("p256-key.pem", "p256.pem"),
            ("p256-key-encrypted-3des.pem", "p256.pem"),
            ("p256-key-encrypted-scrypt.pem", "p256.pem"),
            ("p256-key-sec1.pem", "p256.pem"),
            ("p256-key-sec1-parameters.pem", "p256.pem"),
            ("p384-key.pem", "p384.pem"),
            ("p384-key-sec1-private-only.pem", "p384.pem"),
        ] {
            let key = PrivateKey::read(&fixture(name), Some("test"))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let certificates = certificates(&fixture(certificate)).unwrap();
            Identity::choose(&[key], &certificates, None)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn a_passphrase_is_asked_for_and_checked() {
        for name in [
            "rsa2048-key-encrypted.pem",
            "p256-key-encrypted-3des.pem",
            "p256-key-encrypted-scrypt.pem",
        ] {
            let file = fixture(name);
            let error = PrivateKey::read(&file, None).unwrap_err();
            assert_eq!(error, IdentityError::NeedsPassphrase, "{name}");
            let error = PrivateKey::read(&file, Some("wrong")).unwrap_err();
            assert_eq!(error, IdentityError::WrongPassphrase, "{name}");
        }
    }

    #[test]
    fn the_old_pem_encryption_is_refused_with_the_way_out() {
        let error = PrivateKey::read(&fixture("rsa2048-key-proc-type.pem"), Some("test"));
        let error = error.unwrap_err();
        assert_eq!(error, IdentityError::OldEncryption);
        assert!(error.help().contains("openssl pkcs8 -topk8"));
    }

    #[test]
    fn files_without_a_key_say_so() {
        for name in ["rsa2048.pem", "profile.mobileconfig", "self.cms"] {
            let error = PrivateKey::read(&fixture(name), None).unwrap_err();
            assert_eq!(error, IdentityError::NoKey, "{name}");
        }
        let cut = &fixture("rsa2048-key.pem")[..800];
        assert!(matches!(
            PrivateKey::read(cut, None),
            Err(IdentityError::BrokenPem { .. })
        ));
    }

    #[test]
    fn a_key_is_never_printed() {
        let key = PrivateKey::read(&fixture("p256-key.pem"), None).unwrap();
        assert_eq!(format!("{key:?}"), "an EC key");
    }
}
