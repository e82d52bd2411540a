//! Rules age: one that has another name now keeps the exceptions that were made under the name before. And what an
//! exception names may be gone.
#![cfg(test)]

use std::path::PathBuf;

use super::{check_file, conclude};
use crate::lint::config::baseline::{self, Baseline};
use crate::lint::config::read;
use crate::lint::config::settings::{Selection, Settings};
use crate::lint::model::finding::Reporter;
use crate::lint::model::level::{FixAvailability, Level};
use crate::lint::model::report::Report;
use crate::lint::model::rule_id::RuleId;
use crate::lint::rule::{Check, Rule};
use crate::lint::rules::RULES;
use crate::profile::Profile;
use crate::severity::Severity;

const PROFILE: &str = "<plist version=\"1.0\"><dict><key>PayloadType</key><string>Configuration</string></dict></plist>";

fn check(_: Profile<'_>, report: &mut Reporter<'_>) {
    report.whole_file("something is wrong");
}

/// A rule under a name.
const fn named(name: &'static str, formerly: &'static [&'static str]) -> Rule {
    Rule {
        id: RuleId { name },
        since: "0.1.0",
        formerly,
        level: Level::always(Severity::Error),
        fix: FixAvailability::Never,
        checks: &[Check::Profile(check)],
        docs: "",
        file: "",
    }
}

static BEFORE: Rule = named("one-name", &[]);
static NOW: Rule = named("another-name", &["one-name"]);
static RULES_BEFORE: &[&Rule] = &[&BEFORE];
static RULES_NOW: &[&Rule] = &[&NOW];

fn lint(settings: &Settings, text: &str) -> Report {
    let file = check_file(0, "a", text.as_bytes(), settings);
    conclude(vec![file], settings, &|_| Ok(text.as_bytes().to_vec()))
}

fn settings(rules: &'static [&'static Rule]) -> Settings {
    Settings::new(rules, None, &Selection::default(), 0.0)
}

#[test]
fn a_comment_with_a_former_name_still_silences_the_rule() {
    let comment = "<!-- kextpolicy: ignore[one-name] needed -->";
    let report = lint(&settings(RULES_NOW), &format!("{comment}{PROFILE}"));
    assert_eq!((report.findings.len(), report.summary.suppressed), (0, 1));
}

#[test]
fn a_baseline_with_a_former_name_still_accepts_what_the_rule_finds() {
    let found = lint(&settings(RULES_BEFORE), PROFILE);
    let (text, count) = baseline::write(&found, &|_| false).unwrap();
    assert_eq!(count, 1);
    let baseline = Baseline::read("b.json", text, &|_| true).unwrap();
    let report = lint(&settings(RULES_NOW).with_baseline(baseline), PROFILE);
    assert_eq!((report.findings.len(), report.summary.baselined), (0, 1));
}

#[test]
fn a_configuration_with_a_former_name_still_sets_the_severity() {
    let text = "[rules]\none-name = \"note\"\n";
    let config = read("a", text, PathBuf::new(), PathBuf::new(), RULES_NOW).unwrap();
    let settings = settings(RULES_NOW).with_config(config, &Selection::default(), ["a"]);
    let report = lint(&settings, PROFILE);
    assert_eq!(report.findings[0].severity, Severity::Note);
}

#[test]
fn an_entry_of_the_baseline_is_stale_when_its_file_is_gone_and_not_when_it_was_not_linted() {
    let found = lint(&settings(RULES), PROFILE);
    let (text, _) = baseline::write(&found, &|_| false).unwrap();
    for (exists, stale) in [(true, false), (false, true)] {
        let baseline = Baseline::read("b.json", text.clone(), &|_| exists).unwrap();
        let settings = settings(RULES).with_baseline(baseline);
        let report = conclude(Vec::new(), &settings, &|_| Ok(Vec::new()));
        assert_eq!(!report.findings.is_empty(), stale);
    }
}

#[test]
fn a_number_in_a_string_has_a_fix_up_to_eighteen_digits() {
    for (digits, fixable) in [(18, true), (19, false)] {
        let text = format!(
            "<plist version=\"1.0\"><dict><key>PayloadType</key><string>Configuration</string>\
             <key>PayloadContent</key><array><dict><key>PayloadType</key><string>com.apple.screensaver</string>\
             <key>idleTime</key><string>{}</string></dict></array></dict></plist>",
            "1".repeat(digits)
        );
        let report = lint(&settings(RULES), &text);
        let wrong = report
            .findings
            .iter()
            .find(|own| own.rule.name == "wrong-type");
        assert_eq!(wrong.unwrap().fix.is_some(), fixable, "{digits}");
    }
}
