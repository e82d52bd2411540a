//! Names as hashes: rules that compare ten thousand files need to know which names are equal, and keep no text for it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};

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
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

/// The first place of every name that is in several files.
#[derive(Debug, Default)]
pub(crate) struct Repeated {
    first: HashMap<u64, (FileId, Span)>,
}

impl Repeated {
    /// Looks through names, each with its file, in order: first for those that are there twice, which are few.
    pub(crate) fn among<I: Iterator<Item = (FileId, NameHash)>>(names: impl Fn() -> I) -> Self {
        let mut once: HashSet<u64> = HashSet::new();
        let hashes = names().map(|(_, name)| name.hash);
        let twice: HashSet<u64> = hashes.filter(|hash| !once.insert(*hash)).collect();
        let mut first = HashMap::new();
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

/// The lists of hashes that have one in common with another list, by number. `lists` hands them out twice: keeping the
/// number of its list beside each hash takes 4 MiB more for 10,000 profiles.
pub(super) fn sharing<'l, I: Iterator<Item = &'l [u32]>>(lists: impl Fn() -> I) -> BTreeSet<usize> {
    let mut hashes: Vec<u32> = lists().flatten().copied().collect();
    hashes.sort_unstable();
    let same = hashes.chunk_by(|one, other| one == other);
    let repeated = same.filter(|same| same.len() > 1);
    let mut owners: HashMap<u32, BTreeSet<usize>> =
        repeated.map(|same| (same[0], BTreeSet::new())).collect();
    for (number, list) in lists().enumerate() {
        for hash in list {
            owners.get_mut(hash).map(|own| own.insert(number));
        }
    }
    // A list may hold a hash twice.
    let shared = owners.into_values().filter(|own| own.len() > 1);
    shared.flatten().collect()
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
        assert!(sharing.into_iter().eq([7, 8]));
    }
}
