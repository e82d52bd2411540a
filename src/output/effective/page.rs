//! The list as a page. No scripts; reads well printed, narrow and in the dark.

use std::io;

use askama::Template;

use super::{Audit, Section, sections};
use crate::audit::origin::Origin;
use crate::escape::visible;
use crate::output::Out;
use crate::output::sentence::{Part, parts};

/// The page. Every value arrives ready to show; the template escapes it.
#[derive(Template)]
#[template(path = "effective.html")]
struct Page<'a> {
    version: &'static str,
    sections: Vec<SectionPart<'a>>,
    conflicts: Vec<(Vec<Part>, Places)>,
    /// Files that count for nothing, and why.
    unreadable: Vec<(String, Vec<Part>)>,
    /// Profiles that the search leaves out, and why.
    left_out: Vec<(String, &'static str)>,
    profiles: usize,
}

/// One area, ready to show; the audit page shows the same.
pub(in crate::output) struct SectionPart<'a> {
    pub(in crate::output) title: &'static str,
    pub(in crate::output) answers: Vec<(&'static str, &'static str, Places)>,
    section: Section<'a>,
}

impl SectionPart<'_> {
    /// The entries, made as the page is written.
    pub(in crate::output) fn rows(&self) -> impl Iterator<Item = RowPart> {
        self.section.rows().map(|row| RowPart {
            text: parts(&row.text),
            product: row
                .product
                .map(|product| visible(&product).into_owned())
                .unwrap_or_default(),
            is_whole: row.is_whole,
            places: places(row.places.iter().copied()),
        })
    }
}

pub(in crate::output) struct RowPart {
    pub(in crate::output) text: Vec<Part>,
    pub(in crate::output) product: String,
    pub(in crate::output) is_whole: bool,
    pub(in crate::output) places: Places,
}

/// Places: the first in sight, the others folded.
pub(in crate::output) struct Places {
    pub(in crate::output) first: Vec<String>,
    pub(in crate::output) more: Vec<String>,
}

pub(crate) fn write(audit: &Audit<'_>, out: &mut Out) -> io::Result<()> {
    let unreadable: Vec<_> = audit
        .unreadable()
        .map(|(path, why)| (visible(path).into_owned(), parts(why)))
        .collect();
    let conflicts = audit.conflicts.iter();
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        sections: sections(audit.total, audit.holdings)
            .into_iter()
            .map(section_part)
            .collect(),
        conflicts: conflicts
            .map(|one| (parts(&one.message), places(one.places.iter())))
            .collect(),
        left_out: audit
            .left_out
            .iter()
            .map(|(path, why)| (visible(path).into_owned(), why.reason()))
            .collect(),
        profiles: audit.files.len() - unreadable.len(),
        unreadable,
    };
    writeln!(out.markup(), "{page}")
}

/// Makes a section ready to show.
pub(in crate::output) fn section_part(section: Section<'_>) -> SectionPart<'_> {
    SectionPart {
        title: section.title,
        answers: section
            .answers
            .iter()
            .map(|(what, answer, origins)| (*what, *answer, places(origins.iter().copied())))
            .collect(),
        section,
    }
}

fn places<'o>(origins: impl Iterator<Item = &'o Origin>) -> Places {
    /// So many are in sight.
    const FIRST: usize = 3;
    let mut shown = origins.map(ToString::to_string);
    Places {
        first: shown.by_ref().take(FIRST).collect(),
        more: shown.collect(),
    }
}
