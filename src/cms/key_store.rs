//! PKCS#12 key stores (RFC 7292): the private keys and certificates in them, whatever their names and attributes.
//!
//! Read here and not with a crate: which certificate belongs to a key is decided by the keys themselves (two identities
//! in one store often share a name), and the older encryptions are still what many tools write.

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipher, BlockDecrypt, BlockDecryptMut as _, InnerIvInit as _, KeyInit};
use der::Decode as _;
use pkcs8::pkcs5::EncryptionScheme;
use ring::{digest, hmac};
use x509_cert::spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use crate::cms::algorithm::Digest;
use crate::cms::certificate::Certificate;
use crate::cms::error::CmsError;
use crate::cms::identity_error::IdentityError;
use crate::cms::kdf::{self, Purpose};
use crate::cms::keys::PrivateKey;
use crate::cms::{ber, cost, tlv};

/// How deep bags may nest in bags.
const DEPTH_LIMIT: u8 = 8;

/// What a key store holds.
#[derive(Debug, Default)]
pub(crate) struct KeyStore {
    pub(crate) keys: Vec<PrivateKey>,
    pub(crate) certificates: Vec<Certificate>,
}

impl From<CmsError> for IdentityError {
    fn from(_: CmsError) -> Self {
        Self::BrokenKeyStore
    }
}

impl KeyStore {
    /// Opens a store with its passphrase.
    pub(crate) fn open(file: &[u8], passphrase: &str) -> Result<Self, IdentityError> {
        let what = "a key store";
        let der = Zeroizing::new(ber::to_der(file)?);
        let mut outer = tlv::Walk::new(&der).expect(tlv::SEQUENCE, what)?.inside();
        outer.expect(tlv::INTEGER, what)?;
        let (kind, content) = content_info(outer.expect(tlv::SEQUENCE, what)?)?;
        if kind != DATA {
            return Err(IdentityError::BrokenKeyStore);
        }
        let content = tlv::Walk::new(content)
            .expect(tlv::OCTET_STRING, what)?
            .value;
        // Without a passphrase some tools derive keys from nothing at all, others from a NUL.
        let mut forms = vec![kdf::utf16(passphrase)];
        if passphrase.is_empty() {
            forms.push(Zeroizing::default());
        }
        let mac = outer.optional(tlv::SEQUENCE, what)?;
        let mut problem = IdentityError::WrongPassphrase;
        for form in forms {
            if let Some(mac) = mac
                && !is_authentic(mac, content, &form)?
            {
                continue;
            }
            let mut store = Self::default();
            match store.read(
                content,
                &Secret {
                    utf8: passphrase,
                    utf16: &form,
                },
            ) {
                Ok(()) => return Ok(store),
                Err(error) => problem = error,
            }
        }
        Err(problem)
    }

    /// Reads `AuthenticatedSafe`, a sequence of safes that are encrypted or not.
    fn read(&mut self, content: &[u8], secret: &Secret<'_>) -> Result<(), IdentityError> {
        let what = "the safes of a key store";
        let der = Zeroizing::new(ber::to_der(content)?);
        let mut safes = tlv::Walk::new(&der).expect(tlv::SEQUENCE, what)?.inside();
        while !safes.is_done() {
            let (kind, content) = content_info(safes.expect(tlv::SEQUENCE, what)?)?;
            let mut walk = tlv::Walk::new(content);
            if kind == DATA {
                self.bags(walk.expect(tlv::OCTET_STRING, what)?.value, secret, 0)?;
            } else if kind == ENCRYPTED_DATA {
                let mut data = walk.expect(tlv::SEQUENCE, what)?.inside();
                data.expect(tlv::INTEGER, what)?;
                let mut info = data.expect(tlv::SEQUENCE, what)?.inside();
                info.expect(tlv::OBJECT_IDENTIFIER, what)?;
                let algorithm = info.expect(tlv::SEQUENCE, what)?.whole;
                let hidden = info.any(what)?;
                // [0] IMPLICIT, which streaming writers cut into octet strings.
                let hidden = match hidden.tag {
                    0x80 => hidden.value.to_vec(),
                    0xA0 => pieces(hidden)?,
                    _ => return Err(IdentityError::BrokenKeyStore),
                };
                let plain = secret.decrypt(algorithm, &hidden)?;
                self.bags(&plain, secret, 0)
                    .map_err(IdentityError::after_decryption)?;
            } else {
                return Err(IdentityError::UnknownEncryption);
            }
        }
        Ok(())
    }

    /// Reads `SafeContents`, a sequence of bags.
    fn bags(
        &mut self,
        content: &[u8],
        secret: &Secret<'_>,
        depth: u8,
    ) -> Result<(), IdentityError> {
        let what = "a bag of a key store";
        if depth > DEPTH_LIMIT {
            return Err(IdentityError::BrokenKeyStore);
        }
        let der = Zeroizing::new(ber::to_der(content)?);
        let mut bags = tlv::Walk::new(&der).expect(tlv::SEQUENCE, what)?.inside();
        while !bags.is_done() {
            let mut bag = bags.expect(tlv::SEQUENCE, what)?.inside();
            let kind = bag.expect(tlv::OBJECT_IDENTIFIER, what)?.value;
            let value = bag.expect(0xA0, what)?.value;
            let Some(kind) = kind.strip_prefix(BAG) else {
                continue;
            };
            match kind {
                [1] => self.keys.push(PrivateKey::from_pkcs8(value)?),
                [2] => {
                    let mut hidden = tlv::Walk::new(value).expect(tlv::SEQUENCE, what)?.inside();
                    let algorithm = hidden.expect(tlv::SEQUENCE, what)?.whole;
                    let hidden = hidden.expect(tlv::OCTET_STRING, what)?.value;
                    let plain = secret.decrypt(algorithm, hidden)?;
                    let key =
                        PrivateKey::from_pkcs8(&plain).map_err(IdentityError::after_decryption)?;
                    self.keys.push(key);
                }
                [3] => self.certificate(value)?,
                [6] => self.bags(value, secret, depth + 1)?,
                // Revocation lists and secrets.
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads `CertBag`.
    fn certificate(&mut self, value: &[u8]) -> Result<(), IdentityError> {
        let what = "a certificate in a key store";
        let mut bag = tlv::Walk::new(value).expect(tlv::SEQUENCE, what)?.inside();
        if bag.expect(tlv::OBJECT_IDENTIFIER, what)?.value != X509_CERTIFICATE {
            return Ok(());
        }
        let der = bag
            .expect(0xA0, what)?
            .inside()
            .expect(tlv::OCTET_STRING, what)?
            .value;
        let read = Certificate::from_der(der).ok_or(IdentityError::BrokenCertificate)?;
        if self.certificates.iter().all(|one| one.der() != read.der()) {
            self.certificates.push(read);
        }
        Ok(())
    }
}

impl IdentityError {
    /// What an error means in bytes that were just decrypted: the key was another one.
    fn after_decryption(self) -> Self {
        match self {
            Self::BrokenKeyStore | Self::BrokenKey => Self::WrongPassphrase,
            other => other,
        }
    }
}

/// `data`, 1.2.840.113549.1.7.1.
const DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
/// `encryptedData`, 1.2.840.113549.1.7.6.
const ENCRYPTED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x06];
/// The arc of bag types, 1.2.840.113549.1.12.10.1.
const BAG: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01];
/// `x509Certificate`, 1.2.840.113549.1.9.22.1.
const X509_CERTIFICATE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x16, 0x01];

/// Type and content of `ContentInfo`.
fn content_info(element: tlv::Element<'_>) -> Result<(&[u8], &[u8]), CmsError> {
    let what = "a part of a key store";
    let mut walk = element.inside();
    let kind = walk.expect(tlv::OBJECT_IDENTIFIER, what)?.value;
    let content = walk.expect(0xA0, what)?.value;
    Ok((kind, content))
}

fn pieces(element: tlv::Element<'_>) -> Result<Vec<u8>, CmsError> {
    let mut whole = Vec::new();
    let mut walk = element.inside();
    while !walk.is_done() {
        whole.extend_from_slice(walk.expect(tlv::OCTET_STRING, "a piece")?.value);
    }
    Ok(whole)
}

/// A number of iterations.
fn iterations(element: tlv::Element<'_>) -> Result<u32, IdentityError> {
    let count = u32::from_der(element.whole)
        .ok()
        .filter(|count| *count > 0)
        .ok_or(IdentityError::UnknownEncryption)?;
    cost::check_iterations(count)?;
    Ok(count)
}

/// Checks `MacData` with a passphrase.
fn is_authentic(
    mac: tlv::Element<'_>,
    content: &[u8],
    passphrase: &[u8],
) -> Result<bool, IdentityError> {
    let what = "the MAC of a key store";
    let mut walk = mac.inside();
    let mut info = walk.expect(tlv::SEQUENCE, what)?.inside();
    let algorithm = info.expect(tlv::SEQUENCE, what)?.whole;
    let stated = info.expect(tlv::OCTET_STRING, what)?.value;
    let salt = walk.expect(tlv::OCTET_STRING, what)?.value;
    let count = walk
        .optional(tlv::INTEGER, what)?
        .map_or(Ok(1), iterations)?;
    let algorithm =
        AlgorithmIdentifierOwned::from_der(algorithm).map_err(|_| IdentityError::BrokenKeyStore)?;
    let (hash, mac) = match Digest::named(&algorithm.oid) {
        Some(Digest::Sha1) => (
            &digest::SHA1_FOR_LEGACY_USE_ONLY,
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        ),
        Some(Digest::Sha256) => (&digest::SHA256, hmac::HMAC_SHA256),
        Some(Digest::Sha384) => (&digest::SHA384, hmac::HMAC_SHA384),
        Some(Digest::Sha512) => (&digest::SHA512, hmac::HMAC_SHA512),
        Some(Digest::Md5) | None => return Err(IdentityError::UnknownEncryption),
    };
    let key = kdf::derive(
        hash,
        passphrase,
        salt,
        Purpose::Mac,
        count,
        hash.output_len(),
    );
    let key = hmac::Key::new(mac, &key);
    Ok(hmac::verify(&key, content, stated).is_ok())
}

/// A passphrase in the two forms that encryptions take it.
struct Secret<'a> {
    utf8: &'a str,
    /// For the older ones.
    utf16: &'a [u8],
}

impl Secret<'_> {
    /// Decrypts with the algorithm a key store names.
    fn decrypt(
        &self,
        algorithm: &[u8],
        hidden: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, IdentityError> {
        let named = AlgorithmIdentifierOwned::from_der(algorithm)
            .map_err(|_| IdentityError::BrokenKeyStore)?;
        match named.oid.to_string().as_str() {
            // RFC 7292, appendix C.
            "1.2.840.113549.1.12.1.3" => {
                self.decrypt_old(algorithm, hidden, 24, des::TdesEde3::new_from_slice)
            }
            "1.2.840.113549.1.12.1.4" => {
                self.decrypt_old(algorithm, hidden, 16, des::TdesEde2::new_from_slice)
            }
            "1.2.840.113549.1.12.1.5" => {
                self.decrypt_old(algorithm, hidden, 16, rc2::Rc2::new_from_slice)
            }
            "1.2.840.113549.1.12.1.6" => {
                self.decrypt_old(algorithm, hidden, 5, rc2::Rc2::new_from_slice)
            }
            _ => cost::checked(
                EncryptionScheme::from_der(algorithm)
                    .map_err(|_| IdentityError::UnknownEncryption)?,
            )?
            .decrypt(self.utf8, hidden)
            .map(Zeroizing::new)
            .map_err(IdentityError::from),
        }
    }

    /// Decrypts with a cipher in CBC mode whose key is derived as PKCS#12 does it, with SHA-1.
    fn decrypt_old<C: BlockCipher + BlockDecrypt, E>(
        &self,
        algorithm: &[u8],
        hidden: &[u8],
        key_length: usize,
        cipher: impl Fn(&[u8]) -> Result<C, E>,
    ) -> Result<Zeroizing<Vec<u8>>, IdentityError> {
        let what = "the encryption of a key store";
        let mut walk = tlv::Walk::new(algorithm)
            .expect(tlv::SEQUENCE, what)?
            .inside();
        walk.expect(tlv::OBJECT_IDENTIFIER, what)?;
        let mut parameters = walk.expect(tlv::SEQUENCE, what)?.inside();
        let salt = parameters.expect(tlv::OCTET_STRING, what)?.value;
        let count = iterations(parameters.expect(tlv::INTEGER, what)?)?;
        let derive = |purpose, length| {
            let hash = &digest::SHA1_FOR_LEGACY_USE_ONLY;
            kdf::derive(hash, self.utf16, salt, purpose, count, length)
        };
        let cipher = cipher(&derive(Purpose::Key, key_length))
            .map_err(|_| IdentityError::UnknownEncryption)?;
        cbc::Decryptor::inner_iv_slice_init(cipher, &derive(Purpose::Iv, 8))
            .map_err(|_| IdentityError::UnknownEncryption)?
            .decrypt_padded_vec_mut::<Pkcs7>(hidden)
            .map(Zeroizing::new)
            .map_err(|_| IdentityError::WrongPassphrase)
    }
}

impl From<pkcs8::pkcs5::Error> for IdentityError {
    fn from(error: pkcs8::pkcs5::Error) -> Self {
        use pkcs8::pkcs5::Error;
        match error {
            // pkcs5 calls a failed decryption a failed encryption.
            Error::DecryptFailed | Error::EncryptFailed => Self::WrongPassphrase,
            _ => Self::UnknownEncryption,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::Identity;
    use crate::cms::tests::fixture;

    #[test]
    fn stores_old_and_new_with_and_without_mac_and_password_are_read() {
        for (name, passphrase) in [
            ("rsa2048.p12", "test"),
            ("rsa2048-legacy.p12", "test"),
            ("rsa2048-sha512.p12", "test"),
            ("rsa2048-3des.p12", "test"),
            ("rsa2048-rc2-128.p12", "test"),
            ("rsa2048-unicode.p12", "t\u{e9}st \u{1F511}"),
            ("rsa2048-no-password.p12", ""),
            ("p256.p12", "test"),
            ("p256-no-mac.p12", "test"),
            ("p384.p12", "test"),
        ] {
            let store = KeyStore::open(&fixture(name), passphrase)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let identity = Identity::choose(&store.keys, &store.certificates, None)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(identity.chain.len(), 2, "{name}");
            let error = KeyStore::open(&fixture(name), "wrong").unwrap_err();
            assert_eq!(error, IdentityError::WrongPassphrase, "{name}");
        }
    }

    #[test]
    fn a_store_without_encryption_is_read() {
        let store = KeyStore::open(&fixture("p256-plain.p12"), "").unwrap();
        assert_eq!((store.keys.len(), store.certificates.len()), (1, 3));
    }

    #[test]
    fn two_identities_of_one_name_are_both_there_and_neither_is_guessed() {
        let store = KeyStore::open(&fixture("two-of-a-name.p12"), "test").unwrap();
        assert_eq!((store.keys.len(), store.certificates.len()), (2, 2));
        let error = Identity::choose(&store.keys, &store.certificates, None).unwrap_err();
        assert!(matches!(error, IdentityError::Several { .. }), "{error}");
        for certificate in &store.certificates {
            let wanted = certificate.fingerprint();
            let identity =
                Identity::choose(&store.keys, &store.certificates, Some(&wanted)).unwrap();
            assert_eq!(identity.certificate.fingerprint(), wanted);
            assert!(identity.chain.is_empty(), "the other one is not an issuer");
        }
    }

    #[test]
    fn what_is_no_store_is_called_so() {
        for name in ["self.cms", "rsa2048.pem", "profile.mobileconfig"] {
            let error = KeyStore::open(&fixture(name), "test").unwrap_err();
            assert_eq!(error, IdentityError::BrokenKeyStore, "{name}");
        }
    }

    #[test]
    fn a_changed_store_is_an_error_and_no_panic() {
        // Without encryption every byte; with it a few, because each costs thousands of digests.
        for (name, step) in [("p256-plain.p12", 1), ("rsa2048-3des.p12", 83)] {
            let whole = fixture(name);
            for at in (0..whole.len()).step_by(step) {
                let mut changed = whole.clone();
                changed[at] ^= 0x55;
                let _ = KeyStore::open(&changed, if step == 1 { "" } else { "test" });
            }
        }
    }
}
