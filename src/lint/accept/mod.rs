//! Takes out what the user accepted: by a comment in the file, in the configuration, or in the baseline. What accepts
//! nothing is a finding itself, so that old exceptions do not lie around and hide new faults.

mod comments;
mod configured;
mod policy_first;
pub(crate) mod suppression;

use std::collections::{BTreeMap, BTreeSet};

use super::config::baseline::Baseline;
use super::config::settings::Settings;
use super::file_report::FileReport;
use super::model::file_id::FileId;
use super::model::finding::{Finding, Reporter};
use super::model::fingerprint;
use super::model::plan::Plans;
use super::model::report::Accepted;
use super::model::rule_id::RuleId;
use super::rule::{Rule, find, row};
use super::rules::stale_baseline_entry;

/// A run as exceptions see it: its files, and what holds for each.
#[derive(Clone, Copy)]
struct Files<'f> {
    profiles: &'f [FileReport],
    settings: &'f Settings,
    plans: Plans<'f>,
}

impl<'f> Files<'f> {
    /// The path of any file that findings are about.
    fn path(self, file: FileId) -> &'f str {
        let settings = self.settings;
        let path = match file {
            FileId::Profile(number) => self.profiles.get(number as usize).map(|file| &*file.path),
            FileId::Config => settings.config.as_ref().map(|own| &*own.path),
            FileId::Baseline => settings.baseline.as_ref().map(|own| &*own.path),
            FileId::Policy => settings.policy.as_ref().map(|own| &*own.path),
        };
        path.unwrap_or_default()
    }

    /// The files that an exception can name, in their order: every profile, and the policy.
    fn acceptable(self) -> impl Iterator<Item = FileId> {
        let policy = self.settings.policy.as_ref().map(|_| FileId::Policy);
        (0..self.profiles.len()).map(FileId::profile).chain(policy)
    }

    /// Whether a rule ran for a file: one that did not run cannot have found anything to ignore. In a file that a Mac
    /// refuses most did not, and where the others looked is a guess: what it needs is known once it is repaired.
    fn ran(self, rule: RuleId, file: FileId) -> bool {
        let profile = file.number().and_then(|number| self.profiles.get(number));
        let is_read = profile.is_none_or(|file| file.is_judged);
        let needs_policy = row(self.settings.rules, rule).is_some_and(Rule::needs_policy);
        let has_what_it_needs = self.settings.policy.is_some() || !needs_policy;
        is_read && has_what_it_needs && self.plans.plan_of(file).severity(rule).is_some()
    }

    /// A reporter for a rule of the engine.
    fn reporter(self, rule: RuleId, file: FileId, findings: &'f mut Vec<Finding>) -> Reporter<'f> {
        Reporter::new(rule, self.plans, file, self.settings.now, findings)
    }
}

/// Takes accepted findings out, and those that a rule about the policy reports too, and adds those about what accepts
/// nothing. The findings are in order.
pub(crate) fn accept(
    findings: &mut Vec<Finding>,
    files: &[FileReport],
    settings: &Settings,
    plans: Plans<'_>,
) -> Accepted {
    let files = Files {
        profiles: files,
        settings,
        plans,
    };
    let mut late = Vec::new();
    let before = findings.len();
    comments::take_out(findings, files, &mut late);
    configured::take_out(findings, files, &mut late);
    let suppressed = before - findings.len();
    let mut baselined = 0;
    if let Some(baseline) = &settings.baseline {
        let before = findings.len();
        known(findings, files, baseline, &mut late);
        baselined = before - findings.len();
    }
    findings.append(&mut late);
    if settings.policy.is_some() {
        policy_first::leave_out(findings, &|name, file| {
            find(settings.rules, name).is_some_and(|rule| files.ran(rule, file))
        });
    }
    Accepted {
        suppressed,
        baselined,
    }
}

/// Takes out what the baseline knows, and reports its entries that nothing needs any more.
fn known(
    findings: &mut Vec<Finding>,
    files: Files<'_>,
    baseline: &Baseline,
    late: &mut Vec<Finding>,
) {
    let rules = files.settings.rules;
    let former = |finding: &Finding| row(rules, finding.rule).map_or(&[][..], |row| row.formerly);
    let fingerprints = fingerprint::with_former_names(findings, &|file| files.path(file), &former);
    let mut fingerprints = fingerprints.into_iter();
    let mut seen = BTreeSet::new();
    findings.retain(|_| {
        let names = fingerprints.next().unwrap_or_default();
        let known = names.into_iter().find(|name| baseline.knows(*name));
        seen.extend(known);
        known.is_none()
    });
    // The first file of a name counts; a baseline can be as long as the repository.
    let mut by_path = BTreeMap::new();
    for file in files.acceptable() {
        by_path.entry(files.path(file)).or_insert(file);
    }
    for entry in &baseline.entries {
        if seen.contains(&entry.fingerprint) {
            continue;
        }
        let file = by_path.get(entry.path.as_str()).copied();
        let stale = match (file, find(rules, &entry.rule)) {
            (_, None) => true,
            (Some(file), Some(rule)) => files.ran(rule, file),
            // A file that is not linted now may still be there.
            (None, Some(_)) => baseline.gone.contains(&entry.path),
        };
        if stale {
            let rule = stale_baseline_entry::RULE.id;
            let mut report = files.reporter(rule, FileId::Baseline, late);
            stale_baseline_entry::report(entry, &mut report);
        }
    }
}
