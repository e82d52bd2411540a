//! Content filters that do not name the extension that filters.

use super::missing_conditional_key::report_missing;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::conditions::Broken;
use crate::schema::conditions::Asks;
use crate::severity::Severity;

declare_rule! {
    /// A content filter that filters sockets or packets but does not name its provider, that is, the bundle ID and the
    /// code requirement of the extension that filters.
    ///
    /// ## Why it matters
    ///
    /// Where `FilterSockets` or `FilterPackets` is set, Apple requires both keys of that provider: macOS starts the
    /// extension that the profile names. Profiles of two vendors lack them and are in use, so this is a warning.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.webcontent-filter</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.filter</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>FilterType</key>
    ///     <string>Plugin</string>
    ///     <key>UserDefinedName</key>
    ///     <string>Contoso Filter</string>
    ///     <key>PluginBundleID</key>
    ///     <string>com.contoso.agent</string>
    ///     <key>FilterSockets</key>
    ///     <true/>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.webcontent-filter</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.filter</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>FilterType</key>
    ///     <string>Plugin</string>
    ///     <key>UserDefinedName</key>
    ///     <string>Contoso Filter</string>
    ///     <key>PluginBundleID</key>
    ///     <string>com.contoso.agent</string>
    ///     <key>FilterSockets</key>
    ///     <true/>
    ///     <key>FilterDataProviderBundleIdentifier</key>
    ///     <string>com.contoso.agent.filter</string>
    ///     <key>FilterDataProviderDesignatedRequirement</key>
    ///     <string>identifier "com.contoso.agent.filter" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.webcontent-filter.yaml`, `FilterDataProviderBundleIdentifier` and its neighbours
    name: "missing-filter-provider",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Condition(check),
}

fn check(broken: &Broken<'_>, report: &mut Reporter<'_>) {
    if let Asks::ExpectedKey(key) = broken.condition.asks {
        report_missing(key, broken, report);
    }
}
