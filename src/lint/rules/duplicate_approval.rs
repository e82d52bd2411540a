//! The same approval in two profiles.

use crate::escape::quoted;
use crate::lint::finding::Reporter;
use crate::lint::repository::Repository;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;
use std::collections::HashMap;

declare_rule! {
    /// Two profiles that allow the same extension, or the same whole team.
    ///
    /// ## Why it matters
    ///
    /// What all profiles of a Mac allow is added up, so the second approval does nothing. When the extension has to
    /// be blocked one day, it is easy to take it out of one file and leave it in the other. Profiles for different
    /// MDM servers never meet and are not compared.
    ///
    /// ## Example
    ///
    /// One file:
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>AllowedSystemExtensions</key>
    ///             <dict>
    ///                 <key>K7Q2XD94WL</key>
    ///                 <array>
    ///                     <string>com.contoso.agent.network</string>
    ///                 </array>
    ///             </dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.system-extension-policy</string>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.a</string>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// and another:
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>AllowedSystemExtensions</key>
    ///             <dict>
    ///                 <key>K7Q2XD94WL</key>
    ///                 <array>
    ///                     <string>com.contoso.agent.network</string>
    ///                 </array>
    ///             </dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.system-extension-policy</string>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.b</string>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadDisplayName</key>
    /// <string>One of them</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: System Extensions payload, behaviour with several profiles
    name: "duplicate-approval",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Repository(check),
}
/// Reports every approval that an earlier profile has.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let mut first = HashMap::new();
    for member in repository.profiles() {
        for approval in &member.facts.approvals {
            let key = (
                member.target,
                approval.kind,
                &approval.team,
                &approval.bundle,
            );
            let (file, span) = *first.entry(key).or_insert((member.file, approval.span));
            if file == member.file {
                continue;
            }
            let message = match &approval.bundle {
                Some(bundle) => format!("another profile allows {} too", quoted(bundle)),
                None => format!(
                    "another profile allows the team {} too",
                    quoted(&approval.team)
                ),
            };
            report
                .in_file(member.file)
                .at(approval.span, message)
                .help("allow it in one profile only")
                .elsewhere(file, span, "first allowed here");
        }
    }
}
