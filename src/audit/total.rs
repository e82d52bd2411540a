//! What a Mac with all these profiles would allow, with the place of every entry.
//!
//! Apple states how several system-extension profiles combine: `AllowUserOverrides` is false if any profile says
//! false, everything else is added up. For kernel extensions Apple states no rule; the entries are added up here too,
//! and contradictions are named instead of resolved.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{Content, File};
use super::origin::Origin;
use crate::extension::ExtensionKind;
use crate::profile::allowed::{Removal, What};

/// Everything that is allowed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Total {
    /// Per kind; a kind that no profile is about is missing.
    pub(crate) kinds: BTreeMap<ExtensionKind, Side>,
}

/// What is allowed of one kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Side {
    /// The profiles that are about it.
    pub(crate) files: BTreeSet<String>,
    /// What each payload says of `AllowUserOverrides`.
    pub(crate) user_overrides: Vec<(bool, Origin)>,
    /// What each payload says of `AllowNonAdminUserApprovals`.
    pub(crate) non_admin_approvals: Vec<(bool, Origin)>,
    /// By Team ID; the empty one stands for kernel extensions without one.
    pub(crate) teams: BTreeMap<String, Team>,
}

/// What is allowed of one team.
#[derive(Clone, Debug, Default)]
pub(crate) struct Team {
    /// Where the whole team is allowed.
    pub(crate) whole: Vec<Origin>,
    /// The extensions allowed by name.
    pub(crate) bundles: BTreeMap<String, Vec<Origin>>,
    /// The types the team is narrowed to, by profile.
    pub(crate) types: Vec<(Vec<String>, Origin)>,
    /// The lists about removal.
    pub(crate) removal: BTreeMap<(Removal, String), Vec<Origin>>,
}

impl Total {
    /// Adds the profiles up as a Mac takes them: files that could not be read count for nothing, and neither do extension
    /// policies for a user.
    pub(crate) fn on_macs<'f>(files: impl IntoIterator<Item = &'f File>) -> Self {
        let counts = |file: &&File| file.content.as_ref().is_ok_and(Content::counts);
        Self::of(files.into_iter().filter(counts))
    }

    /// Adds up what the profiles say, whomever they are for.
    pub(crate) fn of<'f>(files: impl IntoIterator<Item = &'f File>) -> Self {
        let mut total = Self::default();
        for file in files {
            let Ok(content) = &file.content else {
                continue;
            };
            for placed in &content.statements {
                let side = total.kinds.entry(placed.statement.kind).or_default();
                side.files.insert(file.path.clone());
                side.add(&placed.statement.what, &placed.origin);
            }
        }
        total
    }
}

impl Side {
    fn add(&mut self, what: &What, origin: &Origin) {
        let origin = origin.clone();
        match what {
            What::UserOverrides(allowed) => self.user_overrides.push((*allowed, origin)),
            What::NonAdminApprovals(allowed) => self.non_admin_approvals.push((*allowed, origin)),
            What::Team(team) => self.team(team).whole.push(origin),
            What::Bundle(team, bundle) => {
                let bundles = &mut self.team(team).bundles;
                bundles.entry(bundle.to_string()).or_default().push(origin);
            }
            What::Types(team, types) => {
                let types = types.iter().map(ToString::to_string).collect();
                self.team(team).types.push((types, origin));
            }
            What::Removal(removal, team, bundle) => {
                let removal_lists = &mut self.team(team).removal;
                let entry = removal_lists.entry((*removal, bundle.to_string()));
                entry.or_default().push(origin);
            }
        }
    }

    fn team(&mut self, team: &str) -> &mut Team {
        self.teams.entry(team.to_owned()).or_default()
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

impl Team {
    /// The types the team may use: what all lists name together; `None` for every type.
    pub(crate) fn types(&self) -> Option<BTreeSet<&str>> {
        if self.types.is_empty() {
            return None;
        }
        let named = self.types.iter().flat_map(|(types, _)| types);
        Some(named.map(String::as_str).collect())
    }

    /// Whether it allows an extension at all; lists about types and removal allow nothing by themselves.
    pub(crate) fn allows_something(&self) -> bool {
        !self.whole.is_empty() || !self.bundles.is_empty()
    }
}

/// The value that all of them say; `None` when they differ.
fn agreed(said: &[(bool, Origin)]) -> Option<bool> {
    let first = said.first()?.0;
    said.iter()
        .all(|(value, _)| *value == first)
        .then_some(first)
}
