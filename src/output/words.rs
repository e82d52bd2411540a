//! A fault in words, without the lines it is about: the form of a picture, and the words around one.

use annotate_snippets::{Element, Group, Level, Origin};

use super::snippet::{level, renderer};
use crate::escape::visible;
use crate::severity::Severity;

/// The first line.
pub(super) fn title(severity: Severity, rule: Option<&str>, message: &str, text: &mut String) {
    text.push_str(severity.name());
    if let Some(rule) = rule {
        text.push('[');
        text.push_str(&visible(rule));
        text.push(']');
    }
    text.push_str(": ");
    text.push_str(&visible(message));
    text.push('\n');
}

/// A line that is so far in.
pub(super) fn indented(margin: usize, parts: &[&str], text: &mut String) {
    text.extend(std::iter::repeat_n(' ', margin));
    text.extend(parts.iter().copied());
    text.push('\n');
}

/// The notes and helps, each on a line that is so far in.
pub(super) fn below<'a>(
    margin: usize,
    notes: &[&str],
    helps: impl IntoIterator<Item = &'a str>,
    text: &mut String,
) {
    for note in notes {
        indented(margin, &["= note: ", &visible(note)], text);
    }
    for help in helps {
        indented(margin, &["= help: ", &visible(help)], text);
    }
}

/// One fault without its lines.
#[derive(Clone, Debug)]
pub(crate) struct Words<'a> {
    /// How bad it is.
    pub(crate) severity: Severity,
    /// The rule that found it.
    pub(crate) rule: &'a str,
    /// What is wrong.
    pub(crate) message: &'a str,
    /// Path, line and column.
    pub(crate) place: &'a str,
    /// More to know, one line each.
    pub(crate) notes: Vec<&'a str>,
    /// What to do.
    pub(crate) help: Option<&'a str>,
}

/// Adds the fault to a text, ending in a line feed, in the form of [`render`](super::snippet::render).
pub(crate) fn words(words: &Words<'_>, color: bool, text: &mut String) {
    if color {
        text.push_str(&coloured(words));
    } else {
        plain(words, text);
    }
}

/// Without colours. A report of ten thousand profiles has ten thousand notes, and the renderer, which lays out a picture
/// cell by cell, takes longer for their few words than the rules took to find them; a test holds both to one form.
fn plain(words: &Words<'_>, text: &mut String) {
    /// As far in as beside the numbers of a picture's lines.
    const MARGIN: usize = 3;
    title(words.severity, Some(words.rule), words.message, text);
    indented(MARGIN - 1, &["--> ", &visible(words.place)], text);
    below(MARGIN, &words.notes, words.help, text);
}

/// With colours.
fn coloured(words: &Words<'_>) -> String {
    let mut elements: Vec<Element<'_>> = vec![Origin::path(visible(words.place)).into()];
    for note in &words.notes {
        elements.push(Level::NOTE.message(visible(note)).into());
    }
    if let Some(help) = words.help {
        elements.push(Level::HELP.message(visible(help)).into());
    }
    let title = level(words.severity)
        .primary_title(visible(words.message))
        .id(visible(words.rule));
    let text = renderer(true).render(&[Group::with_title(title).elements(elements)]);
    // As far in as beside the numbers of a picture's lines.
    text.replace('\n', "\n  ") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_with_and_without_colours() {
        let (long, two) = ("x ".repeat(300), "one\ntwo\u{1b}[31m");
        for (notes, help) in [
            (vec![], None),
            (vec![], Some("do better")),
            (vec!["first here: a:1:2", two], None),
            (vec![long.as_str()], Some(two)),
        ] {
            let words = Words {
                severity: Severity::Note,
                rule: "wrong-thing",
                message: two,
                place: "a\u{202e}.yaml:3:4",
                notes,
                help,
            };
            let coloured = anstream::adapter::strip_str(&coloured(&words)).to_string();
            let mut shown = String::new();
            plain(&words, &mut shown);
            assert_eq!(shown, coloured);
        }
    }
}
