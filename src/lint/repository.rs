//! All profiles of a run, as rules over the repository see them: names and facts, no bytes.

use std::collections::HashSet;

use super::facts::Facts;
use crate::target::Target;

/// The profiles of a run, in the order of their names.
#[derive(Debug)]
pub(crate) struct Repository<'r> {
    /// The files that could be read.
    members: Vec<Member<'r>>,
}

/// One profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'r> {
    /// The file, by its number in the report.
    pub(crate) file: u32,
    /// The MDM server it is for, if the user said so. Profiles for different servers never meet on one Mac.
    pub(crate) target: Option<Target>,
    /// What it says.
    pub(crate) facts: &'r Facts,
}

impl<'r> Repository<'r> {
    /// The profiles; those that say exactly the same (a signed profile and its unsigned twin, a copy) count once.
    pub(crate) fn new(members: impl IntoIterator<Item = Member<'r>>) -> Self {
        let mut seen = HashSet::new();
        let mut members: Vec<_> = members.into_iter().collect();
        members.retain(|member| seen.insert(member.facts.digest));
        Self { members }
    }

    /// The distinct profiles, in the order of their names.
    pub(crate) fn profiles(&self) -> &[Member<'r>] {
        &self.members
    }
}
