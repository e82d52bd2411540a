//! Where profiles contradict each other, or where one makes another pointless.

use std::collections::{BTreeMap, BTreeSet};

use super::file::File;
use super::origin::Origin;
use super::said::Said;
use super::total::{Side, Team, Total};
use super::values::bounded;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::profile::allowed::Removal;

#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Conflict {
    /// What contradicts what, and what a Mac does if Apple says so.
    pub(crate) message: String,
    pub(crate) places: Vec<Origin>,
}

/// Every contradiction, in a fixed order.
pub(crate) fn conflicts(files: &[File], total: &Total<'_>) -> Vec<Conflict> {
    let mut found = Vec::new();
    same_identifier(files, &mut found);
    withheld(files, &mut found);
    refusable(files, &mut found);
    for (kind, side) in &total.kinds {
        switches(*kind, side, &mut found);
        for (name, team) in &side.teams {
            of_team(*kind, name, team, &mut found);
        }
    }
    found
}

/// The same of what they contradict each other in beside extensions.
pub(crate) fn contradictions(said: Said) -> impl Iterator<Item = Conflict> {
    let all = said.contradictions();
    all.map(|(message, places)| Conflict { message, places })
}

/// Profiles that replace each other.
fn same_identifier(files: &[File], found: &mut Vec<Conflict>) {
    let mut by_identifier: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
    for file in files {
        if let Ok(content) = &file.content
            && let Some(identifier) = &content.identity.identifier
        {
            by_identifier.entry(identifier).or_default().push(file);
        }
    }
    for (identifier, files) in by_identifier {
        if super::identity::collide(&files) {
            found.push(Conflict {
                message: format!(
                    "{} profiles have the identifier {}: the one installed last replaces the others, so not all of \
                     their entries hold",
                    files.len(),
                    quoted(identifier)
                ),
                places: files.iter().map(|file| Origin::whole(&file.path)).collect(),
            });
        }
    }
}

/// Payloads that do nothing in a profile for a user.
fn withheld(files: &[File], found: &mut Vec<Conflict>) {
    for file in files {
        let Ok(content) = &file.content else { continue };
        if content.withheld.is_empty() {
            continue;
        }
        let types: Vec<String> = content.withheld.iter().map(|own| quoted(own)).collect();
        found.push(Conflict {
            message: format!(
                "`PayloadScope` is `User`, and only the device channel takes {}: a Mac does nothing of it, and it is not \
                 counted here",
                types.join(", ")
            ),
            places: vec![Origin::whole(&file.path)],
        });
    }
}

/// Profiles that a Mac can refuse as a whole, or removes at once.
fn refusable(files: &[File], found: &mut Vec<Conflict>) {
    for file in files {
        let Ok(content) = &file.content else { continue };
        let lacking = (!content.lacking.is_empty()).then(|| {
            let lacking = bounded(&content.lacking);
            format!(
                "{lacking}: a Mac can refuse the profile as a whole, and then nothing of it holds"
            )
        });
        let over = content.is_over.then(|| {
            "`RemovalDate` is in the past: a Mac removes the profile at once, and nothing of it holds"
                .to_owned()
        });
        found.extend(lacking.into_iter().chain(over).map(|message| Conflict {
            message,
            places: vec![Origin::whole(&file.path)],
        }));
    }
}

/// `AllowUserOverrides` and `AllowNonAdminUserApprovals` said both ways.
fn switches(kind: ExtensionKind, side: &Side<'_>, found: &mut Vec<Conflict>) {
    for (key, said) in [
        ("AllowUserOverrides", &side.user_overrides),
        ("AllowNonAdminUserApprovals", &side.non_admin_approvals),
    ] {
        if !(said.iter().any(|(value, _)| *value) && said.iter().any(|(value, _)| !*value)) {
            continue;
        }
        let outcome = match kind {
            ExtensionKind::System => "false wins",
            ExtensionKind::Kernel => "Apple states no rule for several profiles",
        };
        found.push(Conflict {
            message: format!("{}s: `{key}` is true and false: {outcome}", kind.name()),
            places: owned(said.iter().map(|(_, origin)| *origin)),
        });
    }
}

/// Contradictions about one team.
fn of_team(kind: ExtensionKind, name: &str, team: &Team<'_>, found: &mut Vec<Conflict>) {
    let shown = quoted(name);
    let mut say = |message: String, places: Vec<Origin>| found.push(Conflict { message, places });
    if !team.whole.is_empty() && !team.bundles.is_empty() {
        let first = team.bundles.values().filter_map(|places| places.first());
        let places = owned(team.whole.iter().chain(first).copied());
        let message = match kind {
            ExtensionKind::Kernel => {
                format!(
                    "kernel extensions: team {shown} is allowed as a whole, so its list narrows nothing"
                )
            }
            ExtensionKind::System => format!(
                "system extensions: team {shown} is allowed as a whole and by bundle ID: within one profile a Mac \
                 refuses that, across profiles the whole team is allowed"
            ),
        };
        say(message, places);
    }
    if !team.types.is_empty() && is_open_elsewhere(team) {
        say(
            format!(
                "system extensions: team {shown} is narrowed to types in some profiles only; Apple says that \
                 profiles add up, not what a profile without the list means then"
            ),
            owned(team.types.iter().map(|(_, origin)| *origin)),
        );
    }
    for ((removal, bundle), places) in &team.removal {
        if *removal == Removal::Removable
            && let Some(others) = team.removal.get(&(Removal::NonRemovable, *bundle))
        {
            say(
                format!(
                    "system extensions: {} of team {shown} is removable and non-removable, which Apple calls an error",
                    quoted(bundle)
                ),
                owned(places.iter().chain(others).copied()),
            );
        }
    }
}

fn owned<'f>(places: impl Iterator<Item = &'f Origin>) -> Vec<Origin> {
    places.cloned().collect()
}

/// Whether a profile allows extensions of the team and says nothing of their types.
fn is_open_elsewhere(team: &Team<'_>) -> bool {
    let narrowed: BTreeSet<&str> = team.types.iter().map(|(_, origin)| &*origin.file).collect();
    let mut allowed = team.whole.iter().chain(team.bundles.values().flatten());
    allowed.any(|origin| !narrowed.contains(&*origin.file))
}
