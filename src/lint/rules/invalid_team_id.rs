//! Texts that should be a Team ID and are not.

use crate::catalogue::known::known;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::identifier::{TeamIdentifier, TeamIdentifierError};
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder::is_filled_in;
use crate::profile::{KnownKey, TeamName};
use crate::severity::Severity;
use crate::suggest::nearest;

declare_rule! {
    /// A Team ID that is not ten characters `A-Z` and `0-9`.
    ///
    /// ## Why it matters
    ///
    /// macOS compares Team IDs letter by letter with the one in the extension's signature. A mistyped Team ID matches
    /// nothing: the profile installs without an error, and the extension stays blocked. Intune's portal refuses such a
    /// Team ID if you type it in, but not in an uploaded file.
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
    /// Safe if only surrounding spaces, invisible characters or lower-case letters are wrong: no other Team ID can have
    /// been meant. There is no fix if the correct Team ID is already in the dictionary or in the other list. Everything
    /// else has no fix either, because the correct Team ID is not in the file; `codesign -dv` on the extension shows
    /// it.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `AllowedTeamIdentifiers`
    /// - Microsoft Intune: the pattern `^[A-Z0-9]{10}$` of the macOS extension settings
    name: "invalid-team-id",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Team(check),
}

fn check(team: &TeamName<'_, '_>, report: &mut Reporter<'_>) {
    let Some(why) = &team.fault else {
        return;
    };
    let text = team.text.as_str();
    if is_filled_in(text) || stands_for_unsigned(team) {
        return;
    }
    let place = if team.text.span.len() == 0 {
        team.text.element
    } else {
        team.text.span
    };
    let message = match why {
        TeamIdentifierError::Empty => "empty Team ID; a Team ID has 10 characters".to_owned(),
        _ => format!("{} is not a Team ID: it {why}", quoted(text)),
    };
    let finding = report.at(place, message);
    if let Some(meant) = TeamIdentifier::repaired(text) {
        if team.siblings.has(meant.as_str()) {
            // Two equal keys would be worse: the Mac keeps the last.
            finding.help(format!(
                "move what is listed here to `{meant}`, which is in this dictionary already"
            ));
            return;
        }
        let other = in_other_list(team, meant.as_str());
        if let Some(other) = other {
            // The team would be in both, which Apple calls an error.
            finding.help(format!(
                "`{meant}` is in `{}` already: keep one of both",
                other.name()
            ));
            return;
        }
        finding.help(format!("write `{meant}`")).fix(Fix::safe(
            format!("write `{meant}`"),
            [Edit::text(team.text.span, meant.as_str())],
        ));
    } else if let Some(known) = nearest(text, known().teams()) {
        finding.help(format!(
            "did you mean `{known}`, which the ready policies know?"
        ));
    } else if *why == TeamIdentifierError::BundleIdentifier {
        finding.help(
            "list the bundle ID under its team, or write the Team ID here; `codesign -dv` on the extension shows it",
        );
    } else {
        finding.help("`codesign -dv` on the extension shows its Team ID as `TeamIdentifier`");
    }
}

/// The other list of system extensions, if it has this team.
fn in_other_list(team: &TeamName<'_, '_>, meant: &str) -> Option<KnownKey> {
    let (approvals, allowed) = (team.approvals, team.approvals.policy.allowed_key());
    if approvals.policy.kind() != ExtensionKind::System {
        return None;
    }
    if team.key == KnownKey::Teams {
        approvals.listed(meant).map(|_| allowed)
    } else {
        approvals
            .whole(meant)
            .filter(|_| team.key == allowed)
            .map(|_| KnownKey::Teams)
    }
}

/// The empty key of `AllowedKernelExtensions` stands for kernel extensions without a Team ID.
fn stands_for_unsigned(team: &TeamName<'_, '_>) -> bool {
    let policy = team.approvals.policy;
    policy.kind() == ExtensionKind::Kernel
        && team.key == policy.allowed_key()
        && team.text.value.is_empty()
}
