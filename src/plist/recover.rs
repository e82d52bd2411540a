//! What the reader does when elements are not where they belong: report it once, and go on so that the next fault
//! is one of the file and not of the repair.

use memchr::{memchr, memmem};

use super::not_a_plist;
use super::problem::{Problem, ProblemKind};
use super::tag::tag_name;
use super::tree::{Content, Kind, Node};
use super::xml::{MAX_DEPTH, NONE, PORTABLE_DEPTH, Shape, XmlReader};
use crate::escape::quoted;
use crate::source::Span;

impl XmlReader<'_> {
    /// Reports deep nesting, and stops where Apple's parser does.
    pub(super) fn too_deep(&mut self, start: usize, inner: usize, depth: usize) {
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

    /// A `<key>` where the value of the key before it stands.
    pub(super) fn key_as_value(&mut self, span: Span) {
        let key = self.pending_key();
        self.problems.push(
            Problem::not_portable(
                ProblemKind::KeyAsValue,
                span,
                format!(
                    "{} has a `<key>` element as its value: a Mac reads it as text, but Python's plistlib and strict XML validators refuse it",
                    quoted(self.inner(key))
                ),
                "add the missing value, or write this one as `<string>`",
            )
            .related(self.span_of(key), "the key"),
        );
    }

    /// A value where a key must be.
    pub(super) fn value_without_key(&mut self, mut value: Node) -> bool {
        let Some(frame) = self.frames.last_mut() else {
            return false;
        };
        let span = value.span();
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
            self.problems.retract(ProblemKind::KeyAsValue);
            self.problems.push(
                Problem::refused(
                    ProblemKind::MissingValue,
                    orphaned,
                    format!("key {name} has no value"),
                    "add the value after the key, or remove the key",
                )
                .related(key.span(), "the next key follows at once"),
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

    /// A key at the end of its dictionary.
    pub(super) fn missing_value(&mut self, inner_end: usize) {
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
    pub(super) fn drop_pending(&mut self) {
        if let Some(frame) = self.frames.last_mut()
            && frame.pending != NONE
        {
            self.nodes.truncate(frame.pending as usize);
            frame.pending = NONE;
        }
    }

    pub(super) fn stray_text(&mut self) {
        let start = self.at;
        let end =
            memchr(b'<', &self.bytes[start..]).map_or(self.bytes.len(), |length| start + length);
        self.at = end;
        if self.inside_unknown() {
            return;
        }
        let text = self.text[start..end].trim_end();
        let span = Span::new(start, start + text.len().max(1));
        if let Some(problem) = not_a_plist::template(text, span) {
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
    pub(super) fn end_of_file(&mut self) {
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

    /// What is after the root: a Mac looks no further.
    pub(super) fn trailing(&mut self) {
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
                Some(end) if !self.looking_at(b"<?xml ") => {
                    self.at = end;
                }
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
