//! What a policy allows, as the lists of a payload: sorted, so that the order in the policy changes no profile.

use std::collections::BTreeMap;

use crate::extension::SystemExtensionType;
use crate::identifier::BundleIdentifier;
use crate::policy::{Bundles, KernelExtensions, SystemExtensionEntry, SystemExtensions, Team};
use crate::source::Spanned;

/// A key of a payload whose value is a dictionary of lists by Team ID. Never empty.
#[derive(Clone, Debug)]
pub(super) struct PerTeam<'a> {
    /// Apple's name of the key.
    pub(super) key: &'static str,
    /// The teams, by their ID.
    pub(super) teams: Vec<Items<'a>>,
}

/// The list of one team. Never empty.
#[derive(Clone, Debug)]
pub(super) struct Items<'a> {
    /// The Team ID; empty for kexts that nobody signed.
    pub(super) id: &'a str,
    /// Bundle IDs by name, or types in Apple's order.
    pub(super) items: Vec<&'a str>,
}

/// The lists of a payload.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists<'a> {
    /// `AllowedTeamIdentifiers`.
    pub(super) whole_teams: Vec<&'a str>,
    /// What is allowed per team, in the order of the keys' names.
    pub(super) allowed: Vec<PerTeam<'a>>,
    /// Who may remove what, in the order of the keys' names.
    pub(super) removability: Vec<PerTeam<'a>>,
}

/// Lists by team, while they are gathered.
type Gathered<'a> = BTreeMap<&'a str, Vec<&'a str>>;

/// The lists of a kernel-extension payload.
pub(super) fn kernel(block: &KernelExtensions) -> Lists<'_> {
    let mut whole_teams = Vec::new();
    let mut allowed = Gathered::new();
    for entry in &block.allowed {
        let team = match &entry.team {
            Team::Identified(team) => team.value.as_str(),
            Team::Unsigned(_) => "",
        };
        match &entry.bundles {
            Bundles::All(_) => whole_teams.push(team),
            Bundles::Listed(bundles) => allowed.entry(team).or_default().extend(texts(bundles)),
        }
    }
    whole_teams.sort_unstable();
    Lists {
        whole_teams,
        allowed: by_name([("AllowedKernelExtensions", allowed)]),
        removability: Vec::new(),
    }
}

/// The lists of a system-extension payload that every macOS reads.
pub(super) fn system(block: &SystemExtensions) -> Lists<'_> {
    let mut whole_teams = Vec::new();
    let mut extensions = Gathered::new();
    let mut types = Gathered::new();
    let mut removable = Gathered::new();
    for entry in &block.allowed {
        let team = entry.team.value.as_str();
        match &entry.bundles {
            Bundles::All(_) => whole_teams.push(team),
            Bundles::Listed(bundles) => gather(&mut extensions, entry, bundles),
        }
        if let Some(wanted) = &entry.types {
            let of_team = types.entry(team).or_default();
            of_team.extend(
                SystemExtensionType::ALL
                    .into_iter()
                    .filter(|kind| wanted.iter().any(|wanted| wanted.value == *kind))
                    .map(SystemExtensionType::name),
            );
        }
        gather(&mut removable, entry, &entry.removable);
    }
    whole_teams.sort_unstable();
    Lists {
        whole_teams,
        allowed: by_name([("AllowedSystemExtensions", extensions)])
            .into_iter()
            .chain(in_order([("AllowedSystemExtensionTypes", types)]))
            .collect(),
        removability: by_name([("RemovableSystemExtensions", removable)]),
    }
}

/// The lists of the payload that needs macOS 15; `None` if the policy has nothing to say there.
///
/// It approves nothing: a Mac adds up the values of all its profiles, and the approvals stand in the other file. What it
/// depends on is `AllowUserOverrides`, without which these keys do nothing.
pub(super) fn system_macos15(block: &SystemExtensions) -> Option<Lists<'_>> {
    let mut from_ui = Gathered::new();
    let mut everywhere = Gathered::new();
    for entry in &block.allowed {
        gather(&mut from_ui, entry, &entry.non_removable_from_ui);
        gather(&mut everywhere, entry, &entry.non_removable);
    }
    let removability = by_name([
        ("NonRemovableFromUISystemExtensions", from_ui),
        ("NonRemovableSystemExtensions", everywhere),
    ]);
    (!removability.is_empty()).then(|| Lists {
        removability,
        ..Lists::default()
    })
}

/// Adds the bundle IDs of an entry to its team.
fn gather<'a>(
    lists: &mut Gathered<'a>,
    entry: &'a SystemExtensionEntry,
    bundles: &'a [Spanned<BundleIdentifier>],
) {
    if !bundles.is_empty() {
        let team = entry.team.value.as_str();
        lists.entry(team).or_default().extend(texts(bundles));
    }
}

/// Bundle IDs as text.
fn texts(bundles: &[Spanned<BundleIdentifier>]) -> impl Iterator<Item = &str> {
    bundles.iter().map(|bundle| bundle.value.as_str())
}

/// The keys that have a value, items by name.
fn by_name<'a, const N: usize>(keys: [(&'static str, Gathered<'a>); N]) -> Vec<PerTeam<'a>> {
    let mut lists = in_order(keys);
    for items in lists.iter_mut().flat_map(|list| &mut list.teams) {
        items.items.sort_unstable();
    }
    lists
}

/// The keys that have a value, items as they are.
fn in_order<'a, const N: usize>(keys: [(&'static str, Gathered<'a>); N]) -> Vec<PerTeam<'a>> {
    keys.into_iter()
        .filter(|(_, teams)| !teams.is_empty())
        .map(|(key, teams)| PerTeam {
            key,
            teams: teams
                .into_iter()
                .map(|(id, items)| Items { id, items })
                .collect(),
        })
        .collect()
}
