//! The policy file from outside: its schema and how one is started.

use crate::tool::{Tool, repository};

#[test]
fn the_committed_schema_is_the_one_the_tool_prints() {
    let printed = Tool::new().run(["schema"]).expect_code(0).stdout;
    let path = repository().join("docs/policy.schema.json");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &printed).expect("the schema");
    }
    let committed = std::fs::read_to_string(&path).expect("the schema");
    assert!(
        printed == committed,
        "docs/policy.schema.json is stale: run the tests with INSTA_UPDATE=always"
    );
}

#[test]
fn init_writes_a_policy_and_says_what_comes_next() {
    let tool = Tool::new();
    let run = tool.run(["init"]).expect_code(0);
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "wrote `kextpolicy-policy.yaml`; next: put your own `identifier` and `organization` in it, then\n  \
         kextpolicy render kextpolicy-policy.yaml --target jamf --out-dir out\n\
         (or --target intune, or --target generic for any other MDM server)\n"
    );
    assert!(
        tool.read("kextpolicy-policy.yaml")
            .contains("\nidentifier: ")
    );
    let quiet = tool.run(["init", "--quiet", "other.yaml"]).expect_code(0);
    assert_eq!(quiet.stdout + &quiet.stderr, "");
}

#[test]
fn init_never_overwrites() {
    let tool = Tool::new();
    tool.file("policy.yaml", "mine\n");
    let run = tool.run(["init", "policy.yaml"]).expect_code(2);
    assert!(
        run.stderr.contains("`policy.yaml` exists already")
            && run.stderr.contains("`init` never overwrites"),
        "{}",
        run.stderr
    );
    assert_eq!(tool.read("policy.yaml"), "mine\n");
}

#[test]
fn init_prints_a_ready_policy_by_alias_and_by_team() {
    let tool = Tool::new();
    let run = tool.run(["init", "--from", "defender", "-"]).expect_code(0);
    assert!(run.stdout.contains("com.microsoft.wdavkext"));
    assert_eq!(tool.files(), Vec::<String>::new());
}

#[test]
fn init_says_which_ready_policies_there_are() {
    let tool = Tool::new();
    let run = tool.run(["init", "--from", "defendr"]).expect_code(2);
    assert_eq!(
        run.stderr,
        "error: no ready policy is called `defendr`\n  help: write `--from defender`\n"
    );
    let run = tool
        .run(["init", "--from", "a product nobody knows"])
        .expect_code(2);
    assert!(run.stderr.contains("microsoft-defender"), "{}", run.stderr);
    assert_eq!(tool.files(), Vec::<String>::new());
}
