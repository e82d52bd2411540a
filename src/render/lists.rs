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
    let mut lists = allowed(block.allowed.iter().map(|entry| (entry, None)));
    let mut removable = Gathered::new();
    for entry in &block.allowed {
        gather(&mut removable, entry, &entry.removable);
    }
    lists.removability = by_name([("RemovableSystemExtensions", removable)]);
    lists
}

/// The lists of the payload that needs macOS 15; `None` if the policy has nothing to say there.
///
/// It repeats what the policy allows of the extensions it is about, so that it holds on its own: the values of all
/// profiles on a Mac are added up, and by themselves these approve nothing more than the other file does.
pub(super) fn system_macos15(block: &SystemExtensions) -> Option<Lists<'_>> {
    let mut kept = Vec::new();
    let mut from_ui = Gathered::new();
    let mut everywhere = Gathered::new();
    for entry in &block.allowed {
        let mut named: Vec<&str> = texts(&entry.non_removable)
            .chain(texts(&entry.non_removable_from_ui))
            .collect();
        if named.is_empty() {
            continue;
        }
        named.sort_unstable();
        named.dedup();
        kept.push((entry, Some(named)));
        gather(&mut from_ui, entry, &entry.non_removable_from_ui);
        gather(&mut everywhere, entry, &entry.non_removable);
    }
    if kept.is_empty() {
        return None;
    }
    let mut lists = allowed(kept.into_iter());
    lists.removability = by_name([
        ("NonRemovableFromUISystemExtensions", from_ui),
        ("NonRemovableSystemExtensions", everywhere),
    ]);
    Some(lists)
}

/// What entries allow; of the listed extensions only those named, if any are.
fn allowed<'a>(
    entries: impl Iterator<Item = (&'a SystemExtensionEntry, Option<Vec<&'a str>>)>,
) -> Lists<'a> {
    let mut whole_teams = Vec::new();
    let mut extensions = Gathered::new();
    let mut types = Gathered::new();
    for (entry, only) in entries {
        let team = entry.team.value.as_str();
        match (&entry.bundles, only) {
            (Bundles::All(_), _) => whole_teams.push(team),
            (Bundles::Listed(_), Some(named)) => extensions.entry(team).or_default().extend(named),
            (Bundles::Listed(bundles), None) => {
                extensions.entry(team).or_default().extend(texts(bundles));
            }
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
    }
    whole_teams.sort_unstable();
    Lists {
        whole_teams,
        allowed: by_name([("AllowedSystemExtensions", extensions)])
            .into_iter()
            .chain(in_order([("AllowedSystemExtensionTypes", types)]))
            .collect(),
        removability: Vec::new(),
    }
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
