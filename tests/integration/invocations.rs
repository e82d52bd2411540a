//! Twenty command lines as a hurried person types them, with the whole answer, so that a reader of the snapshot sees what
//! the person sees: what is wrong, and the command that was meant.

use std::fmt::Write as _;

use crate::tool::{Tool, repository};

/// A folder with a policy, a profile, a plain property list and collected output.
fn tool() -> Tool {
    let tool = Tool::new();
    let fixture = |name: &str| std::fs::read(repository().join(name)).expect("a fixture");
    tool.file(
        "policy.yaml",
        "identifier: com.example.extensions\norganization: Example\nkernel_extensions:\n  allowed:\n    - team_id: UBF8T346G9\n      bundle_ids: [com.microsoft.wdavkext]\n",
    );
    tool.file(
        "x.mobileconfig",
        fixture("tests/rules/invalid-team-id/good.mobileconfig"),
    );
    tool.file(
        "x.plist",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n<key>Label</key>\n<string>com.example.job</string>\n</dict>\n</plist>\n",
    );
    tool.file(
        "prof/a.mobileconfig",
        fixture("tests/rules/invalid-team-id/bad.mobileconfig"),
    );
    tool.file(
        "health.txt",
        "healthy : false\nreal_time_protection_enabled : true\n",
    );
    tool.file(
        "kextutil.txt",
        "Kext rejected due to system policy: <OSKext 0x1 [0x2]> { URL = \"file:///Library/Extensions/wdavkext.kext/\", ID = \"com.microsoft.wdavkext\" }\n",
    );
    for folder in ["empty", "links"] {
        std::fs::create_dir(tool.path().join(folder)).expect("a folder");
    }
    std::os::unix::fs::symlink(
        "../x.mobileconfig",
        tool.path().join("links/x.mobileconfig"),
    )
    .expect("a link");
    tool
}

#[test]
fn twenty_command_lines_are_answered_with_what_to_do() {
    let tool = tool();
    let mut report = String::new();
    for line in [
        &[][..],
        &["lint", "empty"],
        &["lint", "policy.yaml"],
        &["lint", "x.plist"],
        &["render", "x.mobileconfig", "--out-dir", "out"],
        &["render", "policy.yaml"],
        &["render", "-"],
        &["init", "defender"],
        &["init", "--list"],
        &["explain", "error[invalid-team-id]"],
        &["explain", "AllowedTeamIdentifiers"],
        &["explain", "com.apple.wifi.managed.Encryption"],
        &["check", "prof"],
        &["diagnose", "health.txt", "kextutil.txt"],
        &["lint", "--select", "nope,foo"],
        &["lint", "--target", "jamf,intune"],
        &["sign", "prof"],
        &["lint", "links"],
        &["help", "lint"],
        &["version"],
    ] {
        let run = tool.run(line);
        let _ = writeln!(report, "$ kextpolicy {}\n{}", line.join(" "), run.shown());
    }
    let version = env!("CARGO_PKG_VERSION");
    insta::assert_snapshot!(report.replace(version, "[version]"));
}
