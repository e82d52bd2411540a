//! The same key twice in one dictionary. Every known parser keeps the last value and says nothing, so that an approval
//! can vanish without a trace.

use std::borrow::Cow;
use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use super::problem::{Problem, ProblemKind, Problems};
use super::scalar::decode;
use super::tree::{Content, Node};
use crate::escape::quoted;
use crate::source::Span;
use crate::source::seen::Seen;

/// A sieve of 256 bits over a dictionary's keys: as long as every key falls on a bit of its own, no two are equal,
/// and nothing has to be compared, sorted or allocated.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Keys {
    taken: [u64; 4],
    /// Whether two keys fell on one bit, or a key has to be decoded first.
    suspect: bool,
}

impl Keys {
    #[inline]
    pub(super) fn note(&mut self, bytes: &[u8], key: &Node) {
        if key.content == Content::Encoded {
            self.suspect = true;
            return;
        }
        let (start, end) = (key.inner_start as usize, key.inner_end as usize);
        let length = end - start;
        // The last eight bytes: keys of one payload begin alike and end differently.
        let word = match end
            .checked_sub(8)
            .and_then(|at| bytes[at..end].first_chunk::<8>())
        {
            Some(last) if length >= 8 => u64::from_le_bytes(*last),
            Some(last) if length > 0 => u64::from_le_bytes(*last) >> (64 - 8 * length),
            _ => 0,
        };
        let mixed = (word ^ (length as u64).rotate_left(56)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let slot = &mut self.taken[(mixed >> 62) as usize];
        let bit = 1_u64 << (mixed >> 56 & 63);
        self.suspect |= *slot & bit != 0;
        *slot |= bit;
    }

    /// Reports every key of a finished dictionary that stood there before.
    #[inline]
    pub(super) fn report(
        self,
        text: &str,
        nodes: &[Node],
        dictionary: u32,
        problems: &mut Problems,
    ) {
        if self.suspect {
            let name = |key: &Node| {
                let raw = &text[key.inner_start as usize..key.inner_end as usize];
                match key.content {
                    Content::Encoded => decode(raw),
                    _ => Cow::Borrowed(raw),
                }
            };
            report(nodes, dictionary, name, problems);
        }
    }
}

/// Compares the keys of a dictionary by sorting them: linear enough for 200,000 of them.
#[cold]
pub(super) fn report<'t>(
    nodes: &[Node],
    dictionary: u32,
    name: impl Fn(&Node) -> Cow<'t, str>,
    problems: &mut Problems,
) {
    let own = || keys(nodes, dictionary).map(|at| (name(&nodes[at as usize]), at));
    // Twenty Team IDs are enough for two that fall on one bit of the small sieve.
    if are_distinct(own().map(|(name, _)| name)) {
        return;
    }
    let mut keys: Vec<(Cow<'_, str>, u32)> = own().collect();
    keys.sort_unstable();
    let mut first = 0;
    for next in 1..keys.len() {
        if keys[next].0 != keys[first].0 {
            first = next;
            continue;
        }
        let place = |index: u32| Span {
            start: nodes[index as usize].start,
            end: nodes[index as usize].end,
        };
        problems.push(
            Problem::not_portable(
                ProblemKind::DuplicateKey,
                place(keys[next].1),
                format!(
                    "key {} is twice in this dictionary; only the last value counts",
                    quoted(&keys[next].0)
                ),
                "keep one of them, or join their values",
            )
            .related(place(keys[first].1), "first here"),
        );
    }
}

/// Whether no two names are equal, as far as a larger sieve tells: it says no too often, but never yes.
fn are_distinct<'t>(names: impl Iterator<Item = Cow<'t, str>>) -> bool {
    let mut seen = Seen::<128>::default();
    let mut numbers = names.map(|name| FixedState::default().hash_one(name.as_bytes()));
    !numbers.any(|number| seen.again(number))
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
