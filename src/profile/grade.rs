//! How much a payload permits or protects, and whether one side of a comparison covers the other: `diff` compares two states
//! by it, `lint --policy` profiles and a policy.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::requirement::{self, Comparison};

/// How much is permitted or protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Grade {
    Plain,
    /// A privacy service is denied.
    Denied,
    /// A privacy service is granted.
    Granted(Grant),
    /// How strict a number makes it; more is stricter.
    Strict(i64),
    /// A value that says neither more nor less than another one.
    Exact(String),
    /// It leaves out whatever is not one of these: the fewer, the more.
    Only(BTreeSet<String>),
    /// It holds for programs that fulfil this code requirement.
    Bound(String),
    /// A rule about background items.
    Rule(BackgroundRule),
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
pub(crate) struct BackgroundRule {
    /// `BundleIdentifier`, `Label` or `TeamIdentifier`.
    pub(crate) names: String,
    pub(crate) is_prefix: bool,
    pub(crate) value: String,
    /// The team it is narrowed to; empty for any.
    pub(crate) team: String,
}

impl BackgroundRule {
    /// The rule that `RuleType`, `RuleValue` and `TeamIdentifier` say.
    pub(crate) fn new(rule_type: &str, value: &str, team: &str) -> Self {
        let names = rule_type.strip_suffix("Prefix").unwrap_or(rule_type);
        Self {
            names: names.to_owned(),
            is_prefix: names.len() < rule_type.len(),
            value: value.to_owned(),
            team: team.to_owned(),
        }
    }
}

/// What one side permits and protects, to look up whether it covers something of the other side.
pub(crate) struct Covering<'p, K> {
    same: HashMap<K, Vec<&'p Grade>>,
    rules: Rules<'p>,
}

impl<'p, K: Eq + std::hash::Hash> Covering<'p, K> {
    /// Of these, each with what it is about.
    pub(crate) fn of(all: impl Iterator<Item = (K, &'p Grade)>) -> Self {
        let (mut same, mut rules) = (HashMap::<K, Vec<&Grade>>::new(), Rules::default());
        for (key, grade) in all {
            if let Grade::Rule(rule) = grade {
                rules.add(rule);
            }
            same.entry(key).or_default().push(grade);
        }
        Self { same, rules }
    }

    /// Whether they permit, or protect, as much as this.
    pub(crate) fn covers(&self, key: &K, grade: &Grade) -> bool {
        if let Grade::Rule(rule) = grade {
            return self.rules.cover(rule);
        }
        let same = self.same.get(key).into_iter().flatten();
        same.into_iter().any(|other| covers(other, grade))
    }
}

/// Whether something about the same subject allows, or protects, as much.
fn covers(other: &Grade, own: &Grade) -> bool {
    match (other, own) {
        (Grade::Granted(other), Grade::Granted(own)) => {
            let mut requirements = other.requirements.iter().zip(&own.requirements);
            (other.at_once || !own.at_once)
                && (other.static_code || !own.static_code)
                && requirements.all(|(other, own)| is_as_strict(own, other))
        }
        (Grade::Strict(other), Grade::Strict(own)) => other >= own,
        (Grade::Only(other), Grade::Only(own)) => other.is_subset(own),
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
    fn add(&mut self, rule: &'f BackgroundRule) {
        let name = (&*rule.names, &*rule.value, &*rule.team);
        if rule.names == "TeamIdentifier" {
            self.teams.insert(&rule.value);
        } else if rule.is_prefix {
            self.lengths.insert(rule.value.len());
            self.prefixes.insert(name);
        } else {
            self.exact.insert(name);
        }
    }

    /// Whether they are about every item that the rule is about.
    fn cover(&self, rule: &BackgroundRule) -> bool {
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
