//! Signed profiles that cannot be opened.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Document, Envelope};
use crate::severity::Severity;

declare_rule! {
    /// A signed profile that cannot be opened: it is damaged, cut off or converted as if it were text, or it is a
    /// signature without the profile.
    ///
    /// ## Why it matters
    ///
    /// A Mac cannot open it either, so nothing in it is approved. The usual cause is version control or an editor that
    /// converts line ends: a signed profile is binary, and every byte counts.
    ///
    /// ## Example
    ///
    /// A signed profile in a git repository with `* text=auto eol=lf` in `.gitattributes`.
    ///
    /// ## Use instead
    ///
    /// Get the profile again from its source, and tell git with `*.mobileconfig -text` in `.gitattributes` to keep it
    /// as it is.
    ///
    /// ## References
    ///
    /// - RFC 5652: Cryptographic Message Syntax
    /// - `gitattributes(5)`, `text` and `eol`
    name: "malformed-signed-profile",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Document(check),
}

/// Reports why the message could not be opened.
fn check(document: &Document<'_>, report: &mut Reporter<'_>) {
    if let Envelope::Broken(error) = document.envelope {
        report.whole_file(error.to_string()).help(error.help());
    }
}
