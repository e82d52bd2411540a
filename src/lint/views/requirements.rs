//! Every code requirement of a payload, with the identifier beside it that it should name.

use super::placeholder;
use crate::plist::{Dictionary, Value};
use crate::profile::code_requirement::CodeRequirement;
use crate::profile::{Common as _, Payload, Text};

/// A requirement and what is beside it.
pub(crate) struct Stated<'d> {
    pub(crate) requirement: CodeRequirement<'d>,
    /// The dictionary that both are in.
    pub(crate) dictionary: Dictionary<'d>,
    /// Whether it is about a network extension.
    pub(crate) is_provider: bool,
    /// The app of a content filter, which contains the network extension.
    pub(crate) app: Option<String>,
    /// The bundle ID that the requirement is about; `None` for a path, and where Apple has no such key.
    pub(crate) bundle: Option<Text<'d>>,
}

/// Where requirements are: the key of the identifier, the key that says whether it is a bundle ID or a path (if there is
/// one), the key of the requirement. By Apple's descriptions of the payloads below.
const PLACES: [(&str, &str, &str); 8] = [
    ("Identifier", "IdentifierType", "CodeRequirement"),
    (
        "AEReceiverIdentifier",
        "AEReceiverIdentifierType",
        "AEReceiverCodeRequirement",
    ),
    (
        "FilterDataProviderBundleIdentifier",
        "",
        "FilterDataProviderDesignatedRequirement",
    ),
    (
        "FilterPacketProviderBundleIdentifier",
        "",
        "FilterPacketProviderDesignatedRequirement",
    ),
    (
        "URLFilterControlProviderBundleIdentifier",
        "",
        "URLFilterControlProviderDesignatedRequirement",
    ),
    (
        "ProviderBundleIdentifier",
        "",
        "ProviderDesignatedRequirement",
    ),
    ("", "", "DesignatedRequirement"),
    ("", "", "Requirement"),
];

/// The payloads that have some.
const PAYLOADS: [&str; 7] = [
    "com.apple.TCC.configuration-profile-policy",
    "com.apple.dnsProxy.managed",
    "com.apple.systempolicy.rule",
    "com.apple.vpn.managed",
    "com.apple.vpn.managed.applayer",
    "com.apple.vpn.managed.appmapping",
    "com.apple.webcontent-filter",
];

/// The requirements of a payload, in the order of the file. What a server or a template fills in is not judged.
pub(crate) fn of_payload(payload: Payload<'_>) -> Vec<Stated<'_>> {
    let is_one = |own: &Text<'_>| PAYLOADS.contains(&own.as_str());
    if !payload.payload_type().as_ref().is_some_and(is_one) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for dictionary in payload.dictionary().value().dictionaries() {
        for entry in dictionary.entries() {
            let key = entry.key();
            let place = PLACES.iter().find(|(.., requirement)| *requirement == key);
            let stated = place.and_then(|place| stated(dictionary, place));
            // Of equal keys the last counts.
            found.extend(stated.filter(|own| own.requirement.entry().number() == entry.number()));
        }
    }
    found.sort_by_key(|own| own.requirement.entry().span());
    found
}

/// The requirement at one of the places, if it is there.
fn stated<'d>(
    dictionary: Dictionary<'d>,
    (identifier, kind, requirement): &(&str, &str, &str),
) -> Option<Stated<'d>> {
    let requirement = CodeRequirement::of_key(dictionary, requirement)?;
    // Jamf Pro writes an empty one for a VPN, where Apple asks for none; Gatekeeper's rules need none either.
    let is_optional = matches!(*identifier, "ProviderBundleIdentifier" | "");
    let is_left_out = is_optional && requirement.text().is_empty();
    if is_left_out || placeholder::is_filled_in(requirement.text()) {
        return None;
    }
    let is_path = dictionary.get(kind).and_then(Value::as_str);
    let is_path = is_path.is_some_and(|kind| kind == "path");
    let bundle = dictionary.get(identifier).and_then(Text::of);
    let bundle = bundle.filter(|own| {
        let text = own.as_str();
        !is_path && !text.starts_with('/') && !placeholder::is_filled_in(text)
    });
    Some(Stated {
        requirement,
        dictionary,
        app: dictionary
            .get("PluginBundleID")
            .and_then(Value::as_str)
            .map(std::borrow::Cow::into_owned),
        is_provider: identifier.ends_with("ProviderBundleIdentifier"),
        bundle,
    })
}
