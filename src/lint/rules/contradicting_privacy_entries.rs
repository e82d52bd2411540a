//! Privacy entries of several profiles that contradict each other.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::repository::Repository;
use crate::severity::Severity;

declare_rule! {
    /// One profile allows a program to use a service, and another profile of the run denies it.
    ///
    /// ## Why it matters
    ///
    /// If one Mac gets both, the denial wins: what the first profile allows does not work, and nothing says why. This
    /// is correct if the profiles are alternatives to each other, so it is reported only as a note.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.TCC.configuration-profile-policy</string>
    ///             <key>PayloadIdentifier</key>
    ///             <string>com.contoso.privacy.policy</string>
    ///             <key>PayloadUUID</key>
    ///             <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///             <key>PayloadVersion</key>
    ///             <integer>1</integer>
    ///             <key>Services</key>
    ///             <dict>
    ///                 <key>SystemPolicyAllFiles</key>
    ///                 <array>
    ///                     <dict>
    ///                         <key>Identifier</key>
    ///                         <string>com.contoso.agent</string>
    ///                         <key>IdentifierType</key>
    ///                         <string>bundleID</string>
    ///                         <key>CodeRequirement</key>
    ///                         <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                         <key>Authorization</key>
    ///                         <string>Allow</string>
    ///                     </dict>
    ///                 </array>
    ///             </dict>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadDisplayName</key>
    ///     <string>Contoso Agent</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.agent.profile</string>
    ///     <key>PayloadOrganization</key>
    ///     <string>Contoso</string>
    ///     <key>PayloadScope</key>
    ///     <string>System</string>
    ///     <key>PayloadType</key>
    ///     <string>Configuration</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1A01</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// Another profile:
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.TCC.configuration-profile-policy</string>
    ///             <key>PayloadIdentifier</key>
    ///             <string>com.contoso.privacy.policy</string>
    ///             <key>PayloadUUID</key>
    ///             <string>6F0B7D57-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///             <key>PayloadVersion</key>
    ///             <integer>1</integer>
    ///             <key>Services</key>
    ///             <dict>
    ///                 <key>SystemPolicyAllFiles</key>
    ///                 <array>
    ///                     <dict>
    ///                         <key>Identifier</key>
    ///                         <string>com.contoso.agent</string>
    ///                         <key>IdentifierType</key>
    ///                         <string>bundleID</string>
    ///                         <key>CodeRequirement</key>
    ///                         <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                         <key>Authorization</key>
    ///                         <string>Deny</string>
    ///                     </dict>
    ///                 </array>
    ///             </dict>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadDisplayName</key>
    ///     <string>Contoso Agent</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.other.profile</string>
    ///     <key>PayloadOrganization</key>
    ///     <string>Contoso</string>
    ///     <key>PayloadScope</key>
    ///     <string>System</string>
    ///     <key>PayloadType</key>
    ///     <string>Configuration</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D57-6D0B-5B5E-9B36-0C5C4F6E1A01</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.TCC.configuration-profile-policy</string>
    ///             <key>PayloadIdentifier</key>
    ///             <string>com.contoso.privacy.policy</string>
    ///             <key>PayloadUUID</key>
    ///             <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///             <key>PayloadVersion</key>
    ///             <integer>1</integer>
    ///             <key>Services</key>
    ///             <dict>
    ///                 <key>SystemPolicyAllFiles</key>
    ///                 <array>
    ///                     <dict>
    ///                         <key>Identifier</key>
    ///                         <string>com.contoso.agent</string>
    ///                         <key>IdentifierType</key>
    ///                         <string>bundleID</string>
    ///                         <key>CodeRequirement</key>
    ///                         <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                         <key>Authorization</key>
    ///                         <string>Allow</string>
    ///                     </dict>
    ///                 </array>
    ///             </dict>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadDisplayName</key>
    ///     <string>Contoso Agent</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.agent.profile</string>
    ///     <key>PayloadOrganization</key>
    ///     <string>Contoso</string>
    ///     <key>PayloadScope</key>
    ///     <string>System</string>
    ///     <key>PayloadType</key>
    ///     <string>Configuration</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1A01</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`: when profiles disagree, the most restrictive value counts
    name: "contradicting-privacy-entries",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Repository(check),
}

/// Reports each profile once, at the first denial of what another profile for the same server allows.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let allowed = repository.privacy_allowed();
    for member in repository.profiles() {
        let denied = member.on_one_mac(&member.facts.privacy_denied);
        let both: Vec<_> = denied
            .filter_map(|(_, name)| Some((name.span, *allowed.get(&name.hash)?)))
            .collect();
        let Some((place, (file, allows))) = both.first().copied() else {
            continue;
        };
        let Some(name) = repository.texts(member.file, std::iter::once(place)) else {
            continue;
        };
        let more = match both.len() - 1 {
            0 => String::new(),
            more => format!(", as {more} more"),
        };
        report
            .in_file(member.file)
            .at(
                place,
                format!(
                    "{} is denied here and allowed by another entry{more}; the denial wins",
                    quoted(&name.concat())
                ),
            )
            .help("keep one of the two, if both come to one Mac")
            .elsewhere(file, allows, "allowed here");
    }
}
