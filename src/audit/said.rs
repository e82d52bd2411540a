//! What profiles say of one setting of a Mac, where they do not say the same: a switch that is on in one and off in
//! another, two values that are forced, a privacy permission that is granted and denied.

use std::collections::BTreeMap;

use super::fact::Fact;
use super::kind::PRIVACY;
use super::origin::{Origin, Places};
use super::values::shown;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::plist::Kind;
use crate::profile::{Common as _, Payload};
use crate::schema;

/// Payloads that each describe something of their own, such as a network, a certificate, an account: another value in
/// another one contradicts nothing.
const OF_ONE_EACH: &[&str] = &[
    "com.apple.ADCertificate.managed",
    "com.apple.DirectoryService.managed",
    "com.apple.ManagedClient.preferences",
    "com.apple.dnsSettings.managed",
    "com.apple.extensiblesso",
    "com.apple.font",
    "com.apple.mail.managed",
    "com.apple.relay.managed",
    "com.apple.systempolicy.rule",
    "com.apple.webClip.managed",
    "com.apple.webcontent-filter",
    "com.apple.wifi.managed",
];

/// The same by a part of the name.
const OF_ONE_EACH_KIND: [&str; 6] = [
    ".account",
    "ethernet.managed",
    ".vpn.",
    "security.pkcs",
    "security.scep",
    "security.acme",
];

/// The values of one setting, each in words with its first place and how often it is there.
type Values = BTreeMap<String, (Origin, usize)>;

/// A fact in words, and its first place.
type Told = (Box<str>, Origin);

#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// By payload type or preference domain, and key.
    settings: BTreeMap<(Box<str>, Box<str>), Values>,
    /// Who is granted a privacy permission, and who is denied it.
    privacy: BTreeMap<Box<str>, [Option<Told>; 2]>,
}

impl Said {
    /// Adds the settings of a payload, or of preferences that are forced.
    pub(crate) fn add(&mut self, payload: Payload<'_>, places: &mut Places<'_>) {
        let Some(payload_type) = payload.payload_type() else {
            return;
        };
        let own = payload_type.as_str();
        let is_of_macs = payload.is_wrapped() || !schema::BUILT_IN.of_type(own).is_empty();
        let has_rules = ExtensionKind::of_payload_type(own).is_some();
        let is_one_each =
            OF_ONE_EACH.contains(&own) || OF_ONE_EACH_KIND.iter().any(|part| own.contains(part));
        if !is_of_macs || has_rules || is_one_each || !payload.is_forced() {
            return;
        }
        for entry in payload.dictionary().entries() {
            let key = entry.key();
            let is_scalar = match entry.value.kind() {
                Kind::Boolean | Kind::Integer | Kind::Real => true,
                Kind::String => payload.is_wrapped(),
                _ => false,
            };
            if is_scalar && !key.starts_with("Payload") {
                let values = self
                    .settings
                    .entry((own.into(), (*key).into()))
                    .or_default();
                let value = values.entry(shown(entry.value));
                let place = || (places.origin(entry.span()), 0);
                value.or_insert_with(place).1 += 1;
            }
        }
    }

    /// Adds a fact, if it is one about a privacy permission.
    pub(crate) fn add_fact(&mut self, fact: &Fact, place: &Origin) {
        if *fact.kind == PRIVACY {
            let sides = self
                .privacy
                .entry(fact.subject.as_str().into())
                .or_default();
            sides[usize::from(fact.opens)]
                .get_or_insert_with(|| (fact.text.as_str().into(), place.clone()));
        }
    }

    /// What contradicts itself, with places.
    pub(crate) fn contradictions(self) -> impl Iterator<Item = (String, Vec<Origin>)> {
        let settings = self.settings.into_iter().filter(|(_, own)| own.len() > 1);
        let settings = settings.map(|((payload_type, key), values)| {
            let told = values.iter().map(|(value, (_, count))| match count {
                1 => format!("{value} in 1 place"),
                count => format!("{value} in {count} places"),
            });
            let told: Vec<String> = told.collect();
            let message = format!(
                "{}: {} is {}: which one a Mac takes is not established",
                quoted(&payload_type),
                quoted(&key),
                told.join(" and ")
            );
            let places = values.into_values().map(|(place, _)| place);
            (message, places.collect())
        });
        let privacy = self.privacy.into_values().filter_map(|[denied, granted]| {
            let ((denied, no), (granted, yes)) = (denied?, granted?);
            Some((format!("{denied}, and {granted}: Deny wins"), vec![no, yes]))
        });
        privacy.chain(settings)
    }
}
