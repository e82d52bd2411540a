//! A profile for the user channel that carries a payload of the device channel.

use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, Profile, Text};
use crate::severity::Severity;

declare_rule! {
    /// `PayloadScope` is `User` in a profile with a payload that only the device channel takes, such as the approval of
    /// extensions or privacy preferences.
    ///
    /// ## Why it matters
    ///
    /// Extension policies belong to the Mac and not to a user: Apple allows both payloads on the device channel only,
    /// and so it is with many others. Sent to a user, the profile does not install.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadScope</key>
    /// <string>User</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadScope</key>
    /// <string>System</string>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe for extension policies: a profile with scope `User` approves nothing, so nothing that works is changed.
    /// Unsafe for other payloads, beside which one may be that is meant for the user.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `userchannel: false`
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `userchannel: false`
    /// - Apple: `mdm/profiles`, the same key of the other files; `kextpolicy explain TYPE` shows it
    name: "user-scope",
    level: Level::always(Severity::Error),
    fix: Always,
    check: Check::Profile(check),
}

/// Reports the scope if one payload needs the device channel.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let Some(scope) = profile.scope().filter(|scope| scope.as_str() == "User") else {
        return;
    };
    let Some(policy) = profile.extension_policies().next() else {
        other_payload(profile, &scope, report);
        return;
    };
    let saying = report
        .at(
            scope.span,
            format!(
                "scope `User` in a profile with a {} policy, which only the device channel takes",
                policy.kind().name()
            ),
        )
        .help("write `System`")
        .fix(Fix::safe(
            "write `System`",
            [Edit::text(scope.span, "System")],
        ));
    if let Some(payload_type) = policy.payload().payload_type() {
        saying.related(payload_type.span, "this payload");
    }
}

/// Reports the scope if a payload other than an extension policy needs the device channel and comes only through an
/// MDM server. What a Mac does when somebody installs such a profile by hand is not described.
fn other_payload(profile: Profile<'_>, scope: &Text<'_>, report: &mut Reporter<'_>) {
    let only_device = profile
        .payloads()
        .filter_map(Common::payload_type)
        .find(|own| {
            report
                .fleet()
                .table
                .takes(own.as_str(), |mac| mac.device, |mac| mac.user)
                && report
                    .fleet()
                    .table
                    .takes(own.as_str(), |mac| mac.device, |mac| mac.manual)
        });
    if let Some(own) = only_device {
        report
            .at(
                scope.span,
                format!(
                    "scope `User` in a profile with `{}`, which only the device channel takes",
                    own.as_str()
                ),
            )
            .help("write `System`, or give the payload a profile of its own")
            .fix(Fix::risky(
                "write `System`",
                [Edit::text(scope.span, "System")],
            ))
            .related(own.span, "this payload");
    }
}
