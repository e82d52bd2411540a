//! The `background_items` block: login items, agents and daemons that run without asking and cannot be turned off.

use std::collections::BTreeMap;

use super::entry::notes;
use super::error::PolicyError;
use super::fields::{self, Fields};
use super::node::Node;
use super::{Notes, keys, program, scalar};
use crate::escape::quoted;
use crate::identifier::TeamIdentifier;
use crate::source::{Span, Spanned};

/// The lists of an entry, each with Apple's `RuleType`.
pub(crate) const RULE_TYPES: [(&str, &str); 4] = [
    ("bundle_ids", "BundleIdentifier"),
    ("bundle_id_prefixes", "BundleIdentifierPrefix"),
    ("labels", "Label"),
    ("label_prefixes", "LabelPrefix"),
];

/// An entry of the block.
#[derive(Clone, Debug)]
pub(crate) struct BackgroundEntry {
    pub(crate) span: Span,
    /// Whose items; `None` for anybody's.
    pub(crate) team: Option<Spanned<TeamIdentifier>>,
    /// Apple's `RuleType` and the value; empty for every item of the team.
    pub(crate) rules: Vec<(&'static str, Spanned<String>)>,
    pub(crate) notes: Notes,
}

pub(super) fn read(node: &Node, errors: &mut Vec<PolicyError>) -> Option<Vec<BackgroundEntry>> {
    let items = fields::items(node, "background_items", errors)?;
    let found: Vec<_> = items
        .iter()
        .filter_map(|item| entry(item, errors))
        .collect();
    let mut first: BTreeMap<(&str, &str, &str), Span> = BTreeMap::new();
    for entry in &found {
        let team = entry.team.as_ref();
        let id = team.map_or("", |team| team.value.as_str());
        let whole = team
            .filter(|_| entry.rules.is_empty())
            .map(|team| ("TeamIdentifier", id, team.span));
        let rules = entry
            .rules
            .iter()
            .map(|(kind, value)| (*kind, value.value.as_str(), value.span));
        for (kind, value, span) in rules.chain(whole) {
            if let Some(earlier) = first.insert((kind, value, id), span)
                && !(earlier >= entry.span && earlier.end <= entry.span.end)
            {
                errors.push(
                    PolicyError::new(
                        span,
                        format!("{} has two entries", quoted(value)),
                        "again here",
                        "keep one of the two",
                    )
                    .with(earlier, "first entry"),
                );
            }
        }
    }
    Some(found)
}

/// Refuses a Team ID as the name of one item, which would approve nothing. A prefix may be one: some identifiers begin with it.
fn names_of_single_items(key: &str, names: &[Spanned<String>], errors: &mut Vec<PolicyError>) {
    if !matches!(key, "bundle_ids" | "labels") {
        return;
    }
    for name in names {
        if TeamIdentifier::check(&name.value).is_ok() {
            errors.push(PolicyError::new(
                name.span,
                format!("{} is in {}, and is a Team ID", quoted(&name.value), quoted(key)),
                "not the name of an item",
                "write it as `team_id` of the entry; without a list the entry is about every item of the team",
            ));
        }
    }
}

fn entry(node: &Node, errors: &mut Vec<PolicyError>) -> Option<BackgroundEntry> {
    let fields = Fields::new(node, "the entry", keys::BACKGROUND_ENTRY, errors)?;
    let team = fields
        .get("team_id", errors)
        .and_then(|node| scalar::team_id(node, errors));
    let mut rules = Vec::new();
    let mut is_listed = false;
    for (key, rule_type) in RULE_TYPES {
        if let Some(node) = fields.get(key, errors) {
            is_listed = true;
            let names = program::names(node, key, errors);
            names_of_single_items(key, &names, errors);
            rules.extend(names.into_iter().map(|name| (rule_type, name)));
        }
    }
    if !fields.has("team_id") && !is_listed {
        errors.push(PolicyError::new(
            fields.head(),
            "the entry names no item",
            "neither a team nor an item is named here",
            "add `team_id` for every item of a team, or a list such as `label_prefixes`",
        ));
    }
    let notes = notes(&fields, errors);
    (team.is_some() || !rules.is_empty()).then_some(BackgroundEntry {
        span: node.span,
        team,
        rules,
        notes,
    })
}
