//! `PayloadUUID` that stands in for one that was never made.

use std::collections::HashSet;

use crate::escape::quoted;
use crate::lint::finding::{Edit, Fix, Reporter};
use crate::lint::placeholder;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::lint::stable_uuid;
use crate::profile::{Common, Profile};
use crate::severity::Severity;

declare_rule! {
    /// A `PayloadUUID` out of a template: all zeros, `12345678-…`, or words such as `YOUR-UUID-HERE`.
    ///
    /// ## Why it matters
    ///
    /// Everybody who copied the template has the same one. Two profiles with it count as the same to macOS and to the
    /// MDM server, and one of them is refused or replaces the other.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadUUID</key>
    /// <string>00000000-0000-0000-0000-000000000000</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadUUID</key>
    /// <string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Unsafe: if the profile is installed somewhere, a new UUID makes it another profile there. The UUID is made from
    /// the profile's identifier and the place of the payload, the same every time.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/CommonPayloadKeys.yaml`, `PayloadUUID`
    name: "placeholder-uuid",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Profile(check),
    when: Signs::ODD_UUID,
}

/// Looks at the profile and every payload.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let mut told = HashSet::new();
    for part in profile.parts() {
        let Some(uuid) = part.uuid() else {
            continue;
        };
        // The same one again is `duplicate-uuid`.
        if !placeholder::is_sample_uuid(uuid.as_str())
            || !told.insert(uuid.as_str().to_ascii_uppercase())
        {
            continue;
        }
        let saying = report
            .at(
                uuid.span,
                format!(
                    "{} is a placeholder and not a UUID of its own",
                    quoted(uuid.as_str())
                ),
            )
            .help("`uuidgen` makes one");
        if let Some(new) = stable_uuid::of(profile, part) {
            let edit = Edit::text(uuid.span, &new);
            saying.fix(Fix::risky(format!("write `{new}`"), [edit]));
        }
    }
}
