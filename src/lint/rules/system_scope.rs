//! A profile for the device channel that carries a payload of the user channel.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, Profile};
use crate::severity::Severity;

declare_rule! {
    /// `PayloadScope` is `System` in a profile with a payload that works only on the user channel.
    ///
    /// ## Why it matters
    ///
    /// Calendar, contacts and mail accounts belong to a user. If such a payload is sent to the device, it is not
    /// installed.
    ///
    /// On iPhones and iPads the scope has no meaning, and a file does not say which system it is for. So the rule
    /// checks only profiles that are for Macs: those with a payload that no other system supports, and all profiles if
    /// the settings name the oldest macOS of your Macs (`minimum_os`).
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadScope</key>
    /// <string>System</string>
    /// <key>PayloadContent</key>
    /// <array>
    ///     <dict>
    ///         <key>PayloadType</key>
    ///         <string>com.apple.screensaver.user</string>
    ///         <key>PayloadIdentifier</key>
    ///         <string>com.contoso.screensaver.settings</string>
    ///         <key>PayloadUUID</key>
    ///         <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B06</string>
    ///         <key>PayloadVersion</key>
    ///         <integer>1</integer>
    ///         <key>moduleName</key>
    ///         <string>Flurry</string>
    ///     </dict>
    /// </array>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadScope</key>
    /// <string>User</string>
    /// <key>PayloadContent</key>
    /// <array>
    ///     <dict>
    ///         <key>PayloadType</key>
    ///         <string>com.apple.screensaver.user</string>
    ///         <key>PayloadIdentifier</key>
    ///         <string>com.contoso.screensaver.settings</string>
    ///         <key>PayloadUUID</key>
    ///         <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B06</string>
    ///         <key>PayloadVersion</key>
    ///         <integer>1</integer>
    ///         <key>moduleName</key>
    ///         <string>Flurry</string>
    ///     </dict>
    /// </array>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, `devicechannel: false`; `kextpolicy explain TYPE` shows it
    name: "system-scope",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Profile(check),
}

/// Reports the scope if one payload needs the user channel.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let Some(scope) = profile.scope().filter(|scope| scope.as_str() == "System") else {
        return;
    };
    let only_user = profile
        .payloads()
        .filter_map(Common::payload_type)
        .find(|own| {
            report
                .fleet()
                .table
                .takes(own.as_str(), |mac| mac.user, |mac| mac.device)
        });
    let for_macs = || {
        let mut types = profile.payloads().filter_map(Common::payload_type);
        types.any(|own| report.fleet().table.is_only_for_macs(own.as_str()))
    };
    if let Some(own) = only_user
        && (report.minimum_os().is_some() || for_macs())
    {
        report
            .at(
                scope.span,
                format!(
                    "scope `System` in a profile with `{}`, which works only on the user channel",
                    own.as_str()
                ),
            )
            .help("write `User`, or give the payload a profile of its own")
            .related(own.span, "this payload");
    }
}
