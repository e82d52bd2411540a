//! Runs the rules over files and over the repository, and makes one report of what they found.
//!
//! Two steps, because files are read on all cores and rules over the repository need all of them:
//! [`check_file`] judges each file by itself; [`conclude`] puts the results together.

#[cfg(test)]
mod age_tests;
#[cfg(test)]
mod described;
mod files;
#[cfg(test)]
mod mutation_tests;
mod resolve;
mod walk;

use std::collections::BTreeMap;

use rayon::prelude::*;

pub(crate) use files::{check_file, unreadable};

use super::accept;
use super::config::settings::Settings;
use super::file_report::FileReport;
use super::model::file_id::FileId;
use super::model::finding::{Finding, Reporter};
use super::model::plan::Plans;
use super::model::report::{self, Report};
use super::rule::{Check, Rule};
use super::rules::macos_not_described;
use super::views::against::{Against, ProfileStatement};
use super::views::facts::CrossFileFacts;
use super::views::repository::{Member, Repository};
use super::views::reread::{ReadBytes, Reread};
use crate::policy::Policy;
use crate::target::Target;

/// Fewer files than this are looked at faster than threads start.
const PARALLEL_FROM: usize = 256;

/// Runs the rules over the repository and makes the report. `read` fetches the bytes of a profile again, for the few
/// places that rules over the repository point at.
pub(crate) fn conclude(
    mut files: Vec<FileReport>,
    settings: &Settings,
    read: &ReadBytes<'_>,
) -> Report {
    let reread = Reread::new(read);
    let of_profiles: Vec<u32> = files.iter().map(|file| file.plan).collect();
    let plans = Plans::All(&settings.plans, &of_profiles);
    let mut findings = across_files(&files, settings, plans, &reread);
    if let Some(policy) = &settings.policy {
        beside_policy(policy, &files, settings, plans, &mut findings);
    }
    // A list that grows by doubling leaves holes of its own size.
    findings.reserve_exact(files.iter().map(|file| file.findings.len()).sum());
    for file in &mut files {
        // What is in them nothing asks for any more, and it is a tenth of the memory of a run.
        file.facts = file.facts.take().map(|_| CrossFileFacts::default());
        findings.extend(std::mem::take(&mut file.findings));
    }
    report::order(&mut findings);
    let accepted = accept::accept(&mut findings, &files, settings, plans);
    not_described(settings, plans, &mut findings);
    // Rules about one file have their lines already.
    let unresolved = findings.extract_if(.., |finding| !finding.is_resolved);
    let mut late: Vec<_> = unresolved.collect();
    resolve::resolve_across(&mut late, &findings, &mut files, settings, &reread);
    findings.append(&mut late);
    for (number, why) in reread.failed() {
        files::changed(number, &why, &mut files, settings, plans, &mut findings);
    }
    let mut undescribed = BTreeMap::<Box<str>, usize>::new();
    for payload_type in files
        .iter_mut()
        .flat_map(|file| std::mem::take(&mut file.undescribed))
    {
        *undescribed.entry(payload_type).or_default() += 1;
    }
    let profiles = files.into_iter().map(|file| report::CheckedProfile {
        path: file.path,
        excerpt: file.excerpt,
        unreadable: file.unreadable,
    });
    let mut report = Report::new(
        profiles,
        settings.extras(),
        findings,
        accepted,
        settings.descriptions(),
    );
    report.undescribed = undescribed;
    report.set_aside = settings.set_aside();
    report
}

/// Reports versions of macOS in the configuration of which nothing is known.
fn not_described(settings: &Settings, plans: Plans<'_>, findings: &mut Vec<Finding>) {
    let newest = settings.descriptions().newest;
    let rule = macos_not_described::RULE.id;
    for (key, release, span) in settings.config.iter().flat_map(|config| &config.releases) {
        if *release > newest.release() {
            let mut report = Reporter::new(rule, plans, FileId::Config, settings.now, findings);
            macos_not_described::report(key, *release, *span, newest, &mut report);
        }
    }
}

/// What the rules over the repository find.
fn across_files(
    files: &[FileReport],
    settings: &Settings,
    plans: Plans<'_>,
    reread: &Reread<'_>,
) -> Vec<Finding> {
    // In a folder that `render` wrote for several servers, each file has the name of its server. Beside a file without one
    // nothing is concluded from names, because that file may meet any of them.
    let named: Option<Vec<Target>> = files.iter().map(|own| Target::of_file(&own.path)).collect();
    let mut members = Vec::with_capacity(files.len());
    members.extend(files.iter().enumerate().filter_map(|(number, file)| {
        let named = named.as_ref().map(|targets| targets[number]);
        let target = settings.plan(file.plan).target.or(named);
        let facts = file.facts.as_ref()?;
        Some(Member::new(FileId::profile(number), target, facts))
    }));
    let repository = Repository::new(members, reread);
    let one = |rule: &&'static Rule| {
        let mut found = Vec::new();
        if let [Check::Repository(check), ..] = rule.checks {
            let first = FileId::Profile(0);
            let mut report = Reporter::new(rule.id, plans, first, settings.now, &mut found);
            check(&repository, &mut report);
        }
        found
    };
    // These rules know nothing of each other, so a large repository is looked at by all at once.
    let found: Vec<Vec<Finding>> = if files.len() < PARALLEL_FROM {
        settings.rules.iter().map(one).collect()
    } else {
        settings.rules.par_iter().map(one).collect()
    };
    found.into_iter().flatten().collect()
}

/// Runs the rules that need the policy.
fn beside_policy(
    policy: &Policy,
    files: &[FileReport],
    settings: &Settings,
    plans: Plans<'_>,
    findings: &mut Vec<Finding>,
) {
    let said = files.iter().enumerate().flat_map(|(number, report)| {
        let file = FileId::profile(number);
        let target = settings.plan(report.plan).target;
        let said = move |statement| ProfileStatement {
            file,
            target,
            statement,
        };
        report.statements.iter().map(said)
    });
    let permitted = files.iter().enumerate().flat_map(|(number, report)| {
        let file = FileId::profile(number);
        report.permissions.iter().map(move |own| (file, own))
    });
    let against = Against::new(policy, said, permitted);
    for rule in settings.rules {
        if let [Check::Policy(check), ..] = rule.checks {
            let file = FileId::Policy;
            let mut report = Reporter::new(rule.id, plans, file, settings.now, findings);
            check(&against, &mut report);
        }
    }
}
