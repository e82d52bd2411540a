//! What a Mac with all these profiles would allow, as one list: every format shows the same sections and rows.

mod json;
mod page;
mod table;
mod text;

pub(crate) use json::write as json;
pub(crate) use page::write as html;
pub(super) use page::{SectionPart, section_parts};
pub(crate) use table::{csv, markdown};
pub(crate) use text::write as text;

use std::sync::Arc;

use crate::audit::conflict::Conflict;
use crate::audit::file::File;
use crate::audit::holdings::{Area, Holdings};
use crate::audit::origin::Origin;
use crate::audit::total::{Side, Team, Total};
use crate::catalogue::owner::owner;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::profile::repository::LeftOut;

/// Everything that is shown.
pub(crate) struct Audit<'a> {
    pub(crate) files: &'a [File],
    /// The extensions they allow together.
    pub(crate) total: &'a Total,
    /// What they allow and protect beside extensions.
    pub(crate) holdings: &'a Holdings,
    pub(crate) conflicts: &'a [Conflict],
    /// Profiles that were found and not counted.
    pub(crate) left_out: &'a [(Arc<str>, LeftOut)],
}

impl Audit<'_> {
    /// The files that count for nothing, with the reason.
    pub(crate) fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter();
        files.filter_map(|file| Some((&*file.path, file.content.as_ref().err()?.as_str())))
    }
}

/// One area of what is allowed.
pub(super) struct Section {
    pub(super) title: &'static str,
    /// What holds for the area as a whole: what, the answer, and where it is said.
    pub(super) answers: Vec<(&'static str, &'static str, Vec<Origin>)>,
    pub(super) rows: Vec<Row>,
}

/// One entry of the list.
pub(super) struct Row {
    /// A sentence without its end, with its values quoted.
    pub(super) text: String,
    /// Vendor and product, where the catalogue knows them.
    pub(super) product: Option<String>,
    /// Whether it allows a whole team, which is worth a mark.
    pub(super) is_whole: bool,
    pub(super) places: Vec<Origin>,
}

/// Every section that has something to show, in a fixed order.
pub(super) fn sections(total: &Total, holdings: &Holdings) -> Vec<Section> {
    let mut sections: Vec<Section> = total
        .kinds
        .iter()
        .map(|(kind, side)| extensions(*kind, side))
        .collect();
    for area in Area::ALL {
        let rows: Vec<Row> = holdings
            .of(area)
            .map(|holding| Row {
                text: holding.text.clone(),
                product: owner(&holding.holder, &holding.bound_to),
                is_whole: false,
                places: holding.places.clone(),
            })
            .collect();
        if !rows.is_empty() {
            sections.push(Section {
                title: area.title(),
                answers: Vec::new(),
                rows,
            });
        }
    }
    sections
}

fn extensions(kind: ExtensionKind, side: &Side) -> Section {
    let places = |said: &[(bool, Origin)]| said.iter().map(|(_, origin)| origin.clone()).collect();
    let mut answers = vec![(
        "People may approve others",
        answer(side.user_overrides(kind)),
        places(&side.user_overrides),
    )];
    if !side.non_admin_approvals.is_empty() {
        answers.push((
            "People who are not administrators may, too",
            answer(side.non_admin_approvals()),
            places(&side.non_admin_approvals),
        ));
    }
    let mut rows = Vec::new();
    for (name, team) in &side.teams {
        of_team(name, team, &mut rows);
    }
    Section {
        title: match kind {
            ExtensionKind::Kernel => "Kernel extensions",
            ExtensionKind::System => "System extensions",
        },
        answers,
        rows,
    }
}

/// Yes, no, or both.
pub(super) const fn answer(said: Option<bool>) -> &'static str {
    match said {
        Some(true) => "yes",
        Some(false) => "no",
        None => "contradictory",
    }
}

fn of_team(id: &str, team: &Team, rows: &mut Vec<Row>) {
    let of = if id.is_empty() {
        "without a Team ID".to_owned()
    } else {
        format!("of team {}", quoted(id))
    };
    let types = team.types().map(|types| {
        let types: Vec<String> = types.into_iter().map(quoted).collect();
        format!(", only {}", types.join(", "))
    });
    let types = types.unwrap_or_default();
    let mut row = |text: String, name: &str, is_whole, places: &[Origin]| {
        rows.push(Row {
            text,
            product: owner(name, id),
            is_whole,
            places: places.to_vec(),
        });
    };
    if !team.whole.is_empty() {
        row(
            format!("every extension {of}{types}"),
            "",
            true,
            &team.whole,
        );
    }
    for (bundle, places) in &team.bundles {
        row(
            format!("{} {of}{types}", quoted(bundle)),
            bundle,
            false,
            places,
        );
    }
    for ((removal, bundle), places) in &team.removal {
        row(
            format!("{} {of}: {}", quoted(bundle), removal.meaning()),
            bundle,
            false,
            places,
        );
    }
    if !team.allows_something() {
        let places: Vec<Origin> = team
            .types
            .iter()
            .map(|(_, origin)| origin.clone())
            .collect();
        row(
            format!("nothing {of}: it is in no list of allowed extensions"),
            "",
            false,
            &places,
        );
    }
}

/// Places in one line, of many the first.
pub(super) fn some_places(origins: &[Origin], most: usize) -> String {
    let mut shown: Vec<String> = origins.iter().take(most).map(ToString::to_string).collect();
    if let Some(left) = origins.len().checked_sub(most).filter(|left| *left > 0) {
        shown.push(format!("and {left} more"));
    }
    shown.join(", ")
}
