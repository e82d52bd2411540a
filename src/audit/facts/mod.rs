//! Reads the facts of a profile from its payloads. A kind of payload is one row of [`READERS`], a key that says something
//! by itself one row of `switches`.

mod background;
mod certificates;
mod network;
mod privacy;
mod protections;
mod restrictions;
mod switches;
mod unclear;

use super::fact::Fact;
use crate::plist::Dictionary;
use crate::profile::permission::phrase;
pub(crate) use crate::profile::permission::{is_for_device, is_for_user};
use crate::profile::{Common, Payload, Profile, Text};

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
    (
        "com.apple.security.FDERecoveryKeyEscrow",
        false,
        protections::escrow,
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

/// Every fact of a profile, in the order of the file. Skips payloads that work only in the device
/// channel when the profile is for a user.
pub(crate) fn facts(profile: Profile<'_>) -> Vec<Fact> {
    let mut found = Vec::new();
    unclear::top_level(profile, &mut found);
    for payload in profile.payloads() {
        if is_for_user(profile) && is_for_device(payload) {
            continue;
        }
        read_payload(payload, &mut found);
        payload
            .wrapped()
            .for_each(|settings| read_payload(settings, &mut found));
    }
    found
}

fn read_payload(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let Some(payload_type) = payload.payload_type() else {
        return;
    };
    let (payload_type, count_before) = (payload_type.as_str(), found.len());
    for (known_type, in_preferences, read) in READERS {
        if *known_type == payload_type && (*in_preferences || !payload.is_wrapped()) {
            read(payload, found);
        }
    }
    switches::read(payload_type, payload, found);
    restrictions::read(payload_type, payload, found);
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
