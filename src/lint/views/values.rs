//! What the walk over a profile hands to rules beside Apple's own words: names that repeat, UUIDs and identifiers with
//! who had them before, and what an MDM server fills in.

use std::collections::HashMap;

use super::case_insensitive::pairs;
use super::placeholder::{self, MdmPlaceholder};
use crate::plist::Value;
use crate::profile::{Common as _, Document, KnownKey, Part, Profile, Strings, Text};
use crate::source::Span;

/// A name that repeats an earlier one of its list, to the letter or but for case.
pub(crate) struct Repetition<'d> {
    /// The key of the list, or of the dictionary it is in.
    pub(crate) key: KnownKey,
    pub(crate) list: Strings<'d>,
    pub(crate) first: Text<'d>,
    pub(crate) again: Text<'d>,
}

impl<'d> Repetition<'d> {
    pub(crate) fn is_equal(&self) -> bool {
        self.first.value == self.again.value
    }

    /// Every repetition in these lists.
    pub(crate) fn all(lists: &[(KnownKey, Strings<'d>)]) -> Vec<Self> {
        let mut found = Vec::new();
        for (key, list) in lists {
            found.extend(pairs(*list).into_iter().map(|(first, again)| Self {
                key: *key,
                list: *list,
                first,
                again,
            }));
        }
        found
    }
}

/// A `PayloadUUID` of the profile or of one of its payloads.
pub(crate) struct OwnUuid<'d> {
    pub(crate) profile: Profile<'d>,
    pub(crate) part: Part<'d>,
    pub(crate) text: Text<'d>,
    /// The first part of the profile that has the same one; case does not matter.
    pub(crate) earlier: Option<Part<'d>>,
}

impl<'d> OwnUuid<'d> {
    pub(crate) fn all(profile: Profile<'d>) -> Vec<Self> {
        let mut first = HashMap::new();
        let mut found = Vec::new();
        for part in profile.parts() {
            let Some(text) = part.uuid() else { continue };
            let key = text.as_str().to_ascii_uppercase();
            let earlier = if key.is_empty() {
                None
            } else {
                let first = *first.entry(key).or_insert(part);
                (first.position() != part.position()).then_some(first)
            };
            found.push(Self {
                profile,
                part,
                text,
                earlier,
            });
        }
        found
    }
}

/// The `PayloadIdentifier` of a payload.
pub(crate) struct OwnIdentifier<'d> {
    pub(crate) text: Text<'d>,
    /// The first payload that has the same one.
    pub(crate) earlier: Option<Span>,
    /// The profile's own identifier, if it is the same.
    pub(crate) of_profile: Option<Span>,
}

impl<'d> OwnIdentifier<'d> {
    pub(crate) fn all(profile: Profile<'d>) -> Vec<Self> {
        let own = profile.identifier();
        let mut first = HashMap::new();
        let mut found = Vec::new();
        for payload in profile.payloads() {
            let Some(text) = payload.identifier().filter(|own| !own.value.is_empty()) else {
                continue;
            };
            let first = *first.entry(text.value.clone()).or_insert(text.span);
            let of_profile = own.as_ref().filter(|own| own.value == text.value);
            found.push(Self {
                earlier: (first != text.span).then_some(first),
                of_profile: of_profile.map(|own| own.span),
                text,
            });
        }
        found
    }
}

/// A string that holds what an MDM server fills in.
pub(crate) struct Placeholder<'d> {
    pub(crate) value: Value<'d>,
    pub(crate) kind: MdmPlaceholder,
    /// The first placeholder in it, as it is written.
    pub(crate) name: String,
}

impl<'d> Placeholder<'d> {
    pub(crate) fn all(document: &'d Document<'_>) -> Vec<Self> {
        let strings = document.tree.leaves();
        let found = strings.filter_map(|value| {
            let text = value.as_str()?;
            let (kind, range) = placeholder::of_mdm(&text)?;
            let name = text[range].to_owned();
            Some(Self { value, kind, name })
        });
        found.collect()
    }
}
