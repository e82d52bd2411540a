//! Code requirements that no program fulfils.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::requirements::Stated;
use crate::severity::Severity;

declare_rule! {
    /// A code requirement that combines two conditions that no program meets together, or that requires `never`.
    ///
    /// ## Why it matters
    ///
    /// The entry has no effect, and no server and no Mac reports it. `anchor apple` means Apple's own programs, which
    /// have no Team ID. If the requirement names a team, it needs `anchor apple generic` instead. A program has one
    /// identifier and one team.
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
    ///                 <string>identifier "com.contoso.agent" and anchor apple and certificate leaf[subject.OU] = K7Q2XD94WL</string>
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
    /// - Apple: the Security framework, `reqinterp.cpp`, how each condition is judged
    name: "unfulfillable-requirement",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Requirement(check),
}

fn check(stated: &Stated<'_>, report: &mut Reporter<'_>) {
    let Ok(requirement) = stated.requirement.read() else {
        return;
    };
    if requirement.is_unfulfillable() {
        report
            .at(
                stated.requirement.entry().value.inner_span(),
                "no program can fulfil this code requirement",
            )
            .label("these conditions exclude each other")
            .help("paste what `codesign -d -r-` prints of the program");
    }
}
