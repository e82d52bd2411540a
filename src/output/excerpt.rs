//! A few lines of a file around a place, with the place marked, for formats that draw no picture of their own.

use crate::escape::visible;
use crate::source::{LineIndex, Span};

/// Lines shown before and after.
const CONTEXT: u32 = 2;

/// Characters shown of a long line on either side of the mark.
const WIDTH: usize = 160;

/// A text with its line starts.
pub(super) struct Text<'t> {
    text: &'t str,
    lines: LineIndex,
}

/// One line, everything in it visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number, padded to the width of the last one's.
    pub(super) number: String,
    /// What comes before the mark, or the whole line.
    pub(super) before: String,
    /// The marked part; empty on most lines.
    pub(super) marked: String,
    /// What comes after it.
    pub(super) after: String,
}

impl<'t> Text<'t> {
    /// Finds the lines of a text.
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            lines: LineIndex::new(text.as_bytes()),
        }
    }

    /// The lines around a place, of which the first is marked.
    pub(super) fn around(&self, span: Span) -> Vec<Line> {
        let bytes = self.text.as_bytes();
        let line = self.lines.position(bytes, span.start).line;
        let count = u32::try_from(self.lines.lines()).unwrap_or(u32::MAX);
        let last = line.saturating_add(CONTEXT).min(count);
        let width = last.to_string().len();
        (line.saturating_sub(CONTEXT).max(1)..=last)
            .map(|number| {
                let whole = self.lines.line_span(bytes, number);
                let mark = if number == line {
                    self.within(span, whole)
                } else {
                    Span::new(whole.end as usize, whole.end as usize)
                };
                let slice = |start: u32, end: u32| &self.text[start as usize..end as usize];
                let before = slice(whole.start, mark.start);
                Line {
                    number: format!("{number:>width$}"),
                    before: if number == line {
                        tail(before)
                    } else {
                        head(before)
                    },
                    marked: head(slice(mark.start, mark.end)),
                    after: head(slice(mark.end, whole.end)),
                }
            })
            .collect()
    }

    /// The part of a place in a line, on character boundaries.
    fn within(&self, span: Span, line: Span) -> Span {
        let (low, high) = (line.start as usize, line.end as usize);
        let start = self
            .text
            .floor_char_boundary((span.start as usize).clamp(low, high));
        let end = self
            .text
            .ceil_char_boundary((span.end as usize).clamp(start, high));
        Span::new(start.max(low), end)
    }
}

/// Tabs are kept: they are the indent of most profiles.
fn shown(text: &str) -> String {
    let parts: Vec<_> = text.split('\t').map(visible).collect();
    parts.join("  ")
}

/// The beginning of a text, if it is long.
fn head(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        None => shown(text),
        Some((end, _)) => format!("{}…", shown(&text[..end])),
    }
}

/// The end of a text, if it is long.
fn tail(text: &str) -> String {
    match text.char_indices().nth_back(WIDTH) {
        None => shown(text),
        Some((start, _)) => format!("…{}", shown(&text[start..])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_span_is_clamped() {
        let text = Text::new("käse\r\nbrot\n");
        for start in 0..16 {
            for end in 0..16 {
                assert!(!text.around(Span { start, end }).is_empty());
            }
        }
    }

    #[test]
    fn the_place_is_marked_and_long_lines_are_cut() {
        let long = format!("{}HERE{}", "ä".repeat(5000), "b".repeat(5000));
        let lines = Text::new(&long).around(Span::new(10_000, 10_004));
        assert_eq!(lines[0].marked, "HERE");
        assert!(lines[0].before.chars().count() < 200 && lines[0].after.len() < 200);
    }
}
