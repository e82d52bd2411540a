//! Privacy permissions, content filters and background items: what vendors publish is what the ready policies render,
//! and what profiles have is what `import` and `render` make of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use plist::{Dictionary, Value};

use crate::tool::{Tool, repository, shared};

/// What a code requirement asks for, as words; their order, quotes and comments do not matter here.
fn words(requirement: &str) -> Vec<String> {
    let mut bare = String::new();
    let mut rest = requirement;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    let bare = bare.replace(['"', '(', ')'], " ").replace('=', " = ");
    let bare = bare.replace('[', " [").replace(" exists", "");
    let mut words: Vec<String> = bare.split_whitespace().map(str::to_owned).collect();
    words.sort();
    words.dedup();
    words
}

fn text<'a>(dictionary: &'a Dictionary, key: &str) -> &'a str {
    dictionary
        .get(key)
        .and_then(Value::as_string)
        .unwrap_or_default()
}

/// A Boolean, as vendors write it.
fn on(dictionary: &Dictionary, key: &str) -> Option<bool> {
    match dictionary.get(key)? {
        Value::Boolean(on) => Some(*on),
        Value::Integer(number) => Some(number.as_signed() == Some(1)),
        _ => None,
    }
}

/// The dictionaries of an array.
fn dictionaries(value: Option<&Value>) -> impl Iterator<Item = &Dictionary> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_dictionary)
}

/// What the payloads of a profile allow, each fact as one line; what is the default or off says nothing.
fn facts(profile: &Dictionary, found: &mut BTreeSet<String>) {
    for payload in dictionaries(profile.get("PayloadContent")) {
        match text(payload, "PayloadType") {
            "com.apple.system-extension-policy" => {
                for (key, teams) in payload {
                    for (team, items) in teams.as_dictionary().into_iter().flatten() {
                        for item in items.as_array().into_iter().flatten() {
                            found.insert(format!("{key} {team} {item:?}"));
                        }
                    }
                }
                found.insert(format!("overrides {:?}", on(payload, "AllowUserOverrides")));
            }
            "com.apple.TCC.configuration-profile-policy" => privacy(payload, found),
            "com.apple.webcontent-filter" if text(payload, "FilterType") == "Plugin" => {
                filter(payload, found);
            }
            "com.apple.servicemanagement" => {
                for rule in dictionaries(payload.get("Rules")) {
                    let [kind, value, team] =
                        ["RuleType", "RuleValue", "TeamIdentifier"].map(|key| text(rule, key));
                    found.insert(format!("rule {kind} {value} {team}"));
                }
            }
            _ => {}
        }
    }
}

fn privacy(payload: &Dictionary, found: &mut BTreeSet<String>) {
    let services = payload.get("Services").and_then(Value::as_dictionary);
    for (service, entries) in services.into_iter().flatten() {
        for entry in dictionaries(Some(entries)) {
            let allowed = on(entry, "Allowed");
            let authorization = text(entry, "Authorization");
            let granted = allowed == Some(true) || authorization == "Allow";
            if !granted || (allowed.is_some() && !authorization.is_empty()) {
                continue;
            }
            let program = |prefix: &str| {
                let [name, kind, requirement] = ["Identifier", "IdentifierType", "CodeRequirement"]
                    .map(|key| text(entry, &format!("{prefix}{key}")));
                format!("{kind} {name} {:?}", words(requirement))
            };
            let is_static = on(entry, "StaticCode") == Some(true);
            let mut fact = format!("grant {service} {} {is_static}", program(""));
            if service == "AppleEvents" {
                fact.push_str(&program("AEReceiver"));
            }
            found.insert(fact);
        }
    }
}

fn filter(payload: &Dictionary, found: &mut BTreeSet<String>) {
    let mut fact = format!("filter {}", text(payload, "PluginBundleID"));
    for (what, whose) in [("FilterSockets", "Data"), ("FilterPackets", "Packet")] {
        if on(payload, what) == Some(true) {
            let [bundle, requirement] = ["BundleIdentifier", "DesignatedRequirement"]
                .map(|key| text(payload, &format!("Filter{whose}Provider{key}")));
            let _ = write!(fact, " {what} {bundle} {:?}", words(requirement));
        }
    }
    let grade = match text(payload, "FilterGrade") {
        "" => "firewall",
        grade => grade,
    };
    let _ = write!(fact, " {grade} {}", text(payload, "UserDefinedName"));
    found.insert(fact);
}

/// What all profiles of a folder allow.
fn facts_of(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "mobileconfig")
        {
            let value = Value::from_file(&path).expect("a property list");
            facts(value.as_dictionary().expect("a dictionary"), &mut found);
        }
    }
    found
}

#[test]
fn ready_policies_render_to_what_the_vendors_publish() {
    for product in [
        "microsoft-defender",
        "crowdstrike-falcon",
        "sentinelone",
        "jamf-protect",
        "palo-alto-cortex-xdr",
    ] {
        let published = facts_of(&repository().join("tests/vendors").join(product));
        assert!(published.len() > 5, "{product}");
        for target in ["jamf", "intune", "generic"] {
            let tool = Tool::new();
            tool.run(["init", product, "policy.yaml"]).expect_code(0);
            let args = [
                "render",
                "policy.yaml",
                "--target",
                target,
                "--out-dir",
                "out",
            ];
            tool.run(args).expect_code(0);
            let rendered = facts_of(&tool.path().join("out"));
            assert_eq!(rendered, published, "{product} for {target}");
        }
    }
}

/// Every profile below a folder that has one of the three payloads and that the `plist` crate reads.
fn real_profiles(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            real_profiles(&path, found);
            continue;
        }
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        let names = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
        if [
            &b"com.apple.TCC.configuration-profile-policy"[..],
            b"com.apple.webcontent-filter",
            b"com.apple.servicemanagement",
        ]
        .into_iter()
        .any(names)
        {
            found.push(path);
        }
    }
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn real_privacy_filter_and_background_profiles_survive_import_and_render() {
    let folder = shared().join("corpus");
    let mut paths = Vec::new();
    real_profiles(&folder, &mut paths);
    assert!(paths.len() > 150, "{}", paths.len());
    let (mut wrong, mut carried, mut remarked, mut unread) = (String::new(), 0, 0, 0);
    for path in paths {
        let mut original = BTreeSet::new();
        let tool = Tool::new();
        // What is inside a signed one.
        let raw = tool.run(["show".as_ref(), "--raw".as_ref(), path.as_os_str()]);
        let value = Value::from_reader_xml(raw.stdout.as_bytes());
        let Some(profile) = value.ok().and_then(Value::into_dictionary) else {
            // Nothing to compare with: the `plist` crate refuses more than a Mac does.
            unread += 1;
            continue;
        };
        facts(&profile, &mut original);
        let import = tool.run([
            "import".as_ref(),
            path.as_os_str(),
            "-o".as_ref(),
            "policy.yaml".as_ref(),
        ]);
        let mut rendered = BTreeSet::new();
        let mut is_refused = false;
        if import.code != 2 {
            let args = [
                "render",
                "policy.yaml",
                "--target",
                "generic",
                "--out-dir",
                "out",
            ];
            let run = tool.run(args);
            if run.code == 0 {
                rendered = facts_of(&tool.path().join("out"));
            } else if run.stderr.contains("would have an error") {
                // The original has the fault too, such as a Team ID of nine characters, and the refusal names it.
                is_refused = true;
            } else {
                let _ = writeln!(wrong, "{}: {}", path.display(), run.shown());
            }
        }
        original.retain(|fact| !fact.starts_with("overrides") && !fact.contains("SystemExtension"));
        rendered.retain(|fact| !fact.starts_with("overrides") && !fact.contains("SystemExtension"));
        for more in rendered.difference(&original) {
            let _ = writeln!(wrong, "{}: more than before: {more}", path.display());
        }
        let lost: Vec<_> = original.difference(&rendered).collect();
        let is_told = is_refused
            || import.stderr.contains("not carried over")
            || import.stderr.contains("error");
        if !lost.is_empty() && !is_told {
            let _ = writeln!(wrong, "{}: lost: {lost:?}", path.display());
        }
        carried += rendered.len();
        remarked += usize::from(!lost.is_empty());
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(
        carried > 400 && remarked < 40 && unread < 20,
        "{carried} facts, {remarked} profiles with remarks, {unread} not read"
    );
}
