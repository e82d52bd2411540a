//! The lists of one extension policy, looked through once, and every name in them: what rules about Team IDs and bundle
//! IDs are given, so that none of them walks a list itself.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use super::field::{PerTeam, Strings, TeamEntry, Text};
use super::known::KnownKey;
use super::{Common as _, ExtensionPolicy};
use crate::identifier::{
    BundleIdentifier, BundleIdentifierError, TeamIdentifier, TeamIdentifierError,
};
use crate::suggest::Words;

type ByTeam<'d> = HashMap<Cow<'d, str>, HashMap<Cow<'d, str>, Text<'d>>>;

/// An extension policy and the teams that it names.
#[derive(Debug)]
pub(crate) struct Approvals<'d> {
    pub(crate) policy: ExtensionPolicy<'d>,
    whole: HashMap<Cow<'d, str>, Text<'d>>,
    listed: HashMap<Cow<'d, str>, TeamEntry<'d>>,
    has_mistyped_team: OnceCell<bool>,
    /// Every name by key and team. Only rules about removal ask for it, which few policies speak of.
    names: OnceCell<HashMap<KnownKey, ByTeam<'d>>>,
    /// What is allowed of each team, to find what a name that is not allowed was meant to be.
    words: OnceCell<HashMap<Cow<'d, str>, Words>>,
}

impl<'d> Approvals<'d> {
    pub(crate) fn new(policy: ExtensionPolicy<'d>) -> Self {
        let mut whole = HashMap::new();
        for team in policy.allowed_team_identifiers().iter() {
            whole.entry(team.value.clone()).or_insert(team);
        }
        let entries = policy.allowed().teams();
        let listed: HashMap<_, _> = entries
            .map(|entry| (entry.team.value.clone(), entry))
            .collect();
        Self {
            policy,
            whole,
            listed,
            has_mistyped_team: OnceCell::new(),
            names: OnceCell::new(),
            words: OnceCell::new(),
        }
    }

    /// Whether nothing is allowed, be it of a team or by name.
    pub(crate) fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.listed.is_empty()
    }

    /// Whether something is allowed of a text that is not a Team ID.
    pub(crate) fn has_mistyped_team(&self) -> bool {
        *self.has_mistyped_team.get_or_init(|| {
            let mut teams = self.whole.keys().chain(self.listed.keys());
            teams.any(|team| TeamIdentifier::check(team).is_err())
        })
    }

    /// Where `AllowedTeamIdentifiers` names a team.
    pub(crate) fn whole(&self, team: &str) -> Option<&Text<'d>> {
        self.whole.get(team)
    }

    /// What is allowed of a team by name.
    pub(crate) fn listed(&self, team: &str) -> Option<&TeamEntry<'d>> {
        self.listed.get(team)
    }

    /// The names that are allowed of a team.
    pub(crate) fn words(&self, team: &str) -> Option<&Words> {
        let all = self.words.get_or_init(|| {
            let words = |entry: &TeamEntry<'d>| Words::new(entry.listed.texts());
            let listed = self.listed.iter();
            listed
                .map(|(team, entry)| (team.clone(), words(entry)))
                .collect()
        });
        all.get(team)
    }

    /// Where the dictionary with this key lists a name for a team.
    pub(crate) fn find(&self, key: KnownKey, team: &str, name: &str) -> Option<&Text<'d>> {
        let names = self.names.get_or_init(|| {
            let mut names: HashMap<KnownKey, ByTeam<'d>> = HashMap::new();
            for own in self.names().listed {
                let of_team = names.entry(own.key).or_default();
                let listed = of_team.entry(own.team.value).or_default();
                listed.entry(own.text.value.clone()).or_insert(own.text);
            }
            names
        });
        names.get(&key)?.get(team)?.get(name)
    }

    /// The Team IDs in `AllowedTeamIdentifiers` of which nothing is listed by name.
    pub(crate) fn teams_not_also_listed(&self) -> Vec<Text<'d>> {
        let is_only_whole = |team: &Text<'_>| {
            self.listed(team.as_str()).is_none() && TeamIdentifier::check(team.as_str()).is_ok()
        };
        let teams = self.policy.allowed_team_identifiers().iter();
        teams.filter(is_only_whole).collect()
    }

    /// Every dictionary by team: what is allowed first, then the others.
    pub(crate) fn dictionaries(&self) -> impl Iterator<Item = (KnownKey, PerTeam<'d>)> {
        let keyed = self.policy.payload().keyed();
        std::iter::once(self.policy.allowed_key())
            .chain(self.policy.other_keys().iter().copied())
            .map(move |key| (key, PerTeam::of_key(keyed, key)))
    }

    /// Every name in every list.
    pub(crate) fn names(&self) -> Names<'_, 'd> {
        let mut names = Names::default();
        let whole = self.policy.allowed_team_identifiers();
        names.lists.push((KnownKey::Teams, whole));
        for text in whole.iter() {
            names.add_team(self, KnownKey::Teams, text, PerTeam::default());
        }
        for (key, dictionary) in self.dictionaries() {
            for entry in dictionary.teams() {
                names.lists.push((key, entry.listed));
                for text in entry.listed.iter() {
                    names.listed.push(ListedName {
                        approvals: self,
                        key,
                        team: entry.team.clone(),
                        fault: BundleIdentifier::check(text.as_str()).err(),
                        text,
                    });
                }
                names.add_team(self, key, entry.team, dictionary);
            }
        }
        names
    }
}

/// Every name in the lists of one policy, in their order.
#[derive(Debug, Default)]
pub(crate) struct Names<'a, 'd> {
    pub(crate) teams: Vec<TeamName<'a, 'd>>,
    /// Bundle IDs, and in one dictionary types.
    pub(crate) listed: Vec<ListedName<'a, 'd>>,
    /// The lists themselves, each with its key.
    pub(crate) lists: Vec<(KnownKey, Strings<'d>)>,
}

impl<'a, 'd> Names<'a, 'd> {
    fn add_team(
        &mut self,
        approvals: &'a Approvals<'d>,
        key: KnownKey,
        text: Text<'d>,
        siblings: PerTeam<'d>,
    ) {
        self.teams.push(TeamName {
            approvals,
            key,
            fault: TeamIdentifier::check(text.as_str()).err(),
            text,
            siblings,
        });
    }
}

/// A text that should be a Team ID.
#[derive(Debug)]
pub(crate) struct TeamName<'a, 'd> {
    pub(crate) approvals: &'a Approvals<'d>,
    /// The key of the list or dictionary it is in.
    pub(crate) key: KnownKey,
    pub(crate) text: Text<'d>,
    /// Why it is not a Team ID.
    pub(crate) fault: Option<TeamIdentifierError>,
    /// The dictionary it is a key of; empty for an item of a list.
    pub(crate) siblings: PerTeam<'d>,
}

/// A text that is listed for a team.
#[derive(Debug)]
pub(crate) struct ListedName<'a, 'd> {
    pub(crate) approvals: &'a Approvals<'d>,
    /// The key of the dictionary it is in.
    pub(crate) key: KnownKey,
    pub(crate) team: Text<'d>,
    pub(crate) text: Text<'d>,
    /// Why it is not a bundle ID.
    pub(crate) fault: Option<BundleIdentifierError>,
}

impl ListedName<'_, '_> {
    /// Whether it stands where extensions are allowed.
    pub(crate) fn is_allowed(&self) -> bool {
        self.key == self.approvals.policy.allowed_key()
    }
}
