//! What is allowed in total as a page: team, extension, file. No scripts; reads well printed, narrow and in the dark.

use std::io;

use askama::Template;

use super::Out;
use super::effective::{Audit, answer, team_name};
use crate::audit::file::Origin;
use crate::audit::total::Team;
use crate::escape::visible;
use crate::extension::ExtensionKind;

/// The page. Every value arrives ready to show; the template escapes it.
#[derive(Template)]
#[template(path = "effective.html")]
struct Page {
    /// Of the tool.
    version: &'static str,
    /// One part for each kind.
    sides: Vec<SidePart>,
    /// Contradictions and their places.
    conflicts: Vec<(String, Vec<Pieces>)>,
    /// Files that count for nothing, and why.
    unreadable: Vec<(Pieces, String)>,
    /// How many profiles were read.
    profiles: usize,
}

/// A long name in the pieces between which a line may break.
type Pieces = Vec<String>;

/// One kind.
struct SidePart {
    /// What it is called.
    title: &'static str,
    /// The switches: what, the answer, and where.
    switches: Vec<(&'static str, &'static str, Vec<Pieces>)>,
    /// The files, as heads of columns.
    files: Vec<Pieces>,
    /// The rows.
    rows: Vec<Row>,
}

/// One extension, or a whole team.
struct Row {
    /// The team.
    team: String,
    /// The extension, or that it is every one.
    extension: Pieces,
    /// Whether it is a whole team, which is worth a mark.
    whole: bool,
    /// What else is said of it.
    notes: String,
    /// For each file: its name, and the lines, empty when it does not say it.
    cells: Vec<(String, String)>,
}

/// Writes the page.
pub(crate) fn html(audit: &Audit<'_>, out: &mut Out) -> io::Result<()> {
    let unreadable: Vec<_> = audit
        .unreadable()
        .map(|(path, why)| (pieces(path, IN_PATHS), visible(why).into_owned()))
        .collect();
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        sides: audit
            .total
            .kinds
            .keys()
            .map(|kind| side(*kind, audit))
            .collect(),
        conflicts: audit
            .conflicts
            .iter()
            .map(|conflict| (conflict.message.clone(), places(&conflict.places)))
            .collect(),
        profiles: audit.files.len() - unreadable.len(),
        unreadable,
    };
    writeln!(out.markup(), "{page}")
}

/// A name that may break behind some characters, as lines of a narrow page have to.
fn pieces(name: &str, behind: &[char]) -> Pieces {
    visible(name)
        .split_inclusive(behind)
        .map(str::to_owned)
        .collect()
}

/// Where the name of a file may break.
const IN_PATHS: &[char] = &['/', '_'];

/// Places, each by itself.
fn places(origins: &[Origin]) -> Vec<Pieces> {
    origins
        .iter()
        .map(|origin| pieces(&origin.to_string(), IN_PATHS))
        .collect()
}

/// One kind.
fn side(kind: ExtensionKind, audit: &Audit<'_>) -> SidePart {
    let side = &audit.total.kinds[&kind];
    let said = |said: &[(bool, Origin)]| {
        said.iter()
            .map(|(_, origin)| pieces(&origin.to_string(), IN_PATHS))
            .collect()
    };
    let mut switches = vec![(
        "People may approve others",
        answer(side.user_overrides(kind)),
        said(&side.user_overrides),
    )];
    if !side.non_admin_approvals.is_empty() {
        switches.push((
            "Also people who are no administrators",
            answer(side.non_admin_approvals()),
            said(&side.non_admin_approvals),
        ));
    }
    let files: Vec<&String> = side.files.iter().collect();
    let mut rows = Vec::new();
    for (name, team) in &side.teams {
        team_rows(name, team, &files, &mut rows);
    }
    SidePart {
        title: match kind {
            ExtensionKind::Kernel => "Kernel extensions",
            ExtensionKind::System => "System extensions",
        },
        switches,
        files: files.iter().map(|file| pieces(file, IN_PATHS)).collect(),
        rows,
    }
}

/// The rows of one team.
fn team_rows(name: &str, team: &Team, files: &[&String], rows: &mut Vec<Row>) {
    let types = team
        .types()
        .map(|types| {
            format!(
                "only {}",
                visible(&types.into_iter().collect::<Vec<_>>().join(", "))
            )
        })
        .unwrap_or_default();
    let cells = |origins: &[Origin]| -> Vec<(String, String)> {
        files
            .iter()
            .map(|file| {
                let here = origins.iter().filter(|origin| origin.file == **file);
                let lines = here.map(|origin| match origin.line {
                    Some(line) => format!("line {line}"),
                    None => visible(&origin.key_path).into_owned(),
                });
                let lines = lines.collect::<Vec<_>>().join(", ");
                (visible(file).into_owned(), lines)
            })
            .collect()
    };
    let mut push = |extension: Pieces, whole, notes, origins: &[_]| {
        rows.push(Row {
            team: team_name(name),
            extension,
            whole,
            notes,
            cells: cells(origins),
        });
    };
    if !team.whole.is_empty() {
        push(
            vec!["every extension".to_owned()],
            true,
            types.clone(),
            &team.whole,
        );
    }
    for (bundle, origins) in &team.bundles {
        let mut notes: Vec<String> = (!types.is_empty())
            .then(|| types.clone())
            .into_iter()
            .collect();
        let lists = team.removal.keys().filter(|(_, listed)| listed == bundle);
        notes.extend(lists.map(|(removal, _)| removal.meaning().to_owned()));
        push(pieces(bundle, &['.']), false, notes.join("; "), origins);
    }
}
