//! The list for programs.

use std::io;

use serde::Serialize;

use super::Audit;
use crate::audit::conflict::Conflict;
use crate::audit::holdings::{Area, Holding};
use crate::audit::origin::Origin;
use crate::audit::total::{Side, Team};
use crate::catalogue::owner::owner;
use crate::extension::ExtensionKind;
use crate::output::{NotRead, Out};

#[derive(Serialize)]
struct Document<'a> {
    /// The version of this form.
    version: u8,
    files: Vec<&'a str>,
    unreadable: Vec<Unreadable<'a>>,
    /// Profiles that were found and not counted.
    left_out: Vec<NotRead<'a>>,
    /// `null` when no profile is about them.
    kernel_extensions: Option<SideJson<'a>>,
    system_extensions: Option<SideJson<'a>>,
    privacy_permissions: Vec<HoldingJson<'a>>,
    content_filters: Vec<HoldingJson<'a>>,
    background_items: Vec<HoldingJson<'a>>,
    trust_anchors: Vec<HoldingJson<'a>>,
    protections: Vec<HoldingJson<'a>>,
    /// Values of another type than Apple describes: what a Mac makes of them is not known.
    unclear_values: Vec<HoldingJson<'a>>,
    conflicts: &'a [Conflict],
}

#[derive(Serialize)]
struct Unreadable<'a> {
    file: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct SideJson<'a> {
    /// The outcome; `null` for a contradiction that Apple states no rule for.
    allow_user_overrides: Option<bool>,
    allow_user_overrides_at: Vec<Said<'a>>,
    allow_non_admin_user_approvals: Option<bool>,
    allow_non_admin_user_approvals_at: Vec<Said<'a>>,
    teams: Vec<TeamJson<'a>>,
}

/// A switch in one profile.
#[derive(Serialize)]
struct Said<'a> {
    /// What it says, or Apple's default where the key is missing.
    value: bool,
    at: &'a Origin,
}

#[derive(Serialize)]
struct TeamJson<'a> {
    /// Empty for kernel extensions without one.
    team_id: &'a str,
    product: Option<String>,
    /// Where all of it is allowed.
    whole_team: &'a [&'a Origin],
    bundle_ids: Vec<BundleJson<'a>>,
    /// The types it is narrowed to; `null` for every type.
    types: Option<Vec<&'a str>>,
    removal: Vec<RemovalJson<'a>>,
}

#[derive(Serialize)]
struct BundleJson<'a> {
    bundle_id: &'a str,
    product: Option<String>,
    at: &'a [&'a Origin],
}

/// An extension in a list about removal.
#[derive(Serialize)]
struct RemovalJson<'a> {
    list: &'static str,
    bundle_id: &'a str,
    at: &'a [&'a Origin],
}

#[derive(Serialize)]
struct HoldingJson<'a> {
    /// The row of the table of kinds in `docs/audit.md`.
    kind: &'static str,
    text: &'a str,
    /// The bundle ID, path or team that holds it.
    name: &'a str,
    product: Option<&'a str>,
    at: &'a [Origin],
}

pub(crate) fn write(audit: &Audit<'_>, out: &mut Out) -> io::Result<()> {
    let side = |kind| {
        audit
            .total
            .kinds
            .get(&kind)
            .map(|side| side_json(kind, side))
    };
    let area = |area| audit.holdings.of(area).map(holding_json).collect();
    out.json(&Document {
        version: 1,
        files: audit.files.iter().map(|file| &*file.path).collect(),
        unreadable: audit
            .unreadable()
            .map(|(file, reason)| Unreadable { file, reason })
            .collect(),
        left_out: NotRead::all(audit.left_out),
        kernel_extensions: side(ExtensionKind::Kernel),
        system_extensions: side(ExtensionKind::System),
        privacy_permissions: area(Area::Privacy),
        content_filters: area(Area::Filters),
        background_items: area(Area::Background),
        trust_anchors: area(Area::Trust),
        protections: area(Area::Protections),
        unclear_values: area(Area::Unclear),
        conflicts: audit.conflicts,
    })
}

fn holding_json<'a>((text, holding): (&'a str, &'a Holding)) -> HoldingJson<'a> {
    HoldingJson {
        kind: holding.kind.name,
        text,
        name: &holding.holder,
        product: holding.product.as_deref(),
        at: &holding.places,
    }
}

fn side_json<'a>(kind: ExtensionKind, side: &'a Side<'a>) -> SideJson<'a> {
    let said = |said: &[(bool, &'a Origin)]| {
        let said = said.iter();
        said.map(|(value, at)| Said { value: *value, at }).collect()
    };
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

fn team_json<'a>(name: &'a str, team: &'a Team<'a>) -> TeamJson<'a> {
    let bundles = team.bundles.iter().map(|(bundle_id, at)| BundleJson {
        bundle_id,
        product: owner(bundle_id, name),
        at,
    });
    let removal = team
        .removal
        .iter()
        .map(|((removal, bundle_id), at)| RemovalJson {
            list: removal.key(),
            bundle_id,
            at,
        });
    TeamJson {
        team_id: name,
        product: owner("", name),
        whole_team: &team.whole,
        bundle_ids: bundles.collect(),
        types: team.types().map(|types| types.into_iter().collect()),
        removal: removal.collect(),
    }
}
