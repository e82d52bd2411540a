//! Every key of Apple's table, reached: a profile made from the table itself is clean, and broken in every way it is
//! reported at the right place.

#![cfg(test)]

mod differences;
mod versions;

use std::fmt::Write as _;

use super::check_file;
use crate::extension::ExtensionKind;
use crate::lint::config::settings::{Selection, Settings};
use crate::lint::rule::find;
use crate::schema::{self, Group, Key, Payload, Presence, Since, Type, exceptions};

/// The rules that read the table.
const RULES: [&str; 7] = [
    "misspelt-approval-key",
    "missing-key",
    "repeated-payload",
    "unknown-key",
    "unknown-payload-type",
    "value-not-allowed",
    "wrong-type",
];

/// What is done to the key at the end of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm {
    None,
    /// A value of another type.
    Type,
    /// A value outside of what is allowed.
    Value,
    /// A letter too many in its name.
    Name,
    /// It is left out.
    Absence,
}

/// A value of a key as XML. `path` is the way on to the key that is looked at.
fn value(key: &Key, path: &[&'static Key], harm: Harm) -> String {
    if path.is_empty() {
        match harm {
            Harm::Type if key.kind == Type::Data => return "<string>text</string>".to_owned(),
            Harm::Type => return "<data>AA==</data>".to_owned(),
            Harm::Value => {
                return match key.kind {
                    Type::Integer => "<integer>-987654321</integer>".to_owned(),
                    Type::Real => "<real>-987654321.5</real>".to_owned(),
                    _ => "<string>nothing of the kind</string>".to_owned(),
                };
            }
            Harm::None | Harm::Name | Harm::Absence => {}
        }
    }
    let number = key.list.first().map_or_else(
        || key.min.unwrap_or_default().to_string(),
        ToString::to_string,
    );
    match key.kind {
        Type::Any | Type::Boolean => "<true/>".to_owned(),
        Type::Data => "<data>AA==</data>".to_owned(),
        Type::Date => "<date>2030-01-01T00:00:00Z</date>".to_owned(),
        Type::Integer => format!("<integer>{number}</integer>"),
        Type::Real => format!("<real>{number}</real>"),
        Type::String => format!("<string>{}</string>", string(key)),
        Type::Dictionary => format!("<dict>\n{}</dict>", entries(key.inner, path, harm)),
        Type::Array => {
            let Some(item) = key.inner.item().filter(|_| !path.is_empty()) else {
                return "<array/>".to_owned();
            };
            format!("<array>\n{}\n</array>", value(item, &path[1..], harm))
        }
    }
}

/// A text that is allowed.
fn string(key: &Key) -> &'static str {
    match key.pattern {
        None => key.list.first().copied().unwrap_or("text"),
        Some(pattern) => [
            "6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1D01",
            "https://mdm.contoso.example",
            "00:1b:63:84:45:e6",
            "001bc5",
            "310410",
        ]
        .into_iter()
        .find(|text| schema::Pattern::new(pattern).is_some_and(|known| known.fits(text)))
        .unwrap_or_else(|| panic!("no example of {pattern}")),
    }
}

fn is_needed(key: &Key) -> bool {
    key.presence == Presence::Required && key.mac.introduced != Since::Never && !key.is_any()
}

/// The required entries of a dictionary and the one on the way.
fn entries(group: Group, path: &[&'static Key], harm: Harm) -> String {
    let mut text = String::new();
    for key in group.keys() {
        let on_the_way = path.first().is_some_and(|next| std::ptr::eq(*next, key));
        if !is_needed(key) && !on_the_way {
            continue;
        }
        let rest = if on_the_way { &path[1..] } else { &[] };
        let harm = if on_the_way { harm } else { Harm::None };
        if rest.is_empty() && harm == Harm::Absence {
            continue;
        }
        let more = if rest.is_empty() && harm == Harm::Name {
            "x"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "<key>{}{more}</key>\n{}",
            name(key),
            value(key, rest, harm)
        );
    }
    text
}

/// The name of a key in a profile.
fn name(key: &Key) -> &'static str {
    if key.is_any() { "example" } else { key.name }
}

/// A profile with one payload, in which one key is looked at.
fn profile(payload: &Payload, path: &[&'static Key], harm: Harm) -> String {
    format!(
        "<plist version=\"1.0\">\n<dict>\n<key>PayloadContent</key>\n<array>\n<dict>\n<key>PayloadType</key>\n\
         <string>{}</string>\n{}{}</dict>\n</array>\n</dict>\n</plist>\n",
        payload.payload_type,
        entries(payload.keys, path, harm),
        schema::BUILT_IN
            .with_keys_of(payload.payload_type)
            .iter()
            .map(|other| entries(other.keys, path, harm))
            .collect::<String>()
    )
}

/// What the rules say of a text: rule and key path.
fn found(text: &str, settings: &Settings) -> Vec<(&'static str, String)> {
    check_file(0, "a.mobileconfig", text.as_bytes(), settings)
        .findings
        .into_iter()
        .map(|finding| (finding.rule.name, finding.place.key_path))
        .collect()
}

/// Settings with only these rules.
fn settings() -> Settings {
    let selection = Selection {
        select: RULES
            .iter()
            .map(|name| find(crate::lint::rules::RULES, name).unwrap())
            .collect(),
        ignore: Vec::new(),
    };
    Settings::new(crate::lint::rules::RULES, None, &selection, 0.0)
}

/// The key path of the last key of a path, its name with a letter more or not.
fn key_path(path: &[&'static Key], more: &str) -> String {
    let mut text = "PayloadContent[0]".to_owned();
    let mut array = false;
    for (at, key) in path.iter().enumerate() {
        if array {
            text.push_str("[0]");
        } else {
            let more = if at + 1 == path.len() { more } else { "" };
            let name = format!("{}{more}", name(key));
            let _ = if name.contains('.') {
                write!(text, "[{name:?}]")
            } else {
                write!(text, ".{name}")
            };
        }
        array = key.kind == Type::Array;
    }
    text
}

/// Every description that can be in a profile.
fn payloads() -> impl Iterator<Item = &'static Payload> {
    schema::BUILT_IN.payloads.iter().filter(|payload| {
        schema::BUILT_IN
            .payload_types()
            .any(|known| known == payload.payload_type)
    })
}

/// Calls `visit` with the path of every key of a group, once per key.
fn walk(
    group: Group,
    path: &mut Vec<&'static Key>,
    seen: &mut Vec<*const Key>,
    visit: &mut dyn FnMut(&[&'static Key], Group),
) {
    for key in group.keys() {
        if seen.contains(&std::ptr::from_ref(key)) {
            continue;
        }
        seen.push(key);
        path.push(key);
        visit(path, group);
        if !exceptions::is_free(key.name) {
            walk(key.inner, path, seen, visit);
        }
        path.pop();
    }
}

#[test]
fn the_smallest_profile_of_every_payload_is_clean() {
    let settings = settings();
    for payload in payloads() {
        let text = profile(payload, &[], Harm::None);
        assert_eq!(found(&text, &settings), [], "{}\n{text}", payload.name);
    }
}

#[test]
fn every_key_with_a_value_of_its_own_is_clean() {
    let settings = settings();
    let mut count = 0;
    for payload in payloads() {
        walk(
            payload.keys,
            &mut Vec::new(),
            &mut Vec::new(),
            &mut |path, _| {
                count += 1;
                let text = profile(payload, path, Harm::None);
                assert_eq!(found(&text, &settings), [], "{}\n{text}", payload.name);
            },
        );
    }
    assert!(count > 1700, "{count} keys reached");
}

#[test]
fn every_key_broken_in_every_way_is_reported_where_it_is() {
    let settings = settings();
    let mut counts = [0; 4];
    for payload in payloads() {
        walk(
            payload.keys,
            &mut Vec::new(),
            &mut Vec::new(),
            &mut |path, group| {
                for (number, (harm, rule, place)) in
                    expected(payload, path, group).into_iter().enumerate()
                {
                    let Some(place) = place else { continue };
                    counts[number] += 1;
                    let text = profile(payload, path, harm);
                    let found = found(&text, &settings);
                    assert!(
                        found.contains(&(rule, place.clone())),
                        "{}: {harm:?}, {rule} at {place}, found {found:?}\n{text}",
                        payload.name
                    );
                }
            },
        );
    }
    let [types, values, names, absences] = counts;
    assert!(
        types > 1600 && values > 150 && names > 1400 && absences > 150,
        "{counts:?}"
    );
}

/// What breaking the last key of a path has to raise, and where; `None` where it may not.
fn expected(
    payload: &Payload,
    path: &[&'static Key],
    group: Group,
) -> [(Harm, &'static str, Option<String>); 4] {
    let key = path[path.len() - 1];
    let in_array = path.len() > 1 && path[path.len() - 2].kind == Type::Array;
    let own = schema::BUILT_IN.of_type(payload.payload_type);
    let top = path.len() == 1;
    let limited = (!key.list.is_empty() && !exceptions::is_value(key, "nothing of the kind"))
        || key.min.is_some()
        || key.max.is_some()
        || key.pattern.is_some();
    // Of a type with several descriptions, another one may know the key, or do without it.
    let others = top && own.len() > 1;
    let named = !in_array
        && group.any().is_none()
        && !(others && own.iter().any(|other| other.keys.any().is_some()));
    let lenient = others || (top && exceptions::is_preference_domain(payload.payload_type));
    let place = path
        .len()
        .checked_sub(2)
        .map_or(payload.payload_type, |above| path[above].name);
    // The keys that are there: those required, with the first value of their lists.
    let says = |other: &str, text: Option<&str>| {
        group.get(other).is_some_and(|other| {
            other.presence == Presence::Required
                && text.is_none_or(|text| other.list.first() == Some(&text))
        })
    };
    let needed = is_needed(key);
    let required =
        needed && !in_array && !lenient && !exceptions::may_be_missing(place, key.name, says);
    let above = key_path(&path[..path.len() - 1], "");
    [
        (
            Harm::Type,
            "wrong-type",
            (key.kind != Type::Any).then(|| key_path(path, "")),
        ),
        (
            Harm::Value,
            "value-not-allowed",
            (limited && !others).then(|| key_path(path, "")),
        ),
        (
            Harm::Name,
            if top && ExtensionKind::of_payload_type(payload.payload_type).is_some() {
                "misspelt-approval-key"
            } else {
                "unknown-key"
            },
            named.then(|| key_path(path, "x")),
        ),
        (Harm::Absence, "missing-key", required.then_some(above)),
    ]
}
