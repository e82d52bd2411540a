//! Words of a template that were never replaced.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder;
use crate::lint::views::request;
use crate::profile::{Common as _, ListedName, Part, Profile, TeamName, Text};
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// A name, identifier or Team ID from a template: `YOUR COMPANY HERE`, `ABCDE12345`.
    ///
    /// ## Why it matters
    ///
    /// Vendors' samples contain such words for you to replace. If you do not, users see them in System Settings, and a
    /// Team ID or bundle ID of this kind approves nothing.
    ///
    /// The rule also reports the identifier of a profile that `kextpolicy render` made from a policy with the name in
    /// the documentation's examples (`com.contoso.defender.sysext.intune`). A Mac distinguishes the profile by this
    /// identifier for ever.
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
    check: [Check::Part(check_part), Check::Team(check_team), Check::Bundle(check_bundle)],
}

fn check_part(_: Profile<'_>, part: Part<'_>, report: &mut Reporter<'_>) {
    let texts = [
        part.display_name(),
        part.organization(),
        // A longer description is prose, which may contain "your organization".
        part.description()
            .filter(|text| text.as_str().split_whitespace().count() < 5),
        part.identifier(),
    ];
    for text in texts.into_iter().flatten() {
        if request::asks_for_a_value(text.as_str()) {
            report_text(&text, report);
        }
    }
    // Samples of profiles are full of Contoso and right to be. One that ends as `render` names its profiles was meant for Macs.
    if let Some(identifier) = part.identifier()
        && request::is_example_identifier(identifier.as_str())
        && Target::of_identifier(identifier.as_str()).is_some()
    {
        report_text(&identifier, report);
    }
}

fn check_team(team: &TeamName<'_, '_>, report: &mut Reporter<'_>) {
    if placeholder::is_sample_team_id(team.text.as_str()) {
        report_text(&team.text, report);
    }
}

fn check_bundle(bundle: &ListedName<'_, '_>, report: &mut Reporter<'_>) {
    if bundle.is_allowed() && request::asks_for_a_value(bundle.text.as_str()) {
        report_text(&bundle.text, report);
    }
}

fn report_text(text: &Text<'_>, report: &mut Reporter<'_>) {
    report
        .at(
            text.span,
            format!(
                "{} is a placeholder for a value of your own",
                quoted(text.as_str())
            ),
        )
        .help("write what the template asks for");
}
