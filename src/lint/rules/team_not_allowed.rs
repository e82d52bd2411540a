//! Teams about which something is said although nothing of theirs is allowed.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{KnownKey, TeamName};
use crate::severity::Severity;

declare_rule! {
    /// A policy names a team in `AllowedSystemExtensionTypes`, `RemovableSystemExtensions` or one of the
    /// `NonRemovable…` keys, but allows only extensions of other teams.
    ///
    /// ## Why it matters
    ///
    /// The policy allows no extension to which the entry could apply. Most often a Team ID is mistyped, or the approval
    /// was forgotten. Policies that allow nothing themselves, and only say what cannot be removed, are deliberate and
    /// not reported.
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
    check: Check::Team(check),
}

fn check(team: &TeamName<'_, '_>, report: &mut Reporter<'_>) {
    let (approvals, text, key) = (team.approvals, team.text.as_str(), team.key);
    let says_what_is_allowed = key == KnownKey::Teams || key == approvals.policy.allowed_key();
    if says_what_is_allowed
        || team.fault.is_some()
        || approvals.whole(text).is_some()
        || approvals.listed(text).is_some()
    {
        return;
    }
    // A Team ID that is only written wrongly is reported as that, and once.
    if approvals.is_empty() || approvals.has_mistyped_team() {
        return;
    }
    report
        .at(
            team.text.span,
            format!(
                "`{key}` names team {}, of which nothing is allowed",
                quoted(text)
            ),
        )
        .help("allow the team's extensions, correct the Team ID, or remove the entry");
}
