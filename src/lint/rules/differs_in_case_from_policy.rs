//! Bundle IDs that differ from the policy only in case.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::against::Against;
use crate::lint::views::against::approval::Standing;
use crate::lint::views::against::permission::PermissionStanding;
use crate::severity::Severity;

declare_rule! {
    /// A profile and the policy write the same bundle ID with different capitals. It can belong to an extension, a
    /// program with a privacy permission, a content filter or background items.
    ///
    /// ## Why it matters
    ///
    /// macOS compares bundle IDs letter by letter. One of the two spellings is wrong, and with the wrong one the
    /// extension stays blocked.
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
                    "{} is {} in the policy, and case matters",
                    quoted(bundle),
                    quoted(listed.value.as_str())
                ),
                (listed.span, "written so in the policy"),
            )
            .help("to see which is right, run `codesign -dv` on the extension and look at `Identifier`");
    }
    for deviation in &against.permissions.uncovered {
        let PermissionStanding::OtherCase(decided) = deviation.standing else {
            continue;
        };
        let permission = deviation.permission;
        let listed = against.permissions.decided.get(decided);
        let place = listed.map_or(against.policy.identifier.span, |own| own.permission.span);
        report
            .beside_policy(
                (deviation.file, permission.span),
                format!(
                    "{}, but the policy writes it with different capitals, and case matters",
                    permission.text
                ),
                (place, "written so in the policy"),
            )
            .help(
                "to see which is right, run `codesign -dv` on the program and look at `Identifier`",
            );
    }
}
