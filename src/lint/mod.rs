//! The engine: runs the rules over files and over the repository, and makes one report of what they found.
//!
//! Two steps, because files are read on all cores and rules over the repository need all of them:
//! [`check_file`] is a pure function of one file; [`conclude`] puts the results together.

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
mod alike;
mod described;
mod digest;
#[cfg(test)]
mod many_tests;
mod mark;
#[cfg(test)]
mod mutation_tests;
mod name;
mod placeholder;
mod request;
mod resolve;
pub(crate) mod signs;
mod stable_uuid;
mod suppression;
mod told_once;

use std::cell::OnceCell;
use std::sync::Arc;

use deviation::Deviation;
use facts::{Facts, Keep};
use finding::{Finding, Reporter};
use rayon::prelude::*;
use report::Report;
use repository::{Member, Read, Repository};
use rule::{Check, Rule};
use rules::RULES;
use settings::{Plan, Plans, Settings};
use signs::Signs;
use suppression::{Fault, Suppression};

use crate::plist::Spare;
use crate::profile::allowed::{Statement, statements};
use crate::profile::{Document, ExtensionPolicy, Profile, with_document_in};

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
    facts: Option<Facts>,
    /// What it allows, if there is a policy to hold it against.
    statements: Vec<Statement>,
    /// The comments that silence rules.
    suppressions: Vec<Suppression>,
    /// Whether it could be read from disk at all.
    unreadable: bool,
}

/// Runs the rules about one file. `file` is its number in the report.
pub(crate) fn check_file(
    file: u32,
    path: impl Into<Arc<str>>,
    bytes: &[u8],
    settings: &Settings,
) -> FileReport {
    let memory = &mut Memory::default();
    check_file_in(memory, file, &path.into(), bytes, settings, Keep::Marks)
}

/// Memory that the look at one file leaves to the next: what is kept of ten thousand would else lie between what is not,
/// and so spread over more.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// For its values.
    tree: Spare,
    /// For what its rules find.
    findings: Vec<Finding>,
    /// For the numbers of its names.
    numbers: Vec<u32>,
}

/// Runs the rules about one file, in memory that an earlier one left. `file` is its number in the report.
pub(crate) fn check_file_in(
    memory: &mut Memory,
    file: u32,
    path: &Arc<str>,
    bytes: &[u8],
    settings: &Settings,
    keep: Keep,
) -> FileReport {
    let number = settings.plan_number(path);
    let plan = settings.plan(number);
    let Memory {
        tree,
        findings,
        numbers,
    } = memory;
    with_document_in(tree, path, bytes, |document| {
        let signs = run(document, file, settings.now, plan, findings);
        let suppressions = suppression::read(document, |span, fault: &Fault| {
            let plan = Plans::One(plan);
            let rule = &rules::invalid_ignore::RULE;
            if let Some(mut report) = reporter(rule, file, plan, settings, findings) {
                rules::invalid_ignore::report(span, fault, &mut report);
            }
        });
        // Key paths are found in the order of the file.
        report::order(findings);
        resolve::resolve(document, file, settings.key_paths, findings);
        // Room for as many as there are: most files have one or two, and ten thousand wait for the report.
        let mut kept = Vec::with_capacity(findings.len());
        kept.append(findings);
        FileReport {
            path: Arc::clone(path),
            plan: number,
            findings: kept,
            facts: Facts::after(document, signs, keep, numbers),
            statements: if settings.policy.is_some() && !document.is_refused() {
                Profile::of(document).map_or_else(Vec::new, statements)
            } else {
                Vec::new()
            },
            suppressions,
            unreadable: false,
        }
    })
}

/// Reports of files, put together as they come.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// The files, in the order of their numbers.
    files: Vec<FileReport>,
    /// What their rules found.
    findings: Vec<Finding>,
}

impl Gathered {
    /// Adds reports. The lists of findings of each file go back at once, and serve for the next ones.
    pub(crate) fn add(&mut self, reports: Vec<FileReport>) {
        self.files.reserve(reports.len());
        for mut report in reports {
            self.findings.append(&mut report.findings);
            report.findings = Vec::new();
            self.files.push(report);
        }
    }
}

impl From<Vec<FileReport>> for Gathered {
    fn from(reports: Vec<FileReport>) -> Self {
        let mut gathered = Self::default();
        gathered.add(reports);
        gathered
    }
}

/// The report of a file that could not be read from disk: that is a finding, and the run goes on.
pub(crate) fn unreadable(
    file: u32,
    path: impl Into<Arc<str>>,
    why: &str,
    settings: &Settings,
) -> FileReport {
    let path = path.into();
    let mut findings = Vec::new();
    let number = settings.plan_number(&path);
    let plan = settings.plan(number);
    if let Some(mut report) = reporter(
        &rules::unreadable_profile::RULE,
        file,
        Plans::One(plan),
        settings,
        &mut findings,
    ) {
        rules::unreadable_profile::report(why, &mut report);
    }
    FileReport {
        path,
        plan: number,
        findings,
        facts: None,
        statements: Vec::new(),
        suppressions: Vec::new(),
        unreadable: true,
    }
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

/// Runs the rules of every scope but the repository, and hands out what the profile shows at first sight.
fn run(
    document: &Document<'_>,
    file: u32,
    now: f64,
    plan: &Plan,
    findings: &mut Vec<Finding>,
) -> Signs {
    let subject = Subject::new(document, plan.minimum_os);
    let signs = subject.signs();
    for (number, rule) in RULES.iter().enumerate() {
        if plan.severity(number).is_none() || rule.when.is_some_and(|needed| !signs.has(needed)) {
            continue;
        }
        let mut report = Reporter {
            rule,
            number,
            plans: Plans::One(plan),
            file,
            now,
            findings,
        };
        subject.check(rule.check, &mut report);
    }
    signs
}

/// What rules about one file look at.
struct Subject<'d> {
    /// The file.
    document: &'d Document<'d>,
    /// The profile in it, unless a Mac refuses the file.
    profile: Option<Profile<'d>>,
    /// Its extension policies.
    policies: Vec<ExtensionPolicy<'d>>,
    /// The oldest macOS it is for.
    minimum_os: Option<(u16, u16)>,
    /// Where it differs from Apple's descriptions, once a rule asks.
    deviations: OnceCell<Vec<Deviation<'d>>>,
}

impl<'d> Subject<'d> {
    /// A file to look at.
    fn new(document: &'d Document<'d>, minimum_os: Option<(u16, u16)>) -> Self {
        let profile = Profile::of(document).filter(|_| !document.is_refused());
        Self {
            document,
            profile,
            policies: profile
                .into_iter()
                .flat_map(Profile::extension_policies)
                .collect(),
            minimum_os,
            deviations: OnceCell::new(),
        }
    }

    /// What one look over it tells.
    fn signs(&self) -> Signs {
        self.profile.map_or(Signs::default(), |profile| {
            Signs::of(profile, &self.policies)
        })
    }

    /// Runs the check of one rule.
    fn check(&self, check: Check, report: &mut Reporter<'_>) {
        match check {
            Check::Document(check) => check(self.document, report),
            Check::Signature(check) => {
                if let Some(signed) = self.document.signed() {
                    check(signed, report);
                }
            }
            Check::Profile(check) => {
                if let Some(profile) = self.profile {
                    check(profile, report);
                }
            }
            Check::Payload(check) => {
                for payload in self.profile.into_iter().flat_map(Profile::payloads) {
                    check(payload, report);
                }
            }
            Check::Schema(check) => {
                for deviation in self.deviations() {
                    check(deviation, report);
                }
            }
            Check::Extensions(check) => {
                for policy in &self.policies {
                    check(*policy, report);
                }
            }
            Check::KernelExtensions(check) => {
                for policy in &self.policies {
                    if let ExtensionPolicy::Kernel(policy) = policy {
                        check(*policy, report);
                    }
                }
            }
            Check::SystemExtensions(check) => {
                for policy in &self.policies {
                    if let ExtensionPolicy::System(policy) = policy {
                        check(*policy, report);
                    }
                }
            }
            Check::Policy(_) | Check::Repository(_) | Check::Engine => {}
        }
    }

    /// Where it differs from Apple's descriptions.
    fn deviations(&self) -> &[Deviation<'d>] {
        self.deviations.get_or_init(|| {
            self.profile.map_or_else(Vec::new, |profile| {
                deviation::of_profile(profile, self.minimum_os)
            })
        })
    }
}

/// Runs the rules over the repository and makes the report. `read` fetches the bytes of a file again, for the few
/// places that rules over the repository point at.
pub(crate) fn conclude(
    gathered: impl Into<Gathered>,
    settings: &Settings,
    read: &Read<'_>,
) -> Report {
    let Gathered {
        mut files,
        mut findings,
    } = gathered.into();
    let mut across = Vec::new();
    {
        let facts = files.iter_mut().zip(0..).filter_map(|(file, number)| {
            let facts = file.facts.as_mut().filter(|facts| facts.is_short())?;
            Some((number, facts))
        });
        repository::complete(&mut facts.collect::<Vec<_>>(), read);
        let members = files.iter().zip(0..).filter_map(|(file, number)| {
            Some(Member {
                file: number,
                target: settings.plan(file.plan).target,
                facts: file.facts.as_ref()?,
            })
        });
        let repository = Repository::new(members, read);
        let one = |(number, rule): (usize, &&'static Rule)| {
            let mut found = Vec::new();
            if let Check::Repository(check) = rule.check {
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
