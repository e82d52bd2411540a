//! What inventory programs make of the lists of macOS: osquery's tables `system_extensions` and `kernel_extensions`, and
//! others with the same columns, as JSON, as a table, with separators, or a `key = value` a line. Who has a fleet asks
//! osquery and not a terminal.
//!
//! Source of the columns: osquery, `specs/darwin/system_extensions.table`, `kernel_extensions.table`.

use super::facts::{Claim, Fact, Width};
use super::json;
use super::subject::Subject;
use super::systemextensionsctl::{self, type_of};
use super::text::{Line, Seen, Text};
use crate::extension::ExtensionKind::System;

/// The columns by which a record is known: a system extension has a state, a kernel extension what it is linked with.
const MARKS: [&str; 2] = ["state", "linked_against"];

/// One row of a program's answer.
struct Record {
    /// The column, in lower case, with the value.
    values: Vec<(String, String)>,
    line: u32,
    last: u32,
    text: String,
}

impl Record {
    fn get(&self, names: &[&str]) -> Option<&str> {
        let mut values = self.values.iter();
        let found = values.find(|(own, _)| names.contains(&own.as_str()));
        found.map(|(_, value)| value.as_str())
    }

    fn bundle(&self) -> Option<&str> {
        let named = self.get(&["identifier", "bundle_id", "bundleid", "bundle_identifier"]);
        named
            .or_else(|| self.get(&["name"]))
            .filter(|own| own.contains('.'))
    }

    fn fact(&self, claim: Claim, bundle: &str) -> Fact {
        Fact::at(Some(self.line), &self.text, claim).of(bundle)
    }
}

/// Whether a text holds such records.
pub(super) fn are_in(text: &Text) -> bool {
    records(text).iter().any(is_about_extensions)
}

/// Whether a record is one of an extension, whosever.
fn is_about_extensions(record: &Record) -> bool {
    let is_kext = record.get(&["linked_against"]).is_some();
    let state = record.get(&["state"]).map(|own| own.replace('_', " "));
    record.bundle().is_some()
        && (is_kext || state.is_some_and(|own| systemextensionsctl::state(&own).is_some()))
}

/// Reads the records of the subject. That one is missing says nothing: the program may have been asked for others.
pub(super) fn read(text: &Text, subject: &Subject, seen: &mut Seen) -> Vec<Fact> {
    let mut facts = Vec::new();
    for record in records(text).iter().filter(|own| is_about_extensions(own)) {
        let Some(bundle) = record.bundle().filter(|own| subject.has(own)) else {
            continue;
        };
        seen.extend(record.line..=record.last);
        let team = record.get(&["team", "teamid", "team_id", "team_identifier"]);
        if let Some(index) = record.get(&["idx"]) {
            // The load tag: only what is loaded has one.
            if index.parse::<u32>().is_ok_and(|index| index > 0) {
                facts.push(record.fact(Claim::Loaded, bundle));
            }
            continue;
        }
        let state = record.get(&["state"]).unwrap_or_default().replace('_', " ");
        let Some(state) = systemextensionsctl::state(&state) else {
            continue;
        };
        if team.is_some_and(|team| !team.is_empty() && team != subject.team.as_str()) {
            facts.push(record.fact(Claim::ListedForOtherTeam, bundle));
            continue;
        }
        facts.push(record.fact(Claim::SystemExtension(state), bundle));
        if let Some(category) = record.get(&["category"]) {
            let name = category.trim_start_matches("com.apple.system_extension.");
            facts.push(record.fact(Claim::Category(type_of(name)), bundle));
        }
        // osquery/osquery 6915: whether a system-extension policy allows its team or itself.
        if record.get(&["mdm_managed"]) == Some("1") {
            facts.push(record.fact(Claim::Covered(System, Width::Bundle), bundle));
        }
    }
    facts.extend(cut_record(text, subject));
    facts
}

/// That the last object of a list has no end, and names the subject.
fn cut_record(text: &Text, subject: &Subject) -> Option<Fact> {
    let whole = text.joined();
    let last = &whole[whole.rfind('{')?..];
    let mut values = serde_json::Deserializer::from_str(last).into_iter::<serde_json::Value>();
    let is_cut = matches!(values.next(), Some(Err(error)) if error.is_eof());
    let named = subject.identified_in(last);
    let bundle = named.first().filter(|_| is_cut)?;
    let line = text.lines().last()?;
    Some(Fact::at(Some(line.number), last, Claim::ListCut).of(bundle))
}

fn records(text: &Text) -> Vec<Record> {
    let whole = text.joined();
    if !MARKS.iter().any(|mark| whole.contains(mark)) {
        return Vec::new();
    }
    let objects = json::objects(text, &MARKS, &mut Seen::new());
    let mut found: Vec<Record> = objects.iter().map(|object| of_json(text, object)).collect();
    let lines: Vec<Line<'_>> = text.lines().collect();
    found.extend(of_lines(&lines));
    found.extend(of_table(&lines));
    found
}

fn of_json(text: &Text, object: &json::Object) -> Record {
    let entries = object.entries.iter();
    let values: Vec<(String, String)> = entries
        .map(|(name, value)| {
            let plain = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (name.to_ascii_lowercase(), plain)
        })
        .collect();
    let named = values.iter().find(|(name, _)| {
        name.contains("identifier") || name.contains("bundle_id") || name == "name"
    });
    let line = named.map_or(object.first, |(_, value)| {
        json::line_with(text, object, value)
    });
    let shown: Vec<String> = values
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    Record {
        line,
        last: line,
        text: shown.join(", "),
        values,
    }
}

/// `key = value` on lines of their own; a key that comes again begins the next record.
fn of_lines(lines: &[Line<'_>]) -> Vec<Record> {
    let mut found: Vec<Record> = Vec::new();
    let mut is_open = false;
    for line in lines {
        let pair = line.text.split_once(" = ").filter(|(key, _)| {
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            !key.is_empty() && key.bytes().all(is_name)
        });
        let Some((key, value)) = pair else {
            is_open = false;
            continue;
        };
        let key = key.to_ascii_lowercase();
        let is_next = !is_open || found.last().is_some_and(|own| own.get(&[&key]).is_some());
        if is_next {
            found.push(Record {
                values: Vec::new(),
                line: line.number,
                last: line.number,
                text: String::new(),
            });
        }
        is_open = true;
        if let Some(record) = found.last_mut() {
            if key == "state" || key == "linked_against" {
                line.text.clone_into(&mut record.text);
            }
            record.last = line.number;
            record.values.push((key, value.trim().to_owned()));
        }
    }
    found
}

/// A head with the columns, and rows with as many cells.
fn of_table(lines: &[Line<'_>]) -> Vec<Record> {
    let mut found = Vec::new();
    let mut head: Option<(char, Vec<String>)> = None;
    for line in lines {
        if let Some((separator, columns)) = &head {
            let cells = cells(line.text, *separator);
            if cells.len() == columns.len() {
                let values = columns
                    .iter()
                    .cloned()
                    .zip(cells.into_iter().map(str::to_owned));
                found.push(Record {
                    values: values.collect(),
                    line: line.number,
                    last: line.number,
                    text: line.text.to_owned(),
                });
                continue;
            }
        }
        let separators = ['|', '\t', ';', ','].into_iter();
        let mut heads = separators.map(|own| (own, cells(line.text, own)));
        let is_head = |(_, cells): &(char, Vec<&str>)| {
            cells.len() > 1 && MARKS.iter().any(|mark| cells.contains(mark))
        };
        if let Some((separator, columns)) = heads.find(is_head) {
            let columns = columns.into_iter().map(str::to_ascii_lowercase);
            head = Some((separator, columns.collect()));
        }
    }
    found
}

fn cells(text: &str, separator: char) -> Vec<&str> {
    let text = text.trim_matches('|');
    text.split(separator)
        .map(|cell| cell.trim().trim_matches('"'))
        .collect()
}
