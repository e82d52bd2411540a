//! `PayloadVersion` that is not the integer 1.

use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common as _, Part, Profile};
use crate::severity::Severity;

declare_rule! {
    /// `PayloadVersion` is not the integer 1.
    ///
    /// ## Why it matters
    ///
    /// The key is the version of Apple's format, not of your profile, and Apple defines only the value 1. A text such
    /// as `1` in `<string>` has the wrong type (errors 1003 and 2003), and another number is an unsupported version
    /// (1001 and 2001). To distinguish your revisions, use `PayloadDescription`.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadVersion</key>
    /// <string>1</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadVersion</key>
    /// <integer>1</integer>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe: nothing that the profile sets depends on the number.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/CommonPayloadKeys.yaml` and `mdm/profiles/TopLevel.yaml`, `PayloadVersion`
    /// - Microsoft Intune: the error codes of configuration profiles
    name: "wrong-payload-version",
    level: Level::always(Severity::Error),
    fix: Always,
    check: Check::Part(check),
}

fn check(_: Profile<'_>, part: Part<'_>, report: &mut Reporter<'_>) {
    let Some(version) = part.version() else {
        return;
    };
    if version.as_integer() == Some(1) {
        return;
    }
    let text = version.text();
    let message = match (version.as_integer(), text.is_empty()) {
        (Some(number), _) => format!("`PayloadVersion` is {number} and has to be 1"),
        (None, true) => format!(
            "`PayloadVersion` is of type {} and has to be the integer 1",
            version.kind().name()
        ),
        (None, false) => format!(
            "`PayloadVersion` is the {} {} and has to be the integer 1",
            version.kind().name(),
            quoted(&text)
        ),
    };
    report
        .at(version.span(), message)
        .help("write `<integer>1</integer>`")
        .fix(Fix::safe(
            "write `<integer>1</integer>`",
            [Edit::markup(version.span(), "<integer>1</integer>")],
        ));
}
