//! What was seen already, as far as a few bits tell: for short lists, of which there are many and of which next to none
//! names anything twice.

/// Numbers that were seen, or may have been: bits on the stack, so that the short lists of which there are many need no
/// memory of their own. The number of words is a power of two.
pub(crate) struct Seen<const WORDS: usize>([u64; WORDS]);

impl<const WORDS: usize> Default for Seen<WORDS> {
    fn default() -> Self {
        Self([0; WORDS])
    }
}

impl<const WORDS: usize> Seen<WORDS> {
    /// The word and the bit of a number.
    fn place(number: u64) -> (usize, u64) {
        let word = usize::try_from(number >> 6).unwrap_or(usize::MAX);
        (word & (WORDS - 1), 1 << (number & 63))
    }

    /// Adds a number; whether it may have been there.
    pub(crate) fn again(&mut self, number: u64) -> bool {
        let (word, bit) = Self::place(number);
        let was = self.0[word] & bit != 0;
        self.0[word] |= bit;
        was
    }
}
