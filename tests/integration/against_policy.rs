//! `lint --policy`: the policy as a file of the report, in other formats, in baselines and configurations.

use crate::tool::{Tool, repository};

/// A folder with the fixture of a rule and its policy.
fn fixture(rule: &str) -> Tool {
    let tool = Tool::new();
    let folder = repository().join("tests/rules").join(rule);
    for name in ["bad.mobileconfig", "policy.yaml"] {
        tool.file(name, std::fs::read(folder.join(name)).expect("a fixture"));
    }
    tool
}

/// The arguments of every run.
const LINT: [&str; 6] = [
    "lint",
    "bad.mobileconfig",
    "--policy",
    "policy.yaml",
    "--fail-on",
    "warning",
];

#[test]
fn a_policy_with_errors_ends_the_run() {
    let tool = fixture("beyond-policy");
    tool.file("policy.yaml", "identifier: com.contoso.extensions\n");
    let run = tool.run(LINT).expect_code(2);
    assert!(run.stdout.is_empty(), "{}", run.shown());
    assert!(run.stderr.contains("policy.yaml:1:1"), "{}", run.shown());
}

#[test]
fn the_policy_is_a_place_in_json_and_counts_as_no_profile() {
    let tool = fixture("undelivered-approval");
    let run = tool
        .run(
            LINT.into_iter()
                .chain(["--format", "json", "--select", "undelivered-approval"]),
        )
        .expect_code(1);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["summary"]["files"], 1);
    assert_eq!(report["findings"][0]["file"], "policy.yaml");
    assert_eq!(report["findings"][0]["line"], 6);
}

#[test]
fn every_format_names_the_policy() {
    let tool = fixture("undelivered-approval");
    for format in [
        "text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html",
    ] {
        let run = tool
            .run(LINT.into_iter().chain(["--format", format]))
            .expect_code(1);
        assert!(
            run.stdout.contains("policy.yaml"),
            "{format}: {}",
            run.shown()
        );
    }
}

#[test]
fn a_baseline_accepts_findings_about_the_policy_and_is_not_stale_without_one() {
    let tool = fixture("undelivered-approval");
    tool.run(LINT.into_iter().chain(["--write-baseline", "known.json"]))
        .expect_code(0);
    tool.run(LINT.into_iter().chain(["--baseline", "known.json"]))
        .expect_code(0);
    let run = tool.run([
        "lint",
        "bad.mobileconfig",
        "--baseline",
        "known.json",
        "--fail-on",
        "note",
    ]);
    assert!(
        !run.stdout.contains("stale-baseline-entry"),
        "{}",
        run.shown()
    );
}

#[test]
fn the_configuration_can_ignore_a_finding_about_the_policy() {
    let tool = fixture("undelivered-approval");
    tool.file(
        "kextpolicy.toml",
        "[[ignore]]\nrules = [\"undelivered-approval\"]\npaths = [\"policy.yaml\"]\nreason = \"rolled out later\"\n",
    );
    let args = ["--select", "undelivered-approval,unused-ignore"];
    tool.run(LINT.into_iter().chain(args)).expect_code(0);
}
