//! The words of a requirement: Apple's tokens, with their ranges.

use super::{Remark, RemarkKind};
use crate::source::Span;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, digits and dots: a keyword, or a string without quotes.
    Word,
    Number,
    /// A string in quotes, without them and with `\"` decoded.
    Quoted(String),
    /// `H"…"`: the digits.
    Hash,
    /// `0x…`
    Hexadecimal,
    /// `/a/b`, the file with a certificate.
    Path,
    Sign(&'static str),
}

/// Where the text cannot be split into tokens, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) span: Span,
    pub(super) message: String,
}

#[derive(Debug, Default)]
pub(super) struct Split {
    pub(super) tokens: Vec<Token>,
    pub(super) remarks: Vec<Remark>,
    /// Where the text cannot be split any further; the tokens before it may show another fault earlier.
    pub(super) fault: Option<Fault>,
}

const SIGNS: [&str; 16] = [
    "=>", "==", "<=", ">=", "(", ")", "[", "]", "=", "<", ">", "!", "*", "~", "-", ";",
];

pub(super) fn split(text: &str) -> Split {
    let mut found = Split::default();
    let mut at = 0;
    while at < text.len() {
        match next(text, at) {
            Ok((end, piece)) => {
                let span = Span::new(at, end);
                match piece {
                    Piece::Comment if holds_condition(&text[at..end]) => {
                        let kind = RemarkKind::SwallowedCondition;
                        found.remarks.push(Remark { span, kind });
                    }
                    Piece::Blank | Piece::Comment => {}
                    Piece::Token(kind) => {
                        if kind == Kind::Word
                            && text[at..end]
                                .bytes()
                                .any(|byte| matches!(byte, b'-' | b'_'))
                        {
                            let kind = RemarkKind::UnquotedWord;
                            found.remarks.push(Remark { span, kind });
                        }
                        found.tokens.push(Token { kind, span });
                    }
                }
                at = end;
            }
            Err(fault) => {
                found.fault = Some(fault);
                break;
            }
        }
    }
    found
}

enum Piece {
    Blank,
    Comment,
    Token(Kind),
}

/// The piece that begins at a byte, and where it ends.
fn next(text: &str, at: usize) -> Result<(usize, Piece), Fault> {
    let rest = &text[at..];
    let line = || at + rest.find('\n').unwrap_or(rest.len());
    let first = rest.chars().next().unwrap_or(' ');
    if matches!(first, ' ' | '\t' | '\n' | '\r') {
        let end = at + run(rest, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        return Ok((end, Piece::Blank));
    }
    if rest.starts_with('#') || rest.starts_with("//") {
        return Ok((line(), Piece::Comment));
    }
    if let Some(inside) = rest.strip_prefix("/*") {
        let end = inside.find("*/").ok_or_else(|| Fault {
            span: Span::new(at, at + 2),
            message: "a comment begins here and does not end".to_owned(),
        })?;
        return Ok((at + 2 + end + 2, Piece::Comment));
    }
    if first == '"' {
        return quoted(text, at);
    }
    if let Some(inside) = rest.strip_prefix("H\"") {
        return hash(at, inside);
    }
    if let Some(digits) = rest.strip_prefix("0x") {
        let end = at + 2 + run(digits, |byte| byte.is_ascii_hexdigit());
        return Ok((end, Piece::Token(Kind::Hexadecimal)));
    }
    if first.is_ascii_digit() {
        let end = at + run(rest, |byte| byte.is_ascii_digit());
        return Ok((end, Piece::Token(Kind::Number)));
    }
    if first.is_ascii_alphabetic() {
        let in_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let end = at + run(rest, in_word);
        return Ok((end, Piece::Token(Kind::Word)));
    }
    if first == '/' && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        let in_path = |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte);
        let end = at + run(rest, in_path);
        return Ok((end, Piece::Token(Kind::Path)));
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return Ok((at + sign.len(), Piece::Token(Kind::Sign(sign))));
    }
    Err(Fault {
        span: Span::new(at, at + first.len_utf8()),
        message: "this character has no meaning here".to_owned(),
    })
}

/// How many bytes from the start on pass a test. Those of a letter that is not ASCII all do, or none.
fn run(text: &str, passes: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|byte| passes(*byte)).count()
}

/// A string in quotes. A backslash may only be before a quote.
fn quoted(text: &str, at: usize) -> Result<(usize, Piece), Fault> {
    let mut value = String::new();
    let mut rest = at + 1;
    loop {
        let length = run(&text[rest..], |byte| !matches!(byte, b'"' | b'\\'));
        if rest + length == text.len() {
            return Err(Fault {
                span: Span::new(at, at + 1),
                message: "a string begins here and has no closing quote".to_owned(),
            });
        }
        value.push_str(&text[rest..rest + length]);
        rest += length;
        if text[rest..].starts_with('"') {
            return Ok((rest + 1, Piece::Token(Kind::Quoted(value))));
        }
        if !text[rest..].starts_with("\\\"") {
            return Err(Fault {
                span: Span::new(rest, rest + 1),
                message: "a backslash may only be before a quote".to_owned(),
            });
        }
        value.push('"');
        rest += 2;
    }
}

/// `H"…"`: a SHA-1 hash has 40 digits.
fn hash(at: usize, inside: &str) -> Result<(usize, Piece), Fault> {
    const DIGITS: usize = 40;
    let length = run(inside, |byte| byte.is_ascii_hexdigit());
    let start = at + 2;
    if !inside[length..].starts_with('"') {
        let wrong = inside[length..].chars().next().map_or(0, char::len_utf8);
        return Err(Fault {
            span: Span::new(start + length, start + length + wrong),
            message: "a hash is made of hexadecimal digits and ends with a quote".to_owned(),
        });
    }
    if length != DIGITS {
        return Err(Fault {
            span: Span::new(start, start + length),
            message: format!("a hash has {DIGITS} digits, and this one has {length}"),
        });
    }
    Ok((start + length + 1, Piece::Token(Kind::Hash)))
}

/// Whether a comment holds more than words for people: `/* exists / and certificate leaf[…] / exists */`.
fn holds_condition(comment: &str) -> bool {
    let mut words = comment.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|own| matches!(own, "identifier" | "anchor" | "certificate" | "cdhash"))
}
