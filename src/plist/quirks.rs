//! Parity with Apple's parser: the verdict for every odd property list that was measured.
#![cfg(test)]

use std::path::PathBuf;

use super::{Kind, ProblemKind, ProblemLevel, decode};

/// Our verdict, in the words of the table.
fn verdict(bytes: &[u8]) -> &'static str {
    let decoded = decode(bytes);
    let parsed = decoded.parse();
    let told: Vec<_> = parsed
        .problems
        .iter()
        .filter(|problem| problem.kind != ProblemKind::DuplicateKey)
        .collect();
    let root = parsed.tree.root().map(super::Value::kind);
    if told
        .iter()
        .any(|problem| problem.level == ProblemLevel::Refused)
        || root.is_some_and(|kind| kind != Kind::Dictionary)
    {
        "ERROR"
    } else if told.is_empty() {
        "ok"
    } else {
        "WARN"
    }
}

/// The folder of shared evidence. A test that asks for it is ignored unless somebody asks for such tests, and fails without
/// the folder: nothing may pass because nothing was looked at.
pub(super) fn shared() -> PathBuf {
    std::env::var_os("KEXTPOLICY_SHARED")
        .map(PathBuf::from)
        .filter(|path| path.is_dir())
        .expect("KEXTPOLICY_SHARED names a folder")
}

/// What is measured of entries of a dictionary: the verdict of the table, and entries that it is about. A reduced set of our
/// own; the whole table is tried where it is at hand.
const ENTRIES: &[(&str, &[&str])] = &[
    (
        "ok",
        &[
            "<key>K</key><true/><key>K</key><true/>",
            "<key></key><true/>",
            "<key> </key><true/>",
            "<key> K </key><true/>",
            "<key>K</key><integer>007</integer>",
            "<!-- a comment --><key>K</key><true/>",
            "<!----><key>K</key><true/>",
            "<!-- <key>K</key> --><key>K</key><true/>",
            "<key>&#75;</key><string>&#65;&amp;</string>",
            "<key>K</key><true></true>",
            "<key>K</key><string>true</string>",
            "<key>K</key><string/>",
            "<key>K</key><dict/>",
            "<key>K</key><data></data>",
            "<key>K</key><data>AA==</data>",
            "<key>K</key><string>a</string ><key>L</key><true />",
            "<key>K</key><real>nan</real><key>L</key><real>inf</real>",
            "<key>K</key><real>1e3</real><key>L</key><real>.5</real><key>M</key><real>5.</real>",
            "<key>K</key><integer>9223372036854775808</integer>",
            "<key>K</key><string>two\nlines</string>",
            "<key>K</key><string>\u{7f}</string>",
            "<key>K</key><date>2030-01-01T00:00:00Z</date>",
        ],
    ),
    (
        "WARN",
        &[
            "<key>K</key><array><key>L</key></array>",
            "<key>K</key><integer> 1</integer>",
            "<key>K</key><integer>+1</integer>",
            "<key>K</key><integer>0x1f</integer>",
            "<key>K</key><integer>-0x1</integer>",
            "<key>K</key><string><![CDATA[a]]></string>",
            "<key><![CDATA[K]]></key><true/>",
            "<key>K</key><string>a]]>b</string>",
            "<?target data?><key>K</key><true/>",
            "<key>K</key><data>&#65;A==</data>",
            "<key>K</key><true kind=\"plain\"/>",
            "<key>K</key><dict kind=\"plain\"/>",
            "<key>K</key><date>2030-13-01T00:00:00Z</date>",
            "<key>K</key><date>2030-02-30T00:00:00Z</date>",
            "<key>K</key><date>2030-01-01T24:00:00Z</date>",
            "<key>K</key><date>2030-01-01T00:00:60Z</date>",
            "<key>K</key><real> 1.5</real>",
            "<key>K</key><string>\u{1}</string>",
            "<key>K</key><string>\u{1b}</string>",
            "<key>K\u{0}</key><true/>",
            "<key>K</key><string>&#0;a</string>",
            "<key>K</key><string>&#xFFFE;</string>",
            "<key>K</key><string>a\r\nb</string>",
        ],
    ),
    (
        "ERROR",
        &[
            "<key>K</key><key>L</key><true/>",
            "<true/>",
            "<key>K</key>",
            "stray",
            "<key>K</key><array>\u{a0}<true/></array>",
            "<key>K</key><integer>1 </integer>",
            "<key>K</key><integer>\n1\n</integer>",
            "<key>K</key><integer>1 2</integer>",
            "<key>K</key><integer></integer>",
            "<key>K</key><integer> </integer>",
            "<key>K</key><integer>1.5</integer>",
            "<key>K</key><integer>\u{661}</integer>",
            "<key>K</key><integer>one</integer>",
            "<key>K</key><integer/>",
            "<key>K</key><integer>0x</integer>",
            "<key>K</key><integer>0b1</integer>",
            "<key>K</key><integer>18446744073709551616</integer>",
            "<key>K</key><integer><![CDATA[1]]></integer>",
            "<key>K</key><data><![CDATA[AA==]]></data>",
            "<key>K</key><array><![CDATA[]]></array>",
            "<key>K</key><string><![CDATA[a</string>",
            "<key>K</key><string>a<!-- c --></string>",
            "<key>K<!-- c --></key><true/>",
            "<key>K</key><integer>1<!-- c --></integer>",
            "<key>K</key><data>AA==<!-- c --></data>",
            "<!-- never closed <key>K</key><true/>",
            "<!--><key>K</key><true/>",
            "<key>K</key><string>a<?target data?></string>",
            "<key>K</key><string>&#X41;</string>",
            "<key>K</key><string>&amp a</string>",
            "<key>K</key><string>a & b</string>",
            "<key>K</key><string>&#1114112;</string>",
            "<key>K</key><string>&nbsp;</string>",
            "<key>K</key><integer>&#49;</integer>",
            "<key>K</key><string>&#xDC00;</string>",
            "<key>K</key><true> </true>",
            "<key>K</key><true>yes</true>",
            "<key>K</key><true><string>a</string></true>",
            "<key>K</key><TRUE/>",
            "<key>K</key><yes/>",
            "<key>K</key><Dict/>",
            "<key>K</key><int>1</int>",
            "<key>K</key><string>a</integer>",
            "<key>K</key>< true/>",
            "<key>K</key><date>2030-01-01T00:00:00.5Z</date>",
            "<key>K</key><date>2030-01-01T00:00:00</date>",
            "<key>K</key><date>2030-01-01T00:00:00+01:00</date>",
            "<key>K</key><date>2030-01-01 00:00:00Z</date>",
            "<key>K</key><date> 2030-01-01T00:00:00Z</date>",
            "<key>K</key><date></date>",
            "<key>K</key><real>1,5</real>",
            "<key>K</key><real>1.5 </real>",
            "<key>K</key><real>0x1f</real>",
            "<key>K</key><real></real>",
            "<key>K</key><data/>",
            "\u{1b}<key>K</key><true/>",
        ],
    ),
];

/// The same of whole files. `@` stands for a dictionary as it should be.
const FILES: &[(&str, &[&str])] = &[
    (
        "ok",
        &[
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<plist version=\"1.0\">@</plist>",
            "<?xml version=\"1.0\"?><!-- c --><plist version=\"2.0\">@</plist>\n<?target data?>",
            "<?xml version=\"1.0\"?><plist>@</plist>",
            "<?xml version=\"1.0\"?><!DOCTYPE html><plist version=\"1\">@</plist>",
        ],
    ),
    (
        "WARN",
        &[
            " <?xml version=\"1.0\"?><plist version=\"1.0\">@</plist>",
            "<!-- c --><?xml version=\"1.0\"?><plist version=\"1.0\">@</plist>",
            "<?xml version=\"1.1\"?><plist version=\"1.0\">@</plist>",
            "<?xml version=\"1.0\" encoding=\"UTF8\"?><plist version=\"1.0\">@</plist>",
            "<plist version=\"1.0\">@</plist>",
            "<?xml version=\"1.0\"?>@",
            "<?xml version=\"1.0\"?><plist version=\"1.0\">@</plist>trailing",
            "<?xml version=\"1.0\"?><plist version=\"1.0\">@</plist>\u{0}",
            "<?xml version=\"1.0\"?><plist version=\"1.0\">@</plist><plist version=\"1.0\">@</plist>",
            " \n",
        ],
    ),
    (
        "ERROR",
        &[
            "",
            "\u{feff}\u{feff}<?xml version=\"1.0\"?><plist version=\"1.0\">@</plist>",
            "<?xml version=\"1.0\"?><!doctype plist><plist version=\"1.0\">@</plist>",
            "<?xml version=\"1.0\"?><!DOCTYPE plist [<!ENTITY a \"b\">]><plist version=\"1.0\">@</plist>",
            "<?xml version=\"1.0\"?><p:plist xmlns:p=\"urn:p\" version=\"1.0\">@</p:plist>",
            "<?xml version=\"1.0\"?><plist version=\"1.0\"/>",
            "<?xml version=\"1.0\"?><plist version=\"1.0\"></plist>",
            "<?xml version=\"1.0\"?><plist version=\"1.0\">@",
            "<?xml version=\"1.0\"?><plist version=\"1.0\">@@</plist>",
            "<?xml version=\"1.0\"?><plist version=\"1.0\">@<true/></plist>",
            "<?xml version=\"1.0\"?><plist version=\"1.0\"><array>@</array></plist>",
            "<?xml version=\"1.0\"?><plist version=\"1.0\"><string>a</string></plist>",
            "<?xml version=\"1.0\"?><PLIST version=\"1.0\">@</PLIST>",
            "<html><body>Not found</body></html>",
            "{\"PayloadContent\": []}",
            "PayloadContent: []",
            "no property list",
        ],
    ),
];

#[test]
fn odd_property_lists_of_our_own_have_the_measured_verdict() {
    let dictionary = "<dict>\n<key>PayloadContent</key>\n<array/>\n</dict>\n";
    let mut wrong = Vec::new();
    let mut judge = |level: &str, shown: &str, text: &str| {
        let ours = verdict(text.as_bytes());
        if ours != level {
            wrong.push(format!("{shown:?}: {level} measured, {ours} here"));
        }
    };
    for (level, all) in ENTRIES {
        for entries in *all {
            let text = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
                 \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n<dict>\n\
                 <key>PayloadContent</key>\n<array/>\n{entries}\n</dict>\n</plist>\n"
            );
            judge(level, entries, &text);
        }
    }
    for (level, all) in FILES {
        for file in *all {
            judge(level, file, &file.replace('@', dictionary));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rows where our verdict differs from the table's, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn every_measured_quirk_has_the_measured_verdict() {
    let shared = shared();
    let table = std::fs::read_to_string(shared.join("facts/plist-parsers.tsv")).expect("the table");
    let mut wrong = Vec::new();
    let mut rows = 0;
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (name, level) = (cells[1], cells[2]);
        let file = cells[cells.len() - 1];
        if file.ends_with("(too large to ship)") {
            continue;
        }
        let bytes = std::fs::read(shared.join("facts/plist-quirks").join(file)).expect(file);
        rows += 1;
        let ours = verdict(&bytes);
        let excepted = EXCEPTIONS.iter().any(|(exception, _)| *exception == name);
        if (ours != level) != excepted {
            let decoded = decode(&bytes);
            let told: Vec<String> = decoded
                .parse()
                .problems
                .iter()
                .map(|problem| format!("    {:?} {}", problem.level, problem.message))
                .collect();
            wrong.push(format!(
                "{name}: {level} measured, {ours} here\n{}",
                told.join("\n")
            ));
        }
    }
    assert!(rows > 200, "only {rows} rows");
    assert!(
        wrong.is_empty(),
        "{} of {rows}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Rows where a value of ours differs from a Mac's, each with its reason.
const OTHER_VALUES: &[(&str, &str)] = &[];

/// A value in the words of the table.
fn in_words(value: super::Value<'_>) -> String {
    match value.kind() {
        Kind::String => format!("string {}", escaped(&value.as_str().unwrap())),
        Kind::Boolean => format!("bool {}", value.as_bool().unwrap()),
        Kind::Date => format!("date {}", value.as_date().unwrap()),
        Kind::Data => value
            .as_data()
            .unwrap()
            .iter()
            .fold("data ".to_owned(), |text, byte| format!("{text}{byte:02x}")),
        other => other.name().to_owned(),
    }
}

/// A text in the words of the table.
fn escaped(text: &str) -> String {
    let letter = |letter: char| match letter {
        '"' => "\\\"".to_owned(),
        ' '..='~' => letter.to_string(),
        other => format!("\\u{{{:x}}}", u32::from(other)),
    };
    format!("\"{}\"", text.chars().map(letter).collect::<String>())
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn where_parsers_read_different_values_ours_is_that_of_a_mac() {
    let shared = shared();
    let table = std::fs::read_to_string(shared.join("facts/plist-parsers.tsv")).expect("the table");
    let (mut rows, mut wrong) = (0, Vec::new());
    for row in table.lines().filter(|row| row.contains("value differs: ")) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (name, file) = (cells[1], cells[cells.len() - 1]);
        let note = cells[cells.len() - 2];
        // `theirs ref | others: 'what others read' for 'what they read'`.
        let (_, mac) = note.rsplit_once("' for '").expect("two values");
        let mac = mac.trim_end_matches('\'').replace("\\\\", "\\");
        let bytes = std::fs::read(shared.join("facts/plist-quirks").join(file)).expect(file);
        let decoded = decode(&bytes);
        let parsed = decoded.parse();
        let mut todo: Vec<_> = parsed.tree.root().into_iter().collect();
        let mut ours = Vec::new();
        while let Some(value) = todo.pop() {
            todo.extend(value.as_array().into_iter().flatten());
            for entry in value
                .as_dictionary()
                .into_iter()
                .flat_map(super::Dictionary::entries)
            {
                ours.push(format!(
                    "{} = {}",
                    escaped(&entry.key()),
                    in_words(entry.value)
                ));
                todo.push(entry.value);
            }
        }
        rows += 1;
        let excepted = OTHER_VALUES.iter().any(|(exception, _)| *exception == name);
        if ours.contains(&mac) == excepted {
            let key = mac.split(" = ").next().unwrap_or_default();
            ours.retain(|line| line.starts_with(key));
            wrong.push(format!("{name}: a Mac reads {mac}, here {ours:?}"));
        }
    }
    assert!(rows >= 16, "only {rows} rows");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every file below a folder.
pub(super) fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn real_profiles_have_the_values_that_the_plist_crate_reads() {
    let shared = shared();
    let mut compared = 0;
    for path in files(shared.join("corpus")) {
        let bytes = std::fs::read(&path).expect("a file");
        let decoded = decode(&bytes);
        let parsed = decoded.parse();
        let sound = parsed.problems.iter().all(|problem| {
            problem.level == ProblemLevel::NotPortable
                && !matches!(problem.kind, ProblemKind::Cdata | ProblemKind::Scalar)
        });
        let Some(root) = parsed.tree.root().filter(|_| sound) else {
            continue;
        };
        let Ok(other) = plist::Value::from_reader_xml(bytes.as_slice()) else {
            continue;
        };
        assert_eq!(super::tests::converted(root), other, "{}", path.display());
        compared += 1;
    }
    assert!(compared > 1000, "only {compared} files compared");
}
