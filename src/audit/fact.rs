//! What a profile allows or protects beside extensions, as single facts with their places: who holds which privacy
//! permission, which background items, content filters and certificates there are, which protections are on. `effective`
//! lists them, `diff` compares them.

use super::kind::{Effect, Kind, Tier};
use crate::profile::grade::{Covering, Grade};
use crate::profile::permission::Permission;
use crate::source::Span;

/// Something a profile allows or protects.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) kind: &'static Kind,
    /// What it is about: only facts of one kind and subject can make each other superfluous.
    pub(crate) subject: String,
    /// Whether it leaves a Mac more open: a Deny of a kind that allows, or a firewall that is switched off, does not do what
    /// its kind does.
    pub(crate) opens: bool,
    /// Whether nobody can say what it does: that it comes or goes counts as widening.
    is_unclear: bool,
    /// The payload it is read from, where several of its type have settings of their own.
    pub(crate) slot: Option<usize>,
    pub(crate) grade: Grade,
    /// The fact as a sentence without its end.
    pub(crate) text: String,
    /// The bundle ID, or Team ID, that holds it.
    pub(crate) holder: String,
    /// What binds it to a team: a Team ID, or a code requirement.
    pub(crate) bound_to: String,
    /// The keys it is read from; a change of another key is told apart from it.
    pub(crate) keys: &'static [&'static str],
    pub(crate) span: Span,
}

impl Fact {
    /// A fact that is there or is not.
    pub(crate) fn plain(kind: &'static Kind, subject: String, text: String, span: Span) -> Self {
        Self {
            kind,
            subject,
            opens: kind.effect == Effect::Allows,
            is_unclear: false,
            slot: None,
            grade: Grade::Plain,
            text,
            holder: String::new(),
            bound_to: String::new(),
            keys: &[],
            span,
        }
    }

    /// What `lint --policy` compares too.
    pub(crate) fn of(kind: &'static Kind, permission: Permission) -> Self {
        let Permission {
            subject,
            grade,
            text,
            span,
            ..
        } = permission;
        Self::plain(kind, subject, text, span).graded(grade)
    }

    /// The opposite of what its kind does.
    pub(crate) fn turned(self) -> Self {
        Self {
            opens: !self.opens,
            ..self
        }
    }

    /// Nobody can say whether it is for the better.
    pub(crate) fn either_way(self) -> Self {
        Self {
            is_unclear: true,
            ..self
        }
    }

    /// What it does on a Mac that this came, or went.
    pub(crate) fn tier(&self, came: bool) -> Tier {
        match self.kind.effect {
            Effect::Is(tier) => tier,
            _ if self.is_unclear || came == self.opens => Tier::Widened,
            _ => Tier::Narrowed,
        }
    }

    pub(crate) fn graded(self, grade: Grade) -> Self {
        Self { grade, ..self }
    }

    pub(crate) fn held_by(self, holder: String, bound_to: String) -> Self {
        Self {
            holder,
            bound_to,
            ..self
        }
    }

    pub(crate) fn read_from(self, keys: &'static [&'static str]) -> Self {
        Self { keys, ..self }
    }
}

/// The facts of one side that no fact of the other side covers, by their numbers.
pub(crate) fn uncovered(facts: &[Fact], by: &[Fact]) -> Vec<usize> {
    let covering = Covering::of(by.iter().map(|fact| (about(fact), &fact.grade)));
    (0..facts.len())
        .filter(|at| !covering.covers(&about(&facts[*at]), &facts[*at].grade))
        .collect()
}

/// Only facts with the same answers can cover each other.
fn about(fact: &Fact) -> (&str, &str, Option<usize>, bool) {
    (fact.kind.name, &fact.subject, fact.slot, fact.opens)
}
