//! Apps with two notification settings.

use std::collections::HashMap;

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::Payload;
use crate::profile::notifications::Notifications;
use crate::severity::Severity;

declare_rule! {
    /// The same app twice in the notification settings of a payload.
    ///
    /// ## Why it matters
    ///
    /// Apple does not say which of the two counts.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.notificationsettings</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.notifications</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>NotificationSettings</key>
    ///     <array>
    ///         <dict>
    ///             <key>BundleIdentifier</key>
    ///             <string>com.contoso.agent</string>
    ///             <key>NotificationsEnabled</key>
    ///             <true/>
    ///         </dict>
    ///         <dict>
    ///             <key>BundleIdentifier</key>
    ///             <string>com.contoso.agent</string>
    ///             <key>NotificationsEnabled</key>
    ///             <false/>
    ///         </dict>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.notificationsettings</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.notifications</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>NotificationSettings</key>
    ///     <array>
    ///         <dict>
    ///             <key>BundleIdentifier</key>
    ///             <string>com.contoso.agent</string>
    ///             <key>NotificationsEnabled</key>
    ///             <true/>
    ///         </dict>
    ///         <dict>
    ///             <key>BundleIdentifier</key>
    ///             <string>com.contoso.helper</string>
    ///             <key>NotificationsEnabled</key>
    ///             <false/>
    ///         </dict>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.notificationsettings.yaml`
    name: "repeated-notification-app",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Payload(check),
}

/// Reports each app that an earlier entry of the payload is about.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let mut seen = HashMap::new();
    let apps = Notifications::of(payload)
        .into_iter()
        .flat_map(Notifications::apps);
    for app in apps {
        let Some(bundle) = app.bundle_identifier() else {
            continue;
        };
        match seen.entry(bundle.as_str().to_owned()) {
            std::collections::hash_map::Entry::Vacant(first) => {
                first.insert(bundle.span);
            }
            std::collections::hash_map::Entry::Occupied(first) => {
                report
                    .at(
                        bundle.span,
                        format!("{} is in this list twice", quoted(bundle.as_str())),
                    )
                    .help("keep one of the two entries")
                    .related(*first.get(), "the first entry");
            }
        }
    }
}
