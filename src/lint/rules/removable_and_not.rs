//! System extensions that may remove themselves and that nobody may remove.

use crate::escape::quoted;
use crate::lint::alike::Names;
use crate::lint::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{SystemExtensionPolicy, Text};
use crate::severity::Severity;

declare_rule! {
    /// The same system extension in `RemovableSystemExtensions` and in `NonRemovableSystemExtensions`.
    ///
    /// ## Why it matters
    ///
    /// The two contradict each other, and Apple calls it an error. `NonRemovableFromUISystemExtensions` may overlap
    /// with the removable ones: the product may remove its extension, the user in Settings may not.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>RemovableSystemExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.agent.network</string>
    ///     </array>
    /// </dict>
    /// <key>NonRemovableSystemExtensions</key>
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
    /// <key>RemovableSystemExtensions</key>
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
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `NonRemovableSystemExtensions`
    name: "removable-and-not",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::SystemExtensions(check),
}

/// Reports every extension that is in both, at its second place in the file.
fn check(policy: SystemExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    each(policy, &mut |one, other| {
        let (first, second) = if other.span.start < one.span.start {
            (other, one)
        } else {
            (one, other)
        };
        report
            .at(
                second.span,
                format!(
                    "{} is listed as removable and as not removable",
                    quoted(second.as_str())
                ),
            )
            .help("keep it in one of the two")
            .related(first.span, "listed here first");
    });
}

/// Whether an extension is in both.
pub(super) fn overlap(policy: SystemExtensionPolicy<'_>) -> bool {
    let mut found = false;
    each(policy, &mut |_, _| found = true);
    found
}

/// Hands out every extension that is in both, with its two places.
fn each(policy: SystemExtensionPolicy<'_>, found: &mut dyn FnMut(&Text<'_>, &Text<'_>)) {
    let removable = policy.removable_system_extensions();
    let fixed = policy.non_removable_system_extensions();
    if removable.value().is_none() || fixed.value().is_none() {
        return;
    }
    let theirs: Vec<_> = removable.teams().collect();
    let teams = Names::new(theirs.iter().map(|entry| entry.team.clone()));
    for entry in fixed.teams() {
        let Some(place) = teams.find(entry.team.as_str()) else {
            continue;
        };
        // Teams stand in the order of the file.
        let at = theirs.partition_point(|other| other.team.span.start < place.span.start);
        let Some(names) = theirs.get(at).map(|other| Names::new(other.listed.iter())) else {
            continue;
        };
        for bundle in entry.listed.iter() {
            if let Some(other) = names.find(bundle.as_str()) {
                found(&bundle, other);
            }
        }
    }
}
