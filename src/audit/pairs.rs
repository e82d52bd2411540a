//! Which profile of one state is which of the other.

use std::borrow::Cow;
use std::collections::HashSet;

use super::file::{File, ReadFile};
use super::pair;
use super::values::matched;

/// A profile of both states, of the new one or of the old one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<'f> {
    pub(crate) old: Option<ReadFile<'f>>,
    pub(crate) new: Option<ReadFile<'f>>,
}

/// What profiles are known by on both sides.
type Name<'f> = (&'f str, Cow<'f, [u8]>);

/// The profiles that belong together: by identifier (of several with one identifier those that say the same, then those
/// with the same path, then in order), then by path, then by what their payloads say. A single file on each side
/// belongs together in any case: somebody named the two.
pub(crate) fn pairs<'f>(old: &'f [File], new: &'f [File]) -> Vec<Pair<'f>> {
    let (mut before, mut after) = (read_files(old), read_files(new));
    if let ([_], [_], [one], [other]) = (old, new, before.as_slice(), after.as_slice()) {
        return vec![Pair {
            old: Some(*one),
            new: Some(*other),
        }];
    }
    let by: [fn(&ReadFile<'f>) -> Option<Name<'f>>; 7] = [
        |own| Some((own.identifier()?, own.content.digest.as_bytes().into())),
        |own| Some((own.identifier()?, own.below.as_bytes().into())),
        |own| Some((own.identifier()?, own.tail().as_bytes().into())),
        |own| Some((own.identifier()?, Cow::default())),
        |own| Some((own.below, Cow::default())),
        |own| Some((own.tail(), Cow::default())),
        |own| Some(("", pair::body(own.file)?.into_bytes().into())),
    ];
    let mut found = Vec::new();
    for name in by {
        let (old, new, pairs) = matched(before, after, name);
        (before, after) = (old, new);
        found.extend(pairs.into_iter().map(|(old, new)| Pair {
            old: Some(old),
            new: Some(new),
        }));
    }
    // What a Mac could read and cannot any more is shown as unreadable, not as gone.
    let is_named_pair = old.len() == 1 && new.len() == 1;
    let folder = common_folder(new);
    let broken: HashSet<&str> = new
        .iter()
        .filter(|file| file.content.is_err())
        .map(|file| &file.path[folder..])
        .collect();
    before.retain(|own| {
        let is_unreadable_now = broken.contains(own.below) || (is_named_pair && !broken.is_empty());
        !is_unreadable_now
    });
    found.extend(before.into_iter().map(|own| Pair {
        old: Some(own),
        new: None,
    }));
    found.extend(after.into_iter().map(|own| Pair {
        old: None,
        new: Some(own),
    }));
    found
}

fn read_files(files: &[File]) -> Vec<ReadFile<'_>> {
    let folder = common_folder(files);
    let read = files
        .iter()
        .filter_map(|file| Some((file, file.content.as_ref().ok()?)));
    read.map(|(file, content)| ReadFile {
        file,
        content,
        below: &file.path[folder..],
    })
    .collect()
}

/// The length of the folders that all paths begin with.
fn common_folder(files: &[File]) -> usize {
    let Some(first) = files.first().map(|file| &*file.path) else {
        return 0;
    };
    let common = files.iter().fold(first.len(), |common, file| {
        let same = first
            .bytes()
            .zip(file.path.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        common.min(same)
    });
    first.as_bytes()[..common]
        .iter()
        .rposition(|byte| *byte == b'/')
        .map_or(0, |at| at + 1)
}
