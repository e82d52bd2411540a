//! The engine: runs the rules over files and over the repository, and makes one report of what they found.
//!
//! Two steps, because files are read on all cores and rules over the repository need all of them:
//! [`check_file`] looks at each file by itself; [`conclude`] puts the results together.

pub(crate) mod baseline;
pub(crate) mod config;
pub(crate) mod deviation;
pub(crate) mod edit;
pub(crate) mod facts;
pub(crate) mod finding;
pub(crate) mod fingerprint;
pub(crate) mod fix;
pub(crate) mod report;
pub(crate) mod repository;
pub(crate) mod rule;
pub(crate) mod rules;
pub(crate) mod settings;

mod accept;
pub(crate) mod against;
mod case_insensitive;
mod described;
mod digest;
mod files;
#[cfg(test)]
mod mutation_tests;
mod name_hash;
mod placeholder;
mod request;
mod resolve;
mod stable_uuid;
mod suppression;
mod told_once;
mod values;
mod walk;

use std::sync::Arc;

use facts::CrossFileFacts;
pub(crate) use files::{check_file, unreadable};
use finding::{Finding, Reporter};
use rayon::prelude::*;
use report::Report;
use repository::{Member, Read, Repository};
use rule::{Check, Rule};
use rules::RULES;
use settings::{Plans, Settings};
use suppression::Suppression;

use crate::profile::allowed::Statement;
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
    facts: Option<Box<CrossFileFacts>>,
    /// What it allows, if there is a policy to hold it against.
    statements: Box<[Statement]>,
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
    file: u32,
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

/// Runs the rules over the repository and makes the report. `read` fetches the bytes of a file again, for the few
/// places that rules over the repository point at.
pub(crate) fn conclude(mut files: Vec<FileReport>, settings: &Settings, read: &Read<'_>) -> Report {
    let of_files = files
        .iter_mut()
        .map(|file| std::mem::take(&mut file.findings));
    let mut findings: Vec<Finding> = of_files.flatten().collect();
    let mut across = Vec::new();
    {
        let members = files.iter().zip(0..).filter_map(|(file, number)| {
            Some(Member {
                file: number,
                target: settings.plan(file.plan).target,
                facts: file.facts.as_deref()?,
            })
        });
        let repository = Repository::new(members, read);
        let one = |(number, rule): (usize, &&'static Rule)| {
            let mut found = Vec::new();
            if let [Check::Repository(check), ..] = rule.checks {
                let mut report = Reporter {
                    rule,
                    number,
                    plans: Plans::All(settings, &files),
                    file: 0,
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
        across.extend(found.into_iter().flatten());
    }
    if let Some(policy) = &settings.policy {
        against::run(policy, &files, settings, &mut across);
    }
    findings.append(&mut across);
    report::order(&mut findings);
    let accepted = accept::accept(&mut findings, &files, settings);
    let extras = accept::extras(settings);
    let paths: Vec<&str> = files.iter().map(|file| &*file.path).collect();
    // Rules about one file have their lines already.
    let unresolved = findings.extract_if(.., |finding| finding.is_unresolved());
    let mut late: Vec<_> = unresolved.collect();
    resolve::resolve_across(&mut late, &paths, &extras, settings.key_paths, read);
    findings.append(&mut late);
    Report::new(files, extras, findings, accepted)
}
