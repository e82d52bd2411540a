//! XML property lists: one pass over the bytes, a flat tree, an explicit stack.
//!
//! The grammar is that of Apple's parser (`CFPropertyList.c`), not of XML: attributes end at the first `>`, comments
//! inside a leaf are refused, bytes after the root are ignored. After a fault the reader goes on, so that one run shows
//! all of them; what it repairs it repairs so that the next fault is one of the file and not of the repair.

use std::borrow::Cow;

use super::duplicate;
use super::problem::{Problem, ProblemKind, Problems};
use super::scalar::{self, is_space};
use super::tree::{Content, Kind, Node, Tree};
use super::{Parsed, not_a_plist};
use crate::source::{Span, to_u32};

/// Open containers that Apple's parser allows (`_CFPropertyListMaxRecursionDepth`).
pub(super) const MAX_DEPTH: usize = 512;

/// Depth that libxml2 allows unless told otherwise, `<plist>` included.
pub(super) const PORTABLE_DEPTH: usize = 255;

/// Values in one file; 8 million take 200 MB, and the largest real profile has some thousands.
const MAX_NODES: usize = 8_000_000;

pub(super) const NONE: u32 = u32::MAX;

/// Reads an XML property list.
pub(super) fn parse(text: &str) -> Parsed<'_> {
    if let Some(problem) = not_a_plist::recognise(text) {
        return Parsed::nothing(vec![problem]);
    }
    let mut reader = XmlReader::new(text);
    reader.prolog();
    reader.run();
    Parsed {
        tree: Tree::new(text, reader.nodes, Vec::new()),
        problems: reader.problems.finish(),
    }
}

/// What a level of nesting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Document,
    Plist,
    /// `<dict>`
    Dictionary,
    Array,
    /// An element that property lists do not have; its content counts for nothing.
    Unknown,
    /// An unknown element around the property list; its content counts.
    Wrapper,
}

/// One level of nesting.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) shape: Shape,
    /// Its node; for an element without a node the number of nodes when it opened.
    pub(super) node: u32,
    pub(super) open: Span,
    /// Whether it does not belong into the tree and goes when it closes.
    pub(super) discard: bool,
    /// Whether a value was seen; for the levels that hold only one.
    pub(super) filled: bool,
    /// The key whose value comes next.
    pub(super) pending: u32,
    /// The key that took another `<key>` as its value just now.
    pub(super) took_key: u32,
}

/// The state of one reading.
#[derive(Debug)]
pub(super) struct XmlReader<'src> {
    pub(super) text: &'src str,
    pub(super) bytes: &'src [u8],
    pub(super) at: usize,
    /// The tree so far.
    pub(super) nodes: Vec<Node>,
    /// The levels open now; never empty.
    pub(super) frames: Vec<Frame>,
    /// What was wrong so far.
    pub(super) problems: Problems,
    /// Unknown tag names that were reported.
    pub(super) unknown: Vec<&'src [u8]>,
    pub(super) stopped: bool,
}

impl<'src> XmlReader<'src> {
    /// A reader at the start of the text.
    fn new(text: &'src str) -> Self {
        let mut reader = Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            nodes: Vec::new(),
            frames: Vec::new(),
            problems: Problems::default(),
            unknown: Vec::new(),
            stopped: false,
        };
        reader.open(Shape::Document, 0, Span::default(), false);
        reader
    }

    /// Whether the text goes on with this.
    pub(super) fn looking_at(&self, what: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(what)
    }

    pub(super) fn skip_space(&mut self) {
        let rest = self.bytes[self.at..].iter();
        self.at += rest.take_while(|byte| is_space(**byte)).count();
    }

    /// Everything after the prolog.
    pub(super) fn run(&mut self) {
        while !self.stopped {
            self.skip_space();
            match self.bytes.get(self.at) {
                None => break,
                Some(b'<') => self.markup(),
                Some(_) => self.stray_text(),
            }
        }
        self.end_of_file();
    }

    /// A `<`: the tags without attributes and blanks that nearly every profile is made of, or anything else.
    fn markup(&mut self) {
        let start = self.at;
        if self.looking_at(b"<key>") {
            self.leaf(Kind::Key, start, start + 5);
        } else if self.looking_at(b"<string>") {
            self.leaf(Kind::String, start, start + 8);
        } else if self.looking_at(b"<integer>") {
            self.leaf(Kind::Integer, start, start + 9);
        } else if self.looking_at(b"<true/>") {
            self.boolean(start, start + 7, true);
        } else if self.looking_at(b"<false/>") {
            self.boolean(start, start + 8, false);
        } else if self.looking_at(b"<dict>") {
            self.container(Kind::Dictionary, start, start + 6);
        } else if self.looking_at(b"<array>") {
            self.container(Kind::Array, start, start + 7);
        } else if self.looking_at(b"</") {
            self.close_tag();
        } else if self.looking_at(b"<!") {
            self.declaration();
        } else if self.looking_at(b"<?") {
            self.instruction();
        } else {
            self.open_tag();
        }
    }

    /// Reads a leaf and puts it where it belongs.
    pub(super) fn leaf(&mut self, kind: Kind, start: usize, inner: usize) {
        let node = self.read_leaf(kind, start, inner);
        self.place(node);
    }

    /// A Boolean in its short form.
    pub(super) fn boolean(&mut self, start: usize, end: usize, flag: bool) {
        self.at = end;
        self.place(Node {
            content: if flag { Content::True } else { Content::Plain },
            ..node(Kind::Boolean, start, end, end, end)
        });
    }

    /// Opens a dictionary or array.
    pub(super) fn container(&mut self, kind: Kind, start: usize, inner: usize) {
        self.at = inner;
        let depth = self.frames.len();
        if depth > PORTABLE_DEPTH {
            self.too_deep(start, inner, depth);
            if self.stopped {
                return;
            }
        }
        let index = self.index();
        let kept = self.place(node(kind, start, inner, inner, inner));
        let shape = if kind == Kind::Array {
            Shape::Array
        } else {
            Shape::Dictionary
        };
        let index = if kept {
            self.index() - 1
        } else {
            self.nodes.push(node(kind, start, inner, inner, inner));
            index
        };
        self.open(shape, index, Span::new(start, inner), !kept);
    }

    pub(super) fn open(&mut self, shape: Shape, node: u32, open: Span, discard: bool) {
        self.frames.push(Frame {
            shape,
            node,
            open,
            discard,
            filled: false,
            pending: NONE,
            took_key: NONE,
        });
    }

    /// The index of the next node.
    pub(super) fn index(&self) -> u32 {
        to_u32(self.nodes.len())
    }

    /// Adds a node to the tree.
    pub(super) fn push(&mut self, mut node: Node) {
        if self.nodes.len() >= MAX_NODES {
            self.problems.push_once(Problem::refused(
                ProblemKind::Limit,
                node.span(),
                format!("more than {MAX_NODES} values in one file"),
                "this tool reads no larger file",
            ));
            self.stopped = true;
        }
        node.next = self.index() + 1;
        self.nodes.push(node);
    }

    /// The key that waits for its value.
    pub(super) fn pending_key(&self) -> u32 {
        self.frames.last().map_or(NONE, |frame| frame.pending)
    }

    /// The range of a node.
    pub(super) fn span_of(&self, index: u32) -> Span {
        self.nodes
            .get(index as usize)
            .map_or_else(Span::default, Node::span)
    }

    /// The text between a leaf's tags.
    pub(super) fn inner(&self, index: u32) -> &'src str {
        self.nodes
            .get(index as usize)
            .and_then(|node| self.text.get(node.inner_span().range()))
            .unwrap_or_default()
    }

    /// Closes the innermost level: its content ends at `inner_end`, its element at `end`.
    pub(super) fn close(&mut self, inner_end: usize, end: usize) {
        let Some(frame) = self.frames.last() else {
            return;
        };
        if frame.pending != NONE {
            self.missing_value(inner_end);
        }
        let Some(frame) = self.frames.pop() else {
            return;
        };
        match frame.shape {
            Shape::Dictionary | Shape::Array => {
                let span = Span::new(inner_end, end);
                let next = self.index();
                let node = &mut self.nodes[frame.node as usize];
                node.inner_end = span.start;
                node.end = span.end;
                node.next = next;
                if frame.shape == Shape::Dictionary {
                    self.report_duplicate_keys(frame.node);
                    // A key and a leaf.
                    if next - frame.node == 3 {
                        self.check_uid(frame.node);
                    }
                }
                if frame.discard {
                    self.nodes.truncate(frame.node as usize);
                }
            }
            Shape::Unknown => self.nodes.truncate(frame.node as usize),
            Shape::Plist | Shape::Wrapper => {
                if !frame.filled && self.nodes.is_empty() {
                    self.problems.push_once(Problem::refused(
                        ProblemKind::Root,
                        frame.open,
                        "`<plist>` is empty",
                        "put one dictionary inside it",
                    ));
                }
                if let Some(parent) = self.frames.last_mut() {
                    parent.filled = true;
                }
            }
            Shape::Document => {}
        }
        if self.frames.len() == 1 && self.frames[0].filled {
            self.trailing();
        }
    }

    fn close_tag(&mut self) {
        let start = self.at;
        let Some(frame) = self.frames.last() else {
            return;
        };
        let wanted: &[u8] = match frame.shape {
            Shape::Dictionary => b"</dict>",
            Shape::Array => b"</array>",
            Shape::Plist => b"</plist>",
            _ => return self.other_close_tag(),
        };
        if !self.looking_at(wanted) {
            return self.other_close_tag();
        }
        self.at = start + wanted.len();
        self.close(start, self.at);
    }

    /// Reports the keys of a finished dictionary that stood in it before.
    fn report_duplicate_keys(&mut self, dictionary: u32) {
        let name = |key: &Node| {
            let raw = &self.text[key.inner_span().range()];
            match key.content {
                Content::Encoded => scalar::decode(raw),
                _ => Cow::Borrowed(raw),
            }
        };
        duplicate::report(&self.nodes, dictionary, name, &mut self.problems);
    }

    /// Whether the reader is inside an element whose content counts for nothing.
    pub(super) fn inside_unknown(&self) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| frame.shape == Shape::Unknown)
    }
}

/// A node with its ranges; `next` is set when it is pushed.
pub(super) fn node(kind: Kind, start: usize, inner: usize, inner_end: usize, end: usize) -> Node {
    Node {
        start: to_u32(start),
        inner_start: to_u32(inner),
        inner_end: to_u32(inner_end),
        end: to_u32(end),
        next: 0,
        kind,
        content: Content::Plain,
    }
}
