//! The bundle IDs that the policy lists, by name: a profile may allow ten thousand, and each is looked up.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::PolicyEntry;
use crate::extension::ExtensionKind;
use crate::identifier::BundleIdentifier;
use crate::profile::allowed::Removal;
use crate::source::Spanned;

/// What the policy lists.
#[derive(Debug, Default)]
pub(super) struct Listed<'a> {
    /// By kind, team and bundle ID.
    exact: BTreeMap<(ExtensionKind, &'a str, &'a str), &'a Spanned<BundleIdentifier>>,
    /// The same with the bundle ID in lower case; of several the first.
    by_lower_case: BTreeMap<(ExtensionKind, &'a str, String), &'a Spanned<BundleIdentifier>>,
    /// The lists about removal.
    removal: BTreeSet<(Removal, &'a str, &'a str)>,
}

impl<'a> Listed<'a> {
    /// Adds what an entry lists.
    pub(super) fn add(&mut self, entry: &PolicyEntry<'a>) {
        let (kind, team) = (entry.kind, entry.team);
        for listed in entry.listed() {
            let bundle = listed.value.as_str();
            let (exact, lower) = ((kind, team, bundle), bundle.to_ascii_lowercase());
            self.exact.entry(exact).or_insert(listed);
            self.by_lower_case
                .entry((kind, team, lower))
                .or_insert(listed);
        }
        for removal in Removal::ALL {
            let listed = entry.removal(removal).iter();
            self.removal
                .extend(listed.map(|listed| (removal, team, listed.value.as_str())));
        }
    }

    /// The extension as it is listed.
    pub(super) fn find(
        &self,
        kind: ExtensionKind,
        team: &str,
        bundle: &str,
    ) -> Option<&'a Spanned<BundleIdentifier>> {
        self.exact.get(&(kind, team, bundle)).copied()
    }

    /// The first listed extension that differs at most in case.
    pub(super) fn in_other_case(
        &self,
        kind: ExtensionKind,
        team: &str,
        bundle: &str,
    ) -> Option<&'a Spanned<BundleIdentifier>> {
        let lower = bundle.to_ascii_lowercase();
        self.by_lower_case.get(&(kind, team, lower)).copied()
    }

    /// Whether an extension of a team is in a list about removal.
    pub(super) fn removal(&self, removal: Removal, team: &str, bundle: &str) -> bool {
        self.removal.contains(&(removal, team, bundle))
    }
}
