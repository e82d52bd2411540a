//! Approvals that nobody decided on.

use crate::escape::quoted;
use crate::lint::against::{Against, other};
use crate::lint::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::allowed::What;
use crate::severity::Severity;

declare_rule! {
    /// A profile allows a team or an extension that the policy does not.
    ///
    /// ## Why it matters
    ///
    /// The policy is what was decided. Whatever a profile allows beyond it was decided by nobody, and a Mac that gets the
    /// profile loads it all the same.
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

/// Looks for every approval in the policy.
fn check(against: &Against<'_>, report: &mut Reporter<'_>) {
    for said in &against.said {
        let statement = said.statement;
        let (team, bundle) = match &statement.what {
            What::Team(team) => (team, None),
            What::Bundle(team, bundle) => (team, Some(&**bundle)),
            _ => continue,
        };
        let entry = against.entry(statement.kind, team);
        let elsewhere = against.entry(other(statement.kind), team);
        let (what, place, label) = match (bundle, entry) {
            (Some(bundle), Some(entry)) => {
                // What is listed in another case, or for the other kind, has rules of its own.
                let known = entry.allows(bundle) || entry.alike(bundle).is_some();
                let in_other = elsewhere.is_some_and(|entry| is_listed(entry, bundle));
                if known || in_other {
                    continue;
                }
                (
                    quoted(bundle),
                    entry.span,
                    "what the policy allows of this team",
                )
            }
            (Some(bundle), None) => {
                if elsewhere.is_some_and(|entry| is_listed(entry, bundle)) {
                    continue;
                }
                (quoted(bundle), against.block(statement.kind), "the policy")
            }
            // A whole team of which the policy lists extensions is `wider-than-policy`.
            (None, Some(_)) => continue,
            (None, None) => (
                format!("the team {}", quoted(team)),
                against.block(statement.kind),
                "the policy",
            ),
        };
        report
            .in_file(said.file)
            .at(
                statement.span,
                format!(
                    "{what} is allowed as a {}, and the policy does not say so",
                    statement.kind.name()
                ),
            )
            .help("remove it, or add it to the policy if it was decided")
            .elsewhere(against.policy_file, place, label);
    }
}

/// Whether an entry lists an extension by name.
fn is_listed(entry: &crate::lint::against::Entry<'_>, bundle: &str) -> bool {
    entry
        .listed()
        .iter()
        .any(|listed| listed.value.as_str() == bundle)
}
