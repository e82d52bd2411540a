//! Takes out what the user accepted: by a comment in the file, in the configuration, or in the baseline. What accepts
//! nothing is a finding itself, so that old exceptions do not lie around and hide new faults.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::Baseline;
use super::finding::{Finding, Reporter};
use super::report::{Accepted, Extra, Role};
use super::rule::Rule;
use super::rules::{RULES, stale_baseline_entry, unused_ignore};
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

/// The path of a profile or of the policy: what ignores can name.
fn path<'s>(file: u32, files: &'s [FileReport], settings: &'s Settings) -> Option<&'s str> {
    match (files.get(file as usize), &settings.policy) {
        (Some(file), _) => Some(&file.path),
        (None, Some(policy)) if file == Numbers::after(files.len(), settings).policy => {
            Some(&policy.path)
        }
        _ => None,
    }
}

/// Takes accepted findings out, and those told twice, and adds those about what accepts nothing. The findings are in order.
pub(super) fn accept(
    findings: &mut Vec<Finding>,
    files: &[FileReport],
    settings: &Settings,
) -> Accepted {
    let mut late = Vec::new();
    let before = findings.len();
    comments(findings, files, settings, &mut late);
    configured(findings, files, settings, &mut late);
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

/// Whether a rule ran for a file: one that did not run cannot have found anything to ignore.
fn ran(rule: usize, file: u32, files: &[FileReport], settings: &Settings) -> bool {
    let has_what_it_needs = settings.policy.is_some() || !RULES[rule].needs_policy();
    let plan = Plans::All(settings, files).of(file);
    has_what_it_needs && plan.severity(rule).is_some()
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

/// Comments in the files.
fn comments(
    findings: &mut Vec<Finding>,
    files: &[FileReport],
    settings: &Settings,
    late: &mut Vec<Finding>,
) {
    if files.iter().all(|file| file.suppressions.is_empty()) {
        return;
    }
    let mut used: Vec<Vec<bool>> = files
        .iter()
        .map(|file| vec![false; file.suppressions.len()])
        .collect();
    findings.retain(|finding| {
        let place = &finding.place;
        let Some(file) = files.get(place.file as usize) else {
            return true;
        };
        let Some(rule) = rule_number(finding.rule.name) else {
            return true;
        };
        let mut keep = true;
        for (number, suppression) in file.suppressions.iter().enumerate() {
            if suppression.silences(rule, place.span) {
                used[place.file as usize][number] = true;
                keep = false;
            }
        }
        keep
    });
    for ((file, number), used) in files.iter().zip(0..).zip(&used) {
        for (suppression, used) in file.suppressions.iter().zip(used) {
            let rules = &suppression.rules;
            if *used || !rules.iter().any(|rule| ran(*rule, number, files, settings)) {
                continue;
            }
            tell(
                &unused_ignore::RULE,
                number,
                files,
                settings,
                late,
                |report| {
                    unused_ignore::comment(suppression.comment, rules, report);
                },
            );
        }
    }
}

/// `[[ignore]]` of the configuration.
fn configured(
    findings: &mut Vec<Finding>,
    files: &[FileReport],
    settings: &Settings,
    late: &mut Vec<Finding>,
) {
    let Some(config) = settings.config.as_ref() else {
        return;
    };
    if config.ignores.is_empty() {
        return;
    }
    let about = |entry: &super::config::Ignore, file: u32| match &entry.paths {
        None => true,
        Some(paths) => path(file, files, settings)
            .and_then(|path| config.relative(path))
            .is_some_and(|path| paths.holds(&path)),
    };
    let mut used = vec![false; config.ignores.len()];
    findings.retain(|finding| {
        let Some(rule) = rule_number(finding.rule.name) else {
            return true;
        };
        let mut keep = true;
        for (entry, used) in config.ignores.iter().zip(&mut used) {
            if entry.rules.contains(&rule) && about(entry, finding.place.file) {
                *used = true;
                keep = false;
            }
        }
        keep
    });
    let numbers = Numbers::after(files.len(), settings);
    let own = numbers.config;
    let policy = settings.policy.as_ref().map(|_| numbers.policy);
    for (entry, used) in config.ignores.iter().zip(used) {
        if used {
            continue;
        }
        // Only a run over such files can tell.
        let could = (0..own).chain(policy).any(|file| {
            about(entry, file)
                && entry
                    .rules
                    .iter()
                    .any(|rule| ran(*rule, file, files, settings))
        });
        if could {
            tell(&unused_ignore::RULE, own, files, settings, late, |report| {
                unused_ignore::entry(entry.span, report);
            });
        }
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
    let others = extras(settings);
    let path = |file: u32| match files.get(file as usize) {
        Some(file) => file.path.as_str(),
        None => others
            .get(file as usize - files.len())
            .map_or("", |extra| extra.path.as_str()),
    };
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
