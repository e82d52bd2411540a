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

#[test]
fn every_mistake_on_the_command_line_names_the_next_step() {
    let tool = tool();
    let mut report = String::new();
    for line in [
        "rendr policy.yaml",
        "render",
        "render policy.yaml -o",
        "render policy.yaml --target JAMF --out-dir o",
        "render policy.yaml --target ws1 --out-dir o",
        "render policy.yaml --target",
        "render policy.yaml --outdir o",
        "render policy.yaml --dry-run --out-dir o",
        "render policy.yaml --sign --out-dir o",
        "render policy.yaml -o a -o b",
        "render prof --out-dir o",
        "render missing.yaml --out-dir o",
        "lint missing",
        "lint prof --format xml",
        "lint prof --format",
        "lint prof --fail-on warn",
        "lint prof --fail-on high",
        "lint prof --fix --watch",
        "lint prof --unsafe-fixes",
        "lint prof --baseline missing.json",
        "lint prof --write-baseline",
        "lint prof --config missing.toml",
        "lint prof --policy missing.yaml",
        "lint --recursive prof",
        "lint -r prof",
        "lint prof --json",
        "lint prof -f json",
        "lint prof --select",
        "lint prof --select invalid-team",
        "lint prof --ignore all",
        "lint prof --exclude out",
        "lint prof --severity error",
        "lint prof --verbose --quiet",
        "lint prof --colour never",
        "lint *.mobileconfig",
        "render policy.yaml out",
        "render policy.yaml --check",
        "render policy.yaml --target jamf intune --out-dir o",
        "init defender --target jamf",
        "lint prof --out-dir out",
        "lint prof --minimum-os 12",
        "lint prof --fix=true",
        "effective --fix prof",
        "explain AllowUserOverride",
        "diagnose prof",
        "policy.yaml",
        "x.mobileconfig",
        "fix prof",
        "scan prof",
        "watch prof",
        "unsign x.mobileconfig",
        "diff prof",
        "diff prof empty more",
        "diff --git main --git dev",
        "diagnose",
        "diagnose missing.txt",
        "diagnose --team-id UBF8T346G9 health.txt",
        "diagnose --config kextpolicy.toml health.txt",
        "explain nope",
        "effective missing",
        "show",
        "show missing.mobileconfig",
        "import",
        "sign x.mobileconfig",
        "sign x.mobileconfig -o s --cert x.pem",
        "sign -o s --p12 a.p12",
        "init nope",
        "init policy.yaml",
        "init defender a.yaml b.yaml",
        "init --identifier bad",
        "init --list x",
        "completions",
        "completions cmd",
        "schema policy.yaml",
        "help nope",
        "--lint prof",
        "--json",
    ] {
        let run = tool.run(line.split(' ')).expect_code(2);
        assert!(run.stderr.contains("\n  help: "), "{line}: {}", run.shown());
        let _ = writeln!(report, "$ kextpolicy {line}\n{}", run.stderr);
    }
    insta::assert_snapshot!(report);
}
