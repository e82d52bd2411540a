//! What went from one profile and came whole to another: one change, and not two. Profiles are for different groups of
//! Macs, so that some get it and others lose it.

use std::collections::HashMap;
use std::sync::Arc;

use super::change::Change;
use super::kind::{PAYLOAD_ADDED, PAYLOAD_MOVED, PAYLOAD_REMOVED, Tier};
use crate::escape::quoted;

/// Puts what moved together, in the order of what came.
pub(super) fn moved(changes: &mut Vec<Change>) {
    fn key(change: &Change) -> Option<(&'static str, String, bool)> {
        let moves = change.moves.as_ref()?;
        let kind = if *change.kind == PAYLOAD_REMOVED {
            PAYLOAD_ADDED.name
        } else {
            change.kind.name
        };
        Some((kind, moves.what.clone(), moves.came))
    }
    let mut gone: HashMap<_, Vec<usize>> = HashMap::new();
    for (number, change) in changes.iter().enumerate().rev() {
        if let Some((kind, what, false)) = key(change) {
            gone.entry((kind, what)).or_default().push(number);
        }
    }
    let mut is_told = vec![false; changes.len()];
    for number in 0..changes.len() {
        let Some((kind, what, true)) = key(&changes[number]) else {
            continue;
        };
        let Some(from) = gone.get_mut(&(kind, what)).and_then(Vec::pop) else {
            continue;
        };
        is_told[from] = true;
        let (profile, old) = (
            Arc::clone(&changes[from].profile),
            changes[from].old.clone(),
        );
        let own = &mut changes[number];
        let text = own.moves.take().map(|moves| moves.text).unwrap_or_default();
        let is_payload = *own.kind == PAYLOAD_ADDED;
        own.message = if is_payload {
            format!("{text} moved here from the profile {}", quoted(&profile))
        } else {
            format!(
                "moved here from the profile {}: {text}; a Mac with only this one gets it, a Mac with only the other one loses it",
                quoted(&profile)
            )
        };
        own.old = old;
        if is_payload {
            own.kind = &PAYLOAD_MOVED;
            own.tier = Tier::Scope;
        } else {
            own.tier = Tier::Widened;
        }
    }
    let mut is_told = is_told.into_iter();
    changes.retain(|_| !is_told.next().unwrap_or_default());
}
