//! Real profiles and measured oddities, where there is a folder of them: nothing is lost, the report is the same for any
//! number of threads, and what is known to be wrong in them is found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use crate::tool::{Tool, shared};

/// What is known to be wrong in real profiles: the end of the path, the rule, the line, how often.
const KNOWN: &[(&str, &str, u64, usize)] = &[
    (
        "System/ExtensionsWhitelist.mobileconfig",
        "unknown-payload-type",
        22,
        1,
    ),
    (
        "sysext/sysext-symantec-endpoint-protection.mobileconfig",
        "nothing-allowed",
        2,
        1,
    ),
    (
        "MacOS/Allowed System Extensions.mobileconfig@",
        "extension-of-other-kind",
        50,
        1,
    ),
    (
        "source/Privileges/Privileges.mobileconfig",
        "duplicate-key",
        418,
        1,
    ),
    (
        "tests/fixtures/invalid/duplicate-uuid.mobileconfig",
        "duplicate-uuid",
        27,
        1,
    ),
    (
        "Profiles/spotlight.mobileconfig",
        "malformed-profile",
        180,
        1,
    ),
    ("limit-sharing.mobileconfig", "expired-profile", 81, 1),
    (
        "macos/mobileconfig/profiles/background_services.mobileconfig",
        "missing-payload-key",
        27,
        1,
    ),
    (
        "From Franton/de-signed-PPPC_ CrowdStrike Falcon.mobileconfig",
        "wrong-type",
        30,
        1,
    ),
    (
        "configuration-profiles/santa-system-extension-policy.mobileconfig",
        "not-portable-plist",
        1,
        1,
    ),
    (
        "golbiga+Profiles/blockosxbeta.mobileconfig@",
        "missing-key",
        44,
        1,
    ),
];

/// What was once reported in real profiles and is right there: the end of the path, the rule.
const RIGHT: &[(&str, &str)] = &[
    // A VPN per app has all keys of a VPN.
    (
        "From PaloAlto/GlobalProtectSplitApp.mobileconfig",
        "unknown-key",
    ),
    // A media action may stand without an array.
    (
        "examples/com.apple.systemuiserver.mobileconfig",
        "wrong-type",
    ),
    // `Wake On LAN` is how macOS spells it.
    ("examples/com.apple.MCX.mobileconfig", "unknown-key"),
    // Written by a server into every certificate.
    ("Staff/MailCertificates.mobileconfig", "unknown-key"),
    // No profile, so none of its keys are missing in a profile.
    ("GlobalProtect VPN/gpcVPNconfig.mobileconfig", "unknown-key"),
    // A Mac may be idle for more than a quarter of an hour.
    (
        "macos/configuration-profiles/macos-password.mobileconfig@",
        "value-not-allowed",
    ),
    // A program that reads preferences takes any number.
    ("Admin/AdminSecurityPrefs.mobileconfig", "wrong-type"),
    // The scope means nothing on an iPhone.
    (
        "iOS17_cis_lvl1_enterprise-mail.managed.mobileconfig",
        "system-scope",
    ),
];

/// What nobody ever saw in a real profile, so that a finding is a false alarm until somebody has looked.
const NEVER: &[&str] = &["team-in-both-lists", "user-scope", "duplicate-list-entry"];

/// Files whose verdict differs from the measured one, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Every file below a folder, as names from there.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in std::fs::read_dir(inner).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below");
                found.push(name.to_str().expect("UTF-8").to_owned());
            }
        }
    }
    found.sort();
    found
}

/// The real profiles: the folder and the names of the files.
fn real() -> (PathBuf, Vec<String>) {
    let folder = shared().join("corpus");
    let mut names = files(&folder);
    names.retain(|name| !matches!(name.as_str(), "INDEX.csv" | "README.md"));
    assert!(names.len() > 1900, "only {} files", names.len());
    (folder, names)
}

/// The report on the real profiles, made once for all tests with one thread.
fn report_on_real(folder: &Path, names: &[String]) -> &'static str {
    /// The report.
    static REPORT: OnceLock<String> = OnceLock::new();
    REPORT.get_or_init(|| lint(folder, names, &["--threads", "1"]))
}

/// Lints files of a folder; the JSON report as it was printed.
fn lint(folder: &Path, names: &[String], more: &[&str]) -> String {
    let mut args = vec!["lint", "--format", "json"];
    args.extend(more);
    args.push("--");
    args.extend(names.iter().map(String::as_str));
    let run = Tool::new().run_in(folder, args);
    let is_ended = matches!(run.code, 0 | 1) && run.stderr.is_empty();
    assert!(is_ended, "exit {}: {}", run.code, run.stderr);
    run.stdout
}

/// The findings of a report.
fn findings(report: &str) -> Vec<Value> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    report["findings"].as_array().expect("findings").clone()
}

/// A text of a finding.
fn text<'f>(finding: &'f Value, key: &str) -> &'f str {
    finding[key].as_str().unwrap_or_default()
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn every_real_profile_is_accounted_for_and_threads_change_nothing() {
    let (folder, names) = real();
    let one = report_on_real(&folder, &names);
    let report: Value = serde_json::from_str(one).expect("JSON");
    let summary = &report["summary"];
    assert_eq!(summary["files"], names.len());
    assert_eq!(summary["unreadable"], 0);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in report["findings"].as_array().expect("findings") {
        *counts.entry(text(finding, "severity")).or_default() += 1;
    }
    for (severity, total) in [
        ("error", "errors"),
        ("warning", "warnings"),
        ("note", "notes"),
    ] {
        let count = counts.get(severity).copied().unwrap_or_default();
        assert_eq!(summary[total], count, "{total}");
    }
    for threads in ["2", "8"] {
        let other = lint(&folder, &names, &["--threads", threads]);
        assert!(other == one, "{threads} threads give another report");
    }
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn what_is_known_to_be_wrong_in_real_profiles_is_found() {
    let (folder, names) = real();
    let findings = findings(report_on_real(&folder, &names));
    for (end, rule, line, count) in KNOWN {
        let found = findings.iter().filter(|finding| {
            let file = text(finding, "file");
            let fits = file.ends_with(end) || (end.ends_with('@') && file.contains(end));
            fits && text(finding, "rule") == *rule && finding["line"] == *line
        });
        assert_eq!(found.count(), *count, "{rule} in {end}, line {line}");
    }
    for (end, rule) in RIGHT {
        assert!(names.iter().any(|name| name.contains(end)), "{end}");
        let found = findings
            .iter()
            .find(|finding| text(finding, "file").contains(end) && text(finding, "rule") == *rule);
        assert!(found.is_none(), "a false alarm: {found:#?}");
    }
    for finding in &findings {
        let rule = text(finding, "rule");
        // Real profiles for DNS and a screen saver have the scope of a user; those with extensions never do.
        let is_of_others = rule == "user-scope" && text(finding, "severity") != "error";
        assert!(
            !NEVER.contains(&rule) || is_of_others,
            "look at this: {finding:#}"
        );
    }
}

/// The rules about the message around a signed profile and about the file as a whole.
const ABOUT_THE_FILE: &[&str] = &[
    "broken-signature",
    "expired-signature",
    "unsupported-signature",
    "weak-signature-digest",
];

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn every_signed_profile_is_linted_like_the_profile_inside_and_its_signer_is_shown() {
    let (folder, names) = real();
    let signed = |name: &String| {
        let bytes = std::fs::read(folder.join(name)).expect("a file");
        matches!(bytes.as_slice(), [0x30, 0x80..=0x84, ..])
    };
    let names: Vec<String> = names.into_iter().filter(signed).collect();
    assert!(names.len() >= 160, "only {} signed profiles", names.len());
    let tool = Tool::new();
    for name in &names {
        let run = tool.run_in(&folder, ["show", name]);
        let shown = format!("{}{}", run.stdout, run.stderr);
        assert!(shown.contains("signed"), "{name}: {shown}");
        let run = tool.run_in(&folder, ["show", "--raw", name]).expect_code(0);
        tool.file(name, run.stdout);
    }
    let told = |folder: &Path| {
        let report = lint(folder, &names, &[]);
        let mut told = findings(&report);
        told.retain(|finding| !ABOUT_THE_FILE.contains(&text(finding, "rule")));
        told.iter()
            .map(|finding| {
                let part = |key: &str| finding[key].to_string();
                ["file", "line", "column", "key_path", "rule", "message"]
                    .map(part)
                    .join(" ")
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&folder), told(tool.path()));
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn every_measured_quirk_has_the_measured_verdict_in_the_report() {
    let shared = shared();
    let folder = shared.join("facts/plist-quirks");
    let table = std::fs::read_to_string(shared.join("facts/plist-parsers.tsv")).expect("the table");
    let rows: Vec<(&str, &str)> = table
        .lines()
        .skip(1)
        .filter_map(|row| {
            let cells: Vec<&str> = row.split('\t').collect();
            let file = *cells.last()?;
            (!file.ends_with("(too large to ship)")).then_some((file, cells[2]))
        })
        .collect();
    assert!(rows.len() > 200, "only {} rows", rows.len());
    let names: BTreeSet<String> = rows.iter().map(|(file, _)| (*file).to_owned()).collect();
    let report = lint(&folder, &names.into_iter().collect::<Vec<_>>(), &[]);
    let mut told: BTreeMap<String, &str> = BTreeMap::new();
    for finding in findings(&report) {
        let verdict = match text(&finding, "rule") {
            "malformed-profile" | "malformed-signed-profile" => "ERROR",
            "not-portable-plist" => "WARN",
            _ => continue,
        };
        let own = told
            .entry(text(&finding, "file").to_owned())
            .or_insert(verdict);
        if verdict == "ERROR" {
            *own = verdict;
        }
    }
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(file, level)| {
            let ours = told.get(*file).copied().unwrap_or("ok");
            let excepted = EXCEPTIONS.iter().any(|(exception, _)| exception == file);
            ((ours != *level) != excepted).then(|| format!("{file}: {level} measured, {ours} here"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The real profiles with a code requirement that macOS cannot read, or with a Team ID of nine characters in it (the last).
const UNREADABLE: [&str; 4] = [
    "lib/macos/configuration-profiles/osquery-pppc.mobileconfig",
    "support_files/profiles/cisco_umbrella_pppc_profile.mobileconfig@c87056ae",
    "Configuration Profiles/Dope-Security-MDM-Profile.mobileconfig@45308740",
    "ThoughtWorks-Identity+configuration-profiles/Sophos_Full_Disk_Access.mobileconfig",
];

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn every_code_requirement_of_real_profiles_is_read_but_the_broken_ones() {
    let (folder, names) = real();
    let findings = findings(report_on_real(&folder, &names));
    let about = ["unreadable-requirement", "invalid-requirement-team"];
    let files: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| about.contains(&text(finding, "rule")))
        .map(|finding| text(finding, "file"))
        .collect();
    for file in &files {
        let is_known = UNREADABLE.iter().any(|end| file.ends_with(end));
        assert!(is_known, "look at this: {file}");
    }
    assert_eq!(files.len(), UNREADABLE.len());
}
