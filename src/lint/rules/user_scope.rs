//! A profile for the user channel that carries a payload of the device channel.

use crate::lint::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::Profile;
use crate::severity::Severity;

declare_rule! {
    /// `PayloadScope` is `User` in a profile that approves extensions.
    ///
    /// ## Why it matters
    ///
    /// Extension policies belong to the Mac and not to a user: Apple allows both payloads on the device channel only.
    /// Sent to a user, the profile does not install.
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
    /// Safe: a profile with scope `User` approves nothing, so nothing that works is changed.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `userchannel: false`
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `userchannel: false`
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
    if let Some(payload_type) = crate::profile::Common::payload_type(policy.payload()) {
        saying.related(payload_type.span, "this payload");
    }
}
