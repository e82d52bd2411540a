//! A walk over DER: tag, length, value. Gives the exact bytes of every part, which digests and fingerprints need and a
//! decoded and re-encoded structure cannot promise.

use crate::cms::error::CmsError;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// One value with its tag and length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'der> {
    /// The tag byte, with its class and the bit that says whether it holds further elements.
    pub(super) tag: u8,
    /// Tag, length and value.
    pub(super) whole: &'der [u8],
    pub(super) value: &'der [u8],
}

impl<'der> Element<'der> {
    /// Reads the elements inside.
    pub(super) fn inside(self) -> Walk<'der> {
        Walk { rest: self.value }
    }
}

/// Reads one element after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk<'der> {
    /// What was not read yet.
    rest: &'der [u8],
}

impl<'der> Walk<'der> {
    /// Starts at the first byte.
    pub(super) fn new(der: &'der [u8]) -> Self {
        Self { rest: der }
    }

    /// Whether everything was read.
    pub(super) fn is_done(self) -> bool {
        self.rest.is_empty()
    }

    /// The tag of the next element.
    pub(super) fn peek(self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next element, whatever it is.
    pub(super) fn any(&mut self, what: &'static str) -> Result<Element<'der>, CmsError> {
        let broken = CmsError::Malformed { what };
        let (tag, header, length) = head(self.rest).ok_or(broken.clone())?;
        let end = header.checked_add(length).ok_or(broken.clone())?;
        if end > self.rest.len() {
            return Err(broken);
        }
        let (whole, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(Element {
            tag,
            whole,
            value: &whole[header..],
        })
    }

    /// The next element, which must have this tag; `what` names it in an error.
    pub(super) fn expect(
        &mut self,
        tag: u8,
        what: &'static str,
    ) -> Result<Element<'der>, CmsError> {
        if self.peek() == Some(tag) {
            self.any(what)
        } else {
            Err(CmsError::Malformed { what })
        }
    }

    /// The next element if it has this tag.
    pub(super) fn optional(
        &mut self,
        tag: u8,
        what: &'static str,
    ) -> Result<Option<Element<'der>>, CmsError> {
        if self.peek() == Some(tag) {
            self.any(what).map(Some)
        } else {
            Ok(None)
        }
    }
}

/// Tag, size of the header, and length of the value.
fn head(der: &[u8]) -> Option<(u8, usize, usize)> {
    let tag = *der.first()?;
    let first = *der.get(1)?;
    if tag & 0x1F == 0x1F {
        return None;
    }
    match first {
        0..=0x7F => Some((tag, 2, usize::from(first))),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7F);
            let bytes = der.get(2..2 + count)?;
            let length = bytes
                .iter()
                .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
            Some((tag, 2 + count, usize::try_from(length).ok()?))
        }
        _ => None,
    }
}

pub(super) fn push(out: &mut Vec<u8>, tag: u8, value: &[u8]) {
    out.push(tag);
    let length = value.len();
    if let Ok(short) = u8::try_from(length)
        && short < 0x80
    {
        out.push(short);
    } else {
        let bytes = length.to_be_bytes();
        let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        // Never truncates: a length has at most eight bytes.
        out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(8));
        out.extend_from_slice(bytes);
    }
    out.extend_from_slice(value);
}
