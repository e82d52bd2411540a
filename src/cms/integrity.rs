//! The verdict over the signatures of a message, and every fault that one can have.

/// The verdict over a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Integrity {
    Holds,
    /// Something was changed, or was never right.
    Broken(Fault),
    /// Nothing here can tell, because an algorithm is not supported.
    Unknown(Fault),
}

/// Why a signature does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// A message without signers, as used to carry certificates.
    #[error("nobody signed the message")]
    NoSigner,
    /// Nothing depends on the version, so nothing else would notice that it was changed.
    #[error("the message has a version that RFC 5652 does not know")]
    Version,
    /// The certificate is needed for its key.
    #[error("the signer's certificate is not in the file")]
    NoCertificate,
    /// The digest in the signed attributes is another.
    #[error("the content was changed after `{signer}` signed it: its {digest} digest is another")]
    Content {
        signer: String,
        digest: &'static str,
    },
    /// The key did not make the signature.
    #[error(
        "the signature was not made with the key of `{signer}`, or the signed part was changed"
    )]
    Signature { signer: String },
    /// Attributes that RFC 5652 demands or forbids.
    #[error("the signature of `{signer}` is malformed: {what}")]
    Attributes { signer: String, what: &'static str },
    /// The issuer's certificate is in the message and did not sign this one.
    #[error("the certificate of `{subject}` was changed: the signature of its issuer does not fit")]
    Certificate { subject: String },
    /// RFC 5280, 4.1.1.2: the algorithm beside the signature is the one that was signed.
    #[error("the certificate of `{subject}` is malformed: it names two signature algorithms")]
    TwoAlgorithms { subject: String },
    /// Damaged, or with something that is not read here, such as a date before 1970.
    #[error(
        "a certificate in the message cannot be read, so nothing here can say whether it was changed"
    )]
    UnreadableCertificate,
    /// Each check costs up to a millisecond, and a hostile message could ask for one per pair of certificates.
    #[error(
        "the message needs more than {limit} signature checks, so not all of its certificates were checked"
    )]
    TooManyChecks { limit: usize },
    /// An algorithm that nothing here computes.
    #[error("the signature of `{signer}` cannot be checked: {algorithm} is not supported")]
    Unsupported {
        signer: String,
        /// What is not supported.
        algorithm: String,
    },
}
