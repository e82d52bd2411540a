//! `lint --policy` beside extensions: privacy permissions, content filters and background items, no more and no less than
//! the policy says.

use crate::tool::Tool;

const POLICY: &str = "\
identifier: com.fabrikam.agent
organization: Fabrikam
privacy:
  full_disk_access:
    - team_id: K7Q2XD94WL
      bundle_ids: [com.fabrikam.agent, com.fabrikam.agent.extension]
    - team_id: K7Q2XD94WL
      path: /Library/Fabrikam/agentd
      identifier: agentd
  apple_events:
    - team_id: K7Q2XD94WL
      bundle_ids: [com.fabrikam.agent]
      receiver: {bundle_ids: [com.apple.finder]}
content_filters:
  - name: Fabrikam Filter
    team_id: K7Q2XD94WL
    app: com.fabrikam.agent
    sockets: com.fabrikam.agent.filter
    grade: inspector
background_items:
  - team_id: K7Q2XD94WL
    label_prefixes: [com.fabrikam.agent]
";

const RULES: &str =
    "beyond-policy,wider-than-policy,undelivered-approval,differs-in-case-from-policy";

/// The parts of a profile's name.
const PRIVACY: &str = "privacy";
const FILTER: &str = "filter-com.fabrikam.agent";
const ITEMS: &str = "background";

fn file(part: &str) -> String {
    format!("com.fabrikam.agent.{part}.generic.mobileconfig")
}

/// A folder with the policy and the profiles that follow from it.
fn rendered() -> Tool {
    let tool = Tool::new();
    tool.file("policy.yaml", POLICY);
    tool.run([
        "render",
        "policy.yaml",
        "--target",
        "generic",
        "--out-dir",
        ".",
    ])
    .expect_code(0);
    tool
}

/// What `lint --policy` finds, as `file:rule: message`, `file` being `policy` or the part of the profile.
fn found(tool: &Tool) -> Vec<String> {
    let args = [
        "lint",
        ".",
        "--policy",
        "policy.yaml",
        "--select",
        RULES,
        "--format",
        "json",
    ];
    let run = tool.run(args.into_iter().chain(["--exit-zero"]));
    let run = run.expect_code(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    findings
        .iter()
        .map(|one| {
            let name = text(&one["file"]);
            let part = name
                .trim_start_matches("com.fabrikam.agent.")
                .trim_end_matches(".generic.mobileconfig")
                .trim_end_matches(".yaml");
            format!("{part}: {}: {}", text(&one["rule"]), text(&one["message"]))
        })
        .collect()
}

/// What is found after one replacement in one profile.
fn after(part: &str, from: &str, to: &str) -> Vec<String> {
    let tool = rendered();
    let text = tool.read(&file(part));
    assert!(text.contains(from), "{text}");
    tool.file(&file(part), text.replacen(from, to, 1));
    found(&tool)
}

#[test]
fn what_render_makes_is_neither_more_nor_less() {
    assert_eq!(found(&rendered()), [""; 0]);
}

#[test]
fn the_order_of_a_requirement_and_an_integer_for_a_boolean_change_nothing() {
    let other = "anchor apple generic and identifier \"com.fabrikam.agent\" and ";
    let own = "identifier \"com.fabrikam.agent\" and anchor apple generic and ";
    assert_eq!(after(PRIVACY, own, other), [""; 0]);
    let tool = rendered();
    let text = tool.read(&file(PRIVACY));
    let (from, to) = ("<true/>", "<integer>1</integer>");
    let allowed = |value: &str| format!("<key>Allowed</key>\n\t\t\t\t\t\t{value}");
    let changed = text.replace(&allowed(from), &allowed(to));
    assert_ne!(changed, text);
    tool.file(&file(PRIVACY), changed);
    assert_eq!(found(&tool), [""; 0]);
}

#[test]
fn each_permission_without_a_profile_is_undelivered() {
    let tool = rendered();
    for part in [PRIVACY, FILTER, ITEMS] {
        std::fs::remove_file(tool.path().join(file(part))).expect("a profile");
    }
    tool.file(
        "none.mobileconfig",
        "<plist version=\"1.0\"><dict/></plist>",
    );
    assert_eq!(
        found(&tool),
        [
            "policy: undelivered-approval: `com.fabrikam.agent` has Full Disk Access (`SystemPolicyAllFiles`), and no profile says so",
            "policy: undelivered-approval: `com.fabrikam.agent.extension` has Full Disk Access (`SystemPolicyAllFiles`), and no profile says so",
            "policy: undelivered-approval: `/Library/Fabrikam/agentd` has Full Disk Access (`SystemPolicyAllFiles`), and no profile says so",
            "policy: undelivered-approval: `com.fabrikam.agent` has Automation (`AppleEvents`) to `com.apple.finder`, and no profile says so",
            "policy: undelivered-approval: content filter `com.fabrikam.agent` filters sockets by `com.fabrikam.agent.filter`, and no profile says so",
            "policy: undelivered-approval: background items whose label begins with `com.fabrikam.agent` of team `K7Q2XD94WL` are approved, and no profile says so",
        ]
    );
}

#[test]
fn each_permission_without_a_word_of_the_policy_is_beyond_it() {
    let tool = rendered();
    tool.file(
        "policy.yaml",
        "identifier: com.fabrikam.agent\norganization: Fabrikam\nsystem_extensions:\n  allowed:\n    - {team_id: K7Q2XD94WL, bundle_ids: [com.fabrikam.agent.filter]}\n",
    );
    let found = found(&tool);
    let beyond = found.iter().filter(|one| one.contains("beyond-policy"));
    assert_eq!(beyond.count(), 6, "{found:#?}");
}

#[test]
fn a_denied_service_delivers_nothing_and_is_not_beyond_either() {
    assert_eq!(
        after(
            PRIVACY,
            "<key>Allowed</key>\n\t\t\t\t\t\t<true/>",
            "<key>Allowed</key>\n\t\t\t\t\t\t<false/>"
        ),
        [
            "policy: undelivered-approval: `com.fabrikam.agent` has Automation (`AppleEvents`) to `com.apple.finder`, and no profile says so"
        ]
    );
}

#[test]
fn a_requirement_that_fits_more_programs_is_wider() {
    let found = after(
        PRIVACY,
        " and certificate leaf[subject.OU] = K7Q2XD94WL",
        "",
    );
    assert_eq!(
        found,
        [
            "privacy: wider-than-policy: `com.fabrikam.agent` has Automation (`AppleEvents`) to `com.apple.finder`, and its code requirement is not as strict as the policy's"
        ]
    );
    let found = after(FILTER, " and certificate leaf[subject.OU] = K7Q2XD94WL", "");
    assert_eq!(
        found,
        [
            "filter-com.fabrikam.agent: wider-than-policy: content filter `com.fabrikam.agent` filters sockets by `com.fabrikam.agent.filter`, and its code requirement is not as strict as the policy's"
        ]
    );
}

#[test]
fn a_requirement_of_another_team_is_both() {
    let found = after(FILTER, "K7Q2XD94WL", "UBF8T346G9");
    assert_eq!(
        found,
        [
            "filter-com.fabrikam.agent: wider-than-policy: content filter `com.fabrikam.agent` filters sockets by `com.fabrikam.agent.filter`, and its code requirement is not as strict as the policy's",
            "policy: undelivered-approval: content filter `com.fabrikam.agent` filters sockets by `com.fabrikam.agent.filter`, and the profile that does so does not for every program that the policy means",
        ]
    );
}

#[test]
fn a_requirement_that_cannot_be_read_delivers_nothing() {
    let found = after(FILTER, "identifier \"", "designated =&gt; identifier \"");
    assert_eq!(
        found,
        [
            "policy: undelivered-approval: content filter `com.fabrikam.agent` filters sockets by `com.fabrikam.agent.filter`, and no profile says so"
        ]
    );
}

#[test]
fn capitals_count_in_every_kind() {
    let kinds = [
        (PRIVACY, "<string>com.fabrikam.agent.extension</string>"),
        (FILTER, "<string>com.fabrikam.agent.filter</string>"),
        (ITEMS, "<string>com.fabrikam.agent</string>"),
    ];
    for (part, name) in kinds {
        let found = after(part, name, &name.replace("agent", "Agent"));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(
            found[0].starts_with(&format!("{part}: differs-in-case-from-policy: ")),
            "{found:#?}"
        );
    }
}

#[test]
fn code_that_is_checked_on_disk_only_is_wider() {
    let own = "<key>Allowed</key>";
    let found = after(PRIVACY, own, &format!("<key>StaticCode</key><true/>{own}"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("wider-than-policy") && found[0].contains("on disk only"));
}

#[test]
fn another_grade_of_a_filter_is_not_what_the_policy_says() {
    let found = after(
        FILTER,
        "<string>inspector</string>",
        "<string>firewall</string>",
    );
    assert_eq!(
        found,
        [
            "policy: undelivered-approval: content filter `com.fabrikam.agent` filters sockets by `com.fabrikam.agent.filter`, and the profile that does so has another `FilterGrade`"
        ]
    );
}

#[test]
fn a_switch_that_is_off_filters_nothing() {
    let found = after(
        FILTER,
        "<key>FilterSockets</key>\n\t\t\t<true/>",
        "<key>FilterSockets</key>\n\t\t\t<false/>",
    );
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("policy: undelivered-approval: "));
}

#[test]
fn a_rule_about_more_background_items_is_wider_and_delivers_them() {
    for (from, to) in [
        (
            "<string>com.fabrikam.agent</string>",
            "<string>com.fabrikam</string>",
        ),
        (
            "<string>com.fabrikam.agent</string>",
            "<string>com.</string>",
        ),
    ] {
        let found = after(ITEMS, from, to);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with("background: wider-than-policy: "));
    }
    let tool = rendered();
    let text = tool.read(&file(ITEMS));
    let text = text.replace(
        "<string>LabelPrefix</string>",
        "<string>TeamIdentifier</string>",
    );
    let text = text.replace(
        "<string>com.fabrikam.agent</string>",
        "<string>K7Q2XD94WL</string>",
    );
    tool.file(&file(ITEMS), text);
    let found = found(&tool);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("background: wider-than-policy: "));
}

#[test]
fn a_rule_about_fewer_background_items_does_not_deliver_them() {
    let found = after(
        ITEMS,
        "<string>com.fabrikam.agent</string>",
        "<string>com.fabrikam.agent.daemon</string>",
    );
    assert_eq!(
        found,
        [
            "policy: undelivered-approval: background items whose label begins with `com.fabrikam.agent` of team `K7Q2XD94WL` are approved, and no profile says so"
        ]
    );
}

#[test]
fn what_no_policy_can_say_is_not_compared() {
    let tool = rendered();
    let text = tool.read(&file(PRIVACY));
    let text = text.replace("<key>SystemPolicyAllFiles</key>", "<key>ListenEvent</key>");
    let text = text.replace(
        "<key>Allowed</key>\n\t\t\t\t\t\t<true/>",
        "<key>Authorization</key><string>AllowStandardUserToSetSystemService</string>",
    );
    tool.file(&file(PRIVACY), text);
    let found = found(&tool);
    assert!(
        found
            .iter()
            .all(|one| one.starts_with("policy: undelivered-approval: ")),
        "{found:#?}"
    );
}

#[test]
fn quiet_does_not_hide_what_is_missing() {
    let tool = rendered();
    std::fs::remove_file(tool.path().join(file(FILTER))).expect("a profile");
    let run = tool.run(["-q", "lint", ".", "--policy", "policy.yaml"]);
    let run = run.expect_code(1);
    assert!(
        run.stdout.contains("content filter `com.fabrikam.agent`"),
        "{}",
        run.shown()
    );
}
