//! Placeholders in braces or percent signs, which an MDM server has to replace.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder::MdmPlaceholder;
use crate::lint::views::values::Placeholder;
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A value with `{{name}}` or `%name%`, which an MDM server is meant to replace.
    ///
    /// ## Why it matters
    ///
    /// Intune replaces `{{serialnumber}}` and similar names when it delivers the profile. It does not check them: the
    /// name must be written exactly as Intune has it, and an unknown name reaches the Mac unchanged. Jamf Pro does not
    /// replace it. Without an MDM server the text stays unchanged.
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
    check: Check::Placeholder(check),
}

fn check(found: &Placeholder<'_>, report: &mut Reporter<'_>) {
    if !matches!(found.kind, MdmPlaceholder::Braces | MdmPlaceholder::Percent) {
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
            found.value.inner_span(),
            format!(
                "{} has to be replaced on the way to the Mac",
                quoted(&found.name)
            ),
        )
        .help(help);
}
