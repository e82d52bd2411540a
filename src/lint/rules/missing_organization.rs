//! Profiles without an organization.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Value;
use crate::profile::{Common, KnownKey, Profile};
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// The profile has no `PayloadOrganization`, or an empty one.
    ///
    /// ## Why it matters
    ///
    /// System Settings shows the organization to the user as responsible for the profile. Without it nobody knows whom
    /// to ask. Terraform's Jamf Pro provider refuses a profile without it.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadOrganization</key>
    /// <string></string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadOrganization</key>
    /// <string>Contoso</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/TopLevel.yaml`, `PayloadOrganization`
    name: "missing-organization",
    level: Level::always(Severity::Note).and(Target::Jamf, Severity::Warning),
    fix: Never,
    check: Check::Profile(check),
}

fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    // `wrong-payload-key-type` reports a value that is not a string.
    let is_blank = |value: &Value<'_>| value.as_str().is_some_and(|text| text.trim().is_empty());
    let place = match profile.keyed().get(KnownKey::Organization) {
        Some(value) if is_blank(&value) => value.span(),
        None if profile.is_profile() => profile.dictionary().value().opening_span(),
        _ => return,
    };
    report
        .at(place, "the profile has no organization")
        .help("add `PayloadOrganization`");
}
