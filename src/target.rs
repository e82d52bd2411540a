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

    /// The target in the name of a file that `render` wrote: `NAME.jamf.mobileconfig`.
    pub(crate) fn of_file(path: &str) -> Option<Self> {
        Self::of_identifier(path.strip_suffix(".mobileconfig")?)
    }

    /// The target that an identifier ends with, as those do that `render` writes.
    pub(crate) fn of_identifier(text: &str) -> Option<Self> {
        let (_, word) = text.rsplit_once('.')?;
        Self::ALL.into_iter().find(|target| target.name() == word)
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
