//! `PayloadUUID` that is not a UUID.

use crate::escape::quoted;
use crate::identifier::is_uuid;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder;
use crate::lint::views::values::OwnUuid;
use crate::severity::Severity;

declare_rule! {
    /// A `PayloadUUID` that is not a UUID: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
    ///
    /// ## Why it matters
    ///
    /// macOS and MDM servers distinguish payloads by their UUID. A text of another form is usually a UUID that lost a
    /// digit, or one that somebody forgot to fill in; the next copy of the profile then has the same text.
    ///
    /// The rule does not report UUIDs in lower case, the payload type followed by a UUID as a common generator writes
    /// it, or placeholders that an MDM server replaces.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadUUID</key>
    /// <string>4A6D6C1A-7C68-4BC2-933C-4455064416</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadUUID</key>
    /// <string>4A6D6C1A-7C68-4BC2-933C-445506441642</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/CommonPayloadKeys.yaml`, `PayloadUUID`
    /// - RFC 9562, section 4: the format of UUIDs
    name: "invalid-uuid",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Uuid(check),
}

fn check(uuid: &OwnUuid<'_>, report: &mut Reporter<'_>) {
    let text = uuid.text.as_str();
    // An empty one is as good as none, and `missing-payload-key` says so.
    if text.trim().is_empty()
        || is_uuid(text)
        || is_generated(text)
        || placeholder::is_sample_uuid(text)
        || placeholder::of_mdm(text).is_some()
    {
        return;
    }
    let finding = report.at(uuid.text.span, format!("{} is not a UUID", quoted(text)));
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let all_digits = text
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if all_digits && digits != 32 {
        finding
            .label(format!("{digits} digits; a UUID has 32"))
            .help("`uuidgen` makes a new one");
    } else {
        finding.help("`uuidgen` makes one");
    }
}

/// Whether the text is a UUID behind something else: `com.apple.dock.2D6C1D0E-…`.
fn is_generated(text: &str) -> bool {
    let Some(at) = text
        .len()
        .checked_sub(36)
        .filter(|at| text.is_char_boundary(*at))
    else {
        return false;
    };
    let (before, uuid) = text.split_at(at);
    is_uuid(uuid) && before.ends_with(['.', '-', '_'])
}
