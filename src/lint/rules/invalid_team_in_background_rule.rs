//! Rules about background items whose Team ID is not one.

use crate::escape::quoted;
use crate::identifier::TeamIdentifier;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder;
use crate::profile::{Payload, Text, background_items};
use crate::severity::Severity;

declare_rule! {
    /// A rule about login and background items that has the type `TeamIdentifier` and a value that is not a Team ID, or
    /// that has a `TeamIdentifier` key whose value is not a Team ID.
    ///
    /// ## Why it matters
    ///
    /// macOS compares Team IDs letter by letter. The rule matches nothing, and people can switch the items off.
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
    ///             <string>TeamIdentifier</string>
    ///             <key>RuleValue</key>
    ///             <string>k7q2xd94wl</string>
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
    /// ## Fix safety
    ///
    /// Safe: the fix writes capital letters and removes spaces, if the result is a Team ID. Other values have no fix.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.servicemanagement.yaml`, `RuleType` and `TeamIdentifier`
    name: "invalid-team-in-background-rule",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Payload(check),
}

/// Looks at the teams of every rule.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    for rule in background_items::rules(payload) {
        let is_team = rule
            .rule_type()
            .is_some_and(|own| own.as_str() == "TeamIdentifier");
        let value = rule.rule_value().filter(|_| is_team);
        for team in value.into_iter().chain(rule.team_identifier()) {
            check_team(&team, report);
        }
    }
}

/// Reports a text that is not a Team ID.
fn check_team(team: &Text<'_>, report: &mut Reporter<'_>) {
    let text = team.as_str();
    let Err(why) = TeamIdentifier::check(text) else {
        return;
    };
    if placeholder::is_filled_in(text) {
        return;
    }
    let place = if team.span.len() > 0 {
        team.span
    } else {
        team.element
    };
    let saying = report.at(
        place,
        format!("{} is not a Team ID: it {why}", quoted(text)),
    );
    match TeamIdentifier::repaired(text) {
        Some(meant) => {
            let title = format!("write `{}`", meant.as_str());
            let edit = Edit::text(team.span, meant.as_str());
            saying.help(title.clone()).fix(Fix::safe(title, [edit]));
        }
        None => {
            saying.help("`codesign -dv` on the program shows its Team ID as `TeamIdentifier`");
        }
    }
}
