//! Signed profiles for Jamf Pro.

use crate::cms::Signed;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A signed profile for Jamf Pro.
    ///
    /// ## Why it matters
    ///
    /// The Classic API strips the signature, and Jamf Pro writes the profile again. A signed profile uploaded in the
    /// web console is kept unchanged, but can only be viewed there.
    ///
    /// ## Example
    ///
    /// A signed profile in a pipeline that uploads through the API.
    ///
    /// ## Use instead
    ///
    /// Keep the unsigned profile in the repository (`kextpolicy show --raw` takes it out), or upload the signed one
    /// in the web console.
    ///
    /// ## References
    ///
    /// - `grahampugh/jamf-upload`: computer profile uploader
    /// - Jamf: `jamf/Replicator`, issue 67
    name: "signed-for-jamf",
    level: Level::only(Target::Jamf, Severity::Warning),
    fix: Never,
    check: Check::Signature(check),
}
/// Reports every signed profile.
fn check(_: &Signed, report: &mut Reporter<'_>) {
    report
        .whole_file("a signed profile, whose signature Jamf Pro's API strips")
        .help("upload it in the web console, or upload the unsigned profile");
}
