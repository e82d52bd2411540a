//! System extensions that may remove themselves and that nobody may remove.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{KnownKey, ListedName};
use crate::severity::Severity;

declare_rule! {
    /// The same system extension in both `RemovableSystemExtensions` and `NonRemovableSystemExtensions`.
    ///
    /// ## Why it matters
    ///
    /// The two keys contradict each other, and Apple calls it an error. `NonRemovableFromUISystemExtensions` may
    /// overlap with `RemovableSystemExtensions`: then the product may remove its extension, but the user may not remove
    /// it in Settings.
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
    check: Check::Bundle(check),
}

fn check(bundle: &ListedName<'_, '_>, report: &mut Reporter<'_>) {
    if bundle.key != KnownKey::NonRemovable {
        return;
    }
    let (team, text) = (bundle.team.as_str(), bundle.text.as_str());
    let Some(other) = bundle.approvals.find(KnownKey::Removable, team, text) else {
        return;
    };
    let (first, second) = if other.span.start < bundle.text.span.start {
        (other, &bundle.text)
    } else {
        (&bundle.text, other)
    };
    report
        .at(
            second.span,
            format!(
                "{} is listed as removable and as not removable",
                quoted(text)
            ),
        )
        .help("keep it in one of the two")
        .related(first.span, "listed here first");
}
