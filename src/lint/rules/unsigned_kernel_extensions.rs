//! Kernel extensions allowed without a Team ID.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::KernelExtensionPolicy;
use crate::severity::Severity;

declare_rule! {
    /// The empty key in `AllowedKernelExtensions`: it stands for kernel extensions without a signature.
    ///
    /// ## Why it matters
    ///
    /// Without a signature, macOS compares only the bundle ID, and anyone can give a kernel extension any bundle ID.
    /// Apple provides the empty key for legacy kernel extensions. A tool that uploads profiles to Jamf Pro deletes it,
    /// which leaves the dictionary broken.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key></key>
    ///     <array>
    ///         <string>com.contoso.driver.legacy</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// A signed version of the kernel extension:
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
    /// - Apple: <https://developer.apple.com/documentation/devicemanagement/systempolicykernelextensions>
    /// - `jamf-upload`: `JamfComputerProfileUploaderBase.py` deletes every `<key/>`
    name: "unsigned-kernel-extensions",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::KernelExtensions(check),
}

/// Reports the empty key.
fn check(policy: KernelExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    for entry in policy.allowed_kernel_extensions().teams() {
        if entry.team.value.is_empty() && entry.listed.items().next().is_some() {
            report
                .at(
                    entry.team.element,
                    "the empty key allows kernel extensions without a signature",
                )
                .help("list a signed version under its Team ID");
        }
    }
}
