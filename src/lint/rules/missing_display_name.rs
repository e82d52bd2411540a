//! Profiles without a display name.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, KnownKey, Profile};
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// The profile has no `PayloadDisplayName`, or an empty one.
    ///
    /// ## Why it matters
    ///
    /// People see this name in System Settings and in the MDM console. Without it they see the identifier. Terraform's
    /// Jamf Pro provider refuses a profile without it.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadDisplayName</key>
    /// <string></string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadDisplayName</key>
    /// <string>Approved extensions</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/TopLevel.yaml`, `PayloadDisplayName`
    name: "missing-display-name",
    level: Level::always(Severity::Note).and(Target::Jamf, Severity::Warning),
    fix: Never,
    check: Check::Profile(check),
}
/// Reports a profile that has none.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let root = profile.dictionary();
    let place = match profile.display_name() {
        Some(text) if text.as_str().trim().is_empty() => text.element,
        // A value of another type is told by `wrong-payload-key-type`.
        None if !profile.has(KnownKey::DisplayName) && profile.is_profile() => {
            root.value().opening_span()
        }
        _ => return,
    };
    report
        .at(place, "the profile has no display name")
        .help("add `PayloadDisplayName`");
}
