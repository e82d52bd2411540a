//! Kernel-extension policies and Macs with Apple silicon.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, KernelExtensionPolicy};
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A kernel-extension policy for an MDM server: a reminder which Macs it is for.
    ///
    /// ## Why it matters
    ///
    /// On Apple silicon kernel extensions of other vendors load only after somebody has reduced the security of the Mac
    /// by hand. Assigned to all Macs, the profile fails on the others, and the console fills with errors.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array>
    ///     <string>K7Q2XD94WL</string>
    /// </array>
    /// ```
    ///
    /// ## Use instead
    ///
    /// A system extension, if the vendor has one; otherwise assign the profile to Intel Macs, and turn this rule off:
    ///
    /// ```xml
    /// <dict>
    ///     <key>AllowUserOverrides</key>
    ///     <false/>
    ///     <key>AllowedSystemExtensions</key>
    ///     <dict>
    ///         <key>K7Q2XD94WL</key>
    ///         <array>
    ///             <string>com.contoso.agent.network</string>
    ///         </array>
    ///     </dict>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions.system</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.system-extension-policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1A03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Microsoft: kernel-extension settings of Intune: kernel extensions do not work on Macs with the M1 chip
    name: "kernel-extension-on-apple-silicon",
    level: Level::only(Target::Jamf, Severity::Note).and(Target::Intune, Severity::Note),
    fix: Never,
    check: Check::KernelExtensions(check),
}

/// Reports every such policy.
fn check(policy: KernelExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    if let Some(payload_type) = policy.payload().payload_type() {
        report
            .at(
                payload_type.span,
                "kernel extensions load on Apple silicon only with reduced security",
            )
            .help("assign the profile to Intel Macs, or to Macs whose security was reduced");
    }
}
