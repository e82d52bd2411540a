//! Profiles for Jamf Pro without keys that its tools want.

use crate::lint::model::edit::add_entry;
use crate::lint::model::finding::{Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, Profile};
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A profile for Jamf Pro without `PayloadEnabled`, `PayloadRemovalDisallowed`, `PayloadDescription` or
    /// `PayloadScope`.
    ///
    /// ## Why it matters
    ///
    /// Jamf Pro adds what is missing. A Terraform provider for Jamf Pro refuses the profile or shows a difference at
    /// every run. Other required keys have their own rules.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadDisplayName</key>
    /// <string>Approved extensions</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadDescription</key>
    /// <string>Approved extensions</string>
    /// <key>PayloadEnabled</key>
    /// <true/>
    /// <key>PayloadRemovalDisallowed</key>
    /// <true/>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe: an empty description and `PayloadEnabled` change nothing on a Mac. You decide whether the user may remove
    /// the profile, and what scope it has.
    ///
    /// ## References
    ///
    /// - `deploymenttheory/terraform-provider-jamfpro`, validation of macOS configuration profiles
    name: "incomplete-for-jamf",
    level: Level::only(Target::Jamf, Severity::Note),
    fix: Sometimes,
    check: Check::Profile(check),
}
/// Looks for the four keys.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let root = profile.dictionary();
    let keys = [
        ("PayloadDescription", Some("<string></string>")),
        ("PayloadEnabled", Some("<true/>")),
        ("PayloadRemovalDisallowed", None),
        ("PayloadScope", None),
    ];
    for (key, value) in keys {
        // `missing-scope` is about profiles with extension policies.
        let elsewhere = key == "PayloadScope" && profile.extension_policies().next().is_some();
        if elsewhere || root.entry(key).is_some() {
            continue;
        }
        let saying = report
            .at(
                root.value().opening_span(),
                format!("profile without `{key}`"),
            )
            .help(format!("add `{key}`"));
        if let Some(edit) = value.and_then(|value| add_entry(root, key, value)) {
            saying.fix(Fix::safe(format!("add `{key}`"), [edit]));
        }
    }
}
