//! Teams of which every extension is allowed.

use crate::catalogue::known::known;
use crate::escape::quoted;
use crate::identifier::TeamIdentifier;
use crate::lint::alike::Names;
use crate::lint::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::ExtensionPolicy;
use crate::severity::Severity;

declare_rule! {
    /// A team in `AllowedTeamIdentifiers`: every extension it signs is allowed, those of its future products too.
    ///
    /// ## Why it matters
    ///
    /// `UBF8T346G9` alone allows everything Microsoft will ever sign as an extension. That may be wanted; a list of
    /// bundle IDs says what was reviewed. For a vendor with a ready policy the message tells how many extensions are
    /// known today.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array>
    ///     <string>UBF8T346G9</string>
    /// </array>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>UBF8T346G9</key>
    ///     <array>
    ///         <string>com.microsoft.wdavkext</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `AllowedTeamIdentifiers`
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowedTeamIdentifiers`
    name: "whole-team-allowed",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Extensions(check),
}

/// Reports every team, but not what is no Team ID, and not a team that is listed by bundle ID as well: other rules
/// report those.
fn check(policy: ExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    let mut teams = policy.allowed_team_identifiers().iter().peekable();
    if teams.peek().is_none() {
        return;
    }
    let listed = Names::new(policy.allowed().teams().map(|entry| entry.team));
    for team in teams {
        if TeamIdentifier::new(team.as_str()).is_err() || listed.find(team.as_str()).is_some() {
            continue;
        }
        let kind = policy.kind();
        let count = known()
            .team(team.as_str())
            .iter()
            .filter(|own| own.kind == kind)
            .count();
        let message = format!(
            "every {} of team {} is allowed",
            kind.name(),
            quoted(team.as_str())
        );
        let saying = report.at(team.span, message);
        let key = policy.allowed_key();
        match count {
            0 => saying.help(format!("list the ones you need under `{key}`")),
            1 => saying.help(format!(
                "the ready policies know 1 of them; list the ones you need under `{key}`"
            )),
            _ => saying.help(format!(
                "the ready policies know {count} of them; list the ones you need under `{key}`"
            )),
        };
    }
}
