//! Adds to places what people read: lines, columns and key paths.

use std::collections::BTreeSet;

use super::finding::{Finding, Place, Range};
use crate::profile::{Document, with_document};
use crate::source::{LineIndex, Span};

/// Completes every place of these findings that is in this document. Line starts are counted only if there is one.
pub(super) fn resolve(document: &Document<'_>, file: u32, findings: &mut [Finding]) {
    if findings.is_empty() {
        return;
    }
    let lines = document.lines();
    for finding in findings {
        if let Some(fix) = &mut finding.fix
            && finding.place.file == file
        {
            for edit in &mut fix.edits {
                edit.range = range(document, &lines, edit.span);
            }
        }
        let related = finding.related.iter_mut().map(|related| &mut related.place);
        for place in std::iter::once(&mut finding.place).chain(related) {
            if place.file == file {
                complete(document, &lines, place);
            }
        }
    }
}

/// Completes one place.
fn complete(document: &Document<'_>, lines: &LineIndex, place: &mut Place) {
    let Some(span) = place.span else {
        return;
    };
    place.range = range(document, lines, span);
    place.key_path = document.key_path(span);
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
    read: &dyn Fn(u32) -> Option<Vec<u8>>,
) {
    let places = |finding: &Finding| {
        std::iter::once(finding.place.file)
            .chain(finding.related.iter().map(|related| related.place.file))
            .collect::<Vec<_>>()
    };
    let files: BTreeSet<u32> = findings.iter().flat_map(places).collect();
    for file in files {
        if let Some(bytes) = read(file) {
            with_document(paths[file as usize], &bytes, |document| {
                resolve(document, file, findings);
            });
        }
    }
}
