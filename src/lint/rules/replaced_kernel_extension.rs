//! Kernel extensions whose vendors replaced them by system extensions.

use crate::catalogue::known::known;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::ListedName;
use crate::severity::Severity;

declare_rule! {
    /// A kernel extension that its vendor has replaced with a system extension.
    ///
    /// ## Why it matters
    ///
    /// Current versions of the product no longer load the kernel extension. The approval is useful only for Macs with
    /// an old macOS or an old version of the product. Today the product needs the approval of its system extension.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>UBF8T346G9</key>
    ///     <array>
    ///         <string>com.microsoft.wdavkext</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// A system-extension policy (`kextpolicy init --from defender` writes a policy for it); the kernel extensions that
    /// are still needed stay:
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
    /// - The ready policies in `profiles/policies`: their `replaced-kexts` comments name the vendors' pages
    name: "replaced-kernel-extension",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Bundle(check),
}

fn check(bundle: &ListedName<'_, '_>, report: &mut Reporter<'_>) {
    let known = known();
    let Some(replaced) = known.replacement(ExtensionKind::Kernel, bundle.text.as_str()) else {
        return;
    };
    if bundle.approvals.policy.kind() != ExtensionKind::Kernel {
        return;
    }
    let policy = replaced.policy();
    let approved = match replaced.by {
        Some(by) => format!("the system extension `{by}` is approved"),
        None => "its system extensions are approved".to_owned(),
    };
    report
        .at(
            bundle.text.span,
            format!(
                "kernel extension {} was replaced by a system extension",
                quoted(bundle.text.as_str())
            ),
        )
        .label(format!("of {}", replaced.product()))
        .help(format!(
            "see that {approved} (`kextpolicy init --from {policy}`), and remove this one once no Mac needs it"
        ));
}
