//! Approvals in the payload of the other kind.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::against::Against;
use crate::lint::views::against::approval::{Standing, other};
use crate::severity::Severity;

declare_rule! {
    /// A profile allows an extension as one kind, and the policy lists it as the other: kernel extension or system
    /// extension.
    ///
    /// ## Why it matters
    ///
    /// macOS looks for kernel extensions and system extensions in different payloads. In the wrong one the approval has
    /// no effect, and the extension stays blocked.
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
    /// system_extensions:
    ///   allowed:
    ///     - team_id: K7Q2XD94WL
    ///       bundle_ids: [com.contoso.agent.network]
    /// ```
    ///
    /// The profile:
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict><key>K7Q2XD94WL</key><array><string>com.contoso.agent.network</string></array></dict>
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
    name: "wrong-payload-for-approval",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Policy(check),
}

/// Reports what the policy lists as the other kind.
fn check(against: &Against<'_>, report: &mut Reporter<'_>) {
    for approval in &against.approvals {
        let (Some(bundle), Standing::OtherKind(listed)) = (approval.bundle, approval.standing)
        else {
            continue;
        };
        let meant = other(approval.kind);
        report
            .beside_policy(
                approval.place(),
                format!(
                    "{} is allowed as a {}, but the policy lists it as a {}",
                    quoted(bundle),
                    approval.kind.name(),
                    meant.name()
                ),
                (listed.span, "listed here"),
            )
            .help(format!(
                "move it to a payload of type `{}`",
                meant.payload_type()
            ));
    }
}
