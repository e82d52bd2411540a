//! Takes out what the user accepted: by a comment in the file, in the configuration, or in the baseline. What accepts
//! nothing is a finding itself, so that old exceptions do not lie around and hide new faults.

use super::baseline::Baseline;
use super::finding::{Finding, Reporter};
use super::report::{Accepted, Extra};
use super::rule::Rule;
use super::rules::{stale_baseline_entry, unused_ignore};
use super::settings::{Plans, Settings, rule_number};
use super::{FileReport, fingerprint};

/// The files that are no profiles, in the order of their numbers.
pub(super) fn extras(settings: &Settings) -> Vec<Extra> {
    let config = settings.config.iter().map(|config| Extra {
        path: config.path.clone(),
        text: config.text.clone(),
    });
    let baseline = settings.baseline.iter().map(|baseline| Extra {
        path: baseline.path.clone(),
        text: baseline.text.clone(),
    });
    config.chain(baseline).collect()
}

/// Takes accepted findings out, and adds those about what accepts nothing. The findings are in order.
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
    Accepted {
        suppressed,
        baselined,
    }
}

/// Whether a rule ran for a file: one that did not run cannot have found anything to ignore.
fn ran(rule: usize, file: u32, files: &[FileReport], settings: &Settings) -> bool {
    Plans::All(settings, files)
        .of(file)
        .severity(rule)
        .is_some()
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
        Some(paths) => files
            .get(file as usize)
            .and_then(|file| config.relative(&file.path))
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
    let own = u32::try_from(files.len()).unwrap_or(u32::MAX);
    for (entry, used) in config.ignores.iter().zip(used) {
        // Only a run over such files can tell.
        let could = (0..own).any(|file| {
            about(entry, file)
                && entry
                    .rules
                    .iter()
                    .any(|rule| ran(*rule, file, files, settings))
        });
        if !used && could {
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
    let path = |file: u32| {
        files
            .get(file as usize)
            .map_or("", |file| file.path.as_str())
    };
    let mut fingerprints = fingerprint::all(findings, &path).into_iter();
    let mut seen = std::collections::BTreeSet::new();
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
    let own = files.len() + usize::from(settings.config.is_some());
    let own = u32::try_from(own).unwrap_or(u32::MAX);
    for entry in &baseline.entries {
        if seen.contains(&entry.fingerprint) {
            continue;
        }
        let file = (0..).zip(files).find(|(_, file)| file.path == entry.path);
        let stale = match (file, rule_number(&entry.rule)) {
            (_, None) => true,
            (Some((file, _)), Some(rule)) => ran(rule, file, files, settings),
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
