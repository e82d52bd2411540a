//! A team allowed as a whole and by list in one system-extension policy.

use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::lint::model::edit::{remove_element, remove_entry};
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Value;
use crate::profile::{Common as _, KnownKey, TeamName};
use crate::severity::Severity;

declare_rule! {
    /// A team that is in both `AllowedTeamIdentifiers` and `AllowedSystemExtensions`.
    ///
    /// ## Why it matters
    ///
    /// Apple calls this an error. The profile can fail, and then nothing in it is approved.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array>
    ///     <string>K7Q2XD94WL</string>
    /// </array>
    /// <key>AllowedSystemExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.agent.network</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedSystemExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.agent.network</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Unsafe: the fix keeps the list, which allows less. Check that the list contains every extension that is needed.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowedTeamIdentifiers`
    /// - Microsoft Intune: the same Team ID in both "can result in an error and the profile failing"
    name: "team-in-both-lists",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Team(check),
}

fn check(team: &TeamName<'_, '_>, report: &mut Reporter<'_>) {
    let Some(entry) = team.approvals.listed(team.text.as_str()) else {
        return;
    };
    if team.approvals.policy.kind() != ExtensionKind::System || team.key != KnownKey::Teams {
        return;
    }
    let finding = report
        .at(
            team.text.span,
            format!(
                "team {} is allowed as a whole and by list, which Apple calls an error",
                quoted(team.text.as_str())
            ),
        )
        .help("keep one: the list, or the whole team")
        .related(
            entry.team.span,
            "the same team in `AllowedSystemExtensions`",
        );
    if let Some(edit) = without_whole_team(team) {
        finding.fix(Fix::risky("keep the list only", [edit]));
    }
}

/// Takes a team out of `AllowedTeamIdentifiers`, and the key too if there is no other team.
fn without_whole_team(team: &TeamName<'_, '_>) -> Option<Edit> {
    let policy = team.approvals.policy;
    let teams = policy.allowed_team_identifiers();
    if teams.items().nth(1).is_some() {
        let source = teams.value().map_or("", Value::source);
        return remove_element(source, team.text.element);
    }
    let only = policy.payload().keyed().entry(KnownKey::Teams)?;
    remove_entry(policy.payload().dictionary(), only)
}
