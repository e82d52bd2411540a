//! Bytes to lines. What people collect comes from terminals, tickets and chat programs: byte order marks, UTF-16 from
//! Windows, typographic quotes, no-break spaces and colour codes must not matter.

use std::collections::BTreeSet;

use crate::escape::visible;

/// The lines of an input that somebody understood.
pub(crate) type Seen = BTreeSet<u32>;

/// The text of one input, in lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    /// The lines without their ends, made plain.
    lines: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'t> {
    /// Its number, from 1.
    pub(crate) number: u32,
    /// How many blanks it begins with.
    pub(crate) indent: usize,
    /// Its text without blanks around it.
    pub(crate) text: &'t str,
}

/// Why bytes are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoText {
    /// Nothing, or blanks only.
    Empty,
    /// A `SQLite` database.
    Database,
    BinaryPropertyList,
    /// Something else that is not text.
    Binary,
}

impl Text {
    pub(crate) fn new(bytes: &[u8]) -> Result<Self, NoText> {
        if bytes.starts_with(b"SQLite format 3\0") {
            return Err(NoText::Database);
        }
        if bytes.starts_with(b"bplist0") {
            return Err(NoText::BinaryPropertyList);
        }
        let text = decode(bytes).ok_or(NoText::Binary)?;
        if text.trim().is_empty() {
            return Err(NoText::Empty);
        }
        Ok(Self {
            // A carriage return alone is a line end of old Macs, which some programs still write.
            lines: if text.contains('\n') {
                text.lines().map(plain).collect()
            } else {
                text.split('\r').map(plain).collect()
            },
        })
    }

    /// The lines, blank ones included.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> + Clone {
        (1..).zip(&self.lines).map(|(number, line)| Line {
            number,
            indent: line.len() - line.trim_start().len(),
            text: line.trim(),
        })
    }

    /// All lines as one text.
    pub(crate) fn joined(&self) -> String {
        self.lines.join("\n")
    }

    /// The first line that says something, for a message.
    pub(crate) fn first_line(&self) -> &str {
        self.lines()
            .map(|line| line.text)
            .find(|line| !line.is_empty())
            .unwrap_or_default()
    }
}

/// UTF-8, or UTF-16 as Windows writes it; `None` for what is no text.
fn decode(bytes: &[u8]) -> Option<String> {
    let units = |unit: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
        let text: String = char::decode_utf16(units)
            .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        (!text.contains('\0')).then_some(text)
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return units(u16::from_le_bytes, rest),
        [0xFE, 0xFF, rest @ ..] => return units(u16::from_be_bytes, rest),
        // Without a mark: every second byte of plain text is zero.
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => {
            return units(u16::from_le_bytes, bytes);
        }
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => {
            return units(u16::from_be_bytes, bytes);
        }
        _ => {}
    }
    if bytes.contains(&0) {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    // A Latin-1 letter here and there is text; a file full of them is not.
    let broken = text
        .chars()
        .filter(|letter| *letter == char::REPLACEMENT_CHARACTER)
        .count();
    // Terminals leave an escape or a backspace; other control characters are no text.
    let is_control = |letter: &char| {
        letter.is_control()
            && !letter.is_whitespace()
            && !matches!(letter, '\u{1b}' | '\u{8}' | '\u{7}')
    };
    let control = text.chars().filter(is_control).count();
    let few = |count: usize, most: usize| count <= most + bytes.len() / 50;
    (few(broken, 8) && few(control, 1)).then(|| text.trim_start_matches('\u{FEFF}').to_owned())
}

/// A line without the `>` of quoted mail and without colour codes, with plain quotes and blanks; tabs stay.
fn plain(line: &str) -> String {
    let mut line = line;
    while let Some(quoted) = line.strip_prefix('>') {
        line = quoted.strip_prefix(' ').unwrap_or(quoted);
    }
    // Nearly every line is plain already.
    if line.is_ascii() && !line.contains(['\u{1b}', '\r']) {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' if letters.peek() == Some(&'[') => {
                letters.next();
                while letters
                    .next_if(|code| matches!(code, '0'..='9' | ';' | '?'))
                    .is_some()
                {}
                letters.next();
            }
            '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{00AB}' | '\u{00BB}' => out.push('"'),
            '\u{2018}' | '\u{2019}' | '\u{201A}' => out.push('\''),
            '\u{A0}' | '\u{2007}' | '\u{202F}' => out.push(' '),
            '\u{FF1A}' => out.push(':'),
            '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\r' => {}
            other => out.push(other),
        }
    }
    out
}

/// A line as evidence shows it: visible, and short enough for a terminal.
pub(crate) fn shown(line: &str) -> String {
    /// More than this is scrolled past.
    const LIMIT: usize = 200;
    let line = line.trim().replace('\t', " ");
    let mut shown: String = line.chars().take(LIMIT).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    visible(&shown).into_owned()
}
