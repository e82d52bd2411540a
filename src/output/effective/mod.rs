//! What a Mac with all these profiles would allow, as one list: every format shows the same sections and rows.

mod json;
mod page;
mod table;
mod text;

pub(crate) use json::write as json;
pub(crate) use page::write as html;
pub(super) use page::{SectionPart, section_part};
pub(crate) use table::{csv, markdown};
pub(crate) use text::write as text;

use std::borrow::Cow;
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
    pub(crate) total: &'a Total<'a>,
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
pub(in crate::output) struct Section<'a> {
    pub(in crate::output) title: &'static str,
    /// What holds for the area as a whole: what, the answer, and where it is said.
    pub(in crate::output) answers: Vec<(&'static str, &'static str, Vec<&'a Origin>)>,
    entries: Entries<'a>,
}

/// Where the entries of a section come from.
enum Entries<'a> {
    Extensions(&'a Side<'a>),
    Others(&'a Holdings, Area),
}

/// One entry of the list.
pub(super) struct Row<'a> {
    /// A sentence without its end, with its values quoted.
    pub(super) text: Cow<'a, str>,
    /// Vendor and product, where the catalogue knows them.
    pub(super) product: Option<Cow<'a, str>>,
    /// Whether it allows a whole team, which is worth a mark.
    pub(super) is_whole: bool,
    pub(super) places: Vec<&'a Origin>,
}

impl<'a> Section<'a> {
    /// The entries, made one after the other: there may be a million.
    pub(super) fn rows(&self) -> Box<dyn Iterator<Item = Row<'a>> + 'a> {
        match self.entries {
            Entries::Extensions(side) => {
                let teams = side.teams.iter();
                Box::new(teams.flat_map(|(name, team)| of_team(name, team)))
            }
            Entries::Others(holdings, area) => {
                Box::new(holdings.of(area).map(|(text, holding)| Row {
                    text: text.into(),
                    product: holding.product.as_deref().map(Cow::Borrowed),
                    is_whole: false,
                    places: holding.places.iter().collect(),
                }))
            }
        }
    }
}

/// Every section that has something to show, in a fixed order.
pub(in crate::output) fn sections<'a>(
    total: &'a Total<'a>,
    holdings: &'a Holdings,
) -> Vec<Section<'a>> {
    let kinds = total.kinds.iter();
    let extensions = kinds.map(|(kind, side)| extensions(*kind, side));
    let areas = Area::ALL.into_iter();
    let others = areas.filter(|area| holdings.of(*area).next().is_some());
    let others = others.map(|area| Section {
        title: area.title(),
        answers: Vec::new(),
        entries: Entries::Others(holdings, area),
    });
    extensions.chain(others).collect()
}

fn extensions<'a>(kind: ExtensionKind, side: &'a Side<'a>) -> Section<'a> {
    let places = |said: &[(bool, &'a Origin)]| said.iter().map(|(_, origin)| *origin).collect();
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
    Section {
        title: match kind {
            ExtensionKind::Kernel => "Kernel extensions",
            ExtensionKind::System => "System extensions",
        },
        answers,
        entries: Entries::Extensions(side),
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

/// The entries of one team.
fn of_team<'a>(id: &str, team: &'a Team<'a>) -> Vec<Row<'a>> {
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
    let row = |text: String, name: &str, places: &[&'a Origin]| Row {
        text: text.into(),
        product: owner(name, id).map(Cow::Owned),
        is_whole: false,
        places: places.to_vec(),
    };
    let mut rows = Vec::new();
    if !team.whole.is_empty() {
        rows.push(Row {
            is_whole: true,
            ..row(format!("every extension {of}{types}"), "", &team.whole)
        });
    }
    for (bundle, places) in &team.bundles {
        rows.push(row(
            format!("{} {of}{types}", quoted(bundle)),
            bundle,
            places,
        ));
    }
    for ((removal, bundle), places) in &team.removal {
        let text = format!("{} {of}: {}", quoted(bundle), removal.meaning());
        rows.push(row(text, bundle, places));
    }
    if !team.allows_something() {
        let places: Vec<&Origin> = team.types.iter().map(|(_, origin)| *origin).collect();
        let text = format!("nothing {of}: it is in no list of allowed extensions");
        rows.push(row(text, "", &places));
    }
    rows
}
