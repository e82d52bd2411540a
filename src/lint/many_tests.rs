//! What is kept of each of very many files is less, and the report is the same.
#![cfg(test)]

use std::path::{Path, PathBuf};

use super::facts::Keep;
use super::rule::Check;
use super::settings::Selection;
use super::*;
use crate::target::Target;

/// The files of a folder, in their order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    paths
}

/// The findings in some files, as they are and as some of many.
fn both(texts: &[Vec<u8>], target: Option<Target>) -> [String; 2] {
    let settings = Settings::new(target, &Selection::default(), 0.0);
    [Keep::Marks, Keep::Numbers].map(|keep| {
        let names: Vec<Arc<str>> = (0..texts.len())
            .map(|number| format!("{number}").into())
            .collect();
        let files = names.iter().zip(texts);
        let files: Vec<_> = files.map(|(path, bytes)| File { path, bytes }).collect();
        let mut reports = Vec::new();
        check_files(
            &mut Memory::default(),
            0,
            &files,
            &settings,
            keep,
            &mut reports,
        );
        let read = |file: u32| texts.get(file as usize).cloned();
        let report = conclude(reports, &settings, &read);
        format!("{:#?}", report.findings)
    })
}

#[test]
fn what_is_found_in_many_files_is_what_is_found_in_few() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut together = Vec::new();
    let mut folders = 0;
    for rule in RULES {
        if !matches!(rule.check, Check::Repository(_)) {
            continue;
        }
        for folder in ["bad", "good"] {
            let folder = rules.join(rule.name).join(folder);
            let texts: Vec<_> = files(&folder)
                .iter()
                .map(|path| std::fs::read(path).unwrap())
                .collect();
            for target in [None, Some(Target::Jamf)] {
                let [few, many] = both(&texts, target);
                assert_eq!(few, many, "{}", folder.display());
            }
            together.extend(texts);
            folders += 1;
        }
    }
    assert!(folders > 8, "{folders}");
    let [few, many] = both(&together, None);
    assert_eq!(few, many);
    for rule in [
        "reused-uuid",
        "duplicate-approval",
        "duplicate-root-identifier",
    ] {
        assert!(few.contains(rule), "{rule}");
    }
}
