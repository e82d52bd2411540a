//! Leaves: where a value's text begins and ends, and whether it says what its tag promises.

use memchr::{memchr, memchr2, memmem};

use super::problem::{Problem, ProblemKind};
use super::scalar::{self, EntityError};
use super::tag::{Tag, tag_name};
use super::tree::{Content, Kind, Node};
use super::xml::{XmlReader, node};
use crate::escape::quoted;
use crate::source::{Span, to_u32};

impl XmlReader<'_> {
    /// Reads a leaf whose open tag is `start..inner`, up to and with its close tag.
    pub(super) fn read_leaf(&mut self, kind: Kind, start: usize, inner: usize) -> Node {
        let mut at = inner;
        let mut content = Content::Plain;
        loop {
            let Some(length) = memchr2(b'<', b'&', &self.bytes[at..]) else {
                return self.unclosed_leaf(kind, start, inner, content);
            };
            at += length;
            if self.bytes[at] == b'<' && self.bytes.get(at + 1) == Some(&b'/') {
                break;
            }
            match self.inside_leaf(kind, at) {
                Some(next) => {
                    content = Content::Encoded;
                    at = next;
                }
                None => break,
            }
        }
        let mut node = node(kind, start, inner, at, at);
        node.content = content;
        let rest = &self.bytes[at..];
        let closed = rest
            .strip_prefix(b"</")
            .and_then(|rest| rest.strip_prefix(tag_name(kind, false).as_bytes()))
            .is_some_and(|rest| rest.starts_with(b">"));
        if closed {
            self.at = at + tag_name(kind, false).len() + 3;
        } else {
            self.at = at;
            self.close_leaf(kind, start, inner);
        }
        node.end = to_u32(self.at);
        self.check_leaf(&node);
        node
    }

    /// A close tag of a leaf with blanks in it, or one that does not fit, or none.
    fn close_leaf(&mut self, kind: Kind, start: usize, inner: usize) {
        let at = self.at;
        let open = Span::new(start, inner);
        let opened = &self.text[open.range()];
        let name = &opened[1..opened.len() - 1];
        let name = name
            .split([' ', '\t', '\n', '\r'])
            .next()
            .unwrap_or_default();
        let is_close = self.looking_at(b"</");
        if is_close {
            let Some(length) = memchr(b'>', &self.bytes[at..]) else {
                return self.unterminated_tag(at);
            };
            let end = at + length + 1;
            let written = self.text[at + 2..end]
                .trim_end_matches('>')
                .trim_end_matches([' ', '\t', '\n', '\r']);
            if written == name
                || Tag::from_name(written.as_bytes()).is_some_and(|tag| tag.name() == name)
            {
                self.at = end;
                return;
            }
            let closes_leaf = match Tag::meant(written) {
                Some(Tag::Value(Kind::Dictionary | Kind::Array, _) | Tag::Plist) => false,
                Some(Tag::Value(..)) => true,
                // A misspelt close tag of this very leaf.
                None => !written.contains('<') && !self.is_open(written),
            };
            if closes_leaf {
                self.at = end;
                self.report_leaf(
                    Problem::refused(
                        ProblemKind::CloseTag,
                        Span::new(at, end),
                        format!("`<{name}>` is closed by {}", quoted(&self.text[at..end])),
                        format!("write `</{name}>`"),
                    )
                    .related(open, "opened here"),
                );
                return;
            }
        }
        let child = kind == Kind::Boolean;
        let message = if child {
            format!("`<{name}>` is not empty")
        } else {
            format!("`<{name}>` is not closed")
        };
        self.report_leaf(
            Problem::refused(
                ProblemKind::CloseTag,
                Span::new(at, at + 1),
                message,
                format!(
                    "write `</{name}>` before this, or `&lt;` if the character itself is meant"
                ),
            )
            .related(open, "opened here"),
        );
    }

    /// A leaf that the end of the file cuts off.
    fn unclosed_leaf(&mut self, kind: Kind, start: usize, inner: usize, content: Content) -> Node {
        let end = self.bytes.len();
        let open = Span::new(start, inner);
        self.problems.push(
            Problem::refused(
                ProblemKind::CloseTag,
                Span::new(end, end),
                format!("the file ends inside {}", quoted(&self.text[open.range()])),
                "the file is cut off: get it again from its source",
            )
            .related(open, "opened here"),
        );
        self.at = end;
        self.stopped = true;
        Node {
            content,
            ..node(kind, start, inner, end, end)
        }
    }

    /// Reports a fault unless its element counts for nothing anyway.
    fn report_leaf(&mut self, problem: Problem) {
        if !self.inside_unknown() {
            self.problems.push(problem);
        }
    }

    /// Markup inside a leaf: an entity, a CDATA section, a comment, an instruction. Answers where the text goes on;
    /// `None` for a tag.
    fn inside_leaf(&mut self, kind: Kind, at: usize) -> Option<usize> {
        let rest = &self.bytes[at..];
        // Integers, dates and data are read as they are written: `&` is not a digit.
        let decoded = matches!(kind, Kind::String | Kind::Key | Kind::Real);
        if rest[0] == b'&' {
            if !decoded {
                return Some(at + 1);
            }
            return Some(self.entity(at));
        }
        let enclosed = |open: &[u8], close: &[u8]| {
            rest.starts_with(open).then(|| {
                memmem::find(&rest[open.len()..], close)
                    .map(|length| at + open.len() + length + close.len())
            })
        };
        let (end, what) = if let Some(end) = enclosed(b"<![CDATA[", b"]]>") {
            (end, "CDATA section")
        } else if let Some(end) = enclosed(b"<!--", b"-->") {
            (end, "comment")
        } else if let Some(end) = enclosed(b"<?", b"?>") {
            (end, "processing instruction")
        } else {
            return None;
        };
        let name = tag_name(kind, false);
        let cdata = what == "CDATA section";
        let kind = if cdata {
            ProblemKind::Cdata
        } else {
            ProblemKind::Comment
        };
        let Some(end) = end else {
            self.report_leaf(Problem::refused(
                kind,
                Span::new(at, at + 2),
                format!("a {what} that never ends"),
                "close it",
            ));
            self.stopped = true;
            return Some(self.bytes.len());
        };
        let span = Span::new(at, end);
        if cdata && decoded {
            if !self.inside_unknown() {
                self.problems.push_once(Problem::not_portable(
                    kind,
                    span,
                    format!("a CDATA section in `<{name}>`: tools built on the Rust plist crate read it as empty"),
                    "write the text plainly, with `&lt;` and `&amp;`",
                ));
            }
        } else {
            self.report_leaf(Problem::refused(
                kind,
                span,
                format!("a {what} inside `<{name}>`"),
                format!("move it out of the element; a Mac takes only text inside `<{name}>`"),
            ));
        }
        Some(end)
    }

    /// An entity reference in a string, key or real; answers where the text goes on.
    fn entity(&mut self, at: usize) -> usize {
        let text = &self.text[at..];
        let shown = || {
            let end = text
                .bytes()
                .take(24)
                .position(|byte| matches!(byte, b';' | b'<' | b' ' | b'\n'));
            let end = end.map_or(1, |end| end + usize::from(text.as_bytes()[end] == b';'));
            &text[..end.max(1)]
        };
        match scalar::entity(text) {
            Ok((length, letter)) => {
                if !crate::escape::is_xml_char(letter) {
                    self.report_leaf(Problem::not_portable(
                        ProblemKind::Character,
                        Span::new(at, at + length),
                        format!("{} is a character that XML forbids: every XML parser but Apple's refuses it", quoted(&text[..length])),
                        "remove it",
                    ));
                }
                at + length
            }
            Err(error) => {
                let shown = shown();
                let (message, help) = match error {
                    EntityError::Unknown if shown.len() == 1 => {
                        ("`&` is alone".to_owned(), "write `&amp;`")
                    }
                    EntityError::Unknown => (
                        format!("unknown entity {}", quoted(shown)),
                        "property lists know &amp; &lt; &gt; &quot; &apos; and &#…; — write `&amp;` for the character itself",
                    ),
                    EntityError::Digits => (
                        format!("the character reference {} is malformed", quoted(shown)),
                        "write `&#` and digits, or `&#x` with a small x and hexadecimal digits, and `;`",
                    ),
                    EntityError::Character => (
                        format!(
                            "the character reference {} names no character",
                            quoted(shown)
                        ),
                        "write the character itself; halves of UTF-16 pairs and more than eight digits are refused",
                    ),
                };
                let span = Span::new(at, at + shown.len());
                self.report_leaf(Problem::refused(ProblemKind::Entity, span, message, help));
                at + 1
            }
        }
    }
}
