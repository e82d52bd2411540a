//! Kernel-extension policies that let users approve further ones.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, KernelExtensionPolicy};
use crate::severity::Severity;

declare_rule! {
    /// `AllowUserOverrides` is true: users may approve kernel extensions that the profile does not list.
    ///
    /// ## Why it matters
    ///
    /// The list of approvals then does not limit what can run. Apple's default for kernel extensions is `false`.
    ///
    /// For system extensions Apple's default is `true`, and the rule does not report it: one `false` there overrides
    /// every other profile on the Mac and removes the Allow button for each extension that no profile lists.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowUserOverrides</key>
    /// <true/>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowUserOverrides</key>
    /// <false/>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `AllowUserOverrides`
    /// - Apple: <https://developer.apple.com/documentation/devicemanagement/systemextensions>: `false` in any profile is `false`
    name: "user-overrides-allowed",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::KernelExtensions(check),
}

/// Reports the key if it says yes.
fn check(policy: KernelExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    let Some(entry) = policy
        .payload()
        .dictionary()
        .entry("AllowUserOverrides")
        .filter(|entry| entry.value.as_bool() == Some(true))
    else {
        return;
    };
    report
        .at(
            entry.span(),
            "users may approve kernel extensions that are not listed",
        )
        .help("write `<false/>` if only the listed ones shall run");
}
