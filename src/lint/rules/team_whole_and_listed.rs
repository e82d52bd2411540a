//! A team allowed whole in one profile and listed in another.

use crate::escape::quoted;
use crate::lint::model::file_id::FileId;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::repository::Repository;
use crate::severity::Severity;
use crate::source::Span;
use std::collections::{BTreeSet, HashMap};

declare_rule! {
    /// One profile allows every extension of a team, and another lists single extensions of the same team.
    ///
    /// ## Why it matters
    ///
    /// A Mac combines what all its profiles allow. With both profiles, every extension of the team is allowed, and the
    /// list restricts nothing. Within one system-extension policy, Apple calls this combination an error; for two
    /// profiles, nothing is documented.
    ///
    /// Profiles for different MDM servers are never on the same Mac and are not compared.
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
    /// Take the team out of `AllowedTeamIdentifiers` of the first profile if single extensions are meant, or remove the list from
    /// the second if the whole team is.
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
    let whole = whole_teams(repository);
    if whole.is_empty() {
        return;
    }
    // The place here, and the one that allows the whole team.
    let mut found: Vec<((FileId, Span), (FileId, Span))> = Vec::new();
    for member in repository.profiles() {
        let mut told = BTreeSet::new();
        for (own, team) in member.on_one_mac(&member.names.listed_teams) {
            if let Some(first) = whole.get(&team.hash).filter(|first| first.0 != own)
                && told.insert(team.hash)
            {
                found.push(((own, team.span), *first));
            }
        }
    }
    // Each of the other files is read once, however many of its teams are listed elsewhere.
    found.sort_by_key(|(_, first)| *first);
    for same in found.chunk_by(|one, other| one.1.0 == other.1.0) {
        let places = same.iter().map(|(_, first)| first.1);
        let Some(teams) = repository.texts(same[0].1.0, places) else {
            continue;
        };
        for (((own, span), (file, whole)), team) in same.iter().zip(teams) {
            report
                .in_file(*own)
                .at(
                    *span,
                    format!(
                        "listed here, but another profile allows every extension of team {}",
                        quoted(&team)
                    ),
                )
                .help("keep the list and take the team out of the other profile, if single extensions are meant")
                .elsewhere(*file, *whole, "the whole team");
        }
    }
}

/// The first profile that allows each team as a whole.
fn whole_teams(repository: &Repository<'_>) -> HashMap<u64, (FileId, Span)> {
    let mut first = HashMap::new();
    for member in repository.profiles() {
        for (file, team) in member.on_one_mac(&member.names.whole_teams) {
            first.entry(team.hash).or_insert((file, team.span));
        }
    }
    first
}
