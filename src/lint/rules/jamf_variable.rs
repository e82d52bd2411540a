//! Payload variables of Jamf Pro.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder::MdmPlaceholder;
use crate::lint::views::values::Placeholder;
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A value with a payload variable of Jamf Pro, such as `$SERIALNUMBER`.
    ///
    /// ## Why it matters
    ///
    /// Jamf Pro replaces the variable when it delivers the profile; its name is case-sensitive. Other MDM servers
    /// deliver the text unchanged. In an identifier or an approval, the variable makes every Mac differ from the next.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadDescription</key>
    /// <string>Settings for $SERIALNUMBER</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadDescription</key>
    /// <string>Settings for this Mac</string>
    /// ```
    ///
    /// ## References
    ///
    /// - `learn.jamf.com`: Payload Variables for Computer Configuration Profiles
    name: "jamf-variable",
    level: Level::always(Severity::Note).and(Target::Jamf, Severity::Warning),
    fix: Never,
    check: Check::Placeholder(check),
}

fn check(found: &Placeholder<'_>, report: &mut Reporter<'_>) {
    if !matches!(found.kind, MdmPlaceholder::Jamf) {
        return;
    }
    let help = match report.target() {
        Some(Target::Jamf) => "make sure that Jamf Pro is meant to replace it",
        Some(Target::Intune) => {
            "Intune does not replace it; its tokens look like `{{serialnumber}}`"
        }
        _ => "only Jamf Pro replaces it",
    };
    report
        .at(
            found.value.inner_span(),
            format!("{} is a variable of Jamf Pro", quoted(&found.name)),
        )
        .help(help);
}
