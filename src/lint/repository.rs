//! All profiles of a run, as rules over the repository see them: facts, and the few texts that a message quotes.

use std::collections::{BTreeMap, HashSet};

use super::digest;
use super::facts::CrossFileFacts;
use super::name_hash::{NameHash, Repeated, hash};
use crate::profile::with_document;
use crate::source::Span;
use crate::target::Target;

/// Fetches the bytes of a file again, by its number in the report.
pub(crate) type Read<'r> = dyn Fn(u32) -> Option<Vec<u8>> + Sync + 'r;

/// The profiles of a run, in the order of their names.
pub(crate) struct Repository<'r> {
    members: Vec<Member<'r>>,
    /// Reads one of them again.
    read: &'r Read<'r>,
}

/// One profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'r> {
    /// The file, by its number in the report.
    pub(crate) file: u32,
    /// The MDM server it is for, if the user said so. Profiles for different servers never meet on one Mac.
    pub(crate) target: Option<Target>,
    pub(crate) facts: &'r CrossFileFacts,
}

impl Member<'_> {
    /// Names of this profile, as [`Repeated`] takes them: equal only for profiles that can meet on one Mac.
    pub(crate) fn names<'m>(
        &self,
        names: &'m [NameHash],
    ) -> impl Iterator<Item = (u32, NameHash)> + use<'m> {
        let (file, target) = (self.file, self.target);
        names
            .iter()
            .map(move |name| (file, for_target(target, *name)))
    }

    /// The names that an earlier profile has too: the place here, and file and place there.
    pub(crate) fn again<'m>(
        &self,
        repeated: &'m Repeated,
        names: &'m [NameHash],
    ) -> impl Iterator<Item = (Span, (u32, Span))> + use<'m> {
        self.names(names)
            .filter_map(|(file, name)| Some((name.span, repeated.earlier(file, name)?)))
    }
}

/// A hash that differs from one target to the other.
fn for_target(target: Option<Target>, name: NameHash) -> NameHash {
    match target {
        None => name,
        Some(target) => NameHash {
            hash: hash((target, name.hash)),
            ..name
        },
    }
}

impl<'r> Repository<'r> {
    /// The profiles, each once: a signed profile and its unsigned twin, or a copy in another folder, are one.
    pub(crate) fn new(members: impl IntoIterator<Item = Member<'r>>, read: &'r Read<'r>) -> Self {
        let mut members: Vec<_> = members.into_iter().collect();
        let twins = members.iter().map(|own| (own.facts.twin, own.file));
        let mut twins: Vec<_> = twins.collect();
        twins.sort_unstable();
        let mut again = HashSet::new();
        let same_name = twins.chunk_by(|one, other| one.0 == other.0);
        for files in same_name.filter(|files| files.len() > 1) {
            let mut seen = HashSet::new();
            for (_, file) in files.iter().copied() {
                let digest = read(file).and_then(|bytes| {
                    with_document("", &bytes, |document| document.root().map(digest::of))
                });
                if digest.is_some_and(|digest| !seen.insert(digest)) {
                    again.insert(file);
                }
            }
        }
        members.retain(|member| !again.contains(&member.file));
        Self { members, read }
    }

    /// Every profile.
    pub(crate) fn profiles(&self) -> &[Member<'r>] {
        &self.members
    }

    /// The names among some facts that several profiles for one MDM server have.
    pub(crate) fn repeated(
        &self,
        names: impl Fn(&'r CrossFileFacts) -> &'r [NameHash],
    ) -> Repeated {
        let all = || {
            let members = self.members.iter();
            members.flat_map(|member| member.names(names(member.facts)))
        };
        Repeated::among(all)
    }

    /// The texts at places of one file, read once more. A file that is gone since has none.
    pub(crate) fn texts(&self, file: u32, spans: impl Iterator<Item = Span>) -> Vec<String> {
        let spans: Vec<Span> = spans.collect();
        let mut texts: BTreeMap<Span, Option<String>> =
            spans.iter().map(|span| (*span, None)).collect();
        let bytes = (self.read)(file).unwrap_or_default();
        with_document("", &bytes, |document| {
            for value in document.tree.leaves() {
                if let Some(text) = texts.get_mut(&value.inner_span()) {
                    text.get_or_insert_with(|| value.text().into_owned());
                }
            }
        });
        let text = |span| texts.get(span).cloned().flatten().unwrap_or_default();
        spans.iter().map(text).collect()
    }
}
