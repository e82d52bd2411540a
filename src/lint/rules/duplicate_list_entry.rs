//! The same Team ID, bundle ID or type twice in one list.

use crate::escape::quoted;
use crate::lint::model::edit::remove_element;
use crate::lint::model::finding::{Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::values::Repetition;
use crate::severity::Severity;

declare_rule! {
    /// The same Team ID, bundle ID or extension type twice in one list.
    ///
    /// ## Why it matters
    ///
    /// The second entry changes nothing on the Mac. But if somebody removes one of the two to withdraw an approval, the
    /// other remains. Often another entry was meant.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array>
    ///     <string>UBF8T346G9</string>
    ///     <string>UBF8T346G9</string>
    /// </array>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array>
    ///     <string>UBF8T346G9</string>
    /// </array>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe: the first entry stays, and the profile allows what it allowed before.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `AllowedTeamIdentifiers`
    name: "duplicate-list-entry",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Repetition(check),
}

fn check(repeated: &Repetition<'_>, report: &mut Reporter<'_>) {
    if !repeated.is_equal() {
        return;
    }
    let (first, again) = (&repeated.first, &repeated.again);
    let finding = report
        .at(
            again.element,
            format!("{} is twice in this list", quoted(again.as_str())),
        )
        .help("remove one of the two")
        .related(first.element, "first here");
    let source = repeated.list.value().map_or("", |value| value.source());
    if let Some(edit) = remove_element(source, again.element) {
        finding.fix(Fix::safe("remove the second entry", [edit]));
    }
}
