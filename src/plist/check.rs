//! Whether the text of a leaf is what its tag promises, and whether every parser reads it alike.

use memchr::{memchr, memmem};

use super::not_a_plist;
use super::problem::{Problem, ProblemKind};
use super::scalar::{self, Oddity, ScalarError};
use super::tag::tag_name;
use super::tree::{Content, Kind, Node};
use super::xml::XmlReader;
use crate::escape::quoted;
use crate::source::Span;

impl XmlReader<'_> {
    /// Judges a dictionary with one entry: Apple's parser makes a UID of a number with the key `CF$UID` (`parseDictTag` in
    /// CFPropertyList.c).
    pub(super) fn check_uid(&mut self, dictionary: u32) {
        let at = dictionary as usize;
        let [whole, key, value] = self.nodes[at..at + 3] else {
            return;
        };
        let is_number = matches!(value.kind, Kind::Integer | Kind::Real);
        let name = key.inner_span().range();
        if is_number && key.kind == Kind::Key && self.text.get(name) == Some("CF$UID") {
            self.problems.push_once(Problem::not_portable(
                ProblemKind::Scalar,
                whole.span(),
                "a dictionary with nothing but `CF$UID` is a UID for Apple's parser, and a dictionary for every other",
                "write another key, or another entry beside it",
            ));
        }
    }

    /// Whether the text of a leaf is what its tag promises.
    pub(super) fn check_leaf(&mut self, node: &Node) {
        match node.kind {
            Kind::String | Kind::Key => {
                if !self.inside_unknown() {
                    self.check_text(node.inner_start as usize, node.inner_end as usize);
                }
            }
            _ => self.check_scalar(node),
        }
    }

    /// Whether the text of a number, date, Boolean or data can be read.
    fn check_scalar(&mut self, node: &Node) {
        let inner = node.inner_span();
        let text = &self.text[inner.range()];
        let markup = node.content == Content::Encoded && text.contains('<');
        if self.inside_unknown() || markup {
            return;
        }
        let verdict = match node.kind {
            Kind::Integer => scalar::check_integer(text).map(|(_, oddity)| oddity),
            Kind::Real => scalar::check_real(&scalar::decode(text)).map(|(_, oddity)| oddity),
            Kind::Date => scalar::check_date(text).map(|(_, oddity)| oddity),
            Kind::Data => scalar::check_data(text),
            Kind::Boolean if !text.is_empty() => return self.boolean_with_text(node),
            _ => return,
        };
        let name = tag_name(node.kind, false);
        let span = if inner.len() == 0 { node.span() } else { inner };
        match verdict {
            Ok(None) => {}
            Ok(Some(oddity)) => {
                let (who, help) = oddity_words(oddity);
                self.problems.push(Problem::not_portable(
                    ProblemKind::Scalar,
                    span,
                    format!("{} in `<{name}>`: {who}", quoted(text)),
                    help,
                ));
            }
            Err(error) => {
                let problem = not_a_plist::placeholder(text, name, span).unwrap_or_else(|| {
                    let help = match (&error, text.trim() == text) {
                        (_, false) => format!("remove the blanks and line breaks inside `<{name}>`"),
                        (ScalarError::Date, _) => "write it in UTC as `2030-12-31T23:59:59Z`, without fractions and offsets".to_owned(),
                        (ScalarError::Empty, _) => "write the value, or remove the key".to_owned(),
                        (ScalarError::Range, _) => "write a smaller number, or a `<string>`".to_owned(),
                        _ if node.kind == Kind::Data => "data is written in base64".to_owned(),
                        _ => "write digits only, or a `<string>` if it is text".to_owned(),
                    };
                    let message = match error {
                        ScalarError::Empty => format!("`<{name}>` is empty"),
                        ScalarError::Character(..) if node.kind == Kind::Data => format!("`<{name}>` {error}"),
                        error => format!("{} in `<{name}>` {error}", quoted(text)),
                    };
                    Problem::refused(ProblemKind::Scalar, span, message, help)
                });
                self.problems.push(problem);
            }
        }
    }

    /// `<true> </true>`
    fn boolean_with_text(&mut self, node: &Node) {
        let name = if self.bytes[node.start as usize + 1] == b't' {
            "true"
        } else {
            "false"
        };
        self.problems.push(Problem::refused(
            ProblemKind::Scalar,
            node.span(),
            format!("`<{name}>` is not empty"),
            format!("write `<{name}/>`"),
        ));
    }

    /// Looks for what parsers read differently in the text of a string or key.
    pub(super) fn check_text(&mut self, start: usize, end: usize) {
        if let Some(at) = memchr(b'\r', &self.bytes[start..end]) {
            self.problems.push_once(Problem::not_portable(
                ProblemKind::LineEnd,
                Span::new(start + at, start + at + 1),
                "a carriage return inside a value: a Mac keeps it, XML parsers such as Python plistlib drop it",
                "save the file with LF line ends",
            ));
        }
        let text = &self.bytes[start..end];
        if let Some(at) = memmem::find(text, b"]]>")
            && memmem::find(text, b"<![CDATA[").is_none()
        {
            self.problems.push_once(Problem::not_portable(
                ProblemKind::Cdata,
                Span::new(start + at, start + at + 3),
                "`]]>` in a value: Python plistlib, strict XML validators and MDM servers written in Go refuse it",
                "write `]]&gt;`",
            ));
        }
        self.check_characters(start, end);
    }

    /// Looks for characters that XML forbids.
    pub(super) fn check_characters(&mut self, start: usize, end: usize) {
        let text = self.text.get(start..end).unwrap_or_default();
        let forbidden = text
            .char_indices()
            .find(|(_, letter)| !crate::escape::is_xml_char(*letter));
        if let Some((at, letter)) = forbidden {
            let at = start + at;
            self.problems.push(Problem::not_portable(
                ProblemKind::Character,
                Span::new(at, at + letter.len_utf8()),
                format!("{} is a character that XML forbids: Python plistlib, strict XML validators and MDM servers written in Go refuse it", quoted(letter.encode_utf8(&mut [0; 4]))),
                "remove it",
            ));
        }
    }
}

/// Who stumbles over an odd value, and what to write instead.
fn oddity_words(oddity: Oddity) -> (&'static str, &'static str) {
    match oddity {
        Oddity::LeadingSpace => (
            "MDM servers written in Go, such as Fleet, and the Rust plist crate refuse blanks in front of a number",
            "remove the blanks",
        ),
        Oddity::Plus => (
            "MDM servers written in Go, such as Fleet and micromdm, refuse a plus sign",
            "remove the plus sign",
        ),
        Oddity::Hexadecimal => (
            "not every parser reads hexadecimal numbers; micromdm refuses them",
            "write it in decimal",
        ),
        Oddity::Calendar => (
            "there is no such day or time; Python plistlib and MDM servers written in Go refuse it, a Mac reads another date",
            "write a date that exists, with a year of four digits",
        ),
        Oddity::Base64 => (
            "this is not base64; MDM servers written in Go refuse it, and a Mac skips what it does not know",
            "encode the bytes again, for example with `base64`",
        ),
    }
}
