//! The law of safe fixes: every value afterwards is one that a reader of the old value would have meant. Held over
//! values with blanks, separators and invisible characters around them, inside of them and between two of them.

use std::collections::BTreeMap;

use crate::tool::{Tool, repository};

/// What is put around, inside and between. Some are seen, some are not.
const PIECES: [&str; 22] = [
    " ", "  ", "\t", "\n", "\u{a0}", "\u{3000}", "\u{200b}", "\u{200d}", "\u{2060}", "\u{feff}",
    "\u{ad}", "\u{2013}", "\u{2212}", ",", ", ", ";", "/", "=", "|", "\"", ".", "-",
];

/// Mutated values, each with what a reader may take it for. Nothing is in two of them, so that no entry is a double.
struct Values {
    /// The value and its only reading; none if it has to stay as it is.
    read_as: BTreeMap<String, Option<String>>,
}

impl Values {
    /// `name(n)` is the n-th right value.
    fn new(name: &dyn Fn(usize) -> String) -> Self {
        let mut read_as = BTreeMap::new();
        let mut number = 0;
        let mut next = || {
            number += 1;
            name(number)
        };
        for piece in PIECES {
            let one = next();
            read_as.insert(format!("{piece}{one}"), Some(one));
            let one = next();
            read_as.insert(format!("{one}{piece}"), Some(one));
            let one = next();
            read_as.insert(format!("{piece}{one}{piece}"), Some(one));
            let (one, other) = (next(), next());
            read_as.insert(format!("{one}{piece}{other}"), None);
            let (one, other) = (next(), next());
            read_as.insert(format!("{one}{piece}{other}{piece}"), None);
            // With a dash look-alike inside the plain hyphen is meant, and an invisible character is none.
            for at in (1..10).step_by(3) {
                let one = next();
                let (before, after) = one.split_at(at);
                let reading = match piece {
                    "\u{200b}" | "\u{200d}" | "\u{2060}" | "\u{feff}" => one.clone(),
                    _ => format!("{before}-{after}"),
                };
                read_as.insert(format!("{before}{piece}{after}"), Some(reading));
            }
        }
        Self { read_as }
    }

    fn listed(&self) -> String {
        let entries = self.read_as.keys().map(|value| {
            let value = value.replace('"', "&quot;");
            format!("<string>{value}</string>\n")
        });
        entries.collect()
    }

    /// Each value is unchanged or its reading.
    fn hold(&self, after: &[String], what: &str) -> usize {
        assert_eq!(
            after.len(),
            self.read_as.len(),
            "{what}: entries came or went"
        );
        let mut fixed = 0;
        for ((before, reading), after) in self.read_as.iter().zip(after) {
            if before == after {
                continue;
            }
            fixed += 1;
            assert_eq!(Some(after), reading.as_ref(), "{what}: {before:?}");
        }
        fixed
    }
}

fn payload(kind: &str, number: u32, keys: &str) -> String {
    format!(
        "<dict><key>PayloadType</key><string>{kind}</string><key>PayloadIdentifier</key><string>com.contoso.{number}</string>\
         <key>PayloadUUID</key><string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA{number}</string><key>PayloadVersion</key><integer>1</integer>\
         <key>AllowUserOverrides</key><false/>{keys}</dict>\n"
    )
}

fn profile(payloads: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict><key>PayloadContent</key><array>{payloads}</array>\
         <key>PayloadDisplayName</key><string>Contoso</string><key>PayloadIdentifier</key><string>com.contoso</string>\
         <key>PayloadScope</key><string>System</string><key>PayloadType</key><string>Configuration</string>\
         <key>PayloadUUID</key><string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7F01</string><key>PayloadVersion</key><integer>1</integer></dict>\n</plist>\n"
    )
}

fn texts(value: &plist::Value) -> Vec<String> {
    let entries = value.as_array().expect("a list").iter();
    entries
        .map(|entry| entry.as_string().expect("text").to_owned())
        .collect()
}

fn fixed(tool: &Tool, profile: &str, options: &[&str]) -> Vec<plist::Dictionary> {
    tool.file("a.mobileconfig", profile);
    let args = ["lint", "--fix", "-q", "--format", "json"];
    let run = tool.run(args.iter().chain(options).chain(&["a.mobileconfig"]));
    assert!(
        !run.stderr.contains("fault of kextpolicy"),
        "{}",
        run.stderr
    );
    let root = plist::Value::from_reader(std::io::Cursor::new(tool.read("a.mobileconfig")))
        .expect("a property list");
    let payloads = root.as_dictionary().expect("a profile")["PayloadContent"].as_array();
    let payloads = payloads.expect("payloads").iter();
    payloads
        .map(|payload| payload.as_dictionary().expect("a payload").clone())
        .collect()
}

const KERNEL: &str = "com.apple.syspolicy.kernel-extension-policy";
const SYSTEM: &str = "com.apple.system-extension-policy";

#[test]
fn no_safe_fix_makes_another_bundle_id_than_was_read() {
    let values = [
        Values::new(&|number| format!("com.contoso.driver{number}")),
        Values::new(&|number| format!("com.contoso.agent{number}")),
        Values::new(&|number| format!("com.contoso.other{number}")),
    ];
    let list = |key: &str, values: &Values| {
        format!(
            "<key>{key}</key><dict><key>K7Q2XD94WL</key><array>{}</array></dict>",
            values.listed()
        )
    };
    let kernel = payload(KERNEL, 1, &list("AllowedKernelExtensions", &values[0]));
    let system = list("AllowedSystemExtensions", &values[1])
        + &list("RemovableSystemExtensions", &values[2]);
    let system = payload(SYSTEM, 2, &system);
    let payloads = fixed(&Tool::new(), &profile(&(kernel + &system)), &[]);
    let mut fixes = 0;
    for ((payload, key), values) in [
        (0, "AllowedKernelExtensions"),
        (1, "AllowedSystemExtensions"),
        (1, "RemovableSystemExtensions"),
    ]
    .into_iter()
    .zip(&values)
    {
        let list = &payloads[payload][key].as_dictionary().expect("teams")["K7Q2XD94WL"];
        fixes += values.hold(&texts(list), key);
    }
    assert!(fixes > 100, "{fixes}");
}

#[test]
fn no_safe_fix_makes_another_team_id_than_was_read() {
    let upper = Values::new(&|number| format!("K7Q2XD{number:04}"));
    let lower = Values::new(&|number| format!("a{number:04}xd9wl"));
    let names = Values::new(&|number| {
        let letters = "abcdefghijklmnopqrstuvwxyz".as_bytes();
        let letter = |n: usize| char::from(letters[n % 26]);
        format!(
            "contoso{}{}{}",
            letter(number / 26),
            letter(number),
            letter(number / 676)
        )
    });
    for (values, in_upper) in [(&upper, false), (&lower, true), (&names, true)] {
        let mut expected = Values {
            read_as: values.read_as.clone(),
        };
        for reading in expected.read_as.values_mut().flatten() {
            if in_upper {
                *reading = reading.to_ascii_uppercase();
            }
        }
        let list = format!(
            "<key>AllowedTeamIdentifiers</key><array>{}</array>",
            values.listed()
        );
        let payloads = fixed(&Tool::new(), &profile(&payload(KERNEL, 1, &list)), &[]);
        let fixes = expected.hold(&texts(&payloads[0]["AllowedTeamIdentifiers"]), "teams");
        let is_name = std::ptr::eq(values, &raw const names);
        assert_eq!(fixes > 20, !is_name, "{fixes}");
    }
}

#[test]
fn no_safe_fix_makes_one_type_of_two() {
    for (written, read) in [
        ("NetworkExtension, DriverExtension", None),
        ("NetworkExtension DriverExtension", None),
        ("NetworkExtension\u{200b}DriverExtension", None),
        ("DriverExtension or none", None),
        ("NetworkExtension,", None),
        ("Network Extension", Some("NetworkExtension")),
        ("networkExtension ", Some("NetworkExtension")),
        ("Endpoint-Security", Some("EndpointSecurityExtension")),
    ] {
        let keys = format!(
            "<key>AllowedSystemExtensions</key><dict><key>K7Q2XD94WL</key><array><string>com.contoso.a</string></array></dict>\
             <key>AllowedSystemExtensionTypes</key><dict><key>K7Q2XD94WL</key><array><string>{written}</string></array></dict>"
        );
        let payloads = fixed(&Tool::new(), &profile(&payload(SYSTEM, 1, &keys)), &[]);
        let teams = payloads[0]["AllowedSystemExtensionTypes"].as_dictionary();
        let types = texts(&teams.expect("teams")["K7Q2XD94WL"]);
        assert_eq!(types, [read.unwrap_or(written)]);
    }
}

#[test]
fn identifiers_uuids_and_scopes_are_never_joined() {
    for piece in PIECES {
        let piece = piece.replace('"', "&quot;");
        let text = profile(&payload(KERNEL, 1, ""))
            .replace(">System<", &format!(">System{piece}User<"))
            .replace(
                ">com.contoso.1<",
                &format!(">com.contoso.1{piece}com.contoso.2<"),
            )
            .replace(
                "9B0E2C6A7F01<",
                &format!("9B0E2C6A7F01{piece}2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7F02<"),
            );
        let tool = Tool::new();
        fixed(&tool, &text, &[]);
        let after = tool.read("a.mobileconfig");
        for joined in [
            format!(">System{piece}User<"),
            format!(">com.contoso.1{piece}com.contoso.2<"),
            format!("9B0E2C6A7F01{piece}2D6C1D0E"),
        ] {
            assert!(after.contains(&joined), "{joined:?}");
        }
    }
}

#[test]
fn a_misspelt_key_that_a_fix_would_add_is_renamed_and_not_doubled() {
    for kind in [KERNEL, SYSTEM] {
        for misspelt in [
            "AllowUserOverride",
            "allowUserOverrides",
            "AllowUserOverides",
        ] {
            let text =
                profile(&payload(kind, 1, "").repeat(3)).replace("AllowUserOverrides", misspelt);
            let payloads = fixed(&Tool::new(), &text, &["--unsafe-fixes"]);
            for payload in payloads {
                let said = payload
                    .get("AllowUserOverrides")
                    .and_then(plist::Value::as_boolean);
                assert_eq!(said, Some(false), "{kind} {misspelt}");
                assert!(!payload.contains_key(misspelt));
            }
        }
    }
}

#[test]
fn every_fixture_can_be_fixed_unsafely_without_a_fault() {
    let tool = Tool::new();
    for rule in std::fs::read_dir(repository().join("tests/rules")).expect("a folder") {
        let rule = rule.expect("an entry").path();
        let bad = rule.join("bad.mobileconfig");
        if let Ok(text) = std::fs::read(&bad) {
            let name = rule
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            tool.file(&format!("{name}.mobileconfig"), text);
        }
    }
    let run = tool.run(["lint", "--fix", "--unsafe-fixes", "."]);
    assert!(
        !run.stderr.contains("fault of kextpolicy"),
        "{}",
        run.stderr
    );
}
