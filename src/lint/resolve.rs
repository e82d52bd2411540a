//! Adds to places what people read: lines, columns and key paths.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::finding::{Finding, Place, Range};
use super::fix;
use super::report::Extra;
use super::repository::Read;
use crate::profile::{Document, KeyPaths, with_document};
use crate::source::{LineIndex, Span};

/// Completes every place of these findings that is in this document. Line starts are counted only if there is one.
pub(super) fn resolve<'f>(
    document: &Document<'_>,
    file: u32,
    findings: impl IntoIterator<Item = &'f mut Finding>,
) {
    let mut findings = findings.into_iter().peekable();
    if findings.peek().is_none() {
        return;
    }
    let lines = document.lines();
    // Findings of one rule come in the order of the file, and so do the places beside them.
    let (mut own_paths, mut related_paths) = (document.key_paths(), document.key_paths());
    for finding in findings {
        if finding.place.file == file {
            fix::withhold(document, finding);
            for edit in finding.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                edit.range = range(document, &lines, edit.span);
            }
        }
        let complete = |place: &mut Place, paths: &mut KeyPaths<'_>| {
            if let Some(span) = place.span.filter(|_| place.file == file) {
                place.range = range(document, &lines, span);
                place.key_path = paths.of(span);
            }
        };
        complete(&mut finding.place, &mut own_paths);
        for related in &mut finding.related {
            complete(&mut related.place, &mut related_paths);
        }
        shrink(finding);
    }
}

/// Gives back memory that was for growing: findings wait until those of all files are there.
fn shrink(finding: &mut Finding) {
    let text = |text: &mut Cow<'static, str>| {
        if let Cow::Owned(text) = text {
            text.shrink_to_fit();
        }
    };
    text(&mut finding.message);
    finding.help.as_mut().map(text);
    finding.place.key_path.shrink_to_fit();
    finding.related.shrink_to_fit();
    for related in &mut finding.related {
        text(&mut related.message);
        related.place.key_path.shrink_to_fit();
    }
}

/// Lines and columns of a span; `None` in a binary file.
fn range(document: &Document<'_>, lines: &LineIndex, span: Span) -> Option<Range> {
    Some(Range {
        start: document.position(lines, span.start)?,
        end: document.position(lines, span.end)?,
    })
}

/// Completes the places of findings that rules over the repository made. Each file is read once more, and only those
/// that have such a place; one that is gone since keeps its findings without lines.
pub(super) fn resolve_across(
    findings: &mut [Finding],
    paths: &[&str],
    extras: &[Extra],
    read: &Read<'_>,
) {
    let mut by_file: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (number, finding) in findings.iter().enumerate() {
        let related = finding.related.iter().map(|related| related.place.file);
        for file in std::iter::once(finding.place.file).chain(related) {
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
                        resolve(document, file, &mut picked);
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
