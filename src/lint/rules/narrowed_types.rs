//! Teams that may not use every type of system extension.

use crate::escape::quoted;
use crate::extension::SystemExtensionType;
use crate::lint::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{PerTeam, SystemExtensionPolicy};
use crate::severity::Severity;

declare_rule! {
    /// `AllowedSystemExtensionTypes` leaves out a type for a team.
    ///
    /// ## Why it matters
    ///
    /// An extension can be of several types at once, and one that is not listed blocks it. A team that is not in the
    /// dictionary may use every type. If a product adds a type with an update, the approval has to be changed before.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedSystemExtensionTypes</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>NetworkExtension</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// Leave the team out to allow every type:
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
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowedSystemExtensionTypes`
    name: "narrowed-types",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::SystemExtensions(check),
}

/// Reports every team with a type left out; not if it lists something unknown, which another rule reports.
fn check(policy: SystemExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    for team in policy.allowed_system_extension_types().teams() {
        let mut missing = SystemExtensionType::ALL.map(Some);
        let mut unknown = team.listed.items().next().is_none();
        for word in team.listed.iter() {
            match SystemExtensionType::from_name(word.as_str()) {
                Some(kind) => missing
                    .iter_mut()
                    .filter(|slot| **slot == Some(kind))
                    .for_each(|slot| *slot = None),
                None => unknown = true,
            }
        }
        if unknown || missing.iter().all(Option::is_none) {
            continue;
        }
        let names: Vec<_> = missing
            .iter()
            .flatten()
            .map(|kind| format!("`{}`", kind.name()))
            .collect();
        report
            .at(
                team.team.span,
                format!(
                    "team {} may not use {}",
                    quoted(team.team.as_str()),
                    names.join(" and ")
                ),
            )
            .help("remove the team from `AllowedSystemExtensionTypes` to allow every type");
    }
}
