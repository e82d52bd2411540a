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

/// So many earlier places are shown for one file.
const SHOWN: usize = 3;

/// Reports the UUIDs that earlier profiles have, one finding for a file: a copied profile shares all of them.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let mut first = HashMap::new();
    for member in repository.profiles() {
        let facts = member.facts;
        let own = facts.identifier.as_ref().map(|own| &own.value);
        let mut again = Vec::new();
        for uuid in facts.uuid.iter().chain(&facts.payload_uuids) {
            if !is_uuid(&uuid.value) || placeholder::is_sample_uuid(&uuid.value) {
                continue;
            }
            let key = (member.target, uuid.value.to_ascii_uppercase());
            let (file, span, identifier) =
                *first.entry(key).or_insert((member.file, uuid.span, own));
            if file != member.file && (own.is_none() || own != identifier) {
                again.push((uuid, file, span));
            }
        }
        let Some((uuid, ..)) = again.first() else {
            continue;
        };
        let message = match again.len() {
            1 => format!("another profile uses the UUID {}", quoted(&uuid.value)),
            count => format!(
                "{count} UUIDs of this file are used by other profiles, the first is {}",
                quoted(&uuid.value)
            ),
        };
        let mut saying = report
            .in_file(member.file)
            .at(uuid.span, message)
            .help("give each profile and payload a UUID of its own; `uuidgen` makes one");
        for (uuid, file, span) in again.iter().take(SHOWN) {
            saying = saying.elsewhere(
                *file,
                *span,
                format!("{} first used here", quoted(&uuid.value)),
            );
        }
    }
}
