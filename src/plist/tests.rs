//! What every part of the reader promises, on fixtures of our own.
#![cfg(test)]

use proptest::prelude::*;

use super::scalar::Integer;
use super::{Kind, PlistFormat, ProblemKind, ProblemLevel, Tree, Value, decode, scalar};

/// The level and a part of the message of the only problem; `None` when there is nothing to tell.
type Expected = Option<(ProblemLevel, &'static str)>;

/// A small profile with one of everything.
const GOOD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n\t<key>Name &amp; more</key>\n\t<string>a&#65;b</string>\n\t<key>List</key>\n\t<array><integer>-5</integer><true/><false/><real>1.5</real></array>\n\t<key>Bytes</key><data>AAEC</data>\n\t<key>Day</key><date>2001-01-02T00:00:01Z</date>\n\t<key>Empty</key><dict/>\n</dict>\n</plist>\n";

/// Puts elements into a dictionary of a whole document.
fn document(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict>{inner}</dict></plist>\n"
    )
}

/// Walks the whole tree, asking every value for everything it has; answers how many there are.
fn visit(tree: &Tree<'_>, mut each: impl FnMut(Value<'_>)) -> usize {
    let mut todo: Vec<Value<'_>> = tree.root().into_iter().collect();
    let mut count = 0;
    while let Some(value) = todo.pop() {
        count += 1;
        let _ = (
            value.text(),
            value.as_bool(),
            value.as_integer(),
            value.as_real(),
            value.as_data(),
            value.as_date(),
        );
        each(value);
        todo.extend(value.as_array().into_iter().flatten());
        for entry in value
            .as_dictionary()
            .into_iter()
            .flat_map(super::Dictionary::entries)
        {
            let _ = entry.key();
            todo.push(entry.value);
        }
    }
    count
}

/// Reads bytes of any kind and looks at all of the outcome.
fn survive(bytes: &[u8]) {
    let decoded = decode(bytes);
    let parsed = decoded.parse();
    visit(&parsed.tree, |_| {});
    let limit = if decoded.format == PlistFormat::Binary {
        bytes.len()
    } else {
        decoded.text.len()
    };
    for problem in &parsed.problems {
        assert!(problem.span.start <= problem.span.end, "{problem:?}");
        assert!(problem.span.end as usize <= limit + 3, "{problem:?}");
    }
}

#[test]
fn values_come_back_as_they_were_written() {
    let decoded = decode(GOOD.as_bytes());
    let parsed = decoded.parse();
    assert_eq!(parsed.problems, []);
    let root = parsed.tree.root().and_then(Value::as_dictionary).unwrap();
    assert_eq!(root.get("Name & more").unwrap().as_str().unwrap(), "aAb");
    let list: Vec<_> = root.get("List").unwrap().as_array().unwrap().collect();
    assert_eq!(list[0].as_integer(), Some(-5));
    assert_eq!(list[1].as_bool(), Some(true));
    assert_eq!(list[2].as_bool(), Some(false));
    assert_eq!(list[3].as_real(), Some(1.5));
    assert_eq!(root.get("Bytes").unwrap().as_data(), Some(vec![0, 1, 2]));
    assert_eq!(root.get("Day").unwrap().as_date(), Some(86401.0));
    assert_eq!(root.get("Empty").unwrap().kind(), Kind::Dictionary);
    assert_eq!(root.entries().count(), 5);
}

#[test]
fn every_span_is_the_element() {
    let decoded = decode(GOOD.as_bytes());
    let parsed = decoded.parse();
    let count = visit(&parsed.tree, |value| {
        let element = &GOOD[value.span().range()];
        let name = match value.kind() {
            Kind::Dictionary => "dict",
            Kind::Boolean if value.as_bool() == Some(true) => "true",
            Kind::Boolean => "false",
            kind => kind.name(),
        };
        assert!(element.starts_with(&format!("<{name}")), "{element}");
        assert!(
            element.ends_with(&format!("{name}>")) || element.ends_with("/>"),
            "{element}"
        );
        assert!(
            value.span().start < value.inner_span().start
                && value.inner_span().end <= value.span().end
        );
    });
    assert_eq!(count, 10);
    let root = parsed.tree.root().and_then(Value::as_dictionary).unwrap();
    let keys: Vec<_> = root
        .entries()
        .map(|entry| &GOOD[entry.key_span().range()])
        .collect();
    assert_eq!(keys[0], "<key>Name &amp; more</key>");
    assert_eq!(
        &GOOD[root.entry("Day").unwrap().key_inner_span().range()],
        "Day"
    );
}

#[test]
fn a_key_that_stands_twice_is_told_with_both_places() {
    for (first, second) in [("List", "List"), ("A&amp;B", "A&#38;B"), ("", "")] {
        let text = document(&format!(
            "<key>{first}</key><true/><key>Other</key><true/><key>{second}</key><false/>"
        ));
        let decoded = decode(text.as_bytes());
        let parsed = decoded.parse();
        let [problem] = parsed.problems.as_slice() else {
            panic!("{:?}", parsed.problems)
        };
        assert_eq!(problem.kind, ProblemKind::DuplicateKey);
        assert_eq!(&text[problem.span.range()], format!("<key>{second}</key>"));
        assert_eq!(
            text.find("<key>"),
            problem
                .related
                .as_ref()
                .map(|(span, _)| span.start as usize)
        );
    }
}

#[test]
fn many_different_keys_are_no_duplicates_and_one_repeated_is_found() {
    let mut keys: Vec<String> = (0..5000)
        .map(|number| format!("<key>Key{number}</key><true/>"))
        .collect();
    let text = document(&keys.concat());
    assert_eq!(decode(text.as_bytes()).parse().problems, []);
    keys.push("<key>Key17</key><true/>".to_owned());
    let text = document(&keys.concat());
    assert_eq!(decode(text.as_bytes()).parse().problems.len(), 1);
}

/// What is in a dictionary, and what is reported of it: the level and a part of the message; nothing for `None`.
const INSIDE: &[(&str, Expected)] = &[
    ("<key>a</key><string>b</string>", None),
    (
        "<key>a</key><string>b",
        Some((ProblemLevel::Refused, "`<string>` is not closed")),
    ),
    (
        "<key>a</key>",
        Some((ProblemLevel::Refused, "key `a` has no value")),
    ),
    (
        "<key>a</key><key>b</key><string>c</string>",
        Some((ProblemLevel::Refused, "key `a` has no value")),
    ),
    (
        "<key>a</key><key>b</key>",
        Some((
            ProblemLevel::NotPortable,
            "`a` has a `<key>` element as its value",
        )),
    ),
    (
        "<string>b</string>",
        Some((ProblemLevel::Refused, "`<string>` has no key")),
    ),
    (
        "<key>a</key><array><key>b</key></array>",
        Some((ProblemLevel::NotPortable, "`<key>` in an array")),
    ),
    (
        "text<key>a</key><true/>",
        Some((ProblemLevel::Refused, "text between elements: `text`")),
    ),
    (
        "<key>a</key>\n<<<<<<< HEAD\n<true/>",
        Some((ProblemLevel::Refused, "an unresolved merge conflict")),
    ),
    (
        "<key>a</key><foo>1</foo>",
        Some((ProblemLevel::Refused, "unknown tag `foo`")),
    ),
    (
        "<key>a</key><foo><bar/><key>x</foo>",
        Some((ProblemLevel::Refused, "unknown tag `foo`")),
    ),
    (
        "<key>a</key><Integer>1</Integer>",
        Some((ProblemLevel::Refused, "unknown tag `Integer`")),
    ),
    (
        "<key>a</key><yes/>",
        Some((ProblemLevel::Refused, "unknown tag `yes`")),
    ),
    (
        "<key>a</key>< true/>",
        Some((ProblemLevel::Refused, "a tag without a name")),
    ),
    (
        "<key>a</key><string>b</key>",
        Some((ProblemLevel::Refused, "`<string>` is closed by `</key>`")),
    ),
    (
        "<key>a</key><array><true/>",
        Some((ProblemLevel::Refused, "`<array>`, which is still open")),
    ),
    (
        "</array>",
        Some((ProblemLevel::Refused, "`</array>` has no open tag")),
    ),
    (
        "<key>a</key><string x=\"1\">b</string>",
        Some((ProblemLevel::NotPortable, "has attributes")),
    ),
    (
        "<key>a</key><string x=\"1\" x=\"2\">b</string>",
        Some((ProblemLevel::NotPortable, "twice")),
    ),
    (
        "<key>a</key><true> </true>",
        Some((ProblemLevel::Refused, "`<true>` is not empty")),
    ),
    ("<key>a</key><true></true>", None),
    (
        "<key>a</key><integer>1 </integer>",
        Some((ProblemLevel::Refused, "`1 ` in `<integer>` contains ` `")),
    ),
    (
        "<key>a</key><integer> 1</integer>",
        Some((ProblemLevel::NotPortable, "blanks in front")),
    ),
    (
        "<key>a</key><integer>+1</integer>",
        Some((ProblemLevel::NotPortable, "plus sign")),
    ),
    (
        "<key>a</key><integer>0x1F</integer>",
        Some((ProblemLevel::NotPortable, "hexadecimal")),
    ),
    ("<key>a</key><integer>18446744073709551615</integer>", None),
    (
        "<key>a</key><integer>18446744073709551616</integer>",
        Some((ProblemLevel::Refused, "is not between")),
    ),
    (
        "<key>a</key><integer>-9223372036854775809</integer>",
        Some((ProblemLevel::Refused, "is not between")),
    ),
    (
        "<key>a</key><integer/>",
        Some((ProblemLevel::Refused, "`<integer/>` is empty")),
    ),
    (
        "<key>a</key><integer>{{ n }}</integer>",
        Some((ProblemLevel::Refused, "placeholder `{{ n }}`")),
    ),
    (
        "<key>a</key><real>1,5</real>",
        Some((ProblemLevel::Refused, "is not a number")),
    ),
    ("<key>a</key><real>nan</real>", None),
    (
        "<key>a</key><date>2030-01-01</date>",
        Some((ProblemLevel::Refused, "is not of the form")),
    ),
    (
        "<key>a</key><date>2030-02-30T00:00:00Z</date>",
        Some((ProblemLevel::NotPortable, "no such day")),
    ),
    ("<key>a</key><data>AA==</data>", None),
    (
        "<key>a</key><data>A</data>",
        Some((ProblemLevel::NotPortable, "not base64")),
    ),
    (
        "<key>a</key><data/>",
        Some((ProblemLevel::Refused, "`<data/>` is empty")),
    ),
    (
        "<key>a</key><data>é</data>",
        Some((ProblemLevel::Refused, "contains `é`")),
    ),
    (
        "<key>a</key><string>b & c</string>",
        Some((ProblemLevel::Refused, "`&` is alone")),
    ),
    (
        "<key>a</key><string>&nbsp;</string>",
        Some((ProblemLevel::Refused, "unknown entity `&nbsp;`")),
    ),
    (
        "<key>a</key><string>&#X41;</string>",
        Some((ProblemLevel::Refused, "`&#X41;` is malformed")),
    ),
    (
        "<key>a</key><string>&#xD800;</string>",
        Some((ProblemLevel::Refused, "names no character")),
    ),
    (
        "<key>a</key><string>&#0;</string>",
        Some((ProblemLevel::NotPortable, "XML forbids")),
    ),
    (
        "<key>a</key><string>\u{1}</string>",
        Some((
            ProblemLevel::NotPortable,
            "`\\u{1}` is a character that XML forbids",
        )),
    ),
    (
        "<key>a</key><string>b\r\nc</string>",
        Some((ProblemLevel::NotPortable, "carriage return")),
    ),
    ("<key>a</key>\r\n<true/>\r\n", None),
    (
        "<key>a</key><string><![CDATA[b]]></string>",
        Some((ProblemLevel::NotPortable, "CDATA")),
    ),
    (
        "<key>a</key><data><![CDATA[AAEC]]></data>",
        Some((ProblemLevel::Refused, "CDATA")),
    ),
    (
        "<key>a</key><dict><key>CF$UID</key><integer>1</integer></dict>",
        Some((ProblemLevel::NotPortable, "is a UID for Apple's parser")),
    ),
    (
        "<key>a</key><dict><key>CF$UID</key><string>1</string></dict>",
        None,
    ),
    (
        "<key>CF$UID</key><integer>1</integer><key>a</key><true/>",
        None,
    ),
    (
        "<key>a</key><string>b]]>c</string>",
        Some((ProblemLevel::NotPortable, "`]]>`")),
    ),
    (
        "<key>a</key><string>b<!-- c --></string>",
        Some((ProblemLevel::Refused, "a comment inside `<string>`")),
    ),
    (
        "<!-- a -- b -->",
        Some((ProblemLevel::NotPortable, "`--` inside a comment")),
    ),
    ("<!-- <key>a</key> -->", None),
    (
        "<?php ?>",
        Some((ProblemLevel::NotPortable, "processing instruction")),
    ),
    (
        "<!DOCTYPE plist>",
        Some((ProblemLevel::Refused, "a declaration inside")),
    ),
    (
        "{% if x %}<key>a</key><true/>{% endif %}",
        Some((ProblemLevel::Refused, "template (Jinja")),
    ),
];

#[test]
fn each_fault_inside_a_dictionary_is_told_once() {
    for (inner, expected) in INSIDE {
        let text = document(inner);
        let decoded = decode(text.as_bytes());
        let problems = decoded.parse().problems;
        match (expected, problems.as_slice()) {
            (None, []) => {}
            (Some((level, part)), [problem]) => {
                assert_eq!(problem.level, *level, "{inner}: {problem:?}");
                assert!(problem.message.contains(part), "{inner}: {problem:?}");
                assert!(
                    !problem.message.ends_with('.') && !problem.help.is_empty(),
                    "{problem:?}"
                );
            }
            _ => panic!("{inner}: {problems:#?}"),
        }
    }
}

/// Whole files that are something else, and a part of what is reported.
const WRECKS: &[(&[u8], ProblemLevel, &str)] = &[
    (b"", ProblemLevel::Refused, "empty"),
    (b" \n", ProblemLevel::NotPortable, "only white space"),
    (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n",
        ProblemLevel::Refused,
        "pointer of Git LFS",
    ),
    (
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        ProblemLevel::Refused,
        "web page",
    ),
    (
        b"&lt;?xml version=&quot;1.0&quot;?&gt;",
        ProblemLevel::Refused,
        "escaped as HTML",
    ),
    (
        b"<?xml version=\"1.0\"?><!-- c --><configuration_profile><id>1</id></configuration_profile>",
        ProblemLevel::Refused,
        "its first element is `<configuration_profile>`",
    ),
    (
        b"<xml version=\"1.0\"?><plist><dict/></plist>",
        ProblemLevel::Refused,
        "begins with `<xml`",
    ),
    (
        b"<key>a</key><string>b</string>",
        ProblemLevel::Refused,
        "fragment",
    ),
    (
        b"{\"PayloadType\": \"Configuration\"}",
        ProblemLevel::Refused,
        "JSON",
    ),
    (b"PayloadType: Configuration\n", ProblemLevel::Refused, "YAML"),
    (
        b"{ PayloadType = Configuration; }",
        ProblemLevel::NotPortable,
        "OpenStep",
    ),
    (
        b"PayloadType = Configuration;",
        ProblemLevel::NotPortable,
        "OpenStep",
    ),
    (b"{% include 'x' %}", ProblemLevel::Refused, "template"),
    (b"PD94bWwgdmVyc2lvbj0iMS4wIj8+", ProblemLevel::Refused, "base64"),
    (b"-----BEGIN PKCS7-----", ProblemLevel::Refused, "PEM"),
    (
        b"\x30\x82\x01\x00\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02",
        ProblemLevel::Refused,
        "signed message",
    ),
    (
        b"\x30\x82\x01\x00\x06\x09\x2A\x86\x48\x86\xF7\x0A\x01\x07\x02",
        ProblemLevel::Refused,
        "line ends were converted",
    ),
    (b"PK\x03\x04", ProblemLevel::Refused, "ZIP"),
    (b"just some words", ProblemLevel::Refused, "not a property list"),
];

#[test]
fn a_file_that_is_something_else_is_called_by_its_name() {
    for (bytes, level, part) in WRECKS {
        let decoded = decode(bytes);
        let parsed = decoded.parse();
        let [problem] = parsed.problems.as_slice() else {
            panic!("{part}: {:#?}", parsed.problems)
        };
        assert_eq!(problem.level, *level, "{problem:?}");
        assert!(problem.message.contains(part), "{part}: {problem:?}");
        assert!(parsed.tree.root().is_none());
    }
}

/// Whole documents, and the level and a part of the only thing reported.
const DOCUMENTS: &[(&[u8], Expected)] = &[
    (
        b"<?xml version=\"1.0\"?><plist><dict/></plist><!-- x -->",
        None,
    ),
    (
        b"\xEF\xBB\xBF<?xml version=\"1.0\"?><plist><dict/></plist>",
        Some((ProblemLevel::NotPortable, "byte order mark")),
    ),
    (
        b"\n<?xml version=\"1.0\"?><plist><dict/></plist>",
        Some((ProblemLevel::NotPortable, "before the XML declaration")),
    ),
    (
        b"<plist><dict/></plist>",
        Some((ProblemLevel::NotPortable, "no XML declaration")),
    ),
    (
        b"<!DOCTYPE plist><plist><dict/></plist>",
        Some((ProblemLevel::NotPortable, "Python's plistlib")),
    ),
    (
        b"<?xml version=\"1.0\"?><dict/>",
        Some((ProblemLevel::NotPortable, "no `<plist>`")),
    ),
    (
        b"<?xml version=\"1.0\"?><plist/>",
        Some((ProblemLevel::Refused, "`<plist>` is empty")),
    ),
    (
        b"<?xml version=\"1.0\"?><plist><dict/></plist>x",
        Some((ProblemLevel::NotPortable, "follows the end")),
    ),
    (
        b"<?xml version=\"1.0\"?><plist><dict/><dict/></plist>",
        Some((ProblemLevel::Refused, "a second value")),
    ),
    (
        b"<?xml version=\"1.0\"?><plist><dict/>",
        Some((ProblemLevel::Refused, "ends while `<plist>` is open")),
    ),
    (
        b"<?xml version=\"1.0\"?><plist><dict><key>a</ke",
        Some((ProblemLevel::Refused, "the file ends inside")),
    ),
    (
        b"<?xml version=\"1.0\"?><!DOCTYPE plist [<!ENTITY a \"b\">]><plist><dict/></plist>",
        Some((ProblemLevel::Refused, "`[\u{2026}]`")),
    ),
    (
        b"<?xml version=\"1.0\"?><!doctype plist><plist><dict/></plist>",
        Some((ProblemLevel::Refused, "`<!DOCTYPE`")),
    ),
    (
        "<?xml version=“1.0”?><plist><dict/></plist>".as_bytes(),
        Some((ProblemLevel::NotPortable, "curly")),
    ),
    (
        b"<?xml version=\"1.0\" encoding=\"utf8\"?><plist><dict/></plist>",
        Some((ProblemLevel::NotPortable, "instead of `UTF-8`")),
    ),
    (
        b"<?xml version=\"1.0\" encoding=\"utf-16\"?><plist><dict/></plist>",
        Some((ProblemLevel::Refused, "and is not")),
    ),
    (
        b"<?xml version=\"1.0\" encoding=\"nonsense\"?><plist><dict/></plist>",
        Some((ProblemLevel::Refused, "unknown encoding")),
    ),
    (
        b"<?xml version=\"1.0\"?><plist><dict><key>\xFF</key><true/></dict></plist>",
        Some((ProblemLevel::Refused, "not UTF-8")),
    ),
    (
        b"<?xml version=\"1.0\"?><plist><dict><!-- \xFF --></dict></plist>",
        Some((ProblemLevel::NotPortable, "not UTF-8")),
    ),
];

#[test]
fn each_fault_of_a_document_is_told_once() {
    for (bytes, expected) in DOCUMENTS {
        let shown = String::from_utf8_lossy(bytes);
        let decoded = decode(bytes);
        match (expected, decoded.parse().problems.as_slice()) {
            (None, []) => {}
            (Some((level, part)), [problem]) => {
                assert_eq!(problem.level, *level, "{shown}: {problem:?}");
                assert!(problem.message.contains(part), "{shown}: {problem:?}");
            }
            (_, problems) => panic!("{shown}: {problems:#?}"),
        }
    }
}

#[test]
fn one_run_shows_every_fault() {
    use ProblemKind as P;
    let text = document(
        "<key>a</key><integer>x</integer><key>b</key><key>c</key><string>&oops;</string>stray<key>d</key><array><Dict/></array>",
    );
    let decoded = decode(text.as_bytes());
    let parsed = decoded.parse();
    let kinds: Vec<_> = parsed.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(
        kinds,
        [
            P::Scalar,
            P::MissingValue,
            P::Entity,
            P::StrayText,
            P::UnknownTag
        ]
    );
    let root = parsed.tree.root().and_then(Value::as_dictionary).unwrap();
    let keys: Vec<_> = root
        .entries()
        .map(|entry| entry.key().into_owned())
        .collect();
    assert_eq!(keys, ["a", "c", "d"]);
}

#[test]
fn other_encodings_are_read() {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><plist><dict><key>ä</key><string>€</string></dict></plist>";
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let latin = b"<?xml version=\"1.0\" encoding=\"windows-1252\"?><plist><dict><key>\xE4</key><string>\x80</string></dict></plist>";
    for bytes in [wide.as_slice(), latin] {
        let decoded = decode(bytes);
        let parsed = decoded.parse();
        assert_eq!(parsed.problems.len(), 1);
        let root = parsed.tree.root().and_then(Value::as_dictionary).unwrap();
        assert_eq!(root.get("ä").unwrap().as_str().unwrap(), "€");
    }
}

#[test]
fn nesting_ends_where_apple_ends_it() {
    for (depth, refused) in [(511, false), (512, true), (100_000, true)] {
        let text = document(&format!(
            "<key>a</key>{}{}",
            "<array>".repeat(depth),
            "</array>".repeat(depth)
        ));
        let decoded = decode(text.as_bytes());
        let problems = decoded.parse().problems;
        assert_eq!(problems.len(), if refused { 2 } else { 1 }, "{problems:?}");
        assert_eq!(
            problems
                .iter()
                .any(|problem| problem.level == ProblemLevel::Refused),
            refused
        );
    }
}

/// Our value as the `plist` crate would hold it.
pub(super) fn converted(value: Value<'_>) -> plist::Value {
    match value.kind() {
        Kind::Dictionary => plist::Value::Dictionary(
            value
                .as_dictionary()
                .unwrap()
                .entries()
                .map(|entry| (entry.key().into_owned(), converted(entry.value)))
                .collect(),
        ),
        Kind::Array => plist::Value::Array(value.as_array().unwrap().map(converted).collect()),
        Kind::String | Kind::Key => plist::Value::String(value.as_str().unwrap().into_owned()),
        Kind::Integer | Kind::Uid => {
            let integer: Integer = value.as_integer().unwrap();
            i64::try_from(integer).map_or_else(
                |_| u64::try_from(integer).unwrap().into(),
                plist::Value::from,
            )
        }
        Kind::Real => plist::Value::Real(value.as_real().unwrap()),
        Kind::Boolean => plist::Value::Boolean(value.as_bool().unwrap()),
        Kind::Data => plist::Value::Data(value.as_data().unwrap()),
        Kind::Date => {
            let epoch = std::time::UNIX_EPOCH + std::time::Duration::from_hours(271_752);
            let seconds = value.as_date().unwrap();
            let distance = std::time::Duration::from_secs_f64(seconds.abs());
            plist::Value::Date(
                if seconds < 0.0 {
                    epoch - distance
                } else {
                    epoch + distance
                }
                .into(),
            )
        }
    }
}

/// Any value a property list can hold.
pub(super) fn any_value() -> impl Strategy<Value = plist::Value> {
    let leaf = prop_oneof![
        "[ -~äöü€\n\t]{0,40}".prop_map(plist::Value::from),
        any::<i64>().prop_map(plist::Value::from),
        any::<u64>().prop_map(plist::Value::from),
        any::<bool>().prop_map(plist::Value::from),
        (-1.0e12..1.0e12).prop_map(plist::Value::Real),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(plist::Value::Data),
        (0_u64..4_000_000_000).prop_map(|seconds| {
            plist::Value::Date(
                (std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)).into(),
            )
        }),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(plist::Value::Array),
            prop::collection::vec(("[A-Za-z&<> ]{0,12}", inner), 0..6)
                .prop_map(|pairs| plist::Value::Dictionary(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_the_plist_crate_writes_reads_alike(value in any_value()) {
        let (mut xml, mut binary) = (Vec::new(), Vec::new());
        value.to_writer_xml(&mut xml).unwrap();
        value.to_writer_binary(&mut binary).unwrap();
        for bytes in [xml, binary] {
            let decoded = decode(&bytes);
            let parsed = decoded.parse();
            prop_assert_eq!(&parsed.problems, &[]);
            prop_assert_eq!(&converted(parsed.tree.root().unwrap()), &value);
        }
    }

    #[test]
    fn damaged_files_never_panic(
        value in any_value(),
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let (mut xml, mut binary) = (Vec::new(), Vec::new());
        value.to_writer_xml(&mut xml).unwrap();
        value.to_writer_binary(&mut binary).unwrap();
        for mut bytes in [xml, binary, GOOD.as_bytes().to_vec()] {
            survive(&bytes[..cut.index(bytes.len())]);
            for (place, byte) in &hits {
                let at = place.index(bytes.len());
                bytes[at] = *byte;
            }
            survive(&bytes);
        }
    }

    #[test]
    fn markup_in_any_order_never_panics(pieces in prop::collection::vec(prop::sample::select(vec![
        "<dict>", "</dict>", "<array>", "</array>", "<key>", "</key>", "<string>", "</string>", "<integer>", "</integer>",
        "<true/>", "<true>", "</true>", "<data>", "</data>", "<date/>", "<plist>", "</plist>", "<plist/>", "<!--", "-->",
        "<![CDATA[", "]]>", "<?", "?>", "&amp;", "&", "&#x", "<Foo>", "</Foo>", "<", ">", "</", " ", "a", "1", "é", "\r", "\u{0}",
    ]), 0..40)) {
        survive(document(&pieces.concat()).as_bytes());
        survive(pieces.concat().as_bytes());
    }
}

#[test]
fn data_with_an_entity_has_the_bytes_a_mac_reads() {
    let text = document("<key>a</key><data>&#65;AEC</data>");
    let decoded = decode(text.as_bytes());
    let parsed = decoded.parse();
    let root = parsed.tree.root().and_then(Value::as_dictionary).unwrap();
    let bytes = root.get("a").unwrap().as_data().unwrap();
    assert_eq!(bytes, [0xEB, 0x90, 0x04]);
}

#[test]
fn every_prefix_is_survived() {
    let mut binary = Vec::new();
    plist::Value::from_reader_xml(GOOD.as_bytes())
        .unwrap()
        .to_writer_binary(&mut binary)
        .unwrap();
    for bytes in [GOOD.as_bytes(), &binary] {
        for end in 0..bytes.len() {
            survive(&bytes[..end]);
            assert!(
                !decode(&bytes[..end]).parse().problems.is_empty()
                    || bytes[end..].trim_ascii().is_empty()
            );
        }
    }
}

#[test]
fn a_place_in_decoded_text_is_found_where_it_is_written() {
    let text = "a&quot;b<!-- c -->d<![CDATA[ef]]>g&#228;h";
    let decoded = scalar::decode(text);
    for letter in "abdefgh".chars() {
        let at = scalar::encoded_offset(text, decoded.find(letter).unwrap());
        assert!(text[at..].starts_with(letter), "{letter}");
    }
    let quote = decoded.find('"').unwrap();
    assert!(text[scalar::encoded_offset(text, quote)..].starts_with("&quot;b"));
    assert!(text[..scalar::encoded_offset(text, quote + 1)].ends_with("&quot;"));
    assert_eq!(scalar::encoded_offset(text, decoded.len()), text.len());
}
