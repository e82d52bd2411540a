//! Files for Intune that are not called `.mobileconfig` or `.xml`.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::Document;
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A profile for Intune whose file name ends neither in `.mobileconfig` nor in `.xml`.
    ///
    /// ## Why it matters
    ///
    /// The portal accepts no other files as custom profiles.
    ///
    /// ## Example
    ///
    /// A profile that is called `extensions.plist`.
    ///
    /// ## Use instead
    ///
    /// Call it `extensions.mobileconfig`.
    ///
    /// ## References
    ///
    /// - Microsoft: Intune, `macOSCustomConfiguration`, `payloadFileName`
    name: "wrong-extension-for-intune",
    level: Level::only(Target::Intune, Severity::Error),
    fix: Never,
    check: Check::Document(check),
}
/// Looks at the name; standard input has none.
fn check(document: &Document<'_>, report: &mut Reporter<'_>) {
    let name = document.path.rsplit('/').next().unwrap_or_default();
    if name == "-" {
        return;
    }
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_taken = ["mobileconfig", "xml"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known));
    if !is_taken {
        report
            .whole_file("the file name ends neither in `.mobileconfig` nor in `.xml`")
            .help("rename the file; Intune's portal accepts no other names");
    }
}
