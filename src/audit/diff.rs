//! What changed between two states of profiles: every payload and every top-level key, and what that does on a Mac.
//!
//! Profiles are compared one by one, because they are scoped to different groups of Macs: what all of them allow together
//! is not what any Mac has. The sum is compared as well, for what only shows there.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::change::Change;
use super::extensions;
use super::file::File;
use super::identity;
use super::kind::{EXPIRED, EXTENSION, REFUSABLE, SHARED_IDENTIFIER, Tier};
use super::moves::moved;
use super::origin::Origin;
use super::pair;
pub(crate) use super::pair::Masked;
use super::pairs::{Pair, pairs};
use super::total::Total;
use crate::escape::quoted;
use crate::profile::allowed::What;
use crate::profile::repository::LeftOut;

#[derive(Clone, Debug, Default)]
pub(crate) struct Comparison {
    /// The changes, worst first.
    pub(crate) changes: Vec<Change>,
    pub(crate) unreadable_old: Vec<Unread>,
    pub(crate) unreadable_new: Vec<Unread>,
    /// What was not compared, because Jamf Pro writes it itself.
    pub(crate) masked: Vec<Masked>,
    /// Profiles that were found before and after, and not looked at.
    pub(crate) left_out: [Vec<(Arc<str>, LeftOut)>; 2],
    /// How many profiles each side has.
    pub(crate) profiles: (usize, usize),
}

/// A file that could not be read.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Unread {
    pub(crate) file: String,
    pub(crate) reason: String,
    /// Whether the other state does not have the same bytes.
    pub(crate) changed: bool,
}

impl Comparison {
    /// Whether anything of a tier changed.
    pub(crate) fn has(&self, tier: Tier) -> bool {
        self.changes.iter().any(|change| change.tier == tier)
    }

    /// How many changes are not judged.
    pub(crate) fn unjudged(&self) -> usize {
        let all = self.changes.iter();
        all.filter(|change| change.tier == Tier::Unjudged).count()
    }

    /// Whether a new file cannot be read and was not there before: it could hide anything.
    pub(crate) fn hides_something(&self) -> bool {
        self.unreadable_new.iter().any(|file| file.changed)
    }

    /// Whether nothing changed at all.
    pub(crate) fn is_nothing(&self) -> bool {
        self.changes.is_empty()
            && !self
                .unreadable_old
                .iter()
                .chain(&self.unreadable_new)
                .any(|file| file.changed)
    }
}

/// Compares two states, of which one may come from Jamf Pro: what it writes itself is not compared.
pub(crate) fn compare(old: &[File], new: &[File]) -> Comparison {
    comparing(old, new, true)
}

/// Compares two states of one repository, which Jamf Pro does not write to: an identity of its kind is somebody's change.
pub(crate) fn compare_in_repository(old: &[File], new: &[File]) -> Comparison {
    comparing(old, new, false)
}

fn comparing(old: &[File], new: &[File], masks: bool) -> Comparison {
    let mut comparison = Comparison {
        unreadable_old: unreadable(old, new),
        unreadable_new: unreadable(new, old),
        profiles: (old.len(), new.len()),
        ..Comparison::default()
    };
    for pair in pairs(old, new) {
        let is_same = pair
            .old
            .zip(pair.new)
            .is_some_and(|(old, new)| old.content.digest == new.content.digest);
        if !is_same {
            one_pair(pair, masks, &mut comparison);
        }
    }
    moved(&mut comparison.changes);
    collisions(old, new, &mut comparison.changes);
    sum(old, new, &mut comparison.changes);
    let rank = |change: &Change| Tier::ALL.iter().position(|tier| *tier == change.tier);
    comparison.changes.sort_by_key(rank);
    comparison
}

/// One profile before and after.
fn one_pair(pair: Pair<'_>, masks: bool, comparison: &mut Comparison) {
    let Some(known) = pair.new.or(pair.old) else {
        return;
    };
    let identity = &known.content.identity;
    let name = identity
        .name
        .as_deref()
        .or(identity.identifier.as_deref())
        .unwrap_or(&known.file.path);
    let name: Arc<str> = name.into();
    let mut changes = Vec::new();
    let jamfs = pair.old.zip(pair.new).filter(|_| masks);
    let jamfs = jamfs
        .and_then(|(old, new)| identity::jamfs_side(&old.content.identity, &new.content.identity));
    let masked = pair::compare(pair.old, pair.new, jamfs, &mut changes);
    comparison.masked.extend(masked);
    refusable(pair, &mut changes);
    for change in &mut changes {
        change.profile = Arc::clone(&name);
    }
    comparison.changes.append(&mut changes);
}

/// What a profile lacks now and did not before, and whether it is over, or the other way round.
fn refusable(pair: Pair<'_>, changes: &mut Vec<Change>) {
    let Some((old, new)) = pair.old.zip(pair.new) else {
        return;
    };
    let (was, is) = (&old.content.lacking, &new.content.lacking);
    let gone = was.iter().filter(|own| !is.contains(own));
    let gone = gone.map(|own| format!("no longer: {own}; a Mac that refused the profile takes it"));
    let came = is.iter().filter(|own| !was.contains(own));
    let came = came.map(|own| format!("now: {own}; a Mac can refuse the profile as a whole"));
    let messages = came.chain(gone).map(|message| (&REFUSABLE, message));
    let over = match (old.content.is_over, new.content.is_over) {
        (false, true) => {
            Some("now: `RemovalDate` is in the past, so that a Mac removes the profile at once")
        }
        (true, false) => Some("no longer: `RemovalDate` is in the past; a Mac keeps the profile"),
        _ => None,
    };
    let over = over.map(|message| (&EXPIRED, message.to_owned()));
    for (kind, message) in messages.chain(over) {
        let mut change = Change::new(kind, Tier::Widened, message);
        change.old.push(Origin::whole(&old.file.path));
        change.new.push(Origin::whole(&new.file.path));
        changes.push(change);
    }
}

/// The files that could not be read, and whether the other side has the same.
fn unreadable(files: &[File], others: &[File]) -> Vec<Unread> {
    let same: HashSet<&[u8]> = others
        .iter()
        .filter(|file| file.content.is_err())
        .map(|file| &*file.bytes)
        .collect();
    let read = files
        .iter()
        .filter_map(|file| Some((file, file.content.as_ref().err()?)));
    read.map(|(file, why)| Unread {
        file: file.path.to_string(),
        reason: why.clone(),
        changed: file.bytes.is_empty() || !same.contains(&*file.bytes),
    })
    .collect()
}

/// What the sum allows more than before, where no single profile does. A team or an extension that comes to the sum comes to
/// one of the profiles, and is told there: only teams that are narrowed to types are added up.
fn sum(old: &[File], new: &[File], changes: &mut Vec<Change>) {
    let said = || {
        old.iter()
            .chain(new)
            .filter_map(|file| file.content.as_ref().ok())
    };
    let said = said().flat_map(|content| &content.statements);
    let narrowed: HashSet<&str> = said
        .filter_map(|placed| match &placed.statement.what {
            What::Types(team, _) => Some(&**team),
            _ => None,
        })
        .collect();
    let counts = |what: &What| match what {
        What::Team(team) | What::Bundle(team, _) => narrowed.contains(&**team),
        _ => true,
    };
    let [before, after] = [old, new].map(|files| Total::on_macs_of(files, counts));
    let is_of_sum = |change: &&Change| change.tier == Tier::Widened && *change.kind != EXTENSION;
    let told = changes.iter().filter(is_of_sum);
    let told: HashSet<(&str, &str)> = told
        .map(|change| (change.kind.name, &*change.subject))
        .collect();
    let mut more = extensions::changes(&before, &after);
    more.retain(|own| is_of_sum(&own) && !told.contains(&(own.kind.name, &*own.subject)));
    let which = if new.iter().all(|file| file.content.is_ok()) {
        "all profiles together"
    } else {
        "all profiles that can be read together"
    };
    for change in &mut more {
        change.message = format!("{which}: {}", change.message);
    }
    changes.append(&mut more);
}

/// The files by identifier, where several different profiles share one.
fn colliding(files: &[File]) -> BTreeMap<&str, Vec<&File>> {
    let mut shared: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
    for file in files {
        if let Ok(content) = &file.content
            && let Some(identifier) = &content.identity.identifier
        {
            shared.entry(identifier).or_default().push(file);
        }
    }
    shared.retain(|_, files| identity::collide(files));
    shared
}

/// Identifiers that collide now and did not before.
fn collisions(old: &[File], new: &[File], changes: &mut Vec<Change>) {
    let before = colliding(old);
    for (identifier, files) in colliding(new) {
        if before
            .get(identifier)
            .is_none_or(|known| known.len() < files.len())
        {
            let message = format!(
                "{} profiles have the identifier {}: the one installed last replaces the others",
                files.len(),
                quoted(identifier)
            );
            let mut change = Change::new(&SHARED_IDENTIFIER, Tier::Replaced, message);
            change.new = files.iter().map(|file| Origin::whole(&file.path)).collect();
            changes.push(change);
        }
    }
}
