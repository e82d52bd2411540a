//! Rules about background items that name a team where an item belongs.

use crate::escape::quoted;
use crate::identifier::TeamIdentifier;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Payload, background_items};
use crate::severity::Severity;

declare_rule! {
    /// A Team ID as the value of a rule of the type `BundleIdentifier` or `Label`.
    ///
    /// ## Why it matters
    ///
    /// No item has a Team ID as its name, so the rule matches nothing. A rule for all items of a team has the type
    /// `TeamIdentifier`.
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
    ///     <array>
    ///         <dict>
    ///             <key>RuleType</key>
    ///             <string>BundleIdentifier</string>
    ///             <key>RuleValue</key>
    ///             <string>K7Q2XD94WL</string>
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
    /// - Apple: `mdm/profiles/com.apple.servicemanagement.yaml`, `RuleType`
    name: "team-id-as-background-item",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Payload(check),
}

/// Looks at every rule for one item. A prefix may well be a Team ID: some identifiers begin with one.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    for rule in background_items::rules(payload) {
        let (Some(kind), Some(value)) = (rule.rule_type(), rule.rule_value()) else {
            continue;
        };
        let is_for_one = matches!(kind.as_str(), "BundleIdentifier" | "Label");
        if is_for_one && TeamIdentifier::check(value.as_str()).is_ok() {
            report
                .at(
                    value.span,
                    format!("{} is a Team ID, and the type of the rule is {}", quoted(value.as_str()), quoted(kind.as_str())),
                )
                .help("write `TeamIdentifier` as the type for all items of the team, or the name of one item here")
                .related(kind.span, "the type");
        }
    }
}
