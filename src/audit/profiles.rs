//! What changed in the identity of profiles, profile by profile, and which of them replace each other now.

use std::collections::{BTreeMap, BTreeSet};

use super::diff::{Change, Tier};
use super::file::{Content, File, Origin};
use super::identity;
use crate::escape::quoted;
use crate::extension::ExtensionKind;

/// The files by identifier, where several different profiles share one.
fn colliding(files: &[File]) -> BTreeMap<&str, Vec<&File>> {
    let mut shared: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
    for file in files {
        if let Ok(content) = &file.content
            && let Some(identifier) = &content.identity.identifier
        {
            shared.entry(identifier).or_default().push(file);
        }
    }
    shared.retain(|_, files| identity::collide(files));
    shared
}

/// Identifiers that collide now and did not before.
pub(super) fn collisions(old: &[File], new: &[File], changes: &mut Vec<Change>) {
    let before = colliding(old);
    for (identifier, files) in colliding(new) {
        if before
            .get(identifier)
            .is_none_or(|known| known.len() < files.len())
        {
            changes.push(Change {
                tier: Tier::Replaced,
                message: format!(
                    "{} profiles have the identifier {}: the one installed last replaces the others",
                    files.len(),
                    quoted(identifier)
                ),
                old: Vec::new(),
                new: files.iter().map(|file| whole(file)).collect(),
            });
        }
    }
}

/// A file as a whole.
fn whole(file: &File) -> Origin {
    Origin {
        file: file.path.clone(),
        line: Some(1),
        column: Some(1),
        key_path: String::new(),
    }
}

/// Whether two profiles are the same one.
type Same = dyn Fn(Known<'_>, Known<'_>) -> bool;

/// A profile that can be compared.
type Known<'f> = (&'f File, &'f Content);

/// Identity and settings of every profile that both states have.
pub(super) fn profiles(old: &[File], new: &[File], changes: &mut Vec<Change>) {
    for ((was_file, was), (is_file, is)) in pairs(old, new) {
        // What is not about extensions is somebody else's profile.
        let concerned = [ExtensionKind::Kernel, ExtensionKind::System]
            .into_iter()
            .any(|kind| was.is_about(kind) || is.is_about(kind));
        if !concerned {
            continue;
        }
        let mut say = |tier, message: String| {
            changes.push(Change {
                tier,
                message,
                old: vec![whole(was_file)],
                new: vec![whole(is_file)],
            });
        };
        let (one, other) = (&was.identity, &is.identity);
        if !identity::is_masked(one, other) {
            for (key, from, to) in [
                ("PayloadIdentifier", &one.identifier, &other.identifier),
                ("PayloadUUID", &one.uuid, &other.uuid),
            ] {
                if !same_uuid(from.as_deref(), to.as_deref()) {
                    let message = format!(
                        "`{key}` was {} and is {}",
                        shown(from.as_deref()),
                        shown(to.as_deref())
                    );
                    say(Tier::Reinstalled, message);
                }
            }
            if payload_uuids(was) != payload_uuids(is) && one.uuid == other.uuid {
                say(
                    Tier::Updated,
                    "the `PayloadUUID` of payloads changed".to_owned(),
                );
            }
        }
        if system(one.scope.as_deref()) != system(other.scope.as_deref()) {
            let (from, to) = (shown(one.scope.as_deref()), shown(other.scope.as_deref()));
            say(
                Tier::Updated,
                format!("`PayloadScope` was {from} and is {to}"),
            );
        }
        if let (Some(from), Some(to)) = (one.removal_disallowed, other.removal_disallowed)
            && from != to
        {
            let may = if to { "no longer" } else { "now" };
            say(
                Tier::Updated,
                format!("people may {may} remove the profile"),
            );
        }
    }
}

/// A text or its absence.
fn shown(text: Option<&str>) -> String {
    text.map_or_else(|| "missing".to_owned(), quoted)
}

/// UUIDs are the same in either case of letters.
fn same_uuid(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        (one, other) => one == other,
    }
}

/// Whether it is for the whole Mac, which it also is without the key.
fn system(scope: Option<&str>) -> bool {
    scope.is_none_or(|scope| scope != "User")
}

/// The UUIDs of the payloads about extensions, in one order.
fn payload_uuids(content: &Content) -> BTreeSet<Option<String>> {
    let about = |payload_type: &str| ExtensionKind::of_payload_type(payload_type).is_some();
    content
        .payloads
        .iter()
        .filter(|payload| about(&payload.payload_type))
        .map(|payload| payload.uuid.as_ref().map(|uuid| uuid.to_ascii_lowercase()))
        .collect()
}

/// The profiles of both states that belong together: by identifier, then by name of the file, then by what they say;
/// a single file on each side belongs together in any case.
fn pairs<'f>(old: &'f [File], new: &'f [File]) -> Vec<(Known<'f>, Known<'f>)> {
    let known = |files: &'f [File]| -> Vec<Known<'f>> {
        let content = |file: &'f File| Some((file, file.content.as_ref().ok()?));
        files.iter().filter_map(content).collect()
    };
    let (mut before, mut after) = (known(old), known(new));
    let mut found = Vec::new();
    if let ([one], [other]) = (before.as_slice(), after.as_slice()) {
        return vec![(*one, *other)];
    }
    let same: [&Same; 3] = [
        &|a, b| {
            a.1.identity.identifier.is_some() && a.1.identity.identifier == b.1.identity.identifier
        },
        &|a, b| tail(&a.0.path) == tail(&b.0.path),
        &|a, b| a.1.meaning() == b.1.meaning() && !a.1.statements.is_empty(),
    ];
    for same in same {
        before.retain(|one| {
            let Some(at) = after.iter().position(|other| same(*one, *other)) else {
                return true;
            };
            found.push((*one, after.remove(at)));
            false
        });
    }
    found
}

/// The name of a file without its folders.
fn tail(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
