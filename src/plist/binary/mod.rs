//! Binary property lists (`bplist00`), read with bounds: every offset, length and count is checked before it is used,
//! shared objects are read once, and what they expand to is limited by what the file holds. 160 bytes can otherwise ask for
//! gigabytes.
//!
//! The format is that of `CFBinaryPList.c`: a header, objects, a table of their offsets, a trailer of 32 bytes. Objects stand
//! in any order and one may stand for several values, so their bytes tell no value from another. The place of a value is its
//! number instead: keys and values count from the root on, and a container ends after the last value in it.

mod object;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use object::{Object, number};

use super::problem::{Problem, ProblemKind, Problems};
use super::tree::{Content, Kind, Node, Owned, Tree};
use super::{Parsed, duplicate};
use crate::source::{Span, to_u32};

/// Bytes of the trailer.
const TRAILER: usize = 32;

/// Open containers that Apple's parser allows (`_CFPropertyListMaxRecursionDepth`).
const MAX_DEPTH: usize = 512;

/// Values of the largest file.
const MAX_NODES: usize = 1_000_000;

/// Values beyond one for each byte of the file. Every reference takes a byte, so without sharing there are no more than
/// that, and Apple's writer shares no arrays and dictionaries (`_flattenPlist` in `CFBinaryPList.c`).
const SHARED_NODES: usize = 100_000;

/// Bytes of text and data beyond those of the file, when each counts as often as it is referred to. Apple's writer shares
/// equal strings; a thousand payloads that repeat 16 KiB each reach it.
const SHARED_BYTES: usize = 16 * 1024 * 1024;

/// Objects in one file.
const MAX_OBJECTS: usize = 4_000_000;

/// What to do about a damaged file.
const AGAIN: &str = "the file is damaged: get it again from its source";

/// What becomes of a file that a Mac reads all the same; tried with `plist` 1.10 and with the `plistlib` of Python 3.11, which
/// only takes integers of any size.
const OTHERS: &str = "other parsers, such as the Rust plist crate, refuse the file";

/// Whether the bytes claim to be a binary property list.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    bytes.starts_with(b"bplist")
}

/// Reads a binary property list.
pub(crate) fn parse(bytes: &[u8]) -> Parsed<'static> {
    let mut problems = Problems::default();
    let (nodes, owned) = match BinaryReader::new(bytes) {
        Ok(mut reader) => {
            if let Err(problem) = reader.read() {
                reader.problems.push(problem);
            }
            problems = reader.problems;
            (reader.nodes, reader.owned)
        }
        Err(problem) => {
            problems.push(problem);
            (Vec::new(), Vec::new())
        }
    };
    Parsed {
        tree: Tree::new("", nodes, owned),
        problems: problems.finish(),
    }
}

/// A fault in the structure.
fn broken(message: impl Into<Cow<'static, str>>) -> Problem {
    Problem::refused(ProblemKind::Binary, Span::default(), message, AGAIN)
}

/// A container that is being read.
#[derive(Clone, Copy, Debug)]
struct Frame {
    node: u32,
    object: usize,
    references: usize,
    /// How many items or pairs it has.
    count: usize,
    next: usize,
    /// Whether it is a dictionary.
    pairs: bool,
}

/// The state of one reading.
struct BinaryReader<'src> {
    bytes: &'src [u8],
    /// Where the objects end and the table of offsets begins.
    table: usize,
    /// Bytes of one offset.
    offset_size: usize,
    /// Bytes of one reference.
    reference_size: usize,
    count: usize,
    root: usize,
    /// The tree so far.
    nodes: Vec<Node>,
    owned: Vec<Owned>,
    /// Bytes of the text and data of all nodes.
    written_out: usize,
    known: Vec<Option<Object>>,
    /// The number of the key or value that is being read.
    reading: u32,
    /// Objects that are open now: meeting one again is a circle.
    open: Vec<bool>,
    /// The containers open now.
    frames: Vec<Frame>,
    /// What was wrong so far.
    problems: Problems,
}

impl<'src> BinaryReader<'src> {
    /// Checks header and trailer.
    fn new(bytes: &'src [u8]) -> Result<Self, Problem> {
        if !bytes.starts_with(b"bplist0") {
            return Err(broken(
                "a version of the binary format that profiles do not use",
            ));
        }
        if bytes.len() < 8 + 1 + 1 + TRAILER {
            return Err(broken("the binary property list is cut off"));
        }
        let at = bytes.len() - TRAILER;
        let (objects, trailer) = bytes.split_at(at);
        let size = |byte: u8| usize::from(byte);
        let wide = |at: usize| usize::try_from(number(&trailer[at..at + 8])).unwrap_or(usize::MAX);
        let (offset_size, reference_size) = (size(trailer[6]), size(trailer[7]));
        let (count, root, table) = (wide(8), wide(16), wide(24));
        // As `__CFBinaryPlistGetTopLevelInfo` has it: the table ends where the trailer begins, and references and offsets
        // have bytes enough for all they may have to say.
        let holds = |size: usize, most: usize| size >= 8 || 1_usize << (8 * size) > most;
        let sizes_fit = offset_size >= 1 && reference_size >= 1;
        let table_fits = count
            .checked_mul(offset_size)
            .and_then(|length| length.checked_add(table))
            .is_some_and(|end| end == objects.len());
        if !sizes_fit
            || count == 0
            || root >= count
            || table < 9
            || !table_fits
            || !holds(reference_size, count)
            || !holds(offset_size, table)
        {
            return Err(broken(
                "the last 32 bytes do not describe this binary property list; it is cut off or damaged",
            ));
        }
        if count > MAX_OBJECTS {
            return Err(Problem::refused(
                ProblemKind::Limit,
                Span::default(),
                format!("{count} objects in one file"),
                "this tool reads no larger file",
            ));
        }
        // Those that nothing refers to count too.
        let outside = |offset: &[u8]| number(offset) >= table as u64;
        if objects[table..].chunks_exact(offset_size).any(outside) {
            return Err(broken("an object lies outside of the file's objects"));
        }
        let mut problems = Problems::default();
        if bytes[7] != b'0' {
            problems.push(Problem::not_portable(
                ProblemKind::Binary,
                Span::default(),
                format!("the file does not begin with `bplist00`: {OTHERS}"),
                AGAIN,
            ));
        }
        Ok(Self {
            bytes,
            table,
            offset_size,
            reference_size,
            count,
            root,
            nodes: Vec::new(),
            owned: Vec::new(),
            written_out: 0,
            // Bounded by the file: every object has an offset in the table.
            known: vec![None; count],
            reading: 0,
            open: vec![false; count],
            frames: Vec::new(),
            problems,
        })
    }

    /// Reads the tree. An error ends the reading; the tree up to there stays.
    fn read(&mut self) -> Result<(), Problem> {
        let result = self.value(self.root, None).and_then(|()| self.walk());
        let place = self.innermost();
        // Whatever was open ends here, so that the tree is whole.
        while self.frames.last().is_some() {
            self.close();
        }
        result.map_err(|problem| Problem {
            span: place,
            ..problem
        })
    }

    /// The place of the innermost container that is open.
    fn innermost(&self) -> Span {
        self.frames.last().map_or(Span::default(), |frame| Span {
            start: frame.node,
            end: frame.node + 1,
        })
    }

    /// The number of the next node.
    fn next(&self) -> u32 {
        to_u32(self.nodes.len())
    }

    /// Reads containers until none is open.
    fn walk(&mut self) -> Result<(), Problem> {
        while let Some(frame) = self.frames.last_mut() {
            if frame.next == frame.count {
                self.close();
                continue;
            }
            let frame_now = *frame;
            frame.next += 1;
            let at = |index: usize| frame_now.references + index * self.reference_size;
            if frame_now.pairs {
                let key = self.reference(at(frame_now.next));
                let value = self.reference(at(frame_now.count + frame_now.next));
                self.value(value, Some(key))?;
            } else {
                self.value(self.reference(at(frame_now.next)), None)?;
            }
        }
        Ok(())
    }

    /// A reference to an object; its bytes were checked when the container was opened.
    fn reference(&self, at: usize) -> usize {
        usize::try_from(number(&self.bytes[at..at + self.reference_size])).unwrap_or(usize::MAX)
    }

    /// Puts an object into the tree, after its key.
    fn value(&mut self, object: usize, key: Option<usize>) -> Result<(), Problem> {
        self.reading = self.next() + u32::from(key.is_some());
        let read = self.object(object)?;
        if let Some(key) = key {
            self.reading = self.next();
            let Object::Leaf(Kind::String, content, index) = self.object(key)? else {
                self.problems.push(Problem {
                    span: self.innermost(),
                    ..broken("a dictionary key that is not text")
                });
                return Ok(());
            };
            self.push(Kind::Key, content, index)?;
        }
        match read {
            Object::Leaf(kind, content, index) => self.push(kind, content, index),
            Object::Array(references, count) => {
                self.container(Kind::Array, object, references, count)
            }
            Object::Dictionary(references, count) => {
                self.container(Kind::Dictionary, object, references, count)
            }
        }
    }

    /// Opens an array or dictionary.
    fn container(
        &mut self,
        kind: Kind,
        object: usize,
        references: usize,
        count: usize,
    ) -> Result<(), Problem> {
        if self.open[object] {
            self.drop_key();
            return Err(broken("a container that contains itself"));
        }
        if self.frames.len() >= MAX_DEPTH {
            self.drop_key();
            return Err(Problem::refused(
                ProblemKind::Limit,
                Span::default(),
                format!("more than {MAX_DEPTH} arrays and dictionaries inside each other"),
                "a profile needs about six",
            ));
        }
        let node = self.next();
        self.push(kind, Content::Plain, 0)?;
        self.open[object] = true;
        self.frames.push(Frame {
            node,
            object,
            references,
            count,
            next: 0,
            pairs: kind == Kind::Dictionary,
        });
        Ok(())
    }

    /// Adds a node; `index` is that of a value outside of it.
    fn push(&mut self, kind: Kind, content: Content, index: u32) -> Result<(), Problem> {
        let most = MAX_NODES.min(self.bytes.len() + SHARED_NODES);
        if self.nodes.len() >= most {
            return Err(self.shared(&format!("more than {most} values")));
        }
        if content == Content::Owned {
            self.written_out += match self.owned.get(index as usize) {
                Some(Owned::Text(text)) => text.len(),
                Some(Owned::Data(data)) => data.len(),
                _ => 0,
            };
            if self.written_out > self.bytes.len() + SHARED_BYTES {
                let bytes = self.written_out;
                return Err(self.shared(&format!("more than {bytes} bytes of text and data")));
            }
        }
        let number = self.next();
        self.nodes.push(Node {
            start: number,
            inner_start: match content {
                Content::Owned => index,
                _ => number,
            },
            inner_end: number + 1,
            end: number + 1,
            next: number + 1,
            kind,
            content,
        });
        Ok(())
    }

    /// Ends the reading of a file whose shared objects say more than a file of its size should.
    fn shared(&mut self, what: &str) -> Problem {
        self.drop_key();
        let size = self.bytes.len();
        Problem::refused(
            ProblemKind::Limit,
            Span::default(),
            format!("{what} in {size} bytes, once shared parts are written out"),
            "no profile looks like this: do not trust the file",
        )
    }

    /// Takes back a key whose value cannot be read.
    fn drop_key(&mut self) {
        if self.nodes.last().is_some_and(|node| node.kind == Kind::Key) {
            self.nodes.pop();
        }
    }

    /// Closes the innermost container.
    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        self.open[frame.object] = false;
        let next = self.next();
        let node = &mut self.nodes[frame.node as usize];
        (node.inner_end, node.end, node.next) = (next, next, next);
        if frame.pairs {
            let owned = &self.owned;
            let name = |key: &Node| match owned.get(key.inner_start as usize) {
                Some(Owned::Text(text)) => Cow::Borrowed(&**text),
                _ => Cow::Borrowed(""),
            };
            duplicate::report(&self.nodes, frame.node, name, &mut self.problems);
        }
    }
}
