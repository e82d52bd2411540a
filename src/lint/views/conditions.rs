//! Where a payload breaks one of Apple's conditional rules ([`crate::schema::conditions`]).

use crate::plist::{Dictionary, Entry};
use crate::profile::{Common as _, Payload, Text, switch};
use crate::schema::conditions::{ANY_KEY, Asks, CONDITIONS, Condition, ITEM, When};
use crate::source::Span;

pub(crate) struct Broken<'d> {
    pub(crate) condition: &'static Condition,
    pub(crate) dictionary: Dictionary<'d>,
    /// The key that the path has a free choice of, such as the service.
    pub(crate) below: Option<Entry<'d>>,
    /// The entry that makes the rule hold.
    pub(crate) because: Option<Entry<'d>>,
    /// The entries that should not be there, or are not as they should be.
    pub(crate) entries: Vec<Entry<'d>>,
}

impl Broken<'_> {
    /// Where something that is missing is reported.
    pub(crate) fn opening(&self) -> Span {
        self.dictionary.value().opening_span()
    }
}

/// The rules that a payload breaks, in the order of the rules.
pub(crate) fn broken(payload: Payload<'_>) -> Vec<Broken<'_>> {
    let payload_type = payload.payload_type();
    let payload_type = payload_type.as_ref().map(Text::as_str);
    let conditions = CONDITIONS.iter();
    let of_type = conditions.filter(|condition| payload_type == Some(condition.payload_type));
    of_type
        .flat_map(|condition| {
            let places = places(payload, condition.path).into_iter();
            places.filter_map(|(dictionary, below)| check(condition, dictionary, below))
        })
        .collect()
}

/// The dictionaries that a path leads to, with the key that it has a free choice of.
fn places<'d>(payload: Payload<'d>, path: &[&str]) -> Vec<(Dictionary<'d>, Option<Entry<'d>>)> {
    let mut values = vec![(payload.dictionary().value(), None)];
    for step in path {
        let mut next = Vec::new();
        for (value, below) in values {
            match (*step, value.as_dictionary(), value.as_array()) {
                (ITEM, _, Some(items)) => next.extend(items.map(|item| (item, below))),
                (ANY_KEY, Some(dictionary), _) => {
                    next.extend(dictionary.entries().map(|entry| (entry.value, Some(entry))));
                }
                (key, Some(dictionary), _) => {
                    next.extend(dictionary.get(key).map(|value| (value, below)));
                }
                _ => {}
            }
        }
        values = next;
    }
    let dictionaries = values.into_iter();
    dictionaries
        .filter_map(|(value, below)| Some((value.as_dictionary()?, below)))
        .collect()
}

/// Holds one dictionary against one rule.
fn check<'d>(
    condition: &'static Condition,
    dictionary: Dictionary<'d>,
    below: Option<Entry<'d>>,
) -> Option<Broken<'d>> {
    let entry = |key: &str| dictionary.entry(key);
    let has_text =
        |entry: &Entry<'_>, text: &str| entry.value.as_str().is_some_and(|own| own == text);
    let is_true = |entry: &Entry<'_>| switch(entry.value) == Some(true);
    // An empty text says as little as none.
    let is_missing = |key: &str| entry(key).is_none_or(|entry| has_text(&entry, ""));
    let is_below = |keys: &[&str]| below.is_some_and(|entry| keys.contains(&&*entry.key()));
    let because = match condition.when {
        When::Always => None,
        When::Is(key, text) => Some(entry(key).filter(|entry| has_text(entry, text))?),
        When::IsTrue(key) => Some(entry(key).filter(is_true)?),
        When::HasAny(keys) => Some(keys.iter().find_map(|key| entry(key))?),
        When::Below(keys) if !is_below(keys) => return None,
        When::NotBelow(keys) if is_below(keys) => return None,
        When::Below(_) | When::NotBelow(_) => below,
    };
    let entries: Vec<Entry<'d>> = match condition.asks {
        Asks::Key(key) | Asks::ExpectedKey(key) => is_missing(key).then(Vec::new)?,
        Asks::OneOf(keys) => keys.iter().all(|key| is_missing(key)).then(Vec::new)?,
        Asks::OneTrue(keys) => {
            let there: Vec<_> = keys.iter().filter_map(|key| entry(key)).collect();
            // A value of another type has a rule of its own.
            let is_false = |entry: &Entry<'_>| switch(entry.value) == Some(false);
            there.iter().all(is_false).then_some(there)?
        }
        Asks::NotBoth(one, other) => vec![entry(one)?, entry(other)?],
        Asks::Differ(one, other) => {
            let (one, other) = (entry(one)?, entry(other)?);
            let text = one.value.as_str()?;
            has_text(&other, &text).then(|| vec![one, other])?
        }
        Asks::Without(key) => vec![entry(key)?],
        Asks::NotText(key, text) => vec![entry(key).filter(|entry| has_text(entry, text))?],
    };
    Some(Broken {
        condition,
        dictionary,
        below,
        because,
        entries,
    })
}
