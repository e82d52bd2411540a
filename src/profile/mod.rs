//! What administrators already have: configuration profiles, read with places, seen through Apple's own words.
//!
//! The views borrow the tree and hand out what is there, wrong types included; they judge nothing.

pub(crate) mod allowed;
mod approvals;
pub(crate) mod background_items;
pub(crate) mod code_requirement;
pub(crate) mod content_filter;
mod document;
mod extension_policy;
mod field;
pub(crate) mod grade;
mod kernel_extensions;
mod key_path;
mod known;
pub(crate) mod notifications;
mod part;
mod payload;
pub(crate) mod permission;
pub(crate) mod privacy;
pub(crate) mod refusal;
pub(crate) mod repository;
mod system_extensions;
mod walk;

pub(crate) use approvals::{Approvals, ListedName, Names, TeamName};
pub(crate) use document::{Document, Envelope, with_document};
pub(crate) use extension_policy::ExtensionPolicy;
pub(crate) use field::{PerTeam, Strings, TeamEntry, Text, switch};
pub(crate) use kernel_extensions::KernelExtensionPolicy;
pub(crate) use key_path::KeyPaths;
pub(crate) use known::KnownKey;
pub(crate) use part::Part;
pub(crate) use payload::{Common, Payload};
pub(crate) use system_extensions::SystemExtensionPolicy;
pub(crate) use walk::{At, Walk};

use crate::plist::{Dictionary, Value};
use known::{Keyed, KnownKeys};

/// The top-level dictionary of a profile (`PayloadType` is `Configuration`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile<'d> {
    root: Dictionary<'d>,
    /// Its payloads, and where its known keys are.
    known_keys: &'d KnownKeys,
}

impl<'d> Common<'d> for Profile<'d> {
    fn keyed(self) -> Keyed<'d> {
        self.known_keys.root(self.root)
    }
}

impl<'d> Profile<'d> {
    /// The profile in a document; `None` when its root is not a dictionary.
    pub(crate) fn of(document: &'d Document<'_>) -> Option<Self> {
        let root = document.root()?.as_dictionary()?;
        let known_keys = document.known_keys(root);
        Some(Self { root, known_keys })
    }

    /// `PayloadScope`: `System` or `User`, when it is a string.
    pub(crate) fn scope(self) -> Option<Text<'d>> {
        self.keyed().text(KnownKey::Scope)
    }

    /// `PayloadContent`, whatever it is.
    pub(crate) fn content(self) -> Option<Value<'d>> {
        self.keyed().get(KnownKey::Content)
    }

    /// Whether it has any of the keys that make a dictionary a profile. Without one it is another property list, and what
    /// else it lacks is not worth telling.
    pub(crate) fn is_profile(self) -> bool {
        [
            KnownKey::Type,
            KnownKey::Version,
            KnownKey::Identifier,
            KnownKey::Uuid,
            KnownKey::Content,
        ]
        .into_iter()
        .any(|key| self.has(key))
    }

    /// The payloads: the dictionaries in `PayloadContent`.
    pub(crate) fn payloads(self) -> impl Iterator<Item = Payload<'d>> {
        let all = self.known_keys.payloads(self.root);
        all.map(|(_, keyed)| Payload::new(keyed))
    }

    /// The payloads, each followed by the settings of preference domains that it wraps.
    pub(crate) fn payloads_and_wrapped(self) -> impl Iterator<Item = Payload<'d>> {
        self.payloads()
            .flat_map(|payload| std::iter::once(payload).chain(payload.wrapped()))
    }

    /// The profile itself and every payload: whatever has to carry the keys of [`Common`].
    pub(crate) fn parts(self) -> impl Iterator<Item = Part<'d>> {
        let payloads = self.known_keys.payloads(self.root);
        let payloads = payloads.map(|(position, keyed)| Part::payload(keyed, position));
        std::iter::once(Part::profile(self.keyed())).chain(payloads)
    }

    /// The payloads that approve kernel or system extensions.
    pub(crate) fn extension_policies(self) -> impl Iterator<Item = ExtensionPolicy<'d>> {
        let policies = self.known_keys.extension_policies(self.root);
        policies.map(|(kind, keyed)| ExtensionPolicy::of_kind(kind, Payload::new(keyed)))
    }
}
