//! One `PayloadUUID` in two profiles.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::repository::Repository;
use crate::severity::Severity;

declare_rule! {
    /// Two different profiles of a repository that use the same `PayloadUUID`, either for the profile itself or for a
    /// payload.
    ///
    /// ## Why it matters
    ///
    /// A Mac that gets both may refuse the second (MDM error 4002 "Duplicate UUID", -2016332110 in Intune). It happens
    /// when a profile is copied and changed. Profiles with the same `PayloadIdentifier` replace each other and are
    /// reported by `duplicate-root-identifier`. Profiles for different MDM servers are never on the same Mac.
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
    let repeated = repository.repeated(|names| &names.uuids);
    let profiles = repository.profiles();
    let identifier = |file| {
        let at = profiles
            .binary_search_by_key(&file, |member| member.file)
            .ok()?;
        profiles[at].names.identifier.map(|own| own.hash)
    };
    for member in profiles {
        let own = member.names.identifier.map(|own| own.hash);
        let mut again: Vec<_> = member
            .again(&repeated, &member.names.uuids)
            .filter(|(_, (file, _))| own.is_none() || own != identifier(*file))
            .collect();
        let count = again.len();
        again.truncate(SHOWN);
        let Some((first, _)) = again.first().copied() else {
            continue;
        };
        let Some(names) = repository.texts(member.file, again.iter().map(|own| own.0)) else {
            continue;
        };
        let message = match count {
            1 => format!("another profile uses the UUID {}", quoted(&names[0])),
            count => format!(
                "{count} UUIDs of this file are used by other profiles, the first is {}",
                quoted(&names[0])
            ),
        };
        let mut saying = report
            .in_file(member.file)
            .at(first, message)
            .help("give each profile and payload a UUID of its own; `uuidgen` makes one");
        for ((_, (file, span)), name) in again.iter().zip(&names) {
            saying = saying.elsewhere(*file, *span, format!("{} first used here", quoted(name)));
        }
    }
}
