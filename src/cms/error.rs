//! Why a file that looks signed gives no profile, and what to do about it.

/// What is wrong with a signed message as a file. A signature that does not hold is not an error: see `Integrity`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CmsError {
    /// Something else: a certificate, a key store, arbitrary bytes.
    #[error("this is not a signed message (CMS)")]
    NotSigned,
    /// Base64 between `-----BEGIN PKCS7-----` lines.
    #[error("the signed message is PEM text, and a profile is binary")]
    Armoured,
    /// 0D became 0A, or 0A became 0D 0A.
    #[error("this was a signed profile: its line ends were converted, which destroys it")]
    LineEnds,
    /// Bytes that are not UTF-8 were replaced when something saved the file as text.
    #[error("this was a signed profile: it was saved as text, which destroys it")]
    Recoded,
    /// The file ends too early.
    #[error("the signed message is cut off: it ends at byte {at}")]
    CutOff {
        /// The length of the file.
        at: usize,
    },
    /// The encoding is broken.
    #[error("the signed message is damaged at byte {at}: {what}")]
    Damaged {
        /// Byte offset in the file.
        at: usize,
        /// What was met there.
        what: &'static str,
    },
    /// The encoding is sound, its meaning is not.
    #[error("the signed message is malformed: {what}")]
    Malformed {
        /// The part that cannot be read.
        what: &'static str,
    },
    /// CMS of another type, or a signed message about something that is not data.
    #[error("the message holds {what} and no signed profile")]
    OtherContent {
        /// What the message holds.
        what: String,
    },
    /// More than any tool writes, and each of them costs a check.
    #[error("the message holds more than {limit} {what}, which are not all checked")]
    TooMany { what: &'static str, limit: usize },
    /// The signature without the profile.
    #[error("the message is a detached signature: the profile is not in it")]
    Detached,
}

impl CmsError {
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::NotSigned => {
                "name a profile signed with `kextpolicy sign`, `security cms`, `openssl cms` or by an MDM server"
            }
            Self::Armoured => {
                "decode it: `openssl cms -cmsout -inform PEM -outform DER -in FILE -out PROFILE`"
            }
            Self::LineEnds | Self::Recoded => {
                "get it again from its source and store it as binary (in git: `*.mobileconfig -text` in .gitattributes)"
            }
            Self::CutOff { .. } => {
                "get it again from its source: the download or copy stopped early"
            }
            Self::Damaged { .. } | Self::Malformed { .. } | Self::TooMany { .. } => {
                "get it again from its source, or sign the profile again"
            }
            Self::OtherContent { .. } => {
                "an encrypted profile can only be opened by the device it was made for: get the plain one"
            }
            Self::Detached => {
                "sign with the content inside: `kextpolicy sign`, or `openssl cms -sign -nodetach`"
            }
        }
    }
}
