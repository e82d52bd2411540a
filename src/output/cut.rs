//! What the renderer gets of a line: the part around a place if it is long, and letters that have a width.

use std::borrow::Cow;

use crate::escape::is_hidden;
use crate::source::Span;

/// Longest line that is handed to the renderer whole, in bytes; it shows what fits a screen.
const LINE_LIMIT: usize = 8 * 1024;

/// What is cut out of a longer line, in bytes: still more than fits a screen, and a line of a megabyte can have thousands
/// of faults.
const CUT: usize = 2 * 1024;

/// A character that can be shown, in as many bytes: the renderer replaces the control characters of ASCII itself, but
/// not the others (U+009B begins a command on some terminals), nor those that only have no width.
pub(super) fn same_length(letter: char) -> char {
    match letter.len_utf8() {
        2 if is_hidden(letter) => '\u{B7}',
        3 if is_hidden(letter) => '\u{FFFD}',
        4 if is_hidden(letter) => '\u{1F6AB}',
        _ => letter,
    }
}

/// A line, or the part of a long one around a place.
pub(super) struct Cut<'a> {
    /// What is shown, with `...` where something was left out.
    pub(super) text: Cow<'a, str>,
    /// Bytes of the file that are shown.
    span: Span,
    /// Bytes before them in `text`.
    pub(super) lead: usize,
}

impl<'a> Cut<'a> {
    /// Cuts a line of a text so that the byte `anchor` is in it.
    pub(super) fn new(text: &'a str, line: Span, anchor: u32) -> Self {
        if line.len() <= LINE_LIMIT {
            return Self {
                text: Cow::Borrowed(&text[line.range()]),
                span: line,
                lead: 0,
            };
        }
        let from = (anchor as usize)
            .saturating_sub(CUT / 4)
            .clamp(line.start as usize, line.end as usize);
        let start = text.floor_char_boundary(from);
        let end = text.floor_char_boundary((start + CUT).min(line.end as usize));
        let before = if start > line.start as usize {
            "..."
        } else {
            ""
        };
        let after = if end < line.end as usize { "..." } else { "" };
        Self {
            text: Cow::Owned(format!("{before}{}{after}", &text[start..end])),
            span: Span::new(start, end),
            lead: before.len(),
        }
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
