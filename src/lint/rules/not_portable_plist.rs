//! Files that a Mac reads and other parsers on the way there do not.

use super::malformed_profile::say;
use crate::lint::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::{Level as Fault, ProblemKind};
use crate::profile::Document;
use crate::severity::Severity;
use crate::source::Span;

declare_rule! {
    /// A property list that a Mac reads, but other parsers refuse or read differently.
    ///
    /// ## Why it matters
    ///
    /// Before a profile reaches a Mac it passes other parsers: the MDM server's, a script with Python's `plistlib`, a
    /// tool in Go. One of them may refuse the file, or read another value than the Mac, and then what was reviewed is
    /// not what is installed. The message says which kind of parser stumbles.
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
    /// Safe: blanks and a byte order mark before the XML declaration are removed. All else is for people to decide.
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
        if problem.level == Fault::NotPortable && problem.kind != ProblemKind::DuplicateKey {
            let saying = say(problem, report);
            if let Some(fix) = remedy(document, problem.span) {
                saying.fix(fix);
            }
        }
    }
}

/// Takes away what stands before the XML declaration, if that is nothing but blanks and a byte order mark.
fn remedy(document: &Document<'_>, span: Span) -> Option<Fix> {
    // In a decoded text the mark is what told the encoding.
    let is_as_it_stands = document.text.len() == document.size;
    let is_nothing = |text: &str| {
        text.trim_matches(['\u{FEFF}', ' ', '\t', '\r', '\n'])
            .is_empty()
    };
    let (head, rest) = document.text.split_at_checked(span.end as usize)?;
    // A file of blanks alone would be an empty file then, which is worse.
    let is_before = is_nothing(head) && !is_nothing(rest);
    (is_as_it_stands && span.start < span.end && is_before).then(|| {
        Fix::safe(
            "remove what stands before the XML declaration",
            [Edit::remove(span)],
        )
    })
}
