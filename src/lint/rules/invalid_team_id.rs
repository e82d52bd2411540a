//! Texts that should be a Team ID and are not.

use super::invalid_bundle_id::is_filled_in;
use crate::catalogue::known::known;
use crate::escape::quoted;
use crate::identifier::{TeamIdentifier, TeamIdentifierError};
use crate::lint::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::profile::{ExtensionPolicy, PerTeam, Text};
use crate::severity::Severity;
use crate::suggest::nearest;

declare_rule! {
    /// A Team ID that is not ten characters `A-Z` and `0-9`.
    ///
    /// ## Why it matters
    ///
    /// macOS compares Team IDs letter by letter with the one in the extension's signature. One that is mistyped
    /// matches nothing: the profile installs without an error, and the extension stays blocked. Intune's portal
    /// refuses such a Team ID when it is typed in, but not in an uploaded file.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array>
    ///     <string>ubf8t346g9</string>
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
    /// Safe where only blanks or lower-case letters are wrong: no other Team ID can have been meant. Everything else
    /// has no fix, because the right Team ID is not in the file; `codesign -dv` on the extension shows it.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `AllowedTeamIdentifiers`
    /// - Microsoft Intune: the pattern `^[A-Z0-9]{10}$` of the macOS extension settings
    name: "invalid-team-id",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Extensions(check),
    when: Signs::ODD_TEAM,
}

/// Looks at every place where a Team ID stands.
fn check(policy: ExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    for team in policy.allowed_team_identifiers().iter() {
        check_team(&team, PerTeam::default(), report);
    }
    let allowed = policy.allowed();
    for entry in allowed.teams() {
        // The empty key of `AllowedKernelExtensions` stands for kernel extensions without a Team ID.
        if !(matches!(policy, ExtensionPolicy::Kernel(_)) && entry.team.value.is_empty()) {
            check_team(&entry.team, allowed, report);
        }
    }
    for other in policy.other_per_team() {
        for entry in other.teams() {
            check_team(&entry.team, other, report);
        }
    }
}

/// Reports a text that is no Team ID, and the one that was meant if that is certain. What an MDM server fills in is
/// not judged here. `siblings` is the dictionary whose key it is.
fn check_team(team: &Text<'_>, siblings: PerTeam<'_>, report: &mut Reporter<'_>) {
    let Err(why) = TeamIdentifier::check(team.as_str()) else {
        return;
    };
    if is_filled_in(team.as_str()) {
        return;
    }
    let place = if team.span.len() == 0 {
        team.element
    } else {
        team.span
    };
    let shown = quoted(team.as_str());
    let message = match &why {
        TeamIdentifierError::Empty => "empty Team ID; a Team ID has 10 characters".to_owned(),
        _ => format!("{shown} is no Team ID: it {why}"),
    };
    let saying = report.at(place, message);
    if let Some(meant) = TeamIdentifier::repaired(team.as_str()) {
        if siblings.has(meant.as_str()) {
            // Two equal keys would be worse: the Mac keeps the last.
            saying.help(format!(
                "move what is listed here to `{meant}`, which is in this dictionary already"
            ));
            return;
        }
        saying.help(format!("write `{meant}`")).fix(Fix::safe(
            format!("write `{meant}`"),
            [Edit::text(team.span, meant.as_str())],
        ));
    } else if let Some(known) = nearest(team.as_str(), known().teams()) {
        saying.help(format!(
            "did you mean `{known}`, which the ready policies know?"
        ));
    } else if why == TeamIdentifierError::BundleIdentifier {
        saying.help(
            "list the bundle ID under its team, or write the Team ID here; `codesign -dv` on the extension shows it",
        );
    } else {
        saying.help("`codesign -dv` on the extension shows its Team ID as `TeamIdentifier`");
    }
}
