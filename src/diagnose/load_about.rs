//! Which extension a line of a load output speaks of. A folder may be called otherwise than its extension.

use std::collections::{BTreeMap, BTreeSet};

use super::subject::Subject;
use super::text::{Line, Text};

/// The folders that a line names together with a bundle ID. A folder may be called otherwise than its extension.
pub(super) struct Folders<'s> {
    /// Folders of the subject, with the extension in them.
    own: BTreeMap<String, &'s str>,
    /// Folders of other extensions.
    other: BTreeSet<String>,
}

impl<'s> Folders<'s> {
    /// Looks through all lines.
    pub(super) fn of(text: &Text, subject: &'s Subject) -> Self {
        let mut folders = Self {
            own: BTreeMap::new(),
            other: BTreeSet::new(),
        };
        for line in text.lines() {
            let Some(folder) = folder(line.text) else {
                continue;
            };
            // The copy that is staged has a name of its own, which only this sentence ties to the extension.
            let staged = line.text.split_once("failed to validate, deleting:");
            let bundles = match staged {
                Some((named, _)) => subject.named_in(named),
                None => subject.identified_in(line.text),
            };
            if let [bundle, ..] = bundles[..] {
                folders.own.entry(folder.to_owned()).or_insert(bundle);
            } else if staged.is_some() || names_an_id(line.text) {
                folders.other.insert(folder.to_owned());
            }
        }
        folders
    }
}

/// The last folder `NAME.kext` of a line.
pub(super) fn folder(text: &str) -> Option<&str> {
    let end = text.rfind(".kext")?;
    let start = text[..end].rfind(['/', '"', '(']).map_or(0, |at| at + 1);
    Some(&text[start..end])
}

/// Whether a line names an extension by its bundle ID.
pub(super) fn names_an_id(text: &str) -> bool {
    [
        "ID = ",
        "identifiers ",
        "Unable to load '",
        "Could not use '",
        " -b ",
        "--bundle-identifier ",
        "executable kext bundle ",
    ]
    .iter()
    .any(|name| text.contains(name))
}

/// Which extension a line speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum About<'s> {
    /// Those that are asked about, by bundle ID.
    Subject(Vec<&'s str>),
    Other,
    /// A folder whose bundle ID is not told.
    Unclear,
    /// None is named so far.
    Unknown,
}

impl<'s> About<'s> {
    /// What the line names; `None` when it names no extension.
    pub(super) fn of(line: Line<'_>, subject: &'s Subject, folders: &Folders<'s>) -> Option<Self> {
        let identified = subject.identified_in(line.text);
        if !identified.is_empty() {
            return Some(Self::Subject(identified));
        }
        if names_an_id(line.text) {
            return Some(Self::Other);
        }
        if let Some(folder) = folder(line.text) {
            if let Some(bundle) = folders.own.get(folder) {
                return Some(Self::Subject(vec![bundle]));
            }
            if folders.other.contains(folder) || line.text.contains("/System/Library/Extensions/") {
                return Some(Self::Other);
            }
            let named = subject.named_in(line.text);
            return Some(if named.is_empty() {
                Self::Unclear
            } else {
                Self::Subject(named)
            });
        }
        let others = line.text.contains("invalid signature for ");
        others.then_some(Self::Other)
    }
}
