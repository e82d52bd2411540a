//! The formats of a report: one verdict in all of them, each as its readers want it, and nothing from a file that means
//! anything there.

use std::fmt::Write as _;

use serde_json::Value;

use crate::sarif;
use crate::tool::{Run, Tool};

/// Every format.
const FORMATS: &[&str] = &[
    "text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "html",
];

/// Rules that stay as they are, so that a new rule changes no expected report here.
const RULES: &str = "duplicate-key,duplicate-root-identifier,invalid-team-id,malformed-profile,not-portable-plist,user-scope";

/// A profile with one kernel-extension payload.
fn profile(identifier: &str, scope: &str, teams: &[&str]) -> String {
    let mut listed = String::new();
    for team in teams {
        let _ = writeln!(listed, "\t\t\t\t<string>{team}</string>");
    }
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>PayloadContent</key>
	<array>
		<dict>
			<key>AllowUserOverrides</key>
			<false/>
			<key>AllowedTeamIdentifiers</key>
			<array>
{listed}			</array>
			<key>PayloadIdentifier</key>
			<string>{identifier}.kernel</string>
			<key>PayloadType</key>
			<string>com.apple.syspolicy.kernel-extension-policy</string>
			<key>PayloadUUID</key>
			<string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
			<key>PayloadVersion</key>
			<integer>1</integer>
		</dict>
	</array>
	<key>PayloadDisplayName</key>
	<string>Kernel extensions</string>
	<key>PayloadIdentifier</key>
	<string>{identifier}</string>
	<key>PayloadOrganization</key>
	<string>Contoso</string>
	<key>PayloadScope</key>
	<string>{scope}</string>
	<key>PayloadType</key>
	<string>Configuration</string>
	<key>PayloadUUID</key>
	<string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7F01</string>
	<key>PayloadVersion</key>
	<integer>1</integer>
</dict>
</plist>
"#
    )
}

/// The same profile as a binary property list.
fn binary(xml: &str) -> Vec<u8> {
    let value = plist::Value::from_reader_xml(xml.as_bytes()).expect("a property list");
    let mut bytes = Vec::new();
    value.to_writer_binary(&mut bytes).expect("bytes");
    bytes
}

/// Profiles good and bad: XML and binary, malformed, two with one identifier, with a remedy and without.
fn mixed() -> Tool {
    let tool = Tool::new();
    tool.file(
        "good.mobileconfig",
        profile("com.contoso.good", "System", &["K7Q2XD94WL"]),
    );
    tool.file(
        "sub folder/ü.mobileconfig",
        profile("com.contoso.two", "User", &["k7q2xd94wl", "SHORT"]),
    );
    tool.file(
        "b.mobileconfig",
        binary(&profile("com.contoso.two", "User", &["SHORT"])),
    );
    tool.file(
        "cut.mobileconfig",
        &profile("com.contoso.cut", "System", &["K7Q2XD94WL"])[..500],
    );
    tool.file(
        "integer.mobileconfig",
        profile("com.contoso.integer", "System", &["K7Q2XD94WL"]).replace(">1<", ">0x1<"),
    );
    tool
}

/// Lints the folder in a format, with more arguments.
fn lint(tool: &Tool, format: &str, more: &[&str]) -> Run {
    let mut args = vec!["lint", ".", "--select", RULES, "--format", format];
    args.extend(more);
    tool.run(args)
}

/// A report as JSON.
fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{}", run.shown()))
}

/// How many errors, warnings and notes a report of a format shows, by what stands in it.
fn counts(format: &str, run: &Run) -> [usize; 3] {
    let lines = |begin: &str| {
        run.stdout
            .lines()
            .filter(|line| line.starts_with(begin))
            .count()
    };
    let words = |list: &Value, key: &str, words: [&str; 3]| {
        let list = list.as_array().expect("a list");
        words.map(|word| list.iter().filter(|item| item[key] == word).count())
    };
    match format {
        // The warning that is in two places is told once.
        "text" => {
            let again = run.stdout.matches("= note: also at line").count();
            [lines("error["), lines("warning[") + again, lines("note[")]
        }
        "concise" => ["error", "warning", "note"]
            .map(|word| run.stdout.matches(&format!(": {word}[")).count()),
        "json" => words(
            &json(run)["findings"],
            "severity",
            ["error", "warning", "note"],
        ),
        "sarif" => words(
            &json(run)["runs"][0]["results"],
            "level",
            ["error", "warning", "note"],
        ),
        "github" => [lines("::error "), lines("::warning "), lines("::notice ")],
        "gitlab" => words(&json(run), "severity", ["major", "minor", "info"]),
        "junit" => ["error", "warning", "note"]
            .map(|word| run.stdout.matches(&format!(": {word}[")).count()),
        "markdown" => [lines("| error |"), lines("| warning |"), lines("| note |")],
        "html" => ["error", "warning", "note"].map(|word| {
            let (_, from) = run
                .stdout
                .split_once(&format!("<li class=\"{word}\"><strong>"))
                .expect("a count");
            let (number, _) = from.split_once('<').expect("its end");
            number.parse().expect("a number")
        }),
        other => panic!("{other}"),
    }
}

#[test]
fn every_format_has_the_same_verdict_and_counts() {
    let tool = mixed();
    let summary = json(&lint(&tool, "json", &[]))["summary"].clone();
    let expected = ["errors", "warnings", "notes"]
        .map(|key| usize::try_from(summary[key].as_u64().expect("a count")).expect("small"));
    assert_eq!(summary["files"], 5);
    assert!(expected[0] > 2 && expected[1] > 0, "{summary}");
    for format in FORMATS {
        for (more, code) in [
            (&[][..], 1),
            (&["--fail-on", "note"][..], 1),
            (&["--fail-on", "never"][..], 0),
            (&["--exit-zero"][..], 0),
        ] {
            let run = lint(&tool, format, more).expect_code(code);
            assert_eq!(counts(format, &run), expected, "{format} {}", run.shown());
            let says_more = run.stderr.contains("kextpolicy explain ");
            assert_eq!(says_more, *format == "text", "{}", run.shown());
            assert!(says_more || run.stderr.is_empty(), "{}", run.shown());
        }
    }
}

#[test]
fn notes_are_told_in_few_words_and_drawn_when_asked_for() {
    let tool = Tool::new();
    tool.file(
        "a.mobileconfig",
        profile("com.contoso.a", "System", &["K7Q2XD94WL"]),
    );
    let lint = |more: &[&str]| {
        let args = ["lint", "a.mobileconfig", "--select", "whole-team-allowed"];
        tool.run([&args, more].concat()).stdout
    };
    insta::assert_snapshot!(lint(&[]));
    let drawn = lint(&["--verbose"]);
    insta::assert_snapshot!(drawn);
    // Where notes fail the run they are as important as errors.
    assert_eq!(lint(&["--fail-on", "note"]), drawn);
}

#[test]
fn every_format_is_the_same_for_any_number_of_threads() {
    let tool = mixed();
    for number in 0..40 {
        let text = profile(&format!("com.contoso.n{}", number / 2), "User", &["SHORT"]);
        tool.file(&format!("many/{number}.mobileconfig"), text);
    }
    for format in FORMATS {
        let one = lint(&tool, format, &["--threads", "1"]);
        for threads in ["2", "8"] {
            let more = lint(&tool, format, &["--threads", threads]);
            assert_eq!(one.stdout, more.stdout, "{format}");
        }
    }
}

#[test]
fn a_clean_folder_gives_an_empty_report_in_every_format() {
    let tool = Tool::new();
    tool.file(
        "good.mobileconfig",
        profile("com.contoso.good", "System", &["K7Q2XD94WL"]),
    );
    for format in FORMATS {
        let run = lint(&tool, format, &[]).expect_code(0);
        assert_eq!(counts(format, &run), [0; 3], "{format}");
    }
}

#[test]
fn a_report_file_holds_what_standard_output_would() {
    let tool = mixed();
    for format in FORMATS {
        let printed = lint(&tool, format, &["-o", "-"]);
        let run = lint(&tool, format, &["-o", "reports/out"]).expect_code(1);
        assert_eq!(run.stdout, "");
        assert_eq!(tool.read("reports/out"), printed.stdout, "{format}");
        let last = "5 profiles checked: 6 errors, 3 warnings, 0 notes\n";
        assert_eq!(run.stderr, last);
        let run = lint(&tool, format, &["-o", "reports/out", "-q"]).expect_code(1);
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn a_report_file_that_cannot_be_written_is_a_failure() {
    let tool = mixed();
    tool.file("folder/file", "");
    let run = lint(&tool, "json", &["-o", "folder"]).expect_code(2);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("it is a folder"), "{}", run.stderr);
}

#[test]
fn json_has_the_fields_of_the_contract() {
    let report = json(&lint(&mixed(), "json", &[]));
    let keys = |value: &Value| -> Vec<String> {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    let mut top = keys(&report);
    top.sort();
    assert_eq!(
        top,
        ["descriptions", "findings", "summary", "tool", "version"]
    );
    assert_eq!(report["version"], 1);
    assert_eq!(report["tool"]["name"], "kextpolicy");
    for finding in report["findings"].as_array().expect("findings") {
        let mut found = keys(finding);
        found.retain(|key| key != "fix");
        found.sort();
        assert_eq!(
            found,
            [
                "column",
                "end_column",
                "end_line",
                "file",
                "help",
                "key_path",
                "line",
                "message",
                "related",
                "rule",
                "severity",
                "url"
            ]
        );
        let is_binary = finding["file"] == "b.mobileconfig";
        assert_eq!(finding["line"].is_null(), is_binary, "{finding}");
        assert_eq!(finding["column"].is_null(), is_binary, "{finding}");
        for related in finding["related"].as_array().expect("related") {
            let mut found = keys(related);
            found.sort();
            assert_eq!(found, ["column", "file", "line", "message"]);
        }
        if let Some(fix) = finding.get("fix") {
            assert!(fix["title"].is_string() && fix["edits"][0]["replacement"].is_string());
            assert!(fix["applicability"] == "safe" || fix["applicability"] == "unsafe");
        }
    }
    assert!(
        report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .any(|one| one.get("fix").is_some())
    );
}

#[test]
fn sarif_is_what_the_standard_asks_for() {
    for more in [&[][..], &["--exit-zero"], &["--target", "jamf"]] {
        let run = lint(&mixed(), "sarif", more);
        let log = json(&run);
        assert_eq!(sarif::faults(&log), [""; 0]);
        assert_eq!(log["runs"][0]["invocations"][0]["exitCode"], run.code);
        assert!(run.stdout.contains("\"fixes\"") && run.stdout.contains("relatedLocations"));
    }
}

#[test]
fn sarif_over_every_rule_fixture_is_what_the_standard_asks_for() {
    let tool = Tool::new();
    let folder = crate::tool::repository().join("tests/rules");
    let run = tool.run([
        "lint".as_ref(),
        folder.as_os_str(),
        "--format".as_ref(),
        "sarif".as_ref(),
    ]);
    assert_eq!(sarif::faults(&json(&run)), [""; 0]);
}

#[test]
fn fingerprints_are_unique_and_stay_when_lines_move() {
    let fingerprints = |tool: &Tool| -> Vec<String> {
        let list = json(&lint(tool, "gitlab", &[]));
        let list = list.as_array().expect("a list").clone();
        list.iter()
            .map(|issue| issue["fingerprint"].as_str().expect("a text").to_owned())
            .collect()
    };
    let tool = Tool::new();
    let text = profile("com.contoso.a", "User", &["SHORT", "SHORT", "OTHER"]);
    tool.file("a.mobileconfig", &text);
    let before = fingerprints(&tool);
    assert_eq!(before.len(), 4);
    let mut unique = before.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), before.len());
    tool.file(
        "a.mobileconfig",
        text.replace("<dict>\n\t<key>", "\n<!-- moved -->\n<dict>\n\t<key>"),
    );
    assert_eq!(fingerprints(&tool), before);
}

#[cfg(unix)]
#[test]
fn a_hostile_name_or_value_commands_nothing_on_github() {
    let tool = Tool::new();
    let hostile = "x\n::error::pwned\r::set-output name=a::b,c%0A";
    let name = format!("{hostile}.mobileconfig");
    let team = "&#13;&#10;::warning file=b::pwned&#10;##[error]x";
    tool.file(&name, profile("com.contoso.a", "User", &[team]));
    tool.file(
        "b.mobileconfig",
        profile("com.contoso.a", "User\n::notice::x\n", &["K7Q2XD94WL"]),
    );
    let run = lint(&tool, "github", &["-q"]);
    let lines: Vec<&str> = run
        .stdout
        .split(['\n', '\r'])
        .filter(|line| !line.is_empty())
        .collect();
    let findings = json(&lint(&tool, "json", &[]));
    assert_eq!(
        lines.len(),
        findings["findings"].as_array().expect("a list").len()
    );
    for line in lines {
        let (head, _) = line
            .trim_start_matches("::")
            .split_once("::")
            .expect("a command");
        let (command, properties) = head.split_once(' ').expect("properties");
        assert!(matches!(command, "error" | "warning" | "notice"), "{line}");
        for property in properties.split(',') {
            let (key, _) = property.split_once('=').expect("a property");
            assert!(
                matches!(
                    key,
                    "file" | "line" | "endLine" | "col" | "endColumn" | "title"
                ),
                "{line}"
            );
        }
    }
    assert!(
        run.stdout
            .contains("file=x%0A%3A%3Aerror%3A%3Apwned%0D%3A%3Aset-output name=a%3A%3Ab%2Cc%250A")
    );
}

#[test]
fn hostile_values_stay_text_in_every_format() {
    let tool = Tool::new();
    let team = "&lt;script&gt;`|@all ]]&gt;[x](https://e.example)\u{202e}&amp;";
    tool.file("a.mobileconfig", profile("com.contoso.a", "User", &[team]));
    for format in FORMATS {
        let run = lint(&tool, format, &[]).expect_code(1);
        assert!(!run.stdout.contains('\u{202e}'), "{format}");
        let wrong: &[&str] = match *format {
            "junit" | "html" => &["<script", "]]>"],
            "markdown" => &["<script", "@all", "](https://e.example", "`"],
            "sarif" => &["](https://e.example"],
            _ => &[],
        };
        for text in wrong {
            assert!(
                !run.stdout.contains(text),
                "{format}: {text}\n{}",
                run.stdout
            );
        }
    }
}

#[test]
fn junit_is_well_formed_and_fails_what_the_run_fails() {
    let run = lint(&mixed(), "junit", &[]);
    let mut reader = quick_xml::Reader::from_str(&run.stdout);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().expect("XML") {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(start) | quick_xml::events::Event::Empty(start) => {
                for attribute in start.attributes() {
                    attribute.expect("an attribute");
                }
            }
            _ => {}
        }
    }
    assert_eq!(run.stdout.matches("<testcase ").count(), 5);
    let failures = run.stdout.matches("<failure ").count();
    assert!(
        run.stdout
            .contains(&format!("tests=\"5\" failures=\"{failures}\""))
    );
    let all = lint(&mixed(), "junit", &["--fail-on", "note"]);
    assert!(all.stdout.matches("<failure ").count() > failures);
    assert!(!all.stdout.contains("<system-out>"));
}

#[test]
fn a_markdown_report_that_is_too_long_says_how_much_is_missing() {
    let tool = Tool::new();
    for number in 0..400 {
        let text = profile(&format!("com.contoso.n{number}"), "User", &["SHORT"]);
        tool.file(&format!("{number}.mobileconfig"), text);
    }
    let run = lint(&tool, "markdown", &[]).expect_code(1);
    assert!(run.stdout.len() < 65_536);
    let rows = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("| error"))
        .count();
    let more = format!("\nNot shown here: {} findings more.\n", 800 - rows);
    assert!(rows > 100 && run.stdout.ends_with(&more), "{rows}\n{more}");
}

#[test]
fn the_page_for_an_audit_needs_nothing_else_and_tells_what_was_read() {
    let tool = mixed();
    let signed = crate::tool::repository().join("tests/signing/rsa2048-der.cms");
    tool.file(
        "signed.mobileconfig",
        std::fs::read(signed).expect("a fixture"),
    );
    let page = lint(&tool, "html", &[]).expect_code(1).stdout;
    for outside in ["<script", " src=", "<link", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let good = profile("com.contoso.good", "System", &["K7Q2XD94WL"]);
    let digest = ring::digest::digest(&ring::digest::SHA256, good.as_bytes());
    let mut text = String::new();
    for byte in digest.as_ref() {
        let _ = write!(text, "{byte:02x}");
    }
    assert!(page.contains(&text), "the SHA-256 of a profile");
    assert!(page.contains("<span class=\"good\">holds</span>: Test Signer RSA 2048 (Example)"));
    assert!(page.contains("every extension of team <code>K7Q2XD94WL</code>"));
    assert!(page.contains("<mark>k7q2xd94wl</mark>"));
}

#[test]
fn an_audit_page_says_the_verdict_first_and_counts_what_is_equal() {
    let tool = Tool::new();
    for name in ["one", "two", "three", "four", "five"] {
        let identifier = format!("com.contoso.{name}");
        let file = format!("p/{name}.mobileconfig");
        tool.file(&file, profile(&identifier, "System", &["ubf8t346g9"]));
    }
    let args = "lint p --select invalid-team-id --format html --title";
    let page = tool
        .run(args.split(' ').chain(["Macs `of` <Contoso>"]))
        .expect_code(1)
        .stdout;
    assert!(page.contains("<h1>Macs `of` &#60;Contoso&#62;</h1>"));
    let (_, verdict) = page
        .split_once("class=\"verdict bad\">")
        .expect("a verdict");
    assert!(
        verdict.starts_with("Not passed: 5 faults in 5 of 5 profiles have to be mended."),
        "{verdict}"
    );
    let (head, findings) = page.split_once("id=\"findings\"").expect("the section");
    assert!(head.contains("people may not approve others"), "{head}");
    assert_eq!(findings.matches("class=\"message\"").count(), 1);
    assert!(findings.contains("5 times") && findings.contains("<summary>2 more</summary>"));
    let text = page.replace("Macs `of`", "");
    assert!(!text.contains('`'), "a raw backtick");
    tool.run(["lint", "p", "--title", "x"]).expect_code(2);
}

#[test]
fn an_audit_page_says_what_was_set_aside_and_why_and_what_was_not_looked_at() {
    let tool = Tool::new();
    let comment =
        "<!-- kextpolicy: ignore[invalid-team-id] the vendor's own, ticket SEC-12 -->\n<dict>";
    let text = profile("com.contoso.a", "User", &["ubf8t346g9"]);
    tool.file("p/a.mobileconfig", text.replacen("<dict>", comment, 1));
    tool.file(
        "p/b.mobileconfig",
        profile("com.contoso.b", "User", &["UBF8T346G9"]),
    );
    tool.file("p/build/c.mobileconfig", &text);
    tool.file(
        "kextpolicy.toml",
        "exclude = [\"p/build/**\"]\n[rules]\nwhole-team-allowed = \"off\"\n[[ignore]]\nrules = [\"user-scope\"]\npaths = \
         [\"p/b*\"]\nreason = \"a lab\"\n",
    );
    let page = tool
        .run(["lint", "p", "--format", "html", "--fail-on", "never"])
        .expect_code(0)
        .stdout;
    let (_, aside) = page.split_once("id=\"aside\"").expect("the section");
    for said in [
        "<td role=\"cell\" data-head=\"Reason\">the vendor's own, ticket SEC-12</td>",
        "<td role=\"cell\" data-head=\"Reason\">a lab</td>",
        "kextpolicy.toml, line 4, for p/b*",
        "<code>whole-team-allowed</code>",
        "<li>p/build/c.mobileconfig: excluded (kextpolicy.toml)</li>",
    ] {
        assert!(
            aside.replace("&#39;", "'").contains(said),
            "{said}\n{aside}"
        );
    }
    assert!(
        page.contains("no check was asked to fail"),
        "no false verdict"
    );
}

#[test]
fn an_audit_page_names_the_commit_that_is_checked_out() {
    let tool = Tool::new();
    tool.file(
        "p/a.mobileconfig",
        profile("com.contoso.a", "System", &["UBF8T346G9"]),
    );
    let git = |args: &[&str]| {
        let run = std::process::Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
            .args(args)
            .current_dir(tool.path())
            .output()
            .expect("git");
        assert!(run.status.success(), "{run:?}");
        String::from_utf8_lossy(&run.stdout).trim().to_owned()
    };
    let lint = || tool.run(["lint", "p", "--format", "html"]).stdout;
    assert!(!lint().contains("git commit"));
    git(&["init", "-q"]);
    assert!(!lint().contains("git commit"), "no commit yet");
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "first"]);
    let commit = git(&["rev-parse", "HEAD"]);
    assert!(lint().contains(&format!("git commit <code>{commit}</code>")));
}

#[test]
fn the_formats_look_like_this() {
    let tool = Tool::new();
    tool.file(
        "a.mobileconfig",
        profile("com.contoso.a", "User", &["ubf8t346g9"]),
    );
    for format in ["json", "sarif", "github", "gitlab", "junit", "markdown"] {
        let args = [
            "lint",
            "a.mobileconfig",
            "--select",
            "invalid-team-id,user-scope",
            "--format",
            format,
        ];
        let run = tool.run(args).expect_code(1);
        insta::assert_snapshot!(
            format!("formats_{format}"),
            run.stdout.replace(env!("CARGO_PKG_VERSION"), "VERSION")
        );
    }
}
