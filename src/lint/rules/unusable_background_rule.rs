//! Rules about background items whose value no item can have.

use super::foreign_requirement_team;
use crate::escape::quoted;
use crate::identifier::TeamIdentifier;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::programs;
use crate::profile::background_items::BackgroundItem;
use crate::profile::{Payload, Text, background_items};
use crate::severity::Severity;

declare_rule! {
    /// A rule about login and background items that is empty or matches no item: its value is a wildcard, a path or a
    /// file name instead of a label or bundle ID, its `TeamIdentifier` differs from the team in its value, or its team is
    /// not that of the vendor of a known program.
    ///
    /// ## Why it matters
    ///
    /// macOS compares the value letter by letter with the label of a launch agent or daemon, or with a bundle ID.
    /// Instead of a wildcard, use a rule of the type `LabelPrefix` or `BundleIdentifierPrefix`. A prefix without
    /// letters matches every name.
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
    ///             <string>Label</string>
    ///             <key>RuleValue</key>
    ///             <string>com.contoso.*</string>
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
    ///             <string>LabelPrefix</string>
    ///             <key>RuleValue</key>
    ///             <string>com.contoso.</string>
    ///         </dict>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.servicemanagement.yaml`, `RuleType` and `RuleValue`
    name: "unusable-background-rule",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Payload(check),
}

/// Looks at every rule.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    for rule in background_items::rules(payload) {
        let Some(value) = rule.rule_value() else {
            continue;
        };
        if let Some((why, help)) = fault(rule) {
            report
                .at(value.span, format!("{} {why}", quoted(value.as_str())))
                .help(help);
        } else if let Some((team, (own, product))) = foreign_team(rule) {
            report
                .at(
                    team.span,
                    format!(
                        "{} belongs to team `{own}`, not {}",
                        quoted(value.as_str()),
                        quoted(team.as_str())
                    ),
                )
                .label(format!("{product} is signed by `{own}`"))
                .help(format!("write `{own}`, or leave `TeamIdentifier` out"));
        }
    }
}

/// The team beside a name that a ready policy knows as another vendor's, with that vendor's team and product.
fn foreign_team(rule: BackgroundItem<'_>) -> Option<(Text<'_>, (&'static str, &'static str))> {
    let (kind, value) = (rule.rule_type()?, rule.rule_value()?);
    let team = rule.team_identifier()?;
    TeamIdentifier::check(team.as_str()).ok()?;
    let owner = if kind.as_str().ends_with("Prefix") {
        programs::other_owner_of_all(value.as_str(), team.as_str())
            .map(|own| (own.team.as_str(), own.product))
    } else {
        foreign_requirement_team::owner(value.as_str(), team.as_str())
    };
    Some((team, owner?))
}

/// What is wrong with a rule, and what to do.
fn fault(rule: BackgroundItem<'_>) -> Option<(&'static str, &'static str)> {
    let (kind, value) = (rule.rule_type()?, rule.rule_value()?);
    let text = value.as_str().trim();
    if kind.as_str() == "TeamIdentifier" {
        let other = rule.team_identifier()?;
        let is_team = |text: &str| TeamIdentifier::check(text).is_ok();
        return (is_team(text) && is_team(other.as_str()) && other.as_str() != text).then_some((
            "is not the team of `TeamIdentifier` beside it",
            "keep one team; a rule of the type `TeamIdentifier` needs no second one",
        ));
    }
    if text.is_empty() {
        Some((
            "is empty, so it names no item or all of them",
            "write a label, a bundle ID or the beginning of one",
        ))
    } else if kind.as_str().ends_with("Prefix")
        && rule.team_identifier().is_none()
        && text.trim_end_matches('.').len() <= 3
    {
        Some((
            "is the beginning of nearly every name, so items of anybody are managed",
            "write more of the names, or the `TeamIdentifier` beside it",
        ))
    } else if text.contains('*') {
        Some((
            "has a wildcard, and macOS compares letter by letter",
            "write the beginning of the names, and the type `LabelPrefix` or `BundleIdentifierPrefix`",
        ))
    } else if text.contains('/') {
        Some((
            "is a path, and a rule names a label or a bundle ID",
            "write the `Label` of the launch agent or daemon; its property list has it",
        ))
    } else if [".plist", ".app"].iter().any(|end| text.ends_with(end)) {
        Some((
            "ends like the name of a file, and a rule names a label or a bundle ID",
            "compare it with the `Label` inside the property list, or the `CFBundleIdentifier` of the app",
        ))
    } else {
        None
    }
}
