//! What SARIF 2.1.0 asks of the objects we emit, in our own words: required properties, types, words that may stand
//! there, and nothing that the standard does not know.

use serde_json::Value;

/// The type of a property.
#[derive(Clone, Copy)]
enum Type {
    /// A text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number, at least this.
    Number(i64),
    /// True or false.
    Boolean,
    /// An object of ours, by name.
    Object(&'static str),
    /// A list of objects, at least so many.
    List(&'static str, usize),
    /// Names to objects.
    Map(&'static str),
    /// Names to texts.
    Texts,
    /// Anything: a property bag.
    Bag,
}

use Type::{Bag, Boolean, List, Map, Number, Object, Text, Texts, Word};

/// A property: its name, whether it must be there, its type.
type Property = (&'static str, bool, Type);

/// The four levels of a result.
const LEVELS: Type = Word(&["none", "note", "warning", "error"]);

/// Every object we emit.
const OBJECTS: &[(&str, &[Property])] = &[
    (
        "log",
        &[
            ("$schema", false, Text),
            ("version", true, Word(&["2.1.0"])),
            ("runs", true, List("run", 0)),
        ],
    ),
    (
        "run",
        &[
            ("tool", true, Object("tool")),
            ("invocations", false, List("invocation", 0)),
            ("originalUriBaseIds", false, Map("artifactLocation")),
            (
                "columnKind",
                false,
                Word(&["utf16CodeUnits", "unicodeCodePoints"]),
            ),
            ("results", false, List("result", 0)),
            ("properties", false, Bag),
        ],
    ),
    ("tool", &[("driver", true, Object("toolComponent"))]),
    (
        "toolComponent",
        &[
            ("name", true, Text),
            ("semanticVersion", false, Text),
            ("informationUri", false, Text),
            ("rules", false, List("reportingDescriptor", 0)),
        ],
    ),
    (
        "reportingDescriptor",
        &[
            ("id", true, Text),
            ("shortDescription", false, Object("multiformat")),
            ("fullDescription", false, Object("multiformat")),
            ("defaultConfiguration", false, Object("configuration")),
            ("helpUri", false, Text),
            ("help", false, Object("multiformat")),
        ],
    ),
    ("configuration", &[("level", false, LEVELS)]),
    (
        "multiformat",
        &[("text", true, Text), ("markdown", false, Text)],
    ),
    ("message", &[("text", true, Text)]),
    ("content", &[("text", false, Text)]),
    (
        "invocation",
        &[
            ("executionSuccessful", true, Boolean),
            ("exitCode", false, Number(0)),
        ],
    ),
    (
        "result",
        &[
            ("ruleId", true, Text),
            ("ruleIndex", true, Number(0)),
            ("level", true, LEVELS),
            ("message", true, Object("message")),
            ("locations", true, List("location", 1)),
            ("relatedLocations", false, List("location", 1)),
            ("partialFingerprints", true, Texts),
            ("fixes", false, List("fix", 1)),
        ],
    ),
    (
        "location",
        &[
            ("id", false, Number(0)),
            ("physicalLocation", true, Object("physicalLocation")),
            ("logicalLocations", false, List("logicalLocation", 1)),
            ("message", false, Object("message")),
        ],
    ),
    (
        "physicalLocation",
        &[
            ("artifactLocation", true, Object("artifactLocation")),
            ("region", false, Object("region")),
        ],
    ),
    ("logicalLocation", &[("fullyQualifiedName", true, Text)]),
    (
        "artifactLocation",
        &[
            ("uri", false, Text),
            ("uriBaseId", false, Text),
            ("description", false, Object("message")),
        ],
    ),
    (
        "region",
        &[
            ("startLine", true, Number(1)),
            ("startColumn", true, Number(1)),
            ("endLine", true, Number(1)),
            ("endColumn", true, Number(1)),
        ],
    ),
    (
        "fix",
        &[
            ("description", false, Object("message")),
            ("artifactChanges", true, List("artifactChange", 1)),
        ],
    ),
    (
        "artifactChange",
        &[
            ("artifactLocation", true, Object("artifactLocation")),
            ("replacements", true, List("replacement", 1)),
        ],
    ),
    (
        "replacement",
        &[
            ("deletedRegion", true, Object("region")),
            ("insertedContent", false, Object("content")),
        ],
    ),
];

/// Everything wrong with a SARIF file.
pub(crate) fn faults(log: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    object("log", log, "$", &mut faults);
    for run in log["runs"].as_array().into_iter().flatten() {
        references(run, &mut faults);
    }
    faults
}

/// Checks an object against its row.
fn object(name: &str, value: &Value, at: &str, faults: &mut Vec<String>) {
    let (_, properties) = OBJECTS
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a row");
    let Some(members) = value.as_object() else {
        faults.push(format!("{at} is no object"));
        return;
    };
    for key in members.keys() {
        if !properties.iter().any(|(known, ..)| known == key) {
            faults.push(format!("{at} has the unknown property {key}"));
        }
    }
    for (key, required, kind) in *properties {
        match members.get(*key) {
            Some(value) => check(*kind, value, &format!("{at}.{key}"), faults),
            None if *required => faults.push(format!("{at} has no {key}")),
            None => {}
        }
    }
}

/// Checks a value against its type.
fn check(kind: Type, value: &Value, at: &str, faults: &mut Vec<String>) {
    let good = match kind {
        Text => value.is_string(),
        Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        Number(least) => value.as_i64().is_some_and(|number| number >= least),
        Boolean => value.is_boolean(),
        Bag => value.is_object(),
        Texts => value
            .as_object()
            .is_some_and(|map| map.values().all(Value::is_string)),
        Object(name) => {
            object(name, value, at, faults);
            true
        }
        Map(name) => {
            for (key, item) in value.as_object().into_iter().flatten() {
                object(name, item, &format!("{at}.{key}"), faults);
            }
            value.is_object()
        }
        List(name, least) => {
            let items = value.as_array();
            for (number, item) in items.into_iter().flatten().enumerate() {
                object(name, item, &format!("{at}[{number}]"), faults);
            }
            items.is_some_and(|items| items.len() >= least)
        }
    };
    if !good {
        faults.push(format!("{at} is {value}"));
    }
}

/// Checks what the schema cannot say: rules are where results point, places end after they begin, names are URIs.
fn references(run: &Value, faults: &mut Vec<String>) {
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in run["results"].as_array().expect("results") {
        let number = result["ruleIndex"].as_u64().expect("a number");
        let rule = usize::try_from(number).ok().and_then(|at| rules.get(at));
        if rule.is_none_or(|rule| rule["id"] != result["ruleId"]) {
            faults.push(format!("{} is not rule {number}", result["ruleId"]));
        }
        places(result, faults);
    }
}

/// Walks through everything below a value.
fn places(value: &Value, faults: &mut Vec<String>) {
    if let Some(uri) = value.get("uri").and_then(Value::as_str) {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/%:".contains(&byte);
        if !uri.bytes().all(plain) || (uri.starts_with('/') && uri.contains(':')) {
            faults.push(format!("{uri} is no URI"));
        }
        if !uri.starts_with("file://") && value["uriBaseId"] != "SRCROOT" {
            faults.push(format!("{uri} is relative to nothing"));
        }
    }
    if value.get("startLine").is_some() {
        let at = |line: &str, column: &str| (value[line].as_u64(), value[column].as_u64());
        if at("startLine", "startColumn") > at("endLine", "endColumn") {
            faults.push(format!("{value} ends before it begins"));
        }
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| places(item, faults)),
        Value::Object(members) => members.values().for_each(|item| places(item, faults)),
        _ => {}
    }
}

#[test]
fn the_checker_finds_faults() {
    let log = serde_json::json!({
        "version": "2.0",
        "runs": [{
            "tool": {"driver": {"name": "x", "rules": []}},
            "results": [{"ruleId": "x", "ruleIndex": 0, "level": "bad", "message": {}, "locations": []}],
            "extra": 1,
        }],
    });
    let faults = faults(&log).join("\n");
    for fault in [
        "$.version is",
        "unknown property extra",
        "level is \"bad\"",
        "message has no text",
        "locations is []",
        "has no partialFingerprints",
        "is not rule 0",
    ] {
        assert!(faults.contains(fault), "{fault} in\n{faults}");
    }
}
