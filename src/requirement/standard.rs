//! The requirement of a program that is signed with a Developer ID, from its identifier and its team alone. That is what
//! `codesign -d -r-` prints for it: 93 of 100 requirements in 1,548 public privacy entries have this form or the one
//! with the App Store beside it.

use std::fmt::Write as _;

/// The marks in certificates of Developer ID: of Apple's intermediate certificate, and of the developer's own.
const INTERMEDIATE: &str = "certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */";
const LEAF: &str = "certificate leaf[field.1.2.840.113635.100.6.1.13] /* exists */";

/// The requirement for an identifier and a Team ID. A Team ID needs quotes when it begins with a digit; the identifier
/// always has them, as `codesign` prints it.
pub(crate) fn developer_id(identifier: &str, team: &str) -> String {
    let mut text = String::from("identifier ");
    push_quoted(&mut text, identifier);
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        " and anchor apple generic and {INTERMEDIATE} and {LEAF} and certificate leaf[subject.OU] = "
    );
    if team.starts_with(|c: char| c.is_ascii_alphabetic())
        && team.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        text.push_str(team);
    } else {
        push_quoted(&mut text, team);
    }
    text
}

fn push_quoted(text: &mut String, value: &str) {
    text.push('"');
    text.push_str(&value.replace('"', "\\\""));
    text.push('"');
}
