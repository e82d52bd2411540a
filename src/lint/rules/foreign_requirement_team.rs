//! Code requirements that ask for another vendor's team.

use super::foreign_bundle_id;
use crate::escape::quoted;
use crate::identifier::TeamIdentifier;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::programs::other_owner;
use crate::lint::views::requirements::Stated;
use crate::requirement::Word;
use crate::severity::Severity;

declare_rule! {
    /// A code requirement that combines a program with a Team ID that is not its vendor's, according to the ready
    /// policies.
    ///
    /// ## Why it matters
    ///
    /// The program is signed by its own vendor's team, so it does not satisfy the requirement, and the entry has no
    /// effect.
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
    ///                 <string>com.microsoft.wdav.epsext</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.microsoft.wdav.epsext" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
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
    ///                 <string>com.microsoft.wdav.epsext</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.microsoft.wdav.epsext" and anchor apple generic and certificate leaf[subject.OU] = UBF8T346G9</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - The ready policies in `profiles/policies`, each with its vendor's page
    /// - `codesign -dv` on the program shows both, as `Identifier` and `TeamIdentifier`
    name: "foreign-requirement-team",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Requirement(check),
}

/// Looks for the vendor of each identifier.
fn check(stated: &Stated<'_>, report: &mut Reporter<'_>) {
    let Ok(requirement) = stated.requirement.read() else {
        return;
    };
    let teams = requirement.teams();
    let is_valid = |team: &&&Word| TeamIdentifier::check(&team.text).is_ok();
    let Some(team) = teams.first().filter(is_valid) else {
        return;
    };
    for identifier in requirement.identifiers() {
        let mut owners = teams.iter().map(|team| owner(&identifier.text, &team.text));
        let Some(Some((own, product))) = owners.next() else {
            continue;
        };
        // One of several teams is enough.
        if owners.any(|owner| owner.is_none()) {
            continue;
        }
        report
            .at(
                stated.requirement.place(team.span),
                format!(
                    "{} belongs to team `{own}`, not {}",
                    quoted(&identifier.text),
                    quoted(&team.text)
                ),
            )
            .label(format!("{product} is signed by `{own}`"))
            .help(format!("write `{own}`"))
            .related(stated.requirement.place(identifier.span), "of this program");
    }
}

/// The team and the product of a program that is not this team's.
pub(super) fn owner(program: &str, team: &str) -> Option<(&'static str, &'static str)> {
    let extension = foreign_bundle_id::owner(program, team);
    let extension = extension.map(|own| (own.team, own.product()));
    extension.or_else(|| other_owner(program, team).map(|own| (own.team.as_str(), own.product)))
}
