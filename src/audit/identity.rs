//! How a Mac tells profiles apart, and what of it Jamf Pro makes up itself.

use super::file::{Content, File, Identity};

/// Whether different profiles share an identifier; copies and signed twins say the same and count as one.
pub(crate) fn collide(files: &[&File]) -> bool {
    let mut contents = files.iter().filter_map(|file| file.content.as_ref().ok());
    let Some(first) = contents.next() else {
        return false;
    };
    let same = |other: &Content| {
        other.meaning() == first.meaning() && other.identity.uuid == first.identity.uuid
    };
    !contents.all(same)
}

/// Whether Jamf Pro wrote the top-level identifier and UUID: it replaces both by one new lower-case UUID, so that they
/// say nothing about the file they come from.
pub(crate) fn is_jamfs(identity: &Identity) -> bool {
    let (Some(identifier), Some(uuid)) = (&identity.identifier, &identity.uuid) else {
        return false;
    };
    let lower = |c: char| c.is_ascii_digit() || matches!(c, 'a'..='f' | '-');
    identifier == uuid && uuid.len() == 36 && uuid.chars().all(lower)
}

/// Whether the identities of two states of a profile cannot be compared, because one of them is Jamf's own. It replaces
/// identifier and UUID together: where one of the two is as before, somebody else changed the other.
pub(crate) fn is_masked(old: &Identity, new: &Identity) -> bool {
    let is_rewritten = old.identifier != new.identifier && old.uuid != new.uuid;
    is_rewritten
        && [old, new]
            .into_iter()
            .any(|own| own.from_jamf || is_jamfs(own))
}
