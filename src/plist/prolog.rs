//! What is not a value: the XML declaration, the document type, comments, processing instructions, attributes.

use memchr::{memchr, memchr2, memmem};

use super::problem::{Problem, ProblemKind};
use super::scalar::is_space;
use super::xml::XmlReader;
use crate::escape::quoted;
use crate::source::Span;

impl<'src> XmlReader<'src> {
    /// Everything in front of the root.
    pub(super) fn prolog(&mut self) {
        if self.looking_at("\u{FEFF}".as_bytes()) {
            self.problems.push(Problem::not_portable(
                ProblemKind::Encoding,
                Span::new(0, 3),
                "the file starts with a byte order mark: MDM servers that look for `<?xml` in the first bytes, such as micromdm, refuse it",
                "save the file as UTF-8 without a byte order mark",
            ));
            self.at = 3;
        }
        let first = self.at;
        self.skip_space();
        self.check_start(first);
        while !self.stopped {
            self.skip_space();
            if self.looking_at(b"<!--") {
                if self.looking_at(b"<!---->") {
                    self.problems.push(Problem::refused(
                        ProblemKind::Comment,
                        Span::new(self.at, self.at + 7),
                        "an empty comment before the first element: macOS 12 and later refuse it",
                        "remove the comment",
                    ));
                }
                self.comment(4);
            } else if self.looking_at(b"<!") {
                self.doctype();
            } else if self.looking_at(b"<?xml")
                && self.bytes.get(self.at + 5).copied().is_some_and(is_space)
            {
                self.xml_declaration();
            } else if self.looking_at(b"<?") {
                self.skip_instruction();
            } else {
                return;
            }
        }
    }

    /// Judges the first bytes: `<?xml` or something that only some parsers read.
    fn check_start(&mut self, first: usize) {
        if self.bytes[first..].starts_with(b"<?xml ") {
            return;
        }
        let Some(declaration) = memmem::find(&self.bytes[..self.bytes.len().min(4096)], b"<?xml ")
        else {
            if self.looking_at(b"<") {
                let who = if self.looking_at(b"<!DOCTYPE") {
                    "tools that look for it, such as Python's plistlib,"
                } else {
                    "MDM servers that look for it, such as Fleet and micromdm,"
                };
                self.problems.push(Problem::not_portable(
                    ProblemKind::Declaration,
                    Span::new(self.at, self.at + 1),
                    format!("there is no XML declaration: {who} refuse the file"),
                    "put `<?xml version=\"1.0\" encoding=\"UTF-8\"?>` in the first line",
                ));
            }
            return;
        };
        if declaration > first && self.looking_at(b"<") {
            let blank = self.bytes[first..declaration]
                .iter()
                .all(|byte| is_space(*byte));
            let who = if blank {
                "micromdm"
            } else {
                "Fleet and micromdm"
            };
            self.problems.push(Problem::not_portable(
                ProblemKind::Declaration,
                Span::new(first, declaration),
                format!("something comes before the XML declaration: Python plistlib, strict XML validators and {who} refuse the file"),
                "the file must begin with `<?xml`: remove what comes before it",
            ));
        }
    }

    fn xml_declaration(&mut self) {
        let start = self.at;
        let Some(length) = memmem::find(&self.bytes[start..], b"?>") else {
            return self.skip_instruction();
        };
        let end = start + length + 2;
        self.at = end;
        let text = &self.text[start + 5..end - 2];
        let span = Span::new(start, end);
        let mut pairs = Vec::new();
        if !attributes(text, |name, value, _| pairs.push((name, value))) {
            self.problems.push(Problem::not_portable(
                ProblemKind::Declaration,
                span,
                if text.contains(['“', '”', '″', '‘', '’']) {
                    "the XML declaration has curly quotation marks: every parser but Apple's refuses the file"
                } else {
                    "the XML declaration is malformed: parsers other than Apple's refuse the file"
                },
                "write `<?xml version=\"1.0\" encoding=\"UTF-8\"?>` with straight quotation marks",
            ));
            return;
        }
        let value = |wanted: &str| {
            pairs
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| *value)
        };
        match value("version") {
            Some("1.0") => {}
            Some(version) => self.problems.push(Problem::not_portable(
                ProblemKind::Declaration,
                span,
                format!("XML version {}: MDM servers written in Go, such as Fleet and micromdm, refuse it", quoted(version)),
                "write `version=\"1.0\"`",
            )),
            None => self.problems.push(Problem::not_portable(
                ProblemKind::Declaration,
                span,
                "the XML declaration names no version: Python plistlib and strict XML validators refuse the file",
                "write `<?xml version=\"1.0\" encoding=\"UTF-8\"?>`",
            )),
        }
    }

    fn doctype(&mut self) {
        let start = self.at;
        let malformed = !self.looking_at(b"<!DOCTYPE");
        let Some(length) = memchr2(b'>', b'[', &self.bytes[start..]) else {
            return self.unterminated_tag(start);
        };
        let mut end = start + length + 1;
        let subset = self.bytes[end - 1] == b'[';
        if subset {
            let rest = &self.bytes[end..];
            let close = memchr(b']', rest).unwrap_or(0);
            end += memchr(b'>', &rest[close..]).map_or(rest.len(), |length| close + length + 1);
        }
        self.at = end;
        let span = Span::new(start, end);
        if malformed {
            self.problems.push(Problem::refused(
                ProblemKind::Doctype,
                span,
                "the document type does not begin with `<!DOCTYPE` in capital letters",
                "remove it, or write it as Apple does: `<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" …>`",
            ));
        } else if subset {
            self.problems.push(Problem::refused(
                ProblemKind::Doctype,
                span,
                "the document type has declarations of its own in `[…]`",
                "remove the `[…]`; entities of one's own do not exist in property lists",
            ));
        } else if self.text[start..end].contains(['“', '”', '″']) {
            self.problems.push(Problem::not_portable(
                ProblemKind::Doctype,
                span,
                "the document type has curly quotation marks: Python plistlib and strict XML validators refuse the file",
                "write it with straight quotation marks",
            ));
        }
    }

    /// `<!` among the elements: a comment, or something that must not be there.
    pub(super) fn declaration(&mut self) {
        if self.looking_at(b"<!--") {
            // Apple's parser starts its search at the second dash.
            return self.comment(3);
        }
        let start = self.at;
        let cdata = self.looking_at(b"<![CDATA[");
        let close: &[u8] = if cdata { b"]]>" } else { b">" };
        let end = memmem::find(&self.bytes[start..], close)
            .map_or(self.bytes.len(), |length| start + length + close.len());
        self.at = end;
        if self.inside_unknown() {
            return;
        }
        let (kind, message) = if cdata {
            (ProblemKind::Cdata, "a CDATA section between elements")
        } else {
            (
                ProblemKind::Doctype,
                "a declaration inside the property list",
            )
        };
        self.problems.push(Problem::refused(
            kind,
            Span::new(start, end),
            message,
            "remove it; a document type comes before `<plist>`",
        ));
    }

    /// Skips a comment; `head` bytes of `<!--` are behind the place where its end may begin.
    fn comment(&mut self, head: usize) {
        let start = self.at;
        let Some(length) = memmem::find(&self.bytes[start + head..], b"-->") else {
            self.problems.push(Problem::refused(
                ProblemKind::Comment,
                Span::new(start, start + 4),
                "the comment never ends",
                "close it with `-->`",
            ));
            self.at = self.bytes.len();
            self.stopped = true;
            return;
        };
        let end = start + head + length + 3;
        self.at = end;
        let content = &self.bytes[start + 4..(end - 3).max(start + 4)];
        if memmem::find(content, b"--").is_some() || content.ends_with(b"-") || end < start + 7 {
            self.problems.push_once(Problem::not_portable(
                ProblemKind::Comment,
                Span::new(start, end),
                "`--` inside a comment: Python plistlib and strict XML validators refuse the file",
                "write the comment without two dashes in a row",
            ));
        }
        self.check_characters(start, end);
    }

    /// A processing instruction among the elements.
    pub(super) fn instruction(&mut self) {
        let start = self.at;
        self.skip_instruction();
        if !self.inside_unknown() && !self.stopped {
            self.problems.push_once(Problem::not_portable(
                ProblemKind::Comment,
                Span::new(start, self.at),
                "a processing instruction inside the property list: MDM servers written in Go, such as micromdm, refuse it",
                "remove it",
            ));
        }
    }

    /// Skips a processing instruction.
    fn skip_instruction(&mut self) {
        let start = self.at;
        if let Some(length) = memmem::find(&self.bytes[start..], b"?>") {
            self.at = start + length + 2;
            return;
        }
        self.problems.push(Problem::refused(
            ProblemKind::Declaration,
            Span::new(start, start + 2),
            "a processing instruction that never ends",
            "close it with `?>`",
        ));
        self.at = self.bytes.len();
        self.stopped = true;
    }

    /// Judges the attributes of an open tag. Apple's parser does not look at them.
    pub(super) fn attributes(&mut self, name: &str, text: &'src str, start: usize) {
        let span = Span::new(start, start + text.len());
        let mut names: Vec<&str> = Vec::new();
        let mut repeated = false;
        let well_formed = attributes(text, |name, _, _| {
            repeated |= names.len() < 16 && names.contains(&name);
            names.push(name);
        });
        let version_only = name == "plist" && names.iter().all(|name| *name == "version");
        let (message, help) = if !well_formed {
            (
                format!(
                    "the attributes of `<{name}>` are malformed: parsers other than Apple's refuse them or read another value"
                ),
                "write `<plist version=\"1.0\">` with straight quotation marks, and no attribute on other elements",
            )
        } else if repeated {
            (
                format!(
                    "`<{name}>` has the same attribute twice: Python plistlib and strict XML validators refuse the file"
                ),
                "remove one of them",
            )
        } else if !version_only {
            (
                format!("`<{name}>` has attributes: strict XML validators refuse them"),
                "remove them; only `<plist>` has one, its version",
            )
        } else {
            return;
        };
        self.problems
            .push_once(Problem::not_portable(ProblemKind::Tag, span, message, help));
    }
}

/// Reads `name="value"` pairs; answers whether that is all there is.
fn attributes<'t>(text: &'t str, mut each: impl FnMut(&'t str, &'t str, usize)) -> bool {
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        if trimmed.is_empty() {
            return true;
        }
        // Attributes are set apart by white space.
        if trimmed.len() == rest.len() {
            return false;
        }
        let Some((name, value)) = trimmed.split_once('=') else {
            return false;
        };
        let name = name.trim_end_matches([' ', '\t', '\n', '\r']);
        let value = value.trim_start_matches([' ', '\t', '\n', '\r']);
        let Some(quote) = value
            .chars()
            .next()
            .filter(|letter| matches!(letter, '"' | '\''))
        else {
            return false;
        };
        let Some((inner, after)) = value[1..].split_once(quote) else {
            return false;
        };
        if name.is_empty()
            || name
                .contains(|letter: char| letter.is_ascii_whitespace() || "\"'<>/".contains(letter))
        {
            return false;
        }
        each(name, inner, text.len() - trimmed.len());
        rest = after;
    }
}
