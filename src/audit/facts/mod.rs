//! Reads the facts of a profile from its payloads. A kind of payload is one row of [`READERS`], a key that says something
//! by itself one row of `settings_table`.

mod background;
mod certificates;
mod network;
mod privacy;
mod protections;
mod restrictions;
mod setting;
mod settings;
#[rustfmt::skip]
mod settings_table;
mod unclear;

use super::fact::Fact;
use crate::extension::ExtensionKind;
use crate::plist::Dictionary;
use crate::profile::permission::phrase;
pub(crate) use crate::profile::permission::{is_for_device, is_for_user};
use crate::profile::{Common, Payload, Profile, Text};
use crate::schema;
pub(crate) use settings::is_unordered;

/// A function that adds the facts of one payload.
type Reader = fn(Payload<'_>, &mut Vec<Fact>);

/// The payload types that are read, and whether the same settings work as preferences.
static READERS: &[(&str, bool, Reader)] = &[
    (
        "com.apple.TCC.configuration-profile-policy",
        false,
        privacy::privacy,
    ),
    (
        "com.apple.servicemanagement",
        false,
        background::background_items,
    ),
    (
        "com.apple.loginitems.managed",
        true,
        background::login_items,
    ),
    ("com.apple.mcxloginscripts", true, background::login_scripts),
    (
        "com.apple.webcontent-filter",
        false,
        network::content_filter,
    ),
    ("com.apple.dnsProxy.managed", false, network::dns_proxy),
    (
        "com.apple.dnsSettings.managed",
        false,
        network::encrypted_dns,
    ),
    ("com.apple.vpn.managed", false, network::vpn),
    ("com.apple.vpn.managed.applayer", false, network::vpn),
    ("com.apple.relay.managed", false, network::relay),
    (
        "com.apple.security.firewall",
        true,
        protections::firewall_apps,
    ),
    (
        "com.apple.systempolicy.rule",
        false,
        protections::gatekeeper_rule,
    ),
    ("com.apple.mdm", false, protections::management),
    ("com.apple.security.root", false, certificates::certificate),
    ("com.apple.security.pkcs1", false, certificates::certificate),
    ("com.apple.security.pem", false, certificates::certificate),
    (
        "com.apple.security.certificatetransparency",
        false,
        certificates::checks,
    ),
    (
        "com.apple.security.certificaterevocation",
        false,
        certificates::checks,
    ),
];

/// Whether something is read from payloads of a type.
pub(crate) fn is_judged(payload_type: &str) -> bool {
    ExtensionKind::of_payload_type(payload_type).is_some()
        || payload_type == protections::ESCROW
        || READERS.iter().any(|(own, ..)| *own == payload_type)
        || settings_table::SETTINGS
            .iter()
            .any(|row| row.types.contains(&payload_type))
}

/// Every fact of a profile, in the order of the file. Skips payloads that work only in the device
/// channel when the profile is for a user.
pub(crate) fn facts(profile: Profile<'_>) -> Vec<Fact> {
    let mut found = Vec::new();
    unclear::top_level(profile, &mut found);
    for (slot, payload) in profile.payloads().enumerate() {
        if is_for_user(profile) && is_for_device(payload) {
            continue;
        }
        read_payload(payload, slot, &mut found);
        if payload.is(protections::ESCROW) {
            protections::escrow(profile, payload, &mut found);
        }
        payload
            .wrapped()
            .for_each(|settings| read_payload(settings, slot, &mut found));
    }
    found
}

/// Reads a payload, the one with this number in its profile.
fn read_payload(payload: Payload<'_>, slot: usize, found: &mut Vec<Fact>) {
    let Some(payload_type) = payload.payload_type() else {
        return;
    };
    let (payload_type, count_before) = (payload_type.as_str(), found.len());
    for (known_type, in_preferences, read) in READERS {
        if *known_type == payload_type && (*in_preferences || !payload.is_wrapped()) {
            read(payload, found);
        }
    }
    let count_read = found.len();
    settings::read(payload_type, payload, found);
    restrictions::read(payload_type, payload, found);
    // Of one network another one's encryption is no protection.
    let described = schema::BUILT_IN.of_type(payload_type);
    if described.iter().any(|own| own.mac.multiple == Some(true)) {
        found[count_read..]
            .iter_mut()
            .for_each(|fact| fact.slot = Some(slot));
    }
    if !payload.is_forced() {
        // A setting that is not forced protects only until the user changes it, so only what it opens counts.
        let added = found.split_off(count_before);
        found.extend(added.into_iter().filter(|fact| fact.opens));
    }
    unclear::read(payload_type, payload, found);
}

/// A text of a dictionary; empty when it is missing.
fn text(dictionary: Dictionary<'_>, key: &str) -> String {
    owned(dictionary.get(key).and_then(Text::of))
}

fn owned(text: Option<Text<'_>>) -> String {
    text.map(|text| text.value.into_owned()).unwrap_or_default()
}
