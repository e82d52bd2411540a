//! What `[[ignore]]` of the configuration silences. There may be thousands of entries and of files, so an entry is held
//! against a path once per file and not for every finding.

use std::collections::BTreeMap;

use super::Files;
use crate::lint::config::Config;
use crate::lint::model::file_id::FileId;
use crate::lint::model::finding::Finding;
use crate::lint::rules::unused_ignore;

/// Takes out what the configuration ignores, and reports entries that ignore nothing. The findings are in order.
pub(super) fn take_out(findings: &mut Vec<Finding>, files: Files<'_>, late: &mut Vec<Finding>) {
    let Some(config) = files.settings.config.as_ref() else {
        return;
    };
    if config.ignores.is_empty() {
        return;
    }
    let paths: Vec<(FileId, Option<String>)> = files
        .acceptable()
        .map(|file| (file, config.relative(files.path(file))))
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
            could[number] |= !used[number] && rules.any(|rule| files.ran(*rule, *file));
        }
    }
    for (entry, could) in config.ignores.iter().zip(could) {
        if could {
            let mut report = files.reporter(unused_ignore::RULE.id, FileId::Config, late);
            unused_ignore::entry(entry.span, &mut report);
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
    let mut ignored = BTreeMap::new();
    findings.retain(|finding| {
        let (rule, file) = (finding.rule, finding.place.file);
        if current != Some(file) {
            current = Some(file);
            ignored.clear();
            let known = paths.binary_search_by_key(&file, |(number, _)| *number);
            let path = known.ok().and_then(|at| paths[at].1.as_deref());
            about = config.ignores_about(path);
        }
        let is_ignored = ignored.entry(rule).or_insert_with(|| {
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
