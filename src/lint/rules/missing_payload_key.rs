//! Keys that every profile or payload needs and one lacks.

use crate::escape::quoted;
use crate::lint::model::edit::add_entry;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::stable_uuid;
use crate::plist::Entry;
use crate::profile::{Common, Document, KnownKey, Part, Profile, Text};
use crate::severity::Severity;
use crate::source::Span;
use crate::suggest::nearest;

declare_rule! {
    /// A profile or payload in which a required key is missing or has an empty text: `PayloadType`, `PayloadVersion`,
    /// `PayloadIdentifier`, `PayloadUUID`, and for the profile `PayloadContent`.
    ///
    /// ## Why it matters
    ///
    /// Apple requires these keys. If one is missing, the whole profile can be refused. MDM reports the errors 1002 for
    /// the profile and 2002 for a payload, which Intune shows as -2016335110 and -2016334110. Even if a vendor ships
    /// the profile this way, or one Mac accepted it, another Mac may not.
    ///
    /// ## Example
    ///
    /// A payload without `PayloadVersion` and `PayloadUUID`:
    ///
    /// ```xml
    /// <dict>
    ///     <key>AllowUserOverrides</key>
    ///     <false/>
    ///     <key>AllowedTeamIdentifiers</key>
    ///     <array>
    ///         <string>K7Q2XD94WL</string>
    ///     </array>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions.kernel</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.syspolicy.kernel-extension-policy</string>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>AllowUserOverrides</key>
    ///     <false/>
    ///     <key>AllowedTeamIdentifiers</key>
    ///     <array>
    ///         <string>K7Q2XD94WL</string>
    ///     </array>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions.kernel</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.syspolicy.kernel-extension-policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1A02</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe: `PayloadVersion` has one legal value, and so does the profile's `PayloadType`. A UUID is made from the
    /// profile's identifier and the place of the payload, the same every time. A key that is present with different
    /// capitals (`payloadUUID`) is renamed. The other keys have no fix: you choose their values.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/CommonPayloadKeys.yaml` and `mdm/profiles/TopLevel.yaml`, `presence: required`
    /// - Microsoft Intune: the error codes of configuration profiles
    name: "missing-payload-key",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Document(check),
}

/// The keys that profiles and payloads need.
const REQUIRED: [KnownKey; 4] = [
    KnownKey::Type,
    KnownKey::Version,
    KnownKey::Identifier,
    KnownKey::Uuid,
];

/// Looks for a profile.
fn check(document: &Document<'_>, report: &mut Reporter<'_>) {
    if document.is_refused() {
        return;
    }
    let (place, what) = match (document.root(), Profile::of(document)) {
        (_, Some(profile)) if profile.is_profile() => return check_profile(profile, report),
        (Some(root), Some(_)) => (root.opening_span(), "this property list is something else"),
        // A file of white space, which a Mac reads as an empty dictionary.
        (None, _) => (Span::new(0, 1), "there is nothing in this file"),
        // A list or text: `malformed-profile` says so.
        (Some(_), None) => return,
    };
    report
        .at(place, format!("none of the keys of a profile: {what}"))
        .help(
            "a profile is a dictionary with `PayloadType` `Configuration` and the settings in `PayloadContent`",
        );
}

/// Checks the profile and every payload.
fn check_profile(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let root = profile.dictionary();
    for part in profile.parts() {
        for key in REQUIRED {
            if !part.has(key) {
                missing(profile, part, key, report);
            } else if let Some(empty) = empty(part, key) {
                empty_text(profile, part, (key, &empty), report);
            }
        }
    }
    // An encrypted profile keeps its payloads elsewhere, and a payload without a profile is told by
    // `wrong-profile-type`.
    let is_payload = profile
        .payload_type()
        .is_some_and(|own| own.as_str() != "Configuration");
    if profile.content().is_none()
        && !is_payload
        && root.entry("EncryptedPayloadContent").is_none()
        && let Some(part) = profile.parts().next()
    {
        missing(profile, part, KnownKey::Content, report);
    }
}

/// The text of a key, when there is nothing in it: as good as none.
fn empty(part: Part<'_>, key: KnownKey) -> Option<Text<'_>> {
    let text = Text::of(part.keyed().get(key)?)?;
    text.value.trim().is_empty().then_some(text)
}

/// Reports a key with an empty text.
fn empty_text(
    profile: Profile<'_>,
    part: Part<'_>,
    (key, text): (KnownKey, &Text<'_>),
    report: &mut Reporter<'_>,
) {
    let saying = report
        .at(
            text.element,
            format!("{} with an empty `{key}`", part.name()),
        )
        .label("this is as good as none")
        .help(what_to_add(key, part));
    if let Some(value) = value(profile, part, key) {
        saying.fix(Fix::safe(
            format!("fill in `{key}`"),
            [Edit::markup(text.element, value)],
        ));
    }
}

fn missing(profile: Profile<'_>, part: Part<'_>, key: KnownKey, report: &mut Reporter<'_>) {
    let misspelt = misspelling(part, key);
    let saying = report
        .at(part.opening(), format!("{} without `{key}`", part.name()))
        .label(format!("`{key}` is missing here"));
    if let Some(entry) = misspelt {
        let saying = saying
            .related(entry.key_span(), format!("did this mean `{key}`?"))
            .help(format!("write `{key}` for {}", quoted(&entry.key())));
        if entry.key().eq_ignore_ascii_case(key.name()) {
            saying.fix(Fix::safe(
                format!("write `{key}`"),
                [Edit::text(entry.key_inner_span(), key.name())],
            ));
        }
        return;
    }
    let saying = saying.help(what_to_add(key, part));
    let value = value(profile, part, key);
    let edit = value.and_then(|value| add_entry(part.dictionary(), key.name(), &value));
    if let Some(edit) = edit {
        saying.fix(Fix::safe(format!("add `{key}`"), [edit]));
    }
}

fn what_to_add(key: KnownKey, part: Part<'_>) -> &'static str {
    match key {
        KnownKey::Type if part.is_profile() => "add `PayloadType` with the string `Configuration`",
        KnownKey::Type => {
            "add the type of the payload, such as `com.apple.system-extension-policy`"
        }
        KnownKey::Version => "add `PayloadVersion` with the integer 1",
        KnownKey::Identifier => {
            "add an identifier in reverse-DNS form, such as `com.contoso.extensions`"
        }
        KnownKey::Uuid => "add a UUID of its own; `uuidgen` makes one",
        _ => "put the payloads into an array `PayloadContent`",
    }
}

/// The value of a key, as XML, where there is only one or where any will do.
fn value(profile: Profile<'_>, part: Part<'_>, key: KnownKey) -> Option<String> {
    match key {
        KnownKey::Type if part.is_profile() && profile.payloads().next().is_some() => {
            Some("<string>Configuration</string>".to_owned())
        }
        KnownKey::Version => Some("<integer>1</integer>".to_owned()),
        KnownKey::Uuid => {
            stable_uuid::derive(profile, part).map(|uuid| format!("<string>{uuid}</string>"))
        }
        _ => None,
    }
}

/// A key that is nearly the missing one: other case, or a letter off.
fn misspelling(part: Part<'_>, key: KnownKey) -> Option<Entry<'_>> {
    part.dictionary().entries().find(|entry| {
        let (own, key) = (entry.key(), key.name());
        own.len().abs_diff(key.len()) <= 2
            && REQUIRED.iter().all(|known| known.name() != own)
            && !own.starts_with("PayloadCo")
            && nearest(&own, [key]).is_some()
    })
}
