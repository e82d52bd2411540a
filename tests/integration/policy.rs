//! The policy file from outside: its schema and how one is started.

use crate::tool::{Tool, repository};

#[test]
fn the_committed_schema_is_the_one_the_tool_prints() {
    let printed = Tool::new().run(["schema"]).expect_code(0).stdout;
    let path = repository().join("docs/policy.schema.json");
    assert_eq!(printed, std::fs::read_to_string(&path).expect("the schema"));
}

#[test]
fn init_writes_a_policy_and_says_what_comes_next() {
    let tool = Tool::new();
    let run = tool.run(["init"]).expect_code(0);
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "wrote `policy.yaml`\n\
         wrote `policy.schema.json`: an editor with YAML support checks the policy by it; nothing else needs it\n\
         next: put your own `identifier` and `organization` in the policy, then\n  \
         kextpolicy render policy.yaml --target jamf --out-dir out\n\
         (or --target intune, or --target generic for any other MDM server)\n"
    );
    assert!(tool.read("policy.yaml").contains("\nidentifier: "));
    let quiet = tool.run(["init", "--quiet", "other.yaml"]).expect_code(0);
    assert_eq!(quiet.stdout + &quiet.stderr, "");
    // What the policies name works offline: it is there, and it is what `schema` prints.
    for name in ["policy.yaml", "other.yaml"] {
        let line = "\n# yaml-language-server: $schema=policy.schema.json\n";
        assert!(tool.read(name).contains(line), "{name}");
    }
    let schema = tool.run(["schema"]).expect_code(0).stdout;
    assert_eq!(tool.read("policy.schema.json"), schema);
    tool.file("policy.schema.json", "mine\n");
    tool.run(["init", "defender", "third.yaml"]).expect_code(0);
    assert_eq!(tool.read("policy.schema.json"), "mine\n");
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
    let by_option = tool.run(["init", "--from", "defender", "-"]).expect_code(0);
    assert!(by_option.stdout.contains("com.microsoft.wdav.epsext"));
    let by_name = tool.run(["init", "defender", "-"]).expect_code(0);
    assert_eq!(by_name.stdout, by_option.stdout);
    let by_team = tool.run(["init", "X9E956P446", "-"]).expect_code(0);
    assert!(by_team.stdout.contains("com.crowdstrike.falcon.Agent"));
    assert_eq!(tool.files(), Vec::<String>::new());
}

#[test]
fn init_tells_a_product_from_a_file() {
    let tool = Tool::new();
    tool.run(["init", "santa"]).expect_code(0);
    tool.run(["init", "santa.yaml"]).expect_code(0);
    tool.run(["init", "lulu", "policies/lulu"]).expect_code(0);
    assert_eq!(
        tool.files(),
        [
            "policies/lulu",
            "policies/policy.schema.json",
            "policy.schema.json",
            "policy.yaml",
            "santa.yaml"
        ]
    );
    assert!(tool.read("policy.yaml").contains("ZMCG7MLDV9"));
    assert!(!tool.read("santa.yaml").contains("ZMCG7MLDV9"));
    let run = tool
        .run(["init", "--from", "santa", "lulu", "b.yaml"])
        .expect_code(2);
    assert!(
        run.stderr.contains("two products are named"),
        "{}",
        run.stderr
    );
}

#[test]
fn init_writes_the_names_that_it_is_given() {
    let tool = Tool::new();
    let organization = "Smith: \"Sons\" # 1";
    let args = [
        "init",
        "defender",
        "policy.yaml",
        "--identifier",
        "com.fabrikam.defender",
        "--organization",
        organization,
    ];
    tool.run(args).expect_code(0);
    let args = ["render", "policy.yaml", "--target", "generic", "--print"];
    let run = tool.run(args).expect_code(0);
    assert!(
        run.stdout
            .contains("<string>com.fabrikam.defender.sysext.generic</string>")
    );
    assert!(
        run.stdout
            .contains(&format!("<string>{organization}</string>"))
    );
    let run = tool
        .run(["init", "-", "--identifier", "one"])
        .expect_code(2);
    assert!(run.stderr.contains("`--identifier`"), "{}", run.stderr);
    let run = tool
        .run(["init", "-", "--organization", " "])
        .expect_code(2);
    assert!(run.stderr.contains("`--organization`"), "{}", run.stderr);
}

#[test]
fn init_says_which_ready_policies_there_are_and_what_to_know_of_them() {
    let tool = Tool::new();
    let run = tool.run(["init", "--from", "defendr"]).expect_code(2);
    assert_eq!(
        run.stderr,
        "error: no ready policy is called `defendr`\n  help: write `defender`; `kextpolicy init --list` shows all\n"
    );
    let run = tool
        .run(["init", "--from", "a product nobody knows"])
        .expect_code(2);
    assert!(run.stderr.contains("init --list"), "{}", run.stderr);
    let run = tool.run(["init", "--list"]).expect_code(0);
    assert!(run.stdout.contains(
        "Microsoft Defender for Endpoint: system extensions, privacy permissions, content filters, background items\n"
    ));
    assert!(run.stdout.contains("legacy: up to VirtualBox 6.1"));
    assert_eq!(tool.files(), Vec::<String>::new());
    let run = tool
        .run(["init", "virtualbox", "policy.yaml"])
        .expect_code(0);
    assert!(
        run.stderr.contains("note: legacy: up to VirtualBox 6.1"),
        "{}",
        run.stderr
    );
}
