//! The configuration file, ignores and the baseline, as a repository uses them.

use insta::assert_snapshot;

use crate::tool::{Tool, repository};

/// A profile with one fault: the scope.
fn faulty() -> String {
    let path = repository().join("tests/rules/user-scope/bad.mobileconfig");
    std::fs::read_to_string(path).expect("a fixture")
}

/// A run over the folder with one rule, the summary line of which is asked for.
fn summary(tool: &Tool, args: &[&str]) -> (i32, String) {
    let mut all = vec![
        "lint",
        "--select",
        "user-scope,unused-ignore,stale-baseline-entry",
    ];
    all.extend(args);
    let run = tool.run(all);
    let last = run.stdout.lines().last().unwrap_or_default().to_owned();
    (run.code, last)
}

#[test]
fn every_fault_of_the_configuration_is_told_in_one_run() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", faulty());
    tool.file(
        "kextpolicy.toml",
        "targets = \"jamf\"\nminimum_os = 13\n\n[rules]\nuser-scop = \"warn\"\n\n[[ignore]]\nrules = [\"user-scope\"]\n\n\
         [[overrides]]\ntarget = \"jam\"\n",
    );
    let run = tool.run(["lint"]).expect_code(2);
    assert_snapshot!(run.stderr);
}

#[test]
fn a_rule_can_be_turned_down_and_off() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", faulty());
    tool.file("kextpolicy.toml", "[rules]\nuser-scope = \"note\"\n");
    assert_eq!(
        summary(&tool, &[]),
        (
            0,
            "1 profile checked: 0 errors, 0 warnings, 1 note".to_owned()
        )
    );
    tool.file("kextpolicy.toml", "[rules]\nuser-scope = \"off\"\n");
    assert_eq!(
        summary(&tool, &[]),
        (0, "1 profile checked: nothing found".to_owned())
    );
}

#[test]
fn the_nearest_configuration_upwards_counts_and_its_paths_from_its_own_folder() {
    let tool = Tool::new();
    tool.file("repo/jamf/a.mobileconfig", faulty());
    tool.file("repo/intune/b.mobileconfig", faulty());
    tool.file(
        "repo/.config/kextpolicy.toml",
        "[[overrides]]\npaths = [\"intune\"]\nrules = { user-scope = \"off\" }\n",
    );
    tool.file("kextpolicy.toml", "this is not read");
    let run = tool.run_in(
        "repo/jamf",
        ["lint", "--select", "user-scope", ".", "../intune"],
    );
    assert_eq!(run.code, 1, "{}", run.shown());
    assert!(
        run.stdout
            .contains("2 profiles checked: 1 error, 0 warnings, 0 notes"),
        "{}",
        run.shown()
    );
}

#[test]
fn the_command_line_wins_over_the_file() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", faulty());
    tool.file("kextpolicy.toml", "target = \"intune\"\n");
    let select = "identifier-differs-from-uuid";
    let run = tool.run(["lint", "--select", select]);
    assert!(run.stdout.contains("nothing found"), "{}", run.shown());
    let run = tool.run(["lint", "--select", select, "--target", "jamf"]);
    assert!(run.stdout.contains("1 warning"), "{}", run.shown());
}

#[test]
fn the_oldest_macos_is_known_to_rules_about_versions() {
    let tool = Tool::new();
    let bad = repository().join("tests/rules/newer-key/bad.mobileconfig");
    tool.file("a.mobileconfig", std::fs::read(bad).expect("a fixture"));
    tool.file("kextpolicy.toml", "minimum_os = \"15.0\"\n");
    let run = tool.run(["lint", "--select", "newer-key"]);
    assert!(run.stdout.contains("nothing found"), "{}", run.shown());
    tool.file("kextpolicy.toml", "minimum_os = \"14.6\"\n");
    let run = tool.run(["lint", "--select", "newer-key"]);
    assert!(run.stdout.contains("[newer-key]"), "{}", run.shown());
}

#[test]
fn excluded_files_are_not_searched_but_can_be_named() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", faulty());
    tool.file("vendor/b.mobileconfig", faulty());
    tool.file("kextpolicy.toml", "exclude = [\"vendor/**\"]\n");
    assert!(summary(&tool, &[]).1.starts_with("1 profile checked"));
    assert!(
        summary(&tool, &["vendor/b.mobileconfig"])
            .1
            .starts_with("1 profile checked: 1 error")
    );
}

#[test]
fn an_ignore_with_a_reason_silences_and_is_counted() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", faulty());
    tool.file(
        "kextpolicy.toml",
        "[[ignore]]\nrules = [\"user-scope\"]\npaths = [\"a.mobileconfig\"]\nreason = \"this MDM wants it so\"\n",
    );
    assert_eq!(
        summary(&tool, &[]),
        (0, "1 profile checked: nothing found (1 ignored)".to_owned())
    );
    tool.file("a.mobileconfig", faulty().replace(">User<", ">System<"));
    let run = tool.run(["lint", "--select", "user-scope,unused-ignore"]);
    assert_snapshot!(run.expect_code(0).stdout, @r"
    warning[unused-ignore]: this entry ignores nothing that is found
     --> kextpolicy.toml:1:1
      |
    1 | [[ignore]]
      | ^^^^^^^^^^
      |
      = help: remove it

    held against Apple's descriptions up to macOS 27.0
    1 profile checked: 0 errors, 1 warning, 0 notes
    ");
}

#[test]
fn what_a_broken_file_is_excepted_from_counts_as_needed() {
    let tool = Tool::new();
    let comment = "<!-- kextpolicy: ignore[user-scope] this MDM wants it so -->";
    let root = "<plist version=\"1.0\">";
    let commented = faulty().replace(root, &format!("{comment}\n{root}"));
    let sound = [("a.mobileconfig", commented), ("b.mobileconfig", faulty())];
    for (name, text) in &sound {
        tool.file(name, text);
    }
    tool.run([
        "lint",
        "--select",
        "user-scope",
        "--write-baseline",
        "base.json",
    ])
    .expect_code(0);
    tool.file(
        "kextpolicy.toml",
        "[[ignore]]\nrules = [\"user-scope\"]\npaths = [\"b.mobileconfig\"]\nreason = \"this MDM wants it so\"\n",
    );
    for (name, text) in &sound {
        tool.file(name, text.replace("</dict>\n</plist>", "</dicr>\n</plist>"));
    }
    let nothing = (0, "2 profiles checked: nothing found".to_owned());
    assert_eq!(summary(&tool, &[]), nothing);
    assert_eq!(summary(&tool, &["--baseline", "base.json"]), nothing);
}

#[test]
fn a_comment_before_the_root_silences_the_whole_file() {
    let tool = Tool::new();
    let text = faulty().replace(
        "<plist version=\"1.0\">",
        "<!-- kextpolicy: ignore[user-scope] a test of ours -->\n<plist version=\"1.0\">",
    );
    tool.file("a.mobileconfig", text);
    assert_eq!(
        summary(&tool, &[]),
        (0, "1 profile checked: nothing found (1 ignored)".to_owned())
    );
}

#[test]
fn what_is_ignored_is_not_fixed() {
    let tool = Tool::new();
    let text = faulty().replace(
        "<plist version=\"1.0\">",
        "<!-- kextpolicy: ignore[user-scope] a test of ours -->\n<plist version=\"1.0\">",
    );
    tool.file("a.mobileconfig", &text);
    tool.run(["lint", "--fix", "--select", "user-scope"])
        .expect_code(0);
    assert_eq!(tool.read("a.mobileconfig"), text);
}

#[test]
fn a_baseline_accepts_what_was_there_and_nothing_new() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", faulty());
    assert_eq!(summary(&tool, &["--write-baseline", "known.json"]).0, 0);
    let written = tool.read("known.json");
    // Other lines above it change nothing: what counts is the content.
    tool.file("a.mobileconfig", faulty().replace("<dict>", "\n\n\n<dict>"));
    assert_eq!(
        summary(&tool, &["--baseline", "known.json"]),
        (
            0,
            "1 profile checked: nothing found (1 in the baseline)".to_owned()
        )
    );
    tool.file("b.mobileconfig", faulty());
    assert_eq!(summary(&tool, &["--baseline", "known.json"]).0, 1);
    std::fs::remove_file(tool.path().join("b.mobileconfig")).expect("a file");
    summary(&tool, &["--write-baseline", "again.json"]);
    assert_eq!(written, tool.read("again.json"), "the same bytes");
}

#[test]
fn an_entry_of_the_baseline_that_nothing_needs_is_told() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", faulty());
    summary(&tool, &["--write-baseline", "known.json"]);
    tool.file("a.mobileconfig", faulty().replace(">User<", ">System<"));
    let run = tool.run([
        "lint",
        "--select",
        "user-scope,stale-baseline-entry",
        "--baseline",
        "known.json",
    ]);
    assert_snapshot!(run.expect_code(0).stdout);
}

#[test]
fn a_file_that_is_not_a_baseline_is_refused() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", faulty());
    let cases = [
        ("", "it ends too early, in line 1"),
        (
            "[]",
            "a field is missing, unknown or of another type, in line 1, column 2",
        ),
        ("findings", "it cannot be read from line 1, column 2 on"),
        (
            "{\"version\":2,\"findings\":[]}",
            "it has version 2, and this kextpolicy knows version 1",
        ),
    ];
    for (text, why) in cases {
        tool.file("known.json", text);
        let run = tool
            .run(["lint", "--baseline", "known.json"])
            .expect_code(2);
        let message = format!("error: `known.json` is not a baseline: {why}\n  help: ");
        assert!(run.stderr.starts_with(&message), "{}", run.shown());
    }
}

#[test]
fn an_empty_list_of_rules_or_paths_is_as_wrong_as_none() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", faulty());
    tool.file(
        "kextpolicy.toml",
        "[[ignore]]\nrules = []\nreason = \"SEC-1\"\n[[overrides]]\npaths = []\n",
    );
    let run = tool.run(["lint"]).expect_code(2);
    assert!(
        run.stderr.contains("an ignore without `rules`"),
        "{}",
        run.shown()
    );
    assert!(
        run.stderr.contains("an override without `paths`"),
        "{}",
        run.shown()
    );
}

#[test]
fn a_configuration_that_is_no_text_is_to_be_saved_as_text() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", faulty());
    tool.file("kextpolicy.toml", b"\xff\n");
    let said = tool.run(["lint"]).expect_code(2).stderr;
    let end = "kextpolicy.toml`: it is not UTF-8 text\n  help: save it as text in UTF-8\n";
    assert!(said.ends_with(end), "{said}");
}

#[test]
fn the_example_in_the_docs_is_read() {
    let page = std::fs::read_to_string(repository().join("docs/configuration.md")).expect("a page");
    let (_, below) = page.split_once("```toml\n").expect("an example");
    let (example, _) = below.split_once("```").expect("its end");
    let tool = Tool::new();
    tool.file("profiles/a.mobileconfig", faulty());
    tool.file(
        "policy.yaml",
        "identifier: com.example.extensions\norganization: Example\nkernel_extensions:\n  allowed:\n    - team_id: UBF8T346G9\n      bundle_ids: [com.microsoft.wdavkext]\n",
    );
    tool.run([
        "lint",
        "profiles",
        "--write-baseline",
        "kextpolicy-baseline.json",
    ])
    .expect_code(0);
    tool.file("kextpolicy.toml", example);
    let run = tool.run(["lint"]);
    assert!(run.code < 2, "{}", run.shown());
}

#[test]
fn a_folder_that_is_named_finds_the_configuration_that_cd_finds() {
    let tool = Tool::new();
    tool.file(
        "fleet/kextpolicy.toml",
        "[rules]\nmalformed-profile = \"warning\"\n",
    );
    tool.file("fleet/profiles/a.mobileconfig", "{}\n");
    let outside = tool.run(["lint", "fleet", "-v"]).expect_code(0);
    assert!(
        outside
            .stderr
            .contains("configuration: `fleet/kextpolicy.toml`"),
        "{}",
        outside.shown()
    );
    let inside = tool.run_in("fleet", ["lint", "-v"]).expect_code(0);
    assert_eq!(
        outside.stdout.replace("fleet/profiles/", "profiles/"),
        inside.stdout
    );
    // The nearest one above everything that is named.
    tool.file("other/b.mobileconfig", "{}\n");
    tool.run(["lint", "fleet"]).expect_code(0);
    tool.run(["lint", "fleet", "other"]).expect_code(1);
}

#[test]
fn the_configuration_says_what_a_bare_lint_goes_by() {
    let tool = Tool::new();
    tool.file(
        "kextpolicy.toml",
        "paths = [\"mine\"]\nbaseline = \"known.json\"\nfail_on = \"never\"\n",
    );
    tool.file("mine/a.mobileconfig", "{}\n");
    tool.file("theirs/b.mobileconfig", "{}\n");
    tool.run(["lint", "--write-baseline", "known.json"])
        .expect_code(0);
    let run = tool.run(["lint"]).expect_code(0);
    assert!(
        run.stdout
            .contains("1 profile checked: nothing found (1 in the baseline)"),
        "{}",
        run.shown()
    );
    // The command line wins.
    tool.run(["lint", "theirs", "--fail-on", "error"])
        .expect_code(1);
    tool.run(["lint", "theirs"]).expect_code(0);
    tool.file(
        "kextpolicy.toml",
        "policy = \"absent.yaml\"\nfail_on = \"warnings\"\n",
    );
    let run = tool.run(["lint", "mine"]).expect_code(2);
    assert!(
        run.stderr.contains("`warnings` is not a severity"),
        "{}",
        run.shown()
    );
    tool.file("kextpolicy.toml", "policy = \"absent.yaml\"\n");
    let run = tool.run(["lint", "mine"]).expect_code(2);
    assert!(
        run.stderr.contains("cannot read `absent.yaml`"),
        "{}",
        run.shown()
    );
}

#[test]
fn what_the_configuration_names_counts_from_its_folder() {
    let tool = Tool::new();
    tool.file(
        "fleet/kextpolicy.toml",
        "paths = [\"mine\"]\npolicy = \"policy.yaml\"\nbaseline = \"known.json\"\nfail_on = \"never\"\n",
    );
    tool.file(
        "fleet/policy.yaml",
        "identifier: com.contoso.kexts\norganization: Contoso\nkernel_extensions:\n  allowed:\n    - {team_id: EG7KH642X6, bundle_ids: all}\n",
    );
    tool.file("fleet/mine/a.mobileconfig", "{}\n");
    tool.run_in("fleet", ["lint", "--write-baseline", "known.json"])
        .expect_code(0);
    for (folder, args) in [
        ("fleet", &["lint"][..]),
        ("fleet/mine", &["lint"]),
        (".", &["lint", "--config", "fleet/kextpolicy.toml"]),
    ] {
        let run = tool.run_in(folder, args).expect_code(0);
        assert!(run.stdout.contains("1 profile checked"), "{}", run.shown());
        let policy =
            run.stdout.contains("undelivered-approval") || run.stdout.contains("in the baseline");
        assert!(policy, "{}", run.shown());
    }
}

#[test]
fn patterns_have_limits_and_the_first_beyond_them_is_shown() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", faulty());
    let patterns = |from: usize, to: usize| {
        let lines = (from..to).map(|number| format!("  \"vendor{number}/*/x*\",\n"));
        lines.collect::<String>()
    };
    let ignore = |patterns: &str| {
        format!("[[ignore]]\nrules = [\"user-scope\"]\nreason = \"r\"\npaths = [\n{patterns}]\n")
    };
    let many = format!("exclude = [\n{}]\n", patterns(0, 9_000));
    tool.file(
        "kextpolicy.toml",
        many.clone() + &ignore(&patterns(0, 1_000)),
    );
    let run = tool.run(["lint", "--select", "user-scope"]).expect_code(1);
    assert!(run.stdout.contains("[user-scope]"), "{}", run.shown());
    let more = ignore(&patterns(0, 1_002)) + &ignore(&patterns(0, 10));
    tool.file("kextpolicy.toml", many + &more);
    let run = tool.run(["lint"]).expect_code(2);
    let said = "a configuration has at most 10000 patterns";
    assert_eq!(run.stderr.matches(said).count(), 1, "{}", run.shown());
    // The head, 9,000 lines and an end, then four lines and 1,000 patterns.
    assert!(
        run.stderr.contains("kextpolicy.toml:10007:3"),
        "{}",
        run.shown()
    );
    tool.file(
        "kextpolicy.toml",
        format!("exclude = [\"a\", \"{}\"]\n", "{a,b}".repeat(250)),
    );
    let run = tool.run(["lint"]).expect_code(2);
    assert!(
        run.stderr.contains("it is longer than 1000 bytes"),
        "{}",
        run.shown()
    );
    assert!(
        run.stderr.contains("kextpolicy.toml:1:17"),
        "{}",
        run.shown()
    );
    tool.file("kextpolicy.toml", "# a comment\n".repeat(100_000));
    let run = tool.run(["lint"]).expect_code(2);
    assert!(
        run.stderr
            .contains("the file has 1200000 bytes; the limit is 1048576"),
        "{}",
        run.shown()
    );
}
