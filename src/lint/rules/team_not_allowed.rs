//! Teams about which something is said although nothing of theirs is allowed.

use crate::escape::quoted;
use crate::identifier::TeamIdentifier;
use crate::lint::alike::Names;
use crate::lint::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::SystemExtensionPolicy;
use crate::severity::Severity;

declare_rule! {
    /// A team in `AllowedSystemExtensionTypes`, `RemovableSystemExtensions` or one of the `NonRemovable…` keys of a
    /// policy that allows extensions of other teams, but none of this one.
    ///
    /// ## Why it matters
    ///
    /// The entry has no extension to be about; most often a Team ID is mistyped, or the approval was forgotten.
    /// Policies that allow nothing themselves, and only say what cannot be removed, are deliberate and not reported.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>RemovableSystemExtensions</key>
    /// <dict>
    ///     <key>P2W6TR83NC</key>
    ///     <array>
    ///         <string>com.fabrikam.agent</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>RemovableSystemExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.agent.network</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`
    name: "team-not-allowed",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::SystemExtensions(check),
}

/// Reports every such team in each dictionary.
fn check(policy: SystemExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    let mut dictionaries = policy
        .present(SystemExtensionPolicy::OTHER_PER_TEAM)
        .peekable();
    if dictionaries.peek().is_none() {
        return;
    }
    let listed = policy.allowed_system_extensions().teams();
    let allowed = Names::new(
        policy
            .allowed_team_identifiers()
            .iter()
            .chain(listed.map(|entry| entry.team)),
    );
    // A Team ID that is only written wrongly is reported as that, and once.
    let mistyped = allowed
        .iter()
        .any(|team| TeamIdentifier::check(team.as_str()).is_err());
    if allowed.is_empty() || mistyped {
        return;
    }
    for (key, own) in dictionaries {
        for team in own.teams().map(|entry| entry.team) {
            if allowed.find(team.as_str()).is_none() && TeamIdentifier::check(team.as_str()).is_ok()
            {
                report
                    .at(
                        team.span,
                        format!(
                            "`{key}` names team {}, of which nothing is allowed",
                            quoted(team.as_str())
                        ),
                    )
                    .help("allow the team's extensions, correct the Team ID, or remove the entry");
            }
        }
    }
}
