//! Descriptions of payloads of one's own, fleets of several versions, and what is said of a macOS that nobody described.

use crate::tool::{Tool, repository, shared};

/// A profile with one payload.
fn profile(payload_type: &str, entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n<dict>\n\
         <key>PayloadContent</key>\n<array>\n<dict>\n<key>PayloadType</key>\n<string>{payload_type}</string>\n\
         <key>PayloadIdentifier</key>\n<string>com.contoso.settings.one</string>\n\
         <key>PayloadUUID</key>\n<string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1C01</string>\n\
         <key>PayloadVersion</key>\n<integer>1</integer>\n{entries}</dict>\n</array>\n\
         <key>PayloadDisplayName</key>\n<string>Contoso settings</string>\n\
         <key>PayloadIdentifier</key>\n<string>com.contoso.settings</string>\n\
         <key>PayloadOrganization</key>\n<string>Contoso</string>\n\
         <key>PayloadScope</key>\n<string>System</string>\n\
         <key>PayloadType</key>\n<string>Configuration</string>\n\
         <key>PayloadUUID</key>\n<string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1C02</string>\n\
         <key>PayloadVersion</key>\n<integer>1</integer>\n</dict>\n</plist>\n"
    )
}

/// A description of a key that Apple does not describe, and of one that it does.
const NEWER: &str = "payload:
  payloadtype: com.apple.webcontent-filter
  supportedOS:
    macOS: {introduced: '10.15'}
payloadkeys:
- {key: FilterQuantum, type: <boolean>, presence: optional, supportedOS: {macOS: {introduced: '29.0'}}}
- {key: FilterType, type: <string>, presence: optional, rangelist: [BuiltIn, Plugin, Quantum]}
";

/// The rules that a run over one profile raises, with their severities, and its report.
fn lint(tool: &Tool, args: &[&str]) -> (Vec<String>, serde_json::Value) {
    let mut all = vec!["lint", "--format", "json", "--exit-zero"];
    all.extend(args);
    let run = tool.run(all).expect_code(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let rules = findings.iter().map(|finding| {
        let word = |key: &str| finding[key].as_str().expect("a text").to_owned();
        format!("{} {}", word("severity"), word("rule"))
    });
    (rules.collect(), report)
}

#[test]
fn descriptions_of_ones_own_count_where_they_say_something_and_the_rest_stays() {
    let tool = Tool::new();
    let entries = "<key>FilterType</key>\n<string>Quantum</string>\n<key>FilterQuantum</key>\n<true/>\n\
                   <key>UserDefinedName</key>\n<string>Contoso</string>\n<key>PluginBundleID</key>\n\
                   <string>com.contoso.filter</string>\n<key>FilterSokets</key>\n<true/>\n";
    tool.file(
        "a.mobileconfig",
        profile("com.apple.webcontent-filter", entries),
    );
    let select = "unknown-key,value-not-allowed,macos-not-described";
    let (found, report) = lint(&tool, &["--select", select]);
    assert_eq!(
        found,
        [
            "warning value-not-allowed",
            "warning unknown-key",
            "warning unknown-key"
        ]
    );
    assert_eq!(report["descriptions"]["macos"], "27.0");
    tool.file("own/mdm/profiles/com.apple.webcontent-filter.yaml", NEWER);
    for folder in ["own", "own/mdm/profiles"] {
        let (found, report) = lint(&tool, &["--select", select, "--descriptions", folder]);
        assert_eq!(
            found,
            ["warning unknown-key"],
            "`FilterSokets` stays misspelt"
        );
        assert_eq!(report["descriptions"]["macos"], "29.0");
        let source = report["descriptions"]["source"].as_str().expect("a source");
        assert!(
            source.contains(folder) && source.contains("without a commit"),
            "{source}"
        );
    }
    // The configuration names the folder too; the words of the help know the newer macOS.
    tool.file(
        "kextpolicy.toml",
        "descriptions = \"own\"\nminimum_os = \"29.0\"\n",
    );
    let (found, report) = lint(&tool, &["--select", select]);
    assert_eq!(found, ["warning unknown-key"]);
    let help = report["findings"][0]["help"].as_str().expect("help");
    assert!(help.contains("FilterSockets"), "{help}");
}

#[test]
fn the_commit_of_a_checkout_is_named() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", profile("com.apple.dock", ""));
    tool.file("own/com.apple.webcontent-filter.yaml", NEWER);
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let named = |args: &[&str]| {
        let (_, report) = lint(&tool, args);
        report["descriptions"]["source"]
            .as_str()
            .expect("a source")
            .to_owned()
    };
    tool.file("own/.git/HEAD", "ref: refs/heads/release\n");
    let args = ["--descriptions", "own"];
    assert!(
        named(&args).contains("without a commit"),
        "an empty repository"
    );
    tool.file(
        "own/.git/packed-refs",
        format!("# pack-refs\n{commit} refs/heads/release\n"),
    );
    assert!(named(&args).contains("(commit 0123456)"));
    tool.file("own/.git/refs/heads/release", commit.replace('0', "9"));
    assert!(named(&args).contains("(commit 9123456)"));
    tool.file("own/.git/HEAD", commit);
    assert!(named(&args).contains("(commit 0123456)"));
}

#[test]
fn what_the_descriptions_say_beyond_this_version_is_told_and_a_faulty_file_stops_the_run() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", profile("com.apple.dock", ""));
    tool.file(
        "own/a.yaml",
        NEWER.replace("introduced: '10.15'", "quantum: true"),
    );
    let run = tool.run(["lint", "--descriptions", "own"]).expect_code(0);
    assert!(
        run.stderr
            .contains("warning: a.yaml: what `quantum` below `macOS` means is not known"),
        "{}",
        run.stderr
    );
    tool.file("own/a.yaml", NEWER.replace("<boolean>", "<quantum>"));
    let run = tool.run(["lint", "--descriptions", "own"]).expect_code(2);
    assert!(
        run.stderr
            .contains("`FilterQuantum` has no type that is known"),
        "{}",
        run.stderr
    );
    let run = tool
        .run(["lint", "--descriptions", "nowhere"])
        .expect_code(2);
    assert!(run.stderr.contains("cannot read"), "{}", run.stderr);
}

#[test]
fn every_format_for_people_and_programs_names_the_macos_of_the_descriptions() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", profile("com.apple.dock", ""));
    for format in ["text", "json", "sarif", "html", "markdown"] {
        let run = tool.run(["lint", "--format", format]).expect_code(0);
        assert!(run.stdout.contains("27.0"), "{format}: {}", run.stdout);
    }
    let quiet = tool.run(["lint", "--quiet"]).expect_code(0);
    assert_eq!(quiet.stdout, "");
}

#[test]
fn a_macos_beyond_the_descriptions_is_a_warning_at_its_place() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", profile("com.apple.dock", ""));
    let select = ["--select", "macos-not-described"];
    tool.file(
        "kextpolicy.toml",
        "minimum_os = \"26.0\"\nnewest_os = \"27\"\n",
    );
    assert!(lint(&tool, &select).0.is_empty());
    tool.file(
        "kextpolicy.toml",
        "newest_os = \"28.1\"\n\n[[overrides]]\npaths = [\"b\"]\nminimum_os = \"99\"\n",
    );
    let run = tool.run(["lint", "--fail-on", "warning", select[0], select[1]]);
    assert_eq!(run.code, 1);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn a_newest_os_that_is_older_than_the_oldest_is_a_fault_of_the_configuration() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", profile("com.apple.dock", ""));
    tool.file(
        "kextpolicy.toml",
        "minimum_os = \"26.0\"\nnewest_os = \"15.0\"\n",
    );
    let run = tool.run(["lint"]).expect_code(2);
    assert!(
        run.stderr
            .contains("`newest_os` is older than `minimum_os`"),
        "{}",
        run.stderr
    );
}

/// What is reported of a payload for Macs that the settings name.
fn for_macs(payload_type: &str, entries: &str, settings: &str) -> Vec<String> {
    let tool = Tool::new();
    tool.file("a.mobileconfig", profile(payload_type, entries));
    tool.file("kextpolicy.toml", settings);
    let select = "removed-setting,deprecated-setting,newer-than-minimum-os";
    lint(&tool, &["--select", select]).0
}

#[test]
fn a_payload_that_macos_27_ignores_is_told_as_surely_as_there_are_such_macs() {
    let updates = |settings| {
        let entries = "<key>AutomaticCheckEnabled</key>\n<true/>\n";
        for_macs("com.apple.SoftwareUpdate", entries, settings)
    };
    assert_eq!(updates(""), ["note removed-setting"]);
    assert_eq!(updates("minimum_os = \"13.0\"\n"), ["note removed-setting"]);
    assert_eq!(
        updates("minimum_os = \"13.0\"\nnewest_os = \"27.0\"\n"),
        ["warning removed-setting"]
    );
    assert_eq!(
        updates("minimum_os = \"27.0\"\n"),
        ["warning removed-setting"]
    );
    assert_eq!(
        updates("minimum_os = \"13.0\"\nnewest_os = \"26.0\"\n"),
        ["note deprecated-setting"]
    );
    assert_eq!(
        updates("minimum_os = \"13.0\"\nnewest_os = \"15.0\"\n"),
        Vec::<String>::new()
    );
}

#[test]
fn what_takes_the_place_of_a_setting_is_named() {
    let tool = Tool::new();
    let entries = "<key>forceDelayedMajorSoftwareUpdates</key>\n<true/>\n";
    tool.file(
        "a.mobileconfig",
        profile("com.apple.applicationaccess", entries),
    );
    let (_, report) = lint(&tool, &["--select", "removed-setting"]);
    let help = report["findings"][0]["help"].as_str().expect("help");
    assert!(
        help.contains("com.apple.configuration.softwareupdate.settings"),
        "{help}"
    );
    let explained = |name: &str| tool.run(["explain", name]).expect_code(0).stdout;
    for (name, declaration) in [
        ("com.apple.SoftwareUpdate", "softwareupdate.settings"),
        ("com.apple.dnsProxy.managed", "network.dns-proxy"),
        ("com.apple.webcontent-filter", "webcontent-filter.plugin"),
        (
            "com.apple.TCC.configuration-profile-policy.Services.Camera",
            "app.settings",
        ),
        (
            "com.apple.applicationaccess.allowGenmoji",
            "intelligence.settings",
        ),
    ] {
        let text = explained(name);
        assert!(
            text.contains(&format!(
                "the declaration `com.apple.configuration.{declaration}` instead"
            )),
            "{name}: {text}"
        );
    }
}

#[test]
fn keys_of_macos_26_and_27_are_known() {
    let tool = Tool::new();
    for (payload_type, entries) in [
        (
            "com.apple.relay.managed",
            "<key>UIToggleEnabled</key>\n<false/>\n<key>MatchFQDNs</key>\n<array>\n<string>a.contoso.example</string>\n</array>\n\
             <key>Relays</key>\n<array>\n<dict>\n<key>HTTP3RelayURL</key>\n<string>https://relay.contoso.example/</string>\n</dict>\n</array>\n",
        ),
        (
            "com.apple.applicationaccess",
            "<key>allowSafariHistoryClearing</key>\n<false/>\n<key>allowExternalIntelligenceIntegrations</key>\n<false/>\n",
        ),
        (
            "com.apple.loginwindow",
            "<key>ForceWifiConfigurationOnLockScreen</key>\n<true/>\n",
        ),
        (
            "com.apple.screensaver",
            "<key>idleTime</key>\n<integer>600</integer>\n<key>loginWindowIdleTime</key>\n<integer>600</integer>\n",
        ),
    ] {
        tool.file("a.mobileconfig", profile(payload_type, entries));
        let (found, _) = lint(&tool, &[]);
        assert_eq!(found, Vec::<String>::new(), "{payload_type}");
    }
}

#[test]
fn entries_of_the_dock_as_jamf_pro_writes_them_are_right() {
    let tool = Tool::new();
    let entries = "<key>persistent-apps</key>\n<array>\n<dict>\n<key>tile-data</key>\n<dict>\n<key>file-data</key>\n<dict>\n\
                   <key>_CFURLString</key>\n<string>file:///Applications/Contoso.app/</string>\n<key>_CFURLStringType</key>\n\
                   <integer>15</integer>\n</dict>\n</dict>\n<key>tile-type</key>\n<string>file-tile</string>\n</dict>\n</array>\n";
    tool.file("a.mobileconfig", profile("com.apple.dock", entries));
    assert_eq!(lint(&tool, &[]).0, Vec::<String>::new());
    tool.file(
        "a.mobileconfig",
        profile(
            "com.apple.dock",
            &entries.replace("file-tile", "file-title"),
        ),
    );
    assert_eq!(lint(&tool, &[]).0, ["warning value-not-allowed"]);
}

#[test]
fn a_privacy_entry_with_neither_allowed_nor_authorization_is_an_error() {
    let tool = Tool::new();
    let entries = |more: &str| {
        format!(
            "<key>Services</key>\n<dict>\n<key>Camera</key>\n<array>\n<dict>\n<key>Identifier</key>\n\
             <string>com.contoso.agent</string>\n<key>IdentifierType</key>\n<string>bundleID</string>\n\
             <key>CodeRequirement</key>\n<string>identifier \"com.contoso.agent\" and anchor apple generic and certificate \
             leaf[subject.OU] = A1B2C3D4E5</string>\n{more}</dict>\n</array>\n</dict>\n"
        )
    };
    let own = "com.apple.TCC.configuration-profile-policy";
    for (more, errors) in [
        ("", 1),
        ("<key>Allowed</key>\n<false/>\n", 0),
        ("<key>Authorization</key>\n<string>Deny</string>\n", 0),
    ] {
        tool.file("a.mobileconfig", profile(own, &entries(more)));
        let (found, _) = lint(&tool, &[]);
        let count = found
            .iter()
            .filter(|line| line.starts_with("error"))
            .count();
        assert_eq!(count, errors, "{more}: {found:?}");
    }
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn apples_own_files_at_run_time_give_the_same_findings_as_the_built_in_table() {
    let shared = shared();
    let tool = Tool::new();
    let folder = shared.join("apple-schema");
    for profiles in [
        shared.join("samples/2026-11/lint"),
        repository().join("tests/rules"),
    ] {
        let findings = |args: &[&str]| {
            let mut all = vec!["lint", "--format", "json", "--exit-zero"];
            let profiles = profiles.to_str().expect("UTF-8");
            all.push(profiles);
            all.extend(args);
            let run = tool.run(all).expect_code(0);
            let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
            serde_json::to_string(&report["findings"]).expect("JSON")
        };
        let own = folder.to_str().expect("UTF-8");
        assert!(findings(&[]) == findings(&["--descriptions", own]));
    }
}
