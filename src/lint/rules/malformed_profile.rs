//! Files that a Mac refuses to read at all.

use crate::lint::model::finding::{FindingBuilder, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::{Problem, ProblemKind, ProblemLevel};
use crate::profile::Document;
use crate::severity::Severity;

declare_rule! {
    /// A file that is not a property list, or one that macOS cannot read.
    ///
    /// ## Why it matters
    ///
    /// The Mac refuses the whole profile, so nothing in it is approved. An MDM server may accept the upload anyway:
    /// Jamf Pro and Intune store what they are given, and the failure appears later on every Mac. No other rule checks
    /// such a file, because anything read from it would be guesswork.
    ///
    /// ## Example
    ///
    /// An ampersand has to be written as `&amp;`:
    ///
    /// ```xml
    /// <key>PayloadOrganization</key>
    /// <string>Smith & Sons</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadOrganization</key>
    /// <string>Smith &amp; Sons</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple's property-list parser: `CFPropertyList.c` in swift-corelibs-foundation
    /// - `plutil -lint` on a Mac says the same with less detail
    name: "malformed-profile",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Document(check),
}

/// Reports every problem for which a Mac refuses the file, and a list or text where a profile is a dictionary.
fn check(document: &Document<'_>, report: &mut Reporter<'_>) {
    for problem in &document.problems {
        if problem.level == ProblemLevel::Refused && problem.kind != ProblemKind::DuplicateKey {
            report_problem(problem, report);
        }
    }
    if let Some(root) = document.root()
        && root.as_dictionary().is_none()
        && !document.is_refused()
    {
        report
            .at(
                root.opening_span(),
                format!(
                    "a profile is a dictionary, and this property list holds the type {}",
                    root.kind().name()
                ),
            )
            .help("put the keys of the profile into one `<dict>`");
    }
}

/// Reports a problem as the reader of property lists words it.
pub(super) fn report_problem<'r>(
    problem: &Problem,
    report: &'r mut Reporter<'_>,
) -> FindingBuilder<'r> {
    let finding = report
        .at(problem.span, problem.message.clone())
        .help(problem.help.clone());
    match &problem.related {
        Some((span, what)) => finding.related(*span, what.clone()),
        None => finding,
    }
}
