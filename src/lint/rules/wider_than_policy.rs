//! Profiles that open more than was decided.

use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::lint::against::{Against, Said};
use crate::lint::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::allowed::What;
use crate::severity::Severity;

declare_rule! {
    /// A profile allows a whole team where the policy lists extensions, more types than the policy, or lets people approve
    /// others where the policy does not.
    ///
    /// ## Why it matters
    ///
    /// Everything the team ever signs, or everything a user clicks on, is then allowed. That is more than the policy says,
    /// although every name in the profile stands in the policy too.
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

/// Looks at whole teams, types and switches.
fn check(against: &Against<'_>, report: &mut Reporter<'_>) {
    types_left_open(against, report);
    for said in &against.said {
        let kind = said.statement.kind;
        match &said.statement.what {
            What::Team(team) => whole_team(against, said, team, report),
            What::Types(team, types) => {
                let Some(entry) = against.entry(kind, team) else {
                    continue;
                };
                let Some(allowed) = entry.types else {
                    continue;
                };
                let more: Vec<String> = types
                    .iter()
                    .filter(|name| !allowed.iter().any(|own| own.value.name() == &***name))
                    .map(|name| quoted(name))
                    .collect();
                if more.is_empty() {
                    continue;
                }
                report
                    .in_file(said.file)
                    .at(
                        said.statement.span,
                        format!(
                            "team {} may use {}, which the policy leaves out",
                            quoted(team),
                            more.join(" and ")
                        ),
                    )
                    .help("leave it out here too, or add it to `types` in the policy")
                    .elsewhere(
                        against.policy_file,
                        entry.span,
                        "this entry narrows its types",
                    );
            }
            What::UserOverrides(true) if !against.user_overrides(kind) => {
                report
                    .in_file(said.file)
                    .at(
                        said.statement.span,
                        format!("people may approve other {}s, and the policy does not let them", kind.name()),
                    )
                    .help("write `AllowUserOverrides` with `<false/>`, or say `allow_user_overrides: true` in the policy")
                    .elsewhere(against.policy_file, against.block(kind), "the policy");
            }
            What::NonAdminApprovals(true) if !non_admin(against) => {
                report
                    .in_file(said.file)
                    .at(
                        said.statement.span,
                        "people who are no administrators may approve kernel extensions, and the policy does not let them",
                    )
                    .help("remove `AllowNonAdminUserApprovals`, or set it in the policy")
                    .elsewhere(against.policy_file, against.block(ExtensionKind::Kernel), "the policy");
            }
            _ => {}
        }
    }
}

/// Teams whose types the policy narrows and no profile does. What several profiles say of types adds up, so one is enough.
fn types_left_open(against: &Against<'_>, report: &mut Reporter<'_>) {
    for entry in against.entries() {
        if entry.types.is_none() {
            continue;
        }
        let about = |said: &&Said<'_>| {
            said.statement.kind == entry.kind
                && matches!(&said.statement.what, What::Types(team, _) if **team == *entry.team)
        };
        if against.said.iter().any(|said| about(&said)) {
            continue;
        }
        let allowed = against.said.iter().find(|said| {
            said.statement.kind == entry.kind
                && match &said.statement.what {
                    What::Team(team) | What::Bundle(team, _) => **team == *entry.team,
                    _ => false,
                }
        });
        if let Some(said) = allowed {
            report
                .in_file(said.file)
                .at(
                    said.statement.span,
                    format!(
                        "team {} may use every type, and the policy narrows them",
                        quoted(entry.team)
                    ),
                )
                .help("add `AllowedSystemExtensionTypes` with the types of the policy")
                .elsewhere(against.policy_file, entry.span, "this entry has `types`");
        }
    }
}

/// A team that is allowed whole.
fn whole_team(against: &Against<'_>, said: &Said<'_>, team: &str, report: &mut Reporter<'_>) {
    let Some(entry) = against.entry(said.statement.kind, team) else {
        return;
    };
    if entry.whole().is_some() {
        return;
    }
    report
        .in_file(said.file)
        .at(
            said.statement.span,
            format!(
                "the whole team {} is allowed, and the policy lists what it may load",
                quoted(team)
            ),
        )
        .help("list the bundle IDs of the policy instead, or write `bundle_ids: all` there")
        .elsewhere(against.policy_file, entry.span, "only these are allowed");
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
