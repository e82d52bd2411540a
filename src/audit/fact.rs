//! What a profile allows or protects beside extensions, as single facts with their places: who holds which privacy
//! permission, which background items, content filters and certificates there are, which protections are on. `effective`
//! lists them, `diff` compares them.

use super::kind::Kind;
use crate::profile::permission::Covering;
pub(crate) use crate::profile::permission::Grade;
use crate::source::Span;

/// Something a profile allows or protects.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) kind: &'static Kind,
    /// What it is about: only facts of one kind and subject can make each other superfluous.
    pub(crate) subject: String,
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
            grade: Grade::Plain,
            text,
            holder: String::new(),
            bound_to: String::new(),
            keys: &[],
            span,
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
    let of = |fact: &Fact| (fact.kind.name, fact.subject.clone());
    let covering = Covering::of(by.iter().map(|fact| (of(fact), &fact.grade)));
    (0..facts.len())
        .filter(|at| !covering.covers(&of(&facts[*at]), &facts[*at].grade))
        .collect()
}
