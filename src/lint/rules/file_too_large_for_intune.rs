//! Files that Intune does not take for their size.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::Document;
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A profile for Intune that is larger than 1,000,000 bytes.
    ///
    /// ## Why it matters
    ///
    /// The portal refuses a larger file as a custom profile. The reason is nearly always an icon, a font or a
    /// certificate in the profile.
    ///
    /// ## Example
    ///
    /// A profile with a wallpaper of 2 MB in a `<data>`.
    ///
    /// ## Use instead
    ///
    /// Deliver large files as a package, or split the payloads over several profiles.
    ///
    /// ## References
    ///
    /// - Microsoft: Intune, custom settings for macOS: "The max file size is 1000000 bytes"
    name: "file-too-large-for-intune",
    level: Level::only(Target::Intune, Severity::Error),
    fix: Never,
    check: Check::Document(check),
}
/// The most bytes that the portal takes.
const LIMIT: usize = 1_000_000;

/// Looks at the size of the file.
fn check(document: &Document<'_>, report: &mut Reporter<'_>) {
    if document.size > LIMIT {
        report
            .whole_file(format!(
                "the file has {} bytes; Intune takes no more than {LIMIT}",
                document.size
            ))
            .help("move large files out of the profile, or split it");
    }
}
