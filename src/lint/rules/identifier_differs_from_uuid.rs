//! Profiles for Jamf Pro whose identifier is not their UUID.

use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, Profile};
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A profile for Jamf Pro whose `PayloadIdentifier` is not the same as its `PayloadUUID`.
    ///
    /// ## Why it matters
    ///
    /// Jamf Pro replaces both with one UUID that it generates, so the file does not show what Macs have. A Terraform
    /// provider for Jamf Pro refuses a profile in which the two differ.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadIdentifier</key>
    /// <string>com.contoso.extensions</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadIdentifier</key>
    /// <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1A01</string>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Unsafe: a profile that is installed under its old identifier stays installed beside the new one.
    ///
    /// ## References
    ///
    /// - Jamf: `Jamf-Concepts/terraform-provider-jamfplatform`, macOS configuration profiles
    /// - `deploymenttheory/terraform-provider-jamfpro`, validation of macOS configuration profiles
    name: "identifier-differs-from-uuid",
    level: Level::only(Target::Jamf, Severity::Warning),
    fix: Always,
    check: Check::Profile(check),
}
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let (Some(identifier), Some(uuid)) = (profile.identifier(), profile.uuid()) else {
        return;
    };
    if identifier.as_str().eq_ignore_ascii_case(uuid.as_str()) {
        return;
    }
    report
        .at(
            identifier.span,
            "the profile's identifier is not its UUID; Jamf Pro replaces both by one",
        )
        .help("write the UUID in both places")
        .related(uuid.span, "the UUID")
        .fix(Fix::risky(
            "write the UUID as identifier",
            [Edit::text(identifier.span, uuid.as_str())],
        ));
}
