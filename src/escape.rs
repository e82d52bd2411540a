//! Makes text from files safe to show. Profiles and repositories are untrusted: a display name can hold terminal
//! control sequences, markup, or a line that a CI runner reads as a command. What is printed passes `output::Out`, which
//! does all of this; messages and files that are made elsewhere call these functions.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text for a one-line message: control characters, line breaks and direction overrides become visible escapes such as
/// `\u{1b}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    // Nearly every text there is.
    if is_printable(text.as_bytes()) || !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        push_visible(letter, &mut shown);
    }
    Cow::Owned(shown)
}

/// Adds a character, or the escape that makes it visible.
pub(crate) fn push_visible(letter: char, shown: &mut String) {
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

/// What a line is written in, which decides how a sign of a workflow command is replaced in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defused {
    Text,
    /// A command of our own, which begins with `::`.
    Command,
    Json,
    Markup,
}

impl Defused {
    const fn sign(self, sign: u8) -> &'static str {
        match (self, sign) {
            (Self::Json, b'#') => "\\u0023",
            (Self::Json, b'_') => "\\u005f",
            (Self::Json, _) => "\\u003a",
            (Self::Markup, b'#') => "&#35;",
            (Self::Markup, b'_') => "&#95;",
            (Self::Markup, _) => "&#58;",
            (_, b'#') => "\\u{23}",
            (_, b'_') => "\\u{5f}",
            (..) => "\\u{3a}",
        }
    }
}

/// A line in which no CI runner finds a command:
/// - `##vso[…]` and `##[…]` are commands anywhere in a line (Azure Pipelines, and GitHub's runner in its old form), and
///   `##teamcity[…]` is one;
/// - `::name …::` is a command after blanks at the beginning of a line (GitHub), where `::token::` switches them on again;
/// - `section_start:` and `section_end:` fold a log (GitLab).
pub(crate) fn defused(line: &str, kind: Defused) -> Cow<'_, str> {
    let bytes = line.as_bytes();
    let mut signs = Vec::new();
    if matches!(kind, Defused::Text | Defused::Markup) && bytes.contains(&b':') {
        let start = line.len() - without_styles(line).len();
        // The renderer's own `:::` is none: no command has a name that begins with a colon.
        if bytes[start..].starts_with(b"::") && bytes.get(start + 2) != Some(&b':') {
            signs.push(start);
        }
    }
    for at in memchr::memchr_iter(b'#', bytes) {
        if opens_command(&bytes[at + 1..], kind) {
            signs.push(at);
        }
    }
    for at in memchr::memchr_iter(b'_', bytes) {
        if folds_log(&bytes[..at], &bytes[at + 1..]) {
            signs.push(at);
        }
    }
    if signs.is_empty() {
        return Cow::Borrowed(line);
    }
    signs.sort_unstable();
    let mut out = String::with_capacity(line.len() + 8 * signs.len());
    let mut done = 0;
    for at in signs {
        out.push_str(&line[done..at]);
        out.push_str(kind.sign(bytes[at]));
        done = at + 1;
    }
    out.push_str(&line[done..]);
    Cow::Owned(out)
}

/// What comes after the blanks and styles at the beginning of a line.
fn without_styles(line: &str) -> &str {
    let mut rest = line.trim_start();
    while let Some(style) = rest.strip_prefix("\u{1b}[")
        && let Some(end) = style.find('m')
    {
        rest = style[end + 1..].trim_start();
    }
    rest
}

/// Whether a `#` before this begins `##[`, `##vso[` or another command of that form. A string of JSON comes in pieces, so
/// what is cut off there counts as one.
fn opens_command(after: &[u8], kind: Defused) -> bool {
    let in_pieces = kind == Defused::Json;
    let Some(name) = after.strip_prefix(b"#") else {
        return in_pieces && after.is_empty();
    };
    match name.iter().find(|byte| !byte.is_ascii_alphanumeric()) {
        Some(next) => *next == b'[',
        None => in_pieces,
    }
}

/// Whether `_` between these is the one of `section_start:` or `section_end:`.
fn folds_log(before: &[u8], after: &[u8]) -> bool {
    let starts = |word: &[u8]| {
        after
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    before
        .last_chunk::<7>()
        .is_some_and(|word| word.eq_ignore_ascii_case(b"section"))
        && (starts(b"start:") || starts(b"end:"))
}

/// A value quoted in backticks for a message, shortened when it is very long.
pub(crate) fn quoted(text: &str) -> String {
    /// Longer values are cut: the place in the file shows the rest.
    const LIMIT: usize = 120;
    let shown = visible(text);
    if shown.len() <= LIMIT || shown.chars().count() <= LIMIT {
        return format!("`{shown}`");
    }
    let head: String = shown.chars().take(LIMIT).collect();
    format!("`{head}…`")
}

/// A path as a word of a shell.
pub(crate) fn shell_word(path: &str) -> String {
    let is_plain = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, '/' | '.' | '-' | '_' | ',' | '+' | ':')
    };
    let shown = visible(path);
    if shown.chars().all(is_plain) {
        shown.into_owned()
    } else {
        format!("'{}'", shown.replace('\'', "'\\''"))
    }
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
    fn no_line_holds_a_command_of_a_runner() {
        let text = |line| defused(line, Defused::Text).into_owned();
        for (line, shown) in [
            ("a ##vso[task.x]b", "a \\u{23}#vso[task.x]b"),
            ("##[group]", "\\u{23}#[group]"),
            ("###[x] ##TeamCity[y]", "#\\u{23}#[x] \\u{23}#TeamCity[y]"),
            ("\u{a0} ::error::x", "\u{a0} \\u{3a}:error::x"),
            ("\u{1b}[1m ::x::", "\u{1b}[1m \\u{3a}:x::"),
            ("Section_Start:1:a", "Section\\u{5f}Start:1:a"),
            ("### a::b, c # [d] ## e[", "### a::b, c # [d] ## e["),
            ("  ::: a.yaml:1:2", "  ::: a.yaml:1:2"),
        ] {
            assert_eq!(text(line), shown);
        }
        assert_eq!(
            defused("::error::##[x]", Defused::Command),
            "::error::\\u{23}#[x]"
        );
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
