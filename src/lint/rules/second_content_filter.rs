//! Several content filters of one app.

use std::collections::HashMap;

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::repository::Repository;
use crate::severity::Severity;

declare_rule! {
    /// Two content filters of one app, in one profile or in two.
    ///
    /// ## Why it matters
    ///
    /// A product takes one filter profile. Microsoft writes about Defender: "Adding multiple Network Filters leads to
    /// network connectivity issues". A repository may contain several to choose from. Two kinds of profiles are not
    /// compared: profiles for different MDM servers are never on the same Mac, and of profiles with the same identifier
    /// a Mac keeps only the last one.
    ///
    /// ## Example
    ///
    /// One file:
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.webcontent-filter</string>
    ///             <key>FilterType</key>
    ///             <string>Plugin</string>
    ///             <key>PluginBundleID</key>
    ///             <string>com.contoso.agent</string>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.a</string>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// and another:
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.webcontent-filter</string>
    ///             <key>FilterType</key>
    ///             <string>Plugin</string>
    ///             <key>PluginBundleID</key>
    ///             <string>com.contoso.agent</string>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.b</string>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// ## Use instead
    ///
    /// Keep one of the two profiles, and remove the other.
    ///
    /// ## References
    ///
    /// - Microsoft: "Deploy Microsoft Defender for Endpoint on macOS with Jamf Pro", the note on network filters
    /// - Apple: `mdm/profiles/com.apple.webcontent-filter.yaml`
    name: "second-content-filter",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Repository(check),
}

/// Reports each filter whose app has one already.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let mut first = HashMap::new();
    for member in repository.profiles() {
        let profile = member.names.identifier.map(|own| own.hash);
        for (file, app) in member.on_one_mac(&member.facts.filter_apps) {
            let place = (file, app.span);
            let (earlier, of) = *first.entry(app.hash).or_insert((place, profile));
            // Versions of one profile replace each other.
            let is_version = earlier.0 != file && of.is_some() && of == profile;
            if earlier == place || is_version {
                continue;
            }
            let Some(name) = repository.texts(file, std::iter::once(app.span)) else {
                continue;
            };
            report
                .in_file(file)
                .at(
                    app.span,
                    format!("{} has another content filter too", quoted(&name.concat())),
                )
                .help("keep one of them, if both come to one Mac")
                .elsewhere(earlier.0, earlier.1, "the first one");
        }
    }
}
