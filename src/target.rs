//! The MDM server a profile is made for.

/// Where a profile will be uploaded. `docs/` has a page for Jamf Pro and one for Intune.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub(crate) enum Target {
    /// Any MDM server: Apple's rules only.
    Generic,
    /// Jamf Pro.
    Jamf,
    /// Microsoft Intune.
    Intune,
}

impl Target {
    /// Every target, in the order files are written.
    pub(crate) const ALL: [Self; 3] = [Self::Generic, Self::Jamf, Self::Intune];

    /// The word used in the policy file, on the command line and in file names.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::Jamf => "jamf",
            Self::Intune => "intune",
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
