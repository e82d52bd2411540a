//! Every version of macOS in Apple's table, reached: a profile with the payload or key is reported at the right place by
//! those whose oldest Mac it concerns.

use std::path::PathBuf;

use super::*;
use crate::extension::ExtensionKind;
use crate::lint::config;
use crate::schema::{Support, Version};

/// The rules that read versions.
const VERSIONED: [&str; 3] = [
    "deprecated-setting",
    "newer-than-minimum-os",
    "removed-setting",
];

/// Settings with only these rules, for Macs with this version and later.
fn since(oldest: Option<(u16, u16)>) -> Settings {
    let selection = Selection {
        select: VERSIONED
            .iter()
            .map(|name| find(crate::lint::rules::RULES, name).unwrap())
            .collect(),
        ignore: Vec::new(),
    };
    let settings = Settings::new(crate::lint::rules::RULES, None, &selection, 0.0);
    let Some((major, minor)) = oldest else {
        return settings;
    };
    let text = format!("minimum_os = \"{major}.{minor}\"\nnewest_os = \"{major}.{minor}\"\n");
    let config = config::read(
        "kextpolicy.toml",
        &text,
        PathBuf::new(),
        PathBuf::new(),
        crate::lint::rules::RULES,
    )
    .unwrap();
    settings.with_config(config, &selection, [])
}

fn before(version: Version) -> (u16, u16) {
    match version {
        Version(major, 0, _) => (major - 1, 99),
        Version(major, minor, _) => (major, minor - 1),
    }
}

/// What has to be reported for what is said of a payload or key: the rule, and the oldest Mac for which.
fn expected(mac: &Support) -> Vec<(&'static str, (u16, u16))> {
    let mut expected = Vec::new();
    if let Since::From(version) = mac.introduced {
        expected.push(("newer-than-minimum-os", before(version)));
    }
    if let Some(version) = mac.removed {
        expected.push(("removed-setting", (version.0, version.1)));
    }
    if let Some(version) = mac.deprecated
        && mac.removed != Some(version)
    {
        expected.push(("deprecated-setting", (version.0, version.1)));
    }
    expected
}

/// Whether a payload type is not known to a Mac with this version.
fn is_newer(payload_type: &str, oldest: (u16, u16)) -> bool {
    schema::BUILT_IN.of_type(payload_type).iter().all(|described| {
        matches!(described.mac.introduced, Since::From(version) if (version.0, version.1) > oldest)
    })
}

#[test]
fn every_version_of_a_payload_is_reported_at_its_type() {
    let mut count = 0;
    for payload in payloads() {
        let text = profile(payload, &[], Harm::None);
        for (rule, oldest) in expected(&payload.mac) {
            // One of several descriptions of a type may be newer than the type.
            if rule == "newer-than-minimum-os" && !is_newer(payload.payload_type, oldest) {
                continue;
            }
            let found = found(&text, &since(Some(oldest)));
            let place = "PayloadContent[0].PayloadType".to_owned();
            assert_eq!(
                found,
                [(rule, place)],
                "{} for {oldest:?}\n{text}",
                payload.name
            );
            count += 1;
        }
    }
    assert!(count > 115, "{count}");
}

#[test]
fn every_version_of_a_key_is_reported_at_the_key() {
    let mut counts = [0; 3];
    for payload in payloads() {
        let extension = ExtensionKind::of_payload_type(payload.payload_type).is_some();
        walk(
            payload.keys,
            &mut Vec::new(),
            &mut Vec::new(),
            &mut |path, _| {
                let key = path[path.len() - 1];
                // Of several descriptions of a type, the first that has the key is meant.
                let first = schema::BUILT_IN
                    .of_type(payload.payload_type)
                    .iter()
                    .find_map(|described| described.keys.get(path[0].name));
                if !first.is_some_and(|first| std::ptr::eq(first, path[0])) {
                    return;
                }
                // What an array holds has no key to point at; the table says nothing of it that matters.
                if path.len() > 1 && path[path.len() - 2].kind == Type::Array {
                    let says = expected(&key.mac);
                    let known = |(_, oldest): &(_, _)| is_newer(payload.payload_type, *oldest);
                    assert!(says.iter().all(known), "{}: {}", payload.name, key.name);
                    return;
                }
                for (rule, oldest) in expected(&key.mac) {
                    let newer = rule == "newer-than-minimum-os";
                    let text = profile(payload, path, Harm::None);
                    let found = found(&text, &since(Some(oldest)));
                    let place = key_path(path, "");
                    let silent = newer && (extension || is_newer(payload.payload_type, oldest));
                    assert_eq!(
                        found.contains(&(rule, place)),
                        !silent,
                        "{} for {oldest:?}: {found:?}\n{text}",
                        payload.name
                    );
                    let number = VERSIONED.iter().position(|known| *known == rule).unwrap();
                    counts[number] += usize::from(!silent);
                }
            },
        );
    }
    let [deprecated, newer, removed] = counts;
    assert!(deprecated > 25 && newer > 250 && removed > 3, "{counts:?}");
}

#[test]
fn a_version_of_a_key_of_the_profile_is_reported() {
    let text = "<plist version=\"1.0\">\n<dict>\n<key>TargetDeviceType</key>\n<integer>5</integer>\n\
                <key>PayloadContent</key>\n<array/>\n</dict>\n</plist>\n";
    let place = "TargetDeviceType".to_owned();
    assert_eq!(
        found(text, &since(Some((10, 14)))),
        [("newer-than-minimum-os", place)]
    );
    assert_eq!(found(text, &since(Some((10, 15)))), []);
}

#[test]
fn without_an_oldest_mac_only_what_is_long_gone_everywhere_is_reported() {
    let settings = since(None);
    let mut reported = Vec::new();
    for payload in payloads() {
        let whole = found(&profile(payload, &[], Harm::None), &settings);
        reported.extend(whole.iter().map(|_| payload.name.to_owned()));
        walk(
            payload.keys,
            &mut Vec::new(),
            &mut Vec::new(),
            &mut |path, _| {
                let place = key_path(path, "");
                let found = found(&profile(payload, path, Harm::None), &settings);
                let own = found.iter().any(|(_, path)| *path == place);
                if own {
                    reported.push(format!("{} {}", payload.name, path[path.len() - 1].name));
                }
            },
        );
    }
    insta::assert_snapshot!(reported.join("\n"));
}
