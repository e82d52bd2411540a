//! `render` from outside: what is written where, what is refused, and that nothing is written then.

use crate::tool::{Run, Tool, repository};

/// A policy with both kinds of extensions.
pub(crate) const BOTH: &str = "\
identifier: com.fabrikam.extensions
name: Fabrikam extensions
organization: Fabrikam
kernel_extensions:
  allowed:
    - team_id: UBF8T346G9
      bundle_ids: [com.microsoft.wdavkext]
system_extensions:
  allowed:
    - team_id: UBF8T346G9
      bundle_ids: [com.microsoft.wdav.epsext, com.microsoft.wdav.netext]
      non_removable: [com.microsoft.wdav.epsext]
";

/// A policy with one kind.
const ONE: &str = "\
identifier: com.fabrikam.one
organization: Fabrikam
kernel_extensions:
  allowed:
    - team_id: UBF8T346G9
      bundle_ids: all
";

/// A folder with the first policy in it.
fn both() -> Tool {
    let tool = Tool::new();
    tool.file("policy.yaml", BOTH);
    tool
}

/// Runs `render policy.yaml` with more arguments.
fn render(tool: &Tool, args: &[&str]) -> Run {
    let mut all = vec!["render", "policy.yaml"];
    all.extend(args);
    tool.run(all)
}

#[test]
fn a_policy_becomes_a_file_per_target_payload_and_minimum_macos() {
    let tool = both();
    let run = render(&tool, &["--out-dir", "a/b"]).expect_code(0);
    insta::assert_snapshot!(run.shown());
    assert_eq!(tool.files().len(), 10);
    let again = render(&tool, &["--out-dir", "a/b"]).expect_code(0);
    assert_eq!(
        again.stderr.matches("unchanged `a/b/").count(),
        9,
        "{}",
        again.stderr
    );
    let quiet = render(&tool, &["--out-dir", "a/b", "--quiet"]).expect_code(0);
    assert_eq!(quiet.stdout + &quiet.stderr, "");
}

#[test]
fn the_targets_of_the_policy_are_the_default() {
    let tool = Tool::new();
    tool.file("policy.yaml", format!("{BOTH}targets: {{intune: {{}}}}\n"));
    render(&tool, &["--out-dir", "own"]).expect_code(0);
    render(&tool, &["--out-dir", "asked", "--target", "jamf"]).expect_code(0);
    let files = tool.files();
    assert!(
        files
            .iter()
            .all(|name| name.starts_with("asked/") == name.contains(".jamf."))
    );
    assert_eq!(files.len(), 7, "{files:?}");
}

#[test]
fn the_same_policy_gives_the_same_bytes_in_any_locale_and_time_zone() {
    let tool = both();
    render(&tool, &["--request", "--out-dir", "out"]).expect_code(0);
    let other = Tool::new()
        .env("LANG", "tr_TR.UTF-8")
        .env("LC_ALL", "tr_TR.UTF-8")
        .env("TZ", "Asia/Kathmandu");
    other.file("elsewhere/policy.yaml", BOTH);
    let args = [
        "render",
        "elsewhere/policy.yaml",
        "--request",
        "--out-dir",
        "out",
    ];
    other.run(args).expect_code(0);
    let names: Vec<String> = tool
        .files()
        .into_iter()
        .filter(|name| name.starts_with("out/"))
        .collect();
    assert_eq!(names.len(), 17);
    for name in names {
        assert_eq!(tool.read(&name), other.read(&name), "{name}");
    }
}

#[test]
fn check_finds_one_changed_byte_and_a_missing_file() {
    let tool = both();
    let args = [
        "--target",
        "jamf",
        "--target",
        "intune",
        "--request",
        "--out-dir",
        "out",
    ];
    let check = || {
        let mut all = args.to_vec();
        all.push("--check");
        render(&tool, &all)
    };
    render(&tool, &args).expect_code(0);
    let run = check().expect_code(0);
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr, "14 files are as the policy says\n");
    for name in [
        "out/com.fabrikam.extensions.kext.intune.mobileconfig",
        "out/com.fabrikam.extensions.kext.jamf.mobileconfig",
    ] {
        let text = tool
            .read(name)
            .replace("com.microsoft.wdavkext", "com.microsoft.wdavkexT");
        tool.file(name, text);
    }
    std::fs::remove_file(
        tool.path()
            .join("out/com.fabrikam.extensions.sysext.intune-catalog.json"),
    )
    .expect("the file");
    let before = tool.files();
    let run = check().expect_code(1);
    assert_eq!(tool.files(), before);
    insta::assert_snapshot!(run.shown());
}

#[test]
fn a_difference_shows_no_control_characters_of_the_old_file() {
    let tool = both();
    let name = "out/com.fabrikam.extensions.kext.generic.mobileconfig";
    tool.file(name, "\u{1b}[2Jgone\n");
    let run = render(
        &tool,
        &["--target", "generic", "--check", "--out-dir", "out"],
    )
    .expect_code(1);
    assert!(!run.stdout.contains('\u{1b}') && run.stdout.contains("\\u{1b}[2Jgone"));
}

#[test]
fn output_takes_one_file() {
    let tool = Tool::new();
    tool.file("policy.yaml", ONE);
    let run = render(&tool, &["--target", "intune", "-o", "-"]).expect_code(0);
    assert!(run.stdout.starts_with("<?xml ") && run.stdout.ends_with("</plist>\n"));
    assert_eq!(run.stderr, "");
    render(&tool, &["--target", "intune", "-o", "new/one.mobileconfig"]).expect_code(0);
    assert_eq!(tool.read("new/one.mobileconfig"), run.stdout);
    let run = render(&tool, &["-o", "other.mobileconfig"]).expect_code(2);
    insta::assert_snapshot!(run.stderr);
    assert_eq!(tool.files(), ["new/one.mobileconfig", "policy.yaml"]);
}

#[test]
fn print_shows_every_file_with_its_name_and_writes_none() {
    let tool = both();
    let run = render(&tool, &["--print", "--target", "generic"]).expect_code(0);
    assert_eq!(
        run.stdout.matches("==> com.fabrikam.extensions.").count(),
        3
    );
    assert_eq!(tool.files(), ["policy.yaml"]);
    let run = render(&tool, &[]).expect_code(2);
    assert!(run.stderr.contains("--out-dir"), "{}", run.stderr);
}

#[test]
fn two_policies_with_one_identifier_are_refused() {
    let tool = both();
    tool.file("again.yaml", BOTH.replace("com.fabrikam", "com.Fabrikam"));
    let run = tool
        .run(["render", "policy.yaml", "again.yaml", "--out-dir", "out"])
        .expect_code(2);
    assert_eq!(
        run.stderr,
        "error: two policies would write `com.Fabrikam.extensions.kext.generic.mobileconfig`\n  help: give each policy an \
         `identifier` of its own; it is where the name comes from\n"
    );
    assert_eq!(tool.files(), ["again.yaml", "policy.yaml"]);
}

#[test]
fn all_files_of_a_run_are_written_or_none() {
    let tool = both();
    // A folder stands where the last file belongs.
    tool.file(
        "out/com.fabrikam.extensions.sysext-macos15.intune.mobileconfig/keep",
        "",
    );
    let before = tool.files();
    let run = render(&tool, &["--out-dir", "out"]).expect_code(2);
    assert!(run.stderr.contains("it is a folder"), "{}", run.stderr);
    assert_eq!(tool.files(), before);
    // One of two policies is wrong.
    tool.file("wrong.yaml", "identifier: com.fabrikam.wrong\n");
    let run = tool
        .run(["render", "policy.yaml", "wrong.yaml", "--out-dir", "fresh"])
        .expect_code(2);
    assert!(run.stderr.contains("wrong.yaml:1"), "{}", run.stderr);
    assert!(!tool.path().join("fresh").exists());
}

#[test]
fn every_bad_policy_is_refused_and_nothing_is_written() {
    let mut count = 0;
    for entry in std::fs::read_dir(repository().join("tests/policies/bad")).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        count += 1;
        let tool = Tool::new();
        tool.file("bad.yaml", std::fs::read(&path).expect("a policy"));
        let run = tool
            .run(["render", "bad.yaml", "--out-dir", "out"])
            .expect_code(2);
        let shown = run.shown();
        assert!(
            run.stdout.is_empty()
                && run.stderr.contains("in `bad.yaml`")
                && run.stderr.contains("help: "),
            "{}: {shown}",
            path.display()
        );
        assert_eq!(tool.files(), ["bad.yaml"], "{}", path.display());
    }
    assert!(count >= 40, "{count} bad policies");
}

#[test]
fn an_expired_approval_is_a_warning_and_stays_in_the_profile() {
    let tool = Tool::new();
    let day = "      expires: 2020-02-29\nsystem_extensions:";
    tool.file("policy.yaml", BOTH.replace("system_extensions:", day));
    let run = render(&tool, &["--target", "jamf", "--out-dir", "out", "-q"]).expect_code(0);
    assert!(
        run.stderr
            .starts_with("warning: the approval expired on 2020-02-29"),
        "{}",
        run.stderr
    );
    let text = tool.read("out/com.fabrikam.extensions.kext.jamf.mobileconfig");
    assert!(text.contains("com.microsoft.wdavkext"));
}

/// The arguments that sign with the key of the tests.
fn signer() -> Vec<String> {
    let folder = repository().join("tests/signing");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    vec![
        "--sign-cert".to_owned(),
        path("p256.pem"),
        "--sign-key".to_owned(),
        path("p256-key.pem"),
        "--allow-expired".to_owned(),
    ]
}

#[test]
fn signed_profiles_are_compared_by_what_was_signed() {
    let tool = both();
    let run = |args: &[&str], signed: bool| {
        let mut all: Vec<String> = [
            "render",
            "policy.yaml",
            "--target",
            "jamf",
            "--out-dir",
            "out",
        ]
        .map(str::to_owned)
        .to_vec();
        all.extend(args.iter().map(|arg| (*arg).to_owned()));
        if signed {
            all.extend(signer());
        }
        tool.run(all)
    };
    let refused = run(&["--request"], true).expect_code(2);
    assert!(
        refused
            .stderr
            .contains("request bodies carry profiles unsigned")
    );
    run(&[], true).expect_code(0);
    let name = "out/com.fabrikam.extensions.kext.jamf.mobileconfig";
    tool.run(["verify", name]);
    run(&["--check"], true).expect_code(0);
    let plain = run(&["--check"], false).expect_code(1);
    assert!(
        plain
            .stdout
            .contains("signed, and would be written unsigned"),
        "{}",
        plain.stdout
    );
    tool.file("policy.yaml", BOTH.replace("wdavkext", "other"));
    let drift = run(&["--check"], true).expect_code(1);
    assert!(
        drift
            .stdout
            .contains("+<string>com.microsoft.other</string>"),
        "{}",
        drift.stdout
    );
}
