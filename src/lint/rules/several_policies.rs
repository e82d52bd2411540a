//! Two policies of one kind in one profile.

use crate::extension::ExtensionKind;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, Profile, Text};
use crate::severity::Severity;

declare_rule! {
    /// Two kernel-extension policies, or two system-extension policies, in one profile.
    ///
    /// ## Why it matters
    ///
    /// Apple documents how several system-extension policies combine: if one `AllowUserOverrides` is false, it decides,
    /// and the lists are joined. Apple documents nothing about several kernel-extension policies. Microsoft's checker
    /// of Defender profiles treats a second definition as an error. One payload can hold all the lists, and is easier
    /// to read.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.syspolicy.kernel-extension-policy</string>
    /// </dict>
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.syspolicy.kernel-extension-policy</string>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// Put the entries of both into one payload, and remove the other.
    ///
    /// ## References
    ///
    /// - Apple: <https://developer.apple.com/documentation/devicemanagement/systemextensions>
    /// - Microsoft: `mdatp-xplat`, `macos/mdm/analyze_profiles.py`
    name: "several-policies",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Profile(check),
}

/// Reports every policy after the first of its kind.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let mut first: [Option<Text<'_>>; 2] = [None, None];
    for policy in profile.extension_policies() {
        let Some(payload_type) = policy.payload().payload_type() else {
            continue;
        };
        let kind = policy.kind();
        let slot = &mut first[usize::from(kind == ExtensionKind::System)];
        let Some(earlier) = slot else {
            *slot = Some(payload_type);
            continue;
        };
        report
            .at(
                payload_type.span,
                format!("another {} policy in this profile", kind.name()),
            )
            .help("make them one payload with the entries of both")
            .related(earlier.span, "the first");
    }
}
