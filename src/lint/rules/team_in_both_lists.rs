//! A team allowed as a whole and by list in one system-extension policy.

use crate::escape::quoted;
use crate::lint::alike::Names;
use crate::lint::edit::{remove_element, remove_entry};
use crate::lint::finding::{Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::plist::Value;
use crate::profile::{Common, SystemExtensionPolicy};
use crate::severity::Severity;

declare_rule! {
    /// A team in `AllowedTeamIdentifiers` and in `AllowedSystemExtensions`.
    ///
    /// ## Why it matters
    ///
    /// Apple calls this an error. The profile can fail, and nothing in it is approved then.
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
    /// Unsafe: the fix keeps the list, which allows less. Look whether every extension that is needed is in it.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowedTeamIdentifiers`
    /// - Microsoft Intune: the same Team ID in both "can result in an error and the profile failing"
    name: "team-in-both-lists",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::SystemExtensions(check),
    when: Signs::WHOLE_AND_LISTED,
}

/// Reports every team that is in both.
fn check(policy: SystemExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    let listed = Names::new(
        policy
            .allowed_system_extensions()
            .teams()
            .map(|own| own.team),
    );
    if listed.is_empty() {
        return;
    }
    let teams = policy.allowed_team_identifiers();
    let dictionary = policy.payload().dictionary();
    for team in teams.iter() {
        let Some(entry) = listed.find(team.as_str()) else {
            continue;
        };
        let saying = report
            .at(
                team.span,
                format!(
                    "team {} is allowed as a whole and by list, which Apple calls an error",
                    quoted(team.as_str())
                ),
            )
            .help("keep one: the list, or the whole team")
            .related(entry.span, "the same team in `AllowedSystemExtensions`");
        let edit = if teams.items().nth(1).is_some() {
            remove_element(teams.value().map_or("", Value::source), team.element)
        } else {
            dictionary
                .entry("AllowedTeamIdentifiers")
                .and_then(|only| remove_entry(dictionary, only))
        };
        if let Some(edit) = edit {
            saying.fix(Fix::risky("keep the list only", [edit]));
        }
    }
}
