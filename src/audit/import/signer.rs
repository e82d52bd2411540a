//! Who signed a program, as a policy says it: a team, from which the code requirement follows, or the requirement itself.

use super::yaml;
use crate::policy::requirement::{of_apple, of_team};
use crate::requirement::{self, Comparison, Requirement};

/// Who signed a program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Signer {
    /// The requirement follows from the team; whether a copy from the Mac App Store counts.
    Team(String, bool),
    /// A program of Apple.
    Apple,
    /// It does not follow from anything: it is kept.
    Written(String),
}

/// The signer that a requirement stands for, and the identifier that it asks for; an error says why it counts for
/// nothing. Without an identifier of its own the program has the one that the requirement names.
pub(super) fn read(text: &str, identifier: Option<&str>) -> Result<(Signer, String), String> {
    let read = requirement::read(text)
        .map_err(|why| format!("its code requirement cannot be read: {}", why.message))?;
    let named = read.identifiers();
    let first = named.first().map(|word| word.text.as_str());
    let identifier = identifier.or(first).unwrap_or_default().to_owned();
    let same = |text: &str| {
        let other = requirement::read(text);
        other
            .is_ok_and(|other: Requirement| requirement::compare(&read, &other) == Comparison::Same)
    };
    let teams = read.teams();
    let team = teams
        .first()
        .and_then(|team| crate::identifier::TeamIdentifier::new(&team.text).ok());
    let signer = match team {
        Some(team) if same(&of_team(&identifier, &team, false)) => {
            Signer::Team(team.as_str().to_owned(), false)
        }
        Some(team) if same(&of_team(&identifier, &team, true)) => {
            Signer::Team(team.as_str().to_owned(), true)
        }
        _ if identifier.starts_with("com.apple.") && same(&of_apple(&identifier)) => Signer::Apple,
        _ => Signer::Written(text.to_owned()),
    };
    Ok((signer, identifier))
}

impl Signer {
    /// Its keys in an entry.
    pub(super) fn lines(&self) -> Vec<String> {
        match self {
            Self::Team(team, app_store) => {
                let mut lines = vec![format!("team_id: {}", yaml::word(team))];
                lines.extend(app_store.then(|| "app_store: true".to_owned()));
                lines
            }
            Self::Apple => Vec::new(),
            Self::Written(text) => vec![format!("requirement: {}", yaml::line(text))],
        }
    }
}
