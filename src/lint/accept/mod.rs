//! Takes out what the user accepted: by a comment in the file, in the configuration, or in the baseline. What accepts
//! nothing is a finding itself, so that old exceptions do not lie around and hide new faults.

mod comments;
mod configured;

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::Baseline;
use super::finding::{Finding, Reporter};
use super::report::{Accepted, Extra, Role};
use super::rule::Rule;
use super::rules::{RULES, stale_baseline_entry};
use super::settings::{Plans, Settings, rule_number};
use super::{FileReport, fingerprint, told_once};

/// The numbers of the files that are no profiles; they come after the profiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    /// The configuration.
    config: u32,
    /// The baseline.
    baseline: u32,
    /// The policy.
    pub(super) policy: u32,
}

impl Numbers {
    /// The numbers after so many profiles.
    pub(super) fn after(profiles: usize, settings: &Settings) -> Self {
        let config = u32::try_from(profiles).unwrap_or(u32::MAX);
        let baseline = config + u32::from(settings.config.is_some());
        Self {
            config,
            baseline,
            policy: baseline + u32::from(settings.baseline.is_some()),
        }
    }
}

/// The files that are no profiles, in the order of their numbers.
pub(super) fn extras(settings: &Settings) -> Vec<Extra> {
    let extra = |role: Role, path: &str, text: &str| Extra {
        role,
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let config = settings.config.iter();
    let baseline = settings.baseline.iter();
    let policy = settings.policy.iter();
    config
        .map(|config| extra(Role::Configuration, &config.path, &config.text))
        .chain(baseline.map(|baseline| extra(Role::Baseline, &baseline.path, &baseline.text)))
        .chain(policy.map(|policy| extra(Role::Policy, &policy.path, &policy.text)))
        .collect()
}

/// The path of any file that findings are about.
fn path<'s>(file: u32, files: &'s [FileReport], settings: &'s Settings) -> &'s str {
    if let Some(file) = files.get(file as usize) {
        return &file.path;
    }
    let numbers = Numbers::after(files.len(), settings);
    let config = settings.config.as_ref();
    let baseline = settings.baseline.as_ref();
    let policy = settings.policy.as_ref();
    [
        (numbers.policy, policy.map(|policy| &*policy.path)),
        (numbers.baseline, baseline.map(|baseline| &*baseline.path)),
        (numbers.config, config.map(|config| &*config.path)),
    ]
    .into_iter()
    .find_map(|(number, path)| path.filter(|_| number == file))
    .unwrap_or_default()
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
fn ran(rule: usize, file: u32, files: &[FileReport], settings: &Settings) -> bool {
    let is_read = files
        .get(file as usize)
        .is_none_or(|file| file.facts.is_some());
    let has_what_it_needs = settings.policy.is_some() || !RULES[rule].needs_policy();
    let plan = Plans::All(settings, files).of(file);
    is_read && has_what_it_needs && plan.severity(rule).is_some()
}

/// Reports with a rule of the engine.
fn tell(
    rule: &'static Rule,
    file: u32,
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
    let path = |file: u32| path(file, files, settings);
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
    let numbers = Numbers::after(files.len(), settings);
    let own = numbers.baseline;
    let policy = settings.policy.as_ref().map(|_| numbers.policy);
    // The first file of a name counts; a baseline can be as long as the repository.
    let mut by_path = BTreeMap::new();
    for file in (0..).take(files.len()).chain(policy) {
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
                own,
                files,
                settings,
                late,
                |report| stale_baseline_entry::report(entry, report),
            );
        }
    }
}
