//! Bundle IDs of one team that differ only in case.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::values::Repetition;
use crate::profile::KnownKey;
use crate::severity::Severity;

declare_rule! {
    /// Two bundle IDs of one team that differ only in upper and lower case.
    ///
    /// ## Why it matters
    ///
    /// An extension has one bundle ID with one spelling. One of the two entries approves nothing, and a reader cannot
    /// see which.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.driver.USB</string>
    ///         <string>com.contoso.driver.usb</string>
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
    ///         <string>com.contoso.driver.usb</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowedSystemExtensions`
    /// - `codesign -dv` on the extension shows its bundle ID as `Identifier`
    name: "entry-differs-in-case",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Repetition(check),
}

fn check(repeated: &Repetition<'_>, report: &mut Reporter<'_>) {
    let is_of_bundles = !matches!(repeated.key, KnownKey::Teams | KnownKey::Types);
    if repeated.is_equal() || !is_of_bundles {
        return;
    }
    let (first, again) = (&repeated.first, &repeated.again);
    report
        .at(
            again.span,
            format!(
                "{} and {} differ only in case",
                quoted(again.as_str()),
                quoted(first.as_str())
            ),
        )
        .help("keep the one that `codesign -dv` on the extension shows as `Identifier`")
        .related(first.span, "the other");
}
