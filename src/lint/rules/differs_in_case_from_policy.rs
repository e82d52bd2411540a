//! Bundle IDs that differ from the policy only in case.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::against::Against;
use crate::lint::views::against::approval::Standing;
use crate::severity::Severity;

declare_rule! {
    /// A profile allows a bundle ID that the policy writes with other capitals.
    ///
    /// ## Why it matters
    ///
    /// macOS compares bundle IDs letter by letter: one of the two is wrong, and with the wrong one the extension stays blocked.
    ///
    /// ## Example
    ///
    /// The policy:
    ///
    /// ```yaml
    /// identifier: com.contoso.extensions
    /// organization: Contoso
    /// kernel_extensions:
    ///   allowed:
    ///     - team_id: K7Q2XD94WL
    ///       bundle_ids: [com.contoso.driver.usb]
    /// ```
    ///
    /// The profile:
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict><key>K7Q2XD94WL</key><array><string>com.contoso.driver.USB</string></array></dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict><key>K7Q2XD94WL</key><array><string>com.contoso.driver.usb</string></array></dict>
    /// ```
    ///
    /// ## References
    ///
    /// - `docs/audit.md`, profiles against a policy
    name: "differs-in-case-from-policy",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Policy(check),
}

/// Reports what the policy lists with other capitals.
fn check(against: &Against<'_>, report: &mut Reporter<'_>) {
    for approval in &against.approvals {
        let (Some(bundle), Standing::OtherCase(listed)) = (approval.bundle, approval.standing)
        else {
            continue;
        };
        report
            .beside_policy(
                approval.place(),
                format!(
                    "{} is {} in the policy, and case counts",
                    quoted(bundle),
                    quoted(listed.value.as_str())
                ),
                (listed.span, "written so in the policy"),
            )
            .help("`codesign -dv` on the extension shows which is right as `Identifier`");
    }
}
