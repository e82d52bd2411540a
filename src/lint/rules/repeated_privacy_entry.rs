//! Programs that a privacy payload names twice.

use std::collections::HashMap;

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::Payload;
use crate::profile::privacy::PrivacyPolicy;
use crate::severity::Severity;

declare_rule! {
    /// The same program twice in one service of a privacy payload, with the same requirement, the same answer and, for
    /// `AppleEvents`, the same receiver. Two entries with different requirements are two programs: one from the App
    /// Store and one from its vendor.
    ///
    /// ## Why it matters
    ///
    /// One of the two is enough. If somebody later changes only one of them, the two contradict each other, and the
    /// denial wins.
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
    ///                 <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
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
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`, `Services`
    name: "repeated-privacy-entry",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Payload(check),
}

/// Reports each entry that repeats an earlier one.
fn check(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let mut first = HashMap::new();
    let entries = PrivacyPolicy::of(payload).into_iter();
    for entry in entries.flat_map(PrivacyPolicy::entries) {
        let Some(program) = entry.identifier() else {
            continue;
        };
        let receiver = entry.receiver_identifier();
        let requirement = entry.code_requirement();
        let says = (
            entry.service.as_str().to_owned(),
            program.as_str().to_owned(),
            receiver.map(|own| own.as_str().to_owned()),
            requirement.map(|own| own.text().to_owned()),
            entry.authorization().map(|(own, _)| own),
        );
        let earlier = *first.entry(says).or_insert(program.span);
        if earlier != program.span {
            let service = quoted(entry.service.as_str());
            report
                .at(
                    program.span,
                    format!("{} is in {service} twice", quoted(program.as_str())),
                )
                .help("keep one of the two entries")
                .related(earlier, "the first entry");
        }
    }
}
