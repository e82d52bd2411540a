//! Where a value belongs: after its key, in its list, or where property lists have no values.

use super::problem::{Problem, ProblemKind};
use super::tree::{Kind, Node};
use super::xml::{NONE, Shape, XmlReader};
use crate::source::Span;

impl XmlReader<'_> {
    /// Puts a value or key where it belongs; answers whether it stays in the tree.
    pub(super) fn place(&mut self, value: Node) -> bool {
        let index = self.index();
        let is_key = value.kind == Kind::Key;
        match self.frames.last_mut() {
            Some(frame)
                if frame.shape == Shape::Dictionary && is_key == (frame.pending == NONE) =>
            {
                if is_key {
                    frame.pending = index;
                } else {
                    frame.pending = NONE;
                    frame.took_key = NONE;
                }
            }
            Some(frame) if frame.shape == Shape::Array && !is_key => {}
            _ => return self.place_oddly(value),
        }
        self.push(value);
        true
    }

    /// The same for everything else: keys and values out of turn, and what is in neither list nor dictionary.
    fn place_oddly(&mut self, mut value: Node) -> bool {
        let Some(frame) = self.frames.last_mut() else {
            return false;
        };
        let span = value.span();
        match frame.shape {
            Shape::Dictionary if frame.pending == NONE => return self.value_without_key(value),
            Shape::Dictionary => {
                frame.took_key = frame.pending;
                self.key_as_value(span);
                if let Some(frame) = self.frames.last_mut() {
                    frame.pending = NONE;
                }
            }
            Shape::Array => {
                self.problems.push_once(Problem::not_portable(
                    ProblemKind::KeyAsValue,
                    span,
                    "`<key>` in an array: Python plistlib, strict XML validators and MDM servers written in Go refuse it",
                    "write it as `<string>`",
                ));
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
        if value.kind == Kind::Key {
            value.kind = Kind::String;
        }
        self.push(value);
        true
    }
}
