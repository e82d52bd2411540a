//! Nothing that a file, a file name or an argument holds is obeyed by the terminal or the CI runner that shows what the
//! tool prints: every fixture with hostile text in place of its own, through every command and format.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::tool::{Run, Tool, repository};

/// Commands of Azure Pipelines, GitHub and GitLab, and sequences that a terminal obeys, which XML allows.
const HOSTILE: &str = " ::error::H\n ::stop-commands::t\n##vso[task.setvariable variable=PATH]/h ##[set-output name=h]h\
    \u{9b}2J\u{9d}0;H\u{9c}\u{85}\u{202e}\u{2066}section_start:1:h[collapsed=true]\u{200b}{0}";

/// The same and what XML does not allow.
fn worse() -> String {
    format!("{HOSTILE}\r::debug::h\u{1b}]0;h\u{7}\u{1b}[2J\u{8}\r\u{1b}[0K")
}

/// What a terminal or a runner would obey in a text.
fn obeyed(text: &str) -> Option<String> {
    let is_hidden = |letter: char| {
        (letter.is_control() && !matches!(letter, '\n' | '\t'))
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.lines().find_map(|line| {
        let lower = line.to_ascii_lowercase();
        let anywhere = ["##vso[", "##[", "section_start:", "section_end:"];
        let is_obeyed = line.contains(is_hidden)
            || (line.trim_start().starts_with("::") && !line.trim_start().starts_with(":::"))
            || anywhere.iter().any(|command| lower.contains(command));
        is_obeyed.then(|| line.to_owned())
    })
}

#[track_caller]
fn assert_harmless(run: &Run, what: &str) {
    for text in [&run.stdout, &run.stderr] {
        if let Some(line) = obeyed(text) {
            panic!("{what}: {line:?}");
        }
    }
    assert!((0..=2).contains(&run.code), "{what}: {}", run.shown());
}

/// Every profile among the fixtures.
fn fixtures() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![repository().join("tests/rules")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "mobileconfig") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() > 200);
    found
}

/// A profile with hostile text behind every string and every key that `chosen` does not leave alone.
fn poisoned(profile: &str, text: &str, chosen: impl Fn(&str) -> bool) -> String {
    let mut out = String::new();
    for (number, piece) in profile.split("</").enumerate() {
        if number > 0 {
            out.push_str("</");
        }
        out.push_str(piece);
        let value = piece.rsplit('>').next().unwrap_or_default();
        let is_text = piece.contains("<string>") || piece.contains("<key>");
        if is_text && chosen(value) {
            out.push_str(text);
        }
    }
    out
}

/// Writes all fixtures into a folder, each with some of its strings and keys poisoned.
fn write_poisoned(tool: &Tool, every: usize) {
    let worse = worse();
    for (number, path) in fixtures().iter().enumerate().step_by(every) {
        let Ok(profile) = std::fs::read_to_string(path) else {
            continue;
        };
        let is_apples = |value: &str| value.starts_with("com.apple.") || value == "Configuration";
        let text = if number % 5 == 0 { &*worse } else { HOSTILE };
        let profile = poisoned(&profile, text, |value| match number % 3 {
            0 => !value.starts_with("Payload") && !is_apples(value),
            // Team IDs and known keys stay what they are.
            1 => !is_apples(value) && value.contains(['.', ' ', '-']),
            _ => true,
        });
        let name = hostile_name(number);
        tool.file(&format!("all/{name}.mobileconfig"), profile);
    }
}

fn hostile_name(number: usize) -> String {
    if cfg!(unix) {
        let slash = worse().replace('/', "");
        format!("{number} {}", slash.trim_end_matches('\0'))
    } else {
        format!("{number} ##[h] \u{9b}2J\u{202e}")
    }
}

#[test]
fn no_format_of_lint_holds_a_command_of_a_file() {
    let tool = Tool::new();
    write_poisoned(&tool, 1);
    for format in [
        "text", "json", "sarif", "gitlab", "junit", "markdown", "html",
    ] {
        let run = tool.run(["lint", "-v", "--format", format, "all"]);
        assert_harmless(&run, format);
        assert!(run.stdout.len() > 50_000, "{format}: {}", run.stdout.len());
    }
    // Its own annotations begin lines; nothing else does.
    let mut run = tool.run(["lint", "--format", "github", "all"]);
    let own = ["::error file=", "::warning file=", "::notice file="];
    run.stdout = run
        .stdout
        .lines()
        .map(|line| {
            own.iter()
                .find_map(|own| line.strip_prefix(own))
                .unwrap_or(line)
        })
        .fold(String::new(), |text, line| text + line + "\n");
    assert_harmless(&run, "github");
    for args in [
        &["lint", "--diff", "all"][..],
        &[
            "lint",
            "--diff",
            "--unsafe-fixes",
            "--target",
            "jamf",
            "all",
        ],
        &["lint", "--color", "never", "--target", "intune", "all"],
        &["lint", "--write-baseline", "baseline.json", "all"],
        &["lint", "--baseline", "baseline.json", "all"],
        &["lint", "--fix", "--unsafe-fixes", "all"],
    ] {
        assert_harmless(&tool.run(args), args[1]);
    }
}

#[test]
fn styles_are_the_only_sequences_in_colour() {
    let tool = Tool::new();
    write_poisoned(&tool, 7);
    std::fs::create_dir(tool.path().join("empty")).expect("a folder");
    for args in [
        &["lint", "-v", "--color", "always", "all"][..],
        &["effective", "--color", "always", "all"],
        &["diff", "--color", "always", "all", "empty"],
    ] {
        let mut run = tool.run(args);
        for stream in [&mut run.stdout, &mut run.stderr] {
            *stream = without_styles(stream);
        }
        assert_harmless(&run, args[0]);
    }
}

/// Takes away `ESC [ numbers m`.
fn without_styles(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, style)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        let end = style.find(|letter: char| !letter.is_ascii_digit() && letter != ';');
        rest = match end {
            Some(end) if style[end..].starts_with('m') => &style[end + 1..],
            _ => panic!("{:?}", style.get(..20)),
        };
    }
    out + rest
}

#[test]
fn no_other_command_prints_a_command_of_a_file() {
    let tool = Tool::new();
    write_poisoned(&tool, 1);
    std::fs::create_dir(tool.path().join("empty")).expect("a folder");
    for args in [
        &["effective", "all"][..],
        &["effective", "--format", "json", "all"],
        &["effective", "--format", "html", "all"],
        &["diff", "all", "empty"],
        &["diff", "empty", "all"],
        &["diff", "--format", "json", "empty", "all"],
        &["diff", "--format", "markdown", "all", "empty"],
        &["import", "all"],
        &["import", "all", "-o", "policy.yaml"],
        &["render", "policy.yaml", "--check", "--out-dir", "all"],
        &["lint", "--policy", "policy.yaml", "all"],
    ] {
        assert_harmless(&tool.run(args), &args.join(" "));
    }
    let files: Vec<String> = tool
        .files()
        .into_iter()
        .filter(|name| name.starts_with("all/"))
        .collect();
    for (number, name) in files.iter().enumerate() {
        if number % 13 == 0 {
            assert_harmless(&tool.run(["show", name]), name);
            assert_harmless(&tool.run(["show", "--format", "json", name]), name);
        }
    }
    for args in [
        &["verify"][..],
        &["verify", "--format", "json"],
        &["sign", "--p12", "x"],
    ] {
        let args = args
            .iter()
            .copied()
            .chain(files.iter().take(20).map(String::as_str));
        assert_harmless(&tool.run(args), "verify or sign");
    }
    // A profile that came through the policy is compared line by line.
    tool.file("policy.yaml", POLICY);
    let old = poisoned(
        &std::fs::read_to_string(&fixtures()[0]).expect("a profile"),
        HOSTILE,
        |_| true,
    );
    for name in ["kext.jamf", "kext.intune", "kext.generic"] {
        tool.file(&format!("out/com.contoso.h.{name}.mobileconfig"), &old);
    }
    let run = tool.run(["render", "policy.yaml", "--check", "--out-dir", "out"]);
    assert_harmless(&run, "render --check");
    assert!(run.stdout.contains("set-output"), "{}", run.shown());
}

const POLICY: &str = "identifier: com.contoso.h\norganization: Contoso\nkernel_extensions:\n  allowed:\n    - team_id: UBF8T346G9\n      bundle_ids: [com.microsoft.wdavkext]\n";

#[test]
fn no_fault_of_a_policy_or_a_configuration_prints_a_command() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", "x");
    let mut quoted = String::new();
    for letter in worse().chars() {
        let _ = write!(quoted, "\\U{:08x}", u32::from(letter));
    }
    let poison = |text: &str| {
        let lines = text.lines().map(|line| match line.split_once(": ") {
            Some((key, value)) if !value.starts_with(['[', '{', '"', '\'', '&', '*', '|', '>']) => {
                format!("{key}: \"{value}{quoted}\"\n")
            }
            _ => format!("{line}\n"),
        });
        lines.collect::<String>()
    };
    for folder in ["good", "bad"] {
        let folder = repository().join("tests/policies").join(folder);
        for (number, path) in files_in(&folder, "yaml").iter().enumerate() {
            let Ok(text) = std::fs::read_to_string(path) else {
                continue;
            };
            let raw = text.replace('\n', &format!("{}\n", HOSTILE.replace('\n', " ")));
            for text in [poison(&text), raw] {
                tool.file("p.yaml", &text);
                let run = tool.run(["render", "p.yaml", "--out-dir", "out"]);
                assert_harmless(&run, &path.display().to_string());
                if number % 7 == 0 {
                    assert_harmless(&tool.run(["lint", "--policy", "p.yaml", "."]), "lint");
                    let asked = ["diagnose", "--policy", "p.yaml", "--dir", "."];
                    assert_harmless(&tool.run(asked), "diagnose");
                }
            }
        }
    }
    tool.file(
        "kextpolicy.toml",
        format!("['##vso[h]\u{9b}\u{202e}']\n\"::error::h{quoted}\" = \"##[h]\"\n[rules]\n\"{quoted}\" = 1\n"),
    );
    assert_harmless(&tool.run(["lint", "."]), "kextpolicy.toml");
}

fn files_in(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|kind| kind == extension))
        .collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

#[test]
fn no_collected_output_prints_a_command() {
    let forms = std::fs::read_to_string(repository().join("tests/diagnose/formats.txt"))
        .expect("the forms");
    let worse = worse();
    let tool = Tool::new();
    for section in forms.replace("\r\n", "\n").split("\n\n=== ") {
        let (head, text) = section.split_once("\n---\n").expect("a head");
        let value = |key: &str| head.lines().find_map(|line| line.strip_prefix(key));
        let option = value("option: ").expect("an option");
        let asked: Vec<&str> = value("asked: ")
            .unwrap_or("UBF8T346G9 com.microsoft.wdavkext")
            .split(' ')
            .collect();
        for text in [
            text.replace('\n', &format!("{worse}\n")),
            text.replace(asked[1], &format!("{}{HOSTILE}", asked[1])),
        ] {
            tool.file("::error::h ##[h]\u{9b}.txt", text);
            for format in ["text", "json"] {
                let run = tool.run([
                    "diagnose",
                    option,
                    "::error::h ##[h]\u{9b}.txt",
                    "--team-id",
                    asked[0],
                    "--bundle-id",
                    asked[1],
                    "--format",
                    format,
                ]);
                assert_harmless(&run, head);
            }
        }
    }
}

#[test]
fn no_argument_prints_a_command() {
    let tool = Tool::new();
    let worse = worse();
    for args in [
        &["lint", &worse][..],
        &["lint", "--select", &worse],
        &["lint", "--config", &worse, "."],
        &["show", &worse],
        &["effective", &worse],
        &["diff", &worse, &worse],
        &["import", &worse],
        &["render", &worse, "-o", "-"],
        &["init", "--from", &worse],
        &["explain", &worse],
        &["explain", &format!("com.apple.{worse}")],
        &["verify", &worse],
        &["sign", &worse, "--p12", &worse],
        &["diagnose", "--kextutil", &worse],
        &["diagnose", "--team-id", &worse],
        &[&worse],
        &["lint", &format!("--{worse}")],
    ] {
        let run = tool.run(args);
        assert_harmless(&run, args[0]);
        assert_eq!(run.code, 2, "{}", run.shown());
    }
    let run = tool.run(["init", &worse.replace('/', "")]);
    assert_harmless(&run, "init");
}

/// Commands for programs keep the text, written by numbers.
#[test]
fn programs_read_the_text_as_it_is() {
    let tool = Tool::new();
    let profile =
        std::fs::read_to_string(repository().join("tests/rules/invalid-team-id/bad.mobileconfig"))
            .expect("a profile");
    tool.file(
        "a.mobileconfig",
        poisoned(&profile, HOSTILE, |value| value == "Contoso"),
    );
    let run = tool.run(["show", "--format", "json", "a.mobileconfig"]);
    let shown: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(shown["organization"], format!("Contoso{HOSTILE}"));
}
