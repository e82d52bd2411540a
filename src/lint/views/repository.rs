//! All profiles of a run, as rules over the repository see them: facts, and the few texts that a message quotes.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;

use super::digest::digest;
use super::facts::{CrossFileFacts, CrossFileNames};
use super::name_hash::{NameHash, Repeated, hash, sharing};
use super::reread::Reread;
use crate::lint::model::file_id::FileId;
use crate::source::Span;
use crate::target::Target;

/// The profiles of a run, in the order of their names.
pub(crate) struct Repository<'r> {
    members: Vec<Member<'r>>,
    reread: &'r Reread<'r>,
}

#[derive(Clone, Debug)]
pub(crate) struct Member<'r> {
    pub(crate) file: FileId,
    /// The MDM server it is for, if the user said so. Profiles for different servers never meet on one Mac.
    pub(crate) target: Option<Target>,
    pub(crate) facts: &'r CrossFileFacts,
    /// Its names; empty when it shares none.
    pub(crate) names: CrossFileNames,
}

impl<'r> Member<'r> {
    /// A profile of which no names are known yet.
    pub(crate) fn new(file: FileId, target: Option<Target>, facts: &'r CrossFileFacts) -> Self {
        Self {
            file,
            target,
            facts,
            names: CrossFileNames::default(),
        }
    }
}

impl Member<'_> {
    /// Names of this profile, as [`Repeated`] takes them: equal only for profiles that can meet on one Mac.
    pub(crate) fn on_one_mac<'m>(
        &self,
        names: &'m [NameHash],
    ) -> impl Iterator<Item = (FileId, NameHash)> + use<'m> {
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
    ) -> impl Iterator<Item = (Span, (FileId, Span))> + use<'m> {
        self.on_one_mac(names)
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
    pub(crate) fn new(
        members: impl IntoIterator<Item = Member<'r>>,
        reread: &'r Reread<'r>,
    ) -> Self {
        let mut members: Vec<_> = members.into_iter().collect();
        let sharing = sharing(|| members.iter().map(|own| &*own.facts.hashes));
        let sharing: Vec<usize> = sharing.into_iter().collect();
        let names: Vec<_> = sharing
            .par_iter()
            .map(|number| {
                let names = reread.document(members[*number].file, CrossFileNames::of);
                names.flatten().unwrap_or_default()
            })
            .collect();
        let mut twins = Vec::with_capacity(sharing.len());
        for (number, names) in sharing.into_iter().zip(names) {
            twins.push((names.twin, members[number].file));
            members[number].names = names;
        }
        twins.sort_unstable();
        let mut again = HashSet::new();
        let same_name = twins.chunk_by(|one, other| one.0 == other.0);
        for files in same_name.filter(|files| files.len() > 1) {
            let mut seen = HashSet::new();
            for (_, file) in files.iter().copied() {
                let digest = reread.document(file, |document| document.root().map(digest));
                if digest.flatten().is_some_and(|digest| !seen.insert(digest)) {
                    again.insert(file);
                }
            }
        }
        members.retain(|member| !again.contains(&member.file));
        Self { members, reread }
    }

    pub(crate) fn profiles(&self) -> &[Member<'r>] {
        &self.members
    }

    /// The names among some facts that several profiles for one MDM server have.
    pub(crate) fn repeated(&self, names: impl Fn(&CrossFileNames) -> &[NameHash]) -> Repeated {
        let all = || {
            let members = self.members.iter();
            members.flat_map(|member| member.on_one_mac(names(&member.names)))
        };
        Repeated::among(all)
    }

    /// The display names that several profiles for one MDM server have.
    pub(crate) fn repeated_display_names(&self) -> Repeated {
        let all = || {
            let members = self.members.iter();
            members.flat_map(|own| own.on_one_mac(own.facts.display_name.as_slice()))
        };
        Repeated::among(all)
    }

    /// Where the privacy entries first allow what they allow.
    pub(crate) fn privacy_allowed(&self) -> HashMap<u64, (FileId, Span)> {
        let mut first = HashMap::new();
        let members = self.members.iter();
        for (file, name) in members.flat_map(|own| own.on_one_mac(&own.facts.privacy_allowed)) {
            first.entry(name.hash).or_insert((file, name.span));
        }
        first
    }

    /// The network extensions that no policy of the run approves although one approves others of the team.
    pub(crate) fn unapproved_providers(&self) -> Vec<(FileId, Span)> {
        let all = |names: fn(&CrossFileNames) -> &[NameHash]| -> HashSet<u64> {
            let members = self.members.iter();
            let found = members.flat_map(|own| own.on_one_mac(names(&own.names)));
            found.map(|(_, name)| name.hash).collect()
        };
        let bundles = all(|names| &names.bundles);
        let whole = all(|names| &names.whole_teams);
        let listed = all(|names| &names.listed_teams);
        let mut found = Vec::new();
        for member in &self.members {
            for provider in &member.facts.providers {
                let team = for_target(member.target, provider.team).hash;
                let bundle = for_target(member.target, provider.bundle);
                let is_spoken_of = provider.is_team_listed || listed.contains(&team);
                if is_spoken_of && !whole.contains(&team) && !bundles.contains(&bundle.hash) {
                    found.push((member.file, bundle.span));
                }
            }
        }
        found
    }

    /// The texts at places of one file; `None` when it is not what was judged any more, which is reported by itself.
    pub(crate) fn texts(
        &self,
        file: FileId,
        spans: impl Iterator<Item = Span>,
    ) -> Option<Vec<String>> {
        let spans: Vec<Span> = spans.collect();
        let mut texts: BTreeMap<Span, Option<String>> =
            spans.iter().map(|span| (*span, None)).collect();
        self.reread.document(file, |document| {
            for value in document.tree.leaves() {
                if let Some(text) = texts.get_mut(&value.inner_span()) {
                    text.get_or_insert_with(|| value.text().into_owned());
                }
            }
        })?;
        let text = |span| texts.get(span).cloned().flatten().unwrap_or_default();
        Some(spans.iter().map(text).collect())
    }
}
