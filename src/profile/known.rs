//! The keys that rule after rule asks for, found in one pass over each dictionary. A repository of ten thousand profiles
//! would else be searched for the same ten keys some sixty times.

use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Entry, Value};

/// A key that views look up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum KnownKey {
    /// What every profile and payload has.
    Type,
    Identifier,
    Uuid,
    /// The version of its format.
    Version,
    /// Its name for people.
    DisplayName,
    Description,
    Organization,
    /// The payloads of a profile.
    Content,
    /// Whom a profile is for.
    Scope,
    /// The day on which it goes.
    RemovalDate,
    /// The day on which it does not count any more.
    ExpirationDate,
    /// Whether people may approve more.
    UserOverrides,
    /// Whether people who are not administrators may.
    NonAdminApprovals,
    /// Teams that are allowed whole.
    Teams,
    /// Kernel extensions by team.
    KernelExtensions,
    /// System extensions by team.
    SystemExtensions,
    /// Types of system extensions by team.
    Types,
    /// What may remove itself.
    Removable,
    /// What nobody may remove.
    NonRemovable,
    /// What nobody may remove in Settings.
    NonRemovableFromUi,
}

impl KnownKey {
    /// Every key in Apple's words, in the order of the variants.
    const NAMES: [(Self, &'static str); 20] = [
        (Self::Type, "PayloadType"),
        (Self::Identifier, "PayloadIdentifier"),
        (Self::Uuid, "PayloadUUID"),
        (Self::Version, "PayloadVersion"),
        (Self::DisplayName, "PayloadDisplayName"),
        (Self::Description, "PayloadDescription"),
        (Self::Organization, "PayloadOrganization"),
        (Self::Content, "PayloadContent"),
        (Self::Scope, "PayloadScope"),
        (Self::RemovalDate, "RemovalDate"),
        (Self::ExpirationDate, "PayloadExpirationDate"),
        (Self::UserOverrides, "AllowUserOverrides"),
        (Self::NonAdminApprovals, "AllowNonAdminUserApprovals"),
        (Self::Teams, "AllowedTeamIdentifiers"),
        (Self::KernelExtensions, "AllowedKernelExtensions"),
        (Self::SystemExtensions, "AllowedSystemExtensions"),
        (Self::Types, "AllowedSystemExtensionTypes"),
        (Self::Removable, "RemovableSystemExtensions"),
        (Self::NonRemovable, "NonRemovableSystemExtensions"),
        (
            Self::NonRemovableFromUi,
            "NonRemovableFromUISystemExtensions",
        ),
    ];

    /// The key, in Apple's words.
    pub(crate) const fn name(self) -> &'static str {
        Self::NAMES[self as usize].1
    }

    /// Whether every payload has it, and text in it.
    pub(crate) const fn is_text(self) -> bool {
        matches!(
            self,
            Self::Type
                | Self::Identifier
                | Self::Uuid
                | Self::DisplayName
                | Self::Description
                | Self::Organization
        )
    }

    /// The one with this name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let mut all = Self::NAMES.into_iter();
        all.find(|(_, own)| *own == name).map(|(key, _)| key)
    }
}

impl std::fmt::Display for KnownKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Where the known keys of one dictionary are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyPlaces {
    /// The nodes, 0 for one that is missing.
    nodes: [u32; KnownKey::NAMES.len()],
}

impl KeyPlaces {
    /// Looks through a dictionary once.
    pub(super) fn of(dictionary: Dictionary<'_>) -> Self {
        let mut places = Self::default();
        for entry in dictionary.entries() {
            if let Some(known) = KnownKey::of(&entry.key()) {
                // Of several equal keys the last counts.
                places.nodes[known as usize] = entry.number();
            }
        }
        places
    }

    /// The entry of a key in the dictionary that was looked through.
    pub(super) fn entry<'d>(
        &self,
        dictionary: Dictionary<'d>,
        known: KnownKey,
    ) -> Option<Entry<'d>> {
        let number = self.nodes[known as usize];
        (number != 0).then(|| dictionary.entry_numbered(number))
    }
}

/// A dictionary of a profile with the places of its known keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyed<'d> {
    pub(super) dictionary: Dictionary<'d>,
    /// Its known keys, if somebody looked for them already.
    places: Option<&'d KeyPlaces>,
}

impl<'d> Keyed<'d> {
    /// A dictionary that was looked through.
    fn new(dictionary: Dictionary<'d>, places: &'d KeyPlaces) -> Self {
        Self {
            dictionary,
            places: Some(places),
        }
    }

    /// The entry of a key; of several the last.
    pub(crate) fn entry(self, known: KnownKey) -> Option<Entry<'d>> {
        match self.places {
            Some(places) => places.entry(self.dictionary, known),
            None => self.dictionary.entry(known.name()),
        }
    }

    /// The value of a key; of several the last.
    pub(crate) fn get(self, known: KnownKey) -> Option<Value<'d>> {
        self.entry(known).map(|entry| entry.value)
    }
}

impl<'d> From<Dictionary<'d>> for Keyed<'d> {
    /// A dictionary in which every key is searched for again.
    fn from(dictionary: Dictionary<'d>) -> Self {
        Self {
            dictionary,
            places: None,
        }
    }
}

/// What was found in one profile.
#[derive(Debug, Default)]
pub(super) struct KnownKeys {
    root: KeyPlaces,
    payloads: Vec<FoundPayload>,
}

/// A payload of a profile.
#[derive(Debug)]
struct FoundPayload {
    node: u32,
    /// The place in `PayloadContent`, from 0.
    position: usize,
    approves: Option<ExtensionKind>,
    places: KeyPlaces,
}

impl FoundPayload {
    /// The payload in the profile with this dictionary.
    fn keyed<'d>(&'d self, root: Dictionary<'d>) -> Option<Keyed<'d>> {
        let dictionary = root.value().numbered(self.node).as_dictionary()?;
        Some(Keyed::new(dictionary, &self.places))
    }
}

impl KnownKeys {
    /// Looks through a profile and its payloads.
    pub(super) fn of(root: Dictionary<'_>) -> Self {
        let own = KeyPlaces::of(root);
        let content = own.entry(root, KnownKey::Content).map(|entry| entry.value);
        let items = content.and_then(Value::as_array).into_iter().flatten();
        let payloads = items.enumerate().filter_map(|(position, item)| {
            let dictionary = item.as_dictionary()?;
            let places = KeyPlaces::of(dictionary);
            let payload_type = places.entry(dictionary, KnownKey::Type);
            let payload_type = payload_type.and_then(|entry| entry.value.as_str());
            Some(FoundPayload {
                node: item.number(),
                position,
                approves: payload_type.and_then(|name| ExtensionKind::of_payload_type(&name)),
                places,
            })
        });
        Self {
            root: own,
            payloads: payloads.collect(),
        }
    }

    /// The profile's own dictionary.
    pub(super) fn root<'d>(&'d self, root: Dictionary<'d>) -> Keyed<'d> {
        Keyed::new(root, &self.root)
    }

    /// The payloads of the same profile, each with its place in `PayloadContent`.
    pub(super) fn payloads<'d>(
        &'d self,
        root: Dictionary<'d>,
    ) -> impl Iterator<Item = (usize, Keyed<'d>)> {
        let payloads = self.payloads.iter();
        payloads.filter_map(move |found| Some((found.position, found.keyed(root)?)))
    }

    /// Those of them that approve extensions.
    pub(super) fn extension_policies<'d>(
        &'d self,
        root: Dictionary<'d>,
    ) -> impl Iterator<Item = (ExtensionKind, Keyed<'d>)> {
        let payloads = self.payloads.iter();
        payloads.filter_map(move |found| Some((found.approves?, found.keyed(root)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::with_document;

    #[test]
    fn every_known_key_is_found_where_a_search_finds_it() {
        let mut entries = String::new();
        let all = KnownKey::NAMES;
        for (known, _) in all.iter().rev().chain(&all[..4]) {
            entries.push_str("<key>Other</key><true/><key>");
            entries.push_str(known.name());
            entries.push_str("</key><array><string>a</string></array>");
        }
        let text = format!("<plist version=\"1.0\"><dict>{entries}</dict></plist>");
        with_document("a", text.as_bytes(), |document| {
            let root = document.root().unwrap().as_dictionary().unwrap();
            let places = KeyPlaces::of(root);
            for (known, _) in KnownKey::NAMES {
                let found = places.entry(root, known).unwrap();
                assert_eq!(found.span(), root.entry(known.name()).unwrap().span());
            }
        });
    }

    #[test]
    fn the_numbers_follow_the_list() {
        for (number, (known, _)) in KnownKey::NAMES.into_iter().enumerate() {
            assert_eq!(known as usize, number);
            assert_eq!(KnownKey::of(known.name()), Some(known));
        }
    }
}
