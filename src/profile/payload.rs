//! One payload of a profile, and the keys that payloads and profiles share (Apple's `CommonPayloadKeys`).

use super::field::Text;
use super::known::{Keyed, Known};
use crate::plist::{Dictionary, Value};

/// What a profile and a payload have in common: the five `Payload…` keys that say who they are.
pub(crate) trait Common<'d>: Copy {
    /// The dictionary behind the view, with the places of its known keys.
    fn keyed(self) -> Keyed<'d>;

    /// The dictionary behind the view.
    fn dictionary(self) -> Dictionary<'d> {
        self.keyed().dictionary
    }

    /// Whether it has a key, whatever its value is.
    fn has(self, key: Known) -> bool {
        self.keyed().entry(key).is_some()
    }

    /// `PayloadType`, when it is a string.
    fn payload_type(self) -> Option<Text<'d>> {
        self.keyed().text(Known::Type)
    }

    /// `PayloadIdentifier`, when it is a string.
    fn identifier(self) -> Option<Text<'d>> {
        self.keyed().text(Known::Identifier)
    }

    /// `PayloadUUID`, when it is a string.
    fn uuid(self) -> Option<Text<'d>> {
        self.keyed().text(Known::Uuid)
    }

    /// `PayloadVersion`, whatever it is.
    fn version(self) -> Option<Value<'d>> {
        self.keyed().get(Known::Version)
    }

    /// `PayloadDisplayName`, when it is a string.
    fn display_name(self) -> Option<Text<'d>> {
        self.keyed().text(Known::DisplayName)
    }

    /// `PayloadDescription`, when it is a string.
    fn description(self) -> Option<Text<'d>> {
        self.keyed().text(Known::Description)
    }

    /// `PayloadOrganization`, when it is a string.
    fn organization(self) -> Option<Text<'d>> {
        self.keyed().text(Known::Organization)
    }
}

/// A dictionary in `PayloadContent`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload<'d> {
    /// The dictionary.
    keyed: Keyed<'d>,
}

impl<'d> Common<'d> for Payload<'d> {
    fn keyed(self) -> Keyed<'d> {
        self.keyed
    }
}

impl<'d> Payload<'d> {
    /// The payload in a dictionary.
    pub(crate) fn new(keyed: impl Into<Keyed<'d>>) -> Self {
        Self {
            keyed: keyed.into(),
        }
    }

    /// Whether it is of this `PayloadType`.
    pub(crate) fn is(self, payload_type: &str) -> bool {
        let own = self.keyed().get(Known::Type).and_then(Value::as_str);
        own.is_some_and(|own| own == payload_type)
    }
}
