//! Who signs: a private key, its certificate, and the certificates between it and the root.

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, RsaKeyPair,
};

use crate::cms::certificate::Certificate;
use crate::cms::identity_error::IdentityError;
use crate::cms::keys::{Curve, PrivateKey};
use crate::cms::signature::KeyKind;

/// A key ready to sign.
#[derive(Debug)]
pub(super) enum SigningKey {
    /// RSA PKCS #1 v1.5 with SHA-256: the same content and time give the same signature.
    Rsa(Box<RsaKeyPair>),
    /// ECDSA, with random numbers: every signature is another one.
    Ecdsa(Box<EcdsaKeyPair>, Curve),
}

/// A private key with its certificate.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(super) key: SigningKey,
    pub(crate) certificate: Certificate,
    /// The other certificates that go into the message.
    pub(crate) chain: Vec<Certificate>,
}

impl Identity {
    /// Joins a key with its certificate; refuses a pair that does not belong together.
    pub(crate) fn new(
        key: &PrivateKey,
        certificate: Certificate,
        chain: Vec<Certificate>,
    ) -> Result<Self, IdentityError> {
        let public = certificate.key();
        let subject = || certificate.subject();
        if !certificate.may_sign() {
            return Err(IdentityError::KeyUsage {
                subject: subject(),
                usage: certificate.key_usage().join(", "),
            });
        }
        let mismatch = || IdentityError::Mismatch { subject: subject() };
        let unsupported = || IdentityError::UnsupportedKey {
            kind: public.kind.to_string(),
        };
        let key = match (key, public.kind) {
            (PrivateKey::Rsa(der), KeyKind::Rsa(2048..=4096)) => {
                let pair = RsaKeyPair::from_der(der).map_err(|_| IdentityError::BrokenKey)?;
                if pair.public().as_ref() != public.bytes {
                    return Err(mismatch());
                }
                SigningKey::Rsa(Box::new(pair))
            }
            (PrivateKey::Ec { curve, number }, KeyKind::P256 | KeyKind::P384) => {
                let own = if public.kind == KeyKind::P256 {
                    Curve::P256
                } else {
                    Curve::P384
                };
                // A key in SEC1 form need not name its curve.
                if curve.is_some_and(|curve| curve != own) {
                    return Err(mismatch());
                }
                let algorithm = match own {
                    Curve::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
                    Curve::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
                };
                let number = own.padded(number).ok_or_else(mismatch)?;
                // Computes the public key of the number and compares.
                let pair = EcdsaKeyPair::from_private_key_and_public_key(
                    algorithm,
                    &number,
                    public.bytes,
                    &SystemRandom::new(),
                )
                .map_err(|_| mismatch())?;
                SigningKey::Ecdsa(Box::new(pair), own)
            }
            (PrivateKey::Rsa(_), KeyKind::Rsa(_))
            | (_, KeyKind::P521 | KeyKind::Ed25519 | KeyKind::RsaPss | KeyKind::Other) => {
                return Err(unsupported());
            }
            _ => return Err(mismatch()),
        };
        Ok(Self {
            key,
            certificate,
            chain,
        })
    }

    /// Finds the certificate of a key among several, or the one that was chosen by its fingerprint; those that lead from
    /// it to a root become the chain. Never chooses by name: two certificates may share one.
    pub(crate) fn choose(
        keys: &[PrivateKey],
        certificates: &[Certificate],
        fingerprint: Option<&str>,
    ) -> Result<Self, IdentityError> {
        let mut problem = None;
        let mut found = Vec::new();
        for certificate in certificates {
            for key in keys {
                match Self::new(key, certificate.clone(), issuers(certificate, certificates)) {
                    Ok(identity) => found.push(identity),
                    // Says more than that the other certificates are not the key's.
                    Err(other @ IdentityError::Mismatch { .. }) => {
                        problem.get_or_insert(other);
                    }
                    Err(other) if certificate.is_authority() => {
                        problem.get_or_insert(other);
                    }
                    Err(other) => problem = Some(other),
                }
            }
        }
        if found.is_empty() {
            return Err(problem.unwrap_or(if keys.is_empty() {
                IdentityError::NoKey
            } else {
                IdentityError::NoCertificate
            }));
        }
        let known = list(found.iter().map(|identity| &identity.certificate));
        if let Some(wanted) = fingerprint {
            let wanted = normal_fingerprint(wanted);
            found.retain(|identity| Some(identity.certificate.fingerprint()) == wanted);
        } else if found.len() > 1 {
            return Err(IdentityError::Several { known });
        }
        found
            .pop()
            .ok_or(IdentityError::UnknownFingerprint { known })
    }
}

/// The certificates that lead from one to a root, among those given.
fn issuers(leaf: &Certificate, all: &[Certificate]) -> Vec<Certificate> {
    let mut chain: Vec<Certificate> = Vec::new();
    let mut reached = vec![leaf];
    while let Some(last) = reached.pop() {
        for issuer in all {
            let is_new =
                issuer.der() != leaf.der() && chain.iter().all(|known| known.der() != issuer.der());
            if is_new && last.is_named_issuer(issuer) {
                chain.push(issuer.clone());
                reached.push(issuer);
            }
        }
    }
    chain
}

/// A SHA-256 fingerprint as it is printed here: without colons and blanks, in upper case. `None` if it is none.
pub(crate) fn normal_fingerprint(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|letter| !matches!(letter, ':' | ' '))
        .map(|digit| digit.to_ascii_uppercase())
        .collect();
    let is_one = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then_some(digits)
}

/// Certificates with their fingerprints.
fn list<'a>(certificates: impl Iterator<Item = &'a Certificate>) -> String {
    let shown: Vec<String> = certificates
        .map(|one| format!("`{}` {}", one.subject(), one.fingerprint()))
        .collect();
    if shown.is_empty() {
        "none".to_owned()
    } else {
        shown.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::pem;
    use crate::cms::tests::fixture;

    /// A key of `tests/signing`.
    fn key(name: &str) -> PrivateKey {
        PrivateKey::read(&fixture(name), Some("test")).unwrap()
    }

    /// The certificates of a file of `tests/signing`.
    fn certificates(name: &str) -> Vec<Certificate> {
        pem::certificates(&fixture(name)).unwrap()
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        for (private, public) in [
            ("rsa3072-key.pem", "rsa2048.pem"),
            ("p384-key.pem", "p256.pem"),
            ("intermediate-key.pem", "p256.pem"),
            ("p256-key.pem", "rsa2048.pem"),
        ] {
            let error = Identity::choose(&[key(private)], &certificates(public), None).unwrap_err();
            assert!(
                matches!(error, IdentityError::Mismatch { .. }),
                "{private}: {error}"
            );
        }
    }

    #[test]
    fn a_curve_that_ring_lacks_is_refused_by_name() {
        let error = PrivateKey::read(&fixture("p521-key.pem"), None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a key ECDSA P-521 cannot sign here: RSA of 2048 to 4096 bits, ECDSA P-256 and P-384 can"
        );
    }

    #[test]
    fn the_certificate_of_an_authority_does_not_sign_profiles() {
        let error = Identity::choose(
            &[key("intermediate-key.pem")],
            &certificates("intermediate.pem"),
            None,
        )
        .unwrap_err();
        assert!(matches!(error, IdentityError::KeyUsage { .. }), "{error}");
    }

    #[test]
    fn the_keys_certificate_is_found_among_others_and_they_become_the_chain() {
        let mut all = certificates("chain.pem");
        all.extend(certificates("p256.pem"));
        let identity = Identity::choose(&[key("p256-key.pem")], &all, None).unwrap();
        assert_eq!(
            identity.certificate.subject(),
            "Test Signer P-256 (Example)"
        );
        assert_eq!(identity.chain.len(), 2);
    }

    #[test]
    fn among_several_the_fingerprint_chooses_and_nothing_is_guessed() {
        let keys = [key("p256-key.pem"), key("rsa2048-key.pem")];
        let mut all = certificates("p256.pem");
        all.extend(certificates("rsa2048.pem"));
        let error = Identity::choose(&keys, &all, None).unwrap_err();
        assert!(matches!(error, IdentityError::Several { .. }), "{error}");
        let wanted = all[1].fingerprint();
        let with_colons: Vec<String> = wanted
            .to_lowercase()
            .as_bytes()
            .chunks(2)
            .map(|pair| String::from_utf8_lossy(pair).into_owned())
            .collect();
        let chosen = Identity::choose(&keys, &all, Some(&with_colons.join(":"))).unwrap();
        assert_eq!(chosen.certificate.fingerprint(), wanted);
        let error = Identity::choose(&keys, &all, Some("00")).unwrap_err();
        assert!(
            matches!(error, IdentityError::UnknownFingerprint { .. }),
            "{error}"
        );
    }
}
