//! Adds to places what people read: lines, columns and key paths.

use std::collections::BTreeMap;

use crate::lint::config::settings::Settings;
use crate::lint::file_report::FileReport;
use crate::lint::model::file_id::FileId;
use crate::lint::model::finding::{Finding, Place, Range};
use crate::lint::model::fix;
use crate::lint::views::reread::Reread;

use crate::profile::{Document, KeyPaths};
use crate::source::excerpt::{Excerpt, Spot};
use crate::source::{LineIndex, Span};

/// Completes every place of these findings that is in this document. Line starts are counted only if there is one, and
/// `key_paths` says whether places that have lines get key paths too.
pub(super) fn resolve(
    document: &Document<'_>,
    file: FileId,
    key_paths: bool,
    findings: &mut [Finding],
) {
    if findings.is_empty() {
        return;
    }
    let lines = document.lines();
    let range = |span: Span| {
        Some(Range {
            start: document.position(&lines, span.start)?,
            end: document.position(&lines, span.end)?,
        })
    };
    // Findings of one rule come in the order of the file, and so do the places beside them.
    let (mut own_paths, mut related_paths) = (document.key_paths(), document.key_paths());
    for finding in findings {
        finding.is_resolved = true;
        if finding.place.file == file {
            fix::withhold(document, finding);
            for edit in finding.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                edit.range = range(edit.span);
            }
        }
        let complete = |place: &mut Place, paths: &mut KeyPaths<'_>| {
            if let Some(span) = place.span.filter(|_| place.file == file) {
                place.range = range(span);
                if key_paths || place.range.is_none() {
                    place.key_path = paths.path_to(span);
                }
            }
        };
        complete(&mut finding.place, &mut own_paths);
        for related in &mut finding.related {
            complete(&mut related.place, &mut related_paths);
        }
    }
}

/// Completes the places of findings that rules over several files made, and keeps the lines that show them. Only those
/// files are read again; one that is not what was judged any more keeps its findings without lines.
pub(super) fn resolve_across(
    late: &mut [Finding],
    resolved: &[Finding],
    files: &mut [FileReport],
    settings: &Settings,
    reread: &Reread<'_>,
) {
    let mut by_file: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
    for (number, finding) in late.iter().enumerate() {
        for file in finding.places().map(|place| place.file) {
            let numbers = by_file.entry(file).or_default();
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }
    let shown = |finding: &&Finding| {
        settings
            .lines_from
            .is_some_and(|from| finding.severity >= from)
    };
    let mut spots: BTreeMap<FileId, Vec<Spot>> = BTreeMap::new();
    for place in resolved.iter().filter(shown).flat_map(Finding::places) {
        if by_file.contains_key(&place.file) {
            spots.entry(place.file).or_default().extend(place.spot());
        }
    }
    let extras = settings.extras();
    for (file, numbers) in by_file {
        // A few findings of many: picking them out one by one keeps the whole linear.
        let mut picked: Vec<Finding> = numbers.iter().map(|number| late[*number].clone()).collect();
        let profile = file.number().and_then(|number| files.get_mut(number));
        if let Some(profile) = profile {
            let mut spots = spots.remove(&file).unwrap_or_default();
            reread.document(file, |document| {
                resolve(document, file, settings.key_paths, &mut picked);
                let places = picked.iter().filter(shown).flat_map(Finding::places);
                let own = places.filter(|place| place.file == file);
                spots.extend(own.filter_map(Place::spot));
                if !spots.is_empty() {
                    profile.excerpt = Some(Box::new(Excerpt::of(document.text, spots)));
                }
            });
        } else if let Some(extra) = extras.iter().find(|extra| extra.file == file) {
            resolve_text(&extra.text, file, &mut picked);
        }
        for (number, finding) in numbers.into_iter().zip(picked) {
            late[number] = finding;
        }
    }
}

/// Completes the places in a plain text.
fn resolve_text(text: &str, file: FileId, findings: &mut [Finding]) {
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
