//! Findings for an auditor: by rule, the worst first, and equal ones counted instead of repeated.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::excerpt;
use super::super::sentence::{Part, parts};
use crate::escape::visible;
use crate::lint::file_id::FileId;
use crate::lint::finding::{Finding, Place};
use crate::lint::report::Report;
use crate::lint::rules;
use crate::severity::Severity;

/// So many messages of a rule are shown with their lines; the others as one line each.
const WITH_LINES: usize = 10;

/// So many places of one message are in sight, and so many can be unfolded.
const IN_SIGHT: usize = 3;
const FOLDED: usize = 100;

/// The findings of one rule.
pub(super) struct Group {
    pub(super) severity: &'static str,
    pub(super) rule: &'static str,
    /// The page of the rule.
    pub(super) url: String,
    /// What the rule finds.
    pub(super) summary: Vec<Part>,
    pub(super) count: usize,
    pub(super) files: usize,
    pub(super) messages: Vec<Message>,
    /// Those without their lines.
    pub(super) others: Vec<Message>,
}

pub(super) struct Message {
    /// Its number, which links lead to.
    pub(super) number: usize,
    pub(super) text: Vec<Part>,
    pub(super) count: usize,
    pub(super) places: Vec<String>,
    pub(super) more: Vec<String>,
    /// How many places are not even folded.
    pub(super) left: usize,
    /// The lines around the first.
    pub(super) lines: Vec<excerpt::Line>,
    pub(super) related: Vec<String>,
    /// What to do; empty if nothing is known.
    pub(super) help: Vec<Part>,
    first: usize,
}

/// The groups, and in which group and message each finding is.
pub(super) struct Findings {
    pub(super) groups: Vec<Group>,
    /// The messages that show lines, by file: group, message, finding.
    wanted: BTreeMap<FileId, Vec<(usize, usize, usize)>>,
    /// The number of the message of each finding.
    numbers: Vec<usize>,
}

impl Findings {
    pub(super) fn of(report: &Report) -> Self {
        let mut by_rule: HashMap<(Severity, &str), Vec<usize>> = HashMap::new();
        for (number, finding) in report.findings.iter().enumerate() {
            let rule = (finding.severity, finding.rule.name);
            by_rule.entry(rule).or_default().push(number);
        }
        let mut rules: Vec<_> = by_rule.into_iter().collect();
        rules
            .sort_by_key(|((severity, rule), own)| (Reverse(*severity), Reverse(own.len()), *rule));
        let mut all = Self {
            groups: Vec::new(),
            wanted: BTreeMap::new(),
            numbers: vec![0; report.findings.len()],
        };
        let mut number = 0;
        for (_, own) in rules {
            all.add(&own, report, &mut number);
        }
        all
    }

    /// Adds the findings of one rule.
    fn add(&mut self, own: &[usize], report: &Report, number: &mut usize) {
        let mut by_message: HashMap<&str, Vec<usize>> = HashMap::new();
        for at in own {
            let message = &*report.findings[*at].message;
            by_message.entry(message).or_default().push(*at);
        }
        let mut equal: Vec<Vec<usize>> = by_message.into_values().collect();
        equal.sort_by_key(|all| (Reverse(all.len()), all[0]));
        let mut messages = Vec::with_capacity(equal.len());
        for all in equal {
            for at in &all {
                self.numbers[*at] = *number;
            }
            messages.push(message(*number, &all, report));
            *number += 1;
        }
        let others = messages.split_off(messages.len().min(WITH_LINES));
        for (at, message) in messages.iter().enumerate() {
            let file = report.findings[message.first].place.file;
            let wanted = self.wanted.entry(file).or_default();
            wanted.push((self.groups.len(), at, message.first));
        }
        let first = &report.findings[own[0]];
        let files: BTreeSet<FileId> = own
            .iter()
            .map(|at| report.findings[*at].place.file)
            .collect();
        self.groups.push(Group {
            severity: first.severity.name(),
            rule: first.rule.name,
            url: first.rule.url(),
            summary: rules::row(first.rule)
                .map(|rule| parts(&rule.summary()))
                .unwrap_or_default(),
            count: own.len(),
            files: files.len(),
            messages,
            others,
        });
    }

    /// Shows the lines of one file where they are wanted.
    pub(super) fn add_lines(&mut self, file: FileId, text: &str, report: &Report) {
        let Some(wanted) = self.wanted.remove(&file) else {
            return;
        };
        let lines = excerpt::Text::new(text);
        for (group, message, finding) in wanted {
            let place = &report.findings[finding].place;
            if place.range.is_some() {
                self.groups[group].messages[message].lines =
                    lines.around(place.span.unwrap_or_default());
            }
        }
    }

    /// The number of the message of a finding.
    pub(super) fn number(&self, finding: usize) -> usize {
        self.numbers[finding]
    }
}

fn message(number: usize, all: &[usize], report: &Report) -> Message {
    let first = &report.findings[all[0]];
    let shown = |at: &usize| full_place(&report.findings[*at], report);
    Message {
        number,
        text: parts(&first.message),
        count: all.len(),
        places: all.iter().take(IN_SIGHT).map(shown).collect(),
        more: all.iter().skip(IN_SIGHT).take(FOLDED).map(shown).collect(),
        left: all.len().saturating_sub(IN_SIGHT + FOLDED),
        lines: Vec::new(),
        related: first
            .related
            .iter()
            .map(|related| {
                let path = visible(report.path(related.place.file));
                let at = place(&related.place).unwrap_or_default();
                format!("{path}, {at}: {}", plain(&related.message))
            })
            .collect(),
        help: first.help.as_deref().map(parts).unwrap_or_default(),
        first: all[0],
    }
}

/// A sentence of ours where nothing marks code.
pub(super) fn plain(sentence: &str) -> String {
    visible(sentence).replace('`', "")
}

/// The file, and the place in it.
pub(super) fn full_place(finding: &Finding, report: &Report) -> String {
    let path = visible(report.path(finding.place.file));
    match place(&finding.place) {
        Some(place) => format!("{path}, {place}"),
        None => path.into_owned(),
    }
}

/// A place in words.
fn place(place: &Place) -> Option<String> {
    match place.range {
        Some(range) => Some(format!(
            "line {}, column {}",
            range.start.line, range.start.column
        )),
        None if place.key_path.is_empty() => None,
        None => Some(format!("at {}", visible(&place.key_path))),
    }
}
