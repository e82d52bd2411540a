//! Content filters that name their app where the extension belongs.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::conditions::Broken;
use crate::schema::conditions::Asks;
use crate::severity::Severity;

declare_rule! {
    /// A content filter that names the app itself as its provider: `FilterDataProviderBundleIdentifier` or
    /// `FilterPacketProviderBundleIdentifier` is the same as `PluginBundleID`.
    ///
    /// ## Why it matters
    ///
    /// The provider is a system extension inside the app and has its own identifier. macOS looks for an extension with
    /// the given name and finds none, so nothing is filtered.
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
    ///     <key>FilterDataProviderBundleIdentifier</key>
    ///     <string>com.contoso.agent</string>
    ///     <key>FilterDataProviderDesignatedRequirement</key>
    ///     <string>identifier "com.contoso.agent.filter" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
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
    /// - Apple: `mdm/profiles/com.apple.webcontent-filter.yaml`, `FilterDataProviderBundleIdentifier`
    /// - Public profiles of two VPN clients that had it
    name: "app-as-filter-provider",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Condition(check),
}

/// Compares the providers with the app.
fn check(broken: &Broken<'_>, report: &mut Reporter<'_>) {
    if !matches!(broken.condition.asks, Asks::Differ(..)) {
        return;
    }
    let [provider, app] = &*broken.entries else {
        return;
    };
    report
        .at(
            provider.value.inner_span(),
            format!(
                "{} is named as the app and as the extension that filters",
                quoted(&provider.value.text())
            ),
        )
        .help(broken.condition.help)
        .related(app.value.inner_span(), "the app");
}
