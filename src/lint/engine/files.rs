//! Runs the rules about one file, and keeps of it what the report and the rules over the repository need.

use std::sync::Arc;

use super::{resolve, walk};
use crate::lint::accept::suppression;
use crate::lint::config::settings::Settings;
use crate::lint::file_report::FileReport;
use crate::lint::model::file_id::FileId;
use crate::lint::model::finding::{Finding, Place, Reporter};
use crate::lint::model::plan::Plans;
use crate::lint::model::report;
use crate::lint::rules;
use crate::lint::views::facts::CrossFileFacts;

use crate::profile::allowed::statements;
use crate::profile::permission::permissions;
use crate::profile::{Common, Document, Profile, with_document};
use crate::schema::Table;
use crate::severity::Severity;
use crate::source::excerpt::Excerpt;

/// Runs the rules about one profile. `number` is its number in the report.
pub(crate) fn check_file(
    number: u32,
    path: impl Into<Arc<str>>,
    bytes: &[u8],
    settings: &Settings,
) -> FileReport {
    let path = path.into();
    with_document(&path, bytes, |document| {
        check(document, FileId::Profile(number), &path, settings)
    })
}

fn check(
    document: &Document<'_>,
    file: FileId,
    path: &Arc<str>,
    settings: &Settings,
) -> FileReport {
    let number = settings.plan_number(path);
    let plan = settings.plan(number);
    let mut findings = Vec::new();
    let rules = settings.rules_on(number);
    walk::check(document, plan, rules, file, settings.now, &mut findings);
    let suppressions = suppression::read(document, settings.rules, |span, fault| {
        let rule = rules::invalid_ignore::RULE.id;
        let plans = Plans::One(plan);
        let mut report = Reporter::new(rule, plans, file, settings.now, &mut findings);
        rules::invalid_ignore::report(span, fault, &mut report);
    });
    report::order(&mut findings);
    resolve::resolve(document, file, settings.key_paths, &mut findings);
    findings.shrink_to_fit();
    let profile = Profile::of(document).filter(|_| !document.is_refused());
    // What a Mac refuses delivers nothing of a policy.
    let compared = profile.filter(|_| settings.policy.is_some() && document.refusal().is_none());
    let undescribed =
        profile.map_or_else(Vec::new, |profile| undescribed(profile, plan.fleet.table));
    let facts = CrossFileFacts::of(document);
    FileReport {
        path: Arc::clone(path),
        plan: number,
        undescribed: undescribed.into(),
        excerpt: settings
            .lines_from
            .and_then(|lowest| lines(document, &findings, file, lowest)),
        findings,
        is_judged: facts.is_some(),
        facts: facts.map(Box::new),
        statements: compared.map_or_else(Vec::new, statements).into(),
        permissions: compared.map_or_else(Vec::new, permissions).into(),
        suppressions: suppressions.into(),
        unreadable: false,
    }
}

/// The payload types, and preference domains inside payloads, that Apple does not describe.
fn undescribed(profile: Profile<'_>, table: &Table) -> Vec<Box<str>> {
    let types = profile
        .payloads_and_wrapped()
        .filter_map(Common::payload_type);
    types
        .filter(|own| table.of_type(own.as_str()).is_empty())
        .map(|own| own.as_str().into())
        .collect()
}

/// The lines that show findings of this severity and above.
fn lines(
    document: &Document<'_>,
    findings: &[Finding],
    file: FileId,
    lowest: Severity,
) -> Option<Box<Excerpt>> {
    let shown = findings.iter().filter(|one| one.severity >= lowest);
    let places = shown.flat_map(Finding::places);
    let spots: Vec<_> = places
        .filter(|place| place.file == file)
        .filter_map(Place::spot)
        .collect();
    if spots.is_empty() {
        return None;
    }
    Some(Box::new(Excerpt::of(document.text, spots)))
}

/// The report of a file that could not be read from disk: that is a finding, and the run goes on.
pub(crate) fn unreadable(
    number: u32,
    path: impl Into<Arc<str>>,
    why: &str,
    settings: &Settings,
) -> FileReport {
    let path = path.into();
    let mut findings = Vec::new();
    let plan_number = settings.plan_number(&path);
    let plan = settings.plan(plan_number);
    let mut report = Reporter::new(
        rules::unreadable_profile::RULE.id,
        Plans::One(plan),
        FileId::Profile(number),
        settings.now,
        &mut findings,
    );
    rules::unreadable_profile::report(why, &mut report);
    FileReport {
        path,
        plan: plan_number,
        findings,
        is_judged: false,
        facts: None,
        statements: Box::default(),
        permissions: Box::default(),
        undescribed: Box::default(),
        suppressions: Box::default(),
        excerpt: None,
        unreadable: true,
    }
}

/// Says of a profile that it is not what was judged any more: what rules over several files would show of it is left out.
pub(super) fn changed(
    number: u32,
    why: &str,
    files: &mut [FileReport],
    settings: &Settings,
    plans: Plans<'_>,
    findings: &mut Vec<Finding>,
) {
    let (rule, file) = (rules::unreadable_profile::RULE.id, FileId::Profile(number));
    let mut report = Reporter::new(rule, plans, file, settings.now, findings);
    rules::unreadable_profile::report(why, &mut report);
    if let Some(file) = files.get_mut(number as usize) {
        file.unreadable = true;
    }
}
