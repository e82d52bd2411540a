//! What Jamf Pro and Intune need of a file, each need with its reason.

use plist::{Dictionary, Value};

use crate::render::BOTH;
use crate::tool::Tool;

/// What is wrong with text at Jamf Pro, as YAML, and the words of the message.
const UNSTORABLE: [(&str, &str); 6] = [
    ("Smith & Sons", "contains `&`"),
    ("a < b", "contains `<`"),
    ("\"a\\nb\"", "contains a line feed"),
    ("\"a\\tb\"", "contains a tab"),
    ("Fabrikam \u{1F512}", "(U+1F512)"),
    ("\" Fabrikam\"", "begins or ends with a blank"),
];

/// Renders a policy for one target with requests; every file with its text.
fn rendered(policy: &str, target: &str) -> Vec<(String, String)> {
    let tool = Tool::new();
    tool.file("policy.yaml", policy);
    let args = [
        "render",
        "policy.yaml",
        "--target",
        target,
        "--request",
        "--out-dir",
        "out",
    ];
    tool.run(args).expect_code(0);
    let names = tool
        .files()
        .into_iter()
        .filter(|name| name.starts_with("out/"));
    names.map(|name| (name.clone(), tool.read(&name))).collect()
}

/// The profiles among the files of a policy with every kind of extension.
fn profiles(target: &str) -> Vec<(String, String)> {
    let mut files = rendered(BOTH, target);
    files.retain(|(name, _)| name.ends_with(".mobileconfig"));
    assert_eq!(files.len(), 3);
    files
}

/// The root of a profile and its one payload.
fn read(text: &str) -> (Dictionary, Dictionary) {
    let root = Value::from_reader_xml(text.as_bytes()).expect("a property list");
    let root = root.into_dictionary().expect("a dictionary");
    let payloads = root["PayloadContent"].as_array().expect("payloads");
    assert_eq!(payloads.len(), 1);
    let payload = payloads[0].as_dictionary().expect("a payload").clone();
    (root, payload)
}

/// A text of a dictionary.
fn text<'a>(dictionary: &'a Dictionary, key: &str) -> &'a str {
    dictionary
        .get(key)
        .and_then(Value::as_string)
        .unwrap_or_else(|| panic!("{key}"))
}

/// The text between two tags.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).unwrap_or_else(|| panic!("{from}")).1;
    rest.split_once(to).unwrap_or_else(|| panic!("{to}")).0
}

#[test]
fn parsers_refuse_bytes_before_the_declaration() {
    for target in ["generic", "jamf", "intune"] {
        for (name, text) in profiles(target) {
            let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
                        \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">";
            assert!(text.starts_with(head), "{name}");
        }
    }
}

#[test]
fn jamf_makes_empty_arrays_from_white_space_between_elements() {
    for (name, text) in rendered(BOTH, "jamf") {
        let plist = between(&text, "<plist version=\"1.0\">", "</plist>");
        let blank = plist.split('>').skip(1).any(|piece| {
            piece
                .split('<')
                .next()
                .is_some_and(|gap| !gap.is_empty() && gap.trim().is_empty())
        });
        assert!(!blank && !plist.contains('\n'), "{name}");
    }
}

#[test]
fn jamf_cannot_store_some_characters_in_any_text() {
    for key in ["name", "organization", "description"] {
        for (value, words) in UNSTORABLE {
            let tool = Tool::new();
            let rest = BOTH
                .lines()
                .filter(|line| !line.starts_with(&format!("{key}:")))
                .collect::<Vec<_>>()
                .join("\n");
            tool.file("policy.yaml", format!("{key}: {value}\n{rest}\n"));
            let args = [
                "render",
                "policy.yaml",
                "--target",
                "jamf",
                "--out-dir",
                "out",
            ];
            let run = tool.run(args).expect_code(2);
            assert!(
                run.stderr.contains(&format!("`{key}` "))
                    && run.stderr.contains(words)
                    && run.stderr.contains("policy.yaml:1:")
                    && run.stderr.contains('^'),
                "{}",
                run.shown()
            );
            assert_eq!(tool.files(), ["policy.yaml"]);
            let args = [
                "render",
                "policy.yaml",
                "--target",
                "intune",
                "--out-dir",
                "out",
            ];
            tool.run(args).expect_code(0);
        }
    }
}

#[test]
fn what_jamf_cannot_store_is_shown_at_its_line() {
    let tool = Tool::new();
    tool.file(
        "policy.yaml",
        BOTH.replace("organization: Fabrikam", "organization: Smith & Sons"),
    );
    let run = tool
        .run(["render", "policy.yaml", "--out-dir", "out"])
        .expect_code(2);
    insta::assert_snapshot!(run.shown());
}

#[test]
fn the_end_of_a_cdata_section_would_end_the_request() {
    let policy = BOTH.replace("name: Fabrikam extensions", "name: \"a ]]> b\"");
    for (name, text) in rendered(&policy, "jamf") {
        let count = usize::from(name.ends_with(".jamf.xml"));
        assert_eq!(text.matches("]]>").count(), count, "{name}");
    }
}

#[test]
fn the_one_more_decoding_of_jamf_gives_the_profile() {
    let policy = BOTH.replace("name: Fabrikam extensions", "name: \"a > b\"");
    let files = rendered(&policy, "jamf");
    for (name, body) in &files {
        let Some(stem) = name.strip_suffix(".jamf.xml") else {
            continue;
        };
        let sent = between(body, "<payloads><![CDATA[", "]]></payloads>");
        assert!(sent.contains("a &amp;gt; b"), "{name}");
        let profile = format!("{}\n", sent.replace("&amp;", "&"));
        let file = files
            .iter()
            .find(|(name, _)| *name == format!("{stem}.jamf.mobileconfig"));
        assert_eq!(Some(&profile), file.map(|(_, text)| text), "{name}");
    }
}

#[test]
fn jamf_makes_identifier_and_uuid_the_same() {
    for (name, content) in profiles("jamf") {
        let (root, payload) = read(&content);
        for dictionary in [&root, &payload] {
            let uuid = text(dictionary, "PayloadUUID");
            assert_eq!(text(dictionary, "PayloadIdentifier"), uuid, "{name}");
        }
    }
}

#[test]
fn another_identity_would_be_another_profile_on_the_mac() {
    // Nothing of a policy but its identifier is in a UUID, so no edit makes a ghost of an installed profile.
    let edited = BOTH
        .replace("wdavkext", "other")
        .replace("name: Fabrikam", "name: Renamed");
    for target in ["generic", "jamf", "intune"] {
        let identity = |policy: &str| -> Vec<String> {
            let files = rendered(policy, target);
            let profiles = files
                .iter()
                .filter(|(name, _)| name.ends_with(".mobileconfig"));
            profiles
                .flat_map(|(_, content)| {
                    let (root, payload) = read(content);
                    [root, payload].map(|part| {
                        format!(
                            "{} {}",
                            text(&part, "PayloadUUID"),
                            text(&part, "PayloadIdentifier")
                        )
                    })
                })
                .collect()
        };
        assert_eq!(identity(BOTH), identity(&edited));
        assert_ne!(
            identity(BOTH),
            identity(&BOTH.replace("com.fabrikam", "com.northwind"))
        );
    }
}

#[test]
fn jamf_tools_want_every_payload_key() {
    for (name, content) in profiles("jamf") {
        let (root, payload) = read(&content);
        for dictionary in [&root, &payload] {
            for key in [
                "PayloadDescription",
                "PayloadDisplayName",
                "PayloadOrganization",
                "PayloadType",
            ] {
                assert!(!text(dictionary, key).is_empty(), "{name}: {key}");
            }
            assert_eq!(dictionary["PayloadEnabled"], Value::Boolean(true), "{name}");
            assert_eq!(
                dictionary["PayloadVersion"],
                Value::Integer(1.into()),
                "{name}"
            );
        }
        assert_eq!(
            root["PayloadRemovalDisallowed"],
            Value::Boolean(true),
            "{name}"
        );
    }
}

#[test]
fn the_payloads_are_for_the_device_channel_only() {
    for target in ["generic", "jamf", "intune"] {
        for (name, content) in profiles(target) {
            assert_eq!(text(&read(&content).0, "PayloadScope"), "System", "{name}");
        }
    }
}

#[test]
fn jamf_stores_another_level_than_system_as_user() {
    let files = rendered(BOTH, "jamf");
    let bodies = files.iter().filter(|(name, _)| name.ends_with(".jamf.xml"));
    let mut names = std::collections::BTreeSet::new();
    for (name, body) in bodies {
        assert!(body.contains("<level>System</level>"), "{name}");
        assert!(body.contains("<distribution_method>Install Automatically</distribution_method>"));
        assert!(body.contains("<user_removable>false</user_removable>"));
        assert!(body.contains("<redeploy_on_update>Newly Assigned</redeploy_on_update>"));
        let general = between(body, "<name>", "</name>");
        let shown = format!("<key>PayloadDisplayName</key><string>{general}</string>");
        assert!(body.contains(&shown), "{name}");
        assert!(names.insert(general.to_owned()), "two profiles of one name");
    }
    assert_eq!(names.len(), 3);
    let wrong = format!("{BOTH}targets:\n  jamf: {{level: Computer Level}}\n");
    let tool = Tool::new();
    tool.file("policy.yaml", wrong);
    let run = tool
        .run(["render", "policy.yaml", "--print"])
        .expect_code(2);
    assert!(run.stderr.contains("stores as `User`"), "{}", run.stderr);
}

#[test]
fn servers_drop_empty_containers_and_the_defaults_of_overrides_differ() {
    for target in ["generic", "jamf", "intune"] {
        for (name, content) in profiles(target) {
            for empty in [
                "<array/>",
                "<dict/>",
                "<array></array>",
                "<dict></dict>",
                "<string></string>",
            ] {
                assert!(!content.contains(empty), "{name}");
            }
            let (_, payload) = read(&content);
            assert_eq!(
                payload["AllowUserOverrides"],
                Value::Boolean(name.contains(".sysext")),
                "{name}"
            );
        }
    }
}

#[test]
fn the_empty_team_id_stands_only_for_kexts_that_nobody_signed() {
    for target in ["generic", "jamf", "intune"] {
        assert!(
            profiles(target)
                .iter()
                .all(|(_, text)| !text.contains("<key></key>"))
        );
        let unsigned = BOTH.replace(
            "team_id: UBF8T346G9\n      bundle_ids: [com.microsoft.wdavkext]",
            "unsigned: true\n      bundle_ids: [com.example.old]",
        );
        let files = rendered(&unsigned, target);
        assert!(
            files.iter().any(|(_, text)| text.contains("<key></key>")),
            "{target}"
        );
    }
}

#[test]
fn one_kext_payload_sinks_the_whole_profile_on_apple_silicon() {
    for target in ["generic", "jamf", "intune"] {
        for (name, content) in profiles(target) {
            let kind = text(&read(&content).1, "PayloadType").to_owned();
            let is_kernel = kind == "com.apple.syspolicy.kernel-extension-policy";
            assert_eq!(name.contains(".kext."), is_kernel, "{name}");
        }
    }
}

#[test]
fn keys_of_macos_15_stand_apart_with_what_they_need() {
    for target in ["generic", "jamf", "intune"] {
        for (name, content) in profiles(target) {
            let is_new = name.contains(".sysext-macos15.");
            assert_eq!(content.contains("NonRemovable"), is_new, "{name}");
            if is_new {
                assert!(content.contains("AllowUserOverrides"), "{name}");
                // The approvals stand in the other file: a Mac adds up the values of all profiles.
                assert!(!content.contains("AllowedSystemExtensions"), "{name}");
            }
        }
    }
}

#[test]
fn the_intune_portal_takes_a_million_bytes() {
    let teams: Vec<String> = (0..9000)
        .map(|n| {
            format!(
                "    - {{team_id: T{n:09}, bundle_ids: [com.example.driver.with.a.long.name.{n}]}}"
            )
        })
        .collect();
    let teams = teams.join("\n");
    let tool = Tool::new();
    let head =
        "identifier: com.fabrikam.large\norganization: Fabrikam\nkernel_extensions:\n  allowed:\n";
    tool.file("policy.yaml", format!("{head}{teams}\n"));
    let args = |target| {
        [
            "render",
            "policy.yaml",
            "--target",
            target,
            "--out-dir",
            "out",
        ]
    };
    let run = tool.run(args("intune")).expect_code(2);
    assert!(
        run.stderr.contains("bytes, and Intune takes 1000000")
            && run.stderr.contains("policy.yaml:1:13"),
        "{}",
        run.stderr
    );
    assert_eq!(tool.files(), ["policy.yaml"]);
    tool.run(args("jamf")).expect_code(0);
}

#[test]
fn intune_cannot_change_the_channel_later_and_stores_the_file_as_it_is() {
    use base64::Engine as _;
    let files = rendered(BOTH, "intune");
    let mut count = 0;
    for (name, body) in &files {
        let Some(stem) = name.strip_suffix(".intune.json") else {
            continue;
        };
        count += 1;
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(
            body["@odata.type"],
            "#microsoft.graph.macOSCustomConfiguration"
        );
        assert_eq!(body["deploymentChannel"], "deviceChannel");
        assert_eq!(body["roleScopeTagIds"], serde_json::json!(["0"]));
        let payload = body["payload"].as_str().expect("base64");
        let payload = base64::engine::general_purpose::STANDARD
            .decode(payload)
            .expect("base64");
        let profile = format!("{stem}.intune.mobileconfig");
        let file = files
            .iter()
            .find(|(name, _)| *name == profile)
            .expect("its profile");
        assert_eq!(payload, file.1.as_bytes(), "{name}");
        let file_name = body["payloadFileName"].as_str().expect("a name");
        assert!(profile.ends_with(file_name), "{name}");
    }
    assert_eq!(count, 3);
}

#[test]
fn what_intune_gets_is_what_the_mac_sees() {
    for (name, content) in profiles("intune") {
        let (root, payload) = read(&content);
        let identifier = text(&root, "PayloadIdentifier");
        assert!(identifier.starts_with("com.fabrikam.extensions."), "{name}");
        assert!(
            text(&payload, "PayloadIdentifier").starts_with(identifier),
            "{name}"
        );
    }
}

#[test]
fn the_settings_catalog_knows_no_kernel_extensions() {
    let files = rendered(BOTH, "intune");
    let catalog: Vec<&str> = files
        .iter()
        .filter(|(name, _)| name.contains("catalog"))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        catalog,
        [
            "out/com.fabrikam.extensions.sysext-macos15.intune-catalog.json",
            "out/com.fabrikam.extensions.sysext.intune-catalog.json"
        ]
    );
    let (_, body) = files
        .iter()
        .find(|(name, _)| name == catalog[1])
        .expect("the body");
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    let children =
        &body["settings"][0]["settingInstance"]["groupSettingCollectionValue"][0]["children"];
    let ids: Vec<&str> = children
        .as_array()
        .expect("settings")
        .iter()
        .filter_map(|child| child["settingDefinitionId"].as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "com.apple.system-extension-policy_allowuseroverrides",
            "com.apple.system-extension-policy_allowedsystemextensions"
        ]
    );
}

#[test]
fn people_are_told_what_the_server_does() {
    let tool = Tool::new();
    tool.file("policy.yaml", BOTH);
    let said = |target: &str| {
        let args = [
            "render",
            "policy.yaml",
            "--target",
            target,
            "--out-dir",
            target,
        ];
        tool.run(args).expect_code(0).stderr
    };
    let (jamf, intune) = (said("jamf"), said("intune"));
    assert!(jamf.contains("it replaces the profile's name") && !intune.contains("it replaces"));
    assert!(intune.contains("cannot be changed later") && !jamf.contains("cannot be changed"));
    assert!(jamf.contains("Intel Macs") && intune.contains("Intel Macs"));
}

/// A policy with permissions of which Jamf Pro cannot store one.
const PERMISSIONS: &str = "identifier: com.fabrikam.extensions\norganization: Fabrikam\nprivacy:\n  full_disk_access:\n    \
                           - team_id: UBF8T346G9\n      bundle_ids: [com.microsoft.wdav]\n  bluetooth:\n    \
                           - team_id: UBF8T346G9\n      bundle_ids: [com.microsoft.dlp.agent]\n";

#[test]
fn jamf_takes_bluetooth_out_of_an_unsigned_profile() {
    let files: Vec<String> = rendered(PERMISSIONS, "jamf")
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        files,
        [
            "out/com.fabrikam.extensions.privacy-bluetooth.jamf.mobileconfig",
            "out/com.fabrikam.extensions.privacy.jamf.mobileconfig",
            "out/com.fabrikam.extensions.privacy.jamf.xml",
        ]
    );
    let tool = Tool::new();
    tool.file("policy.yaml", PERMISSIONS);
    let args = [
        "render",
        "policy.yaml",
        "--target",
        "jamf",
        "--out-dir",
        "out",
    ];
    let run = tool.run(args).expect_code(0);
    assert!(
        run.stderr.contains("sign the privacy-bluetooth profile"),
        "{}",
        run.stderr
    );
    let intune = rendered(PERMISSIONS, "intune");
    assert_eq!(intune.len(), 2);
    assert!(intune[1].1.contains("BluetoothAlways"), "{}", intune[1].1);
}

#[test]
fn jamf_would_join_two_words_of_a_requirement() {
    let written =
        "requirement: \"identifier \\\"com.microsoft.wdav\\\" and anchor apple\\ngeneric\"";
    let policy = PERMISSIONS.replacen("team_id: UBF8T346G9", written, 1);
    let tool = Tool::new();
    tool.file("policy.yaml", policy);
    let args = [
        "render",
        "policy.yaml",
        "--target",
        "jamf",
        "--out-dir",
        "out",
    ];
    let run = tool.run(args).expect_code(2);
    assert!(
        run.stderr.contains("`requirement` contains a line feed"),
        "{}",
        run.stderr
    );
}
