//! One payload of a profile, and the keys that payloads and profiles share (Apple's `CommonPayloadKeys`).

use super::field::Text;
use super::known::{Keyed, KnownKey};
use crate::plist::{Dictionary, Entry, Value};

/// What a profile and a payload have in common: the five `Payload…` keys that say who they are.
pub(crate) trait Common<'d>: Copy {
    /// The dictionary behind the view, with the places of its known keys.
    fn keyed(self) -> Keyed<'d>;

    /// The dictionary behind the view.
    fn dictionary(self) -> Dictionary<'d> {
        self.keyed().dictionary
    }

    /// Whether it has a key, whatever its value is.
    fn has(self, key: KnownKey) -> bool {
        self.keyed().entry(key).is_some()
    }

    /// `PayloadType`, when it is a string.
    fn payload_type(self) -> Option<Text<'d>> {
        self.keyed().text(KnownKey::Type)
    }

    /// `PayloadIdentifier`, when it is a string.
    fn identifier(self) -> Option<Text<'d>> {
        self.keyed().text(KnownKey::Identifier)
    }

    /// `PayloadUUID`, when it is a string.
    fn uuid(self) -> Option<Text<'d>> {
        self.keyed().text(KnownKey::Uuid)
    }

    /// `PayloadVersion`, whatever it is.
    fn version(self) -> Option<Value<'d>> {
        self.keyed().get(KnownKey::Version)
    }

    /// `PayloadDisplayName`, when it is a string.
    fn display_name(self) -> Option<Text<'d>> {
        self.keyed().text(KnownKey::DisplayName)
    }

    /// `PayloadDescription`, when it is a string.
    fn description(self) -> Option<Text<'d>> {
        self.keyed().text(KnownKey::Description)
    }

    /// `PayloadOrganization`, when it is a string.
    fn organization(self) -> Option<Text<'d>> {
        self.keyed().text(KnownKey::Organization)
    }
}

/// A dictionary in `PayloadContent`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload<'d> {
    keyed: Keyed<'d>,
    /// Of settings inside a payload for preferences.
    wrapping: Option<Wrapping<'d>>,
}

/// Where settings inside a payload for preferences are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wrapping<'d> {
    /// The preference domain: its key stands for the type.
    pub(crate) domain: Entry<'d>,
    /// Whether people cannot change them: `Forced`, and not `Set-Once`.
    pub(crate) is_forced: bool,
}

impl<'d> Common<'d> for Payload<'d> {
    fn keyed(self) -> Keyed<'d> {
        self.keyed
    }

    fn payload_type(self) -> Option<Text<'d>> {
        let own = || self.keyed.text(KnownKey::Type);
        self.wrapping
            .map_or_else(own, |wrapping| Some(Text::of_key(wrapping.domain)))
    }
}

impl<'d> Payload<'d> {
    /// The payload in a dictionary.
    pub(crate) fn new(keyed: impl Into<Keyed<'d>>) -> Self {
        Self {
            keyed: keyed.into(),
            wrapping: None,
        }
    }

    pub(crate) fn is(self, payload_type: &str) -> bool {
        self.payload_type()
            .is_some_and(|own| own.as_str() == payload_type)
    }

    /// Whether its settings are wrapped in a payload for preferences.
    pub(crate) fn is_wrapped(self) -> bool {
        self.wrapping.is_some()
    }

    /// Whether people cannot change its settings: all but those that preferences set once.
    pub(crate) fn is_forced(self) -> bool {
        self.wrapping.is_none_or(|wrapping| wrapping.is_forced)
    }

    /// The settings in a payload of the type `com.apple.ManagedClient.preferences`, each with its preference domain.
    pub(crate) fn wrapped_settings(self) -> Vec<(Wrapping<'d>, Dictionary<'d>)> {
        if !self.is("com.apple.ManagedClient.preferences") {
            return Vec::new();
        }
        let content = self.dictionary().get("PayloadContent");
        let domains = content.and_then(Value::as_dictionary).into_iter();
        let mut found = Vec::new();
        for domain in domains.flat_map(Dictionary::entries) {
            let ways = domain.value.as_dictionary().into_iter();
            for way in ways.flat_map(Dictionary::entries) {
                let is_forced = way.key() == "Forced";
                let sets = way.value.as_array().into_iter().flatten();
                for set in sets.filter_map(Value::as_dictionary) {
                    let settings = set
                        .get("mcx_preference_settings")
                        .and_then(Value::as_dictionary);
                    let wrapping = Wrapping { domain, is_forced };
                    found.extend(settings.map(|settings| (wrapping, settings)));
                }
            }
        }
        found
    }

    /// The same as payloads, whose types are the domains. A whole profile among them is nobody's settings.
    pub(crate) fn wrapped(self) -> impl Iterator<Item = Self> {
        let wrapped = self.wrapped_settings().into_iter();
        let wrapped = wrapped.filter(|(_, settings)| settings.entry("PayloadType").is_none());
        wrapped.map(|(wrapping, settings)| Self {
            keyed: settings.into(),
            wrapping: Some(wrapping),
        })
    }
}
