//! Tags beyond the common ones: attributes, blanks, short forms, unknown names, close tags that do not fit.

use memchr::memchr;

use super::problem::{Problem, ProblemKind};
use super::scalar::is_space;
use super::tag::{Tag, tag_name};
use super::tree::{Content, Kind, Node};
use super::xml::{Frame, MAX_DEPTH, Shape, XmlReader, node};
use crate::escape::quoted;
use crate::source::Span;

impl<'src> XmlReader<'src> {
    /// Any open tag beyond the common ones: attributes, blanks, rare types, unknown names.
    pub(super) fn open_tag(&mut self) {
        let start = self.at;
        if self.bytes[start..].starts_with(b"<<<<<<<") {
            return self.merge_conflict(start);
        }
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
    pub(super) fn empty_leaf(&mut self, kind: Kind, flag: bool, span: Span) {
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

    pub(super) fn plist(&mut self, span: Span, empty: bool) {
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

    /// The line with which git begins a conflict: not a tag, and what follows it is read as usual.
    fn merge_conflict(&mut self, start: usize) {
        let rest = &self.bytes[start..];
        let length = memchr(b'\n', rest).unwrap_or(rest.len());
        self.at = start + length;
        self.problems.push(Problem::refused(
            ProblemKind::Tag,
            Span::new(start, self.at),
            "an unresolved merge conflict",
            "keep one side, and delete the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`",
        ));
    }

    /// An element of a name that property lists do not have.
    pub(super) fn unknown_element(&mut self, span: Span, empty: bool) {
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

    /// Reports an unknown tag name once.
    pub(super) fn unknown_tag(&mut self, span: Span, name: &'src str, meant: &str) {
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

    /// A close tag with blanks in it, or one that does not fit.
    pub(super) fn other_close_tag(&mut self) {
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

    /// A tag that never ends.
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

    /// An open tag as it is written, for a message.
    pub(super) fn shown(&self, open: Span) -> String {
        quoted(self.text.get(open.range()).unwrap_or_default())
    }

    /// Whether an unknown element of this name is open.
    pub(super) fn is_open(&self, name: &str) -> bool {
        self.frames.iter().any(|frame| self.is_named(frame, name))
    }

    /// Whether a level is an unknown element of this name.
    pub(super) fn is_named(&self, frame: &Frame, name: &str) -> bool {
        let open = self.text.get(frame.open.range()).unwrap_or_default();
        let rest = open
            .strip_prefix('<')
            .and_then(|open| open.strip_prefix(name));
        matches!(frame.shape, Shape::Unknown | Shape::Wrapper)
            && !name.is_empty()
            && rest.is_some_and(|rest| rest.starts_with(['>', ' ', '\t', '\n', '\r']))
    }
}

/// A tag name for a message, without what could disturb a terminal.
fn escape_name(name: &str) -> String {
    quoted(name).trim_matches('`').to_owned()
}
