//! What the policy says: its entries, in the same words for kernel and system extensions.

use crate::extension::{ExtensionKind, SystemExtensionType};
use crate::identifier::BundleIdentifier;
use crate::policy::{Bundles, Notes, Policy, Team};
use crate::profile::allowed::Removal;
use crate::source::{Span, Spanned};

/// An entry of the policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PolicyEntry<'a> {
    /// Kernel or system extensions.
    pub(crate) kind: ExtensionKind,
    /// The Team ID; empty for kernel extensions without one.
    pub(crate) team: &'a str,
    /// Where the team stands.
    pub(crate) span: Span,
    /// Which of its extensions.
    pub(crate) bundles: &'a Bundles,
    /// Its types; `None` for all.
    pub(crate) types: Option<&'a [Spanned<SystemExtensionType>]>,
    /// What it says about removal, one list for each [`Removal`].
    removal: [&'a [Spanned<BundleIdentifier>]; 3],
    pub(crate) notes: &'a Notes,
}

impl<'a> PolicyEntry<'a> {
    /// The extensions listed; none when the whole team is allowed.
    pub(crate) fn listed(&self) -> &'a [Spanned<BundleIdentifier>] {
        match self.bundles {
            Bundles::All(_) => &[],
            Bundles::Listed(listed) => listed,
        }
    }

    /// The span of `bundle_ids: all`.
    pub(crate) fn whole(&self) -> Option<Span> {
        match self.bundles {
            Bundles::All(span) => Some(*span),
            Bundles::Listed(_) => None,
        }
    }

    /// The extensions in one of its lists about removal.
    pub(crate) fn removal(&self, removal: Removal) -> &'a [Spanned<BundleIdentifier>] {
        match removal {
            Removal::Removable => self.removal[0],
            Removal::NonRemovable => self.removal[1],
            Removal::NonRemovableFromUi => self.removal[2],
        }
    }
}

/// The key of the policy for a list about removal.
pub(crate) const fn policy_key(removal: Removal) -> &'static str {
    match removal {
        Removal::Removable => "removable",
        Removal::NonRemovable => "non_removable",
        Removal::NonRemovableFromUi => "non_removable_from_ui",
    }
}

pub(super) fn entries(policy: &Policy) -> impl Iterator<Item = PolicyEntry<'_>> {
    let kernel = policy.kernel_extensions.iter().flat_map(|block| {
        block.allowed.iter().map(|entry| {
            let (team, span) = match &entry.team {
                Team::Identified(team) => (team.value.as_str(), team.span),
                Team::Unsigned(span) => ("", *span),
            };
            PolicyEntry {
                kind: ExtensionKind::Kernel,
                team,
                span,
                bundles: &entry.bundles,
                types: None,
                removal: [&[]; 3],
                notes: &entry.notes,
            }
        })
    });
    let system = policy.system_extensions.iter().flat_map(|block| {
        block.allowed.iter().map(|entry| PolicyEntry {
            kind: ExtensionKind::System,
            team: entry.team.value.as_str(),
            span: entry.team.span,
            bundles: &entry.bundles,
            types: entry.types.as_deref(),
            removal: [
                &entry.removable,
                &entry.non_removable,
                &entry.non_removable_from_ui,
            ],
            notes: &entry.notes,
        })
    });
    kernel.chain(system)
}
