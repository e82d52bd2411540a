//! Profiles that open more than was decided.

use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::against::approval::{Approval, Standing};
use crate::lint::views::against::entry::{PolicyEntry, policy_key};
use crate::lint::views::against::permission::{PermissionStanding, Uncovered};
use crate::lint::views::against::{Against, ProfileStatement};
use crate::profile::allowed::{Removal, What};
use crate::profile::grade::Grade;
use crate::severity::Severity;

declare_rule! {
    /// A profile allows more than the policy: a whole team where the policy lists extensions, more types, that people
    /// approve others, that an app deactivates its extension, or that people remove an extension that the policy keeps.
    /// Or the code requirement of a privacy permission or a content filter, or a rule about background items, matches
    /// more programs or items than the policy's.
    ///
    /// ## Why it matters
    ///
    /// Everything that the team ever signs, or everything that a user clicks on, is then allowed. That is more than the
    /// policy says, although every name in the profile is also in the policy.
    ///
    /// ## Example
    ///
    /// The policy:
    ///
    /// ```yaml
    /// identifier: com.contoso.extensions
    /// organization: Contoso
    /// kernel_extensions:
    ///   allowed:
    ///     - team_id: K7Q2XD94WL
    ///       bundle_ids: [com.contoso.driver.usb]
    /// ```
    ///
    /// The profile:
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array>
    ///     <string>K7Q2XD94WL</string>
    /// </array>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict><key>K7Q2XD94WL</key><array><string>com.contoso.driver.usb</string></array></dict>
    /// ```
    ///
    /// ## References
    ///
    /// - `docs/audit.md`, profiles against a policy
    name: "wider-than-policy",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Policy(check),
}

/// Looks at whole teams, types, switches and the lists about removal.
fn check(against: &Against<'_>, report: &mut Reporter<'_>) {
    for approval in &against.approvals {
        if let Standing::Wider(entry) = approval.standing {
            whole_team(approval, &entry, report);
        }
    }
    for deviation in &against.permissions.uncovered {
        if let PermissionStanding::Wider(decided) = deviation.standing {
            permission(against, deviation, decided, report);
        }
    }
    for entry in against.entries() {
        types_left_open(against, entry, report);
        not_kept(against, entry, report);
    }
    for said in &against.statements {
        match &said.statement.what {
            What::Types(team, types) => more_types(against, said, (team, types), report),
            What::UserOverrides(true) => user_overrides(against, said, report),
            What::NonAdminApprovals(true) if !non_admin(against) => {
                report.beside_policy(said.place(),
                        "standard users may approve kernel extensions, but the policy does not let them",
                        (against.block(ExtensionKind::Kernel), "the policy"),
                    )
                    .help("remove `AllowNonAdminUserApprovals`, or set it in the policy");
            }
            What::Removal(Removal::Removable, team, bundle) => {
                removable(against, said, (team, bundle), report);
            }
            _ => {}
        }
    }
}

/// A permission of which the policy gives a part.
fn permission(
    against: &Against<'_>,
    deviation: &Uncovered<'_>,
    decided: usize,
    report: &mut Reporter<'_>,
) {
    let Some(decided) = against.permissions.decided.get(decided) else {
        return;
    };
    let permission = deviation.permission;
    let (why, help) = match (&permission.grade, &decided.permission.grade) {
        (Grade::Rule(_), _) => (
            "which is more than the policy says",
            "write the rule of the policy, or add this one to `background_items` there",
        ),
        (Grade::Granted(own), Grade::Granted(policy)) if own.static_code && !policy.static_code => {
            (
                "and its code is checked on disk only, a setting that the policy does not contain",
                "remove `StaticCode`, or say `static_code: true` in the policy",
            )
        }
        _ => (
            "and its code requirement is not as strict as the policy's",
            "write the requirement that `kextpolicy render` makes of the policy, or add `app_store` or `requirement` there",
        ),
    };
    report
        .beside_policy(
            (deviation.file, permission.span),
            format!("{}, {why}", permission.text),
            (decided.permission.span, "what the policy says"),
        )
        .help(help);
}

/// Types of a team that the policy leaves out.
fn more_types(
    against: &Against<'_>,
    said: &ProfileStatement<'_>,
    (team, types): (&str, &[Box<str>]),
    report: &mut Reporter<'_>,
) {
    let Some((entry, allowed)) = against
        .entry(said.statement.kind, team)
        .and_then(|entry| Some((entry, entry.types?)))
    else {
        return;
    };
    let more: Vec<String> = types
        .iter()
        .filter(|name| !allowed.iter().any(|own| own.value.name() == &***name))
        .map(|name| quoted(name))
        .collect();
    if more.is_empty() {
        return;
    }
    report
        .beside_policy(
            said.place(),
            format!(
                "team {} may use {}, which the policy leaves out",
                quoted(team),
                more.join(" and ")
            ),
            (entry.span, "this entry narrows its types"),
        )
        .help("leave it out here too, or add it to `types` in the policy");
}

/// People may approve others, and no profile on the same Mac takes that back.
fn user_overrides(against: &Against<'_>, said: &ProfileStatement<'_>, report: &mut Reporter<'_>) {
    let kind = said.statement.kind;
    if against.user_overrides(kind) || against.is_denied(said) {
        return;
    }
    let help = match kind {
        ExtensionKind::Kernel => {
            "write `AllowUserOverrides` with `<false/>`, or say `allow_user_overrides: true` in the policy"
        }
        ExtensionKind::System => {
            "say `allow_user_overrides: true` in the policy, or write `AllowUserOverrides` with `<false/>`, which removes the Allow button for every extension that no profile of the Mac lists"
        }
    };
    report
        .beside_policy(
            said.place(),
            format!(
                "people may approve other {}s, but the policy does not let them",
                kind.name()
            ),
            (against.block(kind), "the policy"),
        )
        .help(help);
}

/// An extension whose app may deactivate it, where the policy allows it and does not say that.
fn removable(
    against: &Against<'_>,
    said: &ProfileStatement<'_>,
    (team, bundle): (&str, &str),
    report: &mut Reporter<'_>,
) {
    let Some(entry) = against.entry(said.statement.kind, team) else {
        return;
    };
    if !against.allows(entry, bundle) || against.lists(Removal::Removable, team, bundle) {
        return;
    }
    report.beside_policy(said.place(),
            format!(
                "the app of {} may deactivate it, but the policy does not let it",
                quoted(bundle)
            ),
            (entry.span, "what the policy says of this team"),
        )
        .help("remove it from `RemovableSystemExtensions`, or list it under `removable` in the policy");
}

/// Extensions that the policy keeps people from removing, and no profile does, of those that are delivered at all.
fn not_kept(against: &Against<'_>, entry: &PolicyEntry<'_>, report: &mut Reporter<'_>) {
    for removal in [Removal::NonRemovable, Removal::NonRemovableFromUi] {
        for listed in entry.removal(removal) {
            let bundle = listed.value.as_str();
            let Some(place) = against.place(entry.kind, entry.team, bundle) else {
                continue;
            };
            if against.removal(removal, entry.team, bundle) {
                continue;
            }
            report
                .beside_policy(
                    place,
                    format!(
                        "{} may be removed, but the policy says that {}",
                        quoted(bundle),
                        removal.meaning()
                    ),
                    (listed.span, "decided here"),
                )
                .help(format!(
                    "list it under `{}`, or remove it from `{}` in the policy",
                    removal.key(),
                    policy_key(removal)
                ));
        }
    }
}

/// A team whose types the policy narrows and no profile does. What several profiles say of types adds up, so one is enough.
fn types_left_open(against: &Against<'_>, entry: &PolicyEntry<'_>, report: &mut Reporter<'_>) {
    if entry.types.is_none() || against.narrows(entry.kind, entry.team) {
        return;
    }
    if let Some(place) = against.first(entry.kind, entry.team) {
        report
            .beside_policy(
                place,
                format!(
                    "team {} may use every type, but the policy narrows them",
                    quoted(entry.team)
                ),
                (entry.span, "this entry has `types`"),
            )
            .help("add `AllowedSystemExtensionTypes` with the types of the policy");
    }
}

/// A team that is allowed whole.
fn whole_team(approval: &Approval<'_>, entry: &PolicyEntry<'_>, report: &mut Reporter<'_>) {
    report
        .beside_policy(
            approval.place(),
            format!(
                "the whole team {} is allowed, but the policy lists what it may load",
                quoted(approval.team)
            ),
            (entry.span, "only these are allowed"),
        )
        .help("list the bundle IDs of the policy instead, or write `bundle_ids: all` there");
}

/// Whether the policy lets people who are no administrators approve.
fn non_admin(against: &Against<'_>) -> bool {
    against
        .policy
        .kernel_extensions
        .as_ref()
        .is_some_and(|block| {
            block
                .allow_non_admin_user_approvals
                .as_ref()
                .is_some_and(|allowed| allowed.value)
        })
}
