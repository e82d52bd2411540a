//! Kernel extensions whose vendors replaced them by system extensions.

use crate::catalogue::known::known;
use crate::escape::quoted;
use crate::lint::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::profile::KernelExtensionPolicy;
use crate::severity::Severity;

declare_rule! {
    /// A kernel extension that its vendor has replaced by a system extension.
    ///
    /// ## Why it matters
    ///
    /// Current versions of the product do not load it any more, so the approval is of use to Macs with an old macOS or
    /// an old version of the product only. What the product needs today is the approval of its system extension.
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
    check: Check::KernelExtensions(check),
    when: Signs::KNOWN,
}

/// Looks at every bundle ID.
fn check(policy: KernelExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    for team in policy.allowed_kernel_extensions().teams() {
        for bundle in team.listed.iter() {
            let Some(replaced) = known().replacement(bundle.as_str()) else {
                continue;
            };
            let saying = report
                .at(
                    bundle.span,
                    format!(
                        "kernel extension {} was replaced by a system extension",
                        quoted(bundle.as_str())
                    ),
                )
                .label(format!("of {}", replaced.product()));
            let policy = replaced.policy();
            match replaced.by {
                Some(by) => saying.help(format!(
                    "see that the system extension `{by}` is approved (`kextpolicy init --from {policy}`), and remove this one once no Mac needs it"
                )),
                None => saying.help(format!(
                    "see that its system extensions are approved (`kextpolicy init --from {policy}`), and remove this one once no Mac needs it"
                )),
            };
        }
    }
}
