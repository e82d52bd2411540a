//! Files that change while they are looked at: by an editor, a sync, another run.
#![cfg(test)]

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::commands::inputs;

/// A profile with a Team ID in lower case, which has a fix.
const PROFILE: &str = include_str!("../../../tests/rules/invalid-team-id/bad.mobileconfig");

/// A folder with profiles of these names, and what a run finds there.
fn found(names: &[&str]) -> (tempfile::TempDir, Vec<Source>) {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        std::fs::write(folder.path().join(name), PROFILE).unwrap();
    }
    let inputs = inputs::find(&[folder.path().to_owned()], |_| true)
        .unwrap()
        .inputs;
    assert_eq!(inputs.len(), names.len());
    (folder, inputs.into_iter().map(Source::from).collect())
}

/// The names of the rules that found something, file by file.
fn rules(sources: &[Source]) -> Vec<Vec<&'static str>> {
    let settings = Settings::new(RULES, None, &Selection::default(), 0.0);
    let report = conclude(
        check::check(sources, &settings, &Progress::new(0, false)),
        &settings,
        &sources::reader(sources),
    );
    let mut rules = vec![Vec::new(); sources.len()];
    for finding in &report.findings {
        rules[finding.place.file.number().unwrap()].push(finding.rule.name);
    }
    rules
}

#[test]
fn a_file_that_vanishes_between_search_and_reading_is_a_finding_and_the_run_goes_on() {
    let (folder, sources) = found(&["a.mobileconfig", "b.mobileconfig"]);
    std::fs::remove_file(folder.path().join("a.mobileconfig")).unwrap();
    let rules = rules(&sources);
    assert_eq!(rules[0], ["unreadable-profile"]);
    assert!(rules[1].contains(&"invalid-team-id"));
}

#[test]
fn what_is_found_in_a_file_stands_beside_its_name_whatever_is_beside_it() {
    let names: Vec<String> = (10..40)
        .map(|number| format!("{number}.mobileconfig"))
        .collect();
    let (folder, sources) = found(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let expected: Vec<_> = (0..30)
        .map(|number| {
            let path = folder.path().join(&names[number]);
            match number % 10 {
                0 | 7 => std::fs::remove_file(path).unwrap(),
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
    for ((rules, expected), number) in rules(&sources).iter().zip(&expected).zip(0..) {
        assert!(rules.contains(expected), "{number}: {rules:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_becomes_a_named_pipe_is_a_finding_and_is_not_waited_for() {
    let (folder, sources) = found(&["a.mobileconfig"]);
    let path = folder.path().join("a.mobileconfig");
    std::fs::remove_file(&path).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    assert_eq!(rules(&sources)[0], ["unreadable-profile"]);
}

/// Two profiles that share a UUID, and each a Team ID that is wrong.
fn sharing() -> (tempfile::TempDir, Vec<Source>) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        save(&folder, name, &format!("com.contoso.{name}"), 0);
    }
    let inputs = inputs::find(&[folder.path().to_owned()], |_| true)
        .unwrap()
        .inputs;
    (folder, inputs.into_iter().map(Source::from).collect())
}

/// Saves one of them, with so many empty lines at its start.
fn save(folder: &tempfile::TempDir, name: &str, identifier: &str, lines: usize) {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>{}\n<plist version=\"1.0\">\n<dict>\n\
         <key>PayloadType</key><string>Configuration</string>\n<key>PayloadVersion</key><integer>1</integer>\n\
         <key>PayloadUUID</key>\n<string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>\n\
         <key>PayloadIdentifier</key>\n<string>{identifier}</string>\n\
         <key>PayloadContent</key>\n<array>\n<dict>\n<key>AllowedTeamIdentifiers</key>\n\
         <array><string>wrongteam1</string></array>\n\
         <key>PayloadType</key><string>com.apple.syspolicy.kernel-extension-policy</string>\n</dict>\n</array>\n\
         </dict>\n</plist>\n",
        "\n".repeat(lines)
    );
    std::fs::write(folder.path().join(format!("{name}.mobileconfig")), text).unwrap();
}

/// Every format of a report.
fn formats(report: &Report, sources: &[Source]) -> Vec<(Format, String)> {
    let read = sources::reader(sources);
    let run = Run {
        report,
        fails_from: Some(Severity::Note),
        exit: ExitStatus::Findings,
        pages: &|number, holdings| {
            let path = report.files.get(number as usize)?;
            Some(page::page(path, &read(number).ok()?, holdings))
        },
        audit: AuditOf::default(),
    };
    let style = Style {
        quiet: false,
        verbose: true,
        statistics: false,
    };
    let formats = <Format as clap::ValueEnum>::value_variants().iter();
    formats
        .map(|format| {
            let text = Out::collected(|out| output::write(*format, &run, style, out));
            (*format, text)
        })
        .collect()
}

/// Settings under which every line is kept.
fn with_lines() -> Settings {
    let mut settings = Settings::new(RULES, None, &Selection::default(), 0.0);
    settings.lines_from = Some(Severity::Note);
    settings
}

#[test]
fn a_file_that_is_saved_between_the_rules_is_shown_as_it_was_judged_and_a_finding_says_so() {
    let lengths = (0..40).chain([100, 1000, 5000]);
    for lines in lengths {
        let (folder, sources) = sharing();
        let settings = with_lines();
        let files = check::check(&sources, &settings, &Progress::new(0, false));
        save(&folder, "b", "com.contoso.other", lines);
        let report = conclude(files, &settings, &sources::reader(&sources));
        for (format, text) in formats(&report, &sources) {
            assert!(text.contains("invalid-team-id"), "{format:?}");
            assert!(text.contains("changed after it was linted"), "{format:?}");
            assert!(!text.contains("com.contoso.other"), "{format:?}: {text}");
        }
        assert_eq!(report.summary.unreadable, 1);
    }
}

#[test]
fn a_file_that_is_saved_while_the_report_is_written_is_shown_as_it_was_judged() {
    let (folder, sources) = sharing();
    let settings = with_lines();
    let files = check::check(&sources, &settings, &Progress::new(0, false));
    let report = conclude(files, &settings, &sources::reader(&sources));
    let text = |all: &[(Format, String)]| all[0].1.clone();
    let before = text(&formats(&report, &sources));
    assert!(before.contains("reused-uuid"), "{before}");
    for now in ["", "é", &"é\n".repeat(5000), "\u{feff}\n"] {
        std::fs::write(folder.path().join("b.mobileconfig"), now).unwrap();
        assert_eq!(text(&formats(&report, &sources)), before);
    }
}

/// Ends the thread that saves, also where the test fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn files_may_be_saved_all_the_time_while_they_are_linted() {
    let (folder, _) = sharing();
    let paths = [folder.path().to_owned()];
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let lengths = (0..97).cycle();
            for lines in lengths.take_while(|_| !is_over.load(Ordering::Relaxed)) {
                save(&folder, "b", "com.contoso.b", lines);
            }
        });
        let _over = Over(&is_over);
        for _ in 0..1000 {
            let inputs = inputs::find(&paths, |_| true).unwrap().inputs;
            let sources: Vec<Source> = inputs.into_iter().map(Source::from).collect();
            let settings = with_lines();
            let files = check::check(&sources, &settings, &Progress::new(0, false));
            let report = conclude(files, &settings, &sources::reader(&sources));
            assert!(
                formats(&report, &sources)
                    .iter()
                    .all(|(_, text)| !text.is_empty())
            );
        }
    });
}

#[test]
fn of_files_that_are_fixed_none_is_written_when_somebody_else_changed_one() {
    for now in ["", "another", &PROFILE.replace("<dict>", "<dict><!-- -->")] {
        let (folder, mut sources) = found(&["a.mobileconfig", "b.mobileconfig"]);
        let path = folder.path().join("b.mobileconfig");
        for source in &mut sources {
            let fixed = source.read().unwrap().to_ascii_uppercase();
            source.fixed = Some(fixed);
        }
        std::fs::write(&path, now).unwrap();
        let error = fix::write_files(&sources, &write::Reads::nothing()).unwrap_err();
        assert!(error.to_string().contains("changed after it was linted"));
        let first = std::fs::read_to_string(folder.path().join("a.mobileconfig"));
        assert_eq!(first.unwrap(), PROFILE);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), now);
    }
}
