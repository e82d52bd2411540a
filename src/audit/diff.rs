//! What changed in meaning between two states, and what that does on a Mac.
//!
//! Approvals are compared in total, so that moving one to another file changes nothing; identities are compared
//! profile by profile.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{File, Origin};
use super::profiles::{collisions, profiles};
use super::total::{Side, Team, Total};
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::profile::allowed::Removal;

/// What a change does on a Mac, from harmless to harmful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tier {
    /// The profile is updated in place.
    Updated,
    /// The profile is removed and installed again: its identity changed.
    Reinstalled,
    /// Less is allowed.
    Narrowed,
    /// Profiles replace each other: their identifiers collide.
    Replaced,
    /// More is allowed.
    Widened,
}

impl Tier {
    /// Every tier, worst first: the order in reports.
    pub(crate) const ALL: [Self; 5] = [
        Self::Widened,
        Self::Replaced,
        Self::Narrowed,
        Self::Reinstalled,
        Self::Updated,
    ];

    /// The word for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Reinstalled => "reinstalled",
            Self::Narrowed => "narrowed",
            Self::Replaced => "replaced",
            Self::Widened => "widened",
        }
    }

    /// What it means on a Mac.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Updated => "updated in place",
            Self::Reinstalled => "removed and installed again",
            Self::Narrowed => "less is allowed than before",
            Self::Replaced => "profiles replace each other",
            Self::Widened => "more is allowed than before",
        }
    }
}

/// One change.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Change {
    /// What it does.
    pub(crate) tier: Tier,
    /// What changed.
    pub(crate) message: String,
    /// Where it stood.
    pub(crate) old: Vec<Origin>,
    /// Where it stands.
    pub(crate) new: Vec<Origin>,
}

/// The result.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    /// The changes, worst first.
    pub(crate) changes: Vec<Change>,
    /// Files before and after that could not be read, with the reason.
    pub(crate) unreadable_old: Vec<(String, String)>,
    /// The same for the new state.
    pub(crate) unreadable_new: Vec<(String, String)>,
}

/// Compares two states.
pub(crate) fn compare(old: &[File], new: &[File]) -> Comparison {
    let (before, after) = (Total::of(old), Total::of(new));
    let mut changes = Vec::new();
    for kind in [ExtensionKind::Kernel, ExtensionKind::System] {
        let mut kinds = Kinds {
            kind,
            old: before.kinds.get(&kind),
            new: after.kinds.get(&kind),
            changes: &mut changes,
        };
        kinds.switches();
        kinds.teams();
    }
    collisions(old, new, &mut changes);
    profiles(old, new, &mut changes);
    changes.sort_by_key(|change| std::cmp::Reverse(change.tier));
    Comparison {
        changes,
        unreadable_old: unreadable(old),
        unreadable_new: unreadable(new),
    }
}

impl Comparison {
    /// Whether anything of a tier changed.
    pub(crate) fn has(&self, tier: Tier) -> bool {
        self.changes.iter().any(|change| change.tier == tier)
    }
}

/// The files that could not be read.
fn unreadable(files: &[File]) -> Vec<(String, String)> {
    let why = |file: &File| Some((file.path.clone(), file.content.as_ref().err()?.clone()));
    files.iter().filter_map(why).collect()
}

/// Both states of one kind.
struct Kinds<'a> {
    /// Which.
    kind: ExtensionKind,
    /// Before; `None` when no profile was about it.
    old: Option<&'a Side>,
    /// After.
    new: Option<&'a Side>,
    /// Where changes go.
    changes: &'a mut Vec<Change>,
}

impl Kinds<'_> {
    /// Adds a change.
    fn say(&mut self, tier: Tier, what: &str, old: Vec<Origin>, new: Vec<Origin>) {
        self.changes.push(Change {
            tier,
            message: format!("{}s: {what}", self.kind.name()),
            old,
            new,
        });
    }

    /// `AllowUserOverrides` and `AllowNonAdminUserApprovals`.
    fn switches(&mut self) {
        let places = |said: Option<&Vec<(bool, Origin)>>| -> Vec<Origin> {
            said.into_iter()
                .flatten()
                .map(|(_, origin)| origin.clone())
                .collect()
        };
        let overrides =
            |side: Option<&Side>, kind| side.map(|side| open(side.user_overrides(kind)));
        // Without any profile people decide for themselves.
        let old = overrides(self.old, self.kind).unwrap_or(true);
        let new = overrides(self.new, self.kind).unwrap_or(true);
        let was = places(self.old.map(|side| &side.user_overrides));
        let is = places(self.new.map(|side| &side.user_overrides));
        match (old, new) {
            (false, true) => self.say(Tier::Widened, "people may approve others now", was, is),
            (true, false) => self.say(
                Tier::Narrowed,
                "people may no longer approve others",
                was,
                is,
            ),
            // A new profile that spells it out is worth a look, even where nothing kept people from it before.
            (true, true)
                if self.old.is_none()
                    && self.new.is_some()
                    && self.kind == ExtensionKind::Kernel =>
            {
                self.say(
                    Tier::Widened,
                    "a new profile lets people approve others",
                    was,
                    is,
                );
            }
            _ => {}
        }
        let approvals =
            |side: Option<&Side>| side.is_some_and(|side| open(side.non_admin_approvals()));
        let was = places(self.old.map(|side| &side.non_admin_approvals));
        let is = places(self.new.map(|side| &side.non_admin_approvals));
        match (approvals(self.old), approvals(self.new)) {
            (false, true) => self.say(
                Tier::Widened,
                "people who are no administrators may approve them now",
                was,
                is,
            ),
            (true, false) => self.say(
                Tier::Narrowed,
                "people who are no administrators may no longer approve them",
                was,
                is,
            ),
            _ => {}
        }
    }

    /// Every team of either state.
    fn teams(&mut self) {
        let nothing = BTreeMap::new();
        let old = self.old.map_or(&nothing, |side| &side.teams);
        let new = self.new.map_or(&nothing, |side| &side.teams);
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let empty = Team::default();
        for name in names {
            let (was, is) = (
                old.get(name).unwrap_or(&empty),
                new.get(name).unwrap_or(&empty),
            );
            self.extensions(name, was, is);
            if was.allows_something() && is.allows_something() {
                self.types(name, was, is);
            }
            self.removal(name, was, is);
        }
    }

    /// What is allowed of one team: the whole of it, or extensions by name.
    fn extensions(&mut self, name: &str, was: &Team, is: &Team) {
        let team = team(name);
        let any = |side: &Team| side.bundles.values().flatten().cloned().collect::<Vec<_>>();
        match (was.whole.is_empty(), is.whole.is_empty()) {
            (true, false) if was.bundles.is_empty() => {
                self.say(
                    Tier::Widened,
                    &format!("{team}: every extension is allowed now"),
                    Vec::new(),
                    is.whole.clone(),
                );
            }
            (true, false) => self.say(
                Tier::Widened,
                &format!(
                    "{team}: every extension is allowed now, not only {} of them",
                    was.bundles.len()
                ),
                any(was),
                is.whole.clone(),
            ),
            (false, true) if is.bundles.is_empty() => {
                self.say(
                    Tier::Narrowed,
                    &format!("{team}: no extension is allowed any more"),
                    was.whole.clone(),
                    Vec::new(),
                );
            }
            (false, true) => self.say(
                Tier::Narrowed,
                &format!(
                    "{team}: only {} by name, no longer every extension",
                    is.bundles.len()
                ),
                was.whole.clone(),
                any(is),
            ),
            // With the whole team allowed on both sides, names change nothing.
            (false, false) => {}
            (true, true) => self.bundles(&team, was, is),
        }
    }

    /// Extensions by name.
    fn bundles(&mut self, team: &str, was: &Team, is: &Team) {
        let known = if was.bundles.is_empty() {
            ", a team not allowed before"
        } else {
            ""
        };
        for (bundle, places) in &is.bundles {
            if !was.bundles.contains_key(bundle) {
                let what = format!("{} of {team} is allowed now{known}", quoted(bundle));
                self.say(Tier::Widened, &what, Vec::new(), places.clone());
            }
        }
        for (bundle, places) in &was.bundles {
            if !is.bundles.contains_key(bundle) {
                let what = format!("{} of {team} is no longer allowed", quoted(bundle));
                self.say(Tier::Narrowed, &what, places.clone(), Vec::new());
            }
        }
    }

    /// The types a team is narrowed to.
    fn types(&mut self, name: &str, was: &Team, is: &Team) {
        let places = |side: &Team| {
            side.types
                .iter()
                .map(|(_, origin)| origin.clone())
                .collect::<Vec<_>>()
        };
        let shown = |types: &Option<BTreeSet<&str>>| match types {
            None => "every type".to_owned(),
            Some(types) if types.is_empty() => "no type".to_owned(),
            Some(types) => types
                .iter()
                .map(|name| quoted(name))
                .collect::<Vec<_>>()
                .join(", "),
        };
        let (old, new) = (was.types(), is.types());
        let wider = match (&old, &new) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(old), Some(new)) => !new.is_subset(old),
        };
        if old != new {
            let what = format!("{}: {} instead of {}", team(name), shown(&new), shown(&old));
            let tier = if wider { Tier::Widened } else { Tier::Narrowed };
            self.say(tier, &what, places(was), places(is));
        }
    }

    /// The lists about removal.
    fn removal(&mut self, name: &str, was: &Team, is: &Team) {
        let team = team(name);
        for ((removal, bundle), places) in &is.removal {
            if !was.removal.contains_key(&(*removal, bundle.clone())) {
                let what = format!("{} of {team}: {} now", quoted(bundle), removal.meaning());
                self.say(
                    removal_tier(*removal, true),
                    &what,
                    Vec::new(),
                    places.clone(),
                );
            }
        }
        for ((removal, bundle), places) in &was.removal {
            if !is.removal.contains_key(&(*removal, bundle.clone())) {
                let what = format!(
                    "{} of {team}: no longer in `{}`",
                    quoted(bundle),
                    removal.key()
                );
                self.say(
                    removal_tier(*removal, false),
                    &what,
                    places.clone(),
                    Vec::new(),
                );
            }
        }
    }
}

/// What a list about removal does when an extension comes or goes.
fn removal_tier(removal: Removal, added: bool) -> Tier {
    if (removal == Removal::Removable) == added {
        Tier::Widened
    } else {
        Tier::Narrowed
    }
}

/// A contradiction counts as open: it may be.
fn open(said: Option<bool>) -> bool {
    said.unwrap_or(true)
}

/// A team for people.
fn team(name: &str) -> String {
    if name.is_empty() {
        "kexts without a Team ID".to_owned()
    } else {
        format!("team {}", quoted(name))
    }
}
