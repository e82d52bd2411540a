//! The lines of a text that a report shows, picked out of it while the file is in memory: when the report is written, the
//! file may be another one.

use super::{LineIndex, Position, Span, to_u32};

/// Places of one file that are at most this many lines apart share one picture, with the lines between them.
pub(crate) const TOGETHER: u32 = 30;

/// A place whose line is shown: a range is shown by the line of its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    /// The number of the line.
    pub(crate) line: u32,
    pub(crate) offset: u32,
}

impl Spot {
    /// Where a range with this position begins.
    pub(crate) fn new(start: Position, span: Span) -> Self {
        Self {
            line: start.line,
            offset: span.start,
        }
    }
}

/// The lines of some places of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// In the order of the text, each farther from the next than [`TOGETHER`].
    pieces: Box<[Piece]>,
}

/// Lines that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    /// The first byte, in the text they are from.
    start: u32,
    /// The number of the first line.
    line: u32,
    text: Box<str>,
    /// Whether the text ends with them, so that its end is a place in the last line.
    to_the_end: bool,
}

impl Excerpt {
    /// Picks lines out of a text.
    pub(crate) fn of(text: &str, mut spots: Vec<Spot>) -> Self {
        spots.sort_unstable();
        let near = spots.chunk_by(|one, next| next.line - one.line <= TOGETHER);
        let pieces = near.filter_map(|near| Some(Piece::of(text, *near.first()?, *near.last()?)));
        Self {
            pieces: pieces.collect(),
        }
    }

    /// The number of the piece that this byte is in.
    fn around(&self, offset: u32) -> Option<usize> {
        let begins = |piece: &Piece| piece.start <= offset;
        let number = self.pieces.partition_point(begins).checked_sub(1)?;
        self.pieces[number].holds(offset).then_some(number)
    }

    /// The same with the starts of its lines.
    pub(crate) fn lines(&self) -> Lines<'_> {
        let index = |piece: &Piece| LineIndex::from_line(piece.text.as_bytes(), piece.line);
        Lines {
            excerpt: self,
            starts: self.pieces.iter().map(index).collect(),
        }
    }
}

impl Piece {
    /// The lines from one place to another.
    fn of(text: &str, first: Spot, last: Spot) -> Self {
        let clamp = |spot: Spot| (spot.offset as usize).min(text.len());
        let (before, after) = text.as_bytes().split_at(clamp(first));
        let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        let last = clamp(last);
        let rest = &after[last - before.len()..];
        // With its line end, so that what follows is not part of the last line.
        let next = memchr::memchr(b'\n', rest).map(|end| last + end + 1);
        let end = next.unwrap_or(text.len());
        Self {
            start: to_u32(start),
            line: first.line,
            text: text[start..end].into(),
            to_the_end: next.is_none(),
        }
    }

    /// Whether a byte that is no earlier than its first is in one of its lines.
    fn holds(&self, offset: u32) -> bool {
        let within = (offset - self.start) as usize;
        within < self.text.len() || within == self.text.len() && self.to_the_end
    }
}

/// An excerpt whose line starts were counted.
pub(crate) struct Lines<'e> {
    excerpt: &'e Excerpt,
    /// The line starts of every piece.
    starts: Vec<LineIndex>,
}

impl Lines<'_> {
    /// The piece that a byte is in: its text, the starts of its lines, and the byte that it begins with.
    pub(crate) fn around(&self, offset: u32) -> Option<(&str, &LineIndex, u32)> {
        let number = self.excerpt.around(offset)?;
        let piece = &self.excerpt.pieces[number];
        Some((&piece.text, &self.starts[number], piece.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of a byte.
    fn spot(text: &str, offset: usize) -> Spot {
        let span = Span::new(offset, offset);
        let start = LineIndex::new(text.as_bytes()).position(text.as_bytes(), span.start);
        Spot::new(start, span)
    }

    #[test]
    fn lines_of_an_excerpt_are_those_of_the_whole() {
        let far = "\n".repeat(TOGETHER as usize);
        let long = format!("one\ntwo\r\n\nfür\n{far}\nmiddle\n{far}last");
        for text in [&*long, "\n\n", "", "a\n", "a"] {
            let whole = LineIndex::new(text.as_bytes());
            for first in 0..=text.len() {
                for last in [first, (first + 40).min(text.len()), text.len()] {
                    let spots = vec![spot(text, last), spot(text, first)];
                    let excerpt = Excerpt::of(text, spots);
                    let lines = excerpt.lines();
                    for offset in [first, last] {
                        let at = spot(text, offset);
                        let (piece, starts, start) = lines.around(at.offset).unwrap();
                        assert_eq!(
                            starts.position(piece.as_bytes(), at.offset - start),
                            whole.position(text.as_bytes(), at.offset)
                        );
                        let span = starts.line_span(piece.as_bytes(), at.line);
                        let of_whole = whole.line_span(text.as_bytes(), at.line);
                        assert_eq!(&piece[span.range()], &text[of_whole.range()]);
                    }
                }
            }
        }
    }

    #[test]
    fn only_lines_of_places_and_those_between_near_ones_are_kept() {
        let text = "line\n".repeat(200);
        let at = |line: u32| spot(&text, (line as usize - 1) * 5 + 2);
        let (near, far) = (at(5 + TOGETHER), at(6 + 2 * TOGETHER));
        let excerpt = Excerpt::of(&text, vec![far, at(5), near]);
        let held = (1..=200).filter(|line| excerpt.around(at(*line).offset).is_some());
        assert!(held.eq((5..=near.line).chain([far.line])));
    }
}
