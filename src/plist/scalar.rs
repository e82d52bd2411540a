//! Leaf values: text to integer, real, date, bytes, by the rules of Apple's parser (`CFPropertyList.c`).
//!
//! Reading and judging are one function each: what a Mac refuses is an `Err`, what a Mac reads and others do not comes
//! back beside the value as an oddity.

use std::borrow::Cow;

use time::Duration;
use time::format_description::well_known::Rfc3339;

/// An integer as Apple stores it: −2^63 to 2^64−1.
pub(crate) type Integer = i128;

/// Why a leaf could not be read; a Mac refuses the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ScalarError {
    #[error("is empty")]
    Empty,
    /// A character that does not belong there, and its offset.
    #[error("contains {}", crate::escape::quoted(.0.encode_utf8(&mut [0; 4])))]
    Character(char, usize),
    /// Outside what Apple stores.
    #[error("is not between -9223372036854775808 and 18446744073709551615")]
    Range,
    #[error("is not a number")]
    Number,
    /// Not in the form `YYYY-MM-DDTHH:MM:SSZ`.
    #[error("is not of the form `YYYY-MM-DDTHH:MM:SSZ`")]
    Date,
}

/// A leaf that a Mac reads and another parser does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    /// White space before the number.
    LeadingSpace,
    Plus,
    Hexadecimal,
    /// A month, day, hour, minute or second that does not exist, or a year without four digits.
    Calendar,
    /// Characters that are not base64, or padding that is wrong.
    Base64,
}

/// White space as Apple's parser knows it.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The first character at a byte offset; the text is cut only at boundaries.
fn character(text: &str, at: usize) -> ScalarError {
    let letter = text.get(at..).and_then(|rest| rest.chars().next());
    ScalarError::Character(letter.unwrap_or('\u{FFFD}'), at)
}

pub(crate) fn integer(text: &str) -> Result<Integer, ScalarError> {
    check_integer(text).map(|(value, _)| value)
}

/// Reads an integer and says what is odd about it: blanks in front, a sign, blanks, then digits, also hexadecimal.
pub(crate) fn check_integer(text: &str) -> Result<(Integer, Option<Oddity>), ScalarError> {
    let bytes = text.as_bytes();
    let mut oddity = None;
    let skip = |mut at: usize| {
        while at < bytes.len() && is_space(bytes[at]) {
            at += 1;
        }
        at
    };
    let mut at = skip(0);
    if at > 0 {
        oddity = Some(Oddity::LeadingSpace);
    }
    let negative = bytes.get(at) == Some(&b'-');
    if bytes.get(at) == Some(&b'+') {
        oddity = Some(Oddity::Plus);
    }
    if matches!(bytes.get(at), Some(b'-' | b'+')) {
        at += 1;
        let digits = skip(at);
        if digits > at {
            oddity = Some(Oddity::LeadingSpace);
        }
        at = digits;
    }
    let mut radix = 10;
    if bytes.get(at) == Some(&b'0') && matches!(bytes.get(at + 1), Some(b'x' | b'X')) {
        radix = 16;
        at += 2;
        oddity = Some(Oddity::Hexadecimal);
    }
    if at == bytes.len() {
        return Err(ScalarError::Empty);
    }
    let mut value: Integer = 0;
    let mut overflow = false;
    for (offset, byte) in bytes.iter().enumerate().skip(at) {
        let Some(digit) = char::from(*byte).to_digit(radix) else {
            return Err(character(text, offset));
        };
        if !overflow {
            value = value * Integer::from(radix) + Integer::from(digit);
            overflow = value > Integer::from(u64::MAX);
        }
    }
    let value = if negative { -value } else { value };
    if overflow || value < Integer::from(i64::MIN) {
        return Err(ScalarError::Range);
    }
    Ok((value, oddity))
}

/// Reads a real number.
pub(crate) fn real(text: &str) -> Result<f64, ScalarError> {
    check_real(text).map(|(value, _)| value)
}

/// Reads a real number and says what is odd about it. Apple reads `nan` and `inf` in any case, blanks in front, no
/// hexadecimal.
pub(crate) fn check_real(text: &str) -> Result<(f64, Option<Oddity>), ScalarError> {
    let digits = text.trim_start_matches([' ', '\t', '\n', '\r']);
    let oddity = (digits.len() < text.len()).then_some(Oddity::LeadingSpace);
    if digits.is_empty() {
        return Err(ScalarError::Empty);
    }
    // Rust reads the same words and the same digits as Apple: `nan`, `inf`, `infinity`, `.5`, `5.`, `1e3`.
    let value = digits.parse().map_err(|_| ScalarError::Number)?;
    Ok((value, oddity))
}

/// 2001-01-01T00:00:00Z, from which dates of property lists count, in seconds since 1970, from which clocks count.
pub(crate) const REFERENCE_DATE: f64 = 978_307_200.0;

/// Reads a date into seconds since 2001-01-01T00:00:00Z.
pub(crate) fn date(text: &str) -> Result<f64, ScalarError> {
    check_date(text).map(|(value, _)| value)
}

/// The text of a date from its seconds since 2001-01-01T00:00:00Z, to the second as XML dates are; `None` before the year 0
/// and after 9999.
pub(crate) fn date_text(seconds: f64) -> Option<String> {
    let reference = time::macros::datetime!(2001-01-01 00:00:00 UTC);
    let moment = reference.checked_add(Duration::checked_seconds_f64(seconds.floor())?)?;
    moment.format(&Rfc3339).ok()
}

/// Reads a date and says whether the calendar has it. Apple's parser computes on: month 13 is January of the next year.
pub(crate) fn check_date(text: &str) -> Result<(f64, Option<Oddity>), ScalarError> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (year, rest) = rest.split_at(digits);
    let rest = rest.as_bytes();
    // `-MM-DDTHH:MM:SSZ`
    if rest.len() != 16 {
        return Err(ScalarError::Date);
    }
    let shape = b"-00-00T00:00:00Z";
    let fits = |(byte, wanted): (&u8, &u8)| match wanted {
        b'0' => byte.is_ascii_digit(),
        _ => byte == wanted,
    };
    if !rest.iter().zip(shape).all(fits) {
        return Err(ScalarError::Date);
    }
    let two = |at: usize| i64::from(rest[at] - b'0') * 10 + i64::from(rest[at + 1] - b'0');
    let (month, day, hour, minute, second) = (two(1), two(4), two(7), two(10), two(13));
    // More digits than any calendar needs; a number this size only has to stay a number.
    let magnitude: i64 = year.parse().unwrap_or(0).min(i64::from(i32::MAX));
    let years = if negative { -magnitude } else { magnitude };
    let exists = digits == 4
        && !negative
        && magnitude > 0
        && (1..=12).contains(&month)
        && (1..=days_in(years, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let months = years * 12 + month - 1;
    let days = days_before(months.div_euclid(12), months.rem_euclid(12) + 1) + day - 1;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    // Exact: far below 2^53 for every year that fits 32 bits.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    let seconds = seconds as f64;
    Ok((seconds, (!exists).then_some(Oddity::Calendar)))
}

/// Days of a month in the Gregorian calendar.
const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 2001-01-01 to the first of a month, by the proleptic Gregorian calendar.
const fn days_before(year: i64, month: i64) -> i64 {
    /// Days from the first of March of year 0 to the first of January 2001.
    const EPOCH: i64 = 730_791;
    // Counting from March puts the leap day at the end of the year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap + (153 * month + 2) / 5 - EPOCH
}

/// The value of a base64 letter; padding counts as zero, as in Apple's table.
const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        b'=' => Some(0),
        _ => None,
    }
}

/// Reads base64, skipping what is not of its alphabet as Apple does.
pub(crate) fn data(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut group, mut count, mut padding) = (0_u32, 0, 0);
    for byte in text.bytes() {
        match byte {
            b'=' => padding += 1,
            byte if is_space(byte) => {}
            _ => padding = 0,
        }
        let Some(bits) = sextet(byte) else { continue };
        group = group << 6 | u32::from(bits);
        count += 1;
        if count == 4 {
            let [_, first, second, third] = group.to_be_bytes();
            bytes.push(first);
            if padding < 2 {
                bytes.push(second);
            }
            if padding < 1 {
                bytes.push(third);
            }
            (group, count) = (0, 0);
        }
    }
    bytes
}

/// Judges base64: bytes beyond ASCII are refused, anything else that is not strict base64 is odd.
pub(crate) fn check_data(text: &str) -> Result<Option<Oddity>, ScalarError> {
    let (mut letters, mut padding, mut odd) = (0_usize, 0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'=' => padding += 1,
            byte if is_space(byte) => {}
            byte if !byte.is_ascii() => return Err(character(text, at)),
            byte if sextet(byte).is_none() => odd = true,
            _ => {
                odd |= padding > 0;
                letters += 1;
            }
        }
    }
    odd |= padding > 2 || !(letters + padding).is_multiple_of(4);
    Ok(odd.then_some(Oddity::Base64))
}

/// Replaces entity references, unwraps CDATA sections, and leaves out comments and processing instructions, which a
/// Mac refuses there and everybody else leaves out.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    let next = |text: &str| memchr::memchr2(b'&', b'<', text.as_bytes());
    if next(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = next(rest) {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let (skip, piece) = markup(rest);
        match piece {
            Replacement::Nothing => {}
            Replacement::Text(text) => decoded.push_str(text),
            Replacement::Letter(letter) => decoded.push(letter),
        }
        rest = &rest[skip..];
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// Where a byte of the decoded text is in the text as it is written.
pub(super) fn encoded_offset(text: &str, decoded: usize) -> usize {
    let (mut at, mut left) = (0, decoded);
    while let Some(plain) = memchr::memchr2(b'&', b'<', &text.as_bytes()[at..]) {
        if left < plain {
            break;
        }
        left -= plain;
        at += plain;
        let (skip, piece) = markup(&text[at..]);
        let length = match piece {
            Replacement::Nothing => 0,
            Replacement::Text(inner) => inner.len(),
            Replacement::Letter(letter) => letter.len_utf8(),
        };
        if left < length {
            let is_section = matches!(piece, Replacement::Text(inner) if inner.len() < skip);
            return at
                + if is_section {
                    "<![CDATA[".len() + left
                } else {
                    0
                };
        }
        left -= length;
        at += skip;
    }
    (at + left).min(text.len())
}

/// What a piece of markup stands for.
enum Replacement<'t> {
    /// A comment or instruction.
    Nothing,
    /// The content of a CDATA section, or markup that is none.
    Text(&'t str),
    Letter(char),
}

/// Reads the markup at the start of the text; says how many bytes it takes.
fn markup(text: &str) -> (usize, Replacement<'_>) {
    let enclosed = |open: &str, close: &str| {
        let inner = text.strip_prefix(open)?;
        let length = inner.find(close)?;
        Some((open.len() + length + close.len(), &inner[..length]))
    };
    if let Some((length, inner)) = enclosed("<![CDATA[", "]]>") {
        return (length, Replacement::Text(inner));
    }
    if let Some((length, _)) = enclosed("<!--", "-->").or_else(|| enclosed("<?", "?>")) {
        return (length, Replacement::Nothing);
    }
    match entity(text) {
        Ok((length, letter)) => (length, Replacement::Letter(letter)),
        // What cannot be read stays as it is: `&` and `<` are one byte each.
        Err(_) => (1, Replacement::Text(&text[..1])),
    }
}

/// What is wrong with an entity reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntityError {
    /// Not one of the five that XML has of its own.
    Unknown,
    /// A character reference with something else than digits in it.
    Digits,
    /// A character that does not exist, or more than eight digits.
    Character,
}

/// Reads the reference at the start of the text: its length and its character.
pub(crate) fn entity(text: &str) -> Result<(usize, char), EntityError> {
    /// The five entities of XML 1.0.
    const NAMED: [(&str, char); 5] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
    ];
    if let Some((name, letter)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Ok((name.len(), *letter));
    }
    let Some(number) = text.strip_prefix("&#") else {
        return Err(EntityError::Unknown);
    };
    let (radix, digits, head) = match number.strip_prefix('x') {
        Some(digits) => (16, digits, 3),
        None => (10, number, 2),
    };
    let mut value = 0_u32;
    for (at, byte) in digits.bytes().enumerate() {
        if byte == b';' {
            let letter = char::from_u32(value).ok_or(EntityError::Character)?;
            return Ok((head + at + 1, letter));
        }
        let digit = char::from(byte)
            .to_digit(radix)
            .ok_or(EntityError::Digits)?;
        if at >= 8 {
            return Err(EntityError::Character);
        }
        value = value.saturating_mul(radix).saturating_add(digit);
    }
    Err(EntityError::Digits)
}
