//! Files that change while they are looked at: by an editor, a sync, another run.
#![cfg(test)]

use super::*;

/// A profile with a Team ID in lower case, which has a fix.
const PROFILE: &str = include_str!("../../../tests/rules/invalid-team-id/bad.mobileconfig");

/// A folder with profiles of these names, and what a run finds there.
fn found(names: &[&str], fixing: bool) -> (tempfile::TempDir, Vec<Draft>) {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        std::fs::write(folder.path().join(name), PROFILE).unwrap();
    }
    let inputs = inputs::find(&[folder.path().to_owned()], |_| true).unwrap();
    assert_eq!(inputs.len(), names.len());
    let drafts = inputs.into_iter().map(|input| Draft::new(input, fixing));
    (folder, drafts.collect())
}

/// The names of the rules that found something, file by file.
fn rules(drafts: &[Draft]) -> Vec<Vec<&'static str>> {
    let settings = Settings::new(None, &Selection::default(), 0.0);
    let report = conclude(
        check::check(drafts, &settings, &Progress::new(0, false)),
        &settings,
        &bytes(drafts),
    );
    let mut rules = vec![Vec::new(); drafts.len()];
    for finding in &report.findings {
        rules[finding.place.file as usize].push(finding.rule.name);
    }
    rules
}

#[test]
fn a_file_that_vanishes_between_search_and_reading_is_a_finding_and_the_run_goes_on() {
    let (folder, drafts) = found(&["a.mobileconfig", "b.mobileconfig"], false);
    std::fs::remove_file(folder.path().join("a.mobileconfig")).unwrap();
    let rules = rules(&drafts);
    assert_eq!(rules[0], ["unreadable-profile"]);
    assert!(rules[1].contains(&"invalid-team-id"));
}

#[test]
fn what_is_found_in_a_file_stands_beside_its_name_whatever_is_beside_it() {
    let names: Vec<String> = (10..40)
        .map(|number| format!("{number}.mobileconfig"))
        .collect();
    let (folder, drafts) = found(&names.iter().map(String::as_str).collect::<Vec<_>>(), false);
    let expected: Vec<_> = (0..30)
        .map(|number| {
            let path = folder.path().join(&names[number]);
            match number % 10 {
                0 | 7 => std::fs::remove_file(path).unwrap(),
                // One that fills a handful by itself, and one that no buffer is kept for.
                3 => std::fs::write(path, " ".repeat(200_000)).unwrap(),
                5 => std::fs::write(path, " ".repeat(2_000_000)).unwrap(),
                _ => {}
            }
            match number % 10 {
                0 | 7 => "unreadable-profile",
                3 | 5 => "not-portable-plist",
                _ => "invalid-team-id",
            }
        })
        .collect();
    for ((rules, expected), number) in rules(&drafts).iter().zip(&expected).zip(0..) {
        assert!(rules.contains(expected), "{number}: {rules:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_becomes_a_named_pipe_is_a_finding_and_is_not_waited_for() {
    let (folder, drafts) = found(&["a.mobileconfig"], false);
    let path = folder.path().join("a.mobileconfig");
    std::fs::remove_file(&path).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    assert_eq!(rules(&drafts)[0], ["unreadable-profile"]);
}

#[test]
fn a_file_that_changes_after_it_was_linted_is_shown_without_a_crash() {
    let (folder, drafts) = found(&["a.mobileconfig"], false);
    let settings = Settings::new(None, &Selection::default(), 0.0);
    let report = conclude(
        check::check(&drafts, &settings, &Progress::new(0, false)),
        &settings,
        &bytes(&drafts),
    );
    for now in [
        "",
        "é",
        &"é".repeat(5000),
        &"é\n".repeat(5000),
        "\u{feff}\n",
    ] {
        std::fs::write(folder.path().join("a.mobileconfig"), now).unwrap();
        let (texts, read) = (sources(&report, &drafts), bytes(&drafts));
        let run = Run {
            report: &report,
            fails_from: Some(Severity::Error),
            exit: ExitStatus::Findings,
            sources: &texts,
            read: &read,
        };
        for format in <Format as clap::ValueEnum>::value_variants() {
            let style = Style {
                quiet: false,
                verbose: true,
            };
            let out = Out::collected(|out| output::write(*format, &run, style, out));
            assert!(out.contains("invalid-team-id"));
        }
    }
}

#[test]
fn of_files_that_are_fixed_none_is_written_when_somebody_else_changed_one() {
    for now in ["", "another", &PROFILE.replace("<dict>", "<dict><!-- -->")] {
        let (folder, mut drafts) = found(&["a.mobileconfig", "b.mobileconfig"], true);
        let path = folder.path().join("b.mobileconfig");
        for draft in &mut drafts {
            let fixed = draft.read().unwrap().to_ascii_uppercase();
            draft.fixed = Some(fixed);
        }
        std::fs::write(&path, now).unwrap();
        let error = fix::write_files(&drafts, &write::Reads::nothing()).unwrap_err();
        assert!(error.to_string().contains("changed after it was linted"));
        let first = std::fs::read_to_string(folder.path().join("a.mobileconfig"));
        assert_eq!(first.unwrap(), PROFILE);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), now);
    }
}
