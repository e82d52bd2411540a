//! All profiles of a run, as rules over the repository see them: facts, and the few texts that a message quotes.

use std::collections::{BTreeMap, HashSet};

use super::digest;
use super::facts::Facts;
use super::mark::{Mark, Repeated, number};
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

impl<'r> Repository<'r> {
    /// The profiles, each once: a signed profile and its unsigned twin, or a copy in another folder, are one.
    pub(crate) fn new(members: impl IntoIterator<Item = Member<'r>>, read: &'r Read<'r>) -> Self {
        let mut members: Vec<_> = members.into_iter().collect();
        let mut twins: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
        for member in &members {
            twins
                .entry(member.facts.twin)
                .or_default()
                .push(member.file);
        }
        let mut again = HashSet::new();
        for files in twins.into_values().filter(|files| files.len() > 1) {
            let mut seen = HashSet::new();
            for file in files {
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
        let bytes = (self.read)(file).unwrap_or_default();
        with_document("", &bytes, |document| {
            spans
                .map(|span| {
                    let value = document.tree.leaf_with(span);
                    value.map_or_else(String::new, |value| value.text().into_owned())
                })
                .collect()
        })
    }
}
