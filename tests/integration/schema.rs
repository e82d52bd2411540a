//! Apple's table: generated anew it is the same, and every payload and key of it is reachable.

use crate::tool::{Tool, repository, shared};

#[test]
fn the_table_is_what_the_generator_makes_of_apples_descriptions() {
    let Some(shared) = shared("Apple's descriptions of payloads") else {
        return;
    };
    let table = std::fs::read_to_string(repository().join("src/schema/table.rs")).expect("table");
    let source = table
        .split("SOURCE: &str = \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a source");
    let folder = shared.join("apple-schema");
    let run = Tool::new()
        .run([
            "generate-schema",
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

/// A description with everything that Apple's prose holds, and the same without the prose.
const WITH_PROSE: &str = r##"title: 'Example: of Contoso'
description: |-
  The payload that configures “an example”.
  • a bullet: with a colon
  <!-- and a comment -->
payload:
  payloadtype: com.contoso.example
  supportedOS: &os
    iOS:
      introduced: n/a
    macOS:
      introduced: '10.15.4'
      deprecated: '12.0'
      multiple: false
      devicechannel: true
      userchannel: false
  content: "Quoted, with \"quotes\" and a backslash \\n."
payloadkeys:
- key: Items
  title: Items
  supportedOS: *os
  type: <array>
  presence: required
  content: >-
    Folded text; - not a list,
    key: not a map # nor a comment
  subkeytype: Item
  subkeys: &items
  - key: Item
    type: <dictionary>
    subkeys:
    - key: Type
      type: <string>
      presence: required
      rangelist:
      - App
      - 'Yes'
      content: One of 'App' or 'Yes'.
    - key: Inner
      type: <array>
      presence: optional
      subkeys: *items
- key: Count
  type: <integer>
  presence: optional
  range:
    min: 0
    max: 4
  default: 0
  valuetype: <count>
notes:
- title: A note
  content: "# no heading"
related:
- key: payloadkeys
"##;

/// The same without titles and descriptions.
const WITHOUT_PROSE: &str = "\
payload:
  payloadtype: com.contoso.example
  supportedOS: &os
    iOS: {introduced: n/a}
    macOS: {introduced: '10.15.4', deprecated: '12.0', multiple: false, devicechannel: true, userchannel: false}
payloadkeys:
- key: Items
  supportedOS: *os
  type: <array>
  presence: required
  subkeys: &items
  - key: Item
    type: <dictionary>
    subkeys:
    - {key: Type, type: <string>, presence: required, rangelist: [App, 'Yes']}
    - {key: Inner, type: <array>, presence: optional, subkeys: *items}
- {key: Count, type: <integer>, presence: optional, range: {min: 0, max: 4}, default: 0, valuetype: <count>}
";

/// The table that is made of one description.
fn generated(description: &str) -> String {
    let tool = Tool::new();
    tool.file("com.contoso.example.yaml", description);
    let run = tool.run(["generate-schema", ".", "--source", "a test"]);
    run.expect_code(0).stdout
}

#[test]
fn apples_prose_changes_nothing_in_the_table() {
    let table = generated(WITH_PROSE);
    assert_eq!(table, generated(WITHOUT_PROSE));
    insta::assert_snapshot!(table);
}

#[test]
fn an_array_with_two_descriptions_of_what_it_holds_is_refused() {
    let tool = Tool::new();
    let more = "  subkeys: &items\n  - key: Other\n    type: <string>\n";
    tool.file(
        "com.contoso.example.yaml",
        WITHOUT_PROSE.replacen("  subkeys: &items\n", more, 1),
    );
    let run = tool
        .run(["generate-schema", ".", "--source", "a test"])
        .expect_code(2);
    assert_eq!(
        run.stderr,
        "error: cannot make the table: com.contoso.example.yaml: `Items` is an array with more than one description of \
         what it holds\n"
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
            "com.apple.TCC.configuration-profile-policy.Services.Camera.Allowed",
            "--format",
            "json",
        ])
        .expect_code(0);
    let pages: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(pages[0]["keys"][0]["type"], "boolean");
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
        long.stdout.contains("apple/device-management, commit "),
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
        "docs/payloads.md is out of date; KEXTPOLICY_BLESS=1 cargo test writes it anew"
    );
}
