//! What is allowed in total, for people and for programs.

use std::io;

use serde::Serialize;

use super::Out;
use super::text::count;
use crate::audit::conflict::Conflict;
use crate::audit::file::{File, Origin};
use crate::audit::total::{Side, Team, Total};
use crate::escape::visible;
use crate::extension::ExtensionKind;

/// Everything that is shown.
pub(crate) struct Audit<'a> {
    /// The files.
    pub(crate) files: &'a [File],
    /// What they allow together.
    pub(crate) total: &'a Total,
    /// Their contradictions.
    pub(crate) conflicts: &'a [Conflict],
}

impl Audit<'_> {
    /// The files that count for nothing, with the reason.
    pub(crate) fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter_map(|file| Some((file.path.as_str(), file.content.as_ref().err()?.as_str())))
    }
}

/// Places in one line.
pub(super) fn places(places: &[Origin]) -> String {
    places
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// A Team ID for people.
pub(super) fn team_name(team: &str) -> String {
    if team.is_empty() {
        "without a Team ID".to_owned()
    } else {
        format!("team {}", visible(team))
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

/// For people.
pub(crate) fn text(audit: &Audit<'_>, out: &mut Out) -> io::Result<()> {
    for (kind, side) in &audit.total.kinds {
        side_text(*kind, side, out)?;
    }
    if audit.total.kinds.is_empty() {
        writeln!(out, "no profile approves kernel or system extensions\n")?;
    }
    if !audit.conflicts.is_empty() {
        writeln!(out, "conflicts")?;
        for conflict in audit.conflicts {
            writeln!(out, "  {}", conflict.message)?;
            writeln!(out, "    {}", places(&conflict.places))?;
        }
        writeln!(out)?;
    }
    let mut unreadable = audit.unreadable().peekable();
    if unreadable.peek().is_some() {
        writeln!(out, "not counted")?;
        for (path, why) in unreadable {
            writeln!(out, "  {}: {}", visible(path), visible(why))?;
        }
        writeln!(out)?;
    }
    let missing = audit.unreadable().count();
    let read = count(audit.files.len() - missing, "profile");
    let (conflicts, missing) = (
        count(audit.conflicts.len(), "conflict"),
        count(missing, "file"),
    );
    writeln!(out, "{read}: {conflicts}; {missing} could not be read")
}

/// One kind.
fn side_text(kind: ExtensionKind, side: &Side, out: &mut Out) -> io::Result<()> {
    let said = |said: &[(bool, Origin)]| {
        said.iter()
            .map(|(_, origin)| origin.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    writeln!(
        out,
        "{}s ({})",
        kind.name(),
        count(side.files.len(), "profile")
    )?;
    writeln!(
        out,
        "  people may approve others: {}  {}",
        answer(side.user_overrides(kind)),
        said(&side.user_overrides)
    )?;
    if !side.non_admin_approvals.is_empty() {
        writeln!(
            out,
            "  also people who are no administrators: {}  {}",
            answer(side.non_admin_approvals()),
            said(&side.non_admin_approvals)
        )?;
    }
    for (name, team) in &side.teams {
        writeln!(out, "  {}", team_name(name))?;
        team_text(team, out)?;
    }
    writeln!(out)
}

/// One team.
fn team_text(team: &Team, out: &mut Out) -> io::Result<()> {
    if !team.whole.is_empty() {
        writeln!(out, "    every extension  {}", places(&team.whole))?;
    }
    for (bundle, origins) in &team.bundles {
        writeln!(out, "    {}  {}", visible(bundle), places(origins))?;
    }
    for (types, origin) in &team.types {
        writeln!(
            out,
            "    only types {}  {origin}",
            visible(&types.join(", "))
        )?;
    }
    for ((removal, bundle), origins) in &team.removal {
        writeln!(
            out,
            "    {}: {}  {}",
            visible(bundle),
            removal.meaning(),
            places(origins)
        )?;
    }
    if !team.allows_something() {
        writeln!(
            out,
            "    nothing is allowed: it is not in a list of allowed extensions"
        )?;
    }
    Ok(())
}

/// The document.
#[derive(Serialize)]
struct Document<'a> {
    /// The version of this form.
    version: u8,
    /// Files looked at.
    files: Vec<&'a str>,
    /// Files that could not be read.
    unreadable: Vec<Unreadable<'a>>,
    /// Kernel extensions; `null` when no profile is about them.
    kernel_extensions: Option<SideJson<'a>>,
    /// System extensions.
    system_extensions: Option<SideJson<'a>>,
    /// Contradictions.
    conflicts: &'a [Conflict],
}

/// A file that could not be read.
#[derive(Serialize)]
pub(super) struct Unreadable<'a> {
    /// Its name.
    pub(super) file: &'a str,
    /// Why.
    pub(super) reason: &'a str,
}

/// One kind.
#[derive(Serialize)]
struct SideJson<'a> {
    /// The outcome; `null` for a contradiction that Apple states no rule for.
    allow_user_overrides: Option<bool>,
    /// Where it is said.
    allow_user_overrides_at: Vec<Said<'a>>,
    /// The outcome.
    allow_non_admin_user_approvals: Option<bool>,
    /// Where it is said.
    allow_non_admin_user_approvals_at: Vec<Said<'a>>,
    /// The teams.
    teams: Vec<TeamJson<'a>>,
}

/// A switch in one profile.
#[derive(Serialize)]
struct Said<'a> {
    /// What it says, or Apple's default where the key is missing.
    value: bool,
    /// Where.
    at: &'a Origin,
}

/// One team.
#[derive(Serialize)]
struct TeamJson<'a> {
    /// Its ID; empty for kernel extensions without one.
    team_id: &'a str,
    /// Where all of it is allowed.
    whole_team: &'a [Origin],
    /// The extensions by name.
    bundle_ids: Vec<BundleJson<'a>>,
    /// The types it is narrowed to; `null` for every type.
    types: Option<Vec<&'a str>>,
    /// The lists about removal.
    removal: Vec<RemovalJson<'a>>,
}

/// One extension.
#[derive(Serialize)]
struct BundleJson<'a> {
    /// Its ID.
    bundle_id: &'a str,
    /// Where it is allowed.
    at: &'a [Origin],
}

/// One extension in a list about removal.
#[derive(Serialize)]
struct RemovalJson<'a> {
    /// Apple's key.
    list: &'static str,
    /// Its ID.
    bundle_id: &'a str,
    /// Where.
    at: &'a [Origin],
}

/// For programs.
pub(crate) fn json(audit: &Audit<'_>, out: &mut Out) -> io::Result<()> {
    let side = |kind| {
        audit
            .total
            .kinds
            .get(&kind)
            .map(|side| side_json(kind, side))
    };
    let document = Document {
        version: 1,
        files: audit.files.iter().map(|file| file.path.as_str()).collect(),
        unreadable: audit
            .unreadable()
            .map(|(file, reason)| Unreadable { file, reason })
            .collect(),
        kernel_extensions: side(ExtensionKind::Kernel),
        system_extensions: side(ExtensionKind::System),
        conflicts: audit.conflicts,
    };
    out.json(&document)
}

/// One kind for programs.
fn side_json(kind: ExtensionKind, side: &Side) -> SideJson<'_> {
    fn said(said: &[(bool, Origin)]) -> Vec<Said<'_>> {
        said.iter()
            .map(|(value, at)| Said { value: *value, at })
            .collect()
    }
    SideJson {
        allow_user_overrides: side.user_overrides(kind),
        allow_user_overrides_at: said(&side.user_overrides),
        allow_non_admin_user_approvals: side.non_admin_approvals(),
        allow_non_admin_user_approvals_at: said(&side.non_admin_approvals),
        teams: side
            .teams
            .iter()
            .map(|(name, team)| team_json(name, team))
            .collect(),
    }
}

/// One team for programs.
fn team_json<'a>(name: &'a str, team: &'a Team) -> TeamJson<'a> {
    TeamJson {
        team_id: name,
        whole_team: &team.whole,
        bundle_ids: team
            .bundles
            .iter()
            .map(|(bundle_id, at)| BundleJson { bundle_id, at })
            .collect(),
        types: team.types().map(|types| types.into_iter().collect()),
        removal: team
            .removal
            .iter()
            .map(|((removal, bundle_id), at)| RemovalJson {
                list: removal.key(),
                bundle_id,
                at,
            })
            .collect(),
    }
}
