//! What a profile allows, as single statements, each with its place. The one model behind `effective`, `diff`,
//! `import` and the rules that compare profiles with a policy.

use super::{ExtensionPolicy, PerTeam, Profile};
use crate::extension::ExtensionKind;
use crate::source::Span;

/// One thing that a payload says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// Kernel or system extensions; the two are never mixed.
    pub(crate) kind: ExtensionKind,
    /// The payload, by its number among the extension policies of the profile.
    pub(crate) payload: usize,
    pub(crate) what: What,
    pub(crate) span: Span,
}

/// What a statement says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// Whether people may approve other extensions. Written or Apple's default: false for kernel extensions, true for
    /// system extensions.
    UserOverrides(bool),
    /// Whether people who are not administrators may approve kernel extensions (macOS 11).
    NonAdminApprovals(bool),
    /// Every extension of a team is allowed.
    Team(Box<str>),
    /// One extension is allowed; the team is empty for kernel extensions without one.
    Bundle(Box<str>, Box<str>),
    /// A team may use only these types of system extension.
    Types(Box<str>, Box<[Box<str>]>),
    /// An extension of a team is in one of the lists about removal.
    Removal(Removal, Box<str>, Box<str>),
}

/// The lists about removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Removal {
    /// Its own app may deactivate it (macOS 12).
    Removable,
    /// Nobody may deactivate it (macOS 15).
    NonRemovable,
    /// People may not deactivate it in System Settings (macOS 15).
    NonRemovableFromUi,
}

impl Removal {
    pub(crate) const ALL: [Self; 3] = [
        Self::Removable,
        Self::NonRemovable,
        Self::NonRemovableFromUi,
    ];

    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Removable => "RemovableSystemExtensions",
            Self::NonRemovable => "NonRemovableSystemExtensions",
            Self::NonRemovableFromUi => "NonRemovableFromUISystemExtensions",
        }
    }

    /// What it says of an extension.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Removable => "its app may deactivate it",
            Self::NonRemovable => "nobody may deactivate it",
            Self::NonRemovableFromUi => "people may not deactivate it in System Settings",
        }
    }
}

/// Everything a profile says about extensions, in the order of the file.
pub(crate) fn statements(profile: Profile<'_>) -> Vec<Statement> {
    let mut found = Vec::new();
    for (payload, policy) in profile.extension_policies().enumerate() {
        collect(policy, payload, &mut found);
    }
    found
}

pub(crate) fn collect(policy: ExtensionPolicy<'_>, payload: usize, found: &mut Vec<Statement>) {
    let kind = policy.kind();
    let mut add = |what, span| {
        found.push(Statement {
            kind,
            payload,
            what,
            span,
        });
    };
    let written = policy.allow_user_overrides();
    let overrides = written.and_then(|entry| Some((entry.value.as_bool()?, entry.span())));
    let whole = super::Common::dictionary(policy.payload()).value().span();
    let (allowed, span) = overrides.unwrap_or((kind == ExtensionKind::System, whole));
    add(What::UserOverrides(allowed), span);
    if let ExtensionPolicy::Kernel(kernel) = policy
        && let Some(entry) = kernel.allow_non_admin_user_approvals()
        && let Some(allowed) = entry.value.as_bool()
    {
        add(What::NonAdminApprovals(allowed), entry.span());
    }
    for team in policy.allowed_team_identifiers().iter() {
        add(What::Team(team.as_str().into()), team.span);
    }
    for (team, bundle, span) in pairs(policy.allowed()) {
        add(What::Bundle(team, bundle), span);
    }
    let ExtensionPolicy::System(system) = policy else {
        return;
    };
    for entry in system.allowed_system_extension_types().teams() {
        let mut types: Vec<Box<str>> = entry
            .listed
            .iter()
            .map(|text| text.as_str().into())
            .collect();
        types.sort();
        types.dedup();
        add(
            What::Types(entry.team.as_str().into(), types.into()),
            entry.span,
        );
    }
    for (removal, listed) in [
        (Removal::Removable, system.removable_system_extensions()),
        (
            Removal::NonRemovable,
            system.non_removable_system_extensions(),
        ),
        (
            Removal::NonRemovableFromUi,
            system.non_removable_from_ui_system_extensions(),
        ),
    ] {
        for (team, bundle, span) in pairs(listed) {
            add(What::Removal(removal, team, bundle), span);
        }
    }
}

/// Every team and bundle ID of a dictionary by team, with the place of the bundle ID.
fn pairs(listed: PerTeam<'_>) -> impl Iterator<Item = (Box<str>, Box<str>, Span)> {
    listed.teams().flat_map(|entry| {
        let team: Box<str> = entry.team.as_str().into();
        entry
            .listed
            .iter()
            .map(move |bundle| (team.clone(), bundle.as_str().into(), bundle.span))
            .collect::<Vec<_>>()
    })
}
