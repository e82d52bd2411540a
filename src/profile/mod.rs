//! What administrators already have: configuration profiles, read with places, seen through Apple's own words.
//!
//! The views borrow the tree and hand out what stands there, wrong types included; they judge nothing.

pub(crate) mod allowed;
mod document;
mod extension_policy;
mod field;
mod kernel_extensions;
mod key_path;
mod part;
mod payload;
pub(crate) mod repository;
mod system_extensions;
mod walk;

pub(crate) use document::{Document, Encoding, Envelope, text_of, with_document};
pub(crate) use extension_policy::ExtensionPolicy;
pub(crate) use field::{PerTeam, Strings, TeamEntry, Text};
pub(crate) use kernel_extensions::KernelExtensionPolicy;
pub(crate) use key_path::KeyPaths;
pub(crate) use part::Part;
pub(crate) use payload::{Common, Payload};
pub(crate) use system_extensions::SystemExtensionPolicy;
pub(crate) use walk::{At, Walk};

use crate::plist::{Dictionary, Value};

/// The top-level dictionary of a profile (`PayloadType` is `Configuration`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile<'d> {
    /// The root dictionary.
    root: Dictionary<'d>,
}

impl<'d> Common<'d> for Profile<'d> {
    fn dictionary(self) -> Dictionary<'d> {
        self.root
    }
}

impl<'d> Profile<'d> {
    /// The profile in a document; `None` when its root is no dictionary.
    pub(crate) fn of(document: &'d Document<'_>) -> Option<Self> {
        let root = document.root()?.as_dictionary()?;
        Some(Self { root })
    }

    /// `PayloadScope`: `System` or `User`, when it is a string.
    pub(crate) fn scope(self) -> Option<Text<'d>> {
        field::text(self.root, "PayloadScope")
    }

    /// `PayloadContent`, whatever it is.
    pub(crate) fn content(self) -> Option<Value<'d>> {
        self.root.get("PayloadContent")
    }

    /// Whether it has any of the keys that make a dictionary a profile. Without one it is another property list, and what
    /// else it lacks is not worth telling.
    pub(crate) fn is_profile(self) -> bool {
        [
            "PayloadType",
            "PayloadVersion",
            "PayloadIdentifier",
            "PayloadUUID",
            "PayloadContent",
        ]
        .iter()
        .any(|key| self.root.entry(key).is_some())
    }

    /// The payloads: the dictionaries in `PayloadContent`.
    pub(crate) fn payloads(self) -> impl Iterator<Item = Payload<'d>> {
        self.content()
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_dictionary)
            .map(Payload::new)
    }

    /// The profile itself and every payload: whatever has to carry the keys of [`Common`].
    pub(crate) fn parts(self) -> impl Iterator<Item = Part<'d>> {
        let items = self.content().and_then(Value::as_array);
        let payloads = items.into_iter().flatten().enumerate();
        std::iter::once(Part::profile(self.root)).chain(
            payloads.filter_map(|(position, item)| {
                Some(Part::payload(item.as_dictionary()?, position))
            }),
        )
    }

    /// The payloads that approve kernel or system extensions.
    pub(crate) fn extension_policies(self) -> impl Iterator<Item = ExtensionPolicy<'d>> {
        self.payloads().filter_map(ExtensionPolicy::of)
    }
}
