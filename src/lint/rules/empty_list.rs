//! Lists with nothing in them.

use super::nothing_allowed::is_pointless;
use crate::escape::quoted;
use crate::lint::model::edit::{remove_element, remove_entry};
use crate::lint::model::finding::{Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Value;
use crate::profile::{Common, ExtensionPolicy, KnownKey, PerTeam};
use crate::severity::Severity;

declare_rule! {
    /// An empty array or dictionary in a policy.
    ///
    /// ## Why it matters
    ///
    /// It approves nothing, and not every MDM server keeps it: Jamf Pro may leave it out, and other interfaces refuse
    /// it. An empty list for a team is often a mistake: it does not mean that all of the team's extensions are allowed.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array/>
    /// ```
    ///
    /// ## Use instead
    ///
    /// List what is allowed, or leave the key out:
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array>
    ///     <string>UBF8T346G9</string>
    /// </array>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe: what the profile allows stays the same. A team without types in `AllowedSystemExtensionTypes` has no fix,
    /// because without the entry every type would be allowed.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`: every list is optional
    /// - Jamf: `jamf-cli`, `profileconvert`: empty strings and arrays are refused
    name: "empty-list",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Extensions(check),
}

/// Looks at every list, unless the policy as a whole is empty, which another rule reports.
fn check(policy: ExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    let dictionary = policy.payload().dictionary();
    let keyed = policy.payload().keyed();
    let lists = std::iter::once(KnownKey::Teams)
        .chain([policy.allowed_key()])
        .chain(policy.other_keys().iter().copied());
    for key in lists {
        let Some(entry) = keyed.entry(key) else {
            continue;
        };
        if is_empty(entry.value) {
            if is_pointless(policy) {
                return;
            }
            let saying = report
                .at(entry.span(), format!("`{key}` is empty"))
                .help(format!("remove `{key}`"));
            if let Some(edit) = remove_entry(dictionary, entry) {
                saying.fix(Fix::safe(format!("remove `{key}`"), [edit]));
            }
        } else {
            check_teams(PerTeam::of_key(keyed, key), key, policy, report);
        }
    }
}

/// Reports the teams with nothing in their lists.
fn check_teams(
    dictionary: PerTeam<'_>,
    key: KnownKey,
    policy: ExtensionPolicy<'_>,
    report: &mut Reporter<'_>,
) {
    for entry in dictionary.teams() {
        if !entry.listed.value().is_some_and(is_empty) {
            continue;
        }
        if is_pointless(policy) {
            return;
        }
        let team = quoted(entry.team.as_str());
        let saying = report.at(
            entry.span,
            format!("nothing is listed for team {team} in `{key}`"),
        );
        if key == KnownKey::Types {
            saying.help("list at least one type, or remove the team to allow every type");
            continue;
        }
        let saying = saying.help(if key == policy.allowed_key() {
            "list bundle IDs, or remove the team; to allow all its extensions, put it into `AllowedTeamIdentifiers`"
        } else {
            "list bundle IDs, or remove the team"
        });
        let source = dictionary.value().map_or("", Value::source);
        if let Some(edit) = remove_element(source, entry.span) {
            saying.fix(Fix::safe(format!("remove team {team}"), [edit]));
        }
    }
}

/// Whether a value is an array or a dictionary without items.
fn is_empty(value: Value<'_>) -> bool {
    match value.as_array() {
        Some(mut items) => items.next().is_none(),
        None => value
            .as_dictionary()
            .is_some_and(|dictionary| dictionary.entries().next().is_none()),
    }
}
