//! Why a file is not fixed, and what to do instead.

/// Why a file is not fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Every change breaks the signature.
    Signed,
    /// There is no text to edit.
    Binary,
    /// The text had to be decoded, so places in it are not places in the file.
    Recoded,
    /// The fixed file could not be read as well as the file before.
    Worse,
    /// Fixes still change the file after all rounds.
    Unsettled,
}

impl Refusal {
    /// The reason, to follow the name of the file.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Signed => "it is signed, and any change would break the signature",
            Self::Binary => "it is a binary property list",
            Self::Recoded => "it is not UTF-8",
            Self::Worse => "the fixed file would be harder to read than it is now",
            Self::Unsettled => "its fixes undo each other",
        }
    }

    /// What to say in place of a remedy.
    pub(crate) const fn instead(self) -> &'static str {
        match self {
            Self::Signed => {
                "the profile is signed: take it out with `kextpolicy show --raw`, fix that, and sign it again"
            }
            Self::Binary => {
                "the profile is binary: write it as XML with `kextpolicy show --raw`, and fix that"
            }
            Self::Recoded | Self::Worse | Self::Unsettled => self.help(),
        }
    }

    /// What to do instead.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Self::Signed => {
                "extract the profile with `kextpolicy show --raw`, fix the extracted file, and sign it again with `kextpolicy sign`"
            }
            Self::Binary => "write it as XML with `kextpolicy show --raw`, and fix that",
            Self::Recoded => "save it as UTF-8, and fix that",
            Self::Worse | Self::Unsettled => {
                "fix it by hand as the findings say, and please report this: it is a fault of kextpolicy"
            }
        }
    }
}
