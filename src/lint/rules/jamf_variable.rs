//! Payload variables of Jamf Pro.

use crate::escape::quoted;
use crate::lint::finding::Reporter;
use crate::lint::placeholder::{self, MdmPlaceholder};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::plist::Value;
use crate::profile::Profile;
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A value with a payload variable of Jamf Pro, such as `$SERIALNUMBER`.
    ///
    /// ## Why it matters
    ///
    /// Jamf Pro replaces it when it delivers the profile; the case of the letters matters. Other MDM servers
    /// deliver the text as it stands. In an identifier or an approval it makes every Mac differ from the next.
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
    check: Check::Profile(check),
    when: Signs::VARIABLE,
}
/// Looks at every string of the profile.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    placeholder::visit(profile, |value, kind, name| {
        if matches!(kind, MdmPlaceholder::Jamf) {
            say(value, name, report);
        }
    });
}

/// Reports the first placeholder of a string.
fn say(value: Value<'_>, name: &str, report: &mut Reporter<'_>) {
    let help = match report.target() {
        Some(Target::Jamf) => "make sure that Jamf Pro is meant to replace it",
        Some(Target::Intune) => {
            "Intune does not replace it; its tokens look like `{{serialnumber}}`"
        }
        _ => "only Jamf Pro replaces it",
    };
    report
        .at(
            value.inner_span(),
            format!("{} is a variable of Jamf Pro", quoted(name)),
        )
        .help(help);
}
