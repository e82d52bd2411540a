//! `lint --fix` and `lint --diff`: files are changed at the edits and nowhere else, or not at all.

use std::collections::BTreeMap;

use crate::tool::{Tool, repository, shared};

/// A profile with a Team ID in lower case, a comment, tabs and Windows line ends.
const PROFILE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<plist version=\"1.0\">\r\n<dict>\r\n\t<!-- keep me -->\r\n\t<key>PayloadContent</key>\r\n\t<array><dict>\r\n\t\t<key>PayloadType</key><string>com.apple.system-extension-policy</string>\r\n\t\t<key>AllowedTeamIdentifiers</key>\r\n\t\t<array>\r\n\t\t\t<string>k7q2xd94wl</string>\r\n\t\t</array>\r\n\t</dict></array>\r\n\t<key>PayloadScope</key>\t<string>User</string>\r\n</dict>\r\n</plist>\r\n";

/// The rules that the profile above breaks and that have fixes.
const SELECT: [&str; 2] = ["--select", "invalid-team-id,user-scope"];

#[test]
fn a_fixed_file_differs_at_the_edits_only() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", PROFILE);
    let run = tool
        .run(["lint", "--fix", SELECT[0], SELECT[1], "."])
        .expect_code(0);
    assert_eq!(run.stdout, "1 profile checked: nothing found\n");
    assert_eq!(run.stderr, "fixed 2 problems in 1 profile\n");
    let expected = PROFILE
        .replace("k7q2xd94wl", "K7Q2XD94WL")
        .replace(">User<", ">System<");
    assert_eq!(tool.read("a.mobileconfig"), expected);
}

#[test]
fn a_difference_is_shown_and_nothing_is_written() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", PROFILE);
    let run = tool
        .run(["lint", "--diff", SELECT[0], SELECT[1], "."])
        .expect_code(1);
    assert!(
        run.stdout
            .starts_with("--- a.mobileconfig\n+++ a.mobileconfig\n@@")
    );
    assert!(run.stdout.contains("-\t\t\t<string>k7q2xd94wl</string>"));
    assert!(run.stdout.contains("+\t\t\t<string>K7Q2XD94WL</string>"));
    assert_eq!(run.stderr, "would fix 2 problems in 1 profile\n");
    assert_eq!(tool.read("a.mobileconfig"), PROFILE);
}

#[test]
fn a_file_without_a_remedy_shows_no_difference() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", PROFILE);
    let run = tool
        .run(["lint", "--diff", "--select", "malformed-profile", "."])
        .expect_code(0);
    assert_eq!(run.stdout, "");
}

#[test]
fn standard_input_comes_back_fixed_on_standard_output() {
    let tool = Tool::new();
    let run = tool
        .run_with_input(["lint", "--fix", SELECT[0], SELECT[1], "-"], PROFILE)
        .expect_code(0);
    assert!(run.stdout.contains("K7Q2XD94WL") && run.stdout.starts_with("<?xml"));
    assert!(run.stderr.contains("1 profile checked: nothing found"));
}

#[test]
fn a_signed_profile_is_left_alone_and_the_way_is_told() {
    let tool = Tool::new();
    tool.file("plain.mobileconfig", PROFILE);
    let keys = repository().join("tests/signing");
    let key = keys.join("rsa2048-key.pem").display().to_string();
    let certificate = keys.join("rsa2048.pem").display().to_string();
    tool.run([
        "sign",
        "plain.mobileconfig",
        "--cert",
        &certificate,
        "--key",
        &key,
        "-o",
        "signed.mobileconfig",
    ])
    .expect_code(0);
    let signed = std::fs::read(tool.path().join("signed.mobileconfig")).expect("a file");
    let run = tool
        .run(["lint", "--fix", SELECT[0], SELECT[1], "signed.mobileconfig"])
        .expect_code(1);
    assert!(
        run.stderr.contains("kextpolicy show --raw"),
        "{}",
        run.shown()
    );
    let after = std::fs::read(tool.path().join("signed.mobileconfig")).expect("a file");
    assert_eq!(signed, after);
}

#[cfg(unix)]
#[test]
fn permissions_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let tool = Tool::new();
    let path = tool.file("a.mobileconfig", PROFILE);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    tool.run(["lint", "--fix", SELECT[0], SELECT[1], "a.mobileconfig"])
        .expect_code(0);
    let mode = std::fs::metadata(&path)
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

/// Rules whose findings a remedy may bring to light. A corrected payload type is a policy that was none before, a
/// written default shows what held already, and a signed twin that cannot be fixed is no twin any more.
const REVEALED: &str = "unknown-payload-type,user-overrides-allowed,contradicting-user-overrides,duplicate-approval,\
                        duplicate-root-identifier,reused-uuid,team-whole-and-listed";

/// The findings of a run, counted by file and rule.
fn findings(tool: &Tool) -> BTreeMap<(String, String), usize> {
    let run = tool
        .run([
            "lint",
            ".",
            "--format",
            "json",
            "--exit-zero",
            "--ignore",
            REVEALED,
        ])
        .expect_code(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let mut found = BTreeMap::new();
    for finding in report["findings"].as_array().expect("findings") {
        let key = (finding["file"].to_string(), finding["rule"].to_string());
        *found.entry(key).or_default() += 1;
    }
    found
}

#[test]
fn over_real_profiles_a_fix_adds_no_finding() {
    let Some(shared) = shared("fixes over real profiles") else {
        return;
    };
    let tool = Tool::new();
    let mut folders = vec![shared.join("corpus")];
    let mut number = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().contains(".mobileconfig") {
                number += 1;
                let bytes = std::fs::read(&path).expect("a file");
                tool.file(&format!("{number:05}.mobileconfig"), bytes);
            }
        }
    }
    let before = findings(&tool);
    let run = tool.run([
        "lint",
        "--fix",
        "--unsafe-fixes",
        "--exit-zero",
        "-q",
        "--ignore",
        REVEALED,
        ".",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        !run.stderr.contains("a fault of kextpolicy"),
        "{}",
        run.stderr
    );
    for (place, count) in findings(&tool) {
        let allowed = before.get(&place).copied().unwrap_or_default();
        assert!(
            count <= allowed,
            "{place:?}: {count} after, {allowed} before"
        );
    }
    let again = tool.run([
        "lint",
        "--diff",
        "--unsafe-fixes",
        "-q",
        "--ignore",
        REVEALED,
        ".",
    ]);
    assert_eq!(again.stdout, "", "a second run would change more");
}
