//! Apple's table: generated anew it is the same, and every payload and key of it is reachable.

use crate::tool::{Tool, repository, shared};

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn the_table_is_what_the_generator_makes_of_apples_descriptions() {
    let shared = shared();
    let table = std::fs::read_to_string(repository().join("src/schema/table.rs")).expect("table");
    let source = table
        .split("SOURCE: &str = \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a source");
    let dropped = repository().join("src/schema/dropped");
    let folder = shared.join("apple-schema");
    let run = Tool::new()
        .run([
            "generate-schema",
            dropped.to_str().expect("UTF-8"),
            folder.to_str().expect("UTF-8"),
            "--source",
            source,
        ])
        .expect_code(0);
    assert!(
        run.stdout == table,
        "src/schema/table.rs is not what `kextpolicy generate-schema` makes of these descriptions"
    );
}

#[test]
fn a_folder_without_descriptions_is_refused() {
    let tool = Tool::new();
    tool.file("notes.yaml", "title: nothing\n");
    let run = tool
        .run(["generate-schema", ".", "--source", "nowhere"])
        .expect_code(2);
    assert!(run.stderr.contains("no description of a payload"));
    assert!(run.stderr.contains("mdm/profiles"));
}

#[test]
fn a_folder_without_the_core_payload_types_makes_no_table() {
    let tool = Tool::new();
    tool.file(
        "com.contoso.example.yaml",
        "payload: {payloadtype: com.contoso.example}\n",
    );
    let run = tool
        .run(["generate-schema", ".", "--source", "nowhere"])
        .expect_code(2);
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn a_table_that_checks_less_is_not_made() {
    let tool = Tool::new();
    let dropped = repository().join("src/schema/dropped");
    let whole = "payload: {payloadtype: com.contoso.example}\npayloadkeys: []\n";
    for name in [
        "CommonPayloadKeys",
        "TopLevel",
        "com.apple.TCC.configuration-profile-policy",
        "com.apple.applicationaccess",
        "com.apple.servicemanagement",
        "com.apple.syspolicy.kernel-extension-policy",
        "com.apple.system-extension-policy",
        "com.apple.webcontent-filter",
    ] {
        tool.file(
            &format!("core/{name}.yaml"),
            whole.replace("com.contoso.example", name),
        );
    }
    let older = dropped.to_str().expect("UTF-8");
    let run = tool
        .run(["generate-schema", older, "core", "--source", "nowhere"])
        .expect_code(2);
    assert!(
        run.stderr
            .contains("the table has 128 descriptions, and these folders have 12"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_field_that_is_not_known_makes_no_table() {
    let tool = Tool::new();
    tool.file(
        "com.contoso.example.yaml",
        "payload:\n  payloadtype: com.contoso.example\n  supportedOS:\n    macOS: {introduced: '28.0', quantum: true}\n",
    );
    let run = tool
        .run(["generate-schema", ".", "--source", "nowhere"])
        .expect_code(2);
    assert!(
        run.stderr
            .contains("com.contoso.example.yaml: what `quantum` below `macOS` means is not known"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_key_with_dots_in_its_name_is_indented_like_any_other() {
    let explained = |name: &str| Tool::new().run(["explain", name]).expect_code(0).stdout;
    let text = explained("com.apple.MCX.com.apple.EnergySaver.desktop.Schedule");
    insta::assert_snapshot!(text);
    let text =
        explained("com.apple.MCX.com.apple.EnergySaver.desktop.Schedule.RepeatingPowerOn.time");
    assert!(text.contains("\ntime: integer\n"), "{text}");
}

#[test]
fn what_an_array_holds_is_explained_as_its_items_with_their_versions() {
    let run = Tool::new()
        .run(["explain", "com.apple.airplay.Whitelist"])
        .expect_code(0);
    insta::assert_snapshot!(run.stdout);
    // It need not be named, and the path says where the key stands.
    let run = Tool::new()
        .run([
            "explain",
            "com.apple.airplay.Whitelist.DeviceID",
            "--format",
            "json",
        ])
        .expect_code(0);
    let pages: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(
        pages[0]["keys"][0]["path"],
        "Whitelist.AllowListItem.DeviceID"
    );
    assert_eq!(
        pages[0]["keys"][0]["macos"][0],
        "deprecated since macOS 15.0"
    );
}

#[test]
fn a_removed_key_is_explained_with_every_version() {
    let run = Tool::new()
        .run(["explain", "com.apple.mdm.ManagedAppleID"])
        .expect_code(0);
    let versions = "since macOS 10.15; deprecated since macOS 14.0; removed in macOS 15.0;";
    assert!(run.stdout.contains(versions), "{}", run.stdout);
}

#[test]
fn a_payload_that_takes_the_keys_of_another_one_says_so() {
    let explained = |name: &str| Tool::new().run(["explain", name]).expect_code(0).stdout;
    let text = explained("com.apple.vpn.managed.applayer");
    assert!(
        text.contains("Takes the keys of `com.apple.vpn.managed` too."),
        "{text}"
    );
    let text = explained("com.apple.vpn.managed.applayer.VPNType");
    assert!(
        text.contains("\nVPNType: string; required; one of VPN,"),
        "{text}"
    );
}

#[test]
fn a_key_is_explained_with_its_type_and_values() {
    let run = Tool::new()
        .run(["explain", "com.apple.wifi.managed.EncryptionType"])
        .expect_code(0);
    insta::assert_snapshot!(run.stdout);
    let run = Tool::new()
        .run([
            "explain",
            "com.apple.TCC.configuration-profile-policy.Services.Camera.CodeRequirement",
            "--format",
            "json",
        ])
        .expect_code(0);
    let pages: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(pages[0]["keys"][0]["type"], "string");
    assert_eq!(pages[0]["keys"][0]["required"], true);
}

#[test]
fn a_payload_is_explained_with_all_its_keys() {
    let run = Tool::new()
        .run(["explain", "com.apple.syspolicy.kernel-extension-policy"])
        .expect_code(0);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn a_misspelt_payload_type_or_key_gets_a_suggestion() {
    let run = Tool::new()
        .run(["explain", "com.apple.wifi.manged"])
        .expect_code(2);
    assert!(
        run.stderr
            .contains("did you mean `com.apple.wifi.managed`?"),
        "{}",
        run.stderr
    );
    let run = Tool::new()
        .run(["explain", "com.apple.wifi.managed.EncryptonType"])
        .expect_code(2);
    assert!(
        run.stderr
            .contains("did you mean `com.apple.wifi.managed.EncryptionType`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_version_tells_in_detail_which_descriptions_are_built_in() {
    let tool = Tool::new();
    let short = tool.run(["--version"]).expect_code(0);
    assert!(!short.stdout.contains("apple"), "{}", short.stdout);
    let long = tool.run(["--version", "--verbose"]).expect_code(0);
    assert!(
        long.stdout.contains("apple/device-management, commit"),
        "{}",
        long.stdout
    );
}

#[test]
fn the_page_about_payloads_is_what_the_tool_prints() {
    let run = Tool::new()
        .run(["explain", "--payloads", "--format", "markdown"])
        .expect_code(0);
    let page = repository().join("docs/payloads.md");
    if std::env::var_os("KEXTPOLICY_BLESS").is_some_and(|value| value != "0") {
        std::fs::write(&page, &run.stdout).expect("docs/payloads.md");
    }
    let text = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(
        text == run.stdout,
        "docs/payloads.md is out of date; KEXTPOLICY_BLESS=1 cargo test writes it again"
    );
}
