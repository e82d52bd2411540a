//! `systemextensionsctl list`.

use super::facts::{ActivationState, Claim, Fact};
use super::subject::{Subject, is_word_of};
use super::text::{Line, Seen, Text};
use crate::extension::ExtensionKind::System;
use crate::extension::SystemExtensionType;

/// One row: found by its pattern, because terminals turn tabs into blanks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'t> {
    /// `None` where the row does not show it, as in a ticket that was shortened.
    pub(crate) team: Option<&'t str>,
    pub(crate) bundle: &'t str,
    pub(crate) state: ActivationState,
    /// How many of the columns `enabled` and `active` hold their mark.
    marks: usize,
}

/// One run of the command in a text.
#[derive(Debug, Default)]
struct Run<'t> {
    /// How many rows its first line promises, and that line.
    promised: Option<(usize, Line<'t>)>,
    /// Whether the names of the columns stand above.
    has_head: bool,
    rows: usize,
    facts: Vec<Fact>,
}

/// Reads the rows of the subject; of several runs the last one.
pub(crate) fn read(text: &Text, subject: &Subject, seen: &mut Seen) -> Vec<Fact> {
    let mut runs = vec![Run::default()];
    let mut category = None;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let count = count_of(line.text);
        if (count.is_some() || line.text.ends_with("systemextensionsctl list"))
            && runs.last().is_some_and(Run::says_something)
        {
            runs.push(Run::default());
            category = None;
        }
        let Some(run) = runs.last_mut() else { break };
        if let Some(count) = count {
            run.promised = Some((count, line));
        }
        if let Some(name) = category_of(line.text) {
            category = Some(name);
            if line.text.contains("General > Login Items & Extensions") {
                run.facts.push(Fact::on(line, Claim::MacOsAtLeast(15)));
            }
        }
        if row(line.text).is_none()
            && is_row_cut_short(line.text)
            && let Some(next) = lines.peek()
            && let whole = format!("{}{}", line.text, next.text)
            && row(&whole).is_some()
        {
            seen.insert(next.number);
            let whole = Line {
                text: &whole,
                ..line
            };
            run.take(whole, category, subject, seen);
        } else {
            run.take(line, category, subject, seen);
        }
    }
    let last = runs.iter().rposition(Run::says_something);
    let Some(last) = last.map(|at| runs.split_off(at).swap_remove(0)) else {
        return Vec::new();
    };
    let mut facts = last.whole(subject);
    let earlier: Vec<Fact> = runs
        .into_iter()
        .flat_map(|run| run.whole(subject))
        .collect();
    facts.extend(super::facts::differing(&earlier, &facts));
    facts
}

impl Run<'_> {
    const fn says_something(&self) -> bool {
        self.promised.is_some() || self.rows > 0
    }

    /// Keeps what a line says of the subject.
    fn take(&mut self, line: Line<'_>, category: Option<&str>, subject: &Subject, seen: &mut Seen) {
        self.has_head |= line.text.starts_with("enabled") && line.text.contains("bundleID");
        let is_whole =
            |row: &Row<'_>| row.state != ActivationState::Other || line.text.contains(']');
        let Some(row) = row(line.text).filter(is_whole) else {
            return self.take_piece(line, subject, seen);
        };
        self.rows += 1;
        if !subject.has(row.bundle) {
            return;
        }
        seen.insert(line.number);
        if row.team.is_some_and(|team| team != subject.team.as_str()) {
            let claim = Claim::ListedForOtherTeam;
            self.facts.push(Fact::on(line, claim).of(row.bundle));
            return;
        }
        let is_marked = row.marks > 1 || row.marks == 0 && !self.has_head;
        let claim = Claim::SystemExtension(match row.state {
            ActivationState::Enabled if !is_marked => ActivationState::NotActive,
            state => state,
        });
        self.facts.push(Fact::on(line, claim).of(row.bundle));
        if let Some(kind) = category {
            let claim = Claim::Category(type_of(kind));
            self.facts.push(Fact::on(line, claim).of(row.bundle));
        }
    }

    /// Keeps that a row of the subject has no end: it names the extension, or at least the team.
    fn take_piece(&mut self, line: Line<'_>, subject: &Subject, seen: &mut Seen) {
        let is_row = line.text.starts_with('*') || named_in(line.text).is_some() || line.indent > 0;
        let has_team = is_word_of(line.text, subject.team.as_str());
        let named = subject.identified_in(line.text);
        let is_of_list = self.has_head || line.text.starts_with('*');
        if !is_of_list || !is_row || line.text.len() > 2000 || !has_team && named.is_empty() {
            return;
        }
        seen.insert(line.number);
        let cut = Fact::on(line, Claim::ListCut);
        match named.first() {
            Some(bundle) => self.facts.push(cut.of(bundle)),
            None => self.facts.push(cut),
        }
    }

    /// All it says, with the extensions that a whole list leaves out.
    fn whole(self, subject: &Subject) -> Vec<Fact> {
        let mut facts = self.facts;
        let Some((count, line)) = self.promised else {
            return facts;
        };
        let claim = if count == self.rows {
            Claim::NotInSystemExtensionList
        } else {
            Claim::ListCut
        };
        let is_listed = |bundle: &str| {
            facts
                .iter()
                .any(|own| own.bundle.as_deref() == Some(bundle))
        };
        let may_lack = self.rows <= count;
        let missing = subject
            .ids()
            .filter(|bundle| may_lack && Subject::may_be(bundle, System) && !is_listed(bundle));
        let missing: Vec<Fact> = missing
            .map(|bundle| Fact::on(line, claim.clone()).of(bundle))
            .collect();
        facts.extend(missing);
        facts
    }
}

/// How many extensions the first line of a list promises.
fn count_of(text: &str) -> Option<usize> {
    let (before, _) = text.split_once(" extension(s)")?;
    before.rsplit(' ').next()?.parse().ok()
}

/// The category of a line, by its name after `com.apple.system_extension.`.
fn category_of(text: &str) -> Option<&str> {
    text.split("com.apple.system_extension.").nth(1)
}

/// The type that a category stands for, by the words of `AllowedSystemExtensionTypes`; it has none for a camera.
pub(super) fn type_of(category: &str) -> Option<SystemExtensionType> {
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
pub(crate) fn row(text: &str) -> Option<Row<'_>> {
    if text.len() > 2000 || !text.contains('(') {
        return None;
    }
    let (before, state) = state_in(text)?;
    let (team, bundle) = named_in(before)?;
    let columns = before.split(bundle).next().unwrap_or_default();
    let marks = columns.split([' ', '\t', '|']);
    Some(Row {
        marks: marks.filter(|word| *word == "*").count(),
        team: team.filter(|word| is_team(word) || *word == "-"),
        bundle,
        state,
    })
}

/// The bundle ID before a version, and the word before it.
fn named_in(text: &str) -> Option<(Option<&str>, &str)> {
    let words = text.split_whitespace().filter(|word| *word != "|");
    let words: Vec<&str> = words.collect();
    let at = words.windows(2).position(|two| {
        let [bundle, version] = two else { return false };
        let is_version = version.starts_with('(') && !version.starts_with("(version");
        bundle.contains('.') && !bundle.starts_with('.') && is_version
    })?;
    Some((at.checked_sub(1).map(|at| words[at]), words[at]))
}

/// Whether a line is the beginning of a row that a narrow window broke in two. A category with its hint of macOS 15,
/// `com.apple.system_extension.network_extension (Go to …`, reads like one.
fn is_row_cut_short(text: &str) -> bool {
    text.len() <= 2000
        && !text.contains(']')
        && category_of(text).is_none()
        && named_in(text).is_some()
}

/// The state in a line, and what stands before it. It is in brackets, which some who copy it leave out.
fn state_in(text: &str) -> Option<(&str, ActivationState)> {
    if let Some((before, rest)) = text.rsplit_once('[') {
        let inside = rest.split(']').next()?;
        let inside = inside.trim().replace('_', " ");
        // The steps before the activation are one word: realizing, staging, validating.
        let is_step = inside.bytes().all(|byte| byte.is_ascii_lowercase()) && !inside.is_empty();
        let other = is_step.then_some(ActivationState::Other);
        return Some((before, state(&inside).or(other)?));
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
        other if other.starts_with("activated waiting to upgrade") => {
            ActivationState::WaitingToUpgrade
        }
        other if other.starts_with("terminated") || other == "uninstalled" => {
            ActivationState::Terminated
        }
        other if other.starts_with("terminating") || other == "uninstalling" => {
            ActivationState::Terminating
        }
        other if other.contains(' ') && !other.contains(['=', ':', '"']) => ActivationState::Other,
        _ => return None,
    })
}

/// Whether a word looks like a Team ID.
pub(crate) fn is_team(word: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    word.len() == 10 && word.bytes().all(is_letter)
}
