//! What a Mac with all these profiles would allow, with the place of every entry.
//!
//! Apple states how several system-extension profiles combine: `AllowUserOverrides` is false if any profile says
//! false, everything else is added up. For kernel extensions Apple states no rule; the entries are added up here too,
//! and contradictions are named instead of resolved.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{Content, File, Placed};
use super::origin::Origin;
use crate::extension::ExtensionKind;
use crate::profile::allowed::{Removal, What};

/// Everything that is allowed, in the words of the files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Total<'f> {
    /// Per kind; a kind that no profile is about is missing.
    pub(crate) kinds: BTreeMap<ExtensionKind, Side<'f>>,
}

/// What is allowed of one kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Side<'f> {
    /// What each payload says of `AllowUserOverrides`.
    pub(crate) user_overrides: Vec<(bool, &'f Origin)>,
    /// What each payload says of `AllowNonAdminUserApprovals`.
    pub(crate) non_admin_approvals: Vec<(bool, &'f Origin)>,
    /// By Team ID; the empty one stands for kernel extensions without one.
    pub(crate) teams: BTreeMap<&'f str, Team<'f>>,
}

/// What is allowed of one team.
#[derive(Clone, Debug, Default)]
pub(crate) struct Team<'f> {
    /// Where the whole team is allowed.
    pub(crate) whole: Vec<&'f Origin>,
    /// The extensions allowed by name.
    pub(crate) bundles: BTreeMap<&'f str, Vec<&'f Origin>>,
    /// The types the team is narrowed to, by profile.
    pub(crate) types: Vec<(&'f [Box<str>], &'f Origin)>,
    /// The lists about removal.
    pub(crate) removal: BTreeMap<(Removal, &'f str), Vec<&'f Origin>>,
}

impl<'f> Total<'f> {
    /// Adds the profiles up as a Mac takes them: files that could not be read count for nothing, and neither do extension
    /// policies for a user.
    pub(crate) fn on_macs(files: impl IntoIterator<Item = &'f File>) -> Self {
        Self::on_macs_of(files, |_| true)
    }

    /// The same of some statements.
    pub(crate) fn on_macs_of(
        files: impl IntoIterator<Item = &'f File>,
        counts: impl Fn(&What) -> bool,
    ) -> Self {
        let is_taken = |file: &&File| file.content.as_ref().is_ok_and(Content::counts);
        Self::adding(files.into_iter().filter(is_taken), counts)
    }

    /// Adds up what the profiles say, whomever they are for.
    pub(crate) fn of(files: impl IntoIterator<Item = &'f File>) -> Self {
        Self::adding(files.into_iter(), |_| true)
    }

    fn adding(files: impl Iterator<Item = &'f File>, counts: impl Fn(&What) -> bool) -> Self {
        let mut total = Self::default();
        for content in files.filter_map(|file| file.content.as_ref().ok()) {
            let said = content.statements.iter();
            for Placed { statement, origin } in said.filter(|own| counts(&own.statement.what)) {
                let side = total.kinds.entry(statement.kind).or_default();
                side.add(&statement.what, origin);
            }
        }
        total
    }
}

impl<'f> Side<'f> {
    fn add(&mut self, what: &'f What, origin: &'f Origin) {
        match what {
            What::UserOverrides(allowed) => self.user_overrides.push((*allowed, origin)),
            What::NonAdminApprovals(allowed) => self.non_admin_approvals.push((*allowed, origin)),
            What::Team(team) => self.team(team).whole.push(origin),
            What::Bundle(team, bundle) => {
                let bundles = &mut self.team(team).bundles;
                bundles.entry(bundle).or_default().push(origin);
            }
            What::Types(team, types) => self.team(team).types.push((types, origin)),
            What::Removal(removal, team, bundle) => {
                let lists = &mut self.team(team).removal;
                lists.entry((*removal, bundle)).or_default().push(origin);
            }
        }
    }

    fn team(&mut self, team: &'f str) -> &mut Team<'f> {
        self.teams.entry(team).or_default()
    }

    /// Whether people may approve others. For system extensions one false wins, which is Apple's rule; for kernel
    /// extensions Apple states none, and a contradiction is `None`.
    pub(crate) fn user_overrides(&self, kind: ExtensionKind) -> Option<bool> {
        match (kind, agreed(&self.user_overrides)) {
            (_, Some(allowed)) => Some(allowed),
            (ExtensionKind::System, None) => Some(false),
            (ExtensionKind::Kernel, None) => None,
        }
    }

    /// Whether standard users may approve; `None` for a contradiction.
    pub(crate) fn non_admin_approvals(&self) -> Option<bool> {
        if self.non_admin_approvals.is_empty() {
            return Some(false);
        }
        agreed(&self.non_admin_approvals)
    }
}

impl Team<'_> {
    /// The types the team may use: what all lists name together; `None` for every type.
    pub(crate) fn types(&self) -> Option<BTreeSet<&str>> {
        if self.types.is_empty() {
            return None;
        }
        let named = self.types.iter().flat_map(|(types, _)| *types);
        Some(named.map(|own| &**own).collect())
    }

    /// Whether it allows an extension at all; lists about types and removal allow nothing by themselves.
    pub(crate) fn allows_something(&self) -> bool {
        !self.whole.is_empty() || !self.bundles.is_empty()
    }
}

/// The value that all of them say; `None` when they differ.
fn agreed(said: &[(bool, &Origin)]) -> Option<bool> {
    let first = said.first()?.0;
    said.iter()
        .all(|(value, _)| *value == first)
        .then_some(first)
}
