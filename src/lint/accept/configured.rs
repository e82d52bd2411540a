//! What `[[ignore]]` of the configuration silences. There may be thousands of entries and of files, so an entry is held
//! against a path once per file and not for every finding.

use super::{acceptable, path, ran, tell};
use crate::lint::FileReport;
use crate::lint::config::Config;
use crate::lint::file_id::FileId;
use crate::lint::finding::Finding;
use crate::lint::rules::{RULES, unused_ignore};
use crate::lint::settings::{Settings, rule_number};

/// Takes out what the configuration ignores, and reports entries that ignore nothing. The findings are in order.
pub(super) fn take_out(
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
    let paths: Vec<(FileId, Option<String>)> = acceptable(files, settings)
        .map(|file| (file, config.relative(path(file, files, settings))))
        .collect();
    let used = silence(findings, config, &paths);
    if used.iter().all(|used| *used) {
        return;
    }
    // Only a run over such files can tell that an entry does nothing.
    let mut could = vec![false; used.len()];
    for (file, path) in &paths {
        for number in config.ignores_about(path.as_deref()) {
            let mut rules = config.ignores[number].rules.iter();
            could[number] |= !used[number] && rules.any(|rule| ran(*rule, *file, files, settings));
        }
    }
    for (entry, could) in config.ignores.iter().zip(could) {
        if could {
            let rule = &unused_ignore::RULE;
            tell(rule, FileId::Config, files, settings, late, |report| {
                unused_ignore::entry(entry.span, report);
            });
        }
    }
}

/// Takes findings out, and tells for every entry whether it was about one of them.
fn silence(
    findings: &mut Vec<Finding>,
    config: &Config,
    paths: &[(FileId, Option<String>)],
) -> Vec<bool> {
    let mut used = vec![false; config.ignores.len()];
    let mut current = None;
    let mut about: Vec<usize> = Vec::new();
    // Whether a rule is ignored in the current file, once it was asked for.
    let mut ignored = vec![None; RULES.len()];
    findings.retain(|finding| {
        let Some(rule) = rule_number(finding.rule.name) else {
            return true;
        };
        let file = finding.place.file;
        if current != Some(file) {
            current = Some(file);
            ignored.fill(None);
            let known = paths.binary_search_by_key(&file, |(number, _)| *number);
            let path = known.ok().and_then(|at| paths[at].1.as_deref());
            about = config.ignores_about(path);
        }
        let is_ignored = ignored[rule].get_or_insert_with(|| {
            let mut is_ignored = false;
            for number in &about {
                if config.ignores[*number].rules.contains(&rule) {
                    used[*number] = true;
                    is_ignored = true;
                }
            }
            is_ignored
        });
        !*is_ignored
    });
    used
}
