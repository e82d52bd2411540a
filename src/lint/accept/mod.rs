//! Takes out what the user accepted: by a comment in the file, in the configuration, or in the baseline. What accepts
//! nothing is a finding itself, so that old exceptions do not lie around and hide new faults.

mod comments;
mod configured;

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::Baseline;
use super::file_id::FileId;
use super::finding::{Finding, Reporter};
use super::report::Accepted;
use super::rule::Rule;
use super::rules::{RULES, stale_baseline_entry};
use super::settings::{Plans, Settings, rule_number};
use super::{FileReport, fingerprint, told_once};

/// The path of any file that findings are about.
fn path<'s>(file: FileId, files: &'s [FileReport], settings: &'s Settings) -> &'s str {
    let path = match file {
        FileId::Profile(number) => files.get(number as usize).map(|file| &*file.path),
        FileId::Config => settings.config.as_ref().map(|own| &*own.path),
        FileId::Baseline => settings.baseline.as_ref().map(|own| &*own.path),
        FileId::Policy => settings.policy.as_ref().map(|own| &*own.path),
    };
    path.unwrap_or_default()
}

/// The files that an exception can name, in their order: every profile, and the policy.
fn acceptable(files: &[FileReport], settings: &Settings) -> impl Iterator<Item = FileId> {
    let policy = settings.policy.as_ref().map(|_| FileId::Policy);
    (0..files.len()).map(FileId::profile).chain(policy)
}

/// Takes accepted findings out, and those told twice, and adds those about what accepts nothing. The findings are in order.
pub(super) fn accept(
    findings: &mut Vec<Finding>,
    files: &[FileReport],
    settings: &Settings,
) -> Accepted {
    let mut late = Vec::new();
    let before = findings.len();
    comments::take_out(findings, files, settings, &mut late);
    configured::take_out(findings, files, settings, &mut late);
    let suppressed = before - findings.len();
    let mut baselined = 0;
    if let Some(baseline) = &settings.baseline {
        let before = findings.len();
        known(findings, files, settings, baseline, &mut late);
        baselined = before - findings.len();
    }
    findings.append(&mut late);
    if settings.policy.is_some() {
        told_once::leave_out(findings, &|name, file| {
            rule_number(name).is_some_and(|rule| ran(rule, file, files, settings))
        });
    }
    Accepted {
        suppressed,
        baselined,
    }
}

/// Whether a rule ran for a file: one that did not run cannot have found anything to ignore. In a file that a Mac refuses most
/// did not, and where the others looked is a guess: what it needs is known once it is repaired.
fn ran(rule: usize, file: FileId, files: &[FileReport], settings: &Settings) -> bool {
    let profile = file.number().and_then(|number| files.get(number));
    let is_read = profile.is_none_or(|file| file.facts.is_some());
    let has_what_it_needs = settings.policy.is_some() || !RULES[rule].needs_policy();
    let plan = Plans::All(settings, files).of(file);
    is_read && has_what_it_needs && plan.severity(rule).is_some()
}

/// Reports with a rule of the engine.
pub(super) fn tell(
    rule: &'static Rule,
    file: FileId,
    files: &[FileReport],
    settings: &Settings,
    late: &mut Vec<Finding>,
    say: impl FnOnce(&mut Reporter<'_>),
) {
    let plans = Plans::All(settings, files);
    if let Some(mut report) = super::reporter(rule, file, plans, settings, late) {
        say(&mut report);
    }
}

/// What the baseline knows.
fn known(
    findings: &mut Vec<Finding>,
    files: &[FileReport],
    settings: &Settings,
    baseline: &Baseline,
    late: &mut Vec<Finding>,
) {
    let path = |file: FileId| path(file, files, settings);
    let mut fingerprints = fingerprint::all(findings, &path).into_iter();
    let mut seen = BTreeSet::new();
    findings.retain(|_| {
        let Some(fingerprint) = fingerprints.next() else {
            return true;
        };
        let is_known = baseline.knows(fingerprint);
        if is_known {
            seen.insert(fingerprint);
        }
        !is_known
    });
    // The first file of a name counts; a baseline can be as long as the repository.
    let mut by_path = BTreeMap::new();
    for file in acceptable(files, settings) {
        by_path.entry(path(file)).or_insert(file);
    }
    for entry in &baseline.entries {
        if seen.contains(&entry.fingerprint) {
            continue;
        }
        let file = by_path.get(entry.path.as_str()).copied();
        let stale = match (file, rule_number(&entry.rule)) {
            (_, None) => true,
            (Some(file), Some(rule)) => ran(rule, file, files, settings),
            // A file that is not linted now may still be there.
            (None, Some(_)) => baseline.gone.contains(&entry.path),
        };
        if stale {
            tell(
                &stale_baseline_entry::RULE,
                FileId::Baseline,
                files,
                settings,
                late,
                |report| stale_baseline_entry::report(entry, report),
            );
        }
    }
}
