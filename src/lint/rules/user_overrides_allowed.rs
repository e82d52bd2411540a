//! Policies that let users approve further extensions.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::ExtensionPolicy;
use crate::severity::Severity;

declare_rule! {
    /// `AllowUserOverrides` is true: users may approve extensions that the profile does not list.
    ///
    /// ## Why it matters
    ///
    /// The list of approvals is then no list of what can run. That may be wanted on Macs whose users administer them.
    /// Of several system-extension policies on one Mac, one with `false` decides for all.
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
    /// - Apple: <https://developer.apple.com/documentation/devicemanagement/systemextensions>
    name: "user-overrides-allowed",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Extensions(check),
}

/// Reports the key if it says yes.
fn check(policy: ExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    let Some(entry) = policy
        .allow_user_overrides()
        .filter(|entry| entry.value.as_bool() == Some(true))
    else {
        return;
    };
    report
        .at(
            entry.span(),
            format!(
                "users may approve {}s that are not listed",
                policy.kind().name()
            ),
        )
        .help("write `<false/>` if only the listed ones shall run");
}
