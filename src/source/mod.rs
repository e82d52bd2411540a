//! Where text came from and how a byte offset becomes a line and a column.
//!
//! Everything below the reports works with byte ranges ([`Span`]); lines and columns are computed only when a
//! finding is shown, because counting them for every value of 10,000 files would cost more than parsing.

pub(crate) mod excerpt;

use std::sync::OnceLock;

/// A byte offset or another number that counts parts of a file. 32 bits are enough: files over 256 MiB are refused when
/// read, so that nothing is ever clamped.
pub(crate) fn to_u32(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A half-open byte range in one source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Span {
    pub(crate) start: u32,
    /// One past the last byte.
    pub(crate) end: u32,
}

impl Span {
    /// The range `start..end`.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self {
            start: to_u32(start),
            end: to_u32(end.max(start)),
        }
    }

    /// The same range as `usize`, for slicing.
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same range in a text that begins with this byte.
    pub(crate) fn after(self, first: u32) -> Self {
        Self {
            start: self.start.saturating_sub(first),
            end: self.end.saturating_sub(first),
        }
    }

    pub(crate) fn len(self) -> usize {
        (self.end - self.start) as usize
    }
}

/// A value together with the place it was written at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub(crate) fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A place as people count it: from 1, columns in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Position {
    pub(crate) line: u32,
    /// Column, from 1, in Unicode scalar values.
    pub(crate) column: u32,
}

/// Offsets of line starts of one text, built once per text that has something to show.
#[derive(Clone, Debug)]
pub(crate) struct LineIndex {
    /// The lines before the first of these.
    skipped: u32,
    /// Byte offset of the first byte of every line.
    starts: Vec<u32>,
    /// How many characters come before every block of the text; counted when a long line asks for it, because a profile
    /// in one line would else be counted from its start for every finding.
    before: OnceLock<Vec<u32>>,
}

/// Bytes of a block.
const BLOCK: usize = 1024;

impl LineIndex {
    /// Finds all line starts. Lines end with LF; a CR before it belongs to the line end.
    pub(crate) fn new(text: &[u8]) -> Self {
        Self::from_line(text, 1)
    }

    /// The same for a text that begins with another line than the first.
    pub(crate) fn from_line(text: &[u8], first: u32) -> Self {
        let ends = memchr::memchr_iter(b'\n', text);
        // Counted first: a list that grows by doubling would hold a file of blank lines three times.
        let mut starts = Vec::with_capacity(ends.clone().count() + 1);
        starts.push(0);
        starts.extend(ends.map(|at| to_u32(at + 1)));
        Self {
            skipped: first.saturating_sub(1),
            starts,
            before: OnceLock::new(),
        }
    }

    /// Number of lines, at least one.
    pub(crate) fn lines(&self) -> usize {
        self.skipped as usize + self.starts.len()
    }

    /// Line and column of a byte offset; an offset past the end counts as the end.
    pub(crate) fn position(&self, text: &[u8], offset: u32) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        let start = self.starts[line] as usize;
        let end = (offset as usize).min(text.len()).max(start);
        Position {
            line: self.skipped + to_u32(line + 1),
            column: to_u32(self.scalars(text, start, end) + 1),
        }
    }

    /// Counts the characters between two bytes, of a long line by its blocks.
    fn scalars(&self, text: &[u8], start: usize, end: usize) -> usize {
        if end - start <= 2 * BLOCK {
            return scalars(&text[start..end]);
        }
        let before = self.before.get_or_init(|| {
            let mut count = 0;
            text.chunks(BLOCK)
                .map(|block| {
                    let before = count;
                    count += to_u32(scalars(block));
                    before
                })
                .collect()
        });
        let until = |at: usize| {
            let block = at / BLOCK;
            let counted = before.get(block).copied().unwrap_or(0);
            counted as usize + scalars(&text[block * BLOCK..at])
        };
        // A text whose length is a multiple has no block after its last byte.
        until(end - 1) + scalars(&text[end - 1..end]) - until(start)
    }

    /// The byte range of a line (from 1), without its line end; empty when there is no such line.
    pub(crate) fn line_span(&self, text: &[u8], line: u32) -> Span {
        let line = line.saturating_sub(self.skipped) as usize;
        let Some(start) = line.checked_sub(1).and_then(|at| self.starts.get(at)) else {
            return Span::default();
        };
        let end = self
            .starts
            .get(line)
            .map_or(text.len(), |next| *next as usize - 1);
        let mut span = Span::new(*start as usize, end);
        if text[span.range()].ends_with(b"\r") {
            span.end -= 1;
        }
        span
    }
}

/// Counts Unicode scalar values; bytes that are not UTF-8 count one each unless they look like a continuation.
fn scalars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_not_bytes() {
        let text = "a\nüx".as_bytes();
        let lines = LineIndex::new(text);
        assert_eq!(lines.position(text, 4), Position { line: 2, column: 2 });
    }

    #[test]
    fn columns_of_a_long_line_are_those_of_a_short_one() {
        let text = format!("first\n{}\n", "aü€\u{1f600}".repeat(1000));
        let text = text.as_bytes();
        let lines = LineIndex::new(text);
        for at in (6..text.len()).step_by(7) {
            let column = scalars(&text[6..at]) + 1;
            let place = lines.position(text, to_u32(at));
            assert_eq!(place.column as usize, column, "at {at}");
        }
    }

    #[test]
    fn a_line_span_leaves_out_the_line_end() {
        let text = b"one\r\ntwo";
        let lines = LineIndex::new(text);
        assert_eq!(lines.line_span(text, 1), Span::new(0, 3));
        assert_eq!(lines.line_span(text, 2), Span::new(5, 8));
        assert_eq!(lines.line_span(text, 9), Span::default());
    }
}
