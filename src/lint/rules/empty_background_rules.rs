//! Payloads for background items without a rule.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Value;
use crate::profile::Payload;
use crate::profile::background_items::BackgroundItems;
use crate::severity::Severity;

declare_rule! {
    /// A payload for login and background items with an empty list of rules.
    ///
    /// ## Why it matters
    ///
    /// The payload allows nothing: people can switch off all items of the product it was made for.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.servicemanagement</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.items</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Rules</key>
    ///     <array/>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.servicemanagement</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.items</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Rules</key>
    ///     <array>
    ///         <dict>
    ///             <key>RuleType</key>
    ///             <string>TeamIdentifier</string>
    ///             <key>RuleValue</key>
    ///             <string>K7Q2XD94WL</string>
    ///         </dict>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.servicemanagement.yaml`, `Rules`
    name: "empty-background-rules",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Payload(check),
}

/// Looks at the list.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let rules = BackgroundItems::of(payload).and_then(BackgroundItems::rules_value);
    let is_empty = |value: &Value<'_>| {
        value
            .as_array()
            .is_some_and(|mut items| items.next().is_none())
    };
    if let Some(rules) = rules.filter(is_empty) {
        report
            .at(rules.span(), "this payload has no rule and allows no background item")
            .help("add a rule, such as `RuleType` `TeamIdentifier` with the Team ID of the vendor, or remove the payload");
    }
}
