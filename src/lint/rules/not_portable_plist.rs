//! Files that a Mac reads and other parsers on the way there do not.

use super::malformed_profile::report_problem;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::{self, Problem, ProblemKind, ProblemLevel};
use crate::profile::Document;
use crate::severity::Severity;

declare_rule! {
    /// A property list that a Mac can read, but that other parsers refuse or read differently.
    ///
    /// ## Why it matters
    ///
    /// Before a profile reaches a Mac, other parsers read it: the MDM server's, a script with Python's `plistlib`, or a
    /// tool in Go. One of them may refuse the file or read another value than the Mac. Then the Mac installs something
    /// other than what was reviewed. The message says which kind of parser has the problem.
    ///
    /// ## Example
    ///
    /// A Mac stops reading at `</plist>`; strict parsers refuse what follows:
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>Configuration</string>
    /// </dict>
    /// </plist>
    /// the end
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadType</key>
    /// <string>Configuration</string>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe: the fix removes blanks and a byte order mark before the XML declaration. Everything else is for people to
    /// decide.
    ///
    /// ## References
    ///
    /// - Apple's property-list parser: `CFPropertyList.c` in swift-corelibs-foundation
    /// - Python `plistlib`, libplist and the `plist` packages of Go and Rust, compared input by input
    name: "not-portable-plist",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Document(check),
}

/// Reports every problem that a Mac overlooks and others do not. In a file that a Mac refuses they do not matter, and may
/// only follow from what it was refused for.
fn check(document: &Document<'_>, report: &mut Reporter<'_>) {
    if document.is_refused() {
        return;
    }
    for problem in &document.problems {
        if problem.level == ProblemLevel::NotPortable && problem.kind != ProblemKind::DuplicateKey {
            let finding = report_problem(problem, report);
            if let Some(fix) = remedy(document, problem) {
                finding.fix(fix);
            }
        }
    }
}

/// Takes away what stands before the XML declaration, if that is nothing but blanks and a byte order mark.
fn remedy(document: &Document<'_>, problem: &Problem) -> Option<Fix> {
    let is_about_the_start = matches!(
        problem.kind,
        ProblemKind::Encoding | ProblemKind::Declaration
    );
    // In a decoded text the mark is what told the encoding.
    let is_as_it_stands = document.text.len() == document.size;
    let span = problem.span;
    let (head, rest) = document.text.split_at_checked(span.end as usize)?;
    let is_nothing = head
        .trim_matches(['\u{FEFF}', ' ', '\t', '\r', '\n'])
        .is_empty();
    // An encoding that the declaration names counts only at the start: it must not be another one.
    let stays = || plist::decode(rest.as_bytes()).is_plain();
    (is_about_the_start && is_as_it_stands && span.start < span.end && is_nothing && stays()).then(
        || {
            Fix::safe(
                "remove what comes before the XML declaration",
                [Edit::remove(span)],
            )
        },
    )
}
