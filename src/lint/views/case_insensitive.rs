//! Names that repeat in one list: equal ones, and ones that differ only in case.
//!
//! Lists can be long (Intune takes 600 teams), so nothing here compares every name with every other.

use std::cmp::Ordering;

use crate::profile::{Strings, Text};

/// The names of a list that repeat an earlier one, each once: behind an equal earlier one if there is one, otherwise
/// behind the first that differs in case only.
pub(super) fn pairs(list: Strings<'_>) -> Vec<(Text<'_>, Text<'_>)> {
    let mut names: Vec<Text<'_>> = list.iter().collect();
    names.sort_by(|a, b| {
        compare(a.as_str(), b.as_str())
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
                (earlier.element != name.element).then(|| (earlier.clone(), name.clone()))
            }));
        }
    }
    found
}

/// Order without regard to case of ASCII letters.
fn compare(a: &str, b: &str) -> Ordering {
    let fold = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(fold).cmp(b.bytes().map(fold))
}
