//! `diagnose` as a user meets it: other tools' output, folders, the script.

use crate::tool::Tool;

/// The two lines that matter of `mdatp health`.
pub(crate) fn health(enabled: &str, available: &str) -> String {
    let healthy = enabled == "true" && available == "true";
    format!(
        "healthy                                     : {healthy}\nreal_time_protection_enabled                : {enabled}\nreal_time_protection_available              : {available}\n"
    )
}

/// A rejection by `kextutil`.
pub(crate) const REJECTED: &str = "Kext rejected due to system policy: <OSKext 0x7fa000000010 [0x7fff00000010]> { URL = \"file:///Library/StagedExtensions/Library/Extensions/wdavkext.kext/\", ID = \"com.microsoft.wdavkext\" }\nDiagnostics for /Library/Extensions/wdavkext.kext:\n";

/// A refusal by `kmutil`.
pub(crate) const NOT_APPROVED: &str = "Error Domain=KMErrorDomain Code=27 \"Extension with identifiers com.microsoft.wdavkext not approved to load. Please approve using System Settings.\"\n";

/// One row of `systemextensionsctl list`.
pub(crate) fn system_extension(state: &str) -> String {
    let enabled = if state == "activated enabled" {
        "*"
    } else {
        ""
    };
    format!(
        "1 extension(s)\n--- com.apple.system_extension.endpoint_security\nenabled\tactive\tteamID\tbundleID (version)\tname\t[state]\n{enabled}\t*\tUBF8T346G9\tcom.microsoft.wdav.epsext (101.1/1)\tDefender\t[{state}]\n"
    )
}

/// Rows of both of Defender's system extensions.
pub(crate) fn both_extensions(state: &str) -> String {
    let one = system_extension(state).replace("1 ext", "2 ext");
    format!("{one}*\t*\tUBF8T346G9\tcom.microsoft.wdav.netext (101.1/1)\tDefender\t[{state}]\n")
}

/// `profiles show` with kernel-extension payloads of these contents.
pub(crate) fn profiles(scope: &str, contents: &[&str]) -> String {
    profiles_of(
        scope,
        "com.apple.syspolicy.kernel-extension-policy",
        contents,
    )
}

/// The same with payloads of another type.
pub(crate) fn profiles_of(scope: &str, payload_type: &str, contents: &[&str]) -> String {
    let items: String = contents
        .iter()
        .map(|content| {
            [
                "<dict>\n<key>PayloadContent</key>\n<dict>\n",
                content,
                "\n</dict>\n<key>PayloadType</key>\n<string>",
                payload_type,
                "</string>\n</dict>\n",
            ]
            .concat()
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n<key>{scope}</key>\n<array>\n<dict>\n<key>ProfileDisplayName</key>\n<string>Contoso</string>\n<key>ProfileItems</key>\n<array>\n{items}</array>\n</dict>\n</array>\n</dict>\n</plist>\n"
    )
}

/// What an application says when the activation of its extension failed.
pub(crate) fn activation_error(code: u8) -> String {
    format!(
        "request of com.microsoft.wdav.epsext is failed with error: (OSSystemExtensionErrorDomain error {code}.)\n"
    )
}

/// A load answer about Defender's kernel extension.
pub(crate) fn load(sentence: &str) -> String {
    format!("/Library/Extensions/wdavkext.kext: {sentence}\n")
}

#[test]
fn contradicting_evidence_is_shown_as_such() {
    let tool = Tool::new();
    tool.file("health.txt", health("true", "true"));
    tool.file("kextutil.txt", REJECTED);
    let run = tool
        .run([
            "diagnose",
            "--mdatp-health",
            "health.txt",
            "--kextutil",
            "kextutil.txt",
        ])
        .expect_code(1);
    assert!(run.stdout.starts_with("contradictory: "), "{}", run.shown());
    insta::assert_snapshot!("diagnose-contradiction", run.shown());
}

#[test]
fn pasted_text_reads_like_the_original() {
    let pasted = "\u{feff}user@mac ~ % mdatp health\r\nhealthy\t\t: false\r\nreal_time_protection_enabled\u{a0}: \u{201c}true\u{201d}\r\nreal_time_protection_available:\tfalse\r\n";
    let utf16: Vec<u8> = pasted.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [pasted.as_bytes().to_vec(), utf16] {
        let run = Tool::new()
            .run_with_input(["diagnose", "--mdatp-health", "-"], bytes)
            .expect_code(1);
        assert!(run.stdout.starts_with("blocked: "), "{}", run.shown());
    }
}

#[test]
fn a_collected_folder_gives_json_that_sorts() {
    let tool = Tool::new();
    tool.file("mac-1/mdatp-health.txt", health("true", "true"));
    tool.file("mac-1/kextstat.txt", "");
    let run = tool
        .run(["diagnose", "--dir", "mac-1", "--format", "json"])
        .expect_code(0);
    insta::assert_snapshot!(
        "diagnose-json",
        run.stdout.replace(env!("CARGO_PKG_VERSION"), "VERSION")
    );
    tool.run(["diagnose", "--dir", "missing"]).expect_code(2);
}

#[cfg(feature = "sqlite")]
#[test]
fn a_database_is_read_with_the_rows_of_its_log() {
    let tool = Tool::new();
    let path = tool.path().join("KextPolicy");
    let database = rusqlite::Connection::open(&path).expect("a database");
    database
        .execute_batch(
            "PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=0;
             CREATE TABLE kext_policy (team_id TEXT, bundle_id TEXT, allowed BOOLEAN, developer_name TEXT, flags INTEGER, PRIMARY KEY (team_id, bundle_id));
             INSERT INTO kext_policy VALUES ('UBF8T346G9', 'com.microsoft.wdavkext', 0, 'Microsoft Corporation', 1);",
        )
        .expect("rows");
    let run = tool
        .run(["diagnose", "--kext-policy-db", "KextPolicy"])
        .expect_code(1);
    assert!(
        run.stdout.contains("user-decision-missing"),
        "{}",
        run.shown()
    );
    let run = tool
        .run([
            "diagnose",
            "--kext-policy-db",
            "KextPolicy",
            "--team-id",
            "K7Q2XD94WL",
            "--bundle-id",
            "com.contoso.usb",
        ])
        .expect_code(2);
    assert!(run.stdout.contains("not-in-database"), "{}", run.shown());
    insta::assert_snapshot!("diagnose-not-in-database", run.shown());
}

/// What `system_profiler` says of one payload.
fn system_profiler(data: &str) -> String {
    let json = serde_json::json!({"SPConfigurationProfileDataType": [{
        "_name": "spconfigprofile_section_deviceconfigprofiles",
        "_items": [{"_name": "Contoso", "_items": [{
            "_name": "com.apple.syspolicy.kernel-extension-policy",
            "spconfigprofile_payload_data": data,
            "spconfigprofile_payload_uuid": "0E9D7A1C-0000-4000-8000-000000000001",
        }]}],
    }]});
    serde_json::to_string_pretty(&json).expect("JSON")
}

#[test]
fn profiles_are_read_from_system_profiler_too() {
    let team = "{\n    AllowUserOverrides = 0;\n    AllowedTeamIdentifiers =     (\n        UBF8T346G9\n    );\n}";
    let bundle = "{\n    AllowedKernelExtensions =     {\n        UBF8T346G9 =         (\n            \"com.microsoft.wdavkext\"\n        );\n    };\n}";
    for (data, name) in [
        (team, "approved-by-profile"),
        (bundle, "approved-by-profile"),
        ("{\n}", "profile-does-not-cover"),
        ("{ AllowedTeamIdentifiers = (", "profile-contents-hidden"),
    ] {
        let shown = answer_to("--system-profiler", &system_profiler(data), &[]);
        assert!(shown.contains(&format!("\n{name} (")), "{shown}");
        assert!(shown.contains("\n  f:"), "{shown}");
    }
    let pasted = format!(
        "adele@mac-7 ~ % \n{}adele@mac-7 ~ % \n",
        system_profiler(team)
    );
    let shown = answer_to("--system-profiler", &pasted, &[]);
    assert!(shown.contains("\napproved-by-profile ("), "{shown}");
    let cut = system_profiler(team).replace("]\n}", "");
    let tool = Tool::new();
    tool.file("f", cut);
    let run = tool
        .run(["diagnose", "--system-profiler", "f"])
        .expect_code(2);
    assert!(run.stderr.contains("only a part of one"), "{}", run.shown());
}

/// The answer to one file.
pub(crate) fn answer_to(option: &str, content: &str, more: &[&str]) -> String {
    let tool = Tool::new();
    tool.file("f", content);
    let mut args = vec!["diagnose", option, "f"];
    args.extend(more);
    tool.run(&args).stdout
}

#[test]
fn a_folder_with_another_name_is_known_by_the_bundle_id_beside_it() {
    let output = REJECTED.replace("wdavkext.kext", "Defender_r11.kext");
    let shown = answer_to("--kextutil", &output, &[]);
    assert!(shown.contains("\nkext-approval-missing ("), "{shown}");
    let more = format!("{output}/Library/Extensions/Defender_r11.kext: Unable to stage kext\n");
    let shown = answer_to("--kextutil", &more, &[]);
    assert!(shown.contains("\nkext-rejected-and-damaged ("), "{shown}");
}

#[test]
fn a_listing_with_columns_of_its_own_is_read_by_its_head_or_as_the_published_query() {
    for rows in [
        "com.microsoft.wdavkext|1|Microsoft Corporation|0\n",
        "bundle_id|allowed|flags|team_id\ncom.microsoft.wdavkext|0|1|UBF8T346G9\n",
    ] {
        let shown = answer_to("--kext-policy-db", rows, &[]);
        assert!(shown.contains("\nuser-decision-missing ("), "{shown}");
    }
    let other = "bundle_id|allowed|flags|team_id\ncom.microsoft.wdavkext|0|1|K7Q2XD94WL\n";
    let shown = answer_to("--kext-policy-db", other, &[]);
    assert!(shown.starts_with("not known"), "{shown}");
    let approved =
        "team_id|bundle_id|allowed|payload_uuid\nUBF8T346G9|com.microsoft.wdavkext|1|x\n";
    let shown = answer_to("--kext-policy-db", approved, &[]);
    assert!(shown.contains("\napproved-by-profile ("), "{shown}");
}

#[test]
fn one_way_of_deployment_shows_its_own_steps_only() {
    for (way, own) in [
        ("jamf", "with Jamf Pro:"),
        ("intune", "with Intune:"),
        ("manual", "by hand:"),
    ] {
        let shown = answer_to("--kextutil", REJECTED, &["--deployment", way]);
        for head in ["with Jamf Pro:", "with Intune:", "by hand:"] {
            assert_eq!(shown.contains(head), head == own, "{way}: {shown}");
        }
    }
}

#[test]
fn an_input_that_says_nothing_leaves_its_question_open() {
    let other = REJECTED.replace("wdavkext", "other");
    let shown = answer_to("--kextutil", &other, &[]);
    assert!(
        shown.contains("why the kernel extension does not load: run"),
        "{shown}"
    );
}

#[test]
fn a_kernel_extension_that_is_not_there_is_told() {
    let asked = ["--team-id", "K7Q2XD94WL", "--bundle-id", "com.contoso.usb"];
    let text = "/Library/Extensions/usb.kext - No such file or directory\n";
    let shown = answer_to("--kextutil", text, &asked);
    assert!(shown.contains("\nkext-not-installed (blocked)"), "{shown}");
}

#[test]
fn a_list_of_the_users_profiles_says_nothing_about_those_of_the_mac() {
    let shown = answer_to("--profiles", &profiles("adele", &[]), &[]);
    assert!(
        shown.starts_with("not known") && !shown.contains("no-profile"),
        "{shown}"
    );
    assert!(shown.contains("whether a profile approves it"), "{shown}");
}

#[test]
fn of_several_extensions_each_has_to_work() {
    let row = "  130    0 0xffffff7f80ea9000 0x2000     0x2000     com.contoso.usb (1.1.0) 00000000-6C8A-3900-8E83-744487AEDEF1 <4 1>\n";
    let asked = ["--team-id", "K7Q2XD94WL", "--bundle-id", "com.contoso.usb"];
    let shown = answer_to("--kextstat", row, &asked);
    assert!(
        shown.starts_with("healthy: com.contoso.usb (team"),
        "{shown}"
    );
    let two = [&asked[..], &["--bundle-id", "com.contoso.net"]].concat();
    let shown = answer_to("--kextstat", row, &two);
    assert!(shown.starts_with("not known: "), "{shown}");
    assert!(
        shown.contains("\n  - whether com.contoso.net works: run"),
        "{shown}"
    );
}

#[test]
fn an_approval_of_one_extension_is_none_of_another() {
    let rows = "K7Q2XD94WL|com.contoso.usb|1|Contoso|1\nK7Q2XD94WL|com.contoso.net|0|Contoso|1\n";
    let shown = answer_to(
        "--kext-policy-db",
        rows,
        &[
            "--team-id",
            "K7Q2XD94WL",
            "--bundle-id",
            "com.contoso.usb",
            "--bundle-id",
            "com.contoso.net",
        ],
    );
    assert!(
        shown.starts_with("blocked: com.contoso.net (team"),
        "{shown}"
    );
    assert!(shown.contains("\nuser-decision-missing ("), "{shown}");
}

#[test]
fn on_a_mac_that_works_nothing_is_told_of_what_it_does_not_need() {
    let tool = Tool::new();
    tool.file("mac/mdatp-health.txt", "healthy : true\nreal_time_protection_enabled : true\nreal_time_protection_available : true\n");
    tool.file("mac/kextstat.txt", "Index Refs Address Size Wired Name (Version) UUID <Linked Against>\n    1  100 0xffffff7f80a18000 0x9d30     0x9d30     com.apple.kpi.bsd (16.0.0) 00000000-4DC3-49BB-81CF-446F004202F8\n");
    tool.file(
        "mac/systemextensionsctl.txt",
        system_extension("activated enabled"),
    );
    tool.file("mac/profiles.xml", profiles("_computerlevel", &[]));
    tool.file(
        "mac/enrollment.txt",
        "Enrolled via DEP: No\nMDM enrollment: No\n",
    );
    tool.file("mac/bputil.txt", "Security Mode:               Full       (smb0): absent\n3rd Party Kexts Status:      Disabled   (smb2): absent\n");
    let run = tool.run(["diagnose", "--dir", "mac"]).expect_code(0);
    insta::assert_snapshot!("diagnose-works", run.shown());
}

#[test]
fn what_a_profile_allows_already_is_not_rendered_again() {
    let tool = Tool::new();
    tool.file("health.txt", health("true", "false"));
    let team = "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>UBF8T346G9</string>\n</array>";
    for (payload_type, kind) in [
        ("com.apple.syspolicy.kernel-extension-policy", "kernel"),
        ("com.apple.system-extension-policy", "system"),
    ] {
        tool.file(
            "profiles.xml",
            profiles_of("_computerlevel", payload_type, &[team]),
        );
        let run = tool
            .run([
                "diagnose",
                "--mdatp-health",
                "health.txt",
                "--profiles",
                "profiles.xml",
            ])
            .expect_code(1);
        let step = format!("An installed profile allows the {kind} extension already");
        assert!(run.stdout.contains(&step), "{}", run.shown());
        assert!(!run.stdout.contains("kextpolicy render"), "{}", run.shown());
    }
}

#[test]
fn what_stands_around_a_list_of_profiles_does_not_matter() {
    let team = "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>UBF8T346G9</string>\n</array>";
    let list = profiles("_computerlevel", &[team]);
    let quoted: Vec<String> = list.lines().map(|line| format!("> {line}")).collect();
    let utf16: Vec<u8> = list.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, line) in [
        (list.clone().into_bytes(), 16),
        (
            format!("adele@mac-7 ~ % sudo profiles show -output stdout-xml\nPassword:\n{list}adele@mac-7 ~ % \n")
                .into_bytes(),
            18,
        ),
        (format!("{list}\nThere are 1 configuration profiles installed\n").into_bytes(), 16),
        (quoted.join("\n").into_bytes(), 16),
        ([&b"\xFF\xFE"[..], &utf16].concat(), 16),
    ] {
        let tool = Tool::new();
        tool.file("f", content);
        let run = tool.run(["diagnose", "--profiles", "f"]);
        assert!(
            run.stdout.contains(&format!("\n  f:{line}: com.apple.syspolicy")),
            "{}",
            run.shown()
        );
        assert!(run.stdout.contains("\napproved-by-profile ("), "{}", run.shown());
    }
}

#[test]
fn a_list_of_profiles_that_is_cut_short_tells_what_it_shows_and_not_what_it_lacks() {
    let other = "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>K7Q2XD94WL</string>\n</array>";
    let list = profiles("_computerlevel", &[other, other]);
    let lines: Vec<&str> = list.lines().collect();
    for end in 0..lines.len() - 3 {
        let tool = Tool::new();
        tool.file("f", lines[..end].join("\n"));
        let run = tool.run(["diagnose", "--profiles", "f"]).expect_code(2);
        assert!(
            !run.stdout.contains("profile-does-not-cover") && !run.stdout.contains("no-profile"),
            "{end}: {}",
            run.shown()
        );
    }
}

#[test]
fn the_render_command_of_a_given_policy_can_be_pasted() {
    let tool = Tool::new();
    tool.file("kextutil.txt", REJECTED);
    tool.file("it's mine/the policy.yaml", "identifier: com.contoso.kexts\norganization: Contoso\nkernel_extensions:\n  allowed:\n    - team_id: UBF8T346G9\n      bundle_ids: [com.microsoft.wdavkext]\n");
    let run = tool
        .run([
            "diagnose",
            "--kextutil",
            "kextutil.txt",
            "--policy",
            "it's mine/the policy.yaml",
        ])
        .expect_code(1);
    let command = "kextpolicy render 'it'\\''s mine/the policy.yaml' --target jamf --out-dir out";
    assert!(run.stdout.contains(command), "{}", run.shown());
}

#[test]
fn one_extension_in_a_state_without_a_meaning_is_not_healthy() {
    let tool = Tool::new();
    let one_unclear = both_extensions("activated enabled").replacen(
        "[activated enabled]",
        "[validating by category]",
        1,
    );
    tool.file("extensions.txt", one_unclear);
    let run = tool.run(["diagnose", "extensions.txt"]).expect_code(2);
    assert!(!run.stdout.starts_with("healthy"), "{}", run.shown());
}
