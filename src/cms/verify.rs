//! Whether a signature holds: the content is what was signed, the signed attributes are what was signed, and the
//! certificates in the message are what their issuers signed. Says nothing about trust: see `chain`.

use cms::content_info::CmsVersion;
use cms::signed_data::SignerIdentifier;
use der::asn1::{ObjectIdentifier, OctetStringRef};
use x509_cert::attr::Attribute;

use crate::cms::algorithm::{self, Digest};
use crate::cms::certificate::Certificate;
use crate::cms::integrity::{Fault, Integrity};
use crate::cms::read::{self, Signed, Signer};
use crate::cms::signature::{self, Outcome};
use crate::cms::tlv;

/// `contentType` (RFC 5652, 11.1).
pub(super) const CONTENT_TYPE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
/// `messageDigest` (RFC 5652, 11.2).
pub(super) const MESSAGE_DIGEST: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");

/// Signature checks of certificates for one message; webpki stops a path at the same number.
pub(super) const CHECK_LIMIT: usize = 100;

impl Signed {
    /// Whether the signature holds. Computed once, however many ask.
    pub(crate) fn integrity(&self) -> &Integrity {
        self.verdict.get_or_init(|| self.check_signers())
    }

    /// Checks every signer and every certificate whose issuer is in the message.
    fn check_signers(&self) -> Integrity {
        if self.signers.is_empty() {
            return Integrity::Broken(Fault::NoSigner);
        }
        // RFC 5652, 5.1.
        if !matches!(self.version, Some(1 | 3..=5)) {
            return Integrity::Broken(Fault::Version);
        }
        let mut unknown = None;
        for signer in &self.signers {
            match self.check(signer) {
                Ok(()) => {}
                Err(fault @ (Fault::Unsupported { .. } | Fault::UnreadableCertificate)) => {
                    unknown = Some(fault);
                }
                Err(fault) => return Integrity::Broken(fault),
            }
        }
        let mut checks = CHECK_LIMIT;
        for certificate in &self.certificates {
            match self.check_certificate(certificate, &mut checks) {
                Ok(()) => {}
                Err(fault @ Fault::TooManyChecks { .. }) => {
                    unknown = unknown.or(Some(fault));
                    break;
                }
                Err(fault) => return Integrity::Broken(fault),
            }
        }
        if !self.all_readable {
            unknown = unknown.or(Some(Fault::UnreadableCertificate));
        }
        unknown.map_or(Integrity::Holds, Integrity::Unknown)
    }

    /// Whether a certificate contradicts itself, or the message holds its issuer and no such issuer signed it.
    fn check_certificate(
        &self,
        certificate: &Certificate,
        checks: &mut usize,
    ) -> Result<(), Fault> {
        let subject = || certificate.subject();
        if !certificate.names_one_algorithm() {
            return Err(Fault::TwoAlgorithms { subject: subject() });
        }
        let mut issuers = self
            .certificates
            .iter()
            .filter(|issuer| certificate.is_named_issuer(issuer))
            .peekable();
        if issuers.peek().is_none() {
            return Ok(());
        }
        for issuer in issuers {
            *checks = checks
                .checked_sub(1)
                .ok_or(Fault::TooManyChecks { limit: CHECK_LIMIT })?;
            match certificate.is_signed_by(issuer) {
                Outcome::Fails => {}
                Outcome::Holds | Outcome::Unsupported(_) => return Ok(()),
            }
        }
        Err(Fault::Certificate { subject: subject() })
    }

    /// Checks one signer (RFC 5652, 5.4 and 5.6).
    fn check(&self, signer: &Signer) -> Result<(), Fault> {
        let missing = if self.all_readable {
            Fault::NoCertificate
        } else {
            Fault::UnreadableCertificate
        };
        let certificate = self.certificate_of(signer).ok_or(missing)?;
        let name = || certificate.subject();
        let malformed = |what| Fault::Attributes {
            signer: name(),
            what,
        };
        // RFC 5652, 5.3.
        let version = match signer.info.sid {
            SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
            SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
        };
        if signer.info.version != version {
            return Err(malformed(
                "its version does not fit how it names the certificate",
            ));
        }
        if !algorithm::has_no_parameters(&signer.info.digest_alg) {
            return Err(malformed("its digest algorithm has parameters"));
        }
        // Readers in one pass, Apple's and OpenSSL's among them, compute only the digests announced.
        if !self.digests.contains(&signer.info.digest_alg.oid) {
            return Err(malformed(
                "the head of the message announces another digest",
            ));
        }
        let unsupported = |algorithm: String| Fault::Unsupported {
            signer: name(),
            algorithm,
        };
        let Some(digest) = signer.digest else {
            let algorithm = format!("digest algorithm {}", signer.info.digest_alg.oid);
            return Err(unsupported(algorithm));
        };
        let message = match &signer.signed_attributes {
            None if self.content_type == read::DATA => None,
            None => return Err(malformed("it has no signed attributes")),
            Some(attributes) => {
                self.check_attributes(signer, digest)
                    .map_err(|problem| match problem {
                        Problem::Malformed(what) => malformed(what),
                        Problem::Unsupported => unsupported(digest.name().to_owned()),
                        Problem::Digest => Fault::Content {
                            signer: name(),
                            digest: digest.name(),
                        },
                    })?;
                // What is signed is the SET, not the [0] in the message (RFC 5652, 5.4).
                let mut set = Vec::with_capacity(attributes.len() + 6);
                tlv::push(&mut set, tlv::SET, attributes);
                Some(set)
            }
        };
        let outcome = signature::check(
            certificate.key(),
            &signer.info.signature_algorithm,
            Some(digest),
            message.as_deref().unwrap_or(self.content()),
            signer.info.signature.as_bytes(),
        );
        match outcome {
            Outcome::Holds => Ok(()),
            Outcome::Fails => Err(Fault::Signature { signer: name() }),
            Outcome::Unsupported(algorithm) => Err(unsupported(algorithm)),
        }
    }

    /// Checks the signed attributes against the content.
    fn check_attributes(&self, signer: &Signer, digest: Digest) -> Result<(), Problem> {
        let kind = only(signer, CONTENT_TYPE, "it does not say once what it signs")?;
        let kind = kind.values.iter().next();
        if kind.and_then(|kind| kind.decode_as::<ObjectIdentifier>().ok())
            != Some(self.content_type)
        {
            return Err(Problem::Malformed("it signs content of another type"));
        }
        let stated = only(
            signer,
            MESSAGE_DIGEST,
            "it does not state one digest of the content",
        )?;
        let stated = stated
            .values
            .iter()
            .next()
            .and_then(|value| value.decode_as::<OctetStringRef<'_>>().ok())
            .ok_or(Problem::Malformed(
                "its digest of the content is not a digest",
            ))?;
        let own = digest.of(self.content()).ok_or(Problem::Unsupported)?;
        if stated.as_bytes() == own.as_ref() {
            Ok(())
        } else {
            Err(Problem::Digest)
        }
    }
}

/// What is wrong with signed attributes.
enum Problem {
    Malformed(&'static str),
    /// A digest that nothing here computes.
    Unsupported,
    /// Another digest than the content's.
    Digest,
}

/// The attribute of this type, which must be there once with one value (RFC 5652, 11.1 and 11.2).
fn only<'a>(
    signer: &'a Signer,
    oid: ObjectIdentifier,
    what: &'static str,
) -> Result<&'a Attribute, Problem> {
    let all = signer.info.signed_attrs.as_ref();
    let mut found = all
        .into_iter()
        .flat_map(|all| all.iter())
        .filter(|attribute| attribute.oid == oid);
    match (found.next(), found.next()) {
        (Some(one), None) if one.values.len() == 1 => Ok(one),
        _ => Err(Problem::Malformed(what)),
    }
}
