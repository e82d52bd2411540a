//! The engine: runs the rules over files and over the repository, and makes one report of what they found.
//!
//! Two steps, because files are read on all cores and rules over the repository need all of them:
//! [`check_file`] looks at each file by itself; [`conclude`] puts the results together.

pub(crate) mod baseline;
pub(crate) mod config;
pub(crate) mod deviation;
pub(crate) mod edit;
pub(crate) mod facts;
pub(crate) mod file_id;
pub(crate) mod finding;
pub(crate) mod fingerprint;
pub(crate) mod fix;
pub(crate) mod report;
pub(crate) mod repository;
pub(crate) mod reread;
pub(crate) mod rule;
pub(crate) mod rules;
pub(crate) mod settings;

mod accept;
pub(crate) mod against;
mod case_insensitive;
mod conditions;
mod described;
mod digest;
mod files;
#[cfg(test)]
mod mutation_tests;
mod name_hash;
mod placeholder;
mod programs;
pub(crate) mod request;
mod requirements;
mod resolve;
mod stable_uuid;
mod suppression;
mod told_once;
mod values;
mod walk;

use std::sync::Arc;

use facts::CrossFileFacts;
use file_id::FileId;
pub(crate) use files::{check_file, unreadable};
use finding::{Finding, Reporter};
use rayon::prelude::*;
use report::Report;
use repository::{Member, Repository};
use reread::{Read, Reread};
use rule::{Check, Rule};
use rules::RULES;
use settings::{Plans, Settings};
use suppression::Suppression;

use crate::profile::allowed::Statement;
use crate::profile::permission::Permission;
use crate::source::excerpt::Excerpt;

/// Fewer files than this are looked at faster than threads start.
const PARALLEL_FROM: usize = 256;

/// What is known of one file after its own rules ran.
#[derive(Clone, Debug)]
pub(crate) struct FileReport {
    /// The file's name.
    pub(crate) path: Arc<str>,
    /// The number of the plan that holds for it.
    plan: u32,
    /// What its rules found, places resolved.
    findings: Vec<Finding>,
    /// What rules over the repository need to know; `None` when there is no profile in it.
    facts: Option<CrossFileFacts>,
    /// What it allows, if there is a policy to hold it against.
    statements: Box<[Statement]>,
    /// What it permits beside extensions, likewise.
    permissions: Box<[Permission]>,
    /// The comments that silence rules.
    suppressions: Box<[Suppression]>,
    /// The lines that a report shows of it.
    excerpt: Option<Box<Excerpt>>,
    /// Whether it could be read from disk at all.
    unreadable: bool,
}

/// A reporter for one rule, unless the rule is off for the file.
fn reporter<'e>(
    rule: &'static Rule,
    file: FileId,
    plans: Plans<'e>,
    settings: &Settings,
    findings: &'e mut Vec<Finding>,
) -> Option<Reporter<'e>> {
    let number = RULES.iter().position(|known| std::ptr::eq(*known, rule))?;
    plans.of(file).severity(number)?;
    Some(Reporter {
        rule,
        number,
        plans,
        file,
        now: settings.now,
        findings,
    })
}

/// Runs the rules over the repository and makes the report. `read` fetches the bytes of a profile again, for the few
/// places that rules over the repository point at.
pub(crate) fn conclude(mut files: Vec<FileReport>, settings: &Settings, read: &Read<'_>) -> Report {
    let reread = Reread::new(read);
    let of_files = files
        .iter_mut()
        .map(|file| std::mem::take(&mut file.findings));
    let mut findings: Vec<Finding> = of_files.flatten().collect();
    findings.append(&mut across_files(&files, settings, &reread));
    if let Some(policy) = &settings.policy {
        against::run(policy, &files, settings, &mut findings);
    }
    report::order(&mut findings);
    let accepted = accept::accept(&mut findings, &files, settings);
    // Rules about one file have their lines already.
    let unresolved = findings.extract_if(.., |finding| finding.is_unresolved());
    let mut late: Vec<_> = unresolved.collect();
    resolve::resolve_across(&mut late, &findings, &mut files, settings, &reread);
    findings.append(&mut late);
    for (number, why) in reread.failed() {
        files::changed(number, &why, &mut files, settings, &mut findings);
    }
    Report::new(files, settings.extras(), findings, accepted)
}

/// What the rules over the repository find.
fn across_files(files: &[FileReport], settings: &Settings, reread: &Reread<'_>) -> Vec<Finding> {
    let members = files.iter().enumerate().filter_map(|(number, file)| {
        let target = settings.plan(file.plan).target;
        let facts = file.facts.as_ref()?;
        Some(Member::new(FileId::profile(number), target, facts))
    });
    let repository = Repository::new(members, reread);
    let one = |(number, rule): (usize, &&'static Rule)| {
        let mut found = Vec::new();
        if let [Check::Repository(check), ..] = rule.checks {
            let mut report = Reporter {
                rule,
                number,
                plans: Plans::All(settings, files),
                file: FileId::Profile(0),
                now: settings.now,
                findings: &mut found,
            };
            check(&repository, &mut report);
        }
        found
    };
    // These rules know nothing of each other, so a large repository is looked at by all at once.
    let found: Vec<Vec<Finding>> = if files.len() < PARALLEL_FROM {
        RULES.iter().enumerate().map(one).collect()
    } else {
        RULES.par_iter().enumerate().map(one).collect()
    };
    found.into_iter().flatten().collect()
}
