//! Bytes to text: which format the bytes are in, which encoding, and what is not text in it.

use std::borrow::Cow;

use super::problem::{Problem, ProblemKind};
use super::{Parsed, binary, encoding, not_a_plist, xml};
use crate::source::Span;

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlistFormat {
    /// XML, or text that claims to be.
    Xml,
    /// A binary property list; places are byte offsets into the file.
    Binary,
    /// Nothing that holds a property list.
    Other,
}

#[derive(Clone, Debug)]
pub(crate) struct Decoded<'src> {
    /// What the bytes are.
    pub(crate) format: PlistFormat,
    /// The text all places refer to; empty unless the format is XML. It is the file itself unless its encoding is
    /// another than UTF-8.
    pub(crate) text: Cow<'src, str>,
    bytes: &'src [u8],
    /// Places where the bytes are not text; a question mark is there for each byte.
    pub(super) invalid: Vec<Span>,
    /// What was wrong with the encoding.
    pub(super) problems: Vec<Problem>,
}

/// Makes text of the bytes of a property list.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    let mut decoded = Decoded {
        format: PlistFormat::Xml,
        text: Cow::Borrowed(""),
        bytes,
        invalid: Vec::new(),
        problems: Vec::new(),
    };
    if binary::is_binary(bytes) {
        decoded.format = PlistFormat::Binary;
        return decoded;
    }
    if let Some(problem) = not_a_plist::recognise_bytes(bytes) {
        decoded.format = PlistFormat::Other;
        decoded.problems.push(problem);
        return decoded;
    }
    if let Some((text, problem)) = encoding::transcode(bytes) {
        decoded.problems.push(problem);
        if let Some(text) = text {
            decoded.text = Cow::Owned(text);
            return decoded;
        }
    }
    decoded.text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(patched(bytes, &mut decoded.invalid)),
    };
    decoded
}

/// The text with a question mark for every byte that is not UTF-8, so that places stay what they are.
fn patched(bytes: &[u8], invalid: &mut Vec<Span>) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let broken = chunk.invalid().len();
        if broken > 0 {
            let start = text.len();
            text.extend(std::iter::repeat_n('?', broken));
            invalid.push(Span::new(start, text.len()));
        }
    }
    text
}

impl Decoded<'_> {
    /// Whether it is UTF-8, and nothing is odd about that.
    pub(crate) fn is_plain(&self) -> bool {
        self.format == PlistFormat::Xml && self.problems.is_empty() && self.invalid.is_empty()
    }

    /// Reads the tree. Every place in it and in the problems refers to [`Decoded::text`].
    pub(crate) fn parse(&self) -> Parsed<'_> {
        /// More places than this tell nobody anything new.
        const SHOWN: usize = 20;
        if self.format == PlistFormat::Binary {
            return binary::parse(self.bytes);
        }
        if self.format == PlistFormat::Other {
            return Parsed::nothing(self.problems.clone());
        }
        let mut parsed = xml::parse(&self.text);
        if self.problems.is_empty() && self.invalid.is_empty() {
            return parsed;
        }
        parsed.problems.extend(self.problems.iter().cloned());
        // A Mac decodes leaf by leaf, so that it never meets bytes that are in a comment.
        let places = if parsed.tree.root().is_some() {
            self.invalid.as_slice()
        } else {
            &[]
        };
        for place in places.iter().take(SHOWN) {
            let problem = if parsed.tree.leaf_at(place.start).is_some() {
                Problem::refused(
                    ProblemKind::Encoding,
                    *place,
                    "bytes inside a value are not UTF-8",
                    "save the file as UTF-8",
                )
            } else {
                Problem::not_portable(
                    ProblemKind::Encoding,
                    *place,
                    "bytes outside of the values are not UTF-8: Python plistlib, strict XML validators and Swift refuse the file",
                    "save the file as UTF-8",
                )
            };
            parsed.problems.push(problem);
        }
        parsed.problems.sort_by_key(|problem| problem.span);
        parsed
    }
}
