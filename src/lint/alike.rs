//! Names that stand twice: equal ones, ones that differ only in case, and sorted names to look others up in.
//!
//! Lists can be long (Intune takes 600 teams), so nothing here compares every name with every other.

use std::cmp::Ordering;

use super::mark::number_without_case;
use crate::profile::{Strings, Text};

/// Two names of one list that are the same but for case: the one that stands first, and the later one.
pub(super) struct Pair<'d> {
    /// The one that stands first in the file.
    pub(super) first: Text<'d>,
    /// The later one.
    pub(super) again: Text<'d>,
}

impl Pair<'_> {
    /// Whether they are equal to the letter.
    pub(super) fn is_equal(&self) -> bool {
        self.first.value == self.again.value
    }
}

/// The names of a list that repeat an earlier one, each once: with an equal earlier one if there is one, otherwise
/// with the first that differs in case only.
pub(super) fn pairs(list: Strings<'_>) -> Vec<Pair<'_>> {
    if list.items().nth(1).is_none() || !any_alike(list) {
        return Vec::new();
    }
    let mut names: Vec<Text<'_>> = list.iter().collect();
    names.sort_by(|a, b| {
        without_case(a.as_str(), b.as_str())
            .then_with(|| a.value.cmp(&b.value))
            .then_with(|| a.element.start.cmp(&b.element.start))
    });
    let mut found = Vec::new();
    for group in names.chunk_by(|a, b| a.as_str().eq_ignore_ascii_case(b.as_str())) {
        let Some(first) = group.iter().min_by_key(|name| name.element.start) else {
            continue;
        };
        for equal in group.chunk_by(|a, b| a.value == b.value) {
            found.extend(equal.iter().enumerate().filter_map(|(position, name)| {
                let earlier = if position == 0 { first } else { &equal[0] };
                (earlier.element != name.element).then(|| Pair {
                    first: earlier.clone(),
                    again: name.clone(),
                })
            }));
        }
    }
    found
}

/// Whether two names of a list may be the same but for case: numbers sort faster than texts.
fn any_alike(list: Strings<'_>) -> bool {
    let mut numbers: Vec<u64> = list
        .iter()
        .map(|name| number_without_case(name.as_str()))
        .collect();
    numbers.sort_unstable();
    numbers.windows(2).any(|two| two[0] == two[1])
}

/// Order without regard to case of ASCII letters.
fn without_case(a: &str, b: &str) -> Ordering {
    let fold = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(fold).cmp(b.bytes().map(fold))
}

/// Names to look others up in; case is told by whoever asks.
pub(super) struct Names<'d> {
    /// The names.
    names: Vec<Text<'d>>,
    /// The number of each with its place among them, sorted; none where there are few.
    numbers: Vec<(u64, usize)>,
}

/// So many names are compared sooner than their numbers are sorted.
const FEW: usize = 16;

impl<'d> Names<'d> {
    /// Sorts the names.
    pub(super) fn new(names: impl Iterator<Item = Text<'d>>) -> Self {
        let names: Vec<_> = names.collect();
        let mut numbers = Vec::new();
        if names.len() > FEW {
            let own = names.iter().map(|name| number_without_case(name.as_str()));
            numbers.extend(own.zip(0..));
            numbers.sort_unstable();
        }
        Self { names, numbers }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The name equal to this one.
    pub(super) fn find<'a>(&'a self, name: &'a str) -> Option<&'a Text<'d>> {
        self.alike(name).find(|own| own.as_str() == name)
    }

    /// The names that differ from this one in case at most.
    pub(super) fn alike<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Text<'d>> {
        let few: &[_] = if self.numbers.is_empty() {
            &self.names
        } else {
            &[]
        };
        let number = if few.is_empty() {
            number_without_case(name)
        } else {
            0
        };
        let start = self.numbers.partition_point(|own| own.0 < number);
        let many = self.numbers[start..]
            .iter()
            .take_while(move |own| own.0 == number)
            .map(|own| &self.names[own.1]);
        few.iter()
            .chain(many)
            .filter(move |own| own.as_str().eq_ignore_ascii_case(name))
    }

    /// The names, as they came.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Text<'d>> {
        self.names.iter()
    }
}
