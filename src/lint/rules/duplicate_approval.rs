//! The same approval in two profiles.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::repository::Repository;
use crate::severity::Severity;

declare_rule! {
    /// Two profiles that allow the same extension, or the same whole team.
    ///
    /// ## Why it matters
    ///
    /// A Mac combines what all its profiles allow, so the second approval has no effect. If the extension has to be
    /// blocked one day, it is easy to remove it from one file and forget the other. Profiles for different MDM servers
    /// are never on the same Mac and are not compared.
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
    /// Keep the approval in one of the two profiles, and take it out of the other.
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

/// Reports every profile once, at the first approval that an earlier one has too.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let teams = repository.repeated(|names| &names.whole_teams);
    let bundles = repository.repeated(|names| &names.bundles);
    for member in repository.profiles() {
        let mut again: Vec<_> = member.again(&teams, &member.names.whole_teams).collect();
        let is_team = !again.is_empty();
        again.extend(member.again(&bundles, &member.names.bundles));
        let count = again.len();
        again.truncate(SHOWN);
        let Some((first, _)) = again.first().copied() else {
            continue;
        };
        let Some(names) = repository.texts(member.file, again.iter().map(|own| own.0)) else {
            continue;
        };
        let what = match &names[0] {
            team if is_team => format!("the team {}", quoted(team)),
            bundle => quoted(bundle),
        };
        let message = match count {
            1 => format!("another profile allows {what} too"),
            count => format!("{count} approvals are in other profiles too, the first is {what}"),
        };
        let mut saying = report
            .in_file(member.file)
            .at(first, message)
            .help("allow each in one profile only");
        for ((_, (file, span)), name) in again.iter().zip(&names) {
            saying = saying.elsewhere(*file, *span, format!("{} first allowed here", quoted(name)));
        }
    }
}
