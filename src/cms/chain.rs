//! Whether a signer's certificate leads to a root that the caller trusts. The path building is webpki's.
//!
//! Any purpose will do: of the signed profiles in public repositories most are signed with TLS server certificates, the
//! rest with certificates for code signing or installer packages.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, UnixTime};
use time::OffsetDateTime;
use webpki::{
    ALL_VERIFICATION_ALGS, EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter,
    anchor_from_trusted_cert,
};

use crate::cms::certificate::Certificate;
use crate::cms::read::{Signed, Signer};

/// The answer about a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Chain {
    /// It leads to this root.
    Trusted {
        /// The root's name.
        root: String,
        /// A certificate on the way is not valid at the time asked about, though it was when the chain was whole.
        expired: bool,
    },
    /// It does not, for this reason.
    Untrusted(String),
}

impl Signed {
    /// Whether the signer's certificate leads to one of `roots` at a given time.
    pub(crate) fn chain(
        &self,
        signer: &Signer,
        roots: &[Certificate],
        at: OffsetDateTime,
    ) -> Chain {
        let Some(leaf) = self.certificate_of(signer) else {
            return Chain::Untrusted("the signer's certificate is not in the file".to_owned());
        };
        // webpki refuses a leaf that is its own root.
        if let Some(root) = roots.iter().find(|root| root.der() == leaf.der()) {
            return Chain::Trusted {
                root: root.subject(),
                expired: !leaf.is_valid(at),
            };
        }
        match self.build(leaf, roots, at) {
            Ok(root) => Chain::Trusted {
                expired: !root.is_valid(at),
                root: root.subject(),
            },
            Err(error) if is_about_time(&error) => self.at_other_times(signer, leaf, roots),
            Err(error) => Chain::Untrusted(self.reason(leaf, roots, &error)),
        }
    }

    /// Looks for a time at which the chain was whole, so that expiry alone is told apart from a chain that never was.
    fn at_other_times(&self, signer: &Signer, leaf: &Certificate, roots: &[Certificate]) -> Chain {
        for time in self.times(signer, leaf) {
            match self.build(leaf, roots, time) {
                Ok(root) => {
                    return Chain::Trusted {
                        root: root.subject(),
                        expired: true,
                    };
                }
                Err(error) if is_about_time(&error) => {}
                Err(error) => return Chain::Untrusted(self.reason(leaf, roots, &error)),
            }
        }
        Chain::Untrusted("its certificates were at no time valid together".to_owned())
    }

    /// Builds a path and answers its root.
    fn build<'r>(
        &self,
        leaf: &Certificate,
        roots: &'r [Certificate],
        at: OffsetDateTime,
    ) -> Result<&'r Certificate, Error> {
        let leaf = CertificateDer::from(leaf.der());
        let leaf = EndEntityCert::try_from(&leaf)?;
        let root_ders: Vec<CertificateDer<'_>> = roots
            .iter()
            .map(|root| CertificateDer::from(root.der()))
            .collect();
        let others: Vec<CertificateDer<'_>> = self
            .certificates
            .iter()
            .map(|one| CertificateDer::from(one.der()))
            .collect();
        let seconds = u64::try_from(at.unix_timestamp()).unwrap_or(0);
        let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        // One root at a time, so that the answer says which.
        let mut last = Error::UnknownIssuer;
        for (root, der) in roots.iter().zip(&root_ders) {
            let anchor = [anchor_from_trusted_cert(der)?];
            let path = leaf.verify_for_usage(
                ALL_VERIFICATION_ALGS,
                &anchor,
                &others,
                time,
                AnyPurpose,
                None,
                None,
            );
            match path {
                Ok(_) => return Ok(root),
                Err(Error::UnknownIssuer) => {}
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Times at which the certificates may have been valid together.
    fn times<'a>(
        &'a self,
        signer: &'a Signer,
        leaf: &'a Certificate,
    ) -> impl Iterator<Item = OffsetDateTime> + 'a {
        let youngest = self.certificates.iter().map(Certificate::not_before).max();
        signer
            .signing_time
            .into_iter()
            .chain(youngest)
            .chain([leaf.not_after(), leaf.not_before()])
    }

    /// Why there is no path, in words.
    fn reason(&self, leaf: &Certificate, roots: &[Certificate], error: &Error) -> String {
        match error {
            Error::UnknownIssuer => self.missing_link(leaf, roots),
            Error::CaUsedAsEndEntity => format!(
                "`{}` signed with the certificate of an authority; give that certificate itself if you trust it",
                leaf.subject()
            ),
            Error::InvalidSignatureForPublicKey => {
                "a certificate was not signed by the issuer it names".to_owned()
            }
            Error::EndEntityUsedAsCa => {
                "a certificate was issued by one that is no authority".to_owned()
            }
            Error::UnsupportedSignatureAlgorithmContext(_)
            | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
                "a certificate is signed with an algorithm that is no longer trusted, such as SHA-1"
                    .to_owned()
            }
            other => format!("its certificates do not fit together ({other:?})"),
        }
    }

    /// Follows the issuers by name to where the way ends.
    fn missing_link(&self, leaf: &Certificate, roots: &[Certificate]) -> String {
        let mut last = leaf;
        for _ in 0..=self.certificates.len() {
            let all = self.certificates.iter().chain(roots);
            let next = all
                .clone()
                .find(|one| last.is_named_issuer(one) && one.der() != last.der());
            match next {
                Some(next) => last = next,
                None => break,
            }
        }
        if last.is_self_issued() {
            format!(
                "it leads to `{}`, which is none of the given roots",
                last.subject()
            )
        } else {
            format!(
                "it ends at `{}`, whose issuer `{}` is neither in the file nor among the given roots",
                last.subject(),
                last.issuer()
            )
        }
    }
}

impl Certificate {
    /// Whether a time lies between its first and last second.
    pub(crate) fn is_valid(&self, at: OffsetDateTime) -> bool {
        self.not_before() <= at && at <= self.not_after()
    }
}

/// Whether the only trouble is that a certificate is not valid at the time.
fn is_about_time(error: &Error) -> bool {
    matches!(
        error,
        Error::CertExpired { .. } | Error::CertNotValidYet { .. }
    )
}

/// Accepts every purpose.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::cms::certificates;
    use crate::cms::tests::{fixture, opened};

    /// The answer for a signed file, roots and a time.
    fn answer(name: &str, roots: &[&str], at: OffsetDateTime) -> Chain {
        let roots: Vec<Certificate> = roots
            .iter()
            .flat_map(|root| certificates(&fixture(root)).unwrap())
            .collect();
        let signed = opened(name);
        signed.chain(&signed.signers[0], &roots, at)
    }

    /// When every certificate of `tests/signing` but the expired one is valid.
    const NOW: OffsetDateTime = datetime!(2026-01-01 00:00:00 UTC);

    /// Trusted by the test root.
    fn trusted(expired: bool) -> Chain {
        Chain::Trusted {
            root: "Test Root (Example)".to_owned(),
            expired,
        }
    }

    #[test]
    fn a_chain_leads_to_its_root_whichever_roots_are_given_too() {
        for name in ["p256-ber.cms", "p384-der.cms", "rsa2048-chain.cms"] {
            assert_eq!(answer(name, &["root.pem"], NOW), trusted(false), "{name}");
            let both = answer(name, &["other-root.pem", "root.pem"], NOW);
            assert_eq!(both, trusted(false), "{name}");
        }
    }

    #[test]
    fn an_intermediate_may_be_given_as_root_and_a_leaf_as_its_own() {
        assert!(matches!(
            answer("rsa2048-der.cms", &["intermediate.pem"], NOW),
            Chain::Trusted { .. }
        ));
        assert!(matches!(
            answer("self.cms", &["self.pem"], NOW),
            Chain::Trusted { expired: false, .. }
        ));
    }

    #[test]
    fn expiry_alone_leaves_the_chain_trusted_and_is_said() {
        let chain = answer("expired.cms", &["intermediate.pem"], NOW);
        assert!(
            matches!(chain, Chain::Trusted { expired: true, .. }),
            "{chain:?}"
        );
        assert_eq!(
            answer("expired.cms", &["root.pem"], NOW),
            Chain::Untrusted(
                "it ends at `Expired Test Signer (Example)`, whose issuer `Test Intermediate (Example)` is neither in the file nor among the given roots"
                    .to_owned()
            )
        );
        let late = datetime!(2200-01-01 00:00:00 UTC);
        assert_eq!(answer("p256-ber.cms", &["root.pem"], late), trusted(true));
        let early = datetime!(2010-01-01 00:00:00 UTC);
        assert_eq!(answer("p256-ber.cms", &["root.pem"], early), trusted(true));
    }

    #[test]
    fn a_missing_link_is_named() {
        assert_eq!(
            answer("rsa2048-der.cms", &["root.pem"], NOW),
            Chain::Untrusted(
                "it ends at `Test Signer RSA 2048 (Example)`, whose issuer `Test Intermediate (Example)` is neither in the file nor among the given roots"
                    .to_owned()
            )
        );
        assert_eq!(
            answer("rsa2048-chain.cms", &["other-root.pem"], NOW),
            Chain::Untrusted(
                "it leads to `Test Root (Example)`, which is none of the given roots".to_owned()
            )
        );
        assert!(matches!(
            answer("self.cms", &["root.pem"], NOW),
            Chain::Untrusted(_)
        ));
        assert!(matches!(
            answer("rsa2048-nocerts.cms", &["root.pem"], NOW),
            Chain::Untrusted(_)
        ));
    }
}
