//! What changed in which extensions are allowed, between two profiles or between two sums of profiles.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Moves};
use super::kind::{
    EXTENSION, EXTENSION_REMOVAL, EXTENSION_TYPES, Kind, NON_ADMIN_APPROVALS, USER_OVERRIDES,
};
use super::origin::Origin;
use super::total::{Side, Team, Total};
use crate::catalogue::owner::owner;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::profile::allowed::Removal;

/// Every change from one state to the other.
pub(crate) fn changes(old: &Total, new: &Total) -> Vec<Change> {
    let mut changes = Vec::new();
    for kind in [ExtensionKind::Kernel, ExtensionKind::System] {
        let mut kinds = Kinds {
            kind,
            old: old.kinds.get(&kind),
            new: new.kinds.get(&kind),
            changes: &mut changes,
        };
        kinds.switches();
        kinds.teams();
    }
    changes
}

/// The places of a switch.
fn places(said: Option<&Vec<(bool, Origin)>>) -> Vec<Origin> {
    said.into_iter()
        .flatten()
        .map(|(_, origin)| origin.clone())
        .collect()
}

/// How open a switch is. A contradiction is between: it may be open, and a plain yes is more.
fn openness(said: Option<bool>) -> u8 {
    match said {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    }
}

/// Both states of one kind.
struct Kinds<'a> {
    kind: ExtensionKind,
    /// Before; `None` when no profile was about it.
    old: Option<&'a Side>,
    new: Option<&'a Side>,
    changes: &'a mut Vec<Change>,
}

impl Kinds<'_> {
    /// Adds a change by which more is allowed, or less.
    fn say(
        &mut self,
        row: &'static Kind,
        more: bool,
        subject: &str,
        what: &str,
        old: Vec<Origin>,
        new: Vec<Origin>,
    ) {
        let message = format!("{}s: {what}", self.kind.name());
        let mut change = Change::new(row, row.tier(more), message);
        change.subject = format!("{} {subject}", self.kind.name());
        let (team, bundle) = subject.split_once(' ').unwrap_or((subject, ""));
        change.product = owner(bundle, team);
        if *row == EXTENSION && old.is_empty() != new.is_empty() {
            let of = self::team(team);
            let text = match bundle {
                "" => format!("every extension of {of}"),
                bundle => format!("{} of {of}", quoted(bundle)),
            };
            change.moves = Some(Moves {
                came: old.is_empty(),
                what: change.subject.clone(),
                text: format!("{}s: {text} is allowed", self.kind.name()),
            });
        }
        (change.old, change.new) = (old, new);
        self.changes.push(change);
    }

    /// `AllowUserOverrides` and `AllowNonAdminUserApprovals`.
    fn switches(&mut self) {
        // Without any profile people decide for themselves.
        let overrides =
            |side: Option<&Side>| side.map_or(2, |side| openness(side.user_overrides(self.kind)));
        let (old, new) = (overrides(self.old), overrides(self.new));
        let was = places(self.old.map(|side| &side.user_overrides));
        let is = places(self.new.map(|side| &side.user_overrides));
        // A new profile that spells it out is worth a look, even where nothing kept people from it before.
        let is_spelled_out = self.old.is_none()
            && self.new.is_some()
            && self.kind == ExtensionKind::Kernel
            && new > 0;
        if is_spelled_out {
            self.say(
                &USER_OVERRIDES,
                true,
                "",
                "a new profile lets people approve others",
                was,
                is,
            );
        } else if old != new {
            let what = match (new > old, old.max(new)) {
                (true, 2) => "people may approve others now",
                (true, _) => "people may approve others now where profiles contradict each other",
                (false, _) if new == 0 => "people may no longer approve others",
                (false, _) => {
                    "a profile forbids now that people approve others, and another one allows it"
                }
            };
            self.say(&USER_OVERRIDES, new > old, "", what, was, is);
        }
        let approvals =
            |side: Option<&Side>| side.map_or(0, |side| openness(side.non_admin_approvals()));
        let (old, new) = (approvals(self.old), approvals(self.new));
        if old != new {
            let may = if new > old { "may" } else { "may no longer" };
            let what = format!("people who are not administrators {may} approve them");
            let was = places(self.old.map(|side| &side.non_admin_approvals));
            let is = places(self.new.map(|side| &side.non_admin_approvals));
            self.say(&NON_ADMIN_APPROVALS, new > old, "", &what, was, is);
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
        let (what, more, old, new) = match (was.whole.is_empty(), is.whole.is_empty()) {
            (true, true) => return self.bundles(name, was, is),
            // With the whole team allowed on both sides, names change nothing.
            (false, false) => return,
            (true, false) if was.bundles.is_empty() => (
                "every extension is allowed now".to_owned(),
                true,
                Vec::new(),
                is.whole.clone(),
            ),
            (true, false) => {
                let count = was.bundles.len();
                let what = format!("every extension is allowed now, not only {count} by name");
                (what, true, any(was), is.whole.clone())
            }
            (false, true) if is.bundles.is_empty() => (
                "no extension is allowed any more".to_owned(),
                false,
                was.whole.clone(),
                Vec::new(),
            ),
            (false, true) => {
                let what = format!(
                    "only {} by name, no longer every extension",
                    is.bundles.len()
                );
                (what, false, was.whole.clone(), any(is))
            }
        };
        self.say(&EXTENSION, more, name, &format!("{team}: {what}"), old, new);
    }

    fn bundles(&mut self, name: &str, was: &Team, is: &Team) {
        let team = team(name);
        let known = if was.bundles.is_empty() {
            ", a team not allowed before"
        } else {
            ""
        };
        for (bundle, places) in is
            .bundles
            .iter()
            .filter(|(bundle, _)| !was.bundles.contains_key(*bundle))
        {
            let what = format!("{} of {team} is allowed now{known}", quoted(bundle));
            self.say(
                &EXTENSION,
                true,
                &format!("{name} {bundle}"),
                &what,
                Vec::new(),
                places.clone(),
            );
        }
        for (bundle, places) in was
            .bundles
            .iter()
            .filter(|(bundle, _)| !is.bundles.contains_key(*bundle))
        {
            let what = format!("{} of {team} is no longer allowed", quoted(bundle));
            self.say(
                &EXTENSION,
                false,
                &format!("{name} {bundle}"),
                &what,
                places.clone(),
                Vec::new(),
            );
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
            self.say(
                &EXTENSION_TYPES,
                wider,
                name,
                &what,
                places(was),
                places(is),
            );
        }
    }

    /// The lists about removal.
    fn removal(&mut self, name: &str, was: &Team, is: &Team) {
        for (one, other, came) in [(is, was, true), (was, is, false)] {
            for ((removal, bundle), places) in &one.removal {
                if other.removal.contains_key(&(*removal, bundle.clone())) {
                    continue;
                }
                let (who, key) = (
                    format!("{} of {}", quoted(bundle), team(name)),
                    removal.key(),
                );
                let (what, old, new) = if came {
                    (
                        format!("{who}: {} now", removal.meaning()),
                        Vec::new(),
                        places.clone(),
                    )
                } else {
                    (
                        format!("{who}: no longer in `{key}`"),
                        places.clone(),
                        Vec::new(),
                    )
                };
                let more = (*removal == Removal::Removable) == came;
                self.say(
                    &EXTENSION_REMOVAL,
                    more,
                    &format!("{name} {bundle}"),
                    &what,
                    old,
                    new,
                );
            }
        }
    }
}

/// A team for people.
fn team(name: &str) -> String {
    if name.is_empty() {
        "kexts without a Team ID".to_owned()
    } else {
        format!("team {}", quoted(name))
    }
}
