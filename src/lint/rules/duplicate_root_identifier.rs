//! Two profiles with the same `PayloadIdentifier`.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::repository::Repository;
use crate::severity::Severity;

declare_rule! {
    /// Two different profiles with the same top-level `PayloadIdentifier`.
    ///
    /// ## Why it matters
    ///
    /// A Mac distinguishes profiles by this identifier. The second profile replaces the first when it is installed, and
    /// what only the first allowed is blocked again. A signed profile and its unsigned twin, or a plain copy, have the
    /// same content and count as one. Profiles for different MDM servers are never on the same Mac and are not
    /// compared.
    ///
    /// Variants of a profile may share an identifier on purpose, if every Mac gets only one of them; in that case,
    /// switch the rule off for their folder. Each identifier is reported once.
    ///
    /// ## Example
    ///
    /// One file:
    ///
    /// ```xml
    /// <key>PayloadIdentifier</key>
    /// <string>com.contoso.extensions</string>
    /// <key>PayloadDisplayName</key>
    /// <string>Kernel extensions</string>
    /// ```
    ///
    /// and another:
    ///
    /// ```xml
    /// <key>PayloadIdentifier</key>
    /// <string>com.contoso.extensions</string>
    /// <key>PayloadDisplayName</key>
    /// <string>System extensions</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadIdentifier</key>
    /// <string>com.contoso.extensions.kernel</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/TopLevel.yaml`, `PayloadIdentifier`
    name: "duplicate-root-identifier",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Repository(check),
}

/// So many profiles are shown beside the one that is reported.
const SHOWN: usize = 3;

/// Reports every identifier once, at the second profile that has it.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let members = repository.profiles().iter();
    let mut places: Vec<_> = members
        .flat_map(|member| member.on_one_mac(member.names.identifier.as_slice()))
        .map(|(file, identifier)| (identifier.hash, file, identifier.span))
        .collect();
    places.sort_unstable();
    for places in places.chunk_by(|one, other| one.0 == other.0) {
        let [first, (_, file, span), further @ ..] = places else {
            continue;
        };
        let Some(identifier) = repository.texts(*file, std::iter::once(*span)) else {
            continue;
        };
        let name = quoted(&identifier.concat());
        let message = match further.len() {
            0 => format!("another profile has the identifier {name}"),
            more => format!("{} other profiles have the identifier {name}", more + 1),
        };
        let mut saying = report
            .in_file(*file)
            .at(*span, message)
            .label("a Mac keeps only the profile installed last")
            .help(
                "give each profile an identifier of its own, unless they shall replace each other",
            )
            .elsewhere(first.1, first.2, "first used here");
        for (_, file, span) in further.iter().take(SHOWN - 1) {
            saying = saying.elsewhere(*file, *span, "and here");
        }
    }
}
