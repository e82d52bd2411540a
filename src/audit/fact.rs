//! What a profile allows or protects beside extensions, as single facts with their places: who holds which privacy
//! permission, which background items, content filters and certificates there are, which protections are on. `effective`
//! lists them, `diff` compares them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::kind::{Effect, Kind, Tier};
use crate::requirement::{self, Comparison};
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

/// How much a fact is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Grade {
    Plain,
    /// How strict a number makes it; more is stricter.
    Strict(i64),
    /// A privacy service is granted.
    Granted(Grant),
    /// It holds for programs that fulfil this code requirement.
    Bound(String),
    /// A rule about background items.
    Rule(Rule),
}

/// How a privacy service is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// Whether at once, and not only after people who are not administrators allow it.
    pub(crate) at_once: bool,
    /// Whether the code is checked on disk only.
    pub(crate) static_code: bool,
    /// The code requirements of the program and of the receiver of its events.
    pub(crate) requirements: [String; 2],
}

/// Which background items a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// `BundleIdentifier`, `Label` or `TeamIdentifier`.
    pub(crate) names: String,
    pub(crate) is_prefix: bool,
    pub(crate) value: String,
    /// The team it is narrowed to; empty for any.
    pub(crate) team: String,
}

impl Fact {
    /// A fact that is there or is not.
    pub(crate) fn plain(kind: &'static Kind, subject: String, text: String, span: Span) -> Self {
        Self {
            kind,
            subject,
            opens: kind.effect == Effect::Allows,
            grade: Grade::Plain,
            text,
            holder: String::new(),
            bound_to: String::new(),
            keys: &[],
            span,
        }
    }

    /// The opposite of what its kind does.
    pub(crate) fn turned(self) -> Self {
        Self {
            opens: !self.opens,
            ..self
        }
    }

    /// What it does on a Mac that this came, or went.
    pub(crate) fn tier(&self, came: bool) -> Tier {
        match self.kind.effect {
            Effect::Is(tier) => tier,
            _ if came == self.opens => Tier::Widened,
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
    let mut same: HashMap<(&str, &str), Vec<&Fact>> = HashMap::new();
    for other in by {
        same.entry((other.kind.name, &other.subject))
            .or_default()
            .push(other);
    }
    let rules = Rules::of(by);
    let is_covered = |fact: &Fact| match &fact.grade {
        Grade::Rule(rule) => rules.cover(rule),
        _ => same
            .get(&(fact.kind.name, &*fact.subject))
            .is_some_and(|others| {
                others
                    .iter()
                    .any(|other| other.opens == fact.opens && covers(&other.grade, &fact.grade))
            }),
    };
    (0..facts.len())
        .filter(|at| !is_covered(&facts[*at]))
        .collect()
}

/// Whether a fact about the same subject allows, or protects, as much.
fn covers(other: &Grade, own: &Grade) -> bool {
    match (other, own) {
        (Grade::Granted(other), Grade::Granted(own)) => {
            let mut requirements = other.requirements.iter().zip(&own.requirements);
            (other.at_once || !own.at_once)
                && (other.static_code || !own.static_code)
                && requirements.all(|(other, own)| is_as_strict(own, other))
        }
        (Grade::Strict(other), Grade::Strict(own)) => other >= own,
        // A protection is as good when it is bound to no more programs than before.
        (Grade::Bound(other), Grade::Bound(own)) => is_as_strict(other, own),
        (other, own) => other == own,
    }
}

/// Whether a code requirement lets in no more than another one. What cannot be shown, because it cannot be read or is too
/// different, is not.
fn is_as_strict(own: &str, other: &str) -> bool {
    if own == other {
        return true;
    }
    match (requirement::read(other), requirement::read(own)) {
        (Ok(other), Ok(own)) => {
            let compared = requirement::compare(&other, &own);
            matches!(compared, Comparison::Same | Comparison::Stricter)
        }
        _ => false,
    }
}

/// The rules of one side, for one look at a time: however many there are, each question takes as long as its name.
#[derive(Default)]
struct Rules<'f> {
    exact: HashSet<(&'f str, &'f str, &'f str)>,
    prefixes: HashSet<(&'f str, &'f str, &'f str)>,
    lengths: BTreeSet<usize>,
    teams: HashSet<&'f str>,
}

impl<'f> Rules<'f> {
    fn of(facts: &'f [Fact]) -> Self {
        let mut rules = Self::default();
        for fact in facts {
            let Grade::Rule(rule) = &fact.grade else {
                continue;
            };
            let name = (&*rule.names, &*rule.value, &*rule.team);
            if rule.names == "TeamIdentifier" {
                rules.teams.insert(&rule.value);
            } else if rule.is_prefix {
                rules.lengths.insert(rule.value.len());
                rules.prefixes.insert(name);
            } else {
                rules.exact.insert(name);
            }
        }
        rules
    }

    /// Whether they are about every item that the rule is about.
    fn cover(&self, rule: &Rule) -> bool {
        if rule.names == "TeamIdentifier" {
            return self.teams.contains(&*rule.value);
        }
        let teams = [&*rule.team, ""];
        let in_team = |set: &HashSet<(&str, &str, &str)>, value: &str| {
            teams
                .iter()
                .any(|team| set.contains(&(&*rule.names, value, *team)))
        };
        let heads = self
            .lengths
            .iter()
            .filter_map(|length| rule.value.get(..*length));
        (!rule.team.is_empty() && self.teams.contains(&*rule.team))
            || (!rule.is_prefix && in_team(&self.exact, &rule.value))
            || heads.into_iter().any(|head| in_team(&self.prefixes, head))
    }
}
