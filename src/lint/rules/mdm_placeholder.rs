//! Placeholders in braces or percent signs, which an MDM server has to replace.

use crate::escape::quoted;
use crate::lint::finding::Reporter;
use crate::lint::placeholder::{self, MdmPlaceholder};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Value;
use crate::profile::{Common, Profile};
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A value with `{{name}}` or `%name%`, which an MDM server is meant to replace.
    ///
    /// ## Why it matters
    ///
    /// Intune replaces `{{serialnumber}}` and its like when it delivers the profile. It checks nothing, the name
    /// must be written exactly as Intune has it, and one it does not know reaches the Mac as it stands. Jamf Pro
    /// does not replace it. Outside of an MDM server it stays what it is.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadDescription</key>
    /// <string>Settings for {{serialnumber}}</string>
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
    /// - Microsoft: Intune, custom settings for macOS, "Add custom profile"
    name: "mdm-placeholder",
    level: Level::always(Severity::Note).and(Target::Intune, Severity::Warning),
    fix: Never,
    check: Check::Profile(check),
}
/// Looks at every string of the profile; most files have no byte with which a placeholder begins.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let root = profile.dictionary().value();
    if !root.source().is_empty() && !placeholder::may_hold(root.source()) {
        return;
    }
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        if let Some(dictionary) = value.as_dictionary() {
            open.extend(dictionary.entries().map(|entry| entry.value));
        } else if let Some(items) = value.as_array() {
            open.extend(items);
        } else {
            check_value(value, report);
        }
    }
}

/// Reports the first placeholder of a string.
fn check_value(value: Value<'_>, report: &mut Reporter<'_>) {
    let Some(text) = value.as_str() else {
        return;
    };
    let Some((kind, range)) = placeholder::of_mdm(&text) else {
        return;
    };
    if !matches!(kind, MdmPlaceholder::Braces | MdmPlaceholder::Percent) {
        return;
    }
    let help = match report.target() {
        Some(Target::Intune) => {
            "check that Intune has exactly this name: `{{serialnumber}}`, `{{deviceid}}`"
        }
        Some(Target::Jamf) => "write a variable of Jamf Pro, such as `$SERIALNUMBER`",
        _ => "make sure that your MDM server replaces it",
    };
    report
        .at(
            value.inner_span(),
            format!(
                "{} has to be replaced on the way to the Mac",
                quoted(&text[range])
            ),
        )
        .help(help);
}
