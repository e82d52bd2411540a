//! What `diagnose --collect-script` prints: it runs, keeps secrets and identifiers out, and its folders can be sorted.

use std::path::Path;

use crate::diagnose::{REJECTED, health, profiles};
use crate::tool::{Run, Tool, repository};

/// What must not be in any collected file: passwords and keys, people, identifiers of the Mac and the organisation.
const SECRETS: &[&str] = &[
    "hunter2",
    "U0VDUkVU",
    "5up3r",
    "adele",
    "mdm.contoso.example",
    "c0ffee-machine",
    "0000-org",
    "7E1ED4512B6DF2A2",
    "Contoso Wireless",
    "display-name-of-a-payload",
];

/// A payload of `profiles show`.
fn item(payload_type: &str, content: &str) -> String {
    format!(
        "<dict>\n<key>PayloadContent</key>\n<dict>\n{content}\n</dict>\n<key>PayloadDisplayName</key>\n<string>display-name-of-a-payload</string>\n<key>PayloadType</key>\n<string>{payload_type}</string>\n<key>PayloadVersion</key>\n<integer>1</integer>\n</dict>\n"
    )
}

/// A list of installed profiles with secrets wherever a list can hold some.
fn listing() -> String {
    let wireless = item(
        "com.apple.wifi.managed",
        "<key>SSID_STR</key>\n<string>Contoso Wireless</string>\n<key>Password</key>\n<string>hunter2</string>\n<key>EAPClientConfiguration</key>\n<dict>\n<key>UserPassword</key>\n<string>hunter2\nhunter2 again</string>\n<key>PayloadType</key>\n<string>com.apple.system-extension-policy</string>\n<key>AllowedTeamIdentifiers</key>\n<array>\n<string>hunter2</string>\n</array>\n</dict>\n<key>PayloadType</key>\n<string>com.apple.syspolicy.kernel-extension-policy</string>",
    );
    let certificate = item(
        "com.apple.security.pkcs12",
        "<key>Password</key>\n<string>5up3r</string>\n<key>PayloadContent</key>\n<data>\nU0VDUkVU\nU0VDUkVU\n</data>",
    );
    let enrolment = item(
        "com.apple.mdm",
        "<key>ServerURL</key>\n<string>https://mdm.contoso.example/mdm</string>",
    );
    let policy = item(
        "com.apple.syspolicy.kernel-extension-policy",
        "<key>AllowUserOverrides</key>\n<false/>\n<key>AllowedTeamIdentifiers</key>\n<array>\n<string>UBF8T346G9</string>\n</array>\n<key>Password</key>\n<string>hunter2</string>\n<key>Blob</key>\n<data>U0VDUkVU</data>\n<key>Nested</key>\n<dict>\n<key>AllowedTeamIdentifiers</key>\n<array>\n<string>hunter2</string>\n</array>\n</dict>",
    );
    let user = item(
        "com.apple.mail.managed",
        "<key>IncomingPassword</key>\n<string>hunter2</string>",
    );
    let profile = |more: &str, items: &str| {
        format!(
            "<dict>\n<key>ProfileDisplayName</key>\n<string>Contoso &amp; co</string>\n<key>ProfileRemovalPassword</key>\n<string>5up3r</string>\n{more}<key>ProfileItems</key>\n<array>\n{items}</array>\n<key>ProfileOrganization</key>\n<string>0000-org</string>\n</dict>\n"
        )
    };
    let odd = profile(
        "<key>ProfileIdentifier</key>\n<dict>\n<key>ProfileDisplayName</key>\n<string>hunter2</string>\n</dict>\n<key>Empty</key>\n<array/>\n",
        &policy,
    );
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n<dict>\n<key>_computerlevel</key>\n<array>\n{}{odd}</array>\n<key>adele</key>\n<array>\n{}</array>\n</dict>\n</plist>\n",
        profile("", &[wireless, certificate, enrolment].concat()),
        profile("", &user),
    )
}

/// A folder with the script and programs of a Mac that print these texts.
fn mac(listing: &str) -> Tool {
    let tool = Tool::new();
    let script = tool
        .run(["diagnose", "--collect-script"])
        .expect_code(0)
        .stdout;
    tool.file(
        "collect.sh",
        script.replace("PATH=/usr/bin", "PATH=./bin:/usr/bin"),
    );
    tool.file("listing.xml", listing);
    let health = format!(
        "ATTENTION: No license found.\n{}org_id : \"0000-org\"\nmachine_guid : \"c0ffee-machine\"\nedr_device_tags : [\"adele\"]\nsome_later_key : \"hunter2\"\nedr-token2 : \"hunter2\"\n\"org-id\" : \"0000-org\"\n\u{201c}secret\u{201d} : hunter2\na line without a key, hunter2\nkey with blanks 5up3r : x\nconflicting_applications : [\"com.fabrikam.av\"]\n",
        health("true", "false")
    );
    let rejected = REJECTED.to_owned();
    for (program, output) in [
        ("mdatp", health.as_str()),
        ("kextutil", &rejected),
        ("csrutil", "System Integrity Protection status: enabled.\n"),
        (
            "bputil",
            "Local Policy Nonce Hash (lpnh): 7E1ED4512B6DF2A284C6\nSecurity Mode:               Reduced    (smb0): 1\n3rd Party Kexts Status:      Enabled    (smb2): 1\n",
        ),
        ("hostname", "adeles-mac\n"),
        (
            "sw_vers",
            "ProductName:\t\tmacOS\nProductVersion:\t\t15.1\nSerial hunter2: adele\n",
        ),
        (
            "log",
            "2026-11-01 sysextd[1]: extension UBF8T346G9 com.microsoft.wdav.epsext (1/1) advancing state from staging to activated_waiting_for_user\n2026-11-01 sysextd[1]: hunter2 of another extension\n",
        ),
    ] {
        tool.file(&format!("bin/{program}.txt"), output);
        tool.file(
            &format!("bin/{program}"),
            format!("#!/bin/sh\ncat bin/{program}.txt\n"),
        );
    }
    tool.file(
        "bin/profiles",
        "#!/bin/sh\nif [ \"$1\" = show ]; then cat listing.xml; else printf 'Enrolled via DEP: No\\nMDM enrollment: Yes (User Approved)\\nMDM server: https://mdm.contoso.example/mdm\\n'; fi\n",
    );
    tool
}

/// Runs a line of shell in the folder, with this `kextpolicy` first in the path.
fn shell(tool: &Tool, line: &str) -> Run {
    let own = Path::new(env!("CARGO_BIN_EXE_kextpolicy"))
        .parent()
        .expect("a folder");
    let path = format!(
        "{}:{}",
        own.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let output = std::process::Command::new("sh")
        .current_dir(tool.path())
        .env("PATH", path)
        .env_remove("SUDO_UID")
        .args(["-c", line])
        .output()
        .expect("a shell");
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Fails if a collected file holds a secret.
fn assert_harmless(tool: &Tool) {
    for file in tool.files().iter().filter(|file| file.starts_with("out/")) {
        let text = tool.read(file);
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} is in {file}:\n{text}");
        }
    }
}

#[test]
fn the_collect_script_keeps_secrets_out_and_facts_in() {
    for listing in [
        listing(),
        listing().replace('\n', ""),
        listing().replace('\n', "\r\n\t"),
    ] {
        let tool = mac(&listing);
        let run = shell(
            &tool,
            "chmod +x bin/* && sh collect.sh --try-load /Library/Extensions/wdavkext.kext out",
        )
        .expect_code(0);
        assert!(
            run.stdout.contains("kextpolicy diagnose --dir out"),
            "{}",
            run.shown()
        );
        assert_harmless(&tool);
        let reduced = tool.read("out/profiles.xml");
        assert!(
            reduced.contains("<string>Contoso &amp; co</string>"),
            "{reduced}"
        );
        let run = tool.run(["diagnose", "--dir", "out"]).expect_code(1);
        for told in [
            "protection-not-available",
            "approved-by-profile",
            "out/profiles.xml:",
            "kextutil.txt:1: Kext rejected",
            "log.txt:1: ",
            "com.fabrikam.av",
        ] {
            assert!(
                run.stdout.contains(told.trim_start_matches("out/")),
                "{told}: {}",
                run.shown()
            );
        }
        assert!(!run.stdout.contains("is something"), "{}", run.shown());
    }
}

/// Every key that the script keeps of `mdatp health`.
const KEPT: &[&str] = &[
    "healthy",
    "health_issues",
    "licensed",
    "org_id",
    "real_time_protection_enabled",
    "real_time_protection_available",
    "real_time_protection_subsystem",
    "network_events_subsystem",
    "full_disk_access_enabled",
    "endpoint_security_extension_ready",
    "endpoint_security_extension_installed",
    "network_extension_enabled",
    "network_extension_installed",
    "app_version",
    "engine_version",
    "tamper_protection",
    "passive_mode_enabled",
    "conflicting_applications",
    "enforcement_level",
];

#[test]
fn a_secret_planted_in_any_key_stays_on_the_mac() {
    // Keys of other versions, in every spelling, and a secret for a value in each key that is kept.
    let others = [
        "edr_machine_id",
        "edr-token2",
        "\"org_id2\"",
        "org_id ",
        "machineGuid",
        "licensed2",
        "x healthy",
    ];
    let planted = KEPT.iter().chain(&others);
    let lines = |key: &&str| format!("{key} : hunter2 5up3r\n{key}: \"hunter2\" [managed]\n");
    let health = planted.map(lines).collect::<Vec<_>>().concat();
    // What a policy payload lists is kept, and nothing else is where a list belongs.
    let policy = |key: &str| {
        item(
            "com.apple.system-extension-policy",
            &format!(
                "<key>{key}</key>\n<string>hunter2</string>\n<key>{key}</key>\n<array>\n<string>5up3r secret</string>\n</array>\n<key>{key}</key>\n<dict>\n<key>hunter2</key>\n<array>\n<string>hunter2</string>\n<string>com.contoso.agent</string>\n</array>\n</dict>"
            ),
        )
    };
    let keys = [
        "AllowUserOverrides",
        "AllowNonAdminUserApprovals",
        "AllowedTeamIdentifiers",
        "AllowedKernelExtensions",
        "AllowedSystemExtensions",
        "AllowedSystemExtensionTypes",
        "RemovableSystemExtensions",
        "NonRemovableSystemExtensions",
        "NonRemovableFromUISystemExtensions",
        "Password",
        "PayloadIdentifier",
        "PayloadDisplayName",
    ];
    let items: String = keys.map(policy).concat();
    let profile: String = [
        "ProfileRemovalPassword",
        "ProfileOrganization",
        "ProfileUUID",
        "ProfileDescription",
        "ProfileType",
        "ConsentText",
    ]
    .map(|key| format!("<key>{key}</key>\n<string>hunter2</string>\n"))
    .concat();
    let listing = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n<key>_computerlevel</key>\n<array>\n<dict>\n{profile}<key>ProfileDisplayName</key>\n<string>Contoso</string>\n<key>ProfileItems</key>\n<array>\n{items}</array>\n</dict>\n</array>\n<key>hunter2</key>\n<array/>\n</dict>\n</plist>\n"
    );
    let shells = ["sh", "bash", "busybox sh"];
    for own in shells
        .iter()
        .filter(|own| has(own.split(' ').next().expect("a program")))
    {
        let tool = mac(&listing);
        tool.file("bin/mdatp.txt", &health);
        shell(&tool, &format!("chmod +x bin/* && {own} collect.sh out")).expect_code(0);
        assert_harmless(&tool);
        let reduced = tool.read("out/profiles.xml");
        assert!(
            reduced.contains("<string>com.contoso.agent</string>"),
            "{reduced}"
        );
        let kept = tool.read("out/mdatp-health.txt");
        for key in KEPT {
            assert!(kept.contains(&format!("{key} : ")), "{key}: {kept}");
        }
    }
}

#[test]
fn a_list_that_is_not_as_expected_is_not_written_at_all() {
    let whole = listing();
    for broken in [
        whole[..whole.len() / 2].to_owned(),
        whole.replace(
            "<string>UBF8T346G9</string>",
            "<string><![CDATA[</string><string>hunter2]]></string>",
        ),
        whole.replace("<integer>1</integer>", "<!-- <key> --><integer>1</integer>"),
        whole.replace("<integer>1</integer>", "<secret>hunter2</secret>"),
        whole.replacen("</dict>", "", 1),
        "hunter2 is no list\n".to_owned(),
        String::new(),
    ] {
        let tool = mac(&broken);
        shell(&tool, "chmod +x bin/* && sh collect.sh out").expect_code(0);
        assert_harmless(&tool);
        assert!(
            !tool.files().contains(&"out/profiles.xml".to_owned()),
            "{broken}"
        );
    }
    let tool = mac("There are no configuration profiles installed in the system domain\n");
    shell(&tool, "chmod +x bin/* && sh collect.sh out").expect_code(0);
    let run = tool.run(["diagnose", "--dir", "out"]);
    assert!(run.stdout.contains("no-profile"), "{}", run.shown());
}

#[test]
fn the_collect_script_runs_under_every_usual_shell() {
    for own in ["sh", "dash", "bash", "zsh", "busybox sh"] {
        if !has(own.split(' ').next().expect("a program")) {
            continue;
        }
        let tool = mac(&listing());
        let line = format!("chmod +x bin/* && {own} collect.sh --try-load out");
        let run = shell(&tool, &line).expect_code(0);
        assert!(run.stderr.is_empty(), "{own}: {}", run.shown());
        assert_harmless(&tool);
        assert!(
            tool.read("out/mac.txt")
                .contains("ProductVersion:\t\t15.1\n"),
            "{own}"
        );
        assert!(
            tool.read("out/kextutil.txt").ends_with("exit status: 0\n"),
            "{own}"
        );
        assert!(
            tool.read("out/mdatp-health.txt")
                .contains("org_id : \"...\"\n"),
            "{own}"
        );
    }
}

#[test]
fn a_command_that_hangs_is_ended_and_the_rest_is_collected() {
    let tool = mac(&listing());
    tool.file("bin/csrutil", "#!/bin/sh\necho begun\nexec sleep 600\n");
    let run = shell(&tool, "chmod +x bin/* && PATIENCE=1 sh collect.sh out").expect_code(0);
    assert!(run.stdout.contains("collected into out"), "{}", run.shown());
    assert_eq!(tool.read("out/csrutil.txt"), "begun\n");
    assert!(tool.files().contains(&"out/profiles.xml".to_owned()));
}

#[test]
fn the_log_of_another_product_is_asked_for_by_its_bundle_id() {
    let tool = mac(&listing());
    tool.file(
        "bin/log.txt",
        "sysextd[1]: com.contoso.agent staged\nsysextd[1]: com.microsoft.wdav.epsext staged\n",
    );
    shell(
        &tool,
        "chmod +x bin/* && sh collect.sh --about com.contoso.agent out",
    )
    .expect_code(0);
    assert_eq!(
        tool.read("out/log.txt"),
        "sysextd[1]: com.contoso.agent staged\n"
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_told_with_its_reason() {
    let tool = mac(&listing());
    tool.file("file", "");
    let run = shell(&tool, "chmod +x bin/* && sh collect.sh file/out").expect_code(2);
    assert!(
        run.stderr.contains("that you may write to"),
        "{}",
        run.shown()
    );
    assert!(
        !run.stderr.contains("does not exist yet"),
        "{}",
        run.shown()
    );
}

#[test]
fn the_collect_script_writes_into_a_new_folder_only() {
    let tool = mac(&listing());
    tool.file("out/mine.txt", "mine");
    let run = shell(&tool, "chmod +x bin/* && sh collect.sh out").expect_code(2);
    assert!(run.stderr.contains("does not exist yet"), "{}", run.shown());
    let in_folder = tool
        .files()
        .into_iter()
        .filter(|file| file.starts_with("out/"));
    assert_eq!(in_folder.collect::<Vec<_>>(), ["out/mine.txt"]);
    for wrong in ["--help", "-x", "one two", "--try-load one two"] {
        let run = shell(&tool, &format!("sh collect.sh {wrong}")).expect_code(2);
        assert!(
            run.stderr.starts_with("usage: "),
            "{wrong}: {}",
            run.shown()
        );
    }
    shell(&tool, "sh collect.sh --try-load new").expect_code(0);
    assert!(tool.read("new/kextutil.txt").contains("wdavkext"));
}

/// Says loudly what was not tested, and whether a program is there.
#[expect(clippy::print_stderr, reason = "a skipped test says so loudly")]
fn has(program: &str) -> bool {
    let has = shell(&Tool::new(), &format!("command -v {program}")).code == 0;
    if !has {
        eprintln!("SKIPPED: {program} is not installed");
    }
    has
}

#[test]
fn shellcheck_has_nothing_to_say_about_the_collect_script() {
    if has("shellcheck") {
        let tool = mac("");
        let run = shell(
            &tool,
            "kextpolicy diagnose --collect-script > own.sh && shellcheck -s sh own.sh",
        );
        assert_eq!(run.code, 0, "{}", run.shown());
    }
}

#[test]
fn the_line_in_the_docs_sorts_many_macs_by_verdict() {
    if !has("jq") {
        return;
    }
    let page = std::fs::read_to_string(repository().join("docs/diagnose.md")).expect("the page");
    let line = page
        .lines()
        .find(|line| line.contains("| jq"))
        .expect("the line of the docs");
    let tool = Tool::new();
    for (mac, enabled, available) in [
        ("a", "true", "true"),
        ("b", "true", "false"),
        ("c", "false", "true"),
        ("d e", "true", "false"),
    ] {
        tool.file(
            &format!("macs/{mac}/mdatp-health.txt"),
            health(enabled, available),
        );
    }
    tool.file("macs/f/kextstat.txt", "");
    tool.file(
        "macs/g/profiles.xml",
        profiles("_computerlevel", &["<key>AllowUserOverrides</key><false/>"]),
    );
    let run = shell(&tool, line).expect_code(0);
    assert_eq!(
        run.stdout,
        "blocked\tmacs/b\nblocked\tmacs/d e\nhealthy\tmacs/a\nnot-known\tmacs/f\nnot-known\tmacs/g\nswitched-off\tmacs/c\n",
        "{}",
        run.shown()
    );
}
