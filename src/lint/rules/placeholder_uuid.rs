//! `PayloadUUID` that stands in for one that was never made.

use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder;
use crate::lint::views::stable_uuid;
use crate::lint::views::values::OwnUuid;
use crate::severity::Severity;

declare_rule! {
    /// A `PayloadUUID` from a template: all zeros, `12345678-…`, or words such as `YOUR-UUID-HERE`.
    ///
    /// ## Why it matters
    ///
    /// Everybody who copied the template has the same UUID. macOS and the MDM server treat two profiles with it as the
    /// same, and one of them is refused or replaces the other.
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
    check: Check::Uuid(check),
}

fn check(uuid: &OwnUuid<'_>, report: &mut Reporter<'_>) {
    let text = uuid.text.as_str();
    // The same one again is `duplicate-uuid`.
    if !placeholder::is_sample_uuid(text) || uuid.earlier.is_some() {
        return;
    }
    let finding = report
        .at(
            uuid.text.span,
            format!(
                "{} is a placeholder and not a UUID of its own",
                quoted(text)
            ),
        )
        .help("`uuidgen` makes one");
    if let Some(new) = stable_uuid::derive(uuid.profile, uuid.part) {
        let edit = Edit::text(uuid.text.span, &new);
        finding.fix(Fix::risky(format!("write `{new}`"), [edit]));
    }
}
