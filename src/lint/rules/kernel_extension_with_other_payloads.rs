//! A kernel-extension policy in one profile with other payloads.

use crate::extension::ExtensionKind;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, Payload, Profile};
use crate::severity::Severity;

declare_rule! {
    /// A kernel-extension policy in the same profile as other payloads.
    ///
    /// ## Why it matters
    ///
    /// A Mac with Apple silicon refuses the kernel-extension policy and with it the whole profile. The system
    /// extensions, network filters and privacy settings in the profile are then lost too. Intune shows error
    /// `0x87d1271a`. Microsoft removed the kernel-extension policy from its combined Defender profile for this reason.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>AllowUserOverrides</key>
    ///     <false/>
    ///     <key>AllowedTeamIdentifiers</key>
    ///     <array>
    ///         <string>K7Q2XD94WL</string>
    ///     </array>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.syspolicy.kernel-extension-policy</string>
    /// </dict>
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// Put the kernel-extension policy into a profile of its own, assigned to Intel Macs only. Leave the other payloads in the
    /// profile they are in.
    ///
    /// ## References
    ///
    /// - Microsoft: `mdatp-xplat`, commits `4e51929` and `005da0f`, issue 7
    /// - Microsoft: `shell-intune-samples`, issue 25
    name: "kernel-extension-with-other-payloads",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Profile(check),
}

/// Reports the first kernel-extension policy if there is another payload.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let is_kernel = |payload: &Payload<'_>| payload.is(ExtensionKind::Kernel.payload_type());
    let Some(kernel) = profile
        .payloads()
        .find(is_kernel)
        .and_then(Common::payload_type)
    else {
        return;
    };
    let mut others = profile.payloads().filter(|payload| !is_kernel(payload));
    let Some(first) = others.next() else {
        return;
    };
    let more = others.count();
    let place = first
        .payload_type()
        .map_or(first.dictionary().span(), |text| text.span);
    report
        .at(
            kernel.span,
            "on Apple silicon this payload makes the whole profile fail",
        )
        .help("move the kernel-extension policy to a profile of its own, for Intel Macs")
        .related(
            place,
            match more {
                0 => "this payload is lost with it".to_owned(),
                _ => format!("this payload and {more} more are lost with it"),
            },
        );
}
