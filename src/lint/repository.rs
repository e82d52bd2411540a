//! All profiles of a run, as rules over the repository see them: facts, and the few texts that a message quotes.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::digest;
use super::facts::Facts;
use super::mark::{self, Mark, Repeated, number};
use crate::profile::with_document;
use crate::source::Span;
use crate::target::Target;

/// Fetches the bytes of a file again, by its number in the report.
pub(crate) type Read<'r> = dyn Fn(u32) -> Option<Vec<u8>> + Sync + 'r;

/// The profiles of a run, in the order of their names.
pub(crate) struct Repository<'r> {
    /// The files that could be read.
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
    /// What is known of it.
    pub(crate) facts: &'r Facts,
}

impl Member<'_> {
    /// Marks of this profile, as [`Repeated`] takes them: equal only for profiles that can meet on one Mac.
    pub(crate) fn marks<'m>(
        &self,
        marks: &'m [Mark],
    ) -> impl Iterator<Item = (u32, Mark)> + use<'m> {
        let (file, target) = (self.file, self.target);
        marks
            .iter()
            .map(move |mark| (file, for_target(target, *mark)))
    }

    /// The marks that stand in an earlier profile too: the place here, and file and place there.
    pub(crate) fn again<'m>(
        &self,
        repeated: &'m Repeated,
        marks: &'m [Mark],
    ) -> impl Iterator<Item = (Span, (u32, Span))> + use<'m> {
        self.marks(marks)
            .filter_map(|(file, mark)| Some((mark.span, repeated.earlier(file, mark)?)))
    }
}

/// A mark that differs from one target to the other.
fn for_target(target: Option<Target>, mark: Mark) -> Mark {
    match target {
        None => mark,
        Some(target) => Mark {
            number: number((target, mark.number)),
            ..mark
        },
    }
}

/// Of profiles of which only short numbers were kept, makes the facts of those anew that share a number: only these can
/// have a name in common. Files that are gone since stay as they are.
pub(super) fn complete(facts: &mut [(u32, &mut Facts)], read: &Read<'_>) {
    let sharing = mark::sharing(|| facts.iter().map(|(_, facts)| &*facts.short));
    let shared: Vec<_> = facts
        .iter_mut()
        .zip(0..)
        .filter(|(_, number)| sharing.binary_search(number).is_ok())
        .map(|(facts, _)| facts)
        .collect();
    shared.into_par_iter().for_each(|(file, facts)| {
        let bytes = read(*file).unwrap_or_default();
        if let Some(whole) = with_document("", &bytes, Facts::of) {
            **facts = whole;
        }
    });
}

impl<'r> Repository<'r> {
    /// The profiles, each once: a signed profile and its unsigned twin, or a copy in another folder, are one.
    pub(crate) fn new(members: impl IntoIterator<Item = Member<'r>>, read: &'r Read<'r>) -> Self {
        let mut members: Vec<_> = members.into_iter().collect();
        let whole = members.iter().filter(|member| !member.facts.is_short());
        let mut twins: Vec<_> = whole
            .map(|member| (member.facts.marks().twin, member.file))
            .collect();
        twins.sort_unstable();
        let mut again = HashSet::new();
        let alike = twins.chunk_by(|one, other| one.0 == other.0);
        for files in alike.filter(|files| files.len() > 1) {
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

    /// The names among some facts that may stand in several profiles for one MDM server.
    pub(crate) fn repeated(&self, marks: impl Fn(&'r Facts) -> &'r [Mark]) -> Repeated {
        let all = || {
            let members = self.members.iter();
            members.flat_map(|member| member.marks(marks(member.facts)))
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
