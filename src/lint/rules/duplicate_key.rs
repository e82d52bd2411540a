//! The same key twice in one dictionary.

use super::malformed_profile::report_problem;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::ProblemKind;
use crate::profile::Document;
use crate::severity::Severity;

declare_rule! {
    /// The same key twice in one dictionary.
    ///
    /// ## Why it matters
    ///
    /// A Mac keeps the last of the two and reports nothing. The first list of approvals is lost, although everybody can
    /// read it in the file.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadOrganization</key>
    /// <string>Contoso</string>
    /// <key>PayloadOrganization</key>
    /// <string>Contoso Ltd</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadOrganization</key>
    /// <string>Contoso Ltd</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple's property-list parser: `CFPropertyList.c` in swift-corelibs-foundation, `parseDictTag`
    name: "duplicate-key",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Document(check),
}

/// Reports every second key, with the place of the first.
fn check(document: &Document<'_>, report: &mut Reporter<'_>) {
    for problem in &document.problems {
        if problem.kind == ProblemKind::DuplicateKey {
            report_problem(problem, report);
        }
    }
}
