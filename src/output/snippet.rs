//! A fault shown as rustc shows one: the message, the place, the line with a caret, the help.
//!
//! Policy errors and lint findings both come through here. Everything but our own wording is untrusted: spans are
//! clamped, lines are cut to the width of the terminal, control characters become visible. Plain ASCII lines, so that a
//! CI log on any system shows them.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::Screen;
use super::cut::Cut;
use crate::escape::visible;
use crate::severity::Severity;
use crate::source::excerpt::TOGETHER;
use crate::source::{LineIndex, Position, Span};

/// One fault, whatever it is about.
#[derive(Clone, Debug)]
pub(crate) struct Picture<'a> {
    pub(crate) severity: Severity,
    /// The rule that found it, and its page.
    pub(crate) rule: Option<(&'a str, String)>,
    pub(crate) message: &'a str,
    pub(crate) place: MarkedPlace<'a>,
    /// Other places, in this file or others.
    pub(crate) related: Vec<MarkedPlace<'a>>,
    /// More to know, one line each; a URL, for example.
    pub(crate) notes: Vec<&'a str>,
    /// What to do, one line each.
    pub(crate) help: Vec<&'a str>,
}

/// A place in a file.
#[derive(Clone, Debug)]
pub(crate) struct MarkedPlace<'a> {
    /// The file, as the user named it.
    pub(crate) path: &'a str,
    /// Line and column; `None` where there are no lines, as in a binary file.
    pub(crate) at: Option<Position>,
    /// The text; `None` where the lines are not shown.
    pub(crate) source: Option<SourceText<'a>>,
    pub(crate) span: Span,
    /// What the caret says; may be empty.
    pub(crate) label: &'a str,
}

/// A text and its line starts, which are counted once per file and not once per fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SourceText<'a> {
    pub(crate) text: &'a str,
    pub(crate) lines: &'a LineIndex,
}

impl SourceText<'_> {
    /// Line and column of an offset.
    pub(crate) fn position(self, offset: u32) -> Position {
        self.lines.position(self.text.as_bytes(), offset)
    }
}

/// The renderer cuts nothing: the lines it gets fit already.
const UNLIMITED: usize = 1_000_000;

/// Columns of ` | ` and of a blank behind the number of a line.
const GUTTER: usize = 3;

/// Places of one picture; more would be wider and longer than any screen.
const MOST_PLACES: usize = 20;

/// The fault as text, ending in a line feed.
pub(crate) fn render(picture: &Picture<'_>, screen: Screen) -> String {
    let mut title = level(picture.severity).primary_title(visible(picture.message));
    if let Some((rule, url)) = &picture.rule {
        title = title.id(visible(rule));
        if screen.links {
            title = title.id_url(url);
        }
    }
    let mut elements = Vec::new();
    let windows = windows(picture, screen.width);
    let has_lines = windows
        .iter()
        .any(|window| window.places[0].0.source.is_some());
    for window in windows {
        window.elements(screen.width, &mut elements);
    }
    if picture.related.len() > MOST_PLACES {
        let left = picture.related.len() - MOST_PLACES;
        let more = format!("{left} more places are not shown");
        elements.push(Level::NOTE.message(more).into());
    }
    for note in &picture.notes {
        elements.push(Level::NOTE.message(visible(note)).into());
    }
    for help in &picture.help {
        elements.push(Level::HELP.message(visible(help)).into());
    }
    let renderer = if screen.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let group = Group::with_title(title).elements(elements);
    let text = renderer.term_width(UNLIMITED).render(&[group]);
    let mut text = without_empty_headings(text);
    if !has_lines {
        // As far in as beside the numbers of lines.
        text = text.replace('\n', "\n  ");
    }
    text.push('\n');
    text
}

/// Below a heading of its own, the renderer draws lines without a path with an empty one: ` ::: ` and nothing else.
fn without_empty_headings(text: String) -> String {
    if !text.contains("::: ") {
        return text;
    }
    let is_empty = |line: &str| {
        line.contains(":::") && anstream::adapter::strip_str(line).to_string().trim() == ":::"
    };
    let lines: Vec<&str> = text.split('\n').filter(|line| !is_empty(line)).collect();
    lines.join("\n")
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// Places of one file that are shown in one picture.
struct Window<'a> {
    /// The places with their positions; the first one gives the heading.
    places: Vec<(&'a MarkedPlace<'a>, Position, AnnotationKind)>,
    /// First and last line with a caret.
    lines: (u32, u32),
}

/// The places of a picture, gathered by nearness; the primary one comes first.
fn windows<'a>(picture: &'a Picture<'a>, width: usize) -> Vec<Window<'a>> {
    // Further apart than that, two marks do not fit into one line.
    let together = u32::try_from(width / 2).unwrap_or(u32::MAX);
    let mut windows: Vec<Window<'a>> = Vec::new();
    let related = picture.related.iter().take(MOST_PLACES);
    let related = related.map(|place| (place, AnnotationKind::Context));
    for (place, kind) in std::iter::once((&picture.place, AnnotationKind::Primary)).chain(related) {
        let at = place.at.unwrap_or(Position { line: 0, column: 0 });
        let near = windows.iter_mut().find(|window| {
            let (first, first_at, _) = &window.places[0];
            first.path == place.path
                && place.source.is_some()
                && first.source.is_some()
                && first_at.column.abs_diff(at.column) <= together
                && window.lines.0 <= at.line.saturating_add(TOGETHER)
                && at.line <= window.lines.1.saturating_add(TOGETHER)
        });
        if let Some(window) = near {
            window.lines = (window.lines.0.min(at.line), window.lines.1.max(at.line));
            window.places.push((place, at, kind));
        } else {
            windows.push(Window {
                places: vec![(place, at, kind)],
                lines: (at.line, at.line),
            });
        }
    }
    windows
}

impl<'a> Window<'a> {
    /// The picture. A line that was cut no longer knows its columns, so the heading is then a line of its own.
    fn elements(&self, width: usize, elements: &mut Vec<Element<'a>>) {
        match self.snippet(width) {
            Some((snippet, false)) => {
                elements.push(snippet.path(visible(self.places[0].0.path)).into());
            }
            Some((snippet, true)) => {
                elements.push(self.origin().into());
                elements.push(snippet.into());
            }
            None => elements.push(self.origin().into()),
        }
    }

    /// The heading: path, line and column of the first place.
    fn origin(&self) -> Origin<'a> {
        let (place, at, _) = self.places[0];
        let origin = Origin::path(visible(place.path));
        if place.at.is_none() {
            return origin;
        }
        origin
            .line(at.line as usize)
            .char_column(at.column as usize)
    }

    /// The lines with carets, and whether one of them had to be cut.
    fn snippet(
        &self,
        width: usize,
    ) -> Option<(Snippet<'a, annotate_snippets::Annotation<'a>>, bool)> {
        let source = self.places[0].0.source?;
        let bytes = source.text.as_bytes();
        let (first, last) = self.lines;
        let gutter = last.to_string().len() + GUTTER;
        let width = width.saturating_sub(gutter).max(1);
        let mut shown = String::new();
        let mut annotations = Vec::new();
        let mut is_moved = false;
        for line in first..=last {
            let span = source.lines.line_span(bytes, line);
            if line > u32::try_from(source.lines.lines()).unwrap_or(u32::MAX) {
                break;
            }
            let here = self.places.iter().filter(|(_, at, _)| at.line == line);
            let marks = here.clone().map(|(place, ..)| place.span);
            let marks = Span {
                start: marks
                    .clone()
                    .map(|mark| mark.start)
                    .min()
                    .unwrap_or(span.start),
                end: marks.map(|mark| mark.end).max().unwrap_or(span.start),
            };
            let label = here.clone().map(|(place, ..)| place.label.len()).max();
            let cut = Cut::new(source.text, span, marks, label.unwrap_or(0), width);
            is_moved |= cut.is_moved() && here.clone().next().is_some();
            let base = shown.len();
            shown.push_str(&cut.text);
            for (place, _, kind) in here {
                let range = cut.range(source.text, place.span);
                let label = (!place.label.is_empty()).then(|| visible(place.label));
                annotations.push(kind.span(base + range.start..base + range.end).label(label));
            }
            shown.push('\n');
        }
        let snippet = Snippet::source(shown)
            .line_start(first as usize)
            .annotations(annotations);
        Some((snippet, is_moved))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// A picture of one place of a text.
    fn shown(text: &str, span: Span, related: &[(Span, &str)]) -> String {
        let lines = LineIndex::new(text.as_bytes());
        let place = |span: Span, label| MarkedPlace {
            path: "a\u{1b}.yaml",
            at: Some(lines.position(text.as_bytes(), span.start)),
            source: Some(SourceText {
                text,
                lines: &lines,
            }),
            span,
            label,
        };
        let picture = Picture {
            severity: Severity::Warning,
            rule: Some((
                "wrong-thing",
                "https://contoso.example/wrong-thing".to_owned(),
            )),
            message: "something \u{202e} is wrong",
            place: place(span, "this\u{1b}[31m"),
            related: related
                .iter()
                .map(|(span, label)| place(*span, *label))
                .collect(),
            help: vec!["do better"],
            notes: vec![],
        };
        render(&picture, Screen::PLAIN)
    }

    #[test]
    fn pictures_are_the_same_with_and_without_colours() {
        let text = format!("{}three\n{}end", "one\ttwo\n".repeat(8), "x\n".repeat(200));
        let lines = LineIndex::new(text.as_bytes());
        let two = "one\ntwo\u{1b}[31m";
        let place = |start: usize, length: usize, label| MarkedPlace {
            path: "a\u{202e}.yaml",
            at: Some(lines.position(text.as_bytes(), Span::new(start, start).start)),
            source: Some(SourceText {
                text: &text,
                lines: &lines,
            }),
            span: Span::new(start, start + length),
            label,
        };
        let elsewhere = MarkedPlace {
            path: "binary",
            at: None,
            source: None,
            ..place(3, 3, "there")
        };
        let end = text.len() - 3;
        for related in [
            vec![],
            vec![place(8, 3, "this")],
            vec![place(0, 60, ""), place(end, 3, two)],
            vec![elsewhere, place(70, 2, "and this")],
        ] {
            for (notes, help) in [
                (vec![], vec![]),
                (vec![two], vec![]),
                (vec![], vec!["do better"]),
                (vec!["one", "two"], vec!["do better", two]),
            ] {
                for (start, rule) in [
                    (0, None),
                    (64, Some(("wrong-thing", String::new()))),
                    (end, None),
                ] {
                    let picture = Picture {
                        severity: Severity::Error,
                        rule: rule.clone(),
                        message: two,
                        place: place(start, 3, "label"),
                        related: related.clone(),
                        help: help.clone(),
                        notes: notes.clone(),
                    };
                    let coloured = render(
                        &picture,
                        Screen {
                            color: true,
                            ..Screen::PLAIN
                        },
                    );
                    let coloured = anstream::adapter::strip_str(&coloured).to_string();
                    assert_eq!(render(&picture, Screen::PLAIN), coloured);
                }
            }
        }
    }

    #[test]
    fn every_untrusted_text_is_made_visible() {
        let text = "one: \u{1b}[2J\u{202e}two\nthree\n";
        insta::assert_snapshot!(shown(text, Span::new(5, 9), &[]));
    }

    #[test]
    fn a_control_character_of_two_bytes_is_no_command_to_the_terminal() {
        let shown = shown("one: \u{9b}2J two\n", Span::new(5, 7), &[]);
        assert!(!shown.contains('\u{9b}') && shown.contains("\u{b7}2J two"));
    }

    #[test]
    fn a_long_line_is_cut_around_the_caret_and_keeps_its_column() {
        let text = format!("{}HERE{}", "ä".repeat(5000), "b".repeat(1_000_000));
        let shown = shown(&text, Span::new(10_000, 10_004), &[]);
        assert!(shown.contains(":1:5001"), "{shown}");
        assert!(shown.contains("HERE") && shown.len() < 2000, "{shown}");
    }

    #[test]
    fn places_far_apart_have_a_picture_each() {
        let text = format!("first\n{}second\n", "\n".repeat(500));
        let second = text.len() - 7;
        insta::assert_snapshot!(shown(
            &text,
            Span::new(second, second + 6),
            &[(Span::new(0, 5), "and this")]
        ));
    }

    #[test]
    fn a_wrong_span_is_clamped() {
        let text = "käse\r\n";
        for start in 0..12 {
            for end in 0..12 {
                let shown = shown(text, Span::new(start, end), &[(Span::new(end, start), "x")]);
                assert!(shown.contains("wrong-thing"));
            }
        }
        assert!(shown("", Span::new(0, 0), &[]).contains("wrong-thing"));
    }

    #[test]
    fn a_place_in_a_long_line_is_legible_at_every_width() {
        let padding = "<key>PayloadDescription</key><string>Contoso</string>".repeat(18);
        let text = format!("<plist>\n{padding}<string>ubf8t346g9</string>{padding}\n</plist>\n");
        let lines = LineIndex::new(text.as_bytes());
        let start = text.find("ubf8").unwrap();
        let span = Span::new(start, start + 10);
        let source = SourceText {
            text: &text,
            lines: &lines,
        };
        let picture = Picture {
            severity: Severity::Error,
            rule: Some((
                "invalid-team-id",
                "https://contoso.example/rules".to_owned(),
            )),
            message: "`ubf8t346g9` is not a Team ID",
            place: MarkedPlace {
                path: "fleet.mobileconfig",
                at: Some(source.position(span.start)),
                source: Some(source),
                span,
                label: "lower-case letters",
            },
            related: Vec::new(),
            notes: Vec::new(),
            help: vec!["write `UBF8T346G9`"],
        };
        let mut all = String::new();
        for width in [60, 80, 120] {
            let screen = Screen {
                width,
                ..Screen::PLAIN
            };
            let plain = render(&picture, screen);
            let colored = render(
                &picture,
                Screen {
                    color: true,
                    links: true,
                    ..screen
                },
            );
            assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
            let marked = plain
                .lines()
                .find(|line| line.contains("ubf8t346g9<"))
                .unwrap();
            let carets = plain
                .lines()
                .find(|line| line.contains("^^^^^^^^^^"))
                .unwrap();
            assert_eq!(marked.find("ubf8"), carets.find('^'), "{plain}");
            assert!(plain.lines().all(|line| line.len() <= width), "{plain}");
            let colored = colored.replace('\u{1b}', "ESC");
            let _ = writeln!(all, "{width} columns\n{plain}\n{colored}");
        }
        insta::assert_snapshot!(all);
    }
}
