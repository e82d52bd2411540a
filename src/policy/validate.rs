//! What no single value can know: repetitions, contradictions, and lists that belong together.

use std::collections::BTreeMap;

use super::error::PolicyError;
use super::{Bundles, Team};
use crate::identifier::BundleIdentifier;
use crate::source::{Span, Spanned};
use crate::suggest::Words;

/// A team that an entry of a block is about.
pub(crate) struct Seen {
    team: Team,
    /// Whether the entry allows the whole team, if its `bundle_ids` could be read.
    all: Option<bool>,
}

impl Seen {
    /// Notes an entry's team.
    pub(crate) fn new(team: Team, bundles: Option<&Bundles>) -> Self {
        Self {
            team,
            all: bundles.map(|bundles| matches!(bundles, Bundles::All(_))),
        }
    }

    /// Its Team ID, empty as in Apple's key for unsigned kexts, and where it stands.
    fn place(&self) -> (&str, Span) {
        match &self.team {
            Team::Identified(team) => (team.value.as_str(), team.span),
            Team::Unsigned(span) => ("", *span),
        }
    }
}

/// Each team has one entry in a block: a Mac would merge two, and nobody would see the wider one.
pub(crate) fn teams(seen: &[Seen], errors: &mut Vec<PolicyError>) {
    let mut first: BTreeMap<&str, &Seen> = BTreeMap::new();
    for entry in seen {
        let (team, span) = entry.place();
        let Some(earlier) = first.get(team) else {
            first.insert(team, entry);
            continue;
        };
        let error = match (team, earlier.all, entry.all) {
            ("", _, _) => PolicyError::new(
                span,
                "two entries are `unsigned`",
                "again here",
                "list all unsigned kexts in one entry",
            ),
            (_, Some(a), Some(b)) if a != b => PolicyError::new(
                span,
                format!("team `{team}` is allowed as a whole and by bundle ID"),
                if b {
                    "the whole team here"
                } else {
                    "some bundle IDs here"
                },
                "keep one entry: with `bundle_ids: all` the list has no effect",
            ),
            _ => PolicyError::new(
                span,
                format!("team `{team}` has two entries in this block"),
                "again here",
                "move the bundle IDs to the first entry and remove this one",
            ),
        };
        errors.push(error.with(earlier.place().1, "first entry"));
    }
}

/// Reports repeated values; the list comes back as it is.
pub(crate) fn different<T: Ord + Clone>(
    found: Vec<Spanned<T>>,
    message: impl Fn(&T) -> String,
    errors: &mut Vec<PolicyError>,
) -> Vec<Spanned<T>> {
    let mut first: BTreeMap<T, Span> = BTreeMap::new();
    for item in &found {
        if let Some(earlier) = first.get(&item.value) {
            errors.push(
                PolicyError::new(
                    item.span,
                    message(&item.value),
                    "again here",
                    "remove one of the two",
                )
                .with(*earlier, "first listed here"),
            );
        } else {
            first.insert(item.value.clone(), item.span);
        }
    }
    found
}

/// Who may remove what: only extensions the entry allows, and nothing both removable and not.
///
/// Apple refuses the same extension in `RemovableSystemExtensions` and `NonRemovableSystemExtensions`; removable and
/// "not from the user interface" may meet (apple/device-management, com.apple.system-extension-policy).
pub(crate) fn removability(
    bundles: Option<&Bundles>,
    lists: &[(&str, &Vec<Spanned<BundleIdentifier>>)],
    errors: &mut Vec<PolicyError>,
) {
    if let Some(Bundles::Listed(allowed)) = bundles {
        let allowed: std::collections::BTreeSet<&str> =
            allowed.iter().map(|bundle| bundle.value.as_str()).collect();
        let words = std::cell::LazyCell::new(|| Words::new(allowed.iter().copied()));
        for (key, items) in lists {
            for item in items
                .iter()
                .filter(|item| !allowed.contains(item.value.as_str()))
            {
                let meant = words.nearest(item.value.as_str());
                errors.push(PolicyError::new(
                    item.span,
                    format!("`{}` in `{key}` is not in `bundle_ids`", item.value),
                    "this entry does not allow it",
                    match meant {
                        Some(meant) => {
                            format!("write `{meant}`, or add the bundle ID to `bundle_ids`")
                        }
                        None => "add it to `bundle_ids`, or remove it here".to_owned(),
                    },
                ));
            }
        }
    }
    let items = |name| {
        lists
            .iter()
            .filter(move |(key, _)| *key == name)
            .flat_map(|(_, items)| items.iter())
    };
    let removable: BTreeMap<&str, Span> = items("removable")
        .map(|item| (item.value.as_str(), item.span))
        .collect();
    for item in items("non_removable") {
        if let Some(other) = removable.get(item.value.as_str()) {
            errors.push(
                PolicyError::new(
                    item.span,
                    format!("`{}` is both `removable` and `non_removable`", item.value),
                    "not removable here",
                    "keep it in one of the two; macOS refuses a profile that says both",
                )
                .with(*other, "removable here"),
            );
        }
    }
}
