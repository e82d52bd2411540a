//! Whether a signer's certificate leads to a root that the caller trusts. The path building is webpki's.
//!
//! Any purpose will do: of the signed profiles in public repositories most are signed with TLS server certificates, the
//! rest with certificates for code signing or installer packages.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, UnixTime};
use time::OffsetDateTime;
use webpki::{
    ALL_VERIFICATION_ALGS, EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter,
    VerifiedPath, anchor_from_trusted_cert,
};

use crate::cms::certificate::Certificate;
use crate::cms::read::{Signed, Signer};
use crate::cms::signature::Outcome;
use crate::cms::verify::CHECK_LIMIT;

/// Whether a certificate chain can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It leads to this root. `expired`: a certificate on the way is not valid at the time asked about, though all were
    /// valid together once.
    Trusted { root: String, expired: bool },
    /// It leads to no given root, or that cannot be checked; the text says why.
    Untrusted(String),
}

impl Signed {
    /// Whether the signer's certificate leads to one of `roots` at a given time.
    pub(crate) fn chain(
        &self,
        signer: &Signer,
        roots: &[Certificate],
        at: OffsetDateTime,
    ) -> Trust {
        let Some(leaf) = self.certificate_of(signer) else {
            return Trust::Untrusted(if self.all_readable {
                "the signer's certificate is not in the file".to_owned()
            } else {
                "the signer's certificate is not among those that can be read".to_owned()
            });
        };
        let builder = ChainBuilder {
            leaf,
            others: &self.certificates,
            roots,
        };
        builder.check(at, signer.signing_time)
    }
}

/// The certificates from which a path is built.
#[derive(Clone, Copy)]
pub(super) struct ChainBuilder<'a> {
    pub(super) leaf: &'a Certificate,
    pub(super) others: &'a [Certificate],
    pub(super) roots: &'a [Certificate],
}

impl<'a> ChainBuilder<'a> {
    /// Whether the leaf leads to a root at a given time.
    pub(super) fn check(self, at: OffsetDateTime, signing_time: Option<OffsetDateTime>) -> Trust {
        // webpki refuses a leaf that is its own root.
        if let Some(root) = self.roots.iter().find(|root| root.der() == self.leaf.der()) {
            return Trust::Trusted {
                root: root.subject(),
                expired: !self.leaf.is_valid(at),
            };
        }
        match self.build(at) {
            Ok(root) => Trust::Trusted {
                expired: !root.is_valid(at),
                root: root.subject(),
            },
            Err(error) if is_about_time(&error) => self.answer_for_other_times(signing_time),
            Err(error) => Trust::Untrusted(self.reason(&error)),
        }
    }

    /// Looks for a time at which every certificate was valid: an expired chain is not one that never was valid.
    fn answer_for_other_times(self, signing_time: Option<OffsetDateTime>) -> Trust {
        let latest_start = self.others.iter().map(Certificate::not_before).max();
        let times = signing_time
            .into_iter()
            .chain(latest_start)
            .chain([self.leaf.not_after(), self.leaf.not_before()]);
        for time in times {
            match self.build(time) {
                Ok(root) => {
                    return Trust::Trusted {
                        root: root.subject(),
                        expired: true,
                    };
                }
                Err(error) if is_about_time(&error) => {}
                Err(error) => return Trust::Untrusted(self.reason(&error)),
            }
        }
        Trust::Untrusted("its certificates were at no time valid together".to_owned())
    }

    /// Builds a path and returns its root. webpki checks signatures, validity, basic constraints, path length, name
    /// constraints and critical extensions, but ignores the key usage of issuers and the path length of the root, which
    /// are checked here.
    fn build(self, at: OffsetDateTime) -> Result<&'a Certificate, Error> {
        let leaf = CertificateDer::from(self.leaf.der());
        let leaf = EndEntityCert::try_from(&leaf)?;
        let roots: Vec<&Certificate> = issuers(self.roots.iter()).collect();
        let root_ders: Vec<CertificateDer<'_>> = roots.iter().map(|root| der(root)).collect();
        let anchors = root_ders
            .iter()
            .map(anchor_from_trusted_cert)
            .collect::<Result<Vec<_>, _>>()?;
        let others: Vec<CertificateDer<'_>> = issuers(self.reachable()).map(der).collect();
        let seconds = u64::try_from(at.unix_timestamp()).unwrap_or(0);
        let root_of = |path: &VerifiedPath<'_>| {
            let index = anchors.iter().position(|anchor| anchor == path.anchor())?;
            roots.get(index).copied()
        };
        let path = leaf.verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &anchors,
            &others,
            UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
            AnyPurpose,
            None,
            Some(&|path| {
                let length = path
                    .intermediate_certificates()
                    .filter(|intermediate| intermediate.subject() != intermediate.issuer())
                    .count();
                match root_of(path).and_then(Certificate::path_length) {
                    Some(limit) if length > usize::from(limit) => {
                        Err(Error::PathLenConstraintViolated)
                    }
                    _ => Ok(()),
                }
            }),
        )?;
        root_of(&path).ok_or(Error::UnknownIssuer)
    }

    /// The certificates that can be on a path from the leaf, by name and key identifier: webpki goes by the name alone,
    /// and its error would be about a certificate that only shares the name.
    fn reachable(self) -> Vec<&'a Certificate> {
        let mut reachable: Vec<&Certificate> = Vec::new();
        let mut unvisited = vec![self.leaf];
        while let Some(certificate) = unvisited.pop() {
            for issuer in self.others {
                if certificate.is_named_issuer(issuer)
                    && !reachable.iter().any(|known| known.der() == issuer.der())
                {
                    reachable.push(issuer);
                    unvisited.push(issuer);
                }
            }
        }
        reachable
    }

    /// Why there is no path, in words.
    fn reason(self, error: &Error) -> String {
        match error {
            Error::UnknownIssuer => self.describe_missing_link(),
            Error::CaUsedAsEndEntity => format!(
                "`{}` signed with the certificate of an authority; give that certificate itself if you trust it",
                self.leaf.subject()
            ),
            Error::InvalidSignatureForPublicKey => self.wrongly_signed().map_or_else(
                || {
                    "cannot be checked: several certificates of one authority do not form a path here"
                        .to_owned()
                },
                |one| {
                    format!(
                        "the certificate of `{}` was not signed by `{}`, the issuer it names",
                        one.subject(),
                        one.issuer()
                    )
                },
            ),
            Error::EndEntityUsedAsCa => {
                "a certificate was issued by one that is not an authority".to_owned()
            }
            Error::PathLenConstraintViolated => {
                "there are more authorities between the signer and the root than one of them allows"
                    .to_owned()
            }
            Error::NameConstraintViolation => {
                "an authority above a certificate restricts the names it may issue, and the name of the certificate is outside of them or of a kind that is not compared here"
                    .to_owned()
            }
            Error::UnsupportedCriticalExtension => {
                "cannot be checked: a certificate has a critical extension that is not supported here, such as certificate policies"
                    .to_owned()
            }
            Error::UnsupportedSignatureAlgorithmContext(_)
            | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
                "cannot be checked: a certificate is signed with an algorithm that is not supported or no longer trusted, such as SHA-1"
                    .to_owned()
            }
            Error::MaximumSignatureChecksExceeded
            | Error::MaximumPathBuildCallsExceeded
            | Error::MaximumPathDepthExceeded
            | Error::MaximumNameConstraintComparisonsExceeded => {
                "cannot be checked: there are too many certificates to try".to_owned()
            }
            other => format!("cannot be checked: a certificate has a form that is not read here ({other:?})"),
        }
    }

    /// The first certificate that was not signed by any certificate with its issuer's name. Stops after [`CHECK_LIMIT`]
    /// checks, because the file may hold any number of certificates.
    fn wrongly_signed(self) -> Option<&'a Certificate> {
        let reachable = self.reachable();
        let mut checks = CHECK_LIMIT;
        let all = reachable.iter().copied().chain(self.roots);
        std::iter::once(self.leaf)
            .chain(reachable.iter().copied())
            .find(|one| {
                let mut issuers = all
                    .clone()
                    .filter(|issuer| one.is_named_issuer(issuer))
                    .peekable();
                issuers.peek().is_some()
                    && issuers.all(|issuer| {
                        checks = checks.saturating_sub(1);
                        checks > 0 && one.is_signed_by(issuer) == Outcome::Fails
                    })
            })
    }

    /// Follows the issuers by name and describes where the chain ends.
    fn describe_missing_link(self) -> String {
        let mut last = self.leaf;
        for _ in 0..=self.others.len() {
            let next = self
                .others
                .iter()
                .chain(self.roots)
                .find(|one| last.is_named_issuer(one) && one.der() != last.der());
            match next {
                Some(next) if !next.may_issue() => {
                    return format!(
                        "it leads over `{}`, which may not issue certificates: {}",
                        next.subject(),
                        if next.key_usage().is_empty() {
                            "it is not an authority".to_owned()
                        } else {
                            format!("its key usage is {}", next.key_usage().join(", "))
                        }
                    );
                }
                Some(next) => last = next,
                None => break,
            }
        }
        if last.is_self_issued() {
            format!(
                "it leads to `{}`, which is not one of the given roots",
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

/// The certificates whose key may sign certificates.
fn issuers<'a>(
    all: impl IntoIterator<Item = &'a Certificate>,
) -> impl Iterator<Item = &'a Certificate> {
    all.into_iter().filter(|one| one.may_issue())
}

fn der(certificate: &Certificate) -> CertificateDer<'_> {
    CertificateDer::from(certificate.der())
}

impl Certificate {
    /// Whether the certificate is valid at a time; the first and last second count.
    pub(crate) fn is_valid(&self, at: OffsetDateTime) -> bool {
        self.not_before() <= at && at <= self.not_after()
    }
}

/// Whether the path fails only because a certificate has expired or is not valid yet.
fn is_about_time(error: &Error) -> bool {
    matches!(
        error,
        Error::CertExpired { .. } | Error::CertNotValidYet { .. }
    )
}

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
    fn answer(name: &str, roots: &[&str], at: OffsetDateTime) -> Trust {
        let roots: Vec<Certificate> = roots
            .iter()
            .flat_map(|root| certificates(&fixture(root)).unwrap())
            .collect();
        let signed = opened(name);
        signed.chain(&signed.signers[0], &roots, at)
    }

    /// When every certificate of `tests/signing` but the expired one is valid.
    const NOW: OffsetDateTime = datetime!(2026-01-01 00:00:00 UTC);

    /// A chain that ends at the test root.
    fn trusted(expired: bool) -> Trust {
        Trust::Trusted {
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
            Trust::Trusted { .. }
        ));
        assert!(matches!(
            answer("self.cms", &["self.pem"], NOW),
            Trust::Trusted { expired: false, .. }
        ));
    }

    #[test]
    fn expiry_alone_leaves_the_chain_trusted_and_is_said() {
        let chain = answer("expired.cms", &["intermediate.pem"], NOW);
        assert!(
            matches!(chain, Trust::Trusted { expired: true, .. }),
            "{chain:?}"
        );
        assert_eq!(
            answer("expired.cms", &["root.pem"], NOW),
            Trust::Untrusted(
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
            Trust::Untrusted(
                "it ends at `Test Signer RSA 2048 (Example)`, whose issuer `Test Intermediate (Example)` is neither in the file nor among the given roots"
                    .to_owned()
            )
        );
        assert_eq!(
            answer("rsa2048-chain.cms", &["other-root.pem"], NOW),
            Trust::Untrusted(
                "it leads to `Test Root (Example)`, which is not one of the given roots".to_owned()
            )
        );
        assert!(matches!(
            answer("self.cms", &["root.pem"], NOW),
            Trust::Untrusted(_)
        ));
        assert!(matches!(
            answer("rsa2048-nocerts.cms", &["root.pem"], NOW),
            Trust::Untrusted(_)
        ));
    }
}
