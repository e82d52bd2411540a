//! The same key twice in one dictionary. Every known parser keeps the last value and says nothing, so that an approval
//! can vanish without a trace.

use std::borrow::Cow;

use super::problem::{Problem, ProblemKind, Problems};
use super::tree::Node;
use crate::escape::quoted;

/// Reports every key of a dictionary that an earlier one equals. Sorting finds them: linear enough for 200,000 keys.
pub(super) fn report<'t>(
    nodes: &[Node],
    dictionary: u32,
    name: impl Fn(&Node) -> Cow<'t, str>,
    problems: &mut Problems,
) {
    let mut keys: Vec<(Cow<'_, str>, u32)> = keys(nodes, dictionary)
        .map(|at| (name(&nodes[at as usize]), at))
        .collect();
    keys.sort_unstable();
    for same in keys.chunk_by(|one, next| one.0 == next.0) {
        let place = |index: u32| nodes[index as usize].span();
        let first = place(same[0].1);
        for (name, repeated) in &same[1..] {
            problems.push(
                Problem::not_portable(
                    ProblemKind::DuplicateKey,
                    place(*repeated),
                    format!(
                        "key {} is twice in this dictionary; only the last value counts",
                        quoted(name)
                    ),
                    "keep one of them, or join their values",
                )
                .related(first, "first here"),
            );
        }
    }
}

/// The nodes of a dictionary's keys.
fn keys(nodes: &[Node], dictionary: u32) -> impl Iterator<Item = u32> {
    let end = nodes[dictionary as usize].next;
    let mut next = dictionary + 1;
    std::iter::from_fn(move || {
        let at = next;
        if at >= end {
            return None;
        }
        next = nodes.get(nodes[at as usize].next as usize)?.next;
        Some(at)
    })
}
