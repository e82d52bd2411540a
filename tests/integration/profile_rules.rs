//! Rules about profiles that need more than a fixture: file names, sizes, targets, many files.

use crate::skeleton;
use crate::tool::Tool;

/// A profile without faults.
fn profile() -> String {
    skeleton::profile("profile", "", 0)
}

#[test]
fn a_file_name_that_intune_refuses_is_reported_for_intune_only() {
    let tool = Tool::new();
    tool.file("a.plist", profile());
    tool.file("a.XML", profile());
    let select = ["--select", "wrong-extension-for-intune"];
    let run = tool
        .run(
            ["lint", "a.plist", "a.XML", "--target", "intune"]
                .iter()
                .chain(&select),
        )
        .expect_code(1);
    assert_eq!(run.stdout.matches("error[").count(), 1, "{}", run.stdout);
    assert!(run.stdout.contains("a.plist"), "{}", run.stdout);
    tool.run(
        ["lint", "a.plist", "--target", "jamf"]
            .iter()
            .chain(&select),
    )
    .expect_code(0);
}

#[test]
fn standard_input_has_no_file_name_to_refuse() {
    Tool::new()
        .run_with_input(
            [
                "lint",
                "-",
                "--target",
                "intune",
                "--select",
                "wrong-extension-for-intune",
            ],
            profile(),
        )
        .expect_code(0);
}

#[test]
fn intune_takes_a_million_bytes_and_not_one_more() {
    let tool = Tool::new();
    let mut text = profile();
    text.push_str(&"\n".repeat(1_000_000 - text.len()));
    tool.file("fits.mobileconfig", &text);
    text.push('\n');
    tool.file("large.mobileconfig", &text);
    let run = tool
        .run([
            "lint",
            ".",
            "--target",
            "intune",
            "--select",
            "file-too-large-for-intune",
        ])
        .expect_code(1);
    let large =
        "the file has 1000001 bytes; Intune takes no more than 1000000\n  --> large.mobileconfig\n";
    assert!(run.stdout.contains(large), "{}", run.stdout);
    assert!(!run.stdout.contains("fits"), "{}", run.stdout);
}

#[test]
fn a_signed_profile_keeps_the_payloads_that_jamf_would_drop() {
    let tool = Tool::new();
    let signed = crate::tool::repository().join("tests/rules/signed-for-jamf/bad.mobileconfig");
    tool.file("a.mobileconfig", std::fs::read(signed).expect("a fixture"));
    tool.run([
        "lint",
        ".",
        "--target",
        "jamf",
        "--select",
        "payload-dropped-by-jamf",
    ])
    .expect_code(0);
}

#[test]
fn a_missing_uuid_gets_the_same_one_every_time_and_every_payload_its_own() {
    let block =
        "<dict>\n<key>PayloadType</key>\n<string>com.apple.dock</string>\n</dict>\n".repeat(2);
    let uuids = || -> Vec<String> {
        let tool = Tool::new();
        tool.file("a.mobileconfig", skeleton::profile("profile", &block, 0));
        let run = tool.run([
            "lint",
            ".",
            "--select",
            "missing-payload-key",
            "--format",
            "json",
        ]);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .filter(|finding| finding["message"] == "payload without `PayloadUUID`")
            .map(|finding| finding["fix"]["edits"].to_string())
            .collect()
    };
    let first = uuids();
    assert_eq!(first.len(), 2);
    let uuid = |edit: &String| edit.split("<string>").nth(1).map(str::to_owned);
    assert!(uuid(&first[0]).is_some());
    assert_ne!(uuid(&first[0]), uuid(&first[1]));
    assert_eq!(first, uuids());
}

#[test]
fn payloads_that_apple_does_not_describe_are_named_as_not_checked() {
    let tool = Tool::new();
    let payload = "<dict><key>PayloadType</key><string>com.contoso.agent</string>\
        <key>PayloadIdentifier</key><string>com.contoso.agent.settings</string>\
        <key>PayloadUUID</key><string>3E2D5C1F-7A64-4C0B-9A53-0D5B0F3F1A77</string>\
        <key>PayloadVersion</key><integer>1</integer><key>enabeld</key><true/></dict>";
    tool.file(
        "agent.mobileconfig",
        profile().replacen("<array>", &format!("<array>{payload}"), 1),
    );
    let line = "the settings of 1 payload whose type Apple does not describe \
                (`com.contoso.agent`)";
    for format in ["text", "concise", "markdown", "html"] {
        let run = tool.run(["lint", "agent.mobileconfig", "--format", format]);
        let shown = run.stdout.replace("&#96;", "`").replace('\\', "");
        assert!(shown.contains(line), "{format}: {}", run.shown());
    }
    for format in ["json", "sarif"] {
        let run = tool.run(["lint", "agent.mobileconfig", "--format", format]);
        assert!(
            run.stdout
                .contains("\"payload_type\": \"com.contoso.agent\""),
            "{format}: {}",
            run.shown()
        );
    }
}
