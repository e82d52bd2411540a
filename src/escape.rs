//! Makes text from files safe to show. Profiles and repositories are untrusted: a display name can hold terminal
//! control sequences, markup, or a line that a CI system reads as a command.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text for a terminal or a one-line message: control characters, line breaks and direction overrides become
/// visible escapes such as `\u{1b}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    // Nearly every text there is.
    if is_printable(text.as_bytes()) || !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(hidden));
            }
            plain => shown.push(plain),
        }
    }
    Cow::Owned(shown)
}

/// Whether these are printable characters of ASCII and nothing else: sixteen at once, without a branch for any.
fn is_printable(bytes: &[u8]) -> bool {
    let printable = |some: &[u8]| {
        some.iter()
            .fold(true, |all, byte| all & matches!(byte, b' '..=b'~'))
    };
    let Some(last) = bytes.last_chunk::<16>() else {
        return printable(bytes);
    };
    let (sixteens, _) = bytes.as_chunks::<16>();
    sixteens.iter().all(|some| printable(some)) && printable(last)
}

/// Characters that change how a terminal or a reader sees the rest of a line.
pub(crate) fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{AD}'
            | '\u{61C}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// A value quoted in backticks for a message, shortened when it is very long.
pub(crate) fn quoted(text: &str) -> String {
    /// Longer values are cut: the place in the file tells the rest.
    const LIMIT: usize = 120;
    let shown = visible(text);
    if shown.len() <= LIMIT || shown.chars().count() <= LIMIT {
        return format!("`{shown}`");
    }
    let head: String = shown.chars().take(LIMIT).collect();
    format!("`{head}…`")
}

/// Text for XML content or a quoted attribute. Characters that XML 1.0 forbids become U+FFFD.
pub(crate) fn xml(text: &str) -> Cow<'_, str> {
    let special = |letter: char| {
        matches!(letter, '&' | '<' | '>' | '"' | '\'' | '\r') || !is_xml_char(letter)
    };
    if !text.contains(special) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\r' => out.push_str("&#13;"),
            plain if is_xml_char(plain) => out.push(plain),
            _ => out.push('\u{FFFD}'),
        }
    }
    Cow::Owned(out)
}

/// Whether XML 1.0 allows the character at all (W3C XML 1.0, production 2 `Char`).
pub(crate) fn is_xml_char(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_becomes_visible() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}"), "a\\u{1b}[31mb\\u{202e}");
    }

    #[test]
    fn markup_becomes_text() {
        assert_eq!(
            xml("<a b=\"c\">&\u{0}"),
            "&lt;a b=&quot;c&quot;&gt;&amp;\u{FFFD}"
        );
    }

    #[test]
    fn a_long_value_is_cut() {
        assert!(quoted(&"x".repeat(500)).chars().count() < 130);
    }
}
