//! Code requirements that any developer can fulfil.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::requirements::Stated;
use crate::plist::{Dictionary, Value};
use crate::profile::switch;
use crate::severity::Severity;

declare_rule! {
    /// A code requirement that either does not say who signed the program (no Team ID, no certificate, no Apple
    /// anchor), or names a team but does not require a certificate issued by Apple.
    ///
    /// ## Why it matters
    ///
    /// Anyone can give a program the same identifier and sign it. What the entry allows to one product, it then also
    /// allows to that program. `anchor apple generic` means only that Apple issued the certificate to somebody. Without
    /// `anchor apple generic`, anyone can make a certificate with any Team ID in it. A part of a Team ID (`K7*`) also
    /// matches other teams.
    ///
    /// The rule does not report entries that deny something, nor the providers of filters, DNS proxies and VPNs: such
    /// an extension runs only where an extension policy, or a person, approves it with its team.
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
    ///                 <string>identifier "com.contoso.agent" and anchor apple generic</string>
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
    /// ## References
    ///
    /// - Apple: Code Signing Guide, "Code Signing Requirement Language"
    /// - `codesign -d -r-` prints the whole requirement of a program
    /// - `apple-codesign`, `create_self_signed_code_signing_certificate`: the Team ID is an argument
    name: "requirement-without-team",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Requirement(check),
}

/// Looks at every requirement that allows something.
fn check(stated: &Stated<'_>, report: &mut Reporter<'_>) {
    let Ok(requirement) = stated.requirement.read() else {
        return;
    };
    let grants = !stated.is_provider && !denies(stated.dictionary);
    if grants && requirement.is_open_to_any_developer() {
        report
            .at(
                stated.requirement.entry().value.inner_span(),
                "a program of any developer can fulfil this code requirement",
            )
            .label("nothing says who signed it")
            .help("add `and certificate leaf[subject.OU] = ` and the Team ID, or paste what `codesign -d -r-` prints");
    } else if grants && requirement.is_open_to_any_certificate() {
        report
            .at(
                stated.requirement.entry().value.inner_span(),
                "a program with a certificate that anybody made for himself can fulfil this code requirement",
            )
            .label("nothing says that Apple issued the certificate")
            .help("add `and anchor apple generic`, or paste what `codesign -d -r-` prints");
    }
}

/// Whether an entry denies something.
fn denies(entry: Dictionary<'_>) -> bool {
    let authorization = entry.get("Authorization").and_then(Value::as_str);
    let allowed = entry.get("Allowed").and_then(switch);
    authorization.is_some_and(|own| own == "Deny") || allowed == Some(false)
}
