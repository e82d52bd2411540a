//! A team allowed whole in one profile and listed in another.

use crate::escape::quoted;
use crate::lint::finding::Reporter;
use crate::lint::repository::Repository;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;
use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

declare_rule! {
    /// One profile allows every extension of a team, another lists single extensions of the same team.
    ///
    /// ## Why it matters
    ///
    /// What all profiles of a Mac allow is added up: with both, every extension of the team is allowed, and the
    /// careful list narrows nothing. Within one system-extension policy Apple calls this combination an error; for
    /// two profiles that is written nowhere.
    ///
    /// Profiles for different MDM servers never meet and are not compared.
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
    ///             <key>AllowedTeamIdentifiers</key>
    ///             <array>
    ///                 <string>K7Q2XD94WL</string>
    ///             </array>
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
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowedTeamIdentifiers`
    name: "team-whole-and-listed",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Repository(check),
}
/// Reports the first listed extension of every team that another profile allows whole.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    // The standard hasher took a tenth of a run over 10,000 profiles.
    let mut whole = HashMap::with_hasher(RandomState::default());
    for member in repository.profiles() {
        for approval in &member.facts.approvals {
            if approval.bundle.is_none() {
                whole
                    .entry((member.target, approval.kind, &approval.team))
                    .or_insert((member.file, approval.span));
            }
        }
    }
    for member in repository.profiles() {
        let mut told = HashSet::new();
        for approval in &member.facts.approvals {
            let Some((file, span)) = whole.get(&(member.target, approval.kind, &approval.team))
            else {
                continue;
            };
            let is_new = *file != member.file
                && approval.bundle.is_some()
                && told.insert((approval.kind, &approval.team));
            if is_new {
                report
                    .in_file(member.file)
                    .at(
                        approval.span,
                        format!(
                            "listed here, but another profile allows every extension of team {}",
                            quoted(&approval.team)
                        ),
                    )
                    .help("keep the list and take the team out of the other profile, if single extensions are meant")
                    .elsewhere(*file, *span, "the whole team");
            }
        }
    }
}
