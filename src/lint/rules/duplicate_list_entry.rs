//! The same Team ID, bundle ID or type twice in one list.

use crate::escape::quoted;
use crate::lint::alike::pairs;
use crate::lint::edit::remove_element;
use crate::lint::finding::{Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::profile::{ExtensionPolicy, PerTeam, Strings};
use crate::severity::Severity;

declare_rule! {
    /// The same Team ID, bundle ID or extension type twice in one list.
    ///
    /// ## Why it matters
    ///
    /// The second entry changes nothing on the Mac, but somebody who removes one of the two to withdraw an approval
    /// leaves the other behind. Often another entry was meant.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array>
    ///     <string>UBF8T346G9</string>
    ///     <string>UBF8T346G9</string>
    /// </array>
    /// ```
    ///
    /// ## Use instead
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
    /// Safe: the first entry stays, and the profile allows what it allowed before.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `AllowedTeamIdentifiers`
    name: "duplicate-list-entry",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Extensions(check),
    when: Signs::ALIKE,
}

/// Looks at every list of the policy.
fn check(policy: ExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    check_list(policy.allowed_team_identifiers(), report);
    let dictionaries = std::iter::once(policy.allowed()).chain(policy.other_per_team());
    for team in dictionaries.flat_map(PerTeam::teams) {
        check_list(team.listed, report);
    }
}

/// Reports every later entry that equals an earlier one.
fn check_list(list: Strings<'_>, report: &mut Reporter<'_>) {
    for pair in pairs(list) {
        if !pair.is_equal() {
            continue;
        }
        let source = list.value().map_or("", |value| value.source());
        let saying = report
            .at(
                pair.again.element,
                format!("{} stands twice in this list", quoted(pair.again.as_str())),
            )
            .help("remove one of the two")
            .related(pair.first.element, "first here");
        if let Some(edit) = remove_element(source, pair.again.element) {
            saying.fix(Fix::safe("remove the second entry", [edit]));
        }
    }
}
