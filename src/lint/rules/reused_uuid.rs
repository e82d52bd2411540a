//! One `PayloadUUID` in two profiles.

use crate::escape::quoted;
use crate::identifier::is_uuid;
use crate::lint::finding::Reporter;
use crate::lint::placeholder;
use crate::lint::repository::Repository;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;
use std::collections::HashMap;

declare_rule! {
    /// Two different profiles of a repository that use the same `PayloadUUID`, for themselves or for a payload.
    ///
    /// ## Why it matters
    ///
    /// A Mac that gets both may refuse the second (MDM error 4002 "Duplicate UUID", -2016332110 in Intune). It
    /// happens when a profile is copied and changed. Profiles with the same `PayloadIdentifier` replace each other
    /// and are told by `duplicate-root-identifier`; those for different MDM servers never meet.
    ///
    /// ## Example
    ///
    /// One file:
    ///
    /// ```xml
    /// <key>PayloadIdentifier</key>
    /// <string>com.contoso.dock</string>
    /// <key>PayloadUUID</key>
    /// <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    /// ```
    ///
    /// and another:
    ///
    /// ```xml
    /// <key>PayloadIdentifier</key>
    /// <string>com.contoso.firewall</string>
    /// <key>PayloadUUID</key>
    /// <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadIdentifier</key>
    /// <string>com.contoso.firewall</string>
    /// <key>PayloadUUID</key>
    /// <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA2</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/CommonPayloadKeys.yaml`, `PayloadUUID`
    /// - Microsoft Intune: the error codes of configuration profiles
    name: "reused-uuid",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Repository(check),
}
/// Reports every UUID that an earlier profile has.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let mut first = HashMap::new();
    for member in repository.profiles() {
        let facts = member.facts;
        for uuid in facts.uuid.iter().chain(&facts.payload_uuids) {
            if !is_uuid(&uuid.value) || placeholder::is_sample_uuid(&uuid.value) {
                continue;
            }
            let key = (member.target, uuid.value.to_ascii_uppercase());
            let (file, span, identifier) = *first.entry(key).or_insert((
                member.file,
                uuid.span,
                facts.identifier.as_ref().map(|own| &own.value),
            ));
            let own = facts.identifier.as_ref().map(|own| &own.value);
            if file == member.file || (own.is_some() && own == identifier) {
                continue;
            }
            report
                .in_file(member.file)
                .at(
                    uuid.span,
                    format!("another profile uses the UUID {}", quoted(&uuid.value)),
                )
                .help("give each profile and payload a UUID of its own; `uuidgen` makes one")
                .elsewhere(file, span, "first used here");
        }
    }
}
