//! Kernel-extension policies and Macs with Apple silicon.

use crate::extension::ExtensionKind;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, Profile, Text};
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A profile for an MDM server with a kernel-extension policy, whose `PayloadDisplayName` and `PayloadDescription`
    /// do not say which Macs it is for.
    ///
    /// ## Why it matters
    ///
    /// On Apple silicon, kernel extensions of other vendors load only after somebody has reduced the security of the
    /// Mac by hand. If the profile is assigned to all Macs, it fails on the others, and the console fills with errors.
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
    /// A system extension, if the vendor has one. Otherwise say in `PayloadDescription` or `PayloadDisplayName` which Macs
    /// the profile is for (`Intel` or `Apple silicon`), and assign it to those. In a policy: `description` or `name`.
    ///
    /// ```xml
    /// <key>PayloadDescription</key>
    /// <string>Approves the kernel extensions of Contoso, for Intel Macs</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Microsoft: kernel-extension settings of Intune: kernel extensions do not work on Macs with the M1 chip
    name: "kernel-extension-on-apple-silicon",
    level: Level::only(Target::Jamf, Severity::Note).and(Target::Intune, Severity::Note),
    fix: Never,
    check: Check::Profile(check),
}

/// Reports every such policy: whoever assigns the profile in the console sees its name and description, and not what is in it.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let texts = [profile.display_name(), profile.description()];
    let says_which = |text: &Text<'_>| {
        let text = text.as_str().to_lowercase();
        text.contains("intel") || text.contains("apple silicon")
    };
    if texts.iter().flatten().any(says_which) {
        return;
    }
    for policy in profile.extension_policies() {
        if let (ExtensionKind::Kernel, Some(payload_type)) =
            (policy.kind(), policy.payload().payload_type())
        {
            report
                .at(
                    payload_type.span,
                    "kernel extensions load on Apple silicon only with reduced security",
                )
                .help(
                    "assign the profile to Intel Macs, or to Macs whose security was reduced, and say so in its \
                     `PayloadDescription`",
                );
        }
    }
}
