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
pub(crate) fn changes(old: &Total<'_>, new: &Total<'_>) -> Vec<Change> {
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
fn places<'f>(said: Option<&Vec<(bool, &'f Origin)>>) -> Vec<&'f Origin> {
    said.into_iter()
        .flatten()
        .map(|(_, origin)| *origin)
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
    old: Option<&'a Side<'a>>,
    new: Option<&'a Side<'a>>,
    changes: &'a mut Vec<Change>,
}

impl<'a> Kinds<'a> {
    /// Adds a change by which more is allowed, or less. Its subject is a Team ID, a bundle ID, or nothing.
    fn say(
        &mut self,
        (row, more): (&'static Kind, bool),
        (team, bundle): (&str, &str),
        (old, new): (&[&Origin], &[&Origin]),
        what: &str,
    ) {
        let kind = self.kind.name();
        let mut change = Change::new(row, row.tier(more), format!("{kind}s: {what}"));
        change.subject = match bundle {
            "" => format!("{kind} {team}"),
            bundle => format!("{kind} {team} {bundle}"),
        };
        change.product = owner(bundle, team);
        if *row == EXTENSION && old.is_empty() != new.is_empty() {
            change.moves = Moves::of(old.is_empty(), || {
                let of = self::team(team);
                match bundle {
                    "" => format!("{kind}s: every extension of {of} is allowed"),
                    bundle => format!("{kind}s: {} of {of} is allowed", quoted(bundle)),
                }
            });
        }
        let owned = |places: &[&Origin]| places.iter().copied().cloned().collect();
        (change.old, change.new) = (owned(old), owned(new));
        self.changes.push(change);
    }

    /// `AllowUserOverrides` and `AllowNonAdminUserApprovals`.
    fn switches(&mut self) {
        // Without any profile people decide for themselves.
        let overrides = |side: Option<&Side<'_>>| {
            side.map_or(2, |side| openness(side.user_overrides(self.kind)))
        };
        let (old, new) = (overrides(self.old), overrides(self.new));
        let was = places(self.old.map(|side| &side.user_overrides));
        let is = places(self.new.map(|side| &side.user_overrides));
        // A new profile that spells it out is worth a look, even where nothing kept people from it before.
        let is_spelled_out = self.old.is_none()
            && self.new.is_some()
            && self.kind == ExtensionKind::Kernel
            && new > 0;
        if is_spelled_out || old != new {
            let what = match (new > old, old.max(new)) {
                _ if is_spelled_out => "a new profile lets people approve others",
                (true, 2) => "people may approve others now",
                (true, _) => "people may approve others now where profiles contradict each other",
                (false, _) if new == 0 => "people may no longer approve others",
                (false, _) => {
                    "a profile forbids now that people approve others, and another one allows it"
                }
            };
            let more = is_spelled_out || new > old;
            self.say((&USER_OVERRIDES, more), ("", ""), (&was, &is), what);
        }
        let approvals =
            |side: Option<&Side<'_>>| side.map_or(0, |side| openness(side.non_admin_approvals()));
        let (old, new) = (approvals(self.old), approvals(self.new));
        if old != new {
            let may = if new > old { "may" } else { "may no longer" };
            let what = format!("people who are not administrators {may} approve them");
            let was = places(self.old.map(|side| &side.non_admin_approvals));
            let is = places(self.new.map(|side| &side.non_admin_approvals));
            let row = (&NON_ADMIN_APPROVALS, new > old);
            self.say(row, ("", ""), (&was, &is), &what);
        }
    }

    /// Every team of either state.
    fn teams(&mut self) {
        let nothing = BTreeMap::new();
        let old = self.old.map_or(&nothing, |side| &side.teams);
        let new = self.new.map_or(&nothing, |side| &side.teams);
        let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
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
    fn extensions(&mut self, name: &str, was: &Team<'a>, is: &Team<'a>) {
        let more = match (was.whole.is_empty(), is.whole.is_empty()) {
            (true, true) => return self.bundles(name, was, is),
            // With the whole team allowed on both sides, names change nothing.
            (false, false) => return,
            (more, _) => more,
        };
        let places = |side: &Team<'a>| match side.whole.as_slice() {
            [] => side.bundles.values().flatten().copied().collect(),
            whole => whole.to_vec(),
        };
        let what = match (more, was.bundles.len(), is.bundles.len()) {
            (true, 0, _) => "every extension is allowed now".to_owned(),
            (true, count, _) => format!("every extension is allowed now, not only {count} by name"),
            (false, _, 0) => "no extension is allowed any more".to_owned(),
            (false, _, count) => format!("only {count} by name, no longer every extension"),
        };
        let what = format!("{}: {what}", team(name));
        let places = (&*places(was), &*places(is));
        self.say((&EXTENSION, more), (name, ""), places, &what);
    }

    fn bundles(&mut self, name: &str, was: &Team<'_>, is: &Team<'_>) {
        let team = team(name);
        let known = if was.bundles.is_empty() {
            ", a team not allowed before"
        } else {
            ""
        };
        for (bundle, places) in &is.bundles {
            if !was.bundles.contains_key(bundle) {
                let what = format!("{} of {team} is allowed now{known}", quoted(bundle));
                self.say((&EXTENSION, true), (name, bundle), (&[], places), &what);
            }
        }
        for (bundle, places) in &was.bundles {
            if !is.bundles.contains_key(bundle) {
                let what = format!("{} of {team} is no longer allowed", quoted(bundle));
                self.say((&EXTENSION, false), (name, bundle), (places, &[]), &what);
            }
        }
    }

    /// The types a team is narrowed to.
    fn types(&mut self, name: &str, was: &Team<'a>, is: &Team<'a>) {
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
            let places = |side: &Team<'a>| side.types.iter().map(|own| own.1).collect::<Vec<_>>();
            let places = (&*places(was), &*places(is));
            self.say((&EXTENSION_TYPES, wider), (name, ""), places, &what);
        }
    }

    /// The lists about removal.
    fn removal(&mut self, name: &str, was: &Team<'_>, is: &Team<'_>) {
        for (one, other, came) in [(is, was, true), (was, is, false)] {
            for ((removal, bundle), places) in &one.removal {
                if other.removal.contains_key(&(*removal, *bundle)) {
                    continue;
                }
                let who = format!("{} of {}", quoted(bundle), team(name));
                let (what, old, new): (_, &[_], &[_]) = if came {
                    (format!("{who}: {} now", removal.meaning()), &[], places)
                } else {
                    let what = format!("{who}: no longer in `{}`", removal.key());
                    (what, places, &[])
                };
                let more = (*removal == Removal::Removable) == came;
                self.say(
                    (&EXTENSION_REMOVAL, more),
                    (name, bundle),
                    (old, new),
                    &what,
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
