//! Kernel extensions listed although their whole team is allowed.

use crate::escape::quoted;
use crate::lint::alike::Names;
use crate::lint::edit::{remove_element, remove_entry};
use crate::lint::finding::{Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::plist::Value;
use crate::profile::{Common, KernelExtensionPolicy};
use crate::severity::Severity;

declare_rule! {
    /// A team in `AllowedTeamIdentifiers` and in `AllowedKernelExtensions`.
    ///
    /// ## Why it matters
    ///
    /// The whole team is allowed already: the list of bundle IDs looks like a limit and is none.
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
    check: Check::KernelExtensions(check),
    when: Signs::WHOLE_AND_LISTED,
}

/// Reports every team that is in both.
fn check(policy: KernelExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    let allowed = Names::new(policy.allowed_team_identifiers().iter());
    if allowed.is_empty() {
        return;
    }
    let listed = policy.allowed_kernel_extensions();
    let dictionary = policy.payload().dictionary();
    for entry in listed.teams() {
        let Some(whole) = allowed.find(entry.team.as_str()) else {
            continue;
        };
        let saying = report
            .at(
                entry.team.span,
                format!(
                    "team {} is allowed as a whole, so this list limits nothing",
                    quoted(entry.team.as_str())
                ),
            )
            .help("remove the list, or the team from `AllowedTeamIdentifiers` if the list was meant as a limit")
            .related(whole.span, "the whole team is allowed here");
        let edit = if listed.teams().nth(1).is_some() {
            remove_element(listed.value().map_or("", Value::source), entry.span)
        } else {
            let keyed = policy.payload().keyed();
            keyed
                .entry(KernelExtensionPolicy::ALLOWED)
                .and_then(|only| remove_entry(dictionary, only))
        };
        if let Some(edit) = edit {
            saying.fix(Fix::safe("remove the list", [edit]));
        }
    }
}
