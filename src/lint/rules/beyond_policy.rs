//! Approvals that nobody decided on.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::against::approval::Standing;
use crate::lint::views::against::entry::policy_key;
use crate::lint::views::against::permission::PermissionStanding;
use crate::lint::views::against::{Against, ProfileStatement};
use crate::profile::allowed::{Removal, What};
use crate::severity::Severity;

declare_rule! {
    /// A profile allows a team or an extension that the policy does not allow, or prevents the removal of an extension
    /// although the policy does not say so. Or it grants a privacy permission, turns on a content filter or approves
    /// background items that the policy does not name.
    ///
    /// ## Why it matters
    ///
    /// The policy records what was decided. Nobody decided to allow what a profile allows beyond it, but a Mac that
    /// gets the profile loads it anyway.
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
    /// <key>AllowedKernelExtensions</key>
    /// <dict><key>9XK3T7PLQ2</key><array><string>com.fabrikam.driver</string></array></dict>
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
    name: "beyond-policy",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Policy(check),
}

/// Reports what the policy does not say. What is listed in another case, for the other kind, or as a part of the team has
/// rules of its own.
fn check(against: &Against<'_>, report: &mut Reporter<'_>) {
    for approval in &against.approvals {
        let Standing::Beyond(entry) = approval.standing else {
            continue;
        };
        let what = match approval.bundle {
            Some(bundle) => quoted(bundle),
            None => format!("the team {}", quoted(approval.team)),
        };
        let beside = match entry {
            Some(entry) => (entry.span, "what the policy allows of this team"),
            None => (against.block(approval.kind), "the policy"),
        };
        report
            .beside_policy(
                approval.place(),
                format!(
                    "{what} is allowed as a {}, but the policy does not say so",
                    approval.kind.name()
                ),
                beside,
            )
            .help("remove it, or add it to the policy if it was decided");
    }
    for deviation in &against.permissions.uncovered {
        if !matches!(deviation.standing, PermissionStanding::Beyond) {
            continue;
        }
        let permission = deviation.permission;
        let block = against.permissions.block(permission.kind);
        let beside = match block {
            Some(block) => (block, "what the policy says of them"),
            None => (against.policy.identifier.span, "the policy"),
        };
        report
            .beside_policy(
                (deviation.file, permission.span),
                format!("{}, but the policy does not say so", permission.text),
                beside,
            )
            .help(format!(
                "remove it, or add it to `{}` of the policy if it was decided",
                permission.kind.key()
            ));
    }
    for said in &against.statements {
        if let What::Removal(removal, team, bundle) = &said.statement.what
            && *removal != Removal::Removable
        {
            kept(against, said, (*removal, team, bundle), report);
        }
    }
}

/// Reports an extension that nobody may remove, where the policy allows it and does not say that.
fn kept(
    against: &Against<'_>,
    said: &ProfileStatement<'_>,
    (removal, team, bundle): (Removal, &str, &str),
    report: &mut Reporter<'_>,
) {
    let Some(entry) = against.entry(said.statement.kind, team) else {
        return;
    };
    if !against.allows(entry, bundle) || against.lists(removal, team, bundle) {
        return;
    }
    report
        .beside_policy(
            said.place(),
            format!(
                "{}: {}, but the policy does not say so",
                quoted(bundle),
                removal.meaning()
            ),
            (entry.span, "what the policy says of this team"),
        )
        .help(format!(
            "remove it from `{}`, or list it under `{}` in the policy",
            removal.key(),
            policy_key(removal)
        ));
}
