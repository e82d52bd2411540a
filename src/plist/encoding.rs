//! Encodings other than UTF-8, as Apple's parser finds them: a byte order mark first, then the XML declaration.

use memchr::memmem;

use super::problem::{Problem, ProblemKind};
use crate::escape::quoted;
use crate::source::Span;

/// What to do about any of them.
const HELP: &str = "save the file as UTF-8 and write `encoding=\"UTF-8\"`";

/// Text from bytes that are not, or do not claim to be, UTF-8, and what that means for other parsers. `None` for the
/// text: read the bytes as UTF-8 after all.
pub(super) fn transcode(bytes: &[u8]) -> Option<(Option<String>, Problem)> {
    let not_portable = |message: String| {
        Problem::not_portable(ProblemKind::Encoding, Span::default(), message, HELP)
    };
    let refused = |message: &'static str| {
        Problem::refused(ProblemKind::Encoding, Span::default(), message, HELP)
    };
    let wide =
        "MDM servers written in Go, such as Fleet and micromdm, and the Rust plist crate refuse it";
    match bytes {
        [0xFF, 0xFE, 0, 0, rest @ ..] => Some((
            Some(utf32(rest, u32::from_le_bytes)),
            not_portable(format!("the file is UTF-32: {wide}")),
        )),
        [0, 0, 0xFE, 0xFF, rest @ ..] => Some((
            Some(utf32(rest, u32::from_be_bytes)),
            not_portable(format!("the file is UTF-32: {wide}")),
        )),
        [0xFF, 0xFE, rest @ ..] => Some((
            Some(utf16(rest, u16::from_le_bytes)),
            not_portable(format!("the file is UTF-16: {wide}")),
        )),
        [0xFE, 0xFF, rest @ ..] => Some((
            Some(utf16(rest, u16::from_be_bytes)),
            not_portable(format!("the file is UTF-16: {wide}")),
        )),
        [b'<', 0, ..] => Some((
            Some(utf16(bytes, u16::from_le_bytes)),
            refused("the file is UTF-16 without a byte order mark"),
        )),
        [0, b'<', ..] => Some((
            Some(utf16(bytes, u16::from_be_bytes)),
            refused("the file is UTF-16 without a byte order mark"),
        )),
        _ => declared(bytes),
    }
}

/// Text from bytes whose XML declaration names another encoding than `UTF-8`.
fn declared(bytes: &[u8]) -> Option<(Option<String>, Problem)> {
    let declaration = bytes.strip_prefix(b"<?xml")?;
    let end =
        memchr::memchr_iter(b'?', declaration).find(|at| declaration.get(at + 1) == Some(&b'>'))?;
    let declaration = &declaration[..end];
    let at = memmem::find(declaration, b"encoding")? + b"encoding".len();
    let rest = declaration[at..]
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let quote = *rest.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let length = rest[1..].iter().position(|byte| *byte == quote)?;
    let name = std::str::from_utf8(&rest[1..=length]).ok()?;
    if name.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let start = rest.as_ptr().addr() - bytes.as_ptr().addr();
    let span = Span::new(start, start + length + 2);
    let shown = quoted(name);
    let problem =
        |message: String| Problem::not_portable(ProblemKind::Encoding, span, message, HELP);
    let go = "Swift and MDM servers written in Go, such as Fleet and micromdm, refuse it";
    let single = |table: fn(u8) -> char| bytes.iter().map(|byte| table(*byte)).collect::<String>();
    if lower.starts_with("utf-16") || lower.starts_with("utf-32") || lower.starts_with("ucs-") {
        let message = format!("the file says it is {shown} and is not");
        return Some((
            None,
            Problem::refused(ProblemKind::Encoding, span, message, HELP),
        ));
    }
    let text = match lower.as_str() {
        "utf8" => {
            return Some((
                None,
                problem(format!(
                    "the encoding is written {shown} instead of `UTF-8`: {go}"
                )),
            ));
        }
        _ if says_other_letters(&lower, bytes) => {
            let message = format!("the encoding is {shown}, which this tool does not read");
            let problem = Problem::refused(ProblemKind::Limit, span, message, HELP);
            return Some((None, problem));
        }
        _ if bytes.is_ascii() && is_known(&lower) => None,
        "iso-8859-1" | "latin1" | "us-ascii" | "ascii" => Some(single(char::from)),
        "windows-1252" | "cp1252" => Some(single(windows_1252)),
        _ if is_known(&lower) => {
            let message = format!(
                "the encoding is {shown}: {go}, and here only the ASCII letters could be read"
            );
            return Some((
                Some(single(|byte| {
                    if byte.is_ascii() {
                        char::from(byte)
                    } else {
                        '?'
                    }
                })),
                problem(message),
            ));
        }
        _ => {
            let message = format!("unknown encoding {shown}");
            return Some((
                None,
                Problem::refused(ProblemKind::Encoding, span, message, HELP),
            ));
        }
    };
    Some((text, problem(format!("the encoding is {shown}: {go}"))))
}

/// Whether ASCII bytes of this encoding stand for other letters: between `+` and `-` in UTF-7, after an escape in ISO 2022.
fn says_other_letters(name: &str, bytes: &[u8]) -> bool {
    name.starts_with("utf-7") && bytes.contains(&b'+')
        || name.starts_with("iso-2022-") && bytes.contains(&0x1B)
}

/// Whether a name is one of the IANA registry that macOS converts from (the common families).
fn is_known(name: &str) -> bool {
    const FAMILIES: [&str; 20] = [
        "us-ascii",
        "ascii",
        "iso-8859-",
        "latin1",
        "windows-",
        "cp125",
        "macintosh",
        "x-mac-",
        "utf-7",
        "koi8-",
        "big5",
        "shift_jis",
        "euc-",
        "gb2312",
        "gbk",
        "gb18030",
        "iso-2022-",
        "ks_c_5601",
        "ibm",
        "tis-620",
    ];
    FAMILIES.iter().any(|family| name.starts_with(family))
}

/// UTF-16 to text; a broken pair becomes U+FFFD.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units)
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// UTF-32 to text; what is not a character becomes U+FFFD.
fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> String {
    let units = bytes.as_chunks::<4>().0.iter();
    units
        .map(|four| char::from_u32(unit(*four)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// A byte of Windows code page 1252 (Latin-1 with letters where Latin-1 has control characters).
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
        '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}
