//! Names as hashes: rules that compare ten thousand files need to know which names are equal, and keep no text for it.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, Hash};

use foldhash::fast::FixedState;

use crate::lint::model::file_id::FileId;
use crate::source::Span;

/// A name of one file and its place.
///
/// 64 bits are enough for names that vendors choose. Whoever forges two names with one hash gets a warning about their
/// own files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameHash {
    /// Equal for equal names.
    pub(crate) hash: u64,
    pub(crate) span: Span,
}

/// The hash of a name, or of several together.
pub(crate) fn hash(name: impl Hash) -> u64 {
    FixedState::default().hash_one(name)
}

/// The first place of every name that is in several files.
#[derive(Debug, Default)]
pub(crate) struct Repeated {
    first: HashMap<u64, (FileId, Span), FixedState>,
}

impl Repeated {
    /// Looks through names, each with its file, in order: first for those that are there twice, which are few.
    pub(crate) fn among<I: Iterator<Item = (FileId, NameHash)>>(names: impl Fn() -> I) -> Self {
        let mut once: HashSet<u64, FixedState> = HashSet::default();
        let hashes = names().map(|(_, name)| name.hash);
        let twice: HashSet<u64, FixedState> = hashes.filter(|hash| !once.insert(*hash)).collect();
        let mut first = HashMap::default();
        for (file, name) in names().filter(|(_, name)| twice.contains(&name.hash)) {
            first.entry(name.hash).or_insert((file, name.span));
        }
        Self { first }
    }

    /// The first place of a name, if that is in another file.
    pub(crate) fn earlier(&self, file: FileId, name: NameHash) -> Option<(FileId, Span)> {
        let first = self.first.get(&name.hash)?;
        (first.0 != file).then_some(*first)
    }
}

/// A set of hashes that may claim to hold one too many. A hash set of the names of 100,000 profiles takes 80 MiB, this
/// one 6 (`/usr/bin/time kextpolicy lint`, see "Measuring speed" in CONTRIBUTING.md).
struct BloomFilter {
    bits: Vec<u64>,
}

impl BloomFilter {
    /// An empty set for so many hashes, with eight bits for each.
    fn new(count: usize) -> Self {
        let words = (count / 8 + 1).next_power_of_two();
        Self {
            bits: vec![0; words],
        }
    }

    /// Adds a hash; whether it may have been there.
    fn insert(&mut self, hash: u32) -> bool {
        let (word, bit) = self.place(hash);
        let was = self.bits[word] & bit != 0;
        self.bits[word] |= bit;
        was
    }

    fn may_hold(&self, hash: u32) -> bool {
        let (word, bit) = self.place(hash);
        self.bits[word] & bit != 0
    }

    fn place(&self, hash: u32) -> (usize, u64) {
        let word = (hash >> 6) as usize & (self.bits.len() - 1);
        (word, 1 << (hash & 63))
    }
}

/// The lists of hashes that have one in common with another list, by number and in order. `lists` hands them out for
/// every pass.
pub(super) fn sharing<'l, I: Iterator<Item = &'l [u32]>>(lists: impl Fn() -> I) -> Vec<usize> {
    let mut once = BloomFilter::new(lists().map(<[u32]>::len).sum());
    let hashes = lists().flatten().copied();
    let twice: Vec<u32> = hashes.filter(|hash| once.insert(*hash)).collect();
    // They are few, and one that passes for another only costs time.
    let mut wanted = BloomFilter::new(4 * twice.len());
    for hash in twice {
        wanted.insert(hash);
    }
    let mut found: Vec<(u32, usize)> = Vec::new();
    for (owner, list) in lists().enumerate() {
        let own = list.iter().filter(|hash| wanted.may_hold(**hash));
        found.extend(own.map(|hash| (*hash, owner)));
    }
    found.sort_unstable();
    // A list may hold a hash twice.
    found.dedup();
    let same = found.chunk_by(|one, other| one.0 == other.0);
    let several = same.filter(|same| same.len() > 1);
    let mut owners: Vec<usize> = several.flatten().map(|(_, owner)| *owner).collect();
    owners.sort_unstable();
    owners.dedup();
    owners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_other_files_are_earlier() {
        let name = |text: &str, at| NameHash {
            hash: hash(text),
            span: Span::new(at, at + 1),
        };
        let names = [
            (FileId::Profile(0), name("a", 1)),
            (FileId::Profile(0), name("a", 2)),
            (FileId::Profile(1), name("b", 3)),
            (FileId::Profile(2), name("b", 4)),
            (FileId::Profile(2), name("c", 5)),
        ];
        let repeated = Repeated::among(|| names.into_iter());
        let earlier: Vec<_> = names
            .iter()
            .map(|(file, name)| repeated.earlier(*file, *name))
            .collect();
        let first = Some((FileId::Profile(1), Span::new(3, 4)));
        assert_eq!(earlier, [None, None, None, first, None]);
    }

    #[test]
    fn lists_that_share_a_hash_are_told_from_those_that_do_not() {
        let mut lists: Vec<Vec<u32>> = (0..1000)
            .map(|list| {
                (0..50)
                    .map(|at| list * 50 + at + u32::from(list == 7))
                    .collect()
            })
            .collect();
        lists[3].extend_from_within(..);
        let sharing = sharing(|| lists.iter().map(Vec::as_slice));
        assert_eq!(sharing, [7, 8]);
    }

    #[test]
    fn a_bloom_filter_forgets_nothing() {
        let mut filter = BloomFilter::new(100);
        for number in 0..100_u64 {
            filter.insert((hash(number) >> 32) as u32);
        }
        assert!((0..100_u64).all(|number| filter.may_hold((hash(number) >> 32) as u32)));
        assert!(!(100..200_u64).all(|number| filter.may_hold((hash(number) >> 32) as u32)));
    }
}
