//! `systemextensionsctl list`.

use super::facts::{ActivationState, Claim, Fact};
use super::subject::Subject;
use super::text::{Line, Seen, Text};
use crate::extension::SystemExtensionType;

/// One row: found by its pattern, because terminals turn tabs into blanks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'t> {
    /// `None` where the row does not show it, as in a ticket that was shortened.
    pub(crate) team: Option<&'t str>,
    pub(crate) bundle: &'t str,
    pub(crate) state: ActivationState,
}

/// Reads the rows of the subject.
pub(crate) fn read(text: &Text, subject: &Subject, seen: &mut Seen) -> Vec<Fact> {
    let mut facts = Vec::new();
    let (mut promised, mut rows, mut category) = (None, 0, None);
    for line in text.lines() {
        if let Some(rest) = line
            .text
            .split(" extension(s)")
            .next()
            .filter(|rest| *rest != line.text)
        {
            let count = rest
                .rsplit(' ')
                .next()
                .and_then(|word| word.parse::<usize>().ok());
            promised = count.map(|count| (count, line)).or(promised);
        }
        if let Some(name) = category_of(line.text) {
            category = Some(name);
            if line.text.contains("General > Login Items & Extensions") {
                facts.push(Fact::on(line, Claim::MacOsAtLeast(15)));
            }
        }
        let Some(row) = row(line) else { continue };
        rows += 1;
        if !subject.has(row.bundle) {
            continue;
        }
        seen.insert(line.number);
        if row.team.is_some_and(|team| team != subject.team.as_str()) {
            facts.push(Fact::on(line, Claim::ListedForOtherTeam).of(row.bundle));
            continue;
        }
        facts.push(Fact::on(line, Claim::SystemExtension(row.state)).of(row.bundle));
        if let Some(kind) = category {
            facts.push(Fact::on(line, Claim::Category(type_of(kind))).of(row.bundle));
        }
    }
    if let Some((count, line)) = promised
        && count == rows
    {
        let listed = |bundle: &&str| {
            facts
                .iter()
                .any(|fact| fact.bundle.as_deref() == Some(bundle))
        };
        let missing: Vec<&str> = subject.ids().filter(|bundle| !listed(bundle)).collect();
        facts.extend(
            missing
                .into_iter()
                .map(|bundle| Fact::on(line, Claim::NotInSystemExtensionList).of(bundle)),
        );
    }
    facts
}

/// The category of a line, by its name after `com.apple.system_extension.`.
fn category_of(text: &str) -> Option<&str> {
    text.split("com.apple.system_extension.").nth(1)
}

/// The type that a category stands for, by the words of `AllowedSystemExtensionTypes`; it has none for a camera.
fn type_of(category: &str) -> Option<SystemExtensionType> {
    SystemExtensionType::ALL.into_iter().find(|kind| {
        let own = match kind {
            SystemExtensionType::Driver => "driver_extension",
            SystemExtensionType::Network => "network_extension",
            SystemExtensionType::EndpointSecurity => "endpoint_security",
        };
        category.starts_with(own)
    })
}

/// The row on a line: a bundle ID, a version in parentheses, at the end a state; a team stands before.
pub(crate) fn row(line: Line<'_>) -> Option<Row<'_>> {
    if line.text.len() > 2000 || !line.text.contains('(') {
        return None;
    }
    let (before, state) = state_in(line.text)?;
    let words: Vec<&str> = before
        .split_whitespace()
        .filter(|word| *word != "|")
        .collect();
    let at = words.windows(2).take(6).position(|two| {
        let [bundle, version] = two else { return false };
        bundle.contains('.') && !bundle.starts_with('.') && version.starts_with('(')
    })?;
    let team = at.checked_sub(1).map(|at| words[at]);
    Some(Row {
        team: team.filter(|word| is_team(word) || *word == "-"),
        bundle: words[at],
        state,
    })
}

/// The state in a line, and what stands before it. It is in brackets, which some who copy it leave out.
fn state_in(text: &str) -> Option<(&str, ActivationState)> {
    if let Some((before, rest)) = text.rsplit_once('[') {
        let inside = rest.split(']').next()?;
        return Some((before, state(&inside.trim().replace('_', " "))?));
    }
    let start = ["activated ", "terminated ", "terminating "]
        .iter()
        .filter_map(|word| text.rfind(word))
        .max()?;
    Some((&text[..start], state(text[start..].trim())?))
}

/// A state; `None` for what is none.
pub(super) fn state(text: &str) -> Option<ActivationState> {
    Some(match text {
        "activated enabled" => ActivationState::Enabled,
        "activated waiting for user" => ActivationState::WaitingForUser,
        "activated disabled" => ActivationState::Disabled,
        "activated waiting to upgrade" => ActivationState::WaitingToUpgrade,
        other if other.starts_with("terminated") => ActivationState::Terminated,
        other if other.starts_with("terminating") => ActivationState::Terminating,
        other if other.contains(' ') && !other.contains(['=', ':', '"']) => ActivationState::Other,
        _ => return None,
    })
}

/// Whether a word looks like a Team ID.
pub(crate) fn is_team(word: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    word.len() == 10 && word.bytes().all(is_letter)
}
