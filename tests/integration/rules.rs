//! The rules: each is driven over its fixtures in `tests/rules/<rule>/`, and its page is held to what it says.
//!
//! A fixture is a file `bad*.mobileconfig` with the report `bad*.txt` beside it, or a `good*.mobileconfig` on which the
//! rule is silent; rules over the repository have folders of these names, rules about the policy a `policy.yaml`, rules
//! about the settings a `kextpolicy.toml`. Only the rule itself is selected. A file `args` (for the folder) or
//! `<fixture>.args` adds arguments, such as `--target jamf`. `KEXTPOLICY_BLESS=1` writes the
//! reports and `docs/rules.md` anew: read the difference before you commit it.

use std::path::{Path, PathBuf};

use crate::skeleton;
use crate::tool::{Run, Tool, repository};

/// Rules that no file alone can break; `tests/integration/lint.rs` tests them.
const WITHOUT_FIXTURES: &[&str] = &[
    // Its message counts the days.
    "expired-approval",
    "file-too-large-for-intune",
    "macos-not-described",
    "stale-baseline-entry",
    "unreadable-profile",
    "wrong-extension-for-intune",
];

/// Rules about the bytes of a file, of which no XML can be shown. Engine and signature rules need not be named here.
const WITHOUT_XML: &[&str] = &[
    "file-too-large-for-intune",
    "malformed-signed-profile",
    "wrong-extension-for-intune",
];

/// The headings of a page, in their order; `true` for those that must be there.
const HEADINGS: &[(&str, bool)] = &[
    ("## Why it matters", true),
    ("## Example", true),
    ("## Use instead", true),
    ("## Fix safety", false),
    ("## References", true),
];

/// A rule as the tool describes it.
struct Rule {
    /// Its name.
    name: String,
    /// Its page.
    docs: String,
    /// What it looks at.
    scope: String,
    /// Whether it has fixes: `never`, `sometimes`, `always`.
    fix: String,
    /// The targets it applies to; empty for all.
    targets: Vec<String>,
}

impl Rule {
    /// Whether its page need not show XML.
    fn is_about_bytes(&self) -> bool {
        matches!(self.scope.as_str(), "engine" | "signature")
            || WITHOUT_XML.contains(&self.name.as_str())
    }
}

/// Every rule, by asking the tool.
fn rules() -> Vec<Rule> {
    let run = Tool::new()
        .run(["explain", "--all", "--format", "json"])
        .expect_code(0);
    let pages: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).expect("JSON");
    let text = |page: &serde_json::Value, key: &str| {
        page[key]
            .as_str()
            .unwrap_or_else(|| panic!("{key} of {page}"))
            .to_owned()
    };
    pages
        .iter()
        .map(|page| Rule {
            name: text(page, "name"),
            docs: text(page, "docs"),
            scope: text(page, "scope"),
            fix: text(page, "fix"),
            targets: page["targets"]
                .as_array()
                .expect("targets")
                .iter()
                .map(|target| target.as_str().expect("a target").to_owned())
                .collect(),
        })
        .collect()
}

/// Whether reports are to be written anew.
fn bless() -> bool {
    std::env::var_os("KEXTPOLICY_BLESS").is_some_and(|value| value != "0")
}

/// The folder of a rule's fixtures.
fn folder(rule: &str) -> PathBuf {
    repository().join("tests/rules").join(rule)
}

/// The names in a folder, sorted; empty when there is none.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    names.sort();
    names
}

/// The fixtures of a rule whose names begin so: profiles, or folders of profiles.
fn fixtures(rule: &str, begin: &str) -> Vec<String> {
    let folder = folder(rule);
    names(&folder)
        .into_iter()
        .filter(|name| {
            name.starts_with(begin)
                && !name.contains(".fixed")
                && (name.ends_with(".mobileconfig") || folder.join(name).is_dir())
        })
        .collect()
}

/// The name without `.mobileconfig`.
fn stem(fixture: &str) -> &str {
    fixture.trim_end_matches(".mobileconfig")
}

/// Copies a file or folder.
fn copy(from: &Path, tool: &Tool, name: &str) {
    if from.is_dir() {
        for inner in names(from) {
            copy(&from.join(&inner), tool, &format!("{name}/{inner}"));
        }
    } else {
        tool.file(name, std::fs::read(from).expect("a fixture"));
    }
}

/// The arguments of a fixture; only its rule is selected.
fn arguments(rule: &str, fixture: &str) -> Vec<String> {
    let folder = folder(rule);
    let extra = [format!("{}.args", stem(fixture)), "args".to_owned()]
        .into_iter()
        .find_map(|name| std::fs::read_to_string(folder.join(name)).ok())
        .unwrap_or_default();
    let mut args: Vec<String> = extra.split_whitespace().map(str::to_owned).collect();
    if folder.join("policy.yaml").exists() {
        args.extend(["--policy", "policy.yaml"].map(str::to_owned));
    }
    if !extra.contains("--select") {
        args.extend(["--select".to_owned(), rule.to_owned()]);
    }
    args
}

/// Puts a fixture into the folder, the policy that it is held against, and the settings.
fn bring(rule: &str, fixture: &str, tool: &Tool) {
    copy(&folder(rule).join(fixture), tool, fixture);
    for name in ["policy.yaml", "kextpolicy.toml"] {
        let file = folder(rule).join(name);
        if file.exists() {
            copy(&file, tool, name);
        }
    }
}

/// Lints a fixture with only its rule.
fn lint(rule: &str, fixture: &str, more: &[&str]) -> Run {
    let tool = Tool::new();
    bring(rule, fixture, &tool);
    let mut args = vec!["lint".to_owned(), fixture.to_owned()];
    args.extend(arguments(rule, fixture));
    args.extend(more.iter().map(|word| (*word).to_owned()));
    tool.run(args)
}

#[test]
fn every_bad_fixture_gives_its_report() {
    let mut wrong = Vec::new();
    for rule in rules() {
        for fixture in fixtures(&rule.name, "bad") {
            let run = lint(&rule.name, &fixture, &["--verbose"]);
            assert!(run.code < 2, "{}: {}", rule.name, run.shown());
            let expected = folder(&rule.name).join(format!("{}.txt", stem(&fixture)));
            // The line about Apple's descriptions changes with every newer table.
            let lines = run.stdout.split_inclusive('\n');
            let report: String = lines
                .filter(|line| !line.starts_with("held against Apple's descriptions"))
                .collect();
            if bless() {
                std::fs::write(&expected, &report).expect("a report");
            }
            let text = std::fs::read_to_string(&expected).unwrap_or_default();
            if text != report {
                wrong.push(format!(
                    "{}/{fixture}: expected\n{text}\ngot\n{report}",
                    rule.name
                ));
            }
            if !run.stdout.contains(&format!("[{}]", rule.name)) {
                wrong.push(format!("{}/{fixture}: the rule is silent", rule.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nKEXTPOLICY_BLESS=1 writes the reports anew",
        wrong.join("\n\n")
    );
}

#[test]
fn every_good_fixture_gives_silence() {
    for rule in rules() {
        for fixture in fixtures(&rule.name, "good") {
            let run = lint(&rule.name, &fixture, &["--fail-on", "note"]);
            assert!(
                run.code == 0 && run.stdout.contains("nothing found"),
                "{}/{fixture}: {}",
                rule.name,
                run.shown()
            );
        }
    }
}

/// The findings of a run as JSON.
fn findings(tool: &Tool, fixture: &str, args: &[String]) -> Vec<serde_json::Value> {
    let mut all = vec!["lint".to_owned(), fixture.to_owned()];
    all.extend(["--format", "json", "--exit-zero"].map(str::to_owned));
    all.extend_from_slice(args);
    let run = tool.run(all).expect_code(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    report["findings"].as_array().expect("findings").clone()
}

/// The bytes of every file of a fixture, by name.
fn contents(tool: &Tool) -> Vec<(String, Vec<u8>)> {
    tool.files()
        .into_iter()
        .map(|name| {
            let bytes = std::fs::read(tool.path().join(&name)).expect("a file");
            (name, bytes)
        })
        .collect()
}

#[test]
fn every_fix_keeps_the_four_laws() {
    let mut wrong = Vec::new();
    for rule in rules() {
        let mut with = 0;
        let mut without = 0;
        for fixture in fixtures(&rule.name, "bad") {
            let tool = Tool::new();
            bring(&rule.name, &fixture, &tool);
            let args = arguments(&rule.name, &fixture);
            let before = findings(&tool, &fixture, &args);
            let own = |finding: &&serde_json::Value| finding["rule"] == *rule.name;
            let fixable = before.iter().filter(own).filter(|f| f["fix"].is_object());
            with += fixable.clone().count();
            without += before
                .iter()
                .filter(own)
                .filter(|f| !f["fix"].is_object())
                .count();
            if fixable.count() > 0 {
                check_fix(&rule.name, &fixture, &tool, &args, &before, &mut wrong);
            }
        }
        let true_claim = match rule.fix.as_str() {
            "never" => with == 0,
            "always" => with > 0 && without == 0,
            _ => with > 0,
        };
        if !true_claim {
            wrong.push(format!(
                "`{}` says its fixes are there {}, but {with} findings have one and {without} have none",
                rule.name, rule.fix
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nKEXTPOLICY_BLESS=1 writes the fixed files anew",
        wrong.join("\n\n")
    );
}

/// Fixes one fixture and holds the outcome to the laws.
fn check_fix(
    rule: &str,
    fixture: &str,
    tool: &Tool,
    args: &[String],
    before: &[serde_json::Value],
    wrong: &mut Vec<String>,
) {
    let original = contents(tool);
    let mut all = vec!["lint".to_owned(), fixture.to_owned()];
    all.extend(["--fix", "--unsafe-fixes", "--exit-zero"].map(str::to_owned));
    all.extend_from_slice(args);
    // It converges, or the tool says that it does not; it still reads, or the tool refuses.
    let run = tool.run(&all).expect_code(0);
    if run.stderr.contains("was not fixed")
        && !run.stderr.contains("it is signed")
        && !run.stderr.contains("binary property list")
        && !run.stderr.contains("not UTF-8")
    {
        wrong.push(format!("{rule}/{fixture}: {}", run.shown()));
        return;
    }
    let once = contents(tool);
    tool.run(&all).expect_code(0);
    if contents(tool) != once {
        wrong.push(format!("{rule}/{fixture}: a second run changes it again"));
    }
    if findings(tool, fixture, args).len() > before.len() {
        wrong.push(format!(
            "{rule}/{fixture}: there is more to find after the fix"
        ));
    }
    for ((name, bytes), (_, original)) in once.iter().zip(&original) {
        if bytes == original {
            continue;
        }
        let expected = folder(rule).join(match name.split_once('/') {
            Some((fixture, inner)) => format!("{fixture}.fixed/{inner}"),
            None => format!("{}.fixed.mobileconfig", stem(name)),
        });
        if bless() {
            std::fs::create_dir_all(expected.parent().expect("a folder")).expect("folders");
            std::fs::write(&expected, bytes).expect("a fixed file");
        }
        if std::fs::read(&expected).unwrap_or_default() != *bytes {
            wrong.push(format!(
                "{rule}/{fixture}: the fixed file is not {}, but\n{}",
                expected.display(),
                String::from_utf8_lossy(bytes)
            ));
        }
    }
}

#[test]
fn every_rule_has_fixtures_and_every_fixture_a_rule() {
    let rules = rules();
    for rule in &rules {
        if WITHOUT_FIXTURES.contains(&rule.name.as_str()) {
            continue;
        }
        for begin in ["bad", "good"] {
            assert!(
                !fixtures(&rule.name, begin).is_empty(),
                "`{}` has no tests/rules/{}/{begin}.mobileconfig",
                rule.name,
                rule.name
            );
        }
    }
    for name in names(&repository().join("tests/rules")) {
        assert!(
            rules.iter().any(|rule| rule.name == name),
            "tests/rules/{name} belongs to no rule"
        );
        let files = names(&folder(&name));
        for file in &files {
            let known = file == "args"
                || file == "policy.yaml"
                || file == "kextpolicy.toml"
                || file == ".gitattributes"
                || file.starts_with("good")
                || file.starts_with("bad") && {
                    let stem = stem(file).trim_end_matches(".fixed");
                    let stem = stem.trim_end_matches(".txt").trim_end_matches(".args");
                    files.contains(&format!("{stem}.mobileconfig"))
                        || files.iter().any(|f| f == stem)
                };
            assert!(known, "tests/rules/{name}/{file} belongs to no fixture");
        }
    }
}

#[test]
fn every_page_has_its_headings_in_order() {
    for rule in rules() {
        let found: Vec<&str> = rule
            .docs
            .lines()
            .filter(|line| line.starts_with('#'))
            .collect();
        let expected: Vec<&str> = HEADINGS
            .iter()
            .filter(|(heading, always)| {
                *always || (rule.fix != "never" && *heading == "## Fix safety")
            })
            .map(|(heading, _)| *heading)
            .collect();
        assert_eq!(found, expected, "the headings of `{}`", rule.name);
        let first = rule.docs.lines().next().unwrap_or_default();
        assert!(
            !first.is_empty() && !first.starts_with('#'),
            "the page of `{}` begins with what it finds",
            rule.name
        );
        let (_, references) = rule.docs.split_once("## References").expect("references");
        assert!(
            references.contains("\n- "),
            "`{}` names no reference",
            rule.name
        );
    }
}

/// What is below a heading.
fn section<'d>(docs: &'d str, heading: &str) -> &'d str {
    let below = docs.split_once(heading).map_or("", |(_, below)| below);
    below.split("\n## ").next().unwrap_or_default()
}

/// The `xml` blocks below a heading.
fn blocks(docs: &str, heading: &str) -> Vec<String> {
    section(docs, heading)
        .split("```xml\n")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("```")?.0.to_owned()))
        .collect()
}

/// Lints blocks, each as a profile of its own, with these arguments.
fn lint_blocks(rule: &Rule, heading: &str, blocks: &[String], args: &[&str]) -> Run {
    let tool = Tool::new();
    for (number, block) in blocks.iter().enumerate() {
        tool.file(
            &format!("{number}.mobileconfig"),
            skeleton::profile(&rule.scope, block, number),
        );
    }
    let mut all = vec!["lint", "."];
    // A rule about the policy or the settings shows them, in its example and perhaps better ones in its advice.
    let (_, below) = rule.docs.split_once(heading).expect("the heading");
    let shown = |kind: &str| {
        let fence = format!("```{kind}\n");
        let block = |text: &str| Some(text.split_once(&fence)?.1.split_once("```")?.0.to_owned());
        block(below).or_else(|| block(&rule.docs))
    };
    if let Some(policy) = shown("yaml") {
        tool.file("policy.yaml", policy);
        all.extend(["--policy", "policy.yaml"]);
    }
    if let Some(settings) = shown("toml") {
        tool.file("kextpolicy.toml", settings);
    }
    all.extend(args);
    tool.run(all)
}

#[test]
fn the_example_of_every_page_raises_its_rule() {
    for rule in rules() {
        let examples = blocks(&rule.docs, "## Example");
        if rule.is_about_bytes() && examples.is_empty() {
            continue;
        }
        assert!(!examples.is_empty(), "`{}` shows no example", rule.name);
        let mut args = vec!["--fail-on", "note", "--select", rule.name.as_str()];
        args.extend(
            rule.targets
                .iter()
                .take(1)
                .flat_map(|target| ["--target", target]),
        );
        let run = lint_blocks(&rule, "## Example", &examples, &args);
        assert_eq!(run.code, 1, "{}: {}", rule.name, run.shown());
        assert!(
            run.stdout.contains(&format!("[{}]", rule.name)),
            "{}: {}",
            rule.name,
            run.shown()
        );
    }
}

#[test]
fn what_every_page_advises_raises_nothing() {
    for rule in rules() {
        let advice = blocks(&rule.docs, "## Use instead");
        if rule.is_about_bytes() && advice.is_empty() {
            continue;
        }
        if advice.is_empty() {
            assert!(
                section(&rule.docs, "## Use instead")
                    .split_whitespace()
                    .count()
                    > 5
            );
            continue;
        }
        let mut args = vec!["--fail-on", "note", "--select", rule.name.as_str()];
        args.extend(
            rule.targets
                .iter()
                .take(1)
                .flat_map(|target| ["--target", target]),
        );
        let run = lint_blocks(&rule, "## Use instead", &advice, &args);
        assert_eq!(run.code, 0, "{}: {}", rule.name, run.shown());
        // One profile of an example need not carry out the whole policy.
        let more = ["--fail-on", "warning", "--ignore", "undelivered-approval"];
        let run = lint_blocks(&rule, "## Use instead", &advice, &more);
        assert_eq!(
            run.code,
            0,
            "another rule objects to what `{}` advises: {}",
            rule.name,
            run.shown()
        );
    }
}

/// The keys of a block.
fn keys(block: &str) -> Vec<&str> {
    let keys = block.split("<key>").skip(1);
    keys.filter_map(|rest| Some(rest.split_once("</key>")?.0))
        .collect()
}

#[test]
fn what_a_page_advises_changes_keys_that_it_speaks_of_or_is_prose() {
    for rule in rules() {
        let (before, _) = rule.docs.split_once("## Use instead").expect("advice");
        let own = keys(before);
        for advice in blocks(&rule.docs, "## Use instead") {
            let keys = keys(&advice);
            let is_about_them = keys.iter().any(|key| {
                // A key that was misspelt is in the right one.
                before.contains(key) || own.iter().any(|own| key.contains(own))
            });
            assert!(keys.is_empty() || is_about_them, "{}: {advice}", rule.name);
        }
    }
}

#[test]
fn every_message_keeps_the_convention() {
    for rule in rules() {
        for fixture in fixtures(&rule.name, "bad") {
            let run = lint(&rule.name, &fixture, &[]);
            for line in run.stdout.lines() {
                let heads = ["error[", "warning[", "note["];
                if !heads.iter().any(|head| line.starts_with(head)) {
                    continue;
                }
                let (_, message) = line.split_once("]: ").expect("a message");
                let mut words = message.split_whitespace();
                let first = words.next().unwrap_or_default();
                let capital = first.starts_with(|letter: char| letter.is_ascii_uppercase());
                // Names of things keep their capitals: `PayloadUUID`, URL, Apple.
                let name = first == "Apple"
                    || first
                        .chars()
                        .skip(1)
                        .any(|letter| letter.is_ascii_uppercase());
                assert!(
                    !capital || name,
                    "{}: `{message}` starts upper case",
                    rule.name
                );
                assert!(
                    !message.ends_with('.'),
                    "{}: `{message}` ends in a full stop",
                    rule.name
                );
            }
        }
    }
}

#[test]
fn the_rule_pages_in_docs_are_what_the_tool_prints() {
    let run = Tool::new()
        .run(["explain", "--all", "--format", "markdown"])
        .expect_code(0);
    let page = repository().join("docs/rules.md");
    if bless() {
        std::fs::create_dir_all(page.parent().expect("a folder")).expect("docs");
        std::fs::write(&page, &run.stdout).expect("docs/rules.md");
    }
    let text = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(
        text == run.stdout,
        "docs/rules.md is out of date; KEXTPOLICY_BLESS=1 cargo test writes it again"
    );
}
