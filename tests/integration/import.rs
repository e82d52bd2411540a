//! `import` from outside: every kind of source, the policy it writes, and what it says when it cannot.

use std::path::Path;

use crate::tool::{Tool, shared};

/// A profile that approves one system extension and has one value that no policy can hold.
const PROFILE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<plist version=\"1.0\">
<dict>
<key>PayloadIdentifier</key>
<string>com.contoso.sysext</string>
<key>PayloadOrganization</key>
<string>Contoso \"IT\": #1</string>
<key>PayloadContent</key>
<array>
<dict>
<key>PayloadType</key>
<string>com.apple.system-extension-policy</string>
<key>AllowUserOverrides</key>
<false/>
<key>AllowedSystemExtensions</key>
<dict>
<key>12345E6789</key>
<array>
<string>com.contoso.netext</string>
<string>com.contoso.*</string>
</array>
</dict>
<key>AllowedSystemExtensionTypes</key>
<dict>
<key>12345E6789</key>
<array>
<string>NetworkExtension</string>
</array>
</dict>
</dict>
</array>
</dict>
</plist>
";

/// A `KextPolicy` database whose newest row is only in the write-ahead log.
#[cfg(feature = "sqlite")]
fn database(folder: &Path) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(folder.join("KextPolicy")).expect("a database");
    database
        .execute_batch(
            "PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=0;
             CREATE TABLE kext_policy ( team_id TEXT, bundle_id TEXT, allowed BOOLEAN, developer_name TEXT, flags INTEGER, PRIMARY KEY (team_id, bundle_id) );
             CREATE TABLE kext_policy_mdm ( team_id TEXT, bundle_id TEXT, allowed BOOLEAN, payload_uuid TEXT, PRIMARY KEY (team_id, bundle_id) );
             CREATE TABLE kext_load_history_v3 ( path TEXT PRIMARY KEY, team_id TEXT, bundle_id TEXT, boot_uuid TEXT, created_at TEXT, last_seen TEXT, flags INTEGER );
             INSERT INTO kext_policy VALUES ('VBG97UB4TA', 'com.contoso.lulu', 1, 'Objective, LLC', 1);
             INSERT INTO kext_policy VALUES ('', 'com.contoso.legacy', 1, 'Legacy Developer', 1);
             INSERT INTO kext_policy VALUES ('6HB5Y2QTA3', 'com.contoso.seen', 0, 'HP Inc.', 0);
             INSERT INTO kext_policy_mdm VALUES ('UBF8T346G9', '', 1, 'AAAA');",
        )
        .expect("rows");
    database
}

#[cfg(feature = "sqlite")]
#[test]
fn profiles_and_a_database_become_one_policy() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", PROFILE);
    let _open = database(tool.path());
    let run = tool
        .run(["import", "a.mobileconfig", "KextPolicy"])
        .expect_code(0);
    insta::assert_snapshot!(run.shown());
}

#[test]
fn a_policy_is_not_overwritten_unless_asked() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", PROFILE);
    tool.file("policy.yaml", "mine\n");
    let run = tool
        .run(["import", "a.mobileconfig", "-o", "policy.yaml"])
        .expect_code(2);
    assert!(run.stderr.contains("exists already"), "{}", run.shown());
    assert_eq!(tool.read("policy.yaml"), "mine\n");
    tool.run(["import", "a.mobileconfig", "-o", "policy.yaml", "--force"])
        .expect_code(0);
    assert!(tool.read("policy.yaml").contains("team_id: \"12345E6789\""));
}

#[cfg(feature = "sqlite")]
#[test]
fn a_source_that_is_none_says_what_it_is() {
    let tool = Tool::new();
    tool.file("empty", "");
    tool.file("foreign", "");
    std::fs::remove_file(tool.path().join("foreign")).expect("gone");
    rusqlite::Connection::open(tool.path().join("foreign"))
        .and_then(|database| database.execute_batch("CREATE TABLE cats (name TEXT);"))
        .expect("a database");
    let mut corrupt = std::fs::read(tool.path().join("foreign")).expect("bytes");
    corrupt[100..].fill(0xFF);
    tool.file("corrupt", corrupt);
    tool.file("page.html", "<html>no</html>");
    std::fs::create_dir(tool.path().join("nothing")).expect("a folder");
    let mut shown = String::new();
    for source in [
        "empty",
        "foreign",
        "corrupt",
        "page.html",
        "nothing",
        "missing",
    ] {
        let run = tool.run(["import", source]).expect_code(2);
        assert_eq!(run.stdout, "");
        shown.push_str(&run.stderr);
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn more_than_a_policy_file_may_hold_says_how_to_go_on() {
    let tool = Tool::new();
    let ids: Vec<String> = (0..30_000)
        .map(|number| format!("<string>com.contoso.{number:0>150}</string>\n"))
        .collect();
    let one = "<string>com.contoso.netext</string>\n";
    tool.file("a.mobileconfig", PROFILE.replace(one, &ids.concat()));
    let run = tool
        .run(["import", "a.mobileconfig", "-o", "policy.yaml"])
        .expect_code(2);
    assert!(run.stderr.contains("the limit is"), "{}", run.stderr);
    assert!(run.stderr.contains("import fewer"), "{}", run.stderr);
    assert!(!tool.path().join("policy.yaml").exists());
}

#[cfg(feature = "sqlite")]
#[test]
fn a_locked_database_is_read_all_the_same() {
    let tool = Tool::new();
    let database = database(tool.path());
    database.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let run = tool.run(["import", "KextPolicy"]).expect_code(0);
    assert!(run.stdout.contains("com.contoso.lulu"), "{}", run.shown());
}

#[test]
fn a_bundle_gives_its_id_and_the_team_of_its_signature() {
    let tool = Tool::new();
    let info = |id: &str, program: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict><key>CFBundleIdentifier</key>\
             <string>{id}</string>{program}</dict></plist>"
        )
    };
    let program = "<key>CFBundleExecutable</key><string>Driver</string>";
    // A bundle without a program keeps its code directory in a file.
    tool.file(
        "E/Codeless.kext/Contents/Info.plist",
        info("com.contoso.codeless", ""),
    );
    let mut directory: Vec<u8> = [0xFADE_0C02_u32, 63, 0x2_0200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 52]
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect();
    directory.extend(b"UBF8T346G9\0");
    tool.file(
        "E/Codeless.kext/Contents/_CodeSignature/CodeDirectory",
        directory,
    );
    tool.file(
        "E/Bare.kext/Contents/Info.plist",
        info("com.contoso.bare", ""),
    );
    tool.file(
        "E/Cut.kext/Contents/Info.plist",
        info("com.contoso.cut", program),
    );
    tool.file(
        "E/Cut.kext/Contents/MacOS/Driver",
        [0xCF, 0xFA, 0xED, 0xFE, 0, 0],
    );
    tool.file(
        "E/Script.kext/Contents/Info.plist",
        info("com.contoso.script", program),
    );
    tool.file("E/Script.kext/Contents/MacOS/Driver", "#!/bin/sh\n");
    let out = "<key>CFBundleExecutable</key><string>../../../../etc/passwd</string>";
    tool.file(
        "E/Out.kext/Contents/Info.plist",
        info("com.contoso.out", out),
    );
    let run = tool.run(["import", "E"]).expect_code(1);
    insta::assert_snapshot!(run.shown());
}

#[test]
#[cfg(unix)]
fn a_link_in_a_bundle_is_not_followed_out_of_it() {
    let tool = Tool::new();
    let info = "<plist version=\"1.0\"><dict><key>CFBundleIdentifier</key><string>com.contoso.secret</string></dict></plist>";
    tool.file("outside/Info.plist", info);
    std::fs::create_dir_all(tool.path().join("E/One.kext/Contents")).expect("a bundle");
    std::fs::create_dir_all(tool.path().join("E/Two.kext")).expect("a bundle");
    for (link, to) in [
        (
            "E/One.kext/Contents/Info.plist",
            "../../../outside/Info.plist",
        ),
        ("E/Two.kext/Contents", "../../outside"),
    ] {
        std::os::unix::fs::symlink(to, tool.path().join(link)).expect("a link");
    }
    let run = tool.run(["import", "E"]).expect_code(2);
    let said = run.stderr.matches("it is a link out of the bundle").count();
    assert_eq!(said, 2, "{}", run.shown());
    assert!(
        !run.shown().contains("com.contoso.secret"),
        "{}",
        run.shown()
    );
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn what_profiles_and_sqlite3_print_is_imported() {
    let shared = shared();
    let tool = Tool::new();
    let samples = shared.join("samples");
    let show = samples.join("profiles/stdout_xml_kext_policy_constructed.xml");
    let rows = samples.join("kextpolicy/kext_policy_rows_header.txt");
    let run = tool.run([Path::new("import"), &show, &rows]).expect_code(0);
    for part in [
        "team_id: UBF8T346G9\n      bundle_ids: all",
        "com.symantec.kext.ips",
    ] {
        assert!(run.stdout.contains(part), "{}", run.shown());
    }
}

#[test]
fn what_a_policy_cannot_hold_is_named() {
    let tool = Tool::new();
    let extra = "<key>PayloadScope</key><string>User</string>\
                 <key>DurationUntilRemoval</key><integer>3600</integer>\
                 <key>PayloadContent</key>\n<array>\
                 <dict><key>PayloadType</key><string>com.apple.dock</string></dict>";
    let profile = PROFILE
        .replacen("<key>PayloadContent</key>\n<array>", extra, 1)
        .replacen("<false/>", "<integer>0</integer>", 1);
    tool.file("sysext.mobileconfig", profile);
    let run = tool.run(["import", "sysext.mobileconfig"]).expect_code(0);
    for said in [
        "`DurationUntilRemoval`, after which the profile goes away by itself",
        "the profile is for users (`PayloadScope`)",
        "`AllowUserOverrides` is not a Boolean",
        "payloads of types that a policy does not hold: `com.apple.dock` (1)",
    ] {
        for text in [&run.stdout, &run.stderr] {
            assert!(text.contains(said), "{said}: {}", run.shown());
        }
    }
}

#[test]
fn whether_people_may_remove_the_profiles_is_kept_or_named() {
    let tool = Tool::new();
    let fixed =
        "<dict>\n<key>PayloadRemovalDisallowed</key>\n<true/>\n<key>PayloadIdentifier</key>";
    tool.file("open.mobileconfig", PROFILE);
    tool.file(
        "fixed.mobileconfig",
        PROFILE.replacen("<dict>\n<key>PayloadIdentifier</key>", fixed, 1),
    );
    let run = tool.run(["import", "open.mobileconfig"]).expect_code(0);
    assert!(run.stdout.contains("\nremoval_disallowed: false\n"));
    let run = tool.run(["import", "fixed.mobileconfig"]).expect_code(0);
    assert!(!run.stdout.contains("emoval"), "{}", run.shown());
    let run = tool
        .run(["import", "open.mobileconfig", "fixed.mobileconfig"])
        .expect_code(0);
    assert!(!run.stdout.contains("\nremoval_disallowed"));
    assert!(
        run.stderr
            .contains("not carried over: 1 of the profiles may be removed by people"),
        "{}",
        run.shown()
    );
}
