//! Two profiles with the same `PayloadIdentifier`.

use std::collections::HashMap;

use crate::escape::quoted;
use crate::lint::finding::Reporter;
use crate::lint::repository::Repository;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;

declare_rule! {
    /// Two different profiles with the same top-level `PayloadIdentifier`.
    ///
    /// ## Why it matters
    ///
    /// A Mac knows a profile by this identifier: the second one installed replaces the first, and what only the first
    /// allowed is blocked again. A signed profile and its unsigned twin, or a plain copy, say the same and count as
    /// one; profiles for different MDM servers never meet and are not compared.
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
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Repository(check),
}

/// Reports every profile whose identifier an earlier one has.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let mut first = HashMap::new();
    for member in repository.profiles() {
        let Some(identifier) = &member.facts.identifier else {
            continue;
        };
        let key = (member.target, &identifier.value);
        let Some((file, span)) = first.get(&key) else {
            first.insert(key, (member.file, identifier.span));
            continue;
        };
        report
            .in_file(member.file)
            .at(
                identifier.span,
                format!(
                    "another profile has the identifier {}",
                    quoted(&identifier.value)
                ),
            )
            .label("the profile installed last replaces the other")
            .help("give each profile an identifier of its own, or make them one profile")
            .elsewhere(*file, *span, "first used here");
    }
}
