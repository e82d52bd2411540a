//! `systemextensionsctl list`, and the error an application shows when an activation was refused.

use super::facts::{ActivationState, Claim, Fact};
use super::subject::Subject;
use super::text::{Line, Text};

/// One row: found by its pattern, because terminals turn tabs into blanks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'t> {
    /// The team.
    team: &'t str,
    /// The extension.
    bundle: &'t str,
    /// The state.
    state: ActivationState,
}

/// Reads the rows of the subject.
pub(crate) fn read(text: &Text, subject: &Subject) -> Vec<Fact> {
    let mut facts = Vec::new();
    let (mut promised, mut rows) = (None, 0);
    for line in text.lines() {
        if let Some(count) = line.text.strip_suffix(" extension(s)") {
            promised = count.parse::<usize>().ok().map(|count| (count, line));
        }
        if line.text.contains("OSSystemExtensionErrorDomain Code=10") {
            for bundle in subject.identified_in(line.text) {
                facts.push(Fact::on(line, Claim::ActivationForbidden).of(bundle));
            }
        }
        let Some(row) = row(line) else { continue };
        rows += 1;
        if row.team == subject.team.as_str() && subject.has(row.bundle) {
            facts.push(Fact::on(line, Claim::SystemExtension(row.state)).of(row.bundle));
        }
    }
    if let Some((count, line)) = promised
        && facts.is_empty()
        && count == rows
    {
        facts.push(Fact::on(line, Claim::NotInSystemExtensionList));
    }
    facts
}

/// The row on a line.
pub(crate) fn row(line: Line<'_>) -> Option<Row<'_>> {
    let words: Vec<&str> = line.text.split_whitespace().collect();
    let at = words.windows(3).take(4).position(|three| {
        is_team(three[0]) && three[1].contains('.') && three[2].starts_with('(')
    })?;
    let open = line.text.rfind('[')?;
    let state = line.text[open..].strip_prefix('[')?.strip_suffix(']')?;
    Some(Row {
        team: words[at],
        bundle: words[at + 1],
        state: match state.trim() {
            "activated enabled" => ActivationState::Enabled,
            "activated waiting for user" => ActivationState::WaitingForUser,
            "activated disabled" => ActivationState::Disabled,
            state if state.starts_with("terminated") => ActivationState::Terminated,
            _ => ActivationState::Other,
        },
    })
}

/// Whether a word looks like a Team ID.
fn is_team(word: &str) -> bool {
    word.len() == 10
        && word
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
