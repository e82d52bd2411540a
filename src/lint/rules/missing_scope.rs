//! Extension policies in a profile without `PayloadScope`.

use crate::lint::model::edit::add_entry;
use crate::lint::model::finding::{Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, KnownKey, Profile};
use crate::severity::Severity;

declare_rule! {
    /// A profile that approves extensions and has no `PayloadScope`.
    ///
    /// ## Why it matters
    ///
    /// Both extension policies belong to the device channel, so `System` is meant. Without `PayloadScope` the MDM
    /// server decides: tools that upload to Jamf Pro refuse the profile, and a level chosen by hand can be the wrong
    /// one.
    ///
    /// ## Example
    ///
    /// A profile without `PayloadScope`:
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.system-extension-policy</string>
    ///         </dict>
    ///     </array>
    /// </dict>
    /// </plist>
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
    /// Safe: `System` is the only scope in which these payloads install.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml` and `mdm/profiles/com.apple.system-extension-policy.yaml`, `userchannel: false`
    /// - Apple: `mdm/profiles/TopLevel.yaml`, `PayloadScope`
    name: "missing-scope",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Profile(check),
}

fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    if profile.has(KnownKey::Scope) {
        return;
    }
    let root = profile.dictionary();
    let Some(policy) = profile.extension_policies().next() else {
        return;
    };
    let reported = report
        .at(
            root.value().opening_span(),
            format!(
                "no `PayloadScope` in a profile with a {} policy",
                policy.kind().name()
            ),
        )
        .help("add `PayloadScope` with the string `System`");
    if let Some(edit) = add_entry(root, "PayloadScope", "<string>System</string>") {
        reported.fix(Fix::safe("add `PayloadScope` `System`", [edit]));
    }
}
