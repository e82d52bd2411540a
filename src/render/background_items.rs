//! The file for login and background items.

use super::template::{self, BackgroundItemsProfile, BackgroundRule};
use super::{Part, Piece};
use crate::policy::Policy;

/// One file with every rule, by type and value.
pub(super) fn pieces(policy: &Policy) -> Vec<Piece<'_>> {
    let mut rules: Vec<BackgroundRule<'_>> = Vec::new();
    for entry in &policy.background_items {
        let team = entry.team.as_ref().map(|team| team.value.as_str());
        if let (Some(value), []) = (team, entry.rules.as_slice()) {
            rules.push(BackgroundRule {
                kind: "TeamIdentifier",
                value,
                team: None,
            });
        }
        rules.extend(entry.rules.iter().map(|(kind, value)| BackgroundRule {
            kind,
            value: &value.value,
            team,
        }));
    }
    if rules.is_empty() {
        return Vec::new();
    }
    rules.sort();
    vec![Piece::new(Part::BackgroundItems, move |profile| {
        template::text(&BackgroundItemsProfile {
            profile,
            rules: &rules,
        })
    })]
}
