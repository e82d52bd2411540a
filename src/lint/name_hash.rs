//! Names as hashes: rules that compare ten thousand files need to know which names are equal, and keep no text for it.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, Hash, Hasher as _};

use foldhash::fast::FixedState;

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

/// A hash that is equal for texts which differ only in the case of ASCII letters.
pub(crate) fn without_case(text: &str) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(text.to_ascii_lowercase().as_bytes());
    hasher.finish()
}

/// The first place of every name that is in several files.
#[derive(Debug, Default)]
pub(crate) struct Repeated {
    first: HashMap<u64, (u32, Span), FixedState>,
}

impl Repeated {
    /// Looks through names, each with its file, in order: first for those that are there twice, which are few.
    pub(crate) fn among<I: Iterator<Item = (u32, NameHash)>>(names: impl Fn() -> I) -> Self {
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
    pub(crate) fn earlier(&self, file: u32, name: NameHash) -> Option<(u32, Span)> {
        let first = self.first.get(&name.hash)?;
        (first.0 != file).then_some(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_of_letters_does_not_change_the_hash_and_other_changes_do() {
        let same = |a, b| without_case(a) == without_case(b);
        assert!(same("com.Contoso.Guard", "COM.contoso.guard"));
        assert!(same("", ""));
        assert!(!same("com.contoso.guard", "com.contoso.guarx"));
        assert!(!same("abcdefgh", "abcdefghi"));
        assert!(!same("a", "ab"));
    }

    #[test]
    fn only_names_of_other_files_are_earlier() {
        let name = |text: &str, at| NameHash {
            hash: hash(text),
            span: Span::new(at, at + 1),
        };
        let names = [
            (0, name("a", 1)),
            (0, name("a", 2)),
            (1, name("b", 3)),
            (2, name("b", 4)),
            (2, name("c", 5)),
        ];
        let repeated = Repeated::among(|| names.into_iter());
        let earlier: Vec<_> = names
            .iter()
            .map(|(file, name)| repeated.earlier(*file, *name))
            .collect();
        let first = Some((1, Span::new(3, 4)));
        assert_eq!(earlier, [None, None, None, first, None]);
    }
}
