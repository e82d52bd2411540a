//! Teams that may not use every type of system extension.

use crate::catalogue::known::{Extension, known};
use crate::escape::quoted;
use crate::extension::{ExtensionKind, SystemExtensionType};
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{SystemExtensionPolicy, TeamEntry};
use crate::severity::Severity;

declare_rule! {
    /// `AllowedSystemExtensionTypes` leaves out a type for a team.
    ///
    /// ## Why it matters
    ///
    /// An extension can have several types at once. If any of its types is not listed, the extension is blocked. A team
    /// that is not in the dictionary may use every type. If an update of a product adds a type, the approval has to be
    /// changed before the update. The rule does not report a limit that the ready policy of the team's
    /// product (`kextpolicy init --list`) has as well.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedSystemExtensionTypes</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>NetworkExtension</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// Leave the team out to allow every type:
    ///
    /// ```xml
    /// <key>AllowedSystemExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.agent.network</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowedSystemExtensionTypes`
    name: "narrowed-types",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::SystemExtensions(check),
}

/// Reports the first such team and how many more there are.
fn check(policy: SystemExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    let mut narrowed = policy
        .allowed_system_extension_types()
        .teams()
        .filter_map(|entry| Some((left_out(&entry)?, entry.team)));
    let Some((missing, team)) = narrowed.next() else {
        return;
    };
    let more = match narrowed.count() {
        0 => String::new(),
        1 => ", and another team not every type".to_owned(),
        more => format!(", and {more} other teams not every type"),
    };
    report
        .at(
            team.span,
            format!(
                "team {} may not use {}{more}",
                quoted(team.as_str()),
                names(missing)
            ),
        )
        .help("remove a team from `AllowedSystemExtensionTypes` to allow it every type");
}

/// The types that a team may not use; `None` if it may use all, or all that its products are known to need, or lists
/// something unknown, which another rule reports.
fn left_out(entry: &TeamEntry<'_>) -> Option<[bool; SystemExtensionType::ALL.len()]> {
    let mut missing = [true; SystemExtensionType::ALL.len()];
    let mut listed = entry.listed.iter().peekable();
    listed.peek()?;
    for word in listed {
        let kind = SystemExtensionType::from_name(word.as_str())?;
        let all = SystemExtensionType::ALL.iter().zip(&mut missing);
        all.filter(|(own, _)| **own == kind)
            .for_each(|(_, missing)| *missing = false);
    }
    let known = known().team(entry.team.as_str()).iter();
    let mut types = known
        .filter(|own| own.kind == ExtensionKind::System)
        .map(Extension::types)
        .peekable();
    let is_needed = |types: &str| {
        let all = SystemExtensionType::ALL.iter().zip(missing);
        let mut left_out = all.filter(|(_, missing)| *missing);
        left_out.any(|(kind, _)| types.contains(kind.name()))
    };
    let has_its_types =
        types.peek().is_some() && types.all(|types| types.is_some_and(|types| !is_needed(types)));
    (missing.contains(&true) && !has_its_types).then_some(missing)
}

/// Their names in a sentence.
fn names(missing: [bool; SystemExtensionType::ALL.len()]) -> String {
    let all = SystemExtensionType::ALL.iter().zip(missing);
    let names = all.filter(|(_, missing)| *missing);
    let names: Vec<_> = names
        .map(|(kind, _)| format!("`{}`", kind.name()))
        .collect();
    names.join(" and ")
}
