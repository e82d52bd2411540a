//! Fixtures under every law: whole, cut at any byte, damaged, and crossed with each other. The same damage every time.
#![cfg(test)]

use std::path::Path;

use super::*;

/// Numbers that look random and are the same everywhere.
struct Numbers(u64);

impl Numbers {
    /// The next one below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end.max(1)
    }
}

/// What means something to one of the readers.
const TELLING: &[&str] = &[
    "<",
    ">",
    "/>",
    "&",
    "&#x0;",
    "&#xD800;",
    "\"",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "\0",
    "0",
    "\u{80}",
    "\u{feff}",
    "<dict>",
    "</dict>",
    "<array>",
    "</array>",
    "<key>",
    "</key>",
    "<string>",
    "</string>",
    "<integer>",
    "-1",
    "99999999999999999999",
    "<true/>",
    "<!-- kextpolicy: ignore[",
    "kextpolicy: ignore[user-scope] why -->",
    "]",
    "[",
    "\n",
    "\r\n",
    "\t",
    " ",
    ",",
    "\u{200b}",
    ": ",
    "- ",
    "\u{1b}[31m",
    "\u{202e}",
    "é",
    "::error::",
    "|",
    "{{",
    "%}",
    "= ",
    "'",
    "#",
    "*a",
    "&a ",
];

/// Damages bytes in one to four places.
fn damage(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(30)).min(bytes.len());
        match numbers.below(7) {
            0 => drop(bytes.splice(at..at, TELLING[numbers.below(TELLING.len())].bytes())),
            1 => drop(bytes.splice(at..end, TELLING[numbers.below(TELLING.len())].bytes())),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            4 => {
                let from = numbers.below(other.len());
                let to = (from + numbers.below(200)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            5 => bytes.truncate(at),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << numbers.below(8);
                }
            }
        }
    }
}

/// The fixtures below folders of `tests`, the small ones, in order.
fn fixtures(folders: &[&str], endings: &[&str]) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut todo: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut paths = Vec::new();
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let ending = path.extension().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                todo.push(path);
            } else if endings.contains(&ending.as_ref()) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    assert!(!paths.is_empty());
    let fixtures = paths.iter().map(|path| std::fs::read(path).unwrap());
    fixtures.filter(|bytes| bytes.len() < 10_000).collect()
}

/// A number from the environment. `KEXTPOLICY_SEED` asks for other damage than always, `KEXTPOLICY_TIMES` for so many rounds
/// of it.
fn asked(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// Tries fixtures whole, then so many damaged ones.
fn try_all(law: fn(&[u8]), fixtures: &[Vec<u8>], rounds: usize) {
    for bytes in fixtures.iter().take(rounds) {
        law(bytes);
    }
    let mut numbers = Numbers(asked("KEXTPOLICY_SEED", 1));
    let times = usize::try_from(asked("KEXTPOLICY_TIMES", 4)).expect("a small number");
    for _ in 0..rounds * times {
        let mut bytes = fixtures[numbers.below(fixtures.len())].clone();
        let other = &fixtures[numbers.below(fixtures.len())];
        damage(&mut bytes, other, &mut numbers);
        if let Err(broken) = std::panic::catch_unwind(|| law(&bytes)) {
            let name = format!("kextpolicy-law-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            std::fs::write(&path, &bytes).unwrap();
            eprintln!("broken by {}", path.display());
            std::panic::resume_unwind(broken);
        }
    }
}

/// Tries a file cut at every byte.
fn try_cuts(law: fn(&[u8]), bytes: &[u8]) {
    for end in 0..bytes.len() {
        law(&bytes[..end]);
    }
}

/// A profile in XML.
const PROFILE: &[u8] = include_bytes!("../../tests/signing/profile.mobileconfig");

/// The property lists of the fixtures, in XML and in binary.
fn property_lists() -> Vec<Vec<u8>> {
    let mut lists = fixtures(&["rules"], &["mobileconfig"]);
    for at in 0..lists.len() {
        lists.extend(as_binary(&lists[at]));
    }
    lists
}

/// A property list in XML as a binary one, if the `plist` crate reads it.
fn as_binary(xml: &[u8]) -> Option<Vec<u8>> {
    let value = ::plist::Value::from_reader_xml(xml).ok()?;
    let mut binary = Vec::new();
    value.to_writer_binary(&mut binary).unwrap();
    Some(binary)
}

/// Every form in which a Mac's tools answer.
fn mac_outputs() -> Vec<Vec<u8>> {
    let forms = include_str!("../../tests/diagnose/formats.txt").replace("\r\n", "\n");
    let bodies = forms.split("\n\n=== ").map(|form| {
        let (_, text) = form.split_once("\n---\n").unwrap();
        text.as_bytes().to_vec()
    });
    bodies.collect()
}

#[test]
fn every_law_has_a_fuzzer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(".fuzz");
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    for law in LAWS {
        let target = root.join(format!("targets/{}.rs", law.name));
        assert!(target.is_file(), "{}", law.name);
        assert!(manifest.contains(&format!("name = \"{}\"", law.name)));
    }
}

#[test]
fn property_lists_obey_their_law() {
    try_all(plist, &property_lists(), 1500);
}

#[test]
fn a_property_list_cut_anywhere_obeys_its_law() {
    try_cuts(plist, PROFILE);
    try_cuts(plist, &as_binary(PROFILE).unwrap());
}

#[test]
fn signed_messages_keys_and_certificates_obey_their_law() {
    let endings = ["cms", "p7m", "pem", "der", "crt", "p12"];
    try_all(cms, &fixtures(&["signing"], &endings), 300);
}

#[test]
fn a_signed_profile_cut_anywhere_is_linted() {
    for bytes in [
        &include_bytes!("../../tests/signing/rsa2048-split.cms")[..],
        include_bytes!("../../tests/signing/p256-ber.cms"),
    ] {
        try_cuts(one_report, bytes);
    }
    try_cuts(one_report, PROFILE);
}

/// Lints for one target.
fn one_report(bytes: &[u8]) {
    report(bytes, Some(Target::Jamf));
}

#[test]
fn policies_obey_their_law() {
    try_all(policy, &fixtures(&["policies"], &["yaml"]), 150);
}

/// Values that mean something to an MDM server, to XML, or to a rule about profiles.
const VALUES: &[&str] = &[
    "UBF8T346G9",
    "\"\\r\"",
    "\"a\\rb\"",
    "\"a\\nb\"",
    "\"\\u0085 \\u2028\"",
    "\"\\uFFFE\"",
    "\"]]>\"",
    "\"<!-- a -->\"",
    "\"&#13;\"",
    "\" a \"",
    "\"\"",
    "$COMPUTERNAME",
    "\"{{serialnumber}}\"",
    "\"%HardwareUUID%\"",
    "00000000-0000-0000-0000-000000000000",
    "PayloadUUID",
    "Your Organization",
    "\"\u{1F600}\"",
    "all",
    "[]",
    "[all]",
    "~",
    "com.apple",
    "com.apple.driver",
    "com.microsoft.wdavkext",
    "DriverExtension",
    "2001-01-01",
    "9999-12-31",
];

/// Tries texts in which values stand where others stood, so many for each.
fn try_changed_places(law: fn(&[u8]), texts: Vec<Vec<u8>>, times: usize) {
    let mut numbers = Numbers(asked("KEXTPOLICY_SEED", 1));
    let times = times * usize::try_from(asked("KEXTPOLICY_TIMES", 4)).expect("a small number");
    let long = format!("com.{}", "contoso.".repeat(200));
    for bytes in texts {
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        let words: Vec<&str> = text
            .split(|letter| !is_part(letter))
            .filter(|word| word.len() > 2)
            .collect();
        for _ in 0..times {
            let Some(word) = words.get(numbers.below(words.len())) else {
                break;
            };
            let other = match numbers.below(20) {
                0 => &long,
                1..10 => words[numbers.below(words.len())],
                _ => VALUES[numbers.below(VALUES.len())],
            };
            law(text.replacen(word, other, 1 + numbers.below(2)).as_bytes());
        }
    }
}

#[test]
fn policies_whose_values_change_places_obey_their_law() {
    try_changed_places(policy, fixtures(&["policies"], &["yaml"]), 25);
}

#[test]
fn profiles_whose_values_change_places_are_imported() {
    let profiles = fixtures(&["rules"], &["mobileconfig"]);
    try_changed_places(import, profiles, 2);
}

#[test]
fn configurations_and_baselines_obey_their_law() {
    try_all(config, &fixtures(&["laws/config"], &["toml", "json"]), 300);
}

#[test]
fn what_a_mac_prints_obeys_its_law() {
    try_all(diagnose, &mac_outputs(), 500);
}

#[test]
fn what_is_imported_obeys_its_law() {
    let mut all = property_lists();
    all.extend(mac_outputs());
    try_all(import, &all, 500);
}

/// Code requirements of every form, and what is pasted instead of them.
fn requirements() -> Vec<Vec<u8>> {
    let text = include_str!("../../tests/laws/requirements.txt");
    text.lines().map(|line| line.as_bytes().to_vec()).collect()
}

#[test]
fn code_requirements_obey_their_law() {
    try_all(requirement, &requirements(), 2000);
    for text in requirements() {
        try_cuts(requirement, &text);
    }
}

/// A small `KextPolicy` database.
#[cfg(feature = "sqlite")]
fn kext_policy() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("KextPolicy");
    let database = rusqlite::Connection::open(&path).unwrap();
    database
        .execute_batch(
            "PRAGMA page_size=512;
             CREATE TABLE kext_policy (team_id TEXT, bundle_id TEXT, allowed BOOLEAN, developer_name TEXT, flags INTEGER, PRIMARY KEY (team_id, bundle_id));
             CREATE TABLE kext_load_history_v3 (path TEXT PRIMARY KEY, team_id TEXT, bundle_id TEXT, boot_uuid TEXT, created_at TEXT, last_seen TEXT, flags INTEGER, cdhash TEXT);
             INSERT INTO kext_policy VALUES ('UBF8T346G9', 'com.microsoft.wdavkext', 1, 'Microsoft Corporation', 1);
             INSERT INTO kext_load_history_v3 VALUES ('/Library/Extensions/wdavkext.kext', 'UBF8T346G9', 'com.microsoft.wdavkext', 'A', 'B', 'C', 1, 'D');",
        )
        .unwrap();
    drop(database);
    std::fs::read(path).unwrap()
}

#[cfg(feature = "sqlite")]
#[test]
fn databases_obey_their_law() {
    let bytes = kext_policy();
    assert_eq!(
        kext_policy_db::read_bytes(&bytes).map(|rows| rows.len()),
        Some(2)
    );
    try_all(database, std::slice::from_ref(&bytes), 300);
}

#[cfg(feature = "sqlite")]
#[test]
fn a_database_with_a_changed_byte_obeys_the_law() {
    let mut bytes = kext_policy();
    // The header and the schema are on the first page.
    for at in 0..512 {
        for change in [0x80, 0x01] {
            bytes[at] ^= change;
            database(&bytes);
            bytes[at] ^= change;
        }
    }
}

#[test]
fn linted_files_obey_their_law() {
    try_all(lint, &property_lists(), 120);
}

/// What was found in a file: rules, words and key paths.
fn told(bytes: &[u8]) -> Vec<String> {
    let report = report(bytes, Some(Target::Jamf));
    let told = report.findings.iter().map(|finding| {
        let places = finding.places().map(|place| &*place.key_path);
        let paths: Vec<_> = places.collect();
        format!("{}: {} {paths:?}", finding.rule.name, finding.message)
    });
    let mut told: Vec<_> = told.collect();
    told.sort();
    told
}

#[test]
fn of_a_binary_profile_the_same_is_told_as_of_one_in_xml() {
    let mut compared = 0;
    for xml in fixtures(&["rules"], &["mobileconfig"]) {
        let is_plain = with_document("a", &xml, |document| document.problems.is_empty());
        let Some(binary) = as_binary(&xml) else {
            continue;
        };
        if is_plain && !xml.windows(11).any(|part| part == b"kextpolicy:") {
            assert_eq!(told(&binary), told(&xml));
            compared += 1;
        }
    }
    assert!(compared > 250, "{compared}");
}

#[test]
fn comments_that_silence_rules_obey_their_law() {
    let text = String::from_utf8(PROFILE.to_vec()).unwrap();
    let comment = "<!-- kextpolicy: ignore[user-scope, missing-scope] because -->";
    let commented: Vec<Vec<u8>> = text
        .match_indices('<')
        .step_by(3)
        .map(|(at, _)| format!("{}{comment}{}", &text[..at], &text[at..]).into_bytes())
        .collect();
    try_all(lint, &commented, 120);
}

/// Found by the fuzzer: a blank was taken away each round, until nothing was left or the rounds were over. A vertical tab is
/// a blank for Apple's parser, and was none for the fix.
#[test]
fn a_file_of_blanks_is_offered_no_fix() {
    for bytes in [
        "\t",
        "\r\n",
        "\u{FEFF}",
        "\u{FEFF} \n",
        "\t\u{b}\t",
        &"\t".repeat(23),
    ] {
        let report = report(bytes.as_bytes(), None);
        assert!(!report.findings.is_empty(), "{bytes:?}");
        let fixed = report.findings.iter().find(|found| found.fix.is_some());
        assert!(fixed.is_none(), "{bytes:?}: {fixed:?}");
        fix(bytes.as_bytes());
    }
}

#[test]
fn fixes_obey_their_law() {
    try_all(fix, &fixtures(&["rules"], &["mobileconfig"]), 250);
}

#[test]
fn fixes_of_values_that_ran_together_obey_their_law() {
    let mut tried = 0;
    for bytes in fixtures(&["rules"], &["mobileconfig"]) {
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        let end = "</string>";
        for (at, _) in text.match_indices(end) {
            let after = text[at + end.len()..].trim_start();
            let Some(other) = after.strip_prefix("<string>") else {
                continue;
            };
            for between in [" ", "\n", ", ", "\u{200b}"] {
                fix(format!("{}{between}{other}", &text[..at]).as_bytes());
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
}
