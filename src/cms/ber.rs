//! BER to DER. Half of the signed profiles in the wild use the streaming form of the encoding (`security cms` and Jamf
//! Pro write it): lengths left open, and the content cut into several octet strings. The `der` crate reads neither, and
//! cutting from `<?xml` to `</plist>` corrupts the profile. So the message is rewritten first: every length stated, in
//! its shortest form, every cut string joined. Nothing else changes.

use crate::cms::error::CmsError;
use crate::cms::tlv;

/// How deep elements may nest. A signed message with a countersignature inside stays below 30.
const DEPTH_LIMIT: usize = 64;

/// The end of a value whose length was left open.
const END_OF_CONTENTS: &[u8] = &[0, 0];

/// Rewrites the first element of a file. Bytes behind it are refused unless all are NUL, which block-wise copies leave.
pub(super) fn to_der(bytes: &[u8]) -> Result<Vec<u8>, CmsError> {
    let mut reader = Reader { bytes, at: 0 };
    let mut der = Vec::with_capacity(bytes.len());
    reader.element(&mut der, bytes.len(), 0)?;
    if let Some(extra) = bytes[reader.at..].iter().position(|byte| *byte != 0) {
        return Err(CmsError::Damaged {
            at: reader.at + extra,
            what: "something follows the end of the message",
        });
    }
    Ok(der)
}

/// Reads BER from front to back.
struct Reader<'ber> {
    bytes: &'ber [u8],
    /// The next byte to read.
    at: usize,
}

impl Reader<'_> {
    /// Copies one element that ends at `end` or before.
    fn element(&mut self, out: &mut Vec<u8>, end: usize, depth: usize) -> Result<(), CmsError> {
        let start = self.at;
        let damaged = |what| Err(CmsError::Damaged { at: start, what });
        if depth > DEPTH_LIMIT {
            return damaged("elements nest too deep");
        }
        let tag = self.byte(end)?;
        if tag & 0x1F == 0x1F {
            return damaged("a tag that signed messages do not use");
        }
        if tag == 0 {
            return damaged("an end where a value should begin");
        }
        let length = self.length(end)?;
        let constructed = tag & 0x20 != 0;
        match length {
            None if !constructed => damaged("a plain value without a length"),
            Some(length) if !constructed => {
                let value = self.value(length, end)?;
                tlv::push(out, tag, value);
                Ok(())
            }
            _ => {
                let inner_end = match length {
                    Some(length) => self.stop(length, end)?,
                    None => end,
                };
                let mut inner = Vec::new();
                loop {
                    if length.is_some() && self.at == inner_end {
                        break;
                    }
                    if length.is_none() && self.bytes[self.at..end].starts_with(END_OF_CONTENTS) {
                        self.at += END_OF_CONTENTS.len();
                        break;
                    }
                    self.element(&mut inner, inner_end, depth + 1)?;
                }
                if is_string(tag & !0x20) {
                    let Some(joined) = joined(&inner, tag & !0x20) else {
                        return damaged("a string made of other things than strings");
                    };
                    tlv::push(out, tag & !0x20, &joined);
                } else {
                    tlv::push(out, tag, &inner);
                }
                Ok(())
            }
        }
    }

    /// The next byte before `end`.
    fn byte(&mut self, end: usize) -> Result<u8, CmsError> {
        if self.at >= end {
            return Err(self.too_short(end));
        }
        let byte = self.bytes[self.at];
        self.at += 1;
        Ok(byte)
    }

    /// A length; `None` if it was left open.
    fn length(&mut self, end: usize) -> Result<Option<usize>, CmsError> {
        let start = self.at;
        let first = self.byte(end)?;
        if first == 0x80 {
            return Ok(None);
        }
        if first < 0x80 {
            return Ok(Some(usize::from(first)));
        }
        let mut length: usize = 0;
        for _ in 0..first & 0x7F {
            // Four bytes say 4 GiB, more than any file that is read.
            if length > usize::MAX >> 8 || length >= 1 << 24 {
                return Err(CmsError::Damaged {
                    at: start,
                    what: "a length beyond 4 GiB",
                });
            }
            length = length << 8 | usize::from(self.byte(end)?);
        }
        Ok(Some(length))
    }

    /// Where a value of this length stops.
    fn stop(&self, length: usize, end: usize) -> Result<usize, CmsError> {
        self.at
            .checked_add(length)
            .filter(|stop| *stop <= end)
            .ok_or_else(|| self.too_short(end))
    }

    fn value(&mut self, length: usize, end: usize) -> Result<&[u8], CmsError> {
        let stop = self.stop(length, end)?;
        let value = &self.bytes[self.at..stop];
        self.at = stop;
        Ok(value)
    }

    /// Something needs more bytes than there are before `end`.
    fn too_short(&self, end: usize) -> CmsError {
        if end == self.bytes.len() {
            CmsError::CutOff { at: end }
        } else {
            CmsError::Damaged {
                at: self.at,
                what: "a value reaches beyond the one around it",
            }
        }
    }
}

/// Universal string types that BER may cut into pieces, without BIT STRING, whose pieces do not simply join.
fn is_string(tag: u8) -> bool {
    matches!(tag, 0x04 | 0x0C | 0x12..=0x16 | 0x19..=0x1E)
}

/// Joins the pieces of a string, which are of its own type or octet strings.
fn joined(pieces: &[u8], tag: u8) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(pieces.len());
    let mut walk = tlv::Walk::new(pieces);
    while !walk.is_done() {
        let piece = walk.any("a piece of a string").ok()?;
        if piece.tag != tag && piece.tag != tlv::OCTET_STRING {
            return None;
        }
        whole.extend_from_slice(piece.value);
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_stays_as_it_is() {
        let der = [0x30, 0x08, 0x02, 0x01, 0x05, 0x31, 0x03, 0x04, 0x01, b'x'];
        assert_eq!(to_der(&der).unwrap(), der);
    }

    #[test]
    fn open_lengths_are_stated_and_cut_strings_joined() {
        let ber = [
            0x30, 0x80, 0xA0, 0x80, 0x24, 0x80, 0x04, 0x02, b'a', b'b', 0x24, 0x04, 0x04, 0x02,
            b'c', b'd', 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        ];
        assert_eq!(
            to_der(&ber).unwrap(),
            [0x30, 0x08, 0xA0, 0x06, 0x04, 0x04, b'a', b'b', b'c', b'd']
        );
    }

    #[test]
    fn long_lengths_become_short() {
        assert_eq!(
            to_der(&[0x30, 0x84, 0, 0, 0, 3, 0x04, 0x81, 0x00]).unwrap(),
            [0x30, 0x02, 0x04, 0x00]
        );
    }

    #[test]
    fn nul_bytes_at_the_end_are_tolerated_and_nothing_else() {
        assert_eq!(to_der(&[0x30, 0x00, 0, 0, 0]).unwrap(), [0x30, 0x00]);
        assert_eq!(
            to_der(&[0x30, 0x00, 0, b'\n']),
            Err(CmsError::Damaged {
                at: 3,
                what: "something follows the end of the message"
            })
        );
    }

    #[test]
    fn a_file_that_ends_early_is_called_cut_off() {
        for bytes in [
            &[0x30, 0x05, 0x02][..],
            &[0x30, 0x80, 0x02, 0x01, 0x05],
            &[0x30],
            &[0x30, 0x84, 0xFF],
        ] {
            assert_eq!(
                to_der(bytes),
                Err(CmsError::CutOff { at: bytes.len() }),
                "{bytes:x?}"
            );
        }
    }

    #[test]
    fn depth_and_lengths_are_bounded() {
        let deep: Vec<u8> = [0x30, 0x80].repeat(100_000);
        assert!(matches!(to_der(&deep), Err(CmsError::Damaged { .. })));
        assert!(matches!(
            to_der(&[0x30, 0x88, 1, 0, 0, 0, 0, 0, 0, 0]),
            Err(CmsError::Damaged { .. })
        ));
    }
}
