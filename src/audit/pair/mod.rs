//! Compares one profile before and after: every value, and what the changes do.

mod index;
mod jamf;
mod payloads;
mod removal;
mod told;

use std::collections::{BTreeSet, HashMap, HashSet};

use self::index::{Index, Meant};
use self::jamf::Hidden;
pub(crate) use self::jamf::Masked;
pub(super) use self::payloads::body;
use self::payloads::{Raw, differences};
use self::told::{changed, scope, told_change};
use super::change::{Change, Moves};
use super::extensions;
use super::fact::{Fact, uncovered};
use super::facts::facts;
use super::file::ReadFile;
use super::identity::Jamf;
use super::kind::{PROFILE_ADDED, PROFILE_REMOVED, Tier};
use super::origin::{Origin, Places};
use super::total::Total;
use super::values::{Difference, bounded, sha256};
use crate::catalogue::owner::owner;
use crate::escape::quoted;
use crate::plist::Entry;
use crate::profile::grade::Grade;
use crate::profile::{Common as _, Document, Profile, with_document};
use crate::source::Span;

/// A side that was read.
struct Read<'d> {
    document: &'d Document<'d>,
    profile: Profile<'d>,
    facts: Vec<Fact>,
}

/// Compares the two, of which one may be missing, and returns what Jamf Pro wrote on its side.
pub(super) fn compare(
    old: Option<ReadFile<'_>>,
    new: Option<ReadFile<'_>>,
    jamfs: Option<Jamf>,
    changes: &mut Vec<Change>,
) -> Option<Masked> {
    let [before, after] = [old, new].map(|known| Total::on_macs(known.map(|known| known.file)));
    let allowed = extensions::changes(&before, &after);
    reading(old, |before| {
        reading(new, |after| {
            changes.extend(came_or_went(before.as_ref(), after.as_ref()));
            let mut both = Both {
                old: before.as_ref().map(|read| Places::new(read.document)),
                new: after.as_ref().map(|read| Places::new(read.document)),
                changes,
                hidden: jamfs.map(|side| Hidden {
                    side,
                    keys: BTreeSet::new(),
                }),
            };
            both.compare(before.as_ref(), after.as_ref(), allowed);
            let hidden = both.hidden.filter(|hidden| !hidden.keys.is_empty())?;
            Some(Masked {
                old: old?.file.path.to_string(),
                new: new?.file.path.to_string(),
                keys: hidden.keys,
            })
        })
    })
}

fn reading<R>(known: Option<ReadFile<'_>>, then: impl FnOnce(Option<Read<'_>>) -> R) -> R {
    let Some(ReadFile { file, .. }) = known else {
        return then(None);
    };
    with_document(&file.path, &file.bytes, |document| {
        then(Profile::of(document).map(|profile| Read {
            document,
            profile,
            facts: facts(profile),
        }))
    })
}

/// A profile that only one side has.
fn came_or_went(old: Option<&Read<'_>>, new: Option<&Read<'_>>) -> Option<Change> {
    let (row, verb, read) = match (old, new) {
        (None, Some(new)) => (&PROFILE_ADDED, "is new", new),
        (Some(old), None) => (&PROFILE_REMOVED, "is gone", old),
        _ => return None,
    };
    let kinds: BTreeSet<String> = read
        .profile
        .payloads()
        .filter_map(|payload| Some(payload.payload_type()?.value.into_owned()))
        .collect();
    let types: Vec<String> = kinds.iter().map(|own| quoted(own)).collect();
    let mut message = match types.as_slice() {
        [] => format!("the profile {verb}; it has no payload"),
        types => format!("the profile {verb}: {}", bounded(types)),
    };
    let unjudged: Vec<String> = kinds
        .iter()
        .filter(|own| !told::is_judged(own))
        .map(|own| quoted(own))
        .collect();
    if !unjudged.is_empty() {
        message.push_str("; not judged: ");
        message.push_str(&bounded(&unjudged));
    }
    let mut change = Change::new(row, row.tier(true), message);
    let place = |read: &Read<'_>| Origin::whole(&read.document.path.into());
    change.old.extend(old.map(place));
    change.new.extend(new.map(place));
    Some(change)
}

/// Both sides of a profile.
struct Both<'d, 'c> {
    old: Option<Places<'d>>,
    new: Option<Places<'d>>,
    changes: &'c mut Vec<Change>,
    /// The keys that were not compared; `None` when all are.
    hidden: Option<Hidden>,
}

impl<'d> Both<'d, '_> {
    fn compare<'t>(
        &mut self,
        old: Option<&'t Read<'d>>,
        new: Option<&'t Read<'d>>,
        allowed: Vec<Change>,
    ) where
        'd: 't,
    {
        let mut meant: Vec<Meant> = allowed.into_iter().map(Meant::extension).collect();
        let both = old.zip(new);
        let (raw, partners) = both.map_or_else(Default::default, |(old, new)| {
            differences(old.profile, new.profile)
        });
        let mut after = new.map_or_else(Vec::new, |read| read.facts.clone());
        for slot in after.iter_mut().filter_map(|fact| fact.slot.as_mut()) {
            // Slots that only the new profile has are behind those of the old one.
            *slot = partners.get(slot).map_or(usize::MAX - *slot, |old| *old);
        }
        let before = old.map_or(&[][..], |read| read.facts.as_slice());
        self.facts(before, &after, &mut meant);
        if let (Some(old), Some(new)) = (old, new) {
            let raw: Vec<_> = raw
                .into_iter()
                .filter(|raw| !self.hidden.as_mut().is_some_and(|hidden| hidden.hides(raw)))
                .collect();
            self.removal(old.profile, new.profile, &mut meant);
            self.told(raw, &scope(old.profile, new.profile), &mut meant);
        }
        self.changes
            .extend(meant.into_iter().map(|meant| meant.change));
    }

    fn before(&mut self, span: Span) -> Vec<Origin> {
        self.old
            .as_mut()
            .map(|places| places.origin(span))
            .into_iter()
            .collect()
    }

    fn after(&mut self, span: Span) -> Vec<Origin> {
        self.new
            .as_mut()
            .map(|places| places.origin(span))
            .into_iter()
            .collect()
    }

    /// Who may remove the profile, unless Jamf Pro settled that.
    fn removal(&mut self, old: Profile<'_>, new: Profile<'_>, meant: &mut Vec<Meant>) {
        let is_hidden = self
            .hidden
            .as_ref()
            .is_some_and(|hidden| hidden.keys.contains("PayloadRemovalDisallowed"));
        if let Some(mut one) = removal::change(old, new).filter(|_| !is_hidden) {
            let place = |profile| removal::entry(profile).map(Entry::span);
            one.change.old = place(old).map(|span| self.before(span)).unwrap_or_default();
            one.change.new = place(new).map(|span| self.after(span)).unwrap_or_default();
            meant.push(one);
        }
    }

    /// What is allowed and protected beside extensions.
    fn facts(&mut self, old: &[Fact], new: &[Fact], meant: &mut Vec<Meant>) {
        type Name<'f> = (&'static str, &'f str, Option<usize>);
        fn name(fact: &Fact) -> Name<'_> {
            (fact.kind.name, &*fact.subject, fact.slot)
        }
        fn by_name(facts: &[Fact]) -> HashMap<Name<'_>, &Fact> {
            facts.iter().map(|fact| (name(fact), fact)).collect()
        }
        let (was, is) = (by_name(old), by_name(new));
        let came = uncovered(new, old).into_iter().map(|at| (&new[at], true));
        let went = uncovered(old, new).into_iter().map(|at| (&old[at], false));
        // Of a fact that is another one now, the side that counts as wider is told.
        let (first, second): (Vec<_>, Vec<_>) = came
            .chain(went)
            .partition(|(fact, came)| fact.tier(*came) == Tier::Widened);
        let mut told = HashSet::new();
        for (fact, came) in first.into_iter().chain(second) {
            if !told.insert(name(fact)) {
                continue;
            }
            let (before, after) = (was.get(&name(fact)), is.get(&name(fact)));
            let mut change = Change::new(
                fact.kind,
                fact.tier(came),
                in_words(fact, came, before, after),
            );
            change.product = owner(&fact.holder, &fact.bound_to);
            change.old = before.map(|own| self.before(own.span)).unwrap_or_default();
            change.new = after.map(|own| self.after(own.span)).unwrap_or_default();
            if before.is_none() || after.is_none() {
                let what = format!("{} {} {:?}", fact.opens, fact.subject, fact.grade);
                change.subject = sha256(what.as_bytes());
                change.moves = Moves::of(came, || fact.text.clone());
            }
            meant.push(Meant {
                change,
                keys: fact.keys,
            });
        }
    }

    /// Every value that differs: as part of a change of what is allowed, or as a change of its own.
    fn told(&mut self, raw: Vec<Raw<'_>>, scope: &str, meant: &mut [Meant]) {
        let index = [
            Index::of(meant, |change| &change.new),
            Index::of(meant, |change| &change.old),
        ];
        for raw in raw {
            let Difference {
                keys,
                old,
                new,
                around,
            } = &raw.difference;
            let was = old.map(|side| self.before(side.span)).unwrap_or_default();
            let is = new.map(|side| self.after(side.span)).unwrap_or_default();
            if keys.is_empty() {
                let changed = changed(&raw.difference, &was, &is);
                self.changes
                    .push(told_change(&raw, &changed, scope, was, is));
                continue;
            }
            let around = around.map(|(old, new)| (self.before(old.span()), self.after(new.span())));
            let (around_old, around_new) = around.unwrap_or_default();
            let key = raw.difference.key();
            let sides = [(&is, &around_new), (&was, &around_old)];
            let part_of = sides
                .into_iter()
                .zip(&index)
                .find_map(
                    |((here, around), index)| match (here.first(), around.first()) {
                        (Some(here), _) => index.find(&here.key_path, key, meant),
                        (None, Some(around)) => index.around(&around.key_path, key, meant),
                        (None, None) => None,
                    },
                );
            let changed = changed(&raw.difference, &was, &is);
            if let Some(number) = part_of {
                let change = &mut meant[number].change;
                change.values.push(changed);
                for (places, more) in [(&mut change.old, was), (&mut change.new, is)] {
                    if places.is_empty() {
                        *places = more;
                    }
                }
            } else {
                let mut change = told_change(&raw, &changed, scope, was, is);
                change.values.push(changed);
                self.changes.push(change);
            }
        }
    }
}

/// A fact that came or went, as a sentence without its end. With both sides there, the one after is told.
fn in_words(fact: &Fact, came: bool, before: Option<&&Fact>, after: Option<&&Fact>) -> String {
    let (Some(before), Some(after)) = (before, after) else {
        let when = if came { "now" } else { "no longer" };
        return format!("{when}: {}", fact.text);
    };
    if before.text != after.text {
        return format!("now: {}; before: {}", after.text, before.text);
    }
    let is_bound_otherwise = match (&before.grade, &after.grade) {
        (Grade::Granted(before), Grade::Granted(after)) => {
            before.requirements != after.requirements
        }
        (before, after) => before != after,
    };
    let how = if is_bound_otherwise {
        "with another code requirement"
    } else if matches!(after.grade, Grade::Exact(_) | Grade::Only(_)) {
        "with another value"
    } else {
        "to another degree"
    };
    format!("now: {}, {how}", after.text)
}
