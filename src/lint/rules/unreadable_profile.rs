//! Files that could not be read from disk.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;

declare_rule! {
    /// A file or folder that cannot be read: permission is missing, it no longer exists, or it is larger than 256 MiB.
    ///
    /// ## Why it matters
    ///
    /// A file that was not read was not checked. The run continues with the other files, but it must not look clean.
    ///
    /// ## Example
    ///
    /// A profile that only `root` may read, linted by somebody else.
    ///
    /// ## Use instead
    ///
    /// Give the user that runs `kextpolicy` read access, or leave the file out with `exclude` in `kextpolicy.toml`.
    ///
    /// ## References
    ///
    /// - `chmod(1)`
    name: "unreadable-profile",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Engine,
}

/// Reports a file that could not be read, and why.
pub(in crate::lint) fn report(why: &str, report: &mut Reporter<'_>) {
    report
        .whole_file(format!("cannot be read: {why}"))
        .help("give yourself read access, or exclude the file");
}
