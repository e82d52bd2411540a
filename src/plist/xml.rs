//! XML property lists: one pass over the bytes, a flat tree, an explicit stack.
//!
//! The grammar is that of Apple's parser (`CFPropertyList.c`), not of XML: attributes end at the first `>`, comments
//! inside a leaf are refused, bytes after the root are ignored. After a fault the reader goes on, so that one run shows
//! all of them; what it repairs it repairs so that the next fault is one of the file and not of the repair.

use memchr::{memchr, memmem};

use super::duplicate::Keys;
use super::problem::{Problem, ProblemKind, Problems};
use super::scalar::is_space;
use super::tag::{Tag, tag_name};
use super::tree::{Content, Kind, Node, Tree};
use super::{Parsed, wreck};
use crate::escape::quoted;
use crate::source::Span;

/// Open containers that Apple's parser allows (`_CFPropertyListMaxRecursionDepth`).
const MAX_DEPTH: usize = 512;

/// Depth that libxml2 allows unless told otherwise, `<plist>` included.
const PORTABLE_DEPTH: usize = 255;

/// Values in one file; 8 million take 200 MB, and the largest real profile has some thousands.
const MAX_NODES: usize = 8_000_000;

/// No node.
const NONE: u32 = u32::MAX;

/// Reads an XML property list.
pub(crate) fn parse(text: &str) -> Parsed<'_> {
    let mut reader = Reader::new(text);
    if let Some(problem) = wreck::recognise(text) {
        return Parsed {
            tree: Tree::new(text, Vec::new(), Vec::new()),
            problems: vec![problem],
        };
    }
    reader.prolog();
    reader.run();
    Parsed {
        tree: Tree::new(text, reader.nodes, Vec::new()),
        problems: reader.problems.finish(),
    }
}

/// What a level of nesting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Outside of everything.
    Document,
    /// `<plist>`
    Plist,
    /// `<dict>`
    Dictionary,
    /// `<array>`
    Array,
    /// An element that property lists do not have; its content counts for nothing.
    Unknown,
    /// An unknown element around the property list; its content counts.
    Wrapper,
}

/// One level of nesting.
#[derive(Debug)]
struct Frame {
    /// What it is.
    shape: Shape,
    /// Its node; for an element without a node the number of nodes when it opened.
    node: u32,
    /// The open tag.
    open: Span,
    /// Whether it does not belong into the tree and goes when it closes.
    discard: bool,
    /// Whether a value was seen; for the levels that hold only one.
    filled: bool,
    /// The key whose value comes next.
    pending: u32,
    /// The key that took another `<key>` as its value just now.
    took_key: u32,
    /// The keys so far.
    keys: Keys,
}

/// The state of one reading.
#[derive(Debug)]
pub(super) struct Reader<'src> {
    /// The text.
    pub(super) text: &'src str,
    /// Its bytes.
    pub(super) bytes: &'src [u8],
    /// The next byte.
    pub(super) at: usize,
    /// Whether the text holds anything that needs a second look: carriage returns, control characters, `]]>`.
    pub(super) careful: bool,
    /// The tree so far.
    nodes: Vec<Node>,
    /// The levels open now; never empty.
    frames: Vec<Frame>,
    /// What was wrong so far.
    pub(super) problems: Problems,
    /// Unknown tag names that were reported.
    unknown: Vec<&'src [u8]>,
    /// Whether reading stopped.
    pub(super) stopped: bool,
}

impl<'src> Reader<'src> {
    /// A reader at the start of the text.
    fn new(text: &'src str) -> Self {
        // A value takes some 45 bytes in real profiles; a wrong guess costs one reallocation.
        let guess = (text.len() / 40).min(MAX_NODES) + 8;
        let mut reader = Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            careful: super::leaf::needs_care(text),
            nodes: Vec::with_capacity(guess),
            frames: Vec::with_capacity(16),
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

    /// Skips white space.
    #[inline]
    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            if !is_space(*byte) {
                break;
            }
            self.at += 1;
        }
    }

    /// Everything after the prolog.
    fn run(&mut self) {
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

    /// A `<`; the tags that make up nearly all of a profile first.
    #[inline]
    fn markup(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start + 1..];
        match rest {
            [b'k', b'e', b'y', b'>', ..] => self.leaf(Kind::Key, start, start + 5),
            [b's', b't', b'r', b'i', b'n', b'g', b'>', ..] => {
                self.leaf(Kind::String, start, start + 8);
            }
            [b'/', ..] => self.close_tag(),
            [b'd', b'i', b'c', b't', b'>', ..] => {
                self.container(Kind::Dictionary, start, start + 6);
            }
            [b'a', b'r', b'r', b'a', b'y', b'>', ..] => {
                self.container(Kind::Array, start, start + 7);
            }
            [b'i', b'n', b't', b'e', b'g', b'e', b'r', b'>', ..] => {
                self.leaf(Kind::Integer, start, start + 9);
            }
            [b't', b'r', b'u', b'e', b'/', b'>', ..] => self.boolean(start, start + 7, true),
            [b'f', b'a', b'l', b's', b'e', b'/', b'>', ..] => self.boolean(start, start + 8, false),
            [b'!', ..] => self.declaration(),
            [b'?', ..] => self.instruction(),
            _ => self.open_tag(),
        }
    }

    /// Reads a leaf and puts it where it belongs.
    fn leaf(&mut self, kind: Kind, start: usize, inner: usize) {
        let node = self.read_leaf(kind, start, inner);
        self.place(node);
    }

    /// A Boolean in its short form.
    fn boolean(&mut self, start: usize, end: usize, flag: bool) {
        self.at = end;
        self.place(Node {
            content: if flag { Content::True } else { Content::Plain },
            ..node(Kind::Boolean, start, end, end, end)
        });
    }

    /// Opens a dictionary or array.
    fn container(&mut self, kind: Kind, start: usize, inner: usize) {
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

    /// Reports deep nesting, and stops where Apple's parser does.
    #[cold]
    fn too_deep(&mut self, start: usize, inner: usize, depth: usize) {
        let containers = self
            .frames
            .iter()
            .filter(|frame| matches!(frame.shape, Shape::Array | Shape::Dictionary));
        if containers.count() >= MAX_DEPTH {
            self.problems.push(Problem::refused(
                ProblemKind::Limit,
                Span::new(start, inner),
                format!("more than {MAX_DEPTH} arrays and dictionaries inside each other"),
                "a profile needs about six; look for close tags that are missing",
            ));
            self.stopped = true;
        } else if depth > PORTABLE_DEPTH {
            self.problems.push_once(Problem::not_portable(
                ProblemKind::Limit,
                Span::new(start, inner),
                format!("more than {PORTABLE_DEPTH} elements inside each other: strict XML validators refuse it"),
                "a profile needs about six; look for close tags that are missing",
            ));
        }
    }

    /// Adds a level.
    fn open(&mut self, shape: Shape, node: u32, open: Span, discard: bool) {
        self.frames.push(Frame {
            shape,
            node,
            open,
            discard,
            filled: false,
            pending: NONE,
            took_key: NONE,
            keys: Keys::default(),
        });
    }

    /// The index of the next node.
    fn index(&self) -> u32 {
        Span::new(self.nodes.len(), self.nodes.len()).start
    }

    /// Adds a node to the tree.
    #[inline]
    fn push(&mut self, mut node: Node) {
        if self.nodes.len() >= MAX_NODES {
            self.problems.push_once(Problem::refused(
                ProblemKind::Limit,
                Span {
                    start: node.start,
                    end: node.end,
                },
                format!("more than {MAX_NODES} values in one file"),
                "this tool reads no larger file",
            ));
            self.stopped = true;
        }
        node.next = self.index() + 1;
        self.nodes.push(node);
    }

    /// Puts a value or key where it belongs; answers whether it stays in the tree.
    #[inline]
    fn place(&mut self, mut value: Node) -> bool {
        let index = self.index();
        let bytes = self.bytes;
        let Some(frame) = self.frames.last_mut() else {
            return false;
        };
        let span = Span {
            start: value.start,
            end: value.end,
        };
        match frame.shape {
            Shape::Dictionary if frame.pending == NONE => {
                if value.kind == Kind::Key {
                    frame.pending = index;
                    frame.keys.note(bytes, &value);
                } else {
                    return self.value_without_key(value);
                }
            }
            Shape::Dictionary => {
                if value.kind == Kind::Key {
                    value.kind = Kind::String;
                    frame.took_key = frame.pending;
                    self.key_as_value(span);
                } else {
                    frame.took_key = NONE;
                }
                if let Some(frame) = self.frames.last_mut() {
                    frame.pending = NONE;
                }
            }
            Shape::Array => {
                if value.kind == Kind::Key {
                    value.kind = Kind::String;
                    self.problems.push_once(Problem::not_portable(
                        ProblemKind::KeyAsValue,
                        span,
                        "`<key>` in an array: Python plistlib, strict XML validators and MDM servers written in Go refuse it",
                        "write it as `<string>`",
                    ));
                }
            }
            Shape::Unknown => return false,
            Shape::Document | Shape::Plist | Shape::Wrapper => {
                if std::mem::replace(&mut frame.filled, true) || !self.nodes.is_empty() {
                    self.problems.push(Problem::refused(
                        ProblemKind::Root,
                        span,
                        "a second value in one property list",
                        "keep one dictionary inside `<plist>`",
                    ));
                    return false;
                }
                if value.kind == Kind::Key {
                    value.kind = Kind::String;
                }
                if frame.shape == Shape::Document {
                    self.problems.push(Problem::not_portable(
                        ProblemKind::Root,
                        Span::new(span.start as usize, span.start as usize + 1),
                        "there is no `<plist>` element around the value: strict XML validators refuse it",
                        "put the dictionary inside `<plist version=\"1.0\">` and `</plist>`",
                    ));
                }
            }
        }
        self.push(value);
        true
    }

    /// A `<key>` where the value of the key before it stands.
    #[cold]
    fn key_as_value(&mut self, span: Span) {
        let key = self.pending_key();
        self.problems.push(
            Problem::not_portable(
                ProblemKind::KeyAsValue,
                span,
                format!(
                    "a `<key>` is the value of {}: a Mac reads it as text, Python plistlib and strict XML validators refuse it",
                    quoted(self.inner(key))
                ),
                "add the missing value, or write this one as `<string>`",
            )
            .related(self.span_of(key), "the key"),
        );
    }

    /// A value where a key must stand.
    #[cold]
    fn value_without_key(&mut self, mut value: Node) -> bool {
        let Some(frame) = self.frames.last_mut() else {
            return false;
        };
        let span = Span {
            start: value.start,
            end: value.end,
        };
        let dictionary = frame.open;
        // `<key>A</key><key>B</key><string>…`: A has no value, and B has this one.
        let orphan = std::mem::replace(&mut frame.took_key, NONE);
        if orphan != NONE && orphan as usize + 2 == self.nodes.len() {
            let orphaned = self.span_of(orphan);
            let name = quoted(self.inner(orphan));
            self.nodes.swap_remove(orphan as usize);
            let key = &mut self.nodes[orphan as usize];
            key.kind = Kind::Key;
            key.next = orphan + 1;
            let key = *key;
            if let Some(frame) = self.frames.last_mut() {
                frame.keys.note(self.bytes, &key);
            }
            self.problems.retract(ProblemKind::KeyAsValue);
            self.problems.push(
                Problem::refused(
                    ProblemKind::MissingValue,
                    orphaned,
                    format!("key {name} has no value"),
                    "add the value after the key, or remove the key",
                )
                .related(
                    Span {
                        start: key.start,
                        end: key.end,
                    },
                    "the next key follows at once",
                ),
            );
            value.next = 0;
            self.push(value);
            return true;
        }
        self.problems.push(
            Problem::refused(
                ProblemKind::MissingKey,
                Span::new(span.start as usize, span.end as usize),
                format!(
                    "`<{}>` has no key in front of it",
                    tag_name(value.kind, value.content == Content::True)
                ),
                "write `<key>…</key>` before it, or remove the value",
            )
            .related(dictionary, "in this dictionary"),
        );
        false
    }

    /// The key that waits for its value.
    fn pending_key(&self) -> u32 {
        self.frames.last().map_or(NONE, |frame| frame.pending)
    }

    /// The range of a node.
    fn span_of(&self, index: u32) -> Span {
        self.nodes
            .get(index as usize)
            .map_or_else(Span::default, |node| Span {
                start: node.start,
                end: node.end,
            })
    }

    /// The text between a leaf's tags.
    fn inner(&self, index: u32) -> &'src str {
        self.nodes
            .get(index as usize)
            .and_then(|node| {
                self.text
                    .get(node.inner_start as usize..node.inner_end as usize)
            })
            .unwrap_or_default()
    }

    /// Closes the innermost level: its content ends at `inner_end`, its element at `end`.
    #[inline]
    fn close(&mut self, inner_end: usize, end: usize) {
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
                    frame
                        .keys
                        .report(self.text, &self.nodes, frame.node, &mut self.problems);
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

    /// A key at the end of its dictionary.
    #[cold]
    fn missing_value(&mut self, inner_end: usize) {
        let key = self.pending_key();
        self.problems.push(
            Problem::refused(
                ProblemKind::MissingValue,
                self.span_of(key),
                format!("key {} has no value", quoted(self.inner(key))),
                "add the value after the key, or remove the key",
            )
            .related(
                Span::new(inner_end, inner_end + 1),
                "the dictionary ends here",
            ),
        );
        self.drop_pending();
    }

    /// Takes the waiting key out of the tree, because its value cannot be read.
    fn drop_pending(&mut self) {
        if let Some(frame) = self.frames.last_mut()
            && frame.pending != NONE
        {
            self.nodes.truncate(frame.pending as usize);
            frame.pending = NONE;
        }
    }

    /// A close tag.
    #[inline]
    fn close_tag(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start + 2..];
        let Some(frame) = self.frames.last() else {
            return;
        };
        let length = match frame.shape {
            Shape::Dictionary if rest.starts_with(b"dict>") => 7,
            Shape::Array if rest.starts_with(b"array>") => 8,
            Shape::Plist if rest.starts_with(b"plist>") => 8,
            _ => return self.other_close_tag(),
        };
        self.at = start + length;
        self.close(start, start + length);
    }

    /// A close tag with blanks in it, or one that does not fit.
    #[cold]
    fn other_close_tag(&mut self) {
        let start = self.at;
        let Some(length) = memchr(b'>', &self.bytes[start..]) else {
            self.unterminated_tag(start);
            return;
        };
        let mut end = start + length + 1;
        // A `<` before the `>`: this tag is not finished, the next one begins.
        if let Some(next) = memchr(b'<', &self.bytes[start + 1..end]) {
            end = start + 1 + next;
            self.problems.push(Problem::refused(
                ProblemKind::Tag,
                Span::new(start, end),
                "a close tag without its `>`",
                "add the `>`",
            ));
        }
        self.at = end;
        let raw = self.text.get(start + 2..end).unwrap_or_default();
        let name = raw
            .trim_end_matches('>')
            .trim_end_matches([' ', '\t', '\n', '\r']);
        let fits = |frame: &Frame| match frame.shape {
            Shape::Document => false,
            Shape::Plist => name == "plist",
            Shape::Dictionary => name == "dict",
            Shape::Array => name == "array",
            Shape::Unknown | Shape::Wrapper => self.is_named(frame, name),
        };
        if self.frames.last().is_some_and(fits) {
            return self.close(start, end);
        }
        let meant = Tag::meant(name).map_or(name, |tag| tag.name()).to_owned();
        let is_meant = |frame: &Frame| match frame.shape {
            Shape::Dictionary => meant == "dict",
            Shape::Array => meant == "array",
            Shape::Plist => meant == "plist",
            _ => false,
        };
        if meant != name && self.frames.last().is_some_and(is_meant) {
            self.unknown_tag(Span::new(start, end), name, &meant);
            return self.close(start, end);
        }
        let outer = self
            .frames
            .iter()
            .rposition(|frame| fits(frame) || is_meant(frame));
        let innermost = self.frames.last().map(|frame| (frame.shape, frame.open));
        let Some((shape, open)) = innermost else {
            return;
        };
        let span = Span::new(start, end);
        if let Some(level) = outer {
            self.problems.push(
                Problem::refused(
                    ProblemKind::CloseTag,
                    span,
                    format!(
                        "`</{}>` closes {}, which is still open",
                        escape_name(name),
                        self.shown(open)
                    ),
                    format!("close {} first", self.shown(open)),
                )
                .related(open, "opened here"),
            );
            while self.frames.len() > level + 1 {
                self.close(start, start);
            }
            self.close(start, end);
        } else {
            let what = if shape == Shape::Document {
                "nothing is open here".to_owned()
            } else {
                format!("{} is open here", self.shown(open))
            };
            self.problems.push(Problem::refused(
                ProblemKind::CloseTag,
                span,
                format!("`</{}>` has no open tag: {what}", escape_name(name)),
                "remove it, or add the open tag it belongs to",
            ));
        }
    }

    /// An open tag as it is written, for a message.
    fn shown(&self, open: Span) -> String {
        quoted(self.text.get(open.range()).unwrap_or_default())
    }

    /// A tag that never ends.
    #[cold]
    pub(super) fn unterminated_tag(&mut self, start: usize) {
        self.problems.push(Problem::refused(
            ProblemKind::Tag,
            Span::new(start, self.bytes.len()),
            "the file ends inside a tag",
            "the file is cut off: get it again from its source",
        ));
        self.at = self.bytes.len();
        self.stopped = true;
    }

    /// Reports an unknown tag name once.
    #[cold]
    fn unknown_tag(&mut self, span: Span, name: &'src str, meant: &str) {
        let name = name.as_bytes();
        if self.unknown.contains(&name) || self.unknown.len() >= 32 {
            return;
        }
        self.unknown.push(name);
        let shown = escape_name(&String::from_utf8_lossy(name));
        let help = if meant.as_bytes() == name {
            "property lists have plist, dict, array, key, string, integer, real, true, false, data and date".to_owned()
        } else {
            format!(
                "write `{meant}`; property lists know their tags in lower case and without a prefix"
            )
        };
        self.problems.push(Problem::refused(
            ProblemKind::UnknownTag,
            span,
            format!("unknown tag `{shown}`"),
            help,
        ));
    }

    /// Any open tag beyond the common ones: attributes, blanks, rare types, unknown names.
    #[cold]
    fn open_tag(&mut self) {
        let start = self.at;
        let Some(length) = memchr(b'>', &self.bytes[start..]) else {
            return self.unterminated_tag(start);
        };
        let end = start + length + 1;
        let span = Span::new(start, end);
        let empty = self.bytes[end - 2] == b'/';
        let inside = self
            .text
            .get(start + 1..end - 1 - usize::from(empty))
            .unwrap_or_default();
        let length = inside.bytes().take_while(|byte| !is_space(*byte)).count();
        let (name, attributes) = (&inside[..length], &inside[length..]);
        if name.is_empty() {
            self.problems.push(Problem::refused(
                ProblemKind::Tag,
                span,
                "a tag without a name",
                "remove the blanks after `<`, or write `&lt;` for the character itself",
            ));
        }
        let mut name = name;
        if name.is_empty() {
            name = attributes
                .split([' ', '\t', '\n', '\r'])
                .find(|word| !word.is_empty())
                .unwrap_or_default();
        }
        let tag = Tag::from_name(name.as_bytes());
        let meant = tag.or_else(|| Tag::meant(name));
        if tag.is_none() && !self.inside_unknown() && !name.is_empty() {
            self.unknown_tag(span, name, meant.map_or(name, |tag| tag.name()));
        }
        if !name.is_empty() && length > 0 && !attributes.trim_ascii().is_empty() {
            self.attributes(name, attributes, start + 1 + length);
        }
        self.at = end;
        match meant {
            None => self.unknown_element(span, empty),
            Some(Tag::Plist) => self.plist(span, empty),
            Some(Tag::Value(Kind::Dictionary | Kind::Array, _)) if empty => {
                let Some(Tag::Value(kind, _)) = meant else {
                    return;
                };
                self.place(node(kind, start, end, end, end));
            }
            Some(Tag::Value(kind @ (Kind::Dictionary | Kind::Array), _)) => {
                self.container(kind, start, end);
            }
            Some(Tag::Value(kind, flag)) if empty => self.empty_leaf(kind, flag, span),
            Some(Tag::Value(Kind::Boolean, flag)) => {
                let mut node = self.read_leaf(Kind::Boolean, start, end);
                if flag {
                    node.content = Content::True;
                }
                self.place(node);
            }
            Some(Tag::Value(kind, _)) => self.leaf(kind, start, end),
        }
    }

    /// A leaf in its short form: strings, keys and Booleans may, the others are refused.
    fn empty_leaf(&mut self, kind: Kind, flag: bool, span: Span) {
        if matches!(kind, Kind::Integer | Kind::Real | Kind::Data | Kind::Date)
            && !self.inside_unknown()
        {
            let name = tag_name(kind, false);
            self.problems.push(Problem::refused(
                ProblemKind::Scalar,
                span,
                format!("`<{name}/>` is empty"),
                if kind == Kind::Data {
                    "write `<data></data>`"
                } else {
                    "write the value, or remove the key"
                },
            ));
        }
        let (start, end) = (span.start as usize, span.end as usize);
        self.place(Node {
            content: if flag { Content::True } else { Content::Plain },
            ..node(kind, start, end, end, end)
        });
    }

    /// Whether the reader is inside an element whose content counts for nothing.
    pub(super) fn inside_unknown(&self) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| frame.shape == Shape::Unknown)
    }

    /// Whether an unknown element of this name is open.
    pub(super) fn is_open(&self, name: &str) -> bool {
        self.frames.iter().any(|frame| self.is_named(frame, name))
    }

    /// Whether a level is an unknown element of this name.
    fn is_named(&self, frame: &Frame, name: &str) -> bool {
        let open = self.text.get(frame.open.range()).unwrap_or_default();
        let rest = open
            .strip_prefix('<')
            .and_then(|open| open.strip_prefix(name));
        matches!(frame.shape, Shape::Unknown | Shape::Wrapper)
            && !name.is_empty()
            && rest.is_some_and(|rest| rest.starts_with(['>', ' ', '\t', '\n', '\r']))
    }

    /// `<plist>`
    fn plist(&mut self, span: Span, empty: bool) {
        let outermost = self
            .frames
            .iter()
            .all(|frame| matches!(frame.shape, Shape::Document | Shape::Wrapper));
        if !outermost && !self.inside_unknown() {
            self.problems.push(Problem::not_portable(
                ProblemKind::Root,
                span,
                "`<plist>` inside a property list: strict XML validators refuse it",
                "remove the inner `<plist>` and `</plist>`",
            ));
        }
        let index = self.index();
        let nested = Shape::Wrapper;
        if self.frames.len() > 64 + MAX_DEPTH {
            self.stopped = true;
            return;
        }
        self.open(
            if outermost { Shape::Plist } else { nested },
            index,
            span,
            false,
        );
        if empty {
            self.close(span.end as usize, span.end as usize);
        }
    }

    /// An element of a name that property lists do not have.
    fn unknown_element(&mut self, span: Span, empty: bool) {
        let outside = self.frames.last().is_some_and(|frame| {
            matches!(frame.shape, Shape::Document | Shape::Wrapper | Shape::Plist)
        });
        self.drop_pending();
        if empty {
            return;
        }
        if self.frames.len() > 64 + MAX_DEPTH {
            self.stopped = true;
            return;
        }
        let index = self.index();
        let shape = if outside {
            Shape::Wrapper
        } else {
            Shape::Unknown
        };
        self.open(shape, index, span, !outside);
    }

    /// Text between elements.
    #[cold]
    fn stray_text(&mut self) {
        let start = self.at;
        let end =
            memchr(b'<', &self.bytes[start..]).map_or(self.bytes.len(), |length| start + length);
        self.at = end;
        if self.inside_unknown() {
            return;
        }
        let text = self.text[start..end].trim_end();
        let span = Span::new(start, start + text.len().max(1));
        if let Some(problem) = wreck::template(text, span) {
            return self.problems.push_once(problem);
        }
        self.problems.push(Problem::refused(
            ProblemKind::StrayText,
            span,
            format!("text between elements: {}", quoted(text)),
            "remove it, or put it into `<string>`",
        ));
    }

    /// The end of the text: what is still open is missing its close tag.
    fn end_of_file(&mut self) {
        if self.frames.len() > 1 && !self.stopped {
            let open = self
                .frames
                .last()
                .map_or_else(Span::default, |frame| frame.open);
            let end = self.bytes.len();
            self.problems.push(
                Problem::refused(
                    ProblemKind::CloseTag,
                    Span::new(end, end),
                    format!("the file ends while {} is open", self.shown(open)),
                    "close it; if the file was cut off, get it again from its source",
                )
                .related(open, "opened here"),
            );
        } else if self.nodes.is_empty() && !self.stopped {
            self.problems.push_once(Problem::refused(
                ProblemKind::Root,
                Span::new(self.bytes.len(), self.bytes.len()),
                "there is no value in the file",
                "put one dictionary inside `<plist version=\"1.0\">` and `</plist>`",
            ));
        }
        self.stopped = true;
        while self.frames.len() > 1 {
            // A key whose value never came is part of the same fault.
            self.drop_pending();
            self.close(self.bytes.len(), self.bytes.len());
        }
    }

    /// What stands after the root: a Mac looks no further.
    #[cold]
    fn trailing(&mut self) {
        if self.stopped {
            return;
        }
        loop {
            self.skip_space();
            let skipped = [(&b"<!--"[..], &b"-->"[..]), (b"<?", b"?>")]
                .into_iter()
                .find_map(|(open, close)| {
                    self.looking_at(open)
                        .then(|| memmem::find(&self.bytes[self.at + open.len()..], close))
                        .flatten()
                        .map(|length| self.at + open.len() + length + close.len())
                });
            // A second XML declaration is a second document and not an instruction.
            match skipped {
                Some(end) if !self.looking_at(b"<?xml ") => self.at = end,
                _ => break,
            }
        }
        if self.at < self.bytes.len() {
            let span = Span::new(self.at, self.bytes.len());
            self.problems.push(Problem::not_portable(
                ProblemKind::Trailing,
                span,
                "something follows the end of the property list: a Mac ignores it, Python plistlib and strict XML validators refuse the file",
                "remove everything after `</plist>`",
            ));
        }
        self.stopped = true;
    }
}

/// A node with its ranges; `next` is set when it is pushed.
pub(super) fn node(kind: Kind, start: usize, inner: usize, inner_end: usize, end: usize) -> Node {
    let (outer, inner) = (Span::new(start, end), Span::new(inner, inner_end));
    Node {
        start: outer.start,
        inner_start: inner.start,
        inner_end: inner.end,
        end: outer.end,
        next: 0,
        kind,
        content: Content::Plain,
    }
}

/// A tag name for a message, without what could disturb a terminal.
fn escape_name(name: &str) -> String {
    quoted(name).trim_matches('`').to_owned()
}
