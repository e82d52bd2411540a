//! Names with the numbers that answer most questions about them: whether two are equal, whether the ready policies know
//! one. A repository holds hundreds of thousands, and next to none of them is equal to another or known.

use std::sync::LazyLock;

use super::mark::{Sieve, number_without_case};
use crate::catalogue::known::known;

/// A name with its number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'t> {
    /// The name.
    pub(super) text: &'t str,
    /// Equal for names that differ only in case.
    pub(super) number: u64,
}

impl<'t> Name<'t> {
    /// Numbers a name.
    #[inline]
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            number: number_without_case(text),
        }
    }

    /// Whether the ready policies know it as a Team ID or bundle ID. One of five hundred others passes for one that they
    /// know.
    #[inline]
    pub(super) fn may_be_known(self) -> bool {
        /// Eights of bits for each name.
        const EIGHTS: usize = 64;
        /// The names that they know.
        static KNOWN: LazyLock<Sieve> = LazyLock::new(|| {
            let mut sieve = Sieve::new(known().names().count() * EIGHTS);
            for name in known().names() {
                sieve.insert(number_without_case(name));
            }
            sieve
        });
        KNOWN.may_hold(self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_name_may_be_known_and_few_others() {
        for name in known().names() {
            assert!(Name::of(name).may_be_known(), "{name}");
        }
        let others = (0..10_000).map(|other| format!("com.contoso.extension{other}"));
        let taken = others.filter(|name| Name::of(name).may_be_known()).count();
        assert!(taken < 100, "{taken}");
    }
}
