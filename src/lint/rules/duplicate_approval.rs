//! The same approval in two profiles.

use crate::escape::quoted;
use crate::lint::finding::Reporter;
use crate::lint::repository::Repository;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;
use std::collections::HashMap;

use foldhash::fast::RandomState;

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

/// So many earlier places are shown for one file.
const SHOWN: usize = 3;

/// Reports the approvals that earlier profiles have, one finding for a file.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    // The standard hasher took a tenth of a run over 10,000 profiles.
    let mut first = HashMap::with_hasher(RandomState::default());
    for member in repository.profiles() {
        let mut again = Vec::new();
        for approval in &member.facts.approvals {
            let key = (
                member.target,
                approval.kind,
                &approval.team,
                &approval.bundle,
            );
            let earlier = *first.entry(key).or_insert((member.file, approval.span));
            if earlier.0 != member.file {
                again.push((approval, earlier));
            }
        }
        let Some((approval, _)) = again.first() else {
            continue;
        };
        let what = match &approval.bundle {
            Some(bundle) => quoted(bundle),
            None => format!("the team {}", quoted(&approval.team)),
        };
        let message = match again.len() {
            1 => format!("another profile allows {what} too"),
            count => format!("{count} approvals are in other profiles too, the first is {what}"),
        };
        let mut saying = report
            .in_file(member.file)
            .at(approval.span, message)
            .help("allow each in one profile only");
        for (approval, (file, span)) in again.iter().take(SHOWN) {
            let name = approval.bundle.as_deref().unwrap_or(&approval.team);
            saying = saying.elsewhere(*file, *span, format!("{} first allowed here", quoted(name)));
        }
    }
}
