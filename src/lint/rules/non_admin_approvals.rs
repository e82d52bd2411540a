//! Policies that let every user approve kernel extensions.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::KernelExtensionPolicy;
use crate::severity::Severity;

declare_rule! {
    /// `AllowNonAdminUserApprovals` is true: users without administrator rights may approve kernel extensions.
    ///
    /// ## Why it matters
    ///
    /// A kernel extension has unlimited rights. Anyone who may approve one can take over the Mac, and with this setting
    /// that is everybody who can log in.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowNonAdminUserApprovals</key>
    /// <true/>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowNonAdminUserApprovals</key>
    /// <false/>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `AllowNonAdminUserApprovals`
    name: "non-admin-approvals",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::KernelExtensions(check),
}

fn check(policy: KernelExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    let entry = policy.allow_non_admin_user_approvals();
    if let Some(entry) = entry.filter(|entry| entry.value.as_bool() == Some(true)) {
        report
            .at(
                entry.span(),
                "users without administrator rights may approve kernel extensions",
            )
            .help("write `<false/>`, and list the kernel extensions that are needed");
    }
}
