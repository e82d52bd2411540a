//! How bad a finding is, in SARIF's three words, so that no format needs a mapping.

/// Severity of a finding, ordered from harmless to harmful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Severity {
    /// Worth knowing; nothing fails because of it.
    Note,
    /// Looks wrong, or works only in some places.
    Warning,
    /// A Mac or an MDM server refuses it, or it opens more than was meant.
    Error,
}

impl Severity {
    /// The word used in every format.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
