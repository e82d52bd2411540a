//! `lint --fix` and `lint --diff`: files are changed at the edits and nowhere else, or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::Path;

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
    assert!(
        run.stdout.ends_with("\n1 profile checked: nothing found\n"),
        "{}",
        run.stdout
    );
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

/// A folder with the profile above, signed.
fn signed() -> Tool {
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
    tool
}

#[test]
fn a_signed_profile_is_left_alone_and_the_way_is_told() {
    let tool = signed();
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

/// The findings of one file and the SARIF results.
fn reported(tool: &Tool, file: &str) -> (Vec<serde_json::Value>, Vec<serde_json::Value>) {
    let report = |format| {
        let args = ["lint", file, SELECT[0], SELECT[1], "--format", format];
        let run = tool.run(args).expect_code(1);
        serde_json::from_str::<serde_json::Value>(&run.stdout).expect("JSON")
    };
    let (json, sarif) = (report("json"), report("sarif"));
    let list = |list: &serde_json::Value| list.as_array().expect("a list").clone();
    (list(&json["findings"]), list(&sarif["runs"][0]["results"]))
}

#[test]
fn no_format_offers_edits_of_a_signed_or_binary_file() {
    let tool = signed();
    let value = plist::Value::from_reader(Cursor::new(PROFILE)).expect("a property list");
    let mut bytes = Vec::new();
    value
        .to_writer_binary(&mut bytes)
        .expect("a binary property list");
    tool.file("binary.mobileconfig", bytes);
    let (findings, results) = reported(&tool, "plain.mobileconfig");
    assert!(findings.iter().all(|finding| finding["fix"].is_object()));
    assert!(results.iter().all(|result| result["fixes"].is_array()));
    for file in ["signed.mobileconfig", "binary.mobileconfig"] {
        let (findings, results) = reported(&tool, file);
        assert_eq!((findings.len(), results.len()), (2, 2), "{file}");
        for (finding, result) in findings.iter().zip(&results) {
            assert!(finding.get("fix").is_none(), "{finding}");
            assert!(result.get("fixes").is_none(), "{result}");
            let help = finding["help"].as_str().expect("a help");
            assert!(help.contains("`kextpolicy show --raw`"), "{help}");
        }
    }
    let run = tool
        .run(["lint", "signed.mobileconfig", "--select", "user-scope"])
        .expect_code(1);
    insta::assert_snapshot!(run.stdout);
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
/// written default shows what held already, a signed twin that cannot be fixed is no twin any more, a corrected
/// `mcx_preference_settings` delivers settings that macOS may have removed, and a corrected filter is one more filter.
const REVEALED: &str = "unknown-payload-type,user-overrides-allowed,contradicting-user-overrides,duplicate-approval,\
                        duplicate-root-identifier,removed-setting,reused-uuid,second-content-filter,team-whole-and-listed";

/// Everything found, without the rules above.
fn lint(tool: &Tool) -> Vec<serde_json::Value> {
    let args = ["lint", ".", "--format", "json", "--exit-zero", "--ignore"];
    let run = tool.run(args.into_iter().chain([REVEALED])).expect_code(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    report["findings"].as_array().expect("findings").clone()
}

/// The findings of a run, counted by file and rule.
fn counted(findings: &[serde_json::Value]) -> BTreeMap<(String, String), usize> {
    let mut found = BTreeMap::new();
    for finding in findings {
        let key = (finding["file"].to_string(), finding["rule"].to_string());
        *found.entry(key).or_default() += 1;
    }
    found
}

/// The keys in a piece of XML.
fn keys_in(xml: &str) -> impl Iterator<Item = String> {
    xml.split("<key>")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("</key>")?.0.to_owned()))
}

/// The byte at a line and a column of a text; both count from 1.
fn offset(text: &str, line: &serde_json::Value, column: &serde_json::Value) -> usize {
    let number = |value: &serde_json::Value| {
        usize::try_from(value.as_u64().expect("a number")).expect("a small number")
    };
    let mut rest = text;
    for _ in 1..number(line) {
        let end = rest.find(['\n', '\r']).expect("a line");
        let width = if rest[end..].starts_with("\r\n") {
            2
        } else {
            1
        };
        rest = &rest[end + width..];
    }
    let start = text.len() - rest.len();
    let width = rest.chars().take(number(column) - 1).map(char::len_utf8);
    start + width.sum::<usize>()
}

/// One edit: from, to, and what comes there.
type Edit = (usize, usize, String);

/// The edits of a finding as ranges of the text.
fn edits(text: &str, finding: &serde_json::Value) -> Vec<Edit> {
    let edits = finding["fix"]["edits"].as_array().into_iter().flatten();
    let place = |edit: &serde_json::Value| {
        (
            offset(text, &edit["line"], &edit["column"]),
            offset(text, &edit["end_line"], &edit["end_column"]),
            edit["replacement"].as_str().expect("a text").to_owned(),
        )
    };
    edits.map(place).collect()
}

/// The keys that an edit touches: those written, those taken away, and the one whose value it changes.
fn touched(text: &str, (start, end, replacement): &Edit) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = keys_in(&text[*start..*end]).collect();
    keys.extend(keys_in(replacement));
    // What is only put between two entries changes neither.
    if start != end || !replacement.contains("<key>") {
        let at = text[..*start].rfind("<key>").unwrap_or(*start);
        let after = format!("{}{replacement}{}", &text[at..*start], &text[*end..]);
        // A key that is renamed counts under both names.
        keys.extend(keys_in(&text[at..]).next());
        keys.extend(keys_in(&after).next());
    }
    keys
}

/// Applies the edits of a report as any reader of it could, the first of those that overlap, until there are none.
/// Gives the keys that were touched by file.
fn apply_as_reported(tool: &Tool) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for _ in 0..10 {
        let findings = lint(tool);
        let mut changed = false;
        for own in findings.chunk_by(|one, other| one["file"] == other["file"]) {
            let name = own[0]["file"].as_str().expect("a name");
            let with_fix = own.iter().filter(|finding| finding["fix"].is_object());
            if with_fix.clone().next().is_none() {
                continue;
            }
            let mut text = tool.read(name);
            let mut fixes: Vec<_> = with_fix.map(|finding| edits(&text, finding)).collect();
            fixes.sort_by_key(|fix| fix.iter().map(|edit| (edit.0, edit.1)).min());
            let mut chosen: BTreeSet<Edit> = BTreeSet::new();
            for fix in fixes {
                let fits = |edit: &Edit| {
                    chosen.contains(edit)
                        || chosen.iter().all(|other| {
                            (other.0, other.1) != (edit.0, edit.1)
                                && (other.1 <= edit.0 || other.0 >= edit.1)
                        })
                };
                if fix.iter().all(fits) {
                    chosen.extend(fix);
                }
            }
            for edit in chosen.iter().rev() {
                keys.entry(name.to_owned())
                    .or_default()
                    .extend(touched(&text, edit));
            }
            for (start, end, replacement) in chosen.iter().rev() {
                text.replace_range(start..end, replacement);
            }
            changed = true;
            tool.file(name, text);
        }
        if !changed {
            return keys;
        }
    }
    panic!("the fixes never end")
}

/// Every leaf below a value with the keys that lead to it, without those below the keys left out.
fn leaves(value: &plist::Value, left_out: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((path, value)) = open.pop() {
        match value {
            plist::Value::Dictionary(entries) => {
                found.push(format!("{path} is a dictionary"));
                let kept = entries.iter().filter(|(key, _)| !left_out.contains(*key));
                open.extend(kept.map(|(key, value)| (format!("{path}.{key}"), value)));
            }
            plist::Value::Array(items) => {
                found.push(format!("{path} is an array"));
                open.extend(items.iter().map(|item| (path.clone(), item)));
            }
            leaf => found.push(format!("{path} = {leaf:?}")),
        }
    }
    found.sort();
    found
}

/// The profiles of the corpus, under numbers. Gives their texts.
fn corpus(tool: &Tool, shared: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![shared.join("corpus")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().contains(".mobileconfig") {
                let name = format!("{:05}.mobileconfig", found.len());
                let bytes = std::fs::read(&path).expect("a file");
                tool.file(&name, &bytes);
                found.insert(name, bytes);
            }
        }
    }
    found
}

#[test]
fn unsafe_fixes_alone_would_change_nothing_and_is_refused() {
    let run = Tool::new().run(["lint", "--unsafe-fixes"]).expect_code(2);
    assert!(
        run.stderr.contains("needs --fix or --diff"),
        "{}",
        run.shown()
    );
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn over_real_profiles_a_fix_adds_no_finding_and_changes_no_other_value() {
    let shared = shared();
    let tool = Tool::new();
    let files = corpus(&tool, &shared);
    let before = lint(&tool);
    let fix = ["lint", "--fix", "--unsafe-fixes", "--exit-zero", "-q"];
    let run = tool.run(fix.into_iter().chain(["--ignore", REVEALED, "."]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        !run.stderr.contains("a fault of kextpolicy"),
        "{}",
        run.stderr
    );
    let counts = counted(&before);
    for (place, count) in counted(&lint(&tool)) {
        let allowed = counts.get(&place).copied().unwrap_or_default();
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
    let by_hand = Tool::new();
    for (name, bytes) in &files {
        by_hand.file(name, bytes);
    }
    let touched = apply_as_reported(&by_hand);
    let mut compared = 0;
    for (name, old) in &files {
        let read = |tool: &Tool| std::fs::read(tool.path().join(name)).expect("a file");
        let new = read(&tool);
        if *old == new {
            continue;
        }
        assert!(
            read(&by_hand) == new,
            "{name}: the reported edits are others"
        );
        let touched = &touched[name];
        // The independent reader reads a little less than a Mac does.
        let (Ok(old), Ok(new)) = (
            plist::Value::from_reader(Cursor::new(old)),
            plist::Value::from_reader(Cursor::new(&new)),
        ) else {
            continue;
        };
        compared += 1;
        assert_eq!(
            leaves(&old, touched),
            leaves(&new, touched),
            "{name}: {touched:?}"
        );
    }
    assert!(
        compared > 200,
        "only {compared} files were fixed and compared"
    );
}
