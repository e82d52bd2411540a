//! Bytes to text: size, encoding and byte order marks, each refused with the way out.

use std::str::Utf8Error;

use super::error::PolicyError;
use crate::source::Span;

/// Largest policy file. One of 1,000 teams with 20 bundle IDs each has about 1 MB.
const SIZE_LIMIT: usize = 4 * 1024 * 1024;

/// The UTF-8 byte order mark.
const BOM: &str = "\u{FEFF}";

/// The text of a file, or why there is none.
pub(crate) fn decode(bytes: &[u8], errors: &mut Vec<PolicyError>) -> Option<String> {
    if bytes.len() > SIZE_LIMIT {
        errors.push(PolicyError::new(
            Span::new(0, 0),
            format!(
                "the file has {} bytes; the limit is {SIZE_LIMIT}",
                bytes.len()
            ),
            "",
            "split the policy into several files, each with an `identifier` of its own",
        ));
        return None;
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        errors.push(PolicyError::new(
            Span::new(0, 2),
            "the file is UTF-16, not UTF-8",
            "the byte order mark of UTF-16",
            "save it as UTF-8 (in PowerShell: `Set-Content -Encoding utf8NoBOM`)",
        ));
        return None;
    }
    if let Some(at) = memchr::memchr(0, bytes) {
        errors.push(PolicyError::new(
            Span::new(at, at + 1),
            "the file contains a NUL byte: it is UTF-16 without a mark, or no text at all",
            "a byte of value 0",
            "save it as UTF-8, or name the policy file",
        ));
        return None;
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| errors.push(not_utf_8(bytes, error)))
        .ok()?;
    if text.starts_with(BOM) {
        errors.push(PolicyError::new(
            Span::new(0, BOM.len()),
            "the file starts with a byte order mark (BOM)",
            "three bytes nobody sees",
            "save it as UTF-8 without BOM; some tools take the mark for a part of the first key",
        ));
    }
    Some(text.to_owned())
}

/// The error for the first byte that is not UTF-8.
fn not_utf_8(bytes: &[u8], error: Utf8Error) -> PolicyError {
    let at = error.valid_up_to();
    PolicyError::new(
        Span::new(at, at + error.error_len().unwrap_or(1)),
        format!(
            "the file is not UTF-8: byte 0x{:02X} begins no character",
            bytes[at]
        ),
        "not UTF-8",
        "save the file as UTF-8; in older encodings this is often a letter with an accent",
    )
}
