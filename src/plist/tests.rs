//! What every part of the reader promises, on fixtures of our own.
#![cfg(test)]

use super::{Kind, ProblemKind, decode};

/// A small profile with one of everything.
const GOOD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n\t<key>Name &amp; more</key>\n\t<string>a&#65;b</string>\n\t<key>List</key>\n\t<array><integer>-5</integer><true/><false/><real>1.5</real></array>\n\t<key>Bytes</key><data>AAEC</data>\n\t<key>Day</key><date>2001-01-02T00:00:01Z</date>\n\t<key>Empty</key><dict/>\n</dict>\n</plist>\n";

#[test]
fn values_come_back_as_they_were_written() {
    let decoded = decode(GOOD.as_bytes());
    let parsed = decoded.parse();
    assert_eq!(parsed.problems, []);
    let root = parsed
        .tree
        .root()
        .and_then(super::Value::as_dictionary)
        .unwrap();
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
fn a_key_that_stands_twice_is_told_with_both_places() {
    let text = GOOD.replace("Empty", "List");
    let decoded = decode(text.as_bytes());
    let parsed = decoded.parse();
    let [problem] = parsed.problems.as_slice() else {
        panic!("{:?}", parsed.problems)
    };
    assert_eq!(problem.kind, ProblemKind::DuplicateKey);
    assert_eq!(&text[problem.span.range()], "<key>List</key>");
    assert!(problem.related.as_ref().unwrap().0 < problem.span);
}
