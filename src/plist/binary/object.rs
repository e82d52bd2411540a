//! One object of a binary property list: what its marker byte says, and the bytes that belong to it.

use super::{BinaryReader, OTHERS, broken};
use crate::plist::problem::{Problem, ProblemKind};
use crate::plist::scalar;
use crate::plist::scalar::Integer;
use crate::plist::tree::{Content, Kind, Owned};
use crate::source::{Span, to_u32};

/// One object, as far as it can be read without looking at others.
#[derive(Clone, Copy, Debug)]
pub(super) enum Object {
    /// A value without parts.
    Leaf(Kind, Content, u32),
    /// An array or set: where its references are, and how many.
    Array(usize, usize),
    /// A dictionary: where the references to its keys are, and how many; those to its values follow.
    Dictionary(usize, usize),
}

impl<'src> BinaryReader<'src> {
    /// Reads an object, once.
    pub(super) fn object(&mut self, index: usize) -> Result<Object, Problem> {
        let Some(known) = self.known.get(index) else {
            let count = self.count;
            return Err(broken(format!("a reference to object {index} of {count}")));
        };
        if let Some(known) = known {
            return Ok(*known);
        }
        let entry = self.table + index * self.offset_size;
        let entry = entry..entry + self.offset_size;
        let offset = usize::try_from(number(&self.bytes[entry])).unwrap_or(usize::MAX);
        if offset < 8 || offset >= self.table {
            return Err(broken(format!(
                "object {index} lies outside of the file's objects"
            )));
        }
        let object = self.decode(offset)?;
        self.known[index] = Some(object);
        Ok(object)
    }

    /// The bytes of an object's content, if the file has them.
    fn content(&self, start: usize, length: usize) -> Result<&'src [u8], Problem> {
        start
            .checked_add(length)
            .filter(|end| *end <= self.table)
            .map(|end| &self.bytes[start..end])
            .ok_or_else(|| broken("an object that is longer than the file"))
    }

    /// Length and start of an object with a variable length.
    fn length(&self, offset: usize) -> Result<(usize, usize), Problem> {
        let nibble = self.bytes[offset] & 0x0F;
        if nibble < 0x0F {
            return Ok((usize::from(nibble), offset + 1));
        }
        let marker = self.content(offset + 1, 1)?[0];
        if marker & 0xF0 != 0x10 {
            return Err(broken("an object whose length is not a number"));
        }
        let size = 1_usize << (marker & 0x0F);
        let length = number(self.content(offset + 2, size)?);
        Ok((
            usize::try_from(length).unwrap_or(usize::MAX),
            offset + 2 + size,
        ))
    }

    /// Reads the object at an offset.
    fn decode(&mut self, offset: usize) -> Result<Object, Problem> {
        let marker = self.bytes[offset];
        let fixed = |length: usize| self.content(offset + 1, length);
        let counted = |unit: usize| {
            let (length, start) = self.length(offset)?;
            let bytes = self.content(start, length.saturating_mul(unit))?;
            Ok::<_, Problem>((bytes, start, length))
        };
        let (kind, value) = match marker {
            0x08 => return Ok(Object::Leaf(Kind::Boolean, Content::Plain, 0)),
            0x09 => return Ok(Object::Leaf(Kind::Boolean, Content::True, 0)),
            0x10..=0x14 => {
                let bytes = fixed(1_usize << (marker & 0x0F))?;
                let value = integer(bytes);
                let whole = bytes
                    .first_chunk::<16>()
                    .map(|all| Integer::from_be_bytes(*all));
                if whole.is_some_and(|whole| whole != value) {
                    self.odd(
                        ProblemKind::Scalar,
                        "an integer of more than 64 bits, of which Apple's parser reads the last 64",
                    );
                }
                (Kind::Integer, Owned::Integer(value))
            }
            0x22 => {
                let bits = u32::try_from(number(fixed(4)?)).unwrap_or(0);
                (Kind::Real, Owned::Real(f64::from(f32::from_bits(bits))))
            }
            0x23 => (Kind::Real, Owned::Real(f64::from_bits(number(fixed(8)?)))),
            0x33 => {
                let seconds = f64::from_bits(number(fixed(8)?));
                if scalar::date_text(seconds).is_none() {
                    self.odd(
                        ProblemKind::Scalar,
                        "a date that no XML property list can hold",
                    );
                }
                (Kind::Date, Owned::Date(seconds))
            }
            0x40..=0x4F => (Kind::Data, Owned::Data(counted(1)?.0.into())),
            0x50..=0x5F => {
                let (bytes, ..) = counted(1)?;
                // Apple reads bytes beyond ASCII as Latin-1.
                let text: String = bytes.iter().copied().map(char::from).collect();
                if !bytes.is_ascii() {
                    self.odd(
                        ProblemKind::Encoding,
                        "text that says it is ASCII and is not",
                    );
                }
                (Kind::String, Owned::Text(text.into()))
            }
            0x60..=0x6F => {
                let (bytes, ..) = counted(2)?;
                let units = bytes
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|pair| u16::from_be_bytes(*pair));
                let mut whole = true;
                let text: String = char::decode_utf16(units)
                    .map(|letter| {
                        whole &= letter.is_ok();
                        letter.unwrap_or(char::REPLACEMENT_CHARACTER)
                    })
                    .collect();
                if !whole {
                    self.odd(ProblemKind::Encoding, "text with half of a UTF-16 pair");
                }
                (Kind::String, Owned::Text(text.into()))
            }
            0x80..=0x8F => {
                let bytes = fixed(usize::from(marker & 0x0F) + 1)?;
                // Apple's parser counts the last 64 bits, of which only 32 may be set (`kCFBinaryPlistMarkerUID` in
                // CFBinaryPList.c of Core Foundation).
                let Ok(value) = u32::try_from(number(bytes)) else {
                    return Err(broken("a UID of more than 32 bits"));
                };
                (Kind::Uid, Owned::Integer(value.into()))
            }
            0xA0..=0xAF | 0xC0..=0xCF => {
                let (_, start, count) = counted(self.reference_size)?;
                if marker >= 0xC0 {
                    self.odd(ProblemKind::Binary, "a set, which is an array here");
                }
                return Ok(Object::Array(start, count));
            }
            0xD0..=0xDF => {
                let (_, start, count) = counted(self.reference_size.saturating_mul(2))?;
                return Ok(Object::Dictionary(start, count));
            }
            _ => {
                return Err(broken(format!(
                    "an object of the unknown type 0x{marker:02x}"
                )));
            }
        };
        let index = to_u32(self.owned.len());
        self.owned.push(value);
        Ok(Object::Leaf(kind, Content::Owned, index))
    }

    /// Reports what a Mac reads and not every parser.
    fn odd(&mut self, kind: ProblemKind, what: &'static str) {
        let span = Span {
            start: self.reading,
            end: self.reading + 1,
        };
        self.problems.push(Problem::not_portable(
            kind,
            span,
            format!("{what}: {OTHERS}"),
            "write the file again, for example with `plutil -convert xml1`",
        ));
    }
}

/// An integer: eight bytes have a sign, fewer have none, and of more the last eight count.
fn integer(bytes: &[u8]) -> Integer {
    match bytes.first_chunk::<8>() {
        Some(eight) if bytes.len() == 8 => Integer::from(i64::from_be_bytes(*eight)),
        _ => Integer::from(number(bytes)),
    }
}

/// A big-endian number; of more than eight bytes the last eight.
pub(super) fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |value, byte| value << 8 | u64::from(*byte))
}
