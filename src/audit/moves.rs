//! What went from one profile and came whole to another: one change, and not two. Profiles are for different groups of
//! Macs, so that some get it and others lose it.

use std::collections::HashMap;

use super::change::{Change, Moves};
use super::kind::{PAYLOAD_ADDED, PAYLOAD_MOVED, PAYLOAD_REMOVED, Tier};
use crate::escape::quoted;

/// Puts what moved together, in the order of what came.
pub(super) fn moved(changes: &mut Vec<Change>) {
    // A payload that came and one that went are two kinds of change.
    let name = |change: &Change| match change.kind.name {
        name if name == PAYLOAD_REMOVED.name => PAYLOAD_ADDED.name,
        name => name,
    };
    let mut gone: HashMap<_, Vec<(usize, &str)>> = HashMap::new();
    for (number, change) in changes.iter().enumerate().rev() {
        if let Moves::Went(text) = &change.moves {
            let same = gone.entry((name(change), &*change.subject)).or_default();
            same.push((number, text));
        }
    }
    let came = changes.iter().enumerate();
    let came = came.filter(|(_, change)| matches!(change.moves, Moves::Came));
    let moves: Vec<(usize, usize, String)> = came
        .filter_map(|(to, change)| {
            let same = gone.get_mut(&(name(change), &*change.subject))?;
            let (from, text) = same.pop()?;
            Some((from, to, text.to_owned()))
        })
        .collect();
    let mut is_told = vec![false; changes.len()];
    for (from, to, text) in moves {
        is_told[from] = true;
        let before = &mut changes[from];
        let (profile, old) = (quoted(&before.profile), std::mem::take(&mut before.old));
        let own = &mut changes[to];
        own.old = old;
        if *own.kind == PAYLOAD_ADDED {
            own.message = format!("{text} moved here from the profile {profile}");
            own.kind = &PAYLOAD_MOVED;
            own.tier = Tier::Scope;
        } else {
            own.message = format!(
                "moved here from the profile {profile}: {text}; a Mac with only this one gets it, a Mac with only the other one loses it"
            );
            own.tier = Tier::Widened;
        }
    }
    let mut is_told = is_told.into_iter();
    changes.retain(|_| !is_told.next().unwrap_or_default());
}
