//! Matches the profiles of the old state with those of the new state.

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

/// Profiles with equal keys belong together.
type MatchKey<'f> = (&'f str, Cow<'f, [u8]>);

/// The profiles that belong together: by identifier (of several with one identifier those that say the same, then those
/// with the same path, then in order), then by path, then by what their payloads say. A single file on each side
/// belongs together in any case: somebody named the two.
pub(crate) fn pairs<'f>(old: &'f [File], new: &'f [File]) -> Vec<Pair<'f>> {
    let (mut before, mut after) = (read_files(old), read_files(new));
    if let ([_], [_], [only_old], [only_new]) = (old, new, before.as_slice(), after.as_slice()) {
        return vec![Pair {
            old: Some(*only_old),
            new: Some(*only_new),
        }];
    }
    let criteria: [fn(&ReadFile<'f>) -> Option<MatchKey<'f>>; 7] = [
        |file| Some((file.identifier()?, file.content.digest.as_bytes().into())),
        |file| Some((file.identifier()?, file.below.as_bytes().into())),
        |file| Some((file.identifier()?, file.tail().as_bytes().into())),
        |file| Some((file.identifier()?, Cow::default())),
        |file| Some((file.below, Cow::default())),
        |file| Some((file.tail(), Cow::default())),
        |file| Some(("", pair::body(file.file)?.into_bytes().into())),
    ];
    let mut found = Vec::new();
    for key in criteria {
        let (old, new, pairs) = matched(before, after, key);
        (before, after) = (old, new);
        found.extend(pairs.into_iter().map(|(old, new)| Pair {
            old: Some(old),
            new: Some(new),
        }));
    }
    // A profile that is no longer readable is reported as unreadable, not as removed.
    let is_named_pair = old.len() == 1 && new.len() == 1;
    let folder_length = common_folder_length(new);
    let broken: HashSet<&str> = new
        .iter()
        .filter(|file| file.content.is_err())
        .map(|file| &file.path[folder_length..])
        .collect();
    before.retain(|file| {
        let is_unreadable_now =
            broken.contains(file.below) || (is_named_pair && !broken.is_empty());
        !is_unreadable_now
    });
    found.extend(before.into_iter().map(|file| Pair {
        old: Some(file),
        new: None,
    }));
    found.extend(after.into_iter().map(|file| Pair {
        old: None,
        new: Some(file),
    }));
    found
}

fn read_files(files: &[File]) -> Vec<ReadFile<'_>> {
    let folder_length = common_folder_length(files);
    let read = files
        .iter()
        .filter_map(|file| Some((file, file.content.as_ref().ok()?)));
    read.map(|(file, content)| ReadFile {
        file,
        content,
        below: &file.path[folder_length..],
    })
    .collect()
}

/// The length of the folder path that all files share, including the last `/`.
fn common_folder_length(files: &[File]) -> usize {
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
