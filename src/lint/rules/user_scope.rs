//! A profile for the user channel that carries a payload of the device channel.

use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, Profile, Text};
use crate::severity::Severity;

declare_rule! {
    /// `PayloadScope` is `User` in a profile with a payload that works only on the device channel, such as the approval
    /// of extensions or privacy preferences.
    ///
    /// ## Why it matters
    ///
    /// Extension policies belong to the Mac and not to a user. Apple allows both payloads only on the device channel,
    /// and many other payloads too. If the profile is sent to a user, it does not install. For payloads that may also
    /// be installed by hand, Apple does not say what a Mac does then: those are warnings, or notes if the payload is
    /// for iPhones as well.
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
    /// Safe for extension policies: a profile with scope `User` approves nothing, so the fix changes nothing that
    /// works. Unsafe for other payloads: another payload of the same profile may be meant for the user.
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
                "scope `User` in a profile with a {} policy, which works only on the device channel",
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

const CONTENT_FILTER: &str = "com.apple.webcontent-filter";

/// Reports the scope if another payload is for the device channel only. What a Mac does when somebody installs a profile
/// with such a payload by hand is not described, so that less is certain where Apple allows that.
fn other_payload(profile: Profile<'_>, scope: &Text<'_>, report: &mut Reporter<'_>) {
    let table = report.fleet().table;
    let types = profile.payloads().filter_map(Common::payload_type);
    let only_device =
        types.filter(|own| table.takes(own.as_str(), |mac| mac.device, |mac| mac.user));
    let only_device: Vec<_> = only_device.collect();
    let needs_server =
        |own: &&Text<'_>| table.takes(own.as_str(), |mac| mac.device, |mac| mac.manual);
    let of_server = only_device.iter().find(needs_server);
    let Some(own) = of_server.or_else(|| only_device.first()) else {
        return;
    };
    // Other systems of Apple have no user channel, except that the plug-ins of content filters are for Macs.
    let is_for_macs = table.is_only_for_macs(own.as_str()) || own.as_str() == CONTENT_FILTER;
    let level = match of_server {
        Some(_) => Severity::Error,
        None if is_for_macs => Severity::Warning,
        None => Severity::Note,
    };
    report
        .at(
            scope.span,
            format!(
                "scope `User` in a profile with `{}`, which works only on the device channel",
                own.as_str()
            ),
        )
        .at_most(level)
        .help("write `System`, or give the payload a profile of its own")
        .fix(Fix::risky(
            "write `System`",
            [Edit::text(scope.span, "System")],
        ))
        .related(own.span, "this payload");
}
