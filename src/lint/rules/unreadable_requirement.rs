//! Code requirements that macOS cannot read.

use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::requirements::Stated;
use crate::severity::Severity;

declare_rule! {
    /// A code requirement that is not valid in Apple's code requirement language, in a privacy entry, a content filter,
    /// a DNS proxy or a VPN provider. The finding points to the character that does not fit.
    ///
    /// ## Why it matters
    ///
    /// macOS cannot tell which program is meant. The entry has no effect, and no MDM server reports it; some servers
    /// refuse the whole profile instead. Most such requirements were pasted together with other lines of `codesign -d
    /// -r-`, have typographic quotes, or lack a word.
    ///
    /// To see what each word means: `kextpolicy explain
    /// com.apple.TCC.configuration-profile-policy.Services.ANY.[].CodeRequirement`.
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
    ///                 <string>designated =&gt; identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
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
    /// Safe: it is offered only if the requirement can be read afterwards. It removes what `codesign` prints around a
    /// requirement (`designated =>`, `Executable=…`, `library => …`), writes straight quotes for typographic ones, and
    /// puts a Team ID that begins with a digit into quotes. Nothing else is guessed.
    ///
    /// ## References
    ///
    /// - Apple: Code Signing Guide, "Code Signing Requirement Language"
    /// - Apple: the grammar of the Security framework, `requirements.grammar`
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`, `CodeRequirement`
    name: "unreadable-requirement",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Requirement(check),
}

fn check(stated: &Stated<'_>, report: &mut Reporter<'_>) {
    let requirement = &stated.requirement;
    let Err(fault) = requirement.read() else {
        return;
    };
    let value = requirement.entry().value;
    let place = Some(requirement.place(fault.span)).filter(|place| place.len() > 0);
    let saying = report
        .at(
            place.unwrap_or_else(|| value.span()),
            "macOS cannot read this code requirement",
        )
        .label(fault.message.clone())
        .help(fault.help);
    if let Some(mend) = &fault.mend {
        let edits = mend
            .changes
            .iter()
            .map(|change| Edit::markup(requirement.place(change.span), change.replacement));
        saying.fix(Fix::safe(mend.title, edits));
    }
}
