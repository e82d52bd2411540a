//! Findings that a repository lives with for now. A baseline accepts them by rule, path and content and not by line,
//! so that it survives edits elsewhere in the file, and every new finding still fails.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::lint::model::fingerprint;
use crate::lint::model::report::Report;
use crate::lint::model::rule_id::RuleId;
use crate::source::Span;

/// The only version so far.
const VERSION: u32 = 1;

/// A baseline that was read.
#[derive(Clone, Debug)]
pub(crate) struct Baseline {
    /// The file as it is shown.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) entries: Vec<BaselineEntry>,
    /// The fingerprints of all entries.
    fingerprints: BTreeSet<u128>,
    /// Paths of entries that are not files any more.
    pub(crate) gone: BTreeSet<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct BaselineEntry {
    pub(crate) rule: String,
    pub(crate) path: String,
    /// What the rule said.
    pub(crate) message: String,
    pub(crate) fingerprint: u128,
    /// Where the fingerprint is in the text.
    pub(crate) span: Span,
}

/// The file as JSON.
#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    /// The accepted findings, sorted.
    findings: Vec<WrittenEntry>,
}

/// An entry as JSON.
#[derive(Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct WrittenEntry {
    path: String,
    rule: String,
    /// What the rule said, for people.
    message: String,
    fingerprint: String,
}

impl Baseline {
    /// Reads a baseline; the error says what is wrong with it. `exists` says whether a path is still a file.
    pub(crate) fn read(
        path: &str,
        text: String,
        exists: &dyn Fn(&str) -> bool,
    ) -> Result<Self, String> {
        let written: Written = serde_json::from_str(&text).map_err(|error| why(&error))?;
        if written.version != VERSION {
            return Err(format!(
                "it has version {}, and this kextpolicy knows version {VERSION}",
                written.version
            ));
        }
        let mut entries = Vec::with_capacity(written.findings.len());
        let mut from = 0;
        for entry in written.findings {
            let fingerprint = u128::from_str_radix(&entry.fingerprint, 16)
                .map_err(|_| format!("`{}` is not a fingerprint", entry.fingerprint))?;
            // Entries are in the text in their order, so the search never goes back.
            let at = text[from..]
                .find(&entry.fingerprint)
                .map_or(from, |at| from + at);
            from = at + entry.fingerprint.len().min(text.len() - at);
            entries.push(BaselineEntry {
                rule: entry.rule,
                path: entry.path,
                message: entry.message,
                fingerprint,
                span: Span::new(at, from),
            });
        }
        let paths: BTreeSet<&String> = entries.iter().map(|entry| &entry.path).collect();
        let gone = paths
            .into_iter()
            .filter(|path| !exists(path))
            .cloned()
            .collect();
        Ok(Self {
            path: path.to_owned(),
            text,
            fingerprints: entries.iter().map(|entry| entry.fingerprint).collect(),
            entries,
            gone,
        })
    }

    /// Whether a finding is accepted.
    pub(crate) fn knows(&self, fingerprint: u128) -> bool {
        self.fingerprints.contains(&fingerprint)
    }
}

/// A baseline that accepts everything a report found in profiles or in the policy, and how much that is. The same report gives the same
/// bytes.
pub(crate) fn write(
    report: &Report,
    is_about_policy: &dyn Fn(RuleId) -> bool,
) -> Result<(String, usize), serde_json::Error> {
    let fingerprints = fingerprint::all(&report.findings, &|file| report.path(file));
    let mut findings: Vec<WrittenEntry> = report
        .findings
        .iter()
        .zip(fingerprints)
        .filter(|(finding, _)| {
            finding.place.file.number().is_some() || is_about_policy(finding.rule)
        })
        .map(|(finding, fingerprint)| WrittenEntry {
            path: report.path(finding.place.file).to_owned(),
            rule: finding.rule.name.to_owned(),
            message: finding.message.clone().into_owned(),
            fingerprint: fingerprint::hexadecimal(fingerprint),
        })
        .collect();
    findings.sort();
    let count = findings.len();
    let mut text = serde_json::to_string_pretty(&Written {
        version: VERSION,
        findings,
    })?;
    text.push('\n');
    Ok((text, count))
}
/// Why a text is not what `--write-baseline` writes, and where.
fn why(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    if error.is_eof() {
        format!("it ends too early, in line {line}")
    } else if error.is_data() {
        format!("a field is missing, unknown or of another type, in line {line}, column {column}")
    } else {
        format!("it cannot be read from line {line}, column {column} on")
    }
}
