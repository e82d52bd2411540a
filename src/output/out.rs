//! The one way out: everything the tool prints, on standard output and standard error and in reports, passes [`Out`].
//!
//! Profiles, policies, file names and collected output are untrusted. A terminal obeys control characters, a reader
//! believes direction overrides, and CI runners read commands from logs: Azure's agent takes the first `##vso[` anywhere
//! in a line of either stream, GitHub's runner trims blanks before `::` and falls back to `##[` anywhere, GitLab folds
//! the log at `section_start:`. So [`Out`] is not an [`io::Write`]; each of its ways encodes what it is given:
//!
//! - Text, one line per `writeln!`. No value needs escaping first. Line feeds at the ends of the text are lines, those
//!   inside it come from a value and become visible.
//!   ```ignore
//!   writeln!(out, "not compared: {path}: {why}")?;
//!   ```
//! - Words in a style, which appear in it only where colours are on.
//!   ```ignore
//!   out.paint(Paint::Error, "blocked")?;
//!   writeln!(out, ": {bundle}")?;
//!   ```
//! - A JSON document, ending in a line feed.
//!   ```ignore
//!   out.json(&document)?;
//!   ```
//! - HTML, XML and Markdown, of any number of lines. Values are escaped by the template or by [`crate::escape::xml`], as
//!   the language needs it.
//!   ```ignore
//!   write!(out.markup(), "{page}")?;
//!   ```
//! - A picture that the renderer drew ([`Rendered`]).
//! - The bytes of a file, for another program: a profile, a policy, a script. They are exact, except on a terminal.
//!   ```ignore
//!   out.document(&profile)?;
//!   ```
//!
//! A file gets what [`Out::memory`] collected.

use std::fmt::{self, Display};
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};

use crate::escape::{Defused, defused, is_hidden, push_visible};

/// Bytes of JSON between two writes.
const AT_ONCE: usize = 32 * 1024;

/// A stream, or a report that becomes a file.
pub(crate) struct Out {
    sink: Sink,
    /// The line that has not ended. Commands are looked for in whole lines.
    line: String,
    line_kind: Defused,
    color: bool,
    is_terminal: bool,
    width: usize,
}

/// What shows the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Screen {
    pub(crate) color: bool,
    /// Whether words may lead to a page: only on a terminal, and never words of a file.
    pub(crate) links: bool,
    /// Columns of a line.
    pub(crate) width: usize,
}

impl Screen {
    /// A file or a log.
    pub(crate) const PLAIN: Self = Self {
        color: false,
        links: false,
        width: 140,
    };
}

enum Sink {
    Stream(Box<dyn Write>),
    Memory(Vec<u8>),
}

/// A style of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    Bold,
    Dim,
    Error,
    Warning,
    Note,
    Good,
}

impl Paint {
    /// The sequence that begins it (ECMA-48, SGR).
    const fn begin(self) -> &'static str {
        match self {
            Self::Bold => "\u{1b}[1m",
            Self::Dim => "\u{1b}[2m",
            Self::Error => "\u{1b}[1;31m",
            Self::Warning => "\u{1b}[1;33m",
            Self::Note => "\u{1b}[1;36m",
            Self::Good => "\u{1b}[1;32m",
        }
    }

    const END: &'static str = "\u{1b}[0m";
}

/// Lines with styles of our own, in which every value was made visible. Only this room makes them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rendered(String);

impl Rendered {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }
}

impl Out {
    /// A stream of the process.
    pub(crate) fn stream(to: impl Write + 'static, color: bool, is_terminal: bool) -> Self {
        Self::new(Sink::Stream(Box::new(to)), color, is_terminal)
    }

    /// Collects what goes into a file.
    pub(crate) fn memory() -> Self {
        Self::new(Sink::Memory(Vec::new()), false, false)
    }

    /// What these writes print.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn collected(writes: impl FnOnce(&mut Self) -> io::Result<()>) -> String {
        let mut out = Self::memory();
        writes(&mut out).expect("memory takes all");
        let bytes = out.into_bytes().expect("memory takes all");
        String::from_utf8(bytes).expect("text is UTF-8")
    }

    #[cfg(test)]
    pub(crate) fn coloured_memory() -> Self {
        Self::new(Sink::Memory(Vec::new()), true, false)
    }

    fn new(sink: Sink, color: bool, is_terminal: bool) -> Self {
        Self {
            sink,
            line: String::new(),
            line_kind: Defused::Text,
            color,
            is_terminal,
            width: Screen::PLAIN.width,
        }
    }

    /// The same for a terminal of so many columns.
    pub(crate) fn with_width(mut self, width: Option<u16>) -> Self {
        self.width = width.map_or(self.width, usize::from);
        self
    }

    /// What shows the text.
    pub(crate) fn screen(&self) -> Screen {
        Screen {
            color: self.color,
            links: self.color && self.is_terminal,
            width: self.width,
        }
    }

    /// What [`Self::memory`] collected.
    pub(crate) fn into_bytes(mut self) -> io::Result<Vec<u8>> {
        self.flush()?;
        Ok(match self.sink {
            Sink::Memory(bytes) => bytes,
            Sink::Stream(_) => Vec::new(),
        })
    }

    /// Text, for `write!` and `writeln!`.
    pub(crate) fn write_fmt(&mut self, words: fmt::Arguments<'_>) -> io::Result<()> {
        self.pour(Defused::Text, words)
    }

    /// Words in a style, without a line feed.
    pub(crate) fn paint(&mut self, paint: Paint, words: impl Display) -> io::Result<()> {
        if !self.color {
            return write!(self, "{words}");
        }
        self.turn_to(Defused::Text)?;
        self.line.push_str(paint.begin());
        write!(self, "{words}")?;
        self.line.push_str(Paint::END);
        Ok(())
    }

    /// HTML, XML or Markdown, for `write!` and `writeln!`.
    pub(crate) fn markup(&mut self) -> Markup<'_> {
        Markup(self)
    }

    /// A document for programs, in lines, ending in a line feed.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.end_part()?;
        // The serializer writes word by word, and a call for each through a pointer takes longer than the words.
        let mut buffer = io::BufWriter::with_capacity(AT_ONCE, self.to());
        let escaped = Escaped(PrettyFormatter::new());
        value.serialize(&mut Serializer::with_formatter(&mut buffer, escaped))?;
        buffer.write_all(b"\n")?;
        buffer.flush()
    }

    /// Lines that the renderer drew.
    pub(crate) fn rendered(&mut self, lines: &Rendered) -> io::Result<()> {
        self.end_part()?;
        for line in lines.0.split_inclusive('\n') {
            let line = defused(line, Defused::Text);
            self.to().write_all(line.as_bytes())?;
        }
        Ok(())
    }

    /// A command to GitHub's runner: a line that begins with `::` on purpose.
    pub(super) fn command(&mut self, words: fmt::Arguments<'_>) -> io::Result<()> {
        self.pour(Defused::Command, words)
    }

    /// The bytes of a file.
    pub(crate) fn document(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.document_stream().write_all(bytes)
    }

    /// The same for who writes them piece by piece.
    pub(crate) fn document_stream(&mut self) -> Document<'_> {
        Document(self)
    }

    pub(crate) fn clear_screen(&mut self) -> io::Result<()> {
        self.end_part()?;
        // ECMA-48: ED, then CUP to the upper left corner.
        self.to().write_all(b"\x1b[2J\x1b[H")
    }

    /// Writes what has not been written, also of a line without its end.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.end_part()?;
        self.to().flush()
    }

    fn to(&mut self) -> &mut dyn Write {
        match &mut self.sink {
            Sink::Stream(to) => to,
            Sink::Memory(to) => to,
        }
    }

    fn pour(&mut self, kind: Defused, words: fmt::Arguments<'_>) -> io::Result<()> {
        self.turn_to(kind)?;
        let mut pen = Pen {
            out: self,
            has_begun: false,
            breaks: 0,
            written: Ok(()),
        };
        // What a value's own `Display` may fail for is not a fault of the stream.
        let formatted = fmt::write(&mut pen, words).map_err(io::Error::other);
        let breaks = pen.breaks;
        pen.written.and(formatted)?;
        (0..breaks).try_for_each(|_| self.end_line())
    }

    /// Lines of another kind are encoded otherwise.
    fn turn_to(&mut self, kind: Defused) -> io::Result<()> {
        if self.line_kind != kind {
            self.end_part()?;
            self.line_kind = kind;
        }
        Ok(())
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.line.push('\n');
        self.end_part()
    }

    fn end_part(&mut self) -> io::Result<()> {
        if self.line.is_empty() {
            return Ok(());
        }
        let line = std::mem::take(&mut self.line);
        let text = defused(&line, self.line_kind);
        self.to().write_all(text.as_bytes())?;
        self.line = line;
        self.line.clear();
        Ok(())
    }
}

/// Takes one `write!`.
struct Pen<'o> {
    out: &'o mut Out,
    /// Whether there was anything but line feeds.
    has_begun: bool,
    /// Line feeds whose meaning depends on whether something comes after them.
    breaks: usize,
    written: io::Result<()>,
}

impl Pen<'_> {
    fn push(&mut self, text: &str) -> io::Result<()> {
        let is_inside = self.has_begun && self.out.line_kind != Defused::Markup;
        for _ in 0..std::mem::take(&mut self.breaks) {
            if is_inside {
                self.out.line.push_str("\\n");
            } else {
                self.out.end_line()?;
            }
        }
        self.has_begun = true;
        if !text.contains(|letter| is_hidden(letter) && letter != '\t') {
            self.out.line.push_str(text);
            return Ok(());
        }
        for letter in text.chars() {
            if letter == '\t' {
                self.out.line.push('\t');
            } else {
                push_visible(letter, &mut self.out.line);
            }
        }
        Ok(())
    }
}

impl fmt::Write for Pen<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for (number, piece) in text.split('\n').enumerate() {
            self.breaks += usize::from(number > 0);
            if !piece.is_empty() {
                self.written = self.push(piece);
            }
            if self.written.is_err() {
                return Err(fmt::Error);
            }
        }
        Ok(())
    }
}

/// The way of HTML, XML and Markdown.
pub(crate) struct Markup<'o>(&'o mut Out);

impl Markup<'_> {
    /// For `write!` and `writeln!`.
    pub(crate) fn write_fmt(&mut self, words: fmt::Arguments<'_>) -> io::Result<()> {
        self.0.pour(Defused::Markup, words)
    }
}

/// The way of bytes that another program reads. A terminal is not a program: there control characters become visible.
pub(crate) struct Document<'o>(&'o mut Out);

impl Write for Document<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.end_part()?;
        if !self.0.is_terminal {
            return self.0.to().write(bytes);
        }
        let mut shown = String::with_capacity(bytes.len());
        for letter in String::from_utf8_lossy(bytes).chars() {
            if matches!(letter, '\n' | '\t') {
                shown.push(letter);
            } else {
                push_visible(letter, &mut shown);
            }
        }
        self.0.to().write_all(shown.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// JSON in which a terminal finds no control character and a runner no command, and a program the same text.
struct Escaped(PrettyFormatter<'static>);

impl Escaped {
    /// Writes one character by its number, above U+FFFF by two.
    fn number<W: ?Sized + Write>(writer: &mut W, letter: char) -> io::Result<()> {
        let mut units = [0; 2];
        letter
            .encode_utf16(&mut units)
            .iter()
            .try_for_each(|unit| write!(writer, "\\u{unit:04x}"))
    }
}

impl Formatter for Escaped {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let fragment = defused(fragment, Defused::Json);
        let mut rest = &*fragment;
        while let Some(at) = rest.find(is_hidden) {
            let letter = rest[at..].chars().next().unwrap_or_default();
            writer.write_all(&rest.as_bytes()[..at])?;
            Self::number(writer, letter)?;
            rest = &rest[at + letter.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = " ::error::a\n::stop-commands::b ##vso[x]##[y] \u{1b}[2J\u{9b}m\u{202e}section_start:1:a\r\u{1b}[0K";

    fn is_harmless(text: &str) -> bool {
        !text.contains(|letter| is_hidden(letter) && letter != '\n')
            && !["##vso[", "##[", "section_start:"]
                .iter()
                .any(|command| text.contains(command))
            && !text.lines().any(|line| line.trim_start().starts_with("::"))
    }

    #[test]
    fn a_value_is_one_line_of_text_without_commands() {
        let text = Out::collected(|out| writeln!(out, "\n{HOSTILE}"));
        assert!(is_harmless(&text), "{text}");
        assert_eq!(text.lines().count(), 2, "{text}");
    }

    #[test]
    fn a_command_in_two_writes_is_none() {
        let text = Out::collected(|out| {
            write!(out, "#")?;
            write!(out, "#vso[x]")?;
            writeln!(out)?;
            write!(out, "  :")?;
            writeln!(out, ":error::x")
        });
        assert!(is_harmless(&text), "{text}");
    }

    #[test]
    fn json_says_the_same_by_numbers() {
        let text = Out::collected(|out| out.json(&[HOSTILE, "#\u{e0041}", "\u{feff}"]));
        assert!(is_harmless(&text), "{text}");
        let read: Vec<String> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, [HOSTILE, "#\u{e0041}", "\u{feff}"]);
    }

    #[test]
    fn markup_keeps_its_lines() {
        let text = Out::collected(|out| write!(out.markup(), "<p>\n{HOSTILE}</p>\n"));
        assert!(is_harmless(&text), "{text}");
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.contains("&#58;:error::a") && text.contains("&#35;#vso[x]"));
    }

    #[test]
    fn our_own_command_is_one_and_its_message_holds_none() {
        let text = Out::collected(|out| out.command(format_args!("::error file=a::{HOSTILE}\n")));
        assert!(text.starts_with("::error file=a:: ::error::a\\n"), "{text}");
        assert!(is_harmless(&text[1..]), "{text}");
    }

    #[test]
    fn a_document_is_exact_except_on_a_terminal() {
        let bytes = b"a\n\x1b[2J\xff##vso[x]";
        let text = |mut out: Out| {
            out.document(bytes).unwrap();
            out.into_bytes().unwrap()
        };
        assert_eq!(text(Out::memory()), bytes);
        let terminal = Out::new(Sink::Memory(Vec::new()), false, true);
        assert_eq!(text(terminal), "a\n\\u{1b}[2J\u{fffd}##vso[x]".as_bytes());
    }

    #[test]
    fn only_our_own_styles_are_styles() {
        let mut out = Out::coloured_memory();
        out.paint(Paint::Error, "a\u{1b}[0m").unwrap();
        writeln!(out, ": b").unwrap();
        assert_eq!(
            out.into_bytes().unwrap(),
            b"\x1b[1;31ma\\u{1b}[0m\x1b[0m: b\n"
        );
    }
}
