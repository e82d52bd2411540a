//! Rules about login and background items of profiles, as the `background_items` block of a policy.

use std::collections::{BTreeMap, BTreeSet};

use super::payload::{Payload, check, named, origins};
use super::yaml;
use crate::audit::origin::Origin;
use crate::plist::Value;
use crate::policy::RULE_TYPES;

/// The rules, by team, key of the policy and value; a whole team has the empty key.
#[derive(Debug, Default)]
pub(super) struct Found {
    rules: BTreeMap<(Option<String>, &'static str, String), Vec<Origin>>,
}

impl Found {
    /// Adds the rules of a payload.
    pub(super) fn add(&mut self, payload: &mut Payload<'_, '_>) {
        let rules = payload.dictionary.get("Rules").and_then(Value::as_array);
        for rule in rules.into_iter().flatten().filter_map(Value::as_dictionary) {
            let text = |key: &str| Payload::text(rule, key);
            let (Some(kind), Some(value)) = (text("RuleType"), text("RuleValue")) else {
                payload.remark(rule.span(), "a rule has no `RuleType` or no `RuleValue`");
                continue;
            };
            let row = RULE_TYPES.into_iter().find(|(_, apple)| *apple == kind);
            let place = match (&*kind, row) {
                ("TeamIdentifier", _) => (Some(value), "", String::new()),
                (_, Some((key, _))) => (text("TeamIdentifier"), key, value),
                _ => {
                    let what = named("no such type of rule is known:", &kind);
                    payload.remark(rule.span(), &what);
                    continue;
                }
            };
            let origin = (payload.place)(rule.span());
            self.rules.entry(place).or_default().push(origin);
        }
    }

    /// The block and the number of its entries.
    pub(super) fn block(&self, remarks: &mut Vec<String>) -> (String, usize) {
        let mut entries: BTreeMap<(&Option<String>, bool), Entry<'_>> = BTreeMap::new();
        for ((team, key, value), places) in &self.rules {
            let lines = lines(
                team.as_deref(),
                &BTreeMap::from([(*key, BTreeSet::from([&**value]))]),
            );
            if let Err(why) = check(&format!("background_items:\n{}", yaml::item(2, &lines))) {
                let place = places.first().map(ToString::to_string).unwrap_or_default();
                remarks.push(format!("{place}: background item: {why}"));
                continue;
            }
            let entry = entries.entry((team, key.is_empty())).or_default();
            entry.lists.entry(key).or_default().insert(value);
            entry.origins.extend(places);
        }
        let mut text = String::from("background_items:\n");
        for ((team, _), entry) in &entries {
            text.push_str(&origins(2, entry.origins.iter().copied()));
            text.push_str(&yaml::item(2, &lines(team.as_deref(), &entry.lists)));
        }
        (text, entries.len())
    }
}

/// What one entry lists.
#[derive(Default)]
struct Entry<'f> {
    lists: BTreeMap<&'static str, BTreeSet<&'f str>>,
    origins: Vec<&'f Origin>,
}

/// The lines of an entry.
fn lines(team: Option<&str>, lists: &BTreeMap<&'static str, BTreeSet<&str>>) -> Vec<String> {
    let mut lines: Vec<String> = team
        .map(|team| format!("team_id: {}", yaml::word(team)))
        .into_iter()
        .collect();
    for (key, values) in lists.iter().filter(|(key, _)| !key.is_empty()) {
        lines.push(format!("{key}: {}", yaml::list(values.iter().copied())));
    }
    lines
}
