//! Names that stand twice: equal ones, ones that differ only in case, and sorted names to look others up in.
//!
//! Lists can be long (Intune takes 600 teams), so nothing here compares every name with every other.

use std::cmp::Ordering;

use crate::profile::{Strings, Text};

/// Up to so many names are compared pair by pair, which needs no memory.
const FEW: usize = 8;

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
    let count = list.items().count();
    if count < 2 || (count <= FEW && !any_alike(list)) {
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

/// Whether two names of a short list are the same but for case.
fn any_alike(list: Strings<'_>) -> bool {
    list.iter().enumerate().any(|(position, name)| {
        list.iter()
            .skip(position + 1)
            .any(|other| other.as_str().eq_ignore_ascii_case(name.as_str()))
    })
}

/// Order without regard to case of ASCII letters.
fn without_case(a: &str, b: &str) -> Ordering {
    let fold = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(fold).cmp(b.bytes().map(fold))
}

/// Names to look others up in; case is told by whoever asks.
pub(super) struct Names<'d>(Vec<Text<'d>>);

impl<'d> Names<'d> {
    /// Sorts the names.
    pub(super) fn new(names: impl Iterator<Item = Text<'d>>) -> Self {
        let mut names: Vec<_> = names.collect();
        names.sort_by(|a, b| without_case(a.as_str(), b.as_str()));
        Self(names)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name equal to this one.
    pub(super) fn find<'a>(&'a self, name: &'a str) -> Option<&'a Text<'d>> {
        self.alike(name).find(|own| own.as_str() == name)
    }

    /// The names that differ from this one in case at most.
    pub(super) fn alike<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Text<'d>> {
        let start = self
            .0
            .partition_point(|own| without_case(own.as_str(), name) == Ordering::Less);
        self.0[start..]
            .iter()
            .take_while(move |own| own.as_str().eq_ignore_ascii_case(name))
    }

    /// The names, sorted.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Text<'d>> {
        self.0.iter()
    }
}
