//! Why a key or certificate that was given cannot sign, and what to do about it.

/// Why nothing can be signed with what was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IdentityError {
    /// The file is neither PEM nor DER with a key.
    #[error("the file holds no private key")]
    NoKey,
    /// The file is neither PEM nor DER with a certificate.
    #[error("the file holds no certificate")]
    NoCertificate,
    /// A PEM block that does not end, or is not base64.
    #[error("the PEM block `{label}` is broken")]
    BrokenPem {
        /// What the dashes say it is.
        label: String,
    },
    /// A key that does not decode.
    #[error("the private key is damaged")]
    BrokenKey,
    /// A certificate that does not decode.
    #[error("a certificate is damaged")]
    BrokenCertificate,
    /// Encrypted, and no passphrase was given.
    #[error("the private key is encrypted and no passphrase was given")]
    NeedsPassphrase,
    /// Encrypted, and the passphrase opens nothing.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// `Proc-Type: 4,ENCRYPTED`.
    #[error(
        "the private key is encrypted in the old PEM form (Proc-Type), which is too weak to be read"
    )]
    OldEncryption,
    /// An encryption that is not read.
    #[error("the encryption of the private key is not supported")]
    UnknownEncryption,
    /// Parameters that cost more memory or time than any tool asks for: a hostile key could stop the process.
    #[error("the encryption of the private key asks for {asked}; the limit is {limit}")]
    CostlyEncryption { asked: String, limit: String },
    /// A file that is not a key store.
    #[error("the file is not a PKCS#12 key store")]
    BrokenKeyStore,
    /// A key of a kind that cannot sign here.
    #[error("a key {kind} cannot sign here: RSA of 2048 to 4096 bits, ECDSA P-256 and P-384 can")]
    UnsupportedKey {
        /// The kind of the key.
        kind: String,
    },
    /// The key belongs to another certificate.
    #[error("the private key does not belong to the certificate of `{subject}`")]
    Mismatch { subject: String },
    /// No certificate has this fingerprint.
    #[error("no certificate with this fingerprint and a private key was given; there is {known}")]
    UnknownFingerprint { known: String },
    /// More than one could sign.
    #[error("several certificates could sign: {known}")]
    Several { known: String },
    /// The certificate forbids signing.
    #[error("the certificate of `{subject}` is not meant for signatures: its key usage is {usage}")]
    KeyUsage {
        subject: String,
        /// What it may do.
        usage: String,
    },
    /// What was signed was read back and does not hold: the certificates were changed, for example.
    #[error("what is signed with it would not hold: {why}")]
    Unsound { why: String },
    #[error("the signature could not be made")]
    Failed,
}

impl IdentityError {
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::NoKey | Self::BrokenKey => {
                "give the private key as PEM (PKCS#8, PKCS#1 or SEC1), or a PKCS#12 file with `--p12`"
            }
            Self::NoCertificate | Self::BrokenCertificate => {
                "name a file that holds a certificate, as PEM or DER"
            }
            Self::BrokenPem { .. } => "copy the file whole, with the lines of dashes",
            Self::NeedsPassphrase => {
                "give it with `--passphrase-env NAME` or `--passphrase-file FILE`, or run on a terminal to be asked"
            }
            Self::WrongPassphrase => "check the passphrase; a blank or line end at its end counts",
            Self::OldEncryption => "convert the key: `openssl pkcs8 -topk8 -in KEY -out KEY.pem`",
            Self::UnknownEncryption | Self::CostlyEncryption { .. } => {
                "convert it: `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out KEY.pem`, or export the PKCS#12 file again"
            }
            Self::BrokenKeyStore => {
                "export it again from Keychain Access or with `openssl pkcs12 -export`"
            }
            Self::UnsupportedKey { .. } => "sign with a certificate for an RSA, P-256 or P-384 key",
            Self::Mismatch { .. } => "give the key the certificate was requested with",
            Self::UnknownFingerprint { .. } | Self::Several { .. } => {
                "choose one by its SHA-256: `--fingerprint`"
            }
            Self::KeyUsage { .. } => {
                "sign with a certificate whose key usage includes digital signature"
            }
            Self::Unsound { .. } => {
                "get the certificates again from where they were issued, or export the key store again"
            }
            Self::Failed => "check the key with `openssl pkey -check -in KEY`",
        }
    }
}
