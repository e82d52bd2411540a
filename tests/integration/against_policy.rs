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
fn the_page_for_an_audit_tells_deviations_and_what_the_run_went_by() {
    let tool = fixture("undelivered-approval");
    let page = tool
        .run(LINT.into_iter().chain(["--format", "html"]))
        .expect_code(1)
        .stdout;
    let (_, from) = page.split_once("id=\"deviations\"").expect("the section");
    let (deviations, rest) = from.split_once("id=\"findings\"").expect("the next one");
    assert!(deviations.contains("held against <code>policy.yaml</code>"));
    let (_, link) = deviations.split_once("href=\"#").expect("a link");
    let (id, _) = link.split_once('"').expect("its end");
    assert!(rest.contains(&format!("id=\"{id}\"")), "{id} leads nowhere");
    let (_, others) = rest.split_once("id=\"others\"").expect("what it went by");
    assert!(
        others.contains("policy.yaml</th><td role=\"cell\" data-head=\"Role\">policy</td>"),
        "{others}"
    );
    let without = tool
        .run(["lint", "bad.mobileconfig", "--format", "html"])
        .stdout;
    assert!(without.contains("No policy was given"));
    assert!(!without.contains("id=\"others\""));
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

/// A profile of one payload.
fn profile(kind: &str, name: &str, keys: &str) -> String {
    format!(
        "<plist version=\"1.0\"><dict><key>PayloadIdentifier</key><string>com.contoso.{name}</string>\n\
         <key>PayloadContent</key><array><dict><key>PayloadType</key><string>com.apple.{kind}</string>\n\
         {keys}</dict></array></dict></plist>"
    )
}

/// System extensions.
const SYSTEM: &str = "system-extension-policy";

/// Kernel extensions.
const KERNEL: &str = "syspolicy.kernel-extension-policy";

/// People may approve others.
const ON: &str = "<key>AllowUserOverrides</key>\n<true/>\n";

/// They may not.
const OFF: &str = "<key>AllowUserOverrides</key>\n<false/>\n";

/// A policy that lets nobody approve others.
const POLICY: &str = "identifier: com.contoso.extensions\norganization: Contoso\n\
    kernel_extensions:\n  allowed:\n    - team_id: K7Q2XD94WL\n      bundle_ids: [com.contoso.driver.usb]\n    - team_id: UBF8T346G9\n      bundle_ids: [com.microsoft.wdavkext]\n\
    system_extensions:\n  allow_user_overrides: false\n  allowed:\n    - team_id: K7Q2XD94WL\n      bundle_ids: [com.contoso.agent.network]\n    - team_id: 9XK3T7PLQ2\n      bundle_ids: all\n";

/// How many profiles are wider than the policy, when these two are linted together.
fn wider(kind: &str, both: [&str; 2]) -> usize {
    let tool = Tool::new();
    tool.file("policy.yaml", POLICY);
    for (name, keys) in ["a", "b"].into_iter().zip(both) {
        tool.file(&format!("{name}.mobileconfig"), profile(kind, name, keys));
    }
    found(&tool, &["wider-than-policy"]).len()
}

/// What was found in a folder with a policy: file, line and rule. Without `select` all rules run.
fn found(tool: &Tool, select: &[&str]) -> Vec<(String, u64, String)> {
    let mut args = vec![
        "lint",
        ".",
        "--policy",
        "policy.yaml",
        "--format",
        "json",
        "--exit-zero",
    ];
    let rules = select.join(",");
    if !select.is_empty() {
        args.extend(["--select", rules.as_str()]);
    }
    let run = tool.run(args).expect_code(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let findings = report["findings"].as_array().expect("findings");
    findings
        .iter()
        .map(|one| {
            let line = one["line"].as_u64().unwrap_or_default();
            (text(&one["file"]), line, text(&one["rule"]))
        })
        .collect()
}

#[test]
fn of_several_system_extension_profiles_one_that_says_false_decides() {
    assert_eq!(wider(SYSTEM, ["", ""]), 2, "true is Apple's default");
    assert_eq!(wider(SYSTEM, ["", OFF]), 0);
    assert_eq!(wider(SYSTEM, [ON, OFF]), 0);
    assert_eq!(wider(SYSTEM, [ON, ""]), 2);
}

#[test]
fn of_several_kernel_extension_profiles_each_counts_because_apple_states_no_rule() {
    assert_eq!(wider(KERNEL, ["", ""]), 0, "false is Apple's default");
    assert_eq!(wider(KERNEL, [ON, OFF]), 1);
}

#[test]
fn a_profile_for_another_server_decides_nothing() {
    let tool = Tool::new();
    tool.file("policy.yaml", POLICY);
    tool.file("jamf/a.mobileconfig", profile(SYSTEM, "a", ""));
    tool.file("intune/b.mobileconfig", profile(SYSTEM, "b", OFF));
    assert_eq!(found(&tool, &["wider-than-policy"]), []);
    tool.file(
        "kextpolicy.toml",
        "[[overrides]]\npaths = [\"jamf\"]\ntarget = \"jamf\"\n\n[[overrides]]\npaths = [\"intune\"]\ntarget = \"intune\"\n",
    );
    let wider = found(&tool, &["wider-than-policy"]);
    assert_eq!(wider.len(), 1);
    assert_eq!(wider[0].0, "jamf/a.mobileconfig");
}

#[test]
fn with_a_policy_each_fact_is_told_once() {
    let tool = Tool::new();
    tool.file("policy.yaml", POLICY);
    let whole = "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>9XK3T7PLQ2</string>\n<string>K7Q2XD94WL</string>\n<string>EG7KH642X6</string>\n</array>\n";
    tool.file("system.mobileconfig", profile(SYSTEM, "system", whole));
    let listed = |bundles: &str| {
        format!(
            "<key>AllowNonAdminUserApprovals</key><true/>\n<key>AllowedKernelExtensions</key>\n<dict>\n<key>K7Q2XD94WL</key><array>\n{bundles}</array></dict>\n"
        )
    };
    let kernel = listed(
        "<string>com.contoso.driver.usb</string>\n<string>com.contoso.driver.USB</string>\n",
    );
    tool.file(
        "kernel.mobileconfig",
        profile(KERNEL, "kernel", &format!("{ON}{kernel}")),
    );
    let other = "<key>AllowedSystemExtensions</key>\n<dict>\n<key>UBF8T346G9</key>\n<array>\n<string>com.microsoft.wdavkext</string>\n</array></dict>\n";
    tool.file("other.mobileconfig", profile(SYSTEM, "other", other));
    let rules = [
        "entry-differs-in-case",
        "extension-of-other-kind",
        "implicit-user-overrides",
        "non-admin-approvals",
        "user-overrides-allowed",
        "whole-team-allowed",
        "beyond-policy",
        "differs-in-case-from-policy",
        "wider-than-policy",
        "wrong-payload-for-approval",
    ];
    let shown: Vec<String> = found(&tool, &rules)
        .into_iter()
        .map(|(file, line, rule)| format!("{file}:{line}: {rule}"))
        .collect();
    assert_eq!(
        shown,
        [
            "kernel.mobileconfig:3: wider-than-policy",
            "kernel.mobileconfig:5: wider-than-policy",
            "kernel.mobileconfig:10: differs-in-case-from-policy",
            "other.mobileconfig:2: wider-than-policy",
            "other.mobileconfig:7: wrong-payload-for-approval",
            "system.mobileconfig:2: wider-than-policy",
            "system.mobileconfig:6: wider-than-policy",
            "system.mobileconfig:7: beyond-policy",
        ]
    );
    // Without what a policy says, the rules about the profile alone speak for themselves.
    let alone = &rules[..6];
    assert_eq!(found(&tool, alone).len(), 7);
}

#[test]
fn an_ignored_finding_about_the_profile_alone_stays_used_with_a_policy() {
    let tool = Tool::new();
    tool.file("policy.yaml", POLICY);
    let on = format!("<!-- kextpolicy: ignore[user-overrides-allowed] a laboratory -->\n{ON}");
    tool.file("kernel.mobileconfig", profile(KERNEL, "kernel", &on));
    let rules = [
        "unused-ignore",
        "user-overrides-allowed",
        "wider-than-policy",
    ];
    let found = found(&tool, &rules);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].2, "wider-than-policy");
}
