//! Content filters that Macs do not have.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::content_filter::ContentFilter;
use crate::profile::{Common as _, Payload};
use crate::schema::conditions::PLUGIN_KEYS;
use crate::severity::Severity;

declare_rule! {
    /// A content filter payload that uses Apple's built-in filter, because `FilterType` says so or is missing, and that
    /// has no plug-in keys.
    ///
    /// ## Why it matters
    ///
    /// On a Mac, only plug-ins filter; the built-in filter belongs to iOS. The payload is correct in a profile for
    /// iPhones and iPads, so this is a note.
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
    ///     <string>BuiltIn</string>
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
    /// - Apple: `mdm/profiles/com.apple.webcontent-filter.yaml`, `FilterType`
    name: "built-in-filter",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Payload(check),
}

/// Reports a payload without a plug-in. Keys of a plug-in beside it are faults, and other rules say so.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let Some(filter) = ContentFilter::of(payload) else {
        return;
    };
    let has_plugin = PLUGIN_KEYS
        .iter()
        .any(|key| payload.dictionary().entry(key).is_some());
    let filter_type = filter.filter_type();
    let is_built_in = filter_type
        .as_ref()
        .is_none_or(|own| own.as_str() == "BuiltIn");
    if is_built_in && !has_plugin {
        let place = filter_type.or_else(|| payload.payload_type());
        report
            .at(
                place.map_or(payload.dictionary().span(), |text| text.span),
                "this is Apple's built-in filter, which Macs do not have",
            )
            .help("name a plug-in for Macs: `FilterType` `Plugin` with `PluginBundleID` and the extension");
    }
}
