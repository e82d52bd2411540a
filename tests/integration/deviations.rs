//! `lint --policy`: a repository held against what was decided.

use insta::assert_snapshot;

use crate::tool::{Run, Tool, repository};

/// Renders a policy with both kinds of extension, and lints the result against another.
fn against(policy: &str) -> (Tool, Run) {
    let tool = Tool::new();
    tool.file("decided.yaml", defender());
    tool.run([
        "render",
        "decided.yaml",
        "--target",
        "generic",
        "--out-dir",
        "profiles",
    ])
    .expect_code(0);
    tool.file("policy.yaml", policy);
    let run = tool.run([
        "lint",
        "profiles",
        "--policy",
        "policy.yaml",
        "--fail-on",
        "warning",
    ]);
    (tool, run)
}

/// A policy for Defender, its kernel extension included.
fn defender() -> String {
    let decided = repository().join("tests/policies/good/decided.yaml");
    std::fs::read_to_string(decided).expect("a policy")
}

#[test]
fn what_was_rendered_from_a_policy_is_what_the_policy_says() {
    for ready in std::fs::read_dir(repository().join("profiles/policies")).expect("policies") {
        let text = std::fs::read_to_string(ready.expect("an entry").path()).expect("a policy");
        let tool = Tool::new();
        tool.file("policy.yaml", text);
        tool.run([
            "render",
            "policy.yaml",
            "--target",
            "generic",
            "--out-dir",
            "profiles",
        ])
        .expect_code(0);
        let run = tool.run([
            "lint",
            "profiles",
            "--policy",
            "policy.yaml",
            "--select",
            "beyond-policy,wider-than-policy,wrong-payload-for-approval,differs-in-case-from-policy,undelivered-approval",
            "--fail-on",
            "note",
        ]);
        assert_eq!(run.code, 0, "{}", run.shown());
    }
}

#[test]
fn both_places_are_shown_and_the_kinds_are_never_mixed() {
    let policy = defender().replace("com.microsoft.wdavkext", "com.microsoft.other");
    let (_, run) = against(&policy);
    assert_snapshot!(run.expect_code(1).stdout);
}

#[test]
fn an_expired_entry_names_the_profile_that_still_delivers_it() {
    let policy = defender().replace(
        "      vendor: Microsoft\n",
        "      vendor: Microsoft\n      expires: 2020-06-30\n",
    );
    let (_, run) = against(&policy);
    let text = run.expect_code(1).stdout;
    assert_eq!(
        text.matches("[expired-approval]: the approval expired on 2020-06-30")
            .count(),
        2
    );
    assert_eq!(text.matches("still allowed here").count(), 2);
}

#[test]
fn a_policy_with_faults_checks_nothing() {
    let (_, run) = against("identifier: com.contoso.x\n");
    let run = run.expect_code(2);
    assert!(run.stderr.contains("policy.yaml:1:1"), "{}", run.shown());
    assert_eq!(run.stdout, "");
}

#[test]
fn every_format_knows_the_policy_by_its_path() {
    let policy = defender().replace("com.microsoft.wdavkext", "com.microsoft.other");
    let (tool, _) = against(&policy);
    for format in [
        "text", "json", "sarif", "github", "gitlab", "markdown", "html",
    ] {
        let run = tool.run([
            "lint",
            "profiles",
            "--policy",
            "policy.yaml",
            "--format",
            format,
        ]);
        assert_eq!(run.code, 1, "{}", run.shown());
        assert!(
            run.stdout.contains("policy.yaml"),
            "{format}: {}",
            run.shown()
        );
    }
    let run = tool.run([
        "lint",
        "profiles",
        "--policy",
        "policy.yaml",
        "--format",
        "json",
    ]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["summary"]["files"], 2);
}
