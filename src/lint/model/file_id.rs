//! Which file of a run a finding is about.

use crate::source::to_u32;

/// A file of the run. Ordered as reports show them: profiles first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum FileId {
    /// A profile, by its number in the order of the names.
    Profile(u32),
    /// How the run checks.
    Config,
    Baseline,
    /// What the profiles are held against.
    Policy,
}

impl FileId {
    /// The profile with this number in a list.
    pub(crate) fn profile(number: usize) -> Self {
        Self::Profile(to_u32(number))
    }

    /// Where it is in a list of all profiles; `None` for the others.
    pub(crate) fn number(self) -> Option<usize> {
        match self {
            Self::Profile(number) => Some(number as usize),
            Self::Config | Self::Baseline | Self::Policy => None,
        }
    }

    /// The word for people.
    pub(crate) const fn role(self) -> &'static str {
        match self {
            Self::Profile(_) => "profile",
            Self::Config => "configuration",
            Self::Baseline => "baseline",
            Self::Policy => "policy",
        }
    }
}
