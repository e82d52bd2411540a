//! The identifier and UUID by which a Mac distinguishes profiles, and how Jamf Pro replaces them.

use super::file::{Content, File, Identity};

/// Whether different profiles share an identifier; copies, signed or not, have the same digest and count as one.
pub(crate) fn collide(files: &[&File]) -> bool {
    let mut contents = files.iter().filter_map(|file| file.content.as_ref().ok());
    contents
        .next()
        .is_some_and(|first| !contents.all(|other: &Content| other.digest == first.digest))
}

/// Whether Jamf Pro wrote the top-level identifier and UUID: it replaces both by one new lower-case UUID, so that they
/// say nothing about the file they come from.
pub(crate) fn is_jamfs(identity: &Identity) -> bool {
    let (Some(identifier), Some(uuid)) = (&identity.identifier, &identity.uuid) else {
        return false;
    };
    let is_lower_hex = |c: char| c.is_ascii_digit() || matches!(c, 'a'..='f' | '-');
    identifier == uuid && uuid.len() == 36 && uuid.chars().all(is_lower_hex)
}

/// Which side Jamf Pro wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Jamf {
    Old,
    New,
}

/// The side on which Jamf Pro made up the identity, so that the identities cannot be compared. It replaces identifier and
/// UUID together: where one of the two is as before, or where both sides come from Jamf Pro, somebody changed it.
pub(crate) fn jamfs_side(old: &Identity, new: &Identity) -> Option<Jamf> {
    let is_rewritten = old.identifier != new.identifier && old.uuid != new.uuid;
    let side = |old: bool, new: bool| match (old, new) {
        (true, false) => Some(Jamf::Old),
        (false, true) => Some(Jamf::New),
        _ => None,
    };
    let by_spelling = side(is_jamfs(old), is_jamfs(new));
    by_spelling
        .or_else(|| side(old.from_jamf, new.from_jamf))
        .filter(|_| is_rewritten)
}
