//! `Payload…` keys whose value has another type than Apple's.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::{Entry, Kind, Value};
use crate::profile::{Common as _, KnownKey, Part, Profile};
use crate::severity::Severity;

declare_rule! {
    /// A key of the profile, or one of the `Payload…` keys of a payload, whose value has the wrong type.
    ///
    /// ## Why it matters
    ///
    /// Apple defines the type of each key. For a wrong type, MDM reports the error 1003 for the profile or 2003 for a
    /// payload, which Intune shows as -2016335109 and -2016334109.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadRemovalDisallowed</key>
    /// <string>true</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadRemovalDisallowed</key>
    /// <true/>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/TopLevel.yaml` and `mdm/profiles/CommonPayloadKeys.yaml`, `type`
    /// - Microsoft Intune: the error codes of configuration profiles
    name: "wrong-payload-key-type",
    level: Level::always(Severity::Error),
    fix: Never,
    check: [Check::Part(check_keys), Check::Profile(check_items)],
}

/// The type of a key of profiles and payloads. `PayloadVersion` has a rule of its own.
fn common(key: &str) -> Option<Kind> {
    let is_text = KnownKey::of(key).is_some_and(KnownKey::is_text);
    is_text.then_some(Kind::String)
}

/// The type of a key of profiles. `DurationUntilRemoval` is left out: whole seconds are often written as an integer.
fn top_level(key: &str) -> Option<Kind> {
    Some(match key {
        "PayloadContent" => Kind::Array,
        "PayloadScope" => Kind::String,
        "PayloadRemovalDisallowed" | "HasRemovalPasscode" | "IsEncrypted" => Kind::Boolean,
        "RemovalDate" | "PayloadExpirationDate" => Kind::Date,
        "EncryptedPayloadContent" => Kind::Data,
        "TargetDeviceType" => Kind::Integer,
        "ConsentText" => Kind::Dictionary,
        _ => return common(key),
    })
}

fn check_keys(_: Profile<'_>, part: Part<'_>, report: &mut Reporter<'_>) {
    for entry in part.dictionary().entries() {
        let key = entry.key();
        let kind = if part.is_profile() {
            top_level(&key)
        } else {
            common(&key)
        };
        if let Some(kind) = kind.filter(|kind| *kind != entry.value.kind()) {
            check_entry(entry, kind, report);
        }
    }
}

fn check_items(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let items = profile.content().and_then(Value::as_array);
    for item in items.into_iter().flatten() {
        if item.as_dictionary().is_none() {
            report
                .at(
                    item.span(),
                    format!("{} among the payloads", with_article(item.kind())),
                )
                .help("every item of `PayloadContent` is a dictionary");
        }
    }
}

/// Reports a value of another type.
fn check_entry(entry: Entry<'_>, kind: Kind, report: &mut Reporter<'_>) {
    let key = entry.key();
    report
        .at(
            place(entry),
            format!(
                "`{key}` is {} and has to be {}",
                with_article(entry.value.kind()),
                with_article(kind)
            ),
        )
        .help(match kind {
            Kind::Boolean => "write `<true/>` or `<false/>`",
            Kind::Date => "write `<date>2030-01-31T00:00:00Z</date>`",
            Kind::Array => "put the payloads into an `<array>`",
            Kind::Integer => "write a whole number as `<integer>`",
            Kind::Data => "write Base64 text as `<data>`",
            Kind::Dictionary => "write a `<dict>`",
            _ => "write it as `<string>`",
        });
}

/// A value of one line is shown as a whole, a longer one by its key.
fn place(entry: Entry<'_>) -> crate::source::Span {
    match entry.value.kind() {
        Kind::Dictionary | Kind::Array | Kind::Data => entry.key_span(),
        _ => entry.value.span(),
    }
}

/// The name of a type in a sentence.
fn with_article(kind: Kind) -> &'static str {
    match kind {
        Kind::Dictionary => "a dictionary",
        Kind::Array => "an array",
        Kind::String | Kind::Key => "a string",
        Kind::Integer => "an integer",
        Kind::Real => "a real number",
        Kind::Boolean => "a Boolean",
        Kind::Data => "data",
        Kind::Date => "a date",
        Kind::Uid => "a UID",
    }
}
