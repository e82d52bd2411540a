//! The Macs that profiles are for, and the descriptions that they are held against.

use super::support::Version;
use super::{BUILT_IN, Table};

/// A version of macOS without its third number: a Mac is expected to have the last update of its version.
pub(crate) type Release = (u16, u16);

/// The Macs that a profile is for, as far as the user said so, and what is known of macOS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fleet {
    pub(crate) table: &'static Table,
    /// `minimum_os`.
    pub(crate) oldest: Option<Release>,
    /// `newest_os`.
    pub(crate) newest: Option<Release>,
}

impl Default for Fleet {
    fn default() -> Self {
        Self {
            table: &BUILT_IN,
            oldest: None,
            newest: None,
        }
    }
}

impl Fleet {
    /// Whether the user named Macs: then no profile is for an iPhone, and none for the Macs of yesterday.
    pub(crate) fn is_named(self) -> bool {
        self.oldest.or(self.newest).is_some()
    }

    /// Whether there are Macs with this version or a later one, as the user said.
    pub(crate) fn reaches(self, version: Version) -> bool {
        self.newest.max(self.oldest) >= Some(version.release())
    }

    /// Whether all Macs have this version or a later one, as the user said.
    pub(crate) fn is_all_from(self, version: Version) -> bool {
        self.oldest >= Some(version.release())
    }

    /// Whether there are Macs without this version, as the user said.
    pub(crate) fn has_older_than(self, version: Version) -> bool {
        let oldest = self.oldest.or(self.newest);
        oldest.is_some_and(|oldest| oldest < version.release())
    }
}

impl Version {
    /// Without its third number.
    pub(crate) fn release(self) -> Release {
        (self.0, self.1)
    }
}
