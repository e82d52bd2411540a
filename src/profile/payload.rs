//! One payload of a profile, and the keys that payloads and profiles share (Apple's `CommonPayloadKeys`).

use super::field::{self, Text};
use crate::plist::{Dictionary, Value};

/// What a profile and a payload have in common: the five `Payload…` keys that say who they are.
pub(crate) trait Common<'d>: Copy {
    /// The dictionary behind the view.
    fn dictionary(self) -> Dictionary<'d>;

    /// `PayloadType`, when it is a string.
    fn payload_type(self) -> Option<Text<'d>> {
        field::text(self.dictionary(), "PayloadType")
    }

    /// `PayloadIdentifier`, when it is a string.
    fn identifier(self) -> Option<Text<'d>> {
        field::text(self.dictionary(), "PayloadIdentifier")
    }

    /// `PayloadUUID`, when it is a string.
    fn uuid(self) -> Option<Text<'d>> {
        field::text(self.dictionary(), "PayloadUUID")
    }

    /// `PayloadVersion`, whatever it is.
    fn version(self) -> Option<Value<'d>> {
        self.dictionary().get("PayloadVersion")
    }

    /// `PayloadDisplayName`, when it is a string.
    fn display_name(self) -> Option<Text<'d>> {
        field::text(self.dictionary(), "PayloadDisplayName")
    }

    /// `PayloadDescription`, when it is a string.
    fn description(self) -> Option<Text<'d>> {
        field::text(self.dictionary(), "PayloadDescription")
    }

    /// `PayloadOrganization`, when it is a string.
    fn organization(self) -> Option<Text<'d>> {
        field::text(self.dictionary(), "PayloadOrganization")
    }
}

/// A dictionary in `PayloadContent`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload<'d> {
    /// The dictionary.
    dictionary: Dictionary<'d>,
}

impl<'d> Common<'d> for Payload<'d> {
    fn dictionary(self) -> Dictionary<'d> {
        self.dictionary
    }
}

impl<'d> Payload<'d> {
    /// The payload in a dictionary.
    pub(crate) fn new(dictionary: Dictionary<'d>) -> Self {
        Self { dictionary }
    }

    /// Whether it is of this `PayloadType`.
    pub(crate) fn is(self, payload_type: &str) -> bool {
        self.payload_type()
            .is_some_and(|own| own.as_str() == payload_type)
    }
}
