//! Adds to places what people read: lines, columns and key paths.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::finding::{Finding, Place, Range};
use super::fix;
use super::report::Extra;
use super::repository::Read;
use crate::profile::{Document, Encoding, KeyPaths, with_document};
use crate::source::{Cursor, LineIndex, Span};

/// More findings than this in one file, and the starts of all its lines are worth counting.
const FEW: usize = 8;

/// Completes every place of these findings that is in this document. Line starts are counted only if there is one, and
/// `key_paths` tells whether places that have lines get key paths too.
pub(super) fn resolve(
    document: &Document<'_>,
    file: u32,
    key_paths: bool,
    findings: &mut [Finding],
) {
    if findings.is_empty() {
        return;
    }
    let mut lines = Lines::new(document, findings.len());
    // Findings of one rule come in the order of the file, and so do the places beside them.
    let (mut own_paths, mut related_paths) = (document.key_paths(), document.key_paths());
    for finding in findings {
        if finding.place.file == file {
            fix::withhold(document, finding);
            for edit in finding.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                edit.range = lines.range(edit.span);
            }
        }
        let mut complete = |place: &mut Place, paths: &mut KeyPaths<'_>| {
            if let Some(span) = place.span.filter(|_| place.file == file) {
                place.range = lines.range(span);
                if key_paths || place.range.is_none() {
                    place.key_path = paths.of(span);
                }
            }
        };
        complete(&mut finding.place, &mut own_paths);
        for related in &mut finding.related {
            complete(&mut related.place, &mut related_paths);
        }
        shrink(finding);
    }
}

/// Gives back memory that was for growing: findings wait until those of all files are there. A text moves to memory of
/// its own size and leaves the larger one to the next; cutting it off would leave scraps.
fn shrink(finding: &mut Finding) {
    /// What a piece of memory holds more than was asked for anyway.
    const SPARE: usize = 16;
    let string = |text: &mut String| {
        if text.capacity() - text.len() >= SPARE {
            *text = text.as_str().to_owned();
        }
    };
    let text = |text: &mut Cow<'static, str>| {
        if let Cow::Owned(text) = text {
            string(text);
        }
    };
    text(&mut finding.message);
    finding.help.as_mut().map(text);
    string(&mut finding.place.key_path);
    finding.related.shrink_to_fit();
    for related in &mut finding.related {
        text(&mut related.message);
        string(&mut related.place.key_path);
    }
}

/// The lines of a document.
enum Lines<'d> {
    /// It has none: it is a binary file.
    None,
    /// For few places, each counted from the last.
    Few(Cursor<'d>),
    /// For many places.
    Many(&'d [u8], LineIndex),
}

impl<'d> Lines<'d> {
    /// The lines of a document with so many findings.
    fn new(document: &'d Document<'_>, findings: usize) -> Self {
        let text = document.text.as_bytes();
        match document.encoding {
            Encoding::Xml if findings > FEW => Self::Many(text, document.lines()),
            Encoding::Xml => Self::Few(Cursor::new(text)),
            Encoding::Binary | Encoding::Other => Self::None,
        }
    }

    /// Lines and columns of a span.
    fn range(&mut self, span: Span) -> Option<Range> {
        let (start, end) = match self {
            Self::None => return None,
            Self::Few(cursor) => {
                let start = cursor.position(span.start);
                // The next finding may begin before this one ends.
                let mut ahead = *cursor;
                (start, ahead.position(span.end))
            }
            Self::Many(text, lines) => (
                lines.position(text, span.start),
                lines.position(text, span.end),
            ),
        };
        Some(Range { start, end })
    }
}

/// Completes the places of findings that rules over the repository made. Each file is read once more, and only those
/// that have such a place; one that is gone since keeps its findings without lines.
pub(super) fn resolve_across(
    findings: &mut [Finding],
    paths: &[&str],
    extras: &[Extra],
    key_paths: bool,
    read: &Read<'_>,
) {
    let mut by_file: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (number, finding) in findings.iter().enumerate() {
        for file in finding.places().map(|place| place.file) {
            let numbers = by_file.entry(file).or_default();
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }
    for (file, numbers) in by_file {
        // A few findings of many: picking them out one by one keeps the whole linear.
        let mut picked: Vec<Finding> = numbers
            .iter()
            .map(|number| findings[*number].clone())
            .collect();
        match paths.get(file as usize) {
            None => {
                if let Some(extra) = extras.get(file as usize - paths.len()) {
                    resolve_text(&extra.text, file, &mut picked);
                }
            }
            Some(path) => {
                if let Some(bytes) = read(file) {
                    with_document(path, &bytes, |document| {
                        resolve(document, file, key_paths, &mut picked);
                    });
                }
            }
        }
        for (number, finding) in numbers.into_iter().zip(picked) {
            findings[number] = finding;
        }
    }
}

/// Completes the places in a plain text.
fn resolve_text(text: &str, file: u32, findings: &mut [Finding]) {
    let lines = LineIndex::new(text.as_bytes());
    let position = |offset| lines.position(text.as_bytes(), offset);
    for finding in findings {
        let related = finding.related.iter_mut().map(|related| &mut related.place);
        for place in std::iter::once(&mut finding.place).chain(related) {
            if let Some(span) = place.span.filter(|_| place.file == file) {
                place.range = Some(Range {
                    start: position(span.start),
                    end: position(span.end),
                });
            }
        }
    }
}
