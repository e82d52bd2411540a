//! Scalars and comments of YAML, quoted wherever a reader of YAML could take them for something else.

use std::fmt::Write as _;

use crate::escape::{Defused, defused, is_hidden, visible};

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
            hidden if is_hidden(hidden) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\U{:08X}", u32::from(hidden));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    // The policy may be printed into the log of a CI job. In double quotes YAML has the escapes of JSON.
    defused(&out, Defused::Json).into_owned()
}

/// A list on one line.
pub(super) fn list<'t>(items: impl IntoIterator<Item = &'t str>) -> String {
    let items: Vec<_> = items.into_iter().map(word).collect();
    format!("[{}]", items.join(", "))
}

/// A comment; nothing of the text can end it.
pub(super) fn comment(indent: usize, text: &str) -> String {
    let text = visible(text);
    format!("{:indent$}# {}\n", "", defused(&text, Defused::Text))
}

/// An item of a list of maps.
pub(super) fn item(indent: usize, lines: &[String]) -> String {
    let mut out = String::new();
    for (number, line) in lines.iter().enumerate() {
        let mark = if number == 0 { "- " } else { "  " };
        let _ = writeln!(out, "{:indent$}{mark}{line}", "");
    }
    out
}
