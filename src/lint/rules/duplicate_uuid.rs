//! One `PayloadUUID` for two parts of a profile.

use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::stable_uuid;
use crate::lint::views::values::OwnUuid;
use crate::profile::Common as _;
use crate::severity::Severity;

declare_rule! {
    /// The same `PayloadUUID` twice in one profile: in two payloads, or in the profile and a payload.
    ///
    /// ## Why it matters
    ///
    /// macOS refuses the profile (`ConfigProfilePluginDomain`, error -107). MDM calls the error 1007 "Non-unique
    /// UUIDs", and Intune shows it as -2016335105. It happens when a payload is copied within a file. UUIDs that differ
    /// only in case are the same UUID.
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
    /// Unsafe: other profiles, notes or the MDM server may refer to this UUID, and the file does not show which of the
    /// two they mean. The second one gets a UUID made from the profile's identifier and the place of the payload, the
    /// same every time.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/CommonPayloadKeys.yaml`, `PayloadUUID`
    /// - Microsoft Intune: the error codes of configuration profiles
    name: "duplicate-uuid",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Uuid(check),
}

fn check(uuid: &OwnUuid<'_>, report: &mut Reporter<'_>) {
    let Some(earlier) = uuid.earlier else {
        return;
    };
    let other = if earlier.is_profile() {
        "the"
    } else {
        "another"
    };
    let mut finding = report
        .at(
            uuid.text.span,
            format!(
                "{} is already the UUID of {other} {}",
                quoted(uuid.text.as_str()),
                earlier.name()
            ),
        )
        .help("give each a UUID of its own; `uuidgen` makes one");
    if let Some(first) = earlier.uuid() {
        finding = finding.related(first.span, "first used here");
    }
    if let Some(new) = stable_uuid::derive(uuid.profile, uuid.part) {
        let edit = Edit::text(uuid.text.span, &new);
        finding.fix(Fix::risky(format!("write `{new}`"), [edit]));
    }
}
