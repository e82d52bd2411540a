//! Our own sentences, taken apart where they quote a value in backticks, for formats that have a type for code.

use crate::escape::visible;

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Whether it is a quoted value.
    pub(super) is_code: bool,
    /// The text, everything in it visible.
    pub(super) text: String,
}

/// The parts of a sentence. A value that holds a backtick itself only moves where code begins, so every part has to be
/// escaped alike.
pub(super) fn parts(sentence: &str) -> Vec<Part> {
    let pieces: Vec<&str> = sentence.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return vec![Part {
            is_code: false,
            text: visible(sentence).into_owned(),
        }];
    }
    pieces
        .into_iter()
        .enumerate()
        .map(|(number, piece)| Part {
            is_code: number % 2 == 1,
            text: visible(piece).into_owned(),
        })
        .filter(|part| !part.text.is_empty())
        .collect()
}
