//! A fault shown as rustc shows one: the message, the place, the line with a caret, the help.
//!
//! Policy errors and lint findings both come through here. Everything but our own wording is untrusted: spans are
//! clamped, long lines are cut, control characters become visible. Plain ASCII lines, so that a CI log on any system
//! shows them.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::cut::{Cut, same_length};
use super::one_line;
use super::words::{below, indented, title};
use crate::escape::visible;
use crate::severity::Severity;
use crate::source::excerpt::TOGETHER;
use crate::source::{LineIndex, Position, Span};

/// One fault, whatever it is about.
#[derive(Clone, Debug)]
pub(crate) struct Report<'a> {
    /// How bad it is.
    pub(crate) severity: Severity,
    /// The rule that found it, if a rule did.
    pub(crate) rule: Option<&'a str>,
    /// What is wrong.
    pub(crate) message: &'a str,
    /// Where, and what the caret says.
    pub(crate) place: Place<'a>,
    /// Other places, in this file or others.
    pub(crate) related: Vec<Place<'a>>,
    /// What to do, one line each.
    pub(crate) help: Vec<&'a str>,
    /// More to know, one line each; a URL, for example.
    pub(crate) notes: Vec<&'a str>,
}

/// A place in a file.
#[derive(Clone, Debug)]
pub(crate) struct Place<'a> {
    /// The file, as the user named it.
    pub(crate) path: &'a str,
    /// Its text with its line starts; `None` for a binary file, of which only the name is shown.
    pub(crate) source: Option<Source<'a>>,
    /// Where in it.
    pub(crate) span: Span,
    /// What to say there; may be empty.
    pub(crate) label: &'a str,
}

/// A text and its line starts, which are counted once per file and not once per fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    /// The text.
    pub(crate) text: &'a str,
    /// Its line starts.
    pub(crate) lines: &'a LineIndex,
}

/// Places that share a picture are at most this many columns apart; it would else be wider than any screen.
const TOGETHER_COLUMNS: u32 = 100;

/// The fault as text, ending in a line feed.
pub(crate) fn render(report: &Report<'_>, color: bool) -> String {
    let windows = windows(report);
    let has_lines = |place: &Place<'_>| place.source.is_some();
    if color || !has_lines(&report.place) || !report.related.iter().all(has_lines) {
        whole(report, &windows, color)
    } else {
        let drawn = || picture(report.severity, &windows);
        around(report, &one_line::picture(&windows).unwrap_or_else(drawn))
    }
}

/// Everything drawn by the renderer.
fn whole(report: &Report<'_>, windows: &[Window<'_>], color: bool) -> String {
    let mut title = level(report.severity).primary_title(visible(report.message));
    if let Some(rule) = report.rule {
        title = title.id(visible(rule));
    }
    let mut elements = elements(windows);
    for note in &report.notes {
        elements.push(Level::NOTE.message(visible(note)).into());
    }
    for help in &report.help {
        elements.push(Level::HELP.message(visible(help)).into());
    }
    let mut text = renderer(color).render(&[Group::with_title(title).elements(elements)]);
    text.push('\n');
    text
}

/// The lines alone, drawn by the renderer without colours.
fn picture(severity: Severity, windows: &[Window<'_>]) -> String {
    let group = Group::with_level(level(severity)).elements(elements(windows));
    renderer(false).render(&[group])
}

/// What the renderer is to draw.
fn elements<'a>(windows: &[Window<'a>]) -> Vec<Element<'a>> {
    let mut elements = Vec::with_capacity(2 * windows.len());
    for window in windows {
        window.elements(&mut elements);
    }
    elements
}

/// The words around a picture without colours, which the renderer would lay out cell by cell too. A test holds both to one
/// form.
fn around(report: &Report<'_>, picture: &str) -> String {
    /// Bytes of the words of most faults.
    const USUAL: usize = 400;
    // As far in as the numbers of the lines go.
    let margin = picture.len() - picture.trim_start_matches(' ').len() + 1;
    let mut text = String::with_capacity(picture.len() + USUAL);
    title(report.severity, report.rule, report.message, &mut text);
    text.push_str(picture);
    text.push('\n');
    if !(report.notes.is_empty() && report.help.is_empty()) {
        indented(margin, &["|"], &mut text);
    }
    below(
        margin,
        &report.notes,
        report.help.iter().copied(),
        &mut text,
    );
    text
}

/// The word and colour of a severity.
pub(super) fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// What draws.
pub(super) fn renderer(color: bool) -> Renderer {
    if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
}

/// Places of one file that are shown in one picture.
pub(super) struct Window<'a> {
    /// The places with their positions; the first one gives the heading.
    pub(super) places: Vec<(&'a Place<'a>, Position, AnnotationKind)>,
    /// First and last line with a caret.
    lines: (u32, u32),
}

/// The places of a report, gathered by nearness; the primary one comes first.
pub(super) fn windows<'a>(report: &'a Report<'a>) -> Vec<Window<'a>> {
    let mut windows: Vec<Window<'a>> = Vec::new();
    let places = std::iter::once((&report.place, AnnotationKind::Primary)).chain(
        report
            .related
            .iter()
            .map(|place| (place, AnnotationKind::Context)),
    );
    for (place, kind) in places {
        let at = place.position();
        let near = windows.iter_mut().find(|window| {
            let (first, first_at, _) = &window.places[0];
            first.path == place.path
                && place.source.is_some()
                && first_at.column.abs_diff(at.column) <= TOGETHER_COLUMNS
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

impl Place<'_> {
    /// The line with the caret and its column. A range over several lines is shown by the first of them.
    fn position(&self) -> Position {
        self.source
            .map_or(Position { line: 0, column: 0 }, |source| {
                source
                    .lines
                    .position(source.text.as_bytes(), self.span.start)
            })
    }
}

impl<'a> Window<'a> {
    /// The picture. A line that was cut no longer knows its columns, so the heading is then a line of its own.
    fn elements(&self, elements: &mut Vec<Element<'a>>) {
        match self.snippet() {
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
        if place.source.is_none() {
            return origin;
        }
        origin
            .line(at.line as usize)
            .char_column(at.column as usize)
    }

    /// The lines with carets, and whether one of them had to be cut.
    fn snippet(&self) -> Option<(Snippet<'a, annotate_snippets::Annotation<'a>>, bool)> {
        let source = self.places[0].0.source?;
        let bytes = source.text.as_bytes();
        let (first, last) = self.lines;
        let mut shown = String::new();
        let mut annotations = Vec::new();
        let mut cut_any = false;
        for line in first..=last {
            let span = source.lines.line_span(bytes, line);
            if line > u32::try_from(source.lines.lines()).unwrap_or(u32::MAX) {
                break;
            }
            let here: Vec<_> = self
                .places
                .iter()
                .filter(|(_, at, _)| at.line == line)
                .collect();
            let anchor = here
                .first()
                .map_or(span.start, |(place, ..)| place.span.start);
            let cut = Cut::new(source.text, span, anchor);
            cut_any |= cut.lead > 0 && !here.is_empty();
            let base = shown.len();
            if cut.text.is_ascii() {
                shown.push_str(&cut.text);
            } else {
                shown.extend(cut.text.chars().map(same_length));
            }
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
        Some((snippet, cut_any))
    }
}

/// The lines of a report as the renderer draws them.
#[cfg(test)]
pub(super) fn drawn(report: &Report<'_>) -> String {
    picture(report.severity, &windows(report))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A report about one place of a text.
    fn shown(text: &str, span: Span, related: &[(Span, &str)]) -> String {
        let lines = LineIndex::new(text.as_bytes());
        let place = |span, label| Place {
            path: "a\u{1b}.yaml",
            source: Some(Source {
                text,
                lines: &lines,
            }),
            span,
            label,
        };
        let report = Report {
            severity: Severity::Warning,
            rule: Some("wrong-thing"),
            message: "something \u{202e} is wrong",
            place: place(span, "this\u{1b}[31m"),
            related: related
                .iter()
                .map(|(span, label)| place(*span, *label))
                .collect(),
            help: vec!["do better"],
            notes: vec![],
        };
        render(&report, false)
    }

    #[test]
    fn pictures_are_the_same_with_and_without_colours() {
        let text = format!("{}three\n{}end", "one\ttwo\n".repeat(8), "x\n".repeat(200));
        let lines = LineIndex::new(text.as_bytes());
        let two = "one\ntwo\u{1b}[31m";
        let place = |start: usize, length: usize, label| Place {
            path: "a\u{202e}.yaml",
            source: Some(Source {
                text: &text,
                lines: &lines,
            }),
            span: Span::new(start, start + length),
            label,
        };
        let elsewhere = Place {
            path: "binary",
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
                for (start, rule) in [(0, None), (64, Some("wrong-thing")), (end, None)] {
                    let report = Report {
                        severity: Severity::Error,
                        rule,
                        message: two,
                        place: place(start, 3, "label"),
                        related: related.clone(),
                        help: help.clone(),
                        notes: notes.clone(),
                    };
                    let coloured = render(&report, true);
                    let coloured = anstream::adapter::strip_str(&coloured).to_string();
                    assert_eq!(render(&report, false), coloured);
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
}
