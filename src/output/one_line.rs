//! Pictures of short lines of plain letters with one mark each, which nearly all are, drawn without the renderer.
//!
//! The renderer lays a picture out cell by cell, in some sixty thousand instructions: in a report of ten thousand profiles that
//! was a tenth of the run. Whatever is longer, wider or rarer than this is left to it; a test holds both to one form.

use annotate_snippets::AnnotationKind;

use super::snippet::{Place, Source, Window};
use crate::escape::visible;
use crate::source::Position;

/// The renderer cuts a line that does not fit its 140 columns.
const WIDEST: usize = 120;

/// And takes away blanks before a line that begins further in.
const FARTHEST_IN: usize = 20;

/// Columns of a tab.
const TAB: &str = "    ";

/// A line with one mark.
struct Line<'a> {
    /// The place that is marked.
    place: &'a Place<'a>,
    /// The number of the line, and the column for the heading.
    at: Position,
    /// The line.
    shown: &'a str,
    /// Columns before the mark.
    before: usize,
    /// Columns of the mark.
    marked: usize,
    /// What the mark is made of.
    mark: char,
}

/// The picture, without the line feed at its end; `None` for what is not as plain.
pub(super) fn picture(windows: &[Window<'_>]) -> Option<String> {
    let lines: Vec<_> = windows.iter().map(Line::of).collect::<Option<_>>()?;
    let last = lines.iter().map(|line| line.at.line).max()?;
    // As wide as the widest number.
    let margin = last.to_string().len();
    let size = lines
        .iter()
        .map(|line| line.place.path.len() + 2 * line.shown.len());
    let mut picture = String::with_capacity(size.sum::<usize>() + 100 * lines.len());
    for (count, line) in lines.iter().enumerate() {
        if count > 0 {
            picture.push('\n');
            blanks(margin + 1, &mut picture);
            picture.push_str("|\n");
        }
        blanks(margin, &mut picture);
        picture.push_str(if count == 0 { "--> " } else { "::: " });
        line.draw(margin, &mut picture);
    }
    Some(picture)
}

impl<'a> Line<'a> {
    /// The line of a window, if it is a plain one and the only one.
    fn of(window: &Window<'a>) -> Option<Self> {
        let [(place, at, kind)] = window.places[..] else {
            return None;
        };
        let Source { text, lines } = place.source?;
        let line = lines.line_span(text.as_bytes(), at.line);
        // Before anything reads it: of a file on one line, ten thousand places would each read all of it.
        if line.len() > WIDEST {
            return None;
        }
        let shown = text.get(line.range())?;
        // The renderer drops blanks at the end of a line.
        let ends_in_blank =
            shown.is_empty() || shown.ends_with([' ', '\t']) || place.label.ends_with(' ');
        let plain = shown.bytes().all(is_plain) && place.label.bytes().all(is_letter);
        if !plain || ends_in_blank {
            return None;
        }
        let within = |offset: u32| (offset.clamp(line.start, line.end) - line.start) as usize;
        let (start, end) = (within(place.span.start), within(place.span.end));
        let blank = shown.len() - shown.trim_start().len();
        if columns(shown) > WIDEST || columns(&shown[..blank]) > FARTHEST_IN {
            return None;
        }
        Some(Self {
            place,
            at,
            shown,
            before: columns(&shown[..start]),
            marked: columns(shown.get(start..end)?).max(1),
            mark: match kind {
                AnnotationKind::Primary => '^',
                _ => '-',
            },
        })
    }

    /// Draws it, from its heading on.
    fn draw(&self, margin: usize, picture: &mut String) {
        let number = self.at.line.to_string();
        picture.push_str(&visible(self.place.path));
        for part in [":", &number, ":", &self.at.column.to_string(), "\n"] {
            picture.push_str(part);
        }
        blanks(margin + 1, picture);
        picture.push_str("|\n");
        blanks(margin - number.len(), picture);
        picture.push_str(&number);
        picture.push_str(" | ");
        for (part, piece) in self.shown.split('\t').enumerate() {
            if part > 0 {
                picture.push_str(TAB);
            }
            picture.push_str(piece);
        }
        picture.push('\n');
        blanks(margin + 1, picture);
        picture.push_str("| ");
        blanks(self.before, picture);
        picture.extend(std::iter::repeat_n(self.mark, self.marked));
        if !self.place.label.is_empty() {
            picture.push(' ');
            picture.push_str(self.place.label);
        }
    }
}

/// A letter, sign or blank that is one byte and one column.
fn is_letter(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// The same, or a tab.
fn is_plain(byte: u8) -> bool {
    is_letter(byte) || byte == b'\t'
}

/// Columns of plain text.
fn columns(text: &str) -> usize {
    let tabs = memchr::memchr_iter(b'\t', text.as_bytes()).count();
    text.len() + tabs * (TAB.len() - 1)
}

/// So many blanks.
fn blanks(count: usize, picture: &mut String) {
    picture.extend(std::iter::repeat_n(' ', count));
}

#[cfg(test)]
mod tests {
    use super::super::snippet::{drawn, windows};
    use super::*;
    use crate::output::snippet::Report;
    use crate::severity::Severity;
    use crate::source::{LineIndex, Span};

    /// Whether this file draws places in a text, which it then has to draw as the renderer does.
    fn draws(text: &str, places: &[(Span, &str)]) -> bool {
        let lines = LineIndex::new(text.as_bytes());
        let mut places = places.iter().map(|(span, label)| Place {
            path: "a\u{202e}.yaml",
            source: Some(Source {
                text,
                lines: &lines,
            }),
            span: *span,
            label,
        });
        let report = Report {
            severity: Severity::Error,
            rule: None,
            message: "",
            place: places.next().unwrap(),
            related: places.collect(),
            help: Vec::new(),
            notes: Vec::new(),
        };
        let own = picture(&windows(&report));
        if let Some(own) = &own {
            assert_eq!(own, &drawn(&report), "{report:?}");
        }
        own.is_some()
    }

    #[test]
    fn plain_lines_are_drawn_as_the_renderer_draws_them() {
        let mut own = 0;
        let wide = "x".repeat(130);
        let far = format!("{}far in", " ".repeat(30));
        let lines = [
            "",
            "x",
            "  <string>ubf8t346g9</string>",
            "\t\t<key>AllowedTeamIdentifiers</key>  ",
            "one\ttwo\t",
            "\t\t\t\t\tfive tabs",
            "\t\t\t\t\t\tsix tabs",
            "k\u{e4}se",
            "a \u{1b}[31m b",
            &far,
            &wide,
        ];
        for (number, line) in lines.iter().enumerate() {
            for head in ["", "first\n", &"\n".repeat(99)] {
                for tail in ["", "\n", "\r\n", "\nlast\n"] {
                    let text = format!("{head}{line}{tail}");
                    for start in (0..=line.len()).step_by(1 + number) {
                        for length in [0, 1, 7, 200] {
                            let start = head.len() + start;
                            let span = Span::new(start, start + length);
                            for label in ["", "`this` is wrong", &wide, "\u{1b}", "two\nlines"] {
                                own += usize::from(draws(&text, &[(span, label)]));
                            }
                        }
                    }
                }
            }
        }
        assert!(own > 1_500, "{own}");
    }

    #[test]
    fn lines_far_apart_are_drawn_as_the_renderer_draws_them() {
        let text = format!(
            "first\n{}second\n{}\tthird\n",
            "\n".repeat(60),
            "\n".repeat(90)
        );
        let spans = ["first", "second", "third"].map(|word| {
            let start = text.find(word).unwrap();
            Span::new(start, start + word.len())
        });
        for first in 0..3 {
            for label in ["", "this one"] {
                let places = [0, 1, 2].map(|more| (spans[(first + more) % 3], label));
                for count in 1..=3 {
                    assert!(draws(&text, &places[..count]), "{first} {count}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_renderer() {
        let wide = format!("{}\t", "x".repeat(118));
        let start = Span::new(0, 1);
        for text in ["k\u{e4}se", "\u{7f}", "\t\t\t\t\t\tin", &wide] {
            assert!(!draws(text, &[(start, "label")]), "{text:?}");
        }
        assert!(!draws("plain", &[(start, "two\nlines")]));
        assert!(!draws(
            "two on one line",
            &[(start, ""), (Span::new(4, 6), "")]
        ));
    }
}
