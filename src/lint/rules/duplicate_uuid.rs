//! One `PayloadUUID` for two parts of a profile.

use crate::escape::quoted;
use crate::lint::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::lint::stable_uuid;
use crate::profile::{Common, Profile};
use crate::severity::Severity;
use std::collections::HashMap;

declare_rule! {
    /// The same `PayloadUUID` twice in one profile: for two payloads, or for the profile and a payload.
    ///
    /// ## Why it matters
    ///
    /// macOS refuses the profile (`ConfigProfilePluginDomain`, error -107; 1007 "Non-unique UUIDs" in the words of
    /// MDM, -2016335105 in Intune). It happens when a payload is copied within a file. UUIDs that differ only in
    /// case are the same UUID.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.dock</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.dock</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>tilesize</key>
    ///     <integer>48</integer>
    /// </dict>
    /// <dict>
    ///     <key>EnableFirewall</key>
    ///     <true/>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.firewall</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.security.firewall</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.dock</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.dock</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>tilesize</key>
    ///     <integer>48</integer>
    /// </dict>
    /// <dict>
    ///     <key>EnableFirewall</key>
    ///     <true/>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.firewall</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.security.firewall</string>
    ///     <key>PayloadUUID</key>
    ///     <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA2</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Unsafe: which of the two other profiles, notes or the MDM server know is not in the file. The second one
    /// gets a UUID made from the profile's identifier and the place of the payload, the same every time.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/CommonPayloadKeys.yaml`, `PayloadUUID`
    /// - Microsoft Intune: the error codes of configuration profiles
    name: "duplicate-uuid",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Profile(check),
    when: Signs::SAME_UUID,
}
/// Compares the UUIDs of the profile and its payloads.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let mut first = HashMap::new();
    for part in profile.parts() {
        let Some(uuid) = part.uuid().filter(|uuid| !uuid.value.is_empty()) else {
            continue;
        };
        let key = uuid.as_str().to_ascii_uppercase();
        let Some((span, name)) = first.get(&key) else {
            first.insert(key, (uuid.span, part.name()));
            continue;
        };
        let saying = report
            .at(
                uuid.span,
                format!(
                    "{} is already the UUID of {} {name}",
                    quoted(uuid.as_str()),
                    if *name == "profile" { "the" } else { "another" },
                ),
            )
            .help("give each a UUID of its own; `uuidgen` makes one")
            .related(*span, "first used here");
        if let Some(new) = stable_uuid::of(profile, part) {
            let edit = Edit::text(uuid.span, &new);
            saying.fix(Fix::risky(format!("write `{new}`"), [edit]));
        }
    }
}
