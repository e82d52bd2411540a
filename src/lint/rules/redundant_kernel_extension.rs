//! Kernel extensions listed although their whole team is allowed.

use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::lint::model::edit::{remove_element, remove_entry};
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Value;
use crate::profile::{Common as _, TeamName};
use crate::severity::Severity;

declare_rule! {
    /// A team that is in both `AllowedTeamIdentifiers` and `AllowedKernelExtensions`.
    ///
    /// ## Why it matters
    ///
    /// The whole team is already allowed: the list of bundle IDs looks like a limit but limits nothing.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array>
    ///     <string>K7Q2XD94WL</string>
    /// </array>
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.driver.usb</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// The list alone, if only these kernel extensions are needed:
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.driver.usb</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe: the fix removes the list, and the profile allows what it allowed before. If the list was meant as a limit,
    /// remove the team from `AllowedTeamIdentifiers` by hand.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`
    name: "redundant-kernel-extension",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Team(check),
}

fn check(team: &TeamName<'_, '_>, report: &mut Reporter<'_>) {
    let policy = team.approvals.policy;
    let Some(whole) = team.approvals.whole(team.text.as_str()) else {
        return;
    };
    if policy.kind() != ExtensionKind::Kernel || team.key != policy.allowed_key() {
        return;
    }
    let finding = report
        .at(
            team.text.span,
            format!(
                "team {} is allowed as a whole, so this list limits nothing",
                quoted(team.text.as_str())
            ),
        )
        .help("remove the list, or the team from `AllowedTeamIdentifiers` if the list was meant as a limit")
        .related(whole.span, "the whole team is allowed here");
    if let Some(edit) = without_list(team) {
        finding.fix(Fix::safe("remove the list", [edit]));
    }
}

/// Takes out the list of a team, and the key that holds it if there is no other.
fn without_list(team: &TeamName<'_, '_>) -> Option<Edit> {
    let payload = team.approvals.policy.payload();
    if team.siblings.teams().nth(1).is_none() {
        let only = payload.keyed().entry(team.key)?;
        return remove_entry(payload.dictionary(), only);
    }
    let entry = team.approvals.listed(team.text.as_str())?;
    let source = team.siblings.value().map_or("", Value::source);
    remove_element(source, entry.span)
}
