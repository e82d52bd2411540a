//! The YAML parser's errors in the words of somebody who wants to go home: what is wrong and what to type.

use serde_saphyr::granit_parser::{ErrorKind, ScanError};

use super::error::PolicyError;
use crate::escape::{quoted, visible};
use crate::source::Span;

/// The parser's error with its place and a remedy.
pub(crate) fn explain(error: &ScanError, text: &str) -> PolicyError {
    let at = error
        .marker()
        .byte_offset()
        .unwrap_or_default()
        .min(text.len());
    let span = Span::new(at, at + text[at..].chars().next().map_or(0, char::len_utf8));
    // The parser reports such a tab where the text before it begins.
    if error.info().ends_with("found a tab")
        && let Some(tab) = text[at..].find("\n\t")
    {
        let tab = at + tab + 1;
        return tab_used(Span::new(tab, tab + 1));
    }
    let (message, help) = match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInIndentation => return tab_used(span),
        ErrorKind::RecursionLimitExceeded => return too_deep(span),
        ErrorKind::UnclosedQuotedScalar => (
            "a quoted text is not closed".to_owned(),
            "add the closing quote; inside double quotes write `\\\"`, inside single quotes `''`",
        ),
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator => (
            "a bracket is not closed, or a comma is missing".to_owned(),
            "write lists as `[a, b]` and maps as `{a: 1, b: 2}`, every bracket closed",
        ),
        ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => (
            visible(&error.info()).into_owned(),
            "inside double quotes a backslash starts an escape: write `\\\\` for a backslash, or use single quotes",
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => (
            "a line is neither `key: value` nor a list item".to_owned(),
            "write `key: value` with a blank after the colon, or `- item`",
        ),
        ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry => (
            "the indentation does not fit the lines above".to_owned(),
            "keys of one map and items of one list start in the same column",
        ),
        ErrorKind::UnexpectedCharacter { character } => (
            format!(
                "the character {} is not allowed here",
                quoted(&character.to_string())
            ),
            "put quotes around a text that begins with a sign such as `@`, `%` or a backtick",
        ),
        ErrorKind::MappingValueNotAllowed => (
            "a colon is where no key can be".to_owned(),
            "indent the line as far as the keys beside it; put quotes around a text that holds `: `",
        ),
        _ => (
            format!("this is not YAML: {}", visible(&error.info())),
            "correct the line; put quotes around a text that holds `: `, ` #`, or begins with a sign such as `*`, `&`, `@` or `%`",
        ),
    };
    PolicyError::new(span, message, "YAML cannot be read from here on", help)
}

/// A line is indented with a tab.
fn tab_used(span: Span) -> PolicyError {
    PolicyError::new(
        span,
        "a tab is used for indentation, which YAML does not allow",
        "YAML cannot be read from here on",
        "replace the tab with blanks; two per level is usual",
    )
}

/// The nesting limit was passed.
pub(crate) fn too_deep(span: Span) -> PolicyError {
    PolicyError::new(
        span,
        "lists and maps are nested too deep",
        "the limit is passed here",
        "a policy needs six levels: compare with what `kextpolicy init -` prints",
    )
}
