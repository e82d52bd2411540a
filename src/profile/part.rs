//! The profile or one of its payloads, for rules about the keys that both carry.

use super::Common;
use super::known::Keyed;
use crate::source::Span;

/// The profile itself, or one payload with its place in `PayloadContent`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'d> {
    keyed: Keyed<'d>,
    /// The place in `PayloadContent`, from 0; `None` for the profile.
    position: Option<usize>,
}

impl<'d> Common<'d> for Part<'d> {
    fn keyed(self) -> Keyed<'d> {
        self.keyed
    }
}

impl<'d> Part<'d> {
    pub(super) fn profile(keyed: Keyed<'d>) -> Self {
        Self {
            keyed,
            position: None,
        }
    }

    pub(super) fn payload(keyed: Keyed<'d>, position: usize) -> Self {
        Self {
            keyed,
            position: Some(position),
        }
    }

    /// Whether it is the profile itself.
    pub(crate) fn is_profile(self) -> bool {
        self.position.is_none()
    }

    /// The place in `PayloadContent`; `None` for the profile.
    pub(crate) fn position(self) -> Option<usize> {
        self.position
    }

    /// What to call it in a message.
    pub(crate) fn name(self) -> &'static str {
        if self.is_profile() {
            "profile"
        } else {
            "payload"
        }
    }

    /// Where something that is missing in it is reported: the open tag.
    pub(crate) fn opening(self) -> Span {
        self.dictionary().value().opening_span()
    }
}
