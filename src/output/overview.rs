//! What is in a profile at a glance, as text and as JSON.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::json::Tool;
use super::{Out, Paint};
use crate::cms::Status;
use crate::extension::ExtensionKind;
use crate::plist::PlistFormat;
use crate::profile::allowed::{self, Removal, What};
use crate::profile::{Common, Document, ExtensionPolicy, Payload, Profile, Text};

/// What is in a profile. Serialised as it stands.
#[derive(Debug, Serialize)]
pub(crate) struct Overview {
    version: u32,
    tool: Tool,
    /// The file as the user named it.
    file: String,
    /// Its size in bytes.
    size: usize,
    /// `xml` or `binary`; of a signed profile, the one inside.
    encoding: &'static str,
    /// The signature; null if it is not signed.
    signature: Option<Signature>,
    /// `PayloadDisplayName`.
    name: Option<String>,
    /// `PayloadIdentifier`.
    identifier: Option<String>,
    /// `PayloadUUID`.
    uuid: Option<String>,
    /// `PayloadOrganization`.
    organization: Option<String>,
    /// `PayloadScope`.
    scope: Option<String>,
    /// `PayloadRemovalDisallowed`.
    removal_disallowed: Option<bool>,
    /// The payloads in their order.
    payloads: Vec<Part>,
    pub(crate) wrong: Wrong,
}

/// What lint says of a profile.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Wrong {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) notes: usize,
    /// The message of the worst, if there is one.
    pub(crate) worst: Option<String>,
}

#[derive(Debug, Serialize)]
struct Signature {
    /// Whether the profile is unchanged since it was signed.
    holds: bool,
    signer: Option<String>,
    /// The answer in words.
    message: String,
}

#[derive(Debug, Serialize)]
struct Part {
    /// `PayloadType`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// `PayloadDisplayName`.
    name: Option<String>,
    /// `PayloadIdentifier`.
    identifier: Option<String>,
    /// What it approves, if it approves extensions.
    approves: Option<Approvals>,
}

/// What a payload approves.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "Apple's word for it")]
struct Approvals {
    /// `kernel extension` or `system extension`.
    kind: &'static str,
    /// Whether people may approve others, written or Apple's default.
    user_overrides: bool,
    /// Whether standard users may; null if it is not said.
    non_admin_approvals: Option<bool>,
    /// By Team ID; the empty one is for kernel extensions without one.
    teams: BTreeMap<String, Team>,
}

/// What is approved of a team.
#[derive(Debug, Default, Serialize)]
struct Team {
    all: bool,
    bundle_ids: Vec<String>,
    /// Only these types; null for every type.
    types: Option<Vec<String>>,
    /// By Apple's key: these may or may not be deactivated.
    removal: BTreeMap<&'static str, Vec<String>>,
}

impl Overview {
    /// Looks at a document; `None` when there is no profile in it.
    pub(crate) fn of(document: &Document<'_>, size: usize, wrong: Wrong) -> Option<Self> {
        let profile = Profile::of(document)?;
        Some(Self {
            version: 1,
            tool: Tool::THIS,
            file: document.path.to_owned(),
            size,
            encoding: match document.format {
                PlistFormat::Binary => "binary",
                PlistFormat::Xml | PlistFormat::Other => "xml",
            },
            signature: document.signed().map(|signed| {
                let answer = signed.integrity_answer();
                Signature {
                    holds: answer.status == Status::Good,
                    signer: signed.signer_name(),
                    message: answer.text,
                }
            }),
            name: own(profile.display_name()),
            identifier: own(profile.identifier()),
            uuid: own(profile.uuid()),
            organization: own(profile.organization()),
            scope: own(profile.scope()),
            removal_disallowed: profile
                .dictionary()
                .get("PayloadRemovalDisallowed")
                .and_then(crate::plist::Value::as_bool),
            payloads: profile.payloads().map(part).collect(),
            wrong,
        })
    }
}

fn own(text: Option<Text<'_>>) -> Option<String> {
    text.map(|text| text.value.into_owned())
}

fn part(payload: Payload<'_>) -> Part {
    Part {
        kind: own(payload.payload_type()),
        name: own(payload.display_name()),
        identifier: own(payload.identifier()),
        approves: ExtensionPolicy::of(payload).map(approvals),
    }
}

/// What a payload approves.
fn approvals(policy: ExtensionPolicy<'_>) -> Approvals {
    let mut approvals = Approvals {
        kind: policy.kind().name(),
        user_overrides: policy.kind() == ExtensionKind::System,
        non_admin_approvals: None,
        teams: BTreeMap::new(),
    };
    let mut statements = Vec::new();
    allowed::collect(policy, 0, &mut statements);
    for statement in statements {
        let teams = &mut approvals.teams;
        match statement.what {
            What::UserOverrides(allowed) => approvals.user_overrides = allowed,
            What::NonAdminApprovals(allowed) => approvals.non_admin_approvals = Some(allowed),
            What::Team(name) => team_of(teams, name).all = true,
            What::Bundle(name, bundle) => {
                team_of(teams, name).bundle_ids.push(bundle.into_string());
            }
            What::Types(name, types) => {
                team_of(teams, name).types = Some(types.iter().map(ToString::to_string).collect());
            }
            What::Removal(removal, name, bundle) => {
                let lists = &mut team_of(teams, name).removal;
                lists
                    .entry(removal.key())
                    .or_default()
                    .push(bundle.into_string());
            }
        }
    }
    approvals
}

fn team_of(teams: &mut BTreeMap<String, Team>, name: Box<str>) -> &mut Team {
    teams.entry(name.into_string()).or_default()
}

/// Writes it as JSON.
pub(crate) fn json(overview: &Overview, out: &mut Out) -> io::Result<()> {
    out.json(overview)
}

/// Writes it as text.
pub(crate) fn text(overview: &Overview, out: &mut Out) -> io::Result<()> {
    let name = overview.name.as_deref().unwrap_or("(no display name)");
    out.paint(Paint::Bold, name)?;
    writeln!(out)?;
    let missing = "(missing)".to_owned();
    let encoding = match overview.encoding {
        "binary" => "binary property list",
        _ => "XML",
    };
    let removal = match overview.removal_disallowed {
        Some(true) => "PayloadRemovalDisallowed is true",
        Some(false) | None => "not disallowed",
    };
    let signature = match &overview.signature {
        None => "not signed".to_owned(),
        Some(signature) => {
            let signer = signature
                .signer
                .as_deref()
                .unwrap_or("a signer who is not named");
            if signature.holds {
                format!("holds; signed by {signer}")
            } else {
                format!("does not hold: {}; signed by {signer}", signature.message)
            }
        }
    };
    let facts = [
        ("file", Some(overview.file.clone())),
        ("form", Some(format!("{encoding}, {} bytes", overview.size))),
        (
            "identifier",
            Some(
                overview
                    .identifier
                    .clone()
                    .unwrap_or_else(|| missing.clone()),
            ),
        ),
        ("UUID", Some(overview.uuid.clone().unwrap_or(missing))),
        ("organization", overview.organization.clone()),
        (
            "scope",
            Some(
                overview
                    .scope
                    .clone()
                    .unwrap_or_else(|| "not given".to_owned()),
            ),
        ),
        ("removal", Some(removal.to_owned())),
        ("signature", Some(signature)),
        ("lint", Some(lint(overview))),
    ];
    for (what, text) in facts {
        if let Some(text) = text {
            writeln!(out, "  {what:<12} {text}")?;
        }
    }
    for (number, part) in (1..).zip(&overview.payloads) {
        writeln!(out)?;
        payload(number, part, out)?;
    }
    Ok(())
}

/// What lint says, and where to read more.
fn lint(overview: &Overview) -> String {
    let wrong = &overview.wrong;
    let Some(worst) = &wrong.worst else {
        return "nothing found".to_owned();
    };
    let count = super::closing::count;
    format!(
        "{}, {}, {}; the worst: {worst}; `kextpolicy lint {}` shows all",
        count(wrong.errors, "error"),
        count(wrong.warnings, "warning"),
        count(wrong.notes, "note"),
        overview.file
    )
}

fn payload(number: usize, part: &Part, out: &mut Out) -> io::Result<()> {
    let kind = part.kind.as_deref().unwrap_or("(no payload type)");
    out.paint(Paint::Bold, format_args!("Payload {number}: {kind}"))?;
    writeln!(out)?;
    for (what, text) in [("name", &part.name), ("identifier", &part.identifier)] {
        if let Some(text) = text {
            writeln!(out, "  {what:<12} {text}")?;
        }
    }
    let Some(approvals) = &part.approves else {
        return Ok(());
    };
    let kind = approvals.kind;
    let yes = |allowed| if allowed { "allowed" } else { "not allowed" };
    writeln!(
        out,
        "  people who approve another {kind} themselves: {}",
        yes(approvals.user_overrides)
    )?;
    if let Some(allowed) = approvals.non_admin_approvals {
        writeln!(
            out,
            "  the same without being administrators: {}",
            yes(allowed)
        )?;
    }
    if approvals.teams.is_empty() {
        writeln!(out, "  allows no {kind}")?;
    }
    for (name, team) in &approvals.teams {
        self::team(name, team, kind, out)?;
    }
    Ok(())
}

/// Writes what is approved of one team.
fn team(name: &str, team: &Team, kind: &str, out: &mut Out) -> io::Result<()> {
    if name.is_empty() {
        writeln!(out, "  without Team ID (unsigned)")?;
    } else {
        writeln!(out, "  team {name}")?;
    }
    if team.all {
        writeln!(out, "    every {kind} of the team")?;
    }
    for bundle in &team.bundle_ids {
        writeln!(out, "    {bundle}")?;
    }
    if let Some(types) = &team.types {
        writeln!(out, "    only of type {}", types.join(", "))?;
    }
    for removal in [
        Removal::Removable,
        Removal::NonRemovable,
        Removal::NonRemovableFromUi,
    ] {
        for bundle in team.removal.get(removal.key()).into_iter().flatten() {
            writeln!(out, "    {bundle}: {}", removal.meaning())?;
        }
    }
    Ok(())
}
