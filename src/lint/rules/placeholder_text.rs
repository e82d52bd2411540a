//! Words of a template that were never replaced.

use crate::escape::quoted;
use crate::lint::finding::Reporter;
use crate::lint::placeholder;
use crate::lint::request;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::profile::{Common, Profile, Text};
use crate::severity::Severity;

declare_rule! {
    /// A name, identifier or Team ID out of a template: `YOUR COMPANY HERE`, `ABCDE12345`.
    ///
    /// ## Why it matters
    ///
    /// Samples of vendors carry such words for you to replace. Left in place, users see them in System Settings,
    /// and a Team ID or bundle ID of this kind approves nothing.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadOrganization</key>
    /// <string>YOUR COMPANY HERE</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadOrganization</key>
    /// <string>Contoso</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Microsoft: `shell-intune-samples`, profiles with `YOUR COMPANY HERE`
    /// - Microsoft Intune: `ABCDE12345` as the sample of a Team ID in the portal
    name: "placeholder-text",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Profile(check),
    when: Signs::REQUEST,
}
/// Looks at the names and identifiers of the profile and its payloads, and at what the extension policies list.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    for part in profile.parts() {
        let texts = [
            part.display_name(),
            part.organization(),
            // A sentence may well speak of "your organization".
            part.description()
                .filter(|text| text.as_str().split_whitespace().count() < 5),
            part.identifier(),
        ];
        for text in texts.into_iter().flatten() {
            if request::asks_for_a_value(text.as_str()) {
                say(&text, report);
            }
        }
    }
    for policy in profile.extension_policies() {
        for team in policy.team_identifiers() {
            if placeholder::is_sample_team_id(team.as_str()) {
                say(&team, report);
            }
        }
        for entry in policy.allowed().teams() {
            for bundle in entry.listed.iter() {
                if request::asks_for_a_value(bundle.as_str()) {
                    say(&bundle, report);
                }
            }
        }
    }
}

/// Reports one text.
fn say(text: &Text<'_>, report: &mut Reporter<'_>) {
    report
        .at(
            text.span,
            format!("{} stands for a value of your own", quoted(text.as_str())),
        )
        .help("write what the template asks for");
}
