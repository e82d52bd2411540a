//! What a requirement means: the ways in which a program can fulfil it, whom it names, and whether it lets in more than
//! another one.

use super::{Condition, Expression, Match, Requirement, Slot, Word};
use crate::identifier::TeamIdentifier;

/// A condition that holds or must not hold.
#[derive(Clone, Copy, Debug)]
struct Literal<'r> {
    condition: &'r Condition,
    holds: bool,
}

/// One way to fulfil a requirement: all of these.
type Way<'r> = Vec<Literal<'r>>;

/// A requirement with more ways is not judged; real ones have at most a dozen.
const MOST_WAYS: usize = 128;

/// Comparing more conditions than this with each other is not worth the time.
const MOST_COMPARED: usize = 1 << 18;

/// The field of a certificate from the Mac App Store. Apple signs those programs itself, and their identifiers are unique.
const APP_STORE: &str = "field.1.2.840.113635.100.6.1.9";

/// The Team ID in a certificate.
const TEAM: &str = "subject.OU";

impl Requirement {
    /// The identifiers that it asks for, in order.
    pub(crate) fn identifiers(&self) -> Vec<&Word> {
        self.asked_for(Condition::identifier)
    }

    /// The teams that it asks for: `certificate leaf[subject.OU] = …`.
    pub(crate) fn teams(&self) -> Vec<&Word> {
        self.asked_for(Condition::team)
    }

    /// What it asks for in the field of the team of another certificate than the program's own.
    pub(crate) fn teams_elsewhere(&self) -> Vec<&Word> {
        self.asked_for(|condition| match condition {
            Condition::Field(slot, key, Match::Equal(word))
                if *slot != Slot::LEAF && key.text == TEAM =>
            {
                Some(word)
            }
            _ => None,
        })
    }

    /// Whether every program that fulfils it has one of [`Self::identifiers`].
    pub(crate) fn is_about_identifiers(&self) -> bool {
        self.always_has(|condition| matches!(condition, Condition::Identifier(_)))
    }

    /// Whether a program with one of these identifiers can fulfil it. What has too many ways is not judged.
    pub(crate) fn fits(&self, is_own: impl Fn(&str) -> bool) -> bool {
        let Some(ways) = ways(&self.expression, true) else {
            return true;
        };
        let contradicts = |literal: &Literal<'_>| {
            literal
                .condition
                .identifier()
                .is_some_and(|word| literal.holds != is_own(&word.text))
        };
        ways.iter().any(|way| !way.iter().any(contradicts))
    }

    /// Whether it asks for a certificate by its hash, or for what the Mac at hand trusts: not only for what Apple issued.
    pub(crate) fn has_own_anchor(&self) -> bool {
        let mut found = false;
        visit(&self.expression, true, &mut |condition, _| {
            found |= matches!(
                condition,
                Condition::Certificate(..) | Condition::Trusted(_) | Condition::NamedAnchor(_)
            );
        });
        found
    }

    /// Whether a program of any developer can fulfil it by taking the identifier: in one of the ways nothing names who
    /// signed it.
    pub(crate) fn is_open_to_any_developer(&self) -> bool {
        let Some(ways) = ways(&self.expression, true) else {
            return false;
        };
        let names_nobody = |literal: &Literal<'_>| {
            !literal.holds
                || match literal.condition {
                    Condition::Identifier(_)
                    | Condition::AnchorAppleGeneric
                    | Condition::Trusted(_)
                    | Condition::Notarized
                    | Condition::Legacy
                    | Condition::Constant(_)
                    | Condition::Info(..) => true,
                    Condition::Field(_, key, Match::Exists) => key.text != APP_STORE,
                    // A part of a Team ID fits those of others.
                    Condition::Field(
                        _,
                        key,
                        Match::StartsWith(_) | Match::EndsWith(_) | Match::Contains(_),
                    ) => key.text == TEAM,
                    _ => false,
                }
        };
        ways.iter().any(|way| way.iter().all(names_nobody))
    }

    /// Whether no program can fulfil it: each way asks for two things that cannot both be.
    pub(crate) fn is_unfulfillable(&self) -> bool {
        ways(&self.expression, true).is_some_and(|ways| {
            let pairs: usize = ways.iter().map(|way| way.len().saturating_pow(2)).sum();
            pairs <= MOST_COMPARED && ways.iter().all(contradicts_itself)
        })
    }

    /// Whether a certificate that anybody made for himself is enough: in one of the ways nothing says that Apple issued it,
    /// and no hash names it.
    pub(crate) fn is_open_to_any_certificate(&self) -> bool {
        let Some(ways) = ways(&self.expression, true) else {
            return false;
        };
        let leaves_open = |literal: &Literal<'_>| {
            !literal.holds
                || matches!(
                    literal.condition,
                    Condition::Identifier(_) | Condition::Field(..) | Condition::Info(..)
                )
        };
        ways.iter().any(|way| way.iter().all(leaves_open))
    }

    /// What conditions ask for that must hold, in order and each once.
    fn asked_for(&self, of: impl Fn(&Condition) -> Option<&Word>) -> Vec<&Word> {
        let mut found: Vec<&Word> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        visit(&self.expression, true, &mut |condition, holds| {
            if holds
                && let Some(word) = of(condition)
                && seen.insert(&word.text)
            {
                found.push(word);
            }
        });
        found
    }

    /// Whether each way asks for such a condition.
    fn always_has(&self, is: impl Fn(&Condition) -> bool) -> bool {
        let Some(ways) = ways(&self.expression, true) else {
            return false;
        };
        ways.iter().all(|way| {
            way.iter()
                .any(|literal| literal.holds && is(literal.condition))
        })
    }
}

impl Condition {
    /// The identifier that it asks for.
    fn identifier(&self) -> Option<&Word> {
        match self {
            Self::Identifier(word) => Some(word),
            _ => None,
        }
    }

    /// The team that it asks for.
    fn team(&self) -> Option<&Word> {
        match self {
            Self::Field(Slot::LEAF, key, Match::Equal(word)) if key.text == TEAM => Some(word),
            _ => None,
        }
    }
}

/// Shows every condition, and whether it has to hold.
fn visit<'r>(expression: &'r Expression, holds: bool, see: &mut impl FnMut(&'r Condition, bool)) {
    match expression {
        Expression::One(condition) => see(condition, holds),
        Expression::Not(inner) => visit(inner, !holds, see),
        Expression::All(several) | Expression::Any(several) => {
            for inner in several {
                visit(inner, holds, see);
            }
        }
    }
}

/// The ways to fulfil an expression, or not to; `None` when there are too many.
fn ways(expression: &Expression, holds: bool) -> Option<Vec<Way<'_>>> {
    match (expression, holds) {
        (Expression::One(Condition::Constant(value)), _) => Some(if *value == holds {
            vec![Vec::new()]
        } else {
            Vec::new()
        }),
        (Expression::One(condition), _) => Some(vec![vec![Literal { condition, holds }]]),
        (Expression::Not(inner), _) => ways(inner, !holds),
        (Expression::Any(several), true) | (Expression::All(several), false) => {
            let mut all = Vec::new();
            for inner in several {
                all.extend(ways(inner, holds)?);
                if all.len() > MOST_WAYS {
                    return None;
                }
            }
            Some(all)
        }
        (Expression::All(several), true) | (Expression::Any(several), false) => {
            let mut all: Vec<Way<'_>> = vec![Vec::new()];
            for inner in several {
                let more = ways(inner, holds)?;
                if all.len() * more.len() > MOST_WAYS {
                    return None;
                }
                if let [only] = &*more {
                    for way in &mut all {
                        way.extend(only);
                    }
                } else {
                    let joined = all.iter().flat_map(|way| {
                        more.iter()
                            .map(move |other| way.iter().chain(other).copied().collect())
                    });
                    all = joined.collect();
                }
            }
            Some(all)
        }
    }
}

/// How one requirement compares with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// The same programs fulfil both.
    Same,
    /// The second one lets in all that the first one does, and possibly more.
    Looser,
    /// The second one lets in nothing that the first one does not.
    Stricter,
    /// Neither could be shown.
    Undecided,
}

/// Whether `new` lets in more programs than `old`. What cannot be shown is undecided, never guessed.
pub(crate) fn compare(old: &Requirement, new: &Requirement) -> Comparison {
    let (Some(before), Some(after)) = (ways(&old.expression, true), ways(&new.expression, true))
    else {
        return Comparison::Undecided;
    };
    let count = |ways: &[Way<'_>]| ways.iter().map(|way| way.len() + 1).sum::<usize>();
    if count(&before).saturating_mul(count(&after)) > MOST_COMPARED {
        return Comparison::Undecided;
    }
    match (within(&before, &after), within(&after, &before)) {
        (true, true) => Comparison::Same,
        (true, false) => Comparison::Looser,
        (false, true) => Comparison::Stricter,
        (false, false) => Comparison::Undecided,
    }
}

/// Whether each of the ways is one of the others, or asks for more.
fn within(ways: &[Way<'_>], others: &[Way<'_>]) -> bool {
    let covers = |way: &Way<'_>, other: &Way<'_>| {
        other
            .iter()
            .all(|asked| way.iter().any(|own| implies(*own, *asked)))
    };
    ways.iter()
        .all(|way| others.iter().any(|other| covers(way, other)))
}

/// Whether a way asks for two things that cannot both be.
fn contradicts_itself(way: &Way<'_>) -> bool {
    way.iter().any(|one| {
        way.iter().any(|other| match (one.holds, other.holds) {
            (true, true) => excludes(one.condition, other.condition),
            (true, false) => condition_implies(one.condition, other.condition),
            _ => false,
        })
    })
}

/// Whether a program that has the first cannot have the second.
fn excludes(one: &Condition, other: &Condition) -> bool {
    match (one, other) {
        (Condition::Identifier(own), Condition::Identifier(of)) => own != of,
        // Apple's own programs have the name of a department there, and no Team ID.
        (Condition::AnchorApple, Condition::Field(Slot::LEAF, key, Match::Equal(team))) => {
            key.text == TEAM && TeamIdentifier::check(&team.text).is_ok()
        }
        (Condition::Field(slot, key, Match::Equal(own)), Condition::Field(at, of, asked)) => {
            let is_other = match asked {
                Match::Equal(other) => own != other,
                asked => *asked == Match::Absent,
            };
            slot == at && key == of && is_other
        }
        (Condition::Field(slot, key, Match::Exists), Condition::Field(at, of, asked)) => {
            slot == at && key == of && *asked == Match::Absent
        }
        _ => false,
    }
}

/// Whether the second holds wherever the first does.
fn implies(one: Literal<'_>, other: Literal<'_>) -> bool {
    match (one.holds, other.holds) {
        (true, true) => condition_implies(one.condition, other.condition),
        (false, false) => condition_implies(other.condition, one.condition),
        _ => false,
    }
}

fn condition_implies(one: &Condition, other: &Condition) -> bool {
    match (one, other) {
        (Condition::AnchorApple, Condition::AnchorAppleGeneric) => true,
        (Condition::Field(slot, key, own), Condition::Field(at, of, asked)) => {
            slot == at && key == of && match_implies(own, asked)
        }
        (Condition::Info(key, own), Condition::Info(of, asked))
        | (Condition::Entitlement(key, own), Condition::Entitlement(of, asked)) => {
            key == of && match_implies(own, asked)
        }
        _ => one == other,
    }
}

fn match_implies(one: &Match, other: &Match) -> bool {
    match (one, other) {
        (Match::Absent, _) | (_, Match::Absent) => one == other,
        (_, Match::Exists) => true,
        (Match::Equal(own) | Match::StartsWith(own), Match::StartsWith(asked)) => {
            own.text.starts_with(&asked.text)
        }
        (Match::Equal(own) | Match::EndsWith(own), Match::EndsWith(asked)) => {
            own.text.ends_with(&asked.text)
        }
        (
            Match::Equal(own)
            | Match::StartsWith(own)
            | Match::EndsWith(own)
            | Match::Contains(own),
            Match::Contains(asked),
        ) => own.text.contains(&asked.text),
        _ => one == other,
    }
}
