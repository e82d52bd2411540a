//! What the renderer gets of a line: as much around the marks as the terminal is wide, in letters that have a width. It
//! cuts long lines itself, but reads them whole for it, and a report may show each of ten thousand places of one line.

use unicode_width::UnicodeWidthChar as _;

use crate::escape::is_hidden;
use crate::source::Span;

/// Where something was left out.
const GAP: &str = "...";

/// Columns of a tab, as the renderer shows it.
const TAB: usize = 4;

/// A character that can be shown, in as many bytes: the renderer replaces the control characters of ASCII itself, but
/// not the others (U+009B begins a command on some terminals), nor those that only have no width.
fn same_length(letter: char) -> char {
    match letter.len_utf8() {
        2 if is_hidden(letter) => '\u{B7}',
        3 if is_hidden(letter) => '\u{FFFD}',
        4 if is_hidden(letter) => '\u{1F6AB}',
        _ => letter,
    }
}

/// Columns of a character; at least one, so that a line of accents ends too.
fn columns(letter: char) -> usize {
    match letter {
        '\t' => TAB,
        letter => same_length(letter).width().unwrap_or(1).max(1),
    }
}

/// How many bytes of these characters fit into so many columns, and how many columns they take.
fn fitting(letters: impl Iterator<Item = char>, limit: usize) -> (usize, usize) {
    let (mut bytes, mut used) = (0, 0);
    for letter in letters {
        if used + columns(letter) > limit {
            break;
        }
        used += columns(letter);
        bytes += letter.len_utf8();
    }
    (bytes, used)
}

/// A line, or the part of a long one around its marks.
pub(super) struct Cut {
    /// What is shown, with `...` where something was left out.
    pub(super) text: String,
    /// Bytes of the file that are shown.
    span: Span,
    /// Bytes before them in `text`.
    lead: usize,
}

impl Cut {
    /// Cuts a line of a text to a width. `marks` reaches from the first mark to the end of the last; `label` is how many
    /// columns it needs behind that.
    pub(super) fn new(text: &str, line: Span, marks: Span, label: usize, width: usize) -> Self {
        let whole = &text[line.range()];
        let (bytes, _) = fitting(whole.chars(), width);
        if bytes == whole.len() {
            return Self::of(whole, line, "", "");
        }
        let room = width.saturating_sub(2 * GAP.len()).max(1);
        let within = |offset: u32| {
            text.floor_char_boundary(offset.clamp(line.start, line.end) as usize)
                - line.start as usize
        };
        let (mark, end) = (within(marks.start), within(marks.end));
        let (before, after) = whole.split_at(mark);
        let (_, marked) = fitting(whole.get(mark..end).unwrap_or_default().chars(), room);
        // In the middle, and what one side does not need is the other's.
        let left = room.saturating_sub(marked + label) / 2;
        let (_, right) = fitting(after.chars(), room - left);
        let (start, left) = fitting(before.chars().rev(), room - right);
        let (end, _) = fitting(after.chars(), room - left);
        let (start, end) = (mark - start, mark + end);
        let gap = |is_cut: bool| if is_cut { GAP } else { "" };
        let base = line.start as usize;
        Self::of(
            &whole[start..end],
            Span::new(base + start, base + end),
            gap(start > 0),
            gap(end < whole.len()),
        )
    }

    fn of(part: &str, span: Span, before: &str, after: &str) -> Self {
        let mut text = String::with_capacity(part.len() + before.len() + after.len());
        text.push_str(before);
        text.extend(part.chars().map(same_length));
        text.push_str(after);
        Self {
            text,
            span,
            lead: before.len(),
        }
    }

    /// Whether columns in it are not those of the line.
    pub(super) fn is_moved(&self) -> bool {
        self.lead > 0
    }

    /// Where a range of the file is in the cut: within it, on character boundaries.
    pub(super) fn range(&self, text: &str, span: Span) -> std::ops::Range<usize> {
        let (low, high) = (self.span.start as usize, self.span.end as usize);
        let clamp = |offset: u32| (offset as usize).clamp(low, high);
        let start = text.floor_char_boundary(clamp(span.start)).max(low);
        let end = text.ceil_char_boundary(clamp(span.end)).clamp(start, high);
        start - low + self.lead..end - low + self.lead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_fits_and_holds_the_mark_wherever_it_is() {
        let text = format!(
            "first\n{}\nlast",
            "ab\tcä€\u{1f600}\u{9b}e\u{301}".repeat(200)
        );
        let line = Span::new(6, text.len() - 5);
        for width in [1, 10, 60, 120] {
            for at in (6..text.len() - 5).step_by(37) {
                let mark = Span::new(at, at + 3);
                let cut = Cut::new(&text, line, mark, 12, width);
                let used: usize = cut.text.chars().map(columns).sum();
                assert!(
                    used <= width.max(2 * GAP.len() + TAB),
                    "{width}: {}",
                    cut.text
                );
                let range = cut.range(&text, mark);
                assert!(
                    cut.text.get(range.clone()).is_some(),
                    "{range:?} in {}",
                    cut.text
                );
                let start = text.floor_char_boundary(at);
                if width > 10 {
                    let letter = text[start..].chars().next().map(same_length);
                    assert_eq!(cut.text[range].chars().next(), letter);
                }
            }
        }
    }
}
