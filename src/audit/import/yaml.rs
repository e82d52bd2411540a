//! Scalars and comments of YAML, quoted wherever a reader of YAML could take them for something else.

use std::fmt::Write as _;

use crate::escape::visible;

/// A Team ID, a bundle ID or a word. Team IDs such as `1234567890` and `12345E6789` are numbers without quotes.
pub(super) fn word(text: &str) -> String {
    let starts = text.starts_with(|first: char| first.is_ascii_alphabetic());
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
    // `yes`, `null`, `all` and the like have no dot and are short.
    let unmistakable = text.contains('.') || text.len() > 5;
    if starts && unmistakable && text.chars().all(plain) {
        text.to_owned()
    } else {
        line(text)
    }
}

/// Any text on one line, in double quotes.
pub(super) fn line(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A list on one line.
pub(super) fn list<'t>(items: impl IntoIterator<Item = &'t str>) -> String {
    let items: Vec<_> = items.into_iter().map(word).collect();
    format!("[{}]", items.join(", "))
}

/// A comment; nothing of the text can end it.
pub(super) fn comment(indent: usize, text: &str) -> String {
    format!("{:indent$}# {}\n", "", visible(text))
}
