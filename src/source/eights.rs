//! Eight bytes at once: what readers ask most often, in the words of a register. A profile is made of short texts and
//! deep indents, for which the searches of a library cost more to begin than to do.

use memchr::memchr;

/// The lowest bit of every byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The highest bit of every byte.
const TOPS: u64 = 0x8080_8080_8080_8080;

/// Eight times `<`.
const LESS: u64 = 0x3C * ONES;

/// Texts longer than this are searched with wider registers.
const LONG: usize = 64;

/// The next eight bytes, the first lowest; zeros stand for those behind the end.
#[inline]
pub(crate) fn word(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => padded(rest),
    }
}

/// The same for the last bytes of a file.
#[cold]
fn padded(rest: &[u8]) -> u64 {
    let mut eight = [0; 8];
    eight[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(eight)
}

/// Up to eight bytes that a word may begin with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    wanted: u64,
    mask: u64,
}

impl Start {
    /// From the bytes, at most eight.
    pub(crate) const fn new(bytes: &[u8]) -> Self {
        let (mut wanted, mut mask, mut at) = (0, 0, 0);
        while at < bytes.len() {
            wanted |= (bytes[at] as u64) << (8 * at);
            mask |= 0xFF << (8 * at);
            at += 1;
        }
        Self { wanted, mask }
    }

    #[inline]
    pub(crate) const fn begins(self, word: u64) -> bool {
        word & self.mask == self.wanted
    }
}

/// How many of eight bytes, from the first, are this one.
#[inline]
pub(crate) const fn run_of(byte: u8, word: u64) -> usize {
    ((word ^ (byte as u64 * ONES)).trailing_zeros() / 8) as usize
}

/// The highest bit of the first byte that is zero, and perhaps of bytes behind it.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & TOPS
}

/// The next `<`.
#[inline]
pub(crate) fn find_less(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while at < from + LONG
        && let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk)
    {
        let found = zeros(u64::from_le_bytes(*eight) ^ LESS);
        if found != 0 {
            return Some(at + (found.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    memchr(b'<', bytes.get(at..)?).map(|length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_where_a_plain_search_finds_it() {
        for length in 0..200 {
            for place in 0..=length {
                for mark in [b'<', b'=', b';', 0, 0x80, 0xBC, 0xFF] {
                    let mut text = vec![b'a'; length + 1];
                    text[place] = mark;
                    text[length] = b'<';
                    for from in [0, place / 2, place, length] {
                        let plain = text[from..].iter().position(|byte| *byte == b'<');
                        assert_eq!(find_less(&text, from), plain.map(|at| from + at));
                    }
                }
            }
        }
        assert_eq!(find_less(b"abc", 0), None);
        assert_eq!(find_less(b"abc", 7), None);
        // A borrow runs from a byte that is zero into the next one.
        assert_eq!(find_less(b"=;<=;<=<", 0), Some(2));
    }

    #[test]
    fn a_word_begins_as_its_bytes_do() {
        let word = word(b"<key>A</key>", 0);
        assert!(Start::new(b"<key>").begins(word));
        assert!(!Start::new(b"<keys").begins(word));
        assert!(Start::new(b"").begins(word));
        assert!(Start::new(b"</a").begins(super::word(b"x</a", 1)));
        assert_eq!(super::word(b"x", 5), 0);
    }

    #[test]
    fn runs_are_counted_from_the_first_byte() {
        assert_eq!(run_of(b'\t', word(b"\t\t\t<key>\t", 0)), 3);
        assert_eq!(run_of(b' ', word(b"        ", 0)), 8);
        assert_eq!(run_of(b' ', word(b"<  ", 0)), 0);
    }
}
