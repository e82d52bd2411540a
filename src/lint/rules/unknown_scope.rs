//! `PayloadScope` that is neither `System` nor `User`.

use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::Profile;
use crate::severity::Severity;
use crate::suggest::nearest;

declare_rule! {
    /// `PayloadScope` is neither `System` nor `User`.
    ///
    /// ## Why it matters
    ///
    /// Apple defines only these two values, with exactly this spelling. What a Mac does with another value is not
    /// documented, and tools that upload to Jamf Pro refuse it.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadScope</key>
    /// <string>system</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadScope</key>
    /// <string>System</string>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe if only the case differs; other values have no fix.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/TopLevel.yaml`, `PayloadScope`
    name: "unknown-scope",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Profile(check),
}
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let Some(scope) = profile.scope() else {
        return;
    };
    let text = scope.as_str();
    if matches!(text, "System" | "User") {
        return;
    }
    let saying = report.at(
        if text.is_empty() {
            scope.element
        } else {
            scope.span
        },
        format!("{} is not a scope", quoted(text)),
    );
    match nearest(text, ["System", "User"]) {
        Some(meant) => {
            let saying = saying.help(format!("write `{meant}`"));
            if meant.eq_ignore_ascii_case(text) {
                saying.fix(Fix::safe(
                    format!("write `{meant}`"),
                    [Edit::text(scope.span, meant)],
                ));
            }
        }
        None => {
            saying.help("write `System` for the whole Mac or `User` for one user");
        }
    }
}
