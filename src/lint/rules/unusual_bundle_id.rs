//! Bundle IDs that a Mac may know and portals refuse.

use super::invalid_bundle_id::fault;
use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder::is_filled_in;
use crate::profile::ListedName;
use crate::severity::Severity;

declare_rule! {
    /// A bundle ID with a character or a form that bundle IDs usually do not have, such as `_` or two dots in a row.
    ///
    /// ## Why it matters
    ///
    /// The bundle ID is most likely mistyped, and then it approves nothing. Even if the value is correct, the Intune
    /// portal does not accept it when you type it in. The only way to approve the extension is then to upload a
    /// profile.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso..driver</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.driver</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Microsoft Intune: the pattern of `bundleId` in the macOS extension settings, at most 1000 characters
    name: "unusual-bundle-id",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Bundle(check),
}

fn check(bundle: &ListedName<'_, '_>, report: &mut Reporter<'_>) {
    let Some(why) = &bundle.fault else {
        return;
    };
    let text = bundle.text.as_str();
    if fault(bundle).is_none() && !is_filled_in(text) {
        report
            .at(
                bundle.text.span,
                format!("{} is an unusual bundle ID: it {why}", quoted(text)),
            )
            .help(
                "compare it with `codesign -dv` on the extension, which shows it as `Identifier`",
            );
    }
}
