//! Code requirements that ask for a team that cannot be.

use crate::escape::quoted;
use crate::identifier::TeamIdentifier;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::requirements::Stated;
use crate::severity::Severity;

declare_rule! {
    /// A code requirement that requires something other than a Team ID in `certificate leaf[subject.OU]`, or a Team ID
    /// in a certificate that is not the program's own.
    ///
    /// ## Why it matters
    ///
    /// In certificates that Apple issues to developers, this field is the Team ID: ten characters `A-Z0-9`. No program
    /// satisfies a requirement with any other value, and the entry has no effect. The certificates above it are Apple's
    /// own and have no Team ID.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.privacy.policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Services</key>
    ///     <dict>
    ///         <key>SystemPolicyAllFiles</key>
    ///         <array>
    ///             <dict>
    ///                 <key>Identifier</key>
    ///                 <string>com.contoso.agent</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94W</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.privacy.policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Services</key>
    ///     <dict>
    ///         <key>SystemPolicyAllFiles</key>
    ///         <array>
    ///             <dict>
    ///                 <key>Identifier</key>
    ///                 <string>com.contoso.agent</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe: the fix writes capital letters and removes spaces, if the result is a Team ID. Other values have no fix.
    ///
    /// ## References
    ///
    /// - Apple: Code Signing Guide, "Code Signing Requirement Language"
    /// - Apple: "Team ID", 10 characters
    name: "invalid-requirement-team",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Requirement(check),
}

/// Looks at the teams of every requirement. With an anchor that is not Apple's the field may be anything.
fn check(stated: &Stated<'_>, report: &mut Reporter<'_>) {
    let Ok(requirement) = stated.requirement.read() else {
        return;
    };
    if requirement.has_own_anchor() {
        return;
    }
    for team in requirement.teams() {
        let Err(why) = TeamIdentifier::check(&team.text) else {
            continue;
        };
        let place = Some(stated.requirement.place(team.span)).filter(|place| place.len() > 0);
        let place = place.unwrap_or_else(|| stated.requirement.entry().value.inner_span());
        let saying = report.at(
            place,
            format!("{} is not a Team ID: it {why}", quoted(&team.text)),
        );
        match TeamIdentifier::repaired(&team.text) {
            Some(meant) => {
                saying
                    .help(format!("write `{}`", meant.as_str()))
                    .fix(Fix::safe(
                        format!("write `{}`", meant.as_str()),
                        [Edit::text(
                            stated.requirement.place(team.span),
                            meant.as_str(),
                        )],
                    ));
            }
            None => {
                saying.help("`codesign -dv` on the program shows its Team ID as `TeamIdentifier`");
            }
        }
    }
    for team in requirement.teams_elsewhere() {
        if TeamIdentifier::check(&team.text).is_ok() {
            report
                .at(
                    stated.requirement.place(team.span),
                    format!(
                        "{} is asked of a certificate of Apple, which has no Team ID",
                        quoted(&team.text)
                    ),
                )
                .help("ask it of the program's own certificate: `certificate leaf[subject.OU]`");
        }
    }
}
