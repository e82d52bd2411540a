//! What is read, merged and compared, on descriptions of a few keys.

use super::super::losses::losses;
use super::super::merge::merge;
use super::super::write;
use super::*;

/// A description with everything that Apple's prose holds, and the same without the prose.
const WITH_PROSE: &str = r##"title: 'Example: of Contoso'
description: |-
  The payload that configures “an example”.
  • a bullet: with a colon
  <!-- and a comment -->
payload:
  payloadtype: com.contoso.example
  supportedOS: &os
    iOS:
      introduced: n/a
    macOS:
      introduced: '10.15.4'
      deprecated: '12.0'
      multiple: false
      devicechannel: true
      userchannel: false
  content: "Quoted, with \"quotes\" and a backslash \\n."
payloadkeys:
- key: Items
  title: Items
  supportedOS: *os
  type: <array>
  presence: required
  content: >-
    Folded text; - not a list,
    key: not a map # nor a comment
  subkeytype: Item
  subkeys: &items
  - key: Item
    type: <dictionary>
    subkeys:
    - key: Type
      type: <string>
      presence: required
      rangelist:
      - App
      - 'Yes'
      content: One of 'App' or 'Yes'.
    - key: Inner
      type: <array>
      presence: optional
      subkeys: *items
- key: Count
  type: <integer>
  presence: optional
  range:
    min: 0
    max: 4
  default: 0
  valuetype: <count>
notes:
- title: A note
  content: "# no heading"
related:
- key: payloadkeys
"##;

/// The same without titles and descriptions.
const WITHOUT_PROSE: &str = "\
payload:
  payloadtype: com.contoso.example
  supportedOS: &os
    iOS: {introduced: n/a}
    macOS: {introduced: '10.15.4', deprecated: '12.0', multiple: false, devicechannel: true, userchannel: false}
payloadkeys:
- key: Items
  supportedOS: *os
  type: <array>
  presence: required
  subkeys: &items
  - key: Item
    type: <dictionary>
    subkeys:
    - {key: Type, type: <string>, presence: required, rangelist: [App, 'Yes']}
    - {key: Inner, type: <array>, presence: optional, subkeys: *items}
- {key: Count, type: <integer>, presence: optional, range: {min: 0, max: 4}, default: 0, valuetype: <count>}
";

/// The payloads of some files.
fn payloads(files: &[(&str, &str)]) -> Vec<Payload> {
    let mut read = Descriptions::default();
    for (name, text) in files {
        read.add(name, text).unwrap();
    }
    assert_eq!(read.passed_over, Vec::<String>::new());
    read.payloads
}

/// One file of `com.contoso.example`.
fn one(keys: &str) -> Vec<Payload> {
    let text = format!("payload: {{payloadtype: com.contoso.example}}\npayloadkeys:\n{keys}");
    payloads(&[("com.contoso.example", &text)])
}

#[test]
fn apples_prose_changes_nothing_in_the_table() {
    let table = |text| {
        let payloads = payloads(&[("com.contoso.example", text)]);
        write::table(&payloads, "a test").unwrap()
    };
    assert_eq!(table(WITH_PROSE), table(WITHOUT_PROSE));
    insta::assert_snapshot!(table(WITH_PROSE));
}

#[test]
fn an_array_with_two_descriptions_of_what_it_holds_is_refused() {
    let more = "  subkeys: &items\n  - key: Other\n    type: <string>\n";
    let text = WITHOUT_PROSE.replacen("  subkeys: &items\n", more, 1);
    let fault = Descriptions::default().add("com.contoso.example", &text);
    assert_eq!(
        fault.unwrap_err().to_string(),
        "`Items` is an array with more than one description of what it holds"
    );
}

#[test]
fn a_description_cannot_be_as_deep_as_it_likes() {
    let nested = |depth: usize| {
        let mut text = "payload: {payloadtype: a}\npayloadkeys: ".to_owned();
        text.push_str(&"[{key: a, type: <dictionary>, subkeys: ".repeat(depth));
        text.push_str("[]");
        text.push_str(&"}]".repeat(depth));
        Descriptions::default()
            .add("a", &text)
            .map_err(|fault| fault.to_string())
    };
    assert_eq!(nested(20), Ok(()));
    assert!(nested(DEEPEST + 2).is_err());
    assert!(nested(100_000).is_err());
}

#[test]
fn what_is_not_understood_is_named() {
    let mut read = Descriptions::default();
    let text = "payload:\n  payloadtype: a\n  supportedOS:\n    iOS: {introduced: n/a, quantum: true}\n\
                payloadkeys:\n- {key: b, type: <string>, format: '(?i)x'}\n";
    read.add("a", text).unwrap();
    assert_eq!(
        read.passed_over,
        [
            "a.yaml: what `quantum` below `iOS` means is not known",
            "a.yaml: values of `b` are not held against the pattern `(?i)x`"
        ]
    );
}

#[test]
fn what_only_the_older_checkout_has_stays_known_and_nobody_has_to_have_it() {
    let older = one("- {key: Old, type: <string>, presence: required}\n\
                     - {key: Both, type: <string>, presence: required}\n\
                     - key: List\n  type: <array>\n  presence: optional\n  subkeys:\n  - key: OldItem\n    \
                     type: <dictionary>\n    subkeys:\n    - {key: Inner, type: <string>, presence: optional}\n");
    let newer = one("- {key: Both, type: <integer>, presence: optional}\n\
                     - {key: New, type: <string>, presence: required}\n\
                     - key: List\n  type: <array>\n  presence: optional\n  subkeys:\n  - key: NewItem\n    \
                     type: <dictionary>\n    subkeys:\n    - {key: Other, type: <string>, presence: optional}\n");
    let merged = merge(&older, &newer);
    let keys = merged[0].keys;
    let facts: Vec<_> = keys
        .keys()
        .iter()
        .map(|key| (key.name, key.kind, key.presence))
        .collect();
    assert_eq!(
        facts,
        [
            ("Both", Type::Integer, Presence::Optional),
            ("List", Type::Array, Presence::Optional),
            ("New", Type::String, Presence::Required),
            ("Old", Type::String, Presence::Optional),
        ]
    );
    let item = keys.get("List").unwrap().inner.item().unwrap();
    assert_eq!(item.name, "NewItem");
    assert!(item.inner.get("Inner").is_some() && item.inner.get("Other").is_some());
}

#[test]
fn a_payload_that_the_newer_checkout_leaves_out_stays_and_a_renamed_file_is_the_same() {
    let file = |payload_type: &str, key: &str| {
        format!(
            "payload: {{payloadtype: {payload_type}}}\npayloadkeys:\n- {{key: {key}, type: <string>, presence: optional}}\n"
        )
    };
    let older = payloads(&[
        ("gone", &file("com.contoso.gone", "A")),
        ("com.contoso.a(Mobililty)", &file("com.contoso.a", "A")),
        ("com.contoso.a(Other)", &file("com.contoso.a", "B")),
    ]);
    let newer = payloads(&[
        ("com.contoso.a(Mobility)", &file("com.contoso.a", "A")),
        ("com.contoso.a(Other)", &file("com.contoso.a", "B")),
    ]);
    let names: Vec<_> = merge(&older, &newer)
        .iter()
        .map(|payload| payload.name)
        .collect();
    assert_eq!(
        names,
        ["com.contoso.a(Mobility)", "com.contoso.a(Other)", "gone"]
    );
}

#[test]
fn a_structure_that_holds_itself_is_merged_once() {
    let items = |key: &str| {
        one(&format!(
            "- key: Items\n  type: <array>\n  presence: optional\n  subkeys: &items\n  - key: Item\n    \
             type: <dictionary>\n    subkeys:\n    - {{key: {key}, type: <string>, presence: optional}}\n    \
             - {{key: Below, type: <array>, presence: optional, subkeys: *items}}\n"
        ))
    };
    let merged = merge(&items("Old"), &items("New"));
    let mut group = merged[0].keys.get("Items").unwrap().inner;
    for _ in 0..3 {
        let item = group.item().unwrap().inner;
        assert!(item.get("Old").is_some() && item.get("New").is_some());
        group = item.get("Below").unwrap().inner;
    }
    assert!(losses(&items("Old"), &merged).is_empty());
}

#[test]
fn every_check_that_goes_is_named() {
    let older = one("- {key: Gone, type: <string>, presence: optional}\n\
                     - {key: Needed, type: <string>, presence: required}\n\
                     - {key: Listed, type: <string>, presence: optional, rangelist: [a]}\n\
                     - {key: Low, type: <integer>, presence: optional, range: {min: 1}}\n\
                     - {key: High, type: <integer>, presence: optional, range: {max: 1}}\n\
                     - {key: Like, type: <string>, presence: optional, format: '^.*$'}\n\
                     - {key: Typed, type: <string>, presence: optional}\n\
                     - {key: Old, type: <string>, presence: optional, supportedOS: {macOS: {introduced: '11.0', deprecated: '12.0', removed: '13.0'}}}\n\
                     - key: Holds\n  type: <dictionary>\n  presence: optional\n  subkeys:\n  - {key: A, type: <string>, presence: optional}\n");
    let newer = one("- {key: Needed, type: <string>, presence: optional}\n\
                     - {key: Listed, type: <string>, presence: optional}\n\
                     - {key: Low, type: <integer>, presence: optional}\n\
                     - {key: High, type: <integer>, presence: optional}\n\
                     - {key: Like, type: <string>, presence: optional}\n\
                     - {key: Typed, type: <any>, presence: optional}\n\
                     - {key: Old, type: <string>, presence: optional}\n\
                     - {key: Holds, type: <dictionary>, presence: optional}\n");
    insta::assert_snapshot!(losses(&older, &newer).join("\n"));
    assert_eq!(losses(&older, &older), Vec::<String>::new());
    assert_eq!(
        losses(&older, &[]),
        ["com.contoso.example is not described any more"]
    );
}
