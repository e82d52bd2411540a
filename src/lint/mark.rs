//! Names of a repository as numbers: rules that compare ten thousand files need to know which names are equal, and keep
//! no text for it. Few names stand in two files, so those are sorted out first, in a table of bits that fits the cache.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, Hasher as _};

use foldhash::fast::FixedState;

use crate::source::Span;

/// The bit of a letter that says whether it is lower case, in eight bytes at once.
const CASE: u64 = 0x2020_2020_2020_2020;

/// A name of one file and its place.
///
/// 64 bits are enough for names that vendors choose. Whoever forges two names with one number gets a warning about
/// their own files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Equal for equal names.
    pub(crate) number: u64,
    /// Where it stands.
    pub(crate) span: Span,
}

/// The number of a name, or of several together.
pub(crate) fn number(name: impl Hash) -> u64 {
    FixedState::default().hash_one(name)
}

/// A number that is equal for texts which differ only in the case of ASCII letters. Some other texts share it too.
#[inline]
pub(crate) fn number_without_case(text: &str) -> u64 {
    masked(0, text, !CASE)
}

/// The number of a name that is one of another thing: of a team, or of a kind.
#[inline]
pub(crate) fn numbered(whose: u64, text: &str) -> u64 {
    masked(whose, text, u64::MAX)
}

/// The number of a text of which only some bits of every byte count.
#[inline]
fn masked(whose: u64, text: &str, mask: u64) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    let bytes = text.as_bytes();
    hasher.write_u64(whose);
    hasher.write_usize(bytes.len());
    let (eights, rest) = bytes.as_chunks::<8>();
    for eight in eights {
        hasher.write_u64(u64::from_le_bytes(*eight) & mask);
    }
    // The last eight bytes say the rest; a few of them are said twice.
    let word = match bytes.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => rest
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    hasher.write_u64(word & mask);
    hasher.finish()
}

/// A set of numbers that may claim to hold one too many: one bit a number, eight times as many bits as numbers.
#[derive(Debug)]
pub(crate) struct Sieve {
    /// The bits.
    bits: Vec<u64>,
}

impl Sieve {
    /// An empty set for so many numbers.
    pub(crate) fn new(count: usize) -> Self {
        let words = (count / 8 + 1).next_power_of_two();
        Self {
            bits: vec![0; words],
        }
    }

    /// The word and the bit of a number.
    fn place(&self, number: u64) -> (usize, u64) {
        let word = usize::try_from(number >> 6).unwrap_or(usize::MAX) & (self.bits.len() - 1);
        (word, 1 << (number & 63))
    }

    /// Adds a number; whether it may have been there.
    pub(crate) fn insert(&mut self, number: u64) -> bool {
        let (word, bit) = self.place(number);
        let was = self.bits[word] & bit != 0;
        self.bits[word] |= bit;
        was
    }

    /// Whether a number may be there.
    pub(crate) fn may_hold(&self, number: u64) -> bool {
        let (word, bit) = self.place(number);
        self.bits[word] & bit != 0
    }
}

/// The first place of every name that may stand twice.
#[derive(Debug, Default)]
pub(crate) struct Repeated {
    /// File and place, by number.
    first: HashMap<u64, (u32, Span), FixedState>,
}

impl Repeated {
    /// Looks through names, each with its file, in order. `names` hands them out anew for every pass.
    pub(crate) fn among<I: Iterator<Item = (u32, Mark)>>(names: impl Fn() -> I) -> Self {
        let mut once = Sieve::new(names().count());
        let mut twice = Vec::new();
        for (_, mark) in names() {
            if once.insert(mark.number) {
                twice.push(mark.number);
            }
        }
        if twice.is_empty() {
            return Self::default();
        }
        let mut wanted = Sieve::new(twice.len());
        for number in twice {
            wanted.insert(number);
        }
        let mut first = HashMap::default();
        for (file, mark) in names().filter(|(_, mark)| wanted.may_hold(mark.number)) {
            first.entry(mark.number).or_insert((file, mark.span));
        }
        Self { first }
    }

    /// Whether no name stands twice.
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The first place of a name, if that is in another file.
    pub(crate) fn earlier(&self, file: u32, mark: Mark) -> Option<(u32, Span)> {
        let first = self.first.get(&mark.number)?;
        (first.0 != file).then_some(*first)
    }
}

/// Looks through lists of short numbers and tells which of them have one in common with another, in order. `lists` hands
/// them out anew for every pass.
pub(crate) fn sharing<'l, I: Iterator<Item = &'l [u32]>>(lists: impl Fn() -> I) -> Vec<u32> {
    /// Eights of bits for each number that may stand twice. They are few, and one that passes for another is sorted too.
    const EIGHTS: usize = 4;
    let all = || {
        let owned = lists().zip(0_u32..);
        owned.flat_map(|(list, owner)| list.iter().map(move |number| (*number, owner)))
    };
    let mut once = Sieve::new(lists().map(<[u32]>::len).sum());
    let twice: Vec<u32> = all()
        .filter(|(number, _)| once.insert((*number).into()))
        .map(|(number, _)| number)
        .collect();
    let mut wanted = Sieve::new(EIGHTS * twice.len());
    for number in twice {
        wanted.insert(number.into());
    }
    let mut found: Vec<_> = all()
        .filter(|(number, _)| wanted.may_hold((*number).into()))
        .collect();
    found.sort_unstable();
    // A list may hold a number twice.
    found.dedup();
    let several = found
        .chunk_by(|(one, _), (other, _)| one == other)
        .filter(|same| same.len() > 1);
    let mut owners: Vec<u32> = several.flatten().map(|(_, owner)| *owner).collect();
    owners.sort_unstable();
    owners.dedup();
    owners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_of_letters_does_not_change_the_number_and_other_changes_do() {
        let same = |a, b| number_without_case(a) == number_without_case(b);
        assert!(same("com.Contoso.Guard", "COM.contoso.guard"));
        assert!(same("", ""));
        assert!(!same("com.contoso.guard", "com.contoso.guarx"));
        assert!(!same("abcdefgh", "abcdefghi"));
        assert!(!same("a", "ab"));
    }

    #[test]
    fn only_names_of_other_files_are_earlier() {
        let mark = |text: &str, at| Mark {
            number: number(text),
            span: Span::new(at, at + 1),
        };
        let names = [
            (0, mark("a", 1)),
            (0, mark("a", 2)),
            (1, mark("b", 3)),
            (2, mark("b", 4)),
            (2, mark("c", 5)),
        ];
        let repeated = Repeated::among(|| names.into_iter());
        let earlier: Vec<_> = names
            .iter()
            .map(|(file, mark)| repeated.earlier(*file, *mark))
            .collect();
        let first = Some((1, Span::new(3, 4)));
        assert_eq!(earlier, [None, None, None, first, None]);
    }

    #[test]
    fn lists_that_share_a_number_are_told_from_those_that_do_not() {
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
    fn a_sieve_forgets_nothing() {
        let mut sieve = Sieve::new(100);
        for text in 0..100_u64 {
            sieve.insert(number(text));
        }
        assert!((0..100_u64).all(|text| sieve.may_hold(number(text))));
        assert!(!(100..200_u64).all(|text| sieve.may_hold(number(text))));
    }
}
