//! What probably happened to a requirement that cannot be read. Most were pasted with something around them, and what
//! was meant is plain.

use super::lexer::Fault;
use super::parser::{KEYWORDS, parse};
use super::{Requirement, Unreadable};
use crate::source::Span;

/// Edits after which a requirement can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mend {
    /// What they do, as an order.
    pub(crate) title: &'static str,
    /// In order, without overlap.
    pub(crate) changes: Vec<Change>,
}

/// One edit inside the string. No replacement holds characters that XML escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) span: Span,
    pub(crate) replacement: &'static str,
}

/// What word processors and web pages make of a quote.
const CURLY: [char; 8] = ['“', '”', '„', '‟', '«', '»', '″', '＂'];

/// Adds to a fault what was probably pasted.
pub(super) fn explain(text: &str, fault: Fault) -> Unreadable {
    let (help, mend, span) = reason(text, &fault);
    Unreadable {
        span: span.unwrap_or(fault.span),
        message: fault.message,
        help,
        mend,
    }
}

type Reason = (&'static str, Option<Mend>, Option<Span>);

fn reason(text: &str, fault: &Fault) -> Reason {
    let mut changes = Vec::new();
    let mut title = "write the requirement alone";
    let mut help = None;
    let mut place = None;
    if let Some(around) = output_around(text) {
        changes = around.changes;
        title = around.title;
        help = Some(around.help);
        place = Some(around.place);
    } else if text.contains(CURLY) {
        title = "write straight quotes";
        help = Some(
            "the quotes are typographic, as word processors write them; a requirement takes straight ones",
        );
        let first = text
            .char_indices()
            .find(|(_, letter)| CURLY.contains(letter));
        place = first.map(|(at, letter)| Span::new(at, at + letter.len_utf8()));
    }
    for (at, letter) in text
        .char_indices()
        .filter(|(_, letter)| CURLY.contains(letter))
    {
        let span = Span::new(at, at + letter.len_utf8());
        let is_cut = changes
            .iter()
            .any(|change: &Change| change.span.start <= span.start && span.end <= change.span.end);
        if !is_cut {
            changes.push(Change {
                span,
                replacement: "\"",
            });
        }
    }
    changes.sort_by_key(|change| change.span);
    let mend = || {
        reads_after(text, &changes).map(|_| Mend {
            title,
            changes: changes.clone(),
        })
    };
    if let Some(help) = help {
        return (help, mend(), place);
    }
    if let Some(mend) = quoted_number(text, fault) {
        return ("put it into quotes", Some(mend), None);
    }
    (pasted_otherwise(text, fault), None, None)
}

/// Quotes around a string without them that begins with a digit, if that is all that is wrong.
fn quoted_number(text: &str, fault: &Fault) -> Option<Mend> {
    let rest = &text[fault.span.start as usize..];
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let length = rest
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let start = fault.span.start as usize;
    let quote = |at| Change {
        span: Span::new(at, at),
        replacement: "\"",
    };
    let changes = vec![quote(start), quote(start + length)];
    reads_after(text, &changes)?;
    Some(Mend {
        title: "add quotes",
        changes,
    })
}

/// The requirement after edits, if it can be read then.
fn reads_after(text: &str, changes: &[Change]) -> Option<Requirement> {
    let mut edited = String::with_capacity(text.len());
    let mut from = 0;
    for change in changes {
        edited.push_str(text.get(from..change.span.start as usize)?);
        edited.push_str(change.replacement);
        from = change.span.end as usize;
    }
    edited.push_str(text.get(from..)?);
    parse(&edited).ok()
}

/// What `codesign` prints around a requirement.
struct Around {
    title: &'static str,
    help: &'static str,
    place: Span,
    changes: Vec<Change>,
}

/// The other lines of `codesign -d -r-`, and the words before the requirement itself.
fn output_around(text: &str) -> Option<Around> {
    let mut found: Option<Around> = None;
    let mut cut = |title, help, place: Span, span: Span| {
        let around = found.get_or_insert(Around {
            title,
            help,
            place,
            changes: Vec::new(),
        });
        around.changes.push(Change {
            span,
            replacement: "",
        });
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start().len());
        let bare = line.trim();
        let whole = Span::new(at, at + line.len());
        at += line.len();
        if bare.starts_with("Executable=") {
            let place = Span::new(start, start + "Executable=".len());
            cut(
                "remove the line `Executable=`",
                "the line `Executable=…` is what `codesign` prints about the program; the requirement begins after `designated =>`",
                place,
                whole,
            );
        } else if let Some(length) = arrow(bare, &["designated"]) {
            let place = Span::new(start, start + length);
            let blanks = bare[length..].len() - bare[length..].trim_start().len();
            cut(
                "remove `designated =>`",
                "`designated =>` is what `codesign -d -r-` prints before the requirement; what follows it is the requirement",
                place,
                Span::new(start, start + length + blanks),
            );
        } else if let Some(length) = arrow(bare, &["library", "host", "guest", "plugin"]) {
            let place = Span::new(start, start + length);
            cut(
                "remove the line about libraries",
                "this line is another requirement of the program, which `codesign -d -r-` prints too; only the one after `designated =>` belongs here",
                place,
                whole,
            );
        }
    }
    found
}

/// The length of `word =>` at the start of a line, also behind a `#`.
fn arrow(line: &str, words: &[&str]) -> Option<usize> {
    let rest = line.strip_prefix('#').unwrap_or(line).trim_start();
    let rest = words.iter().find_map(|word| rest.strip_prefix(word))?;
    let rest = rest.trim_start().strip_prefix("=>")?;
    Some(line.len() - rest.len())
}

/// Words about faults that cannot be mended without knowing the program.
fn pasted_otherwise(text: &str, fault: &Fault) -> &'static str {
    let range = fault.span.range();
    let (before, here) = (
        text[..range.start].trim_end(),
        text.get(range).unwrap_or_default(),
    );
    if text.trim().is_empty() {
        return "write the requirement of the program: `codesign -d -r- PROGRAM` prints it after `designated =>`";
    }
    if text.starts_with("fade0c00") || text.starts_with("+t4MAA") {
        return "this is a requirement in binary form; `csreq -r FILE -t` prints it as text";
    }
    if before.ends_with("\"identifier")
        || text.contains("\"identifier \"")
        || text.contains("identifier \"identifier")
    {
        return "`identifier` is here twice, the second time inside the quotes; write it once, before the first quote";
    }
    if here == "team" || (here == "identifier" && before.ends_with("team")) {
        return "there is no condition for a team; write `certificate leaf[subject.OU] = ` and the Team ID";
    }
    if here.starts_with('"')
        && (before.is_empty()
            || before.ends_with("and")
            || before.ends_with("or")
            || before.ends_with('('))
    {
        return "the word `identifier` is missing before this string";
    }
    if here.starts_with('\'')
        || here.starts_with('`')
        || here.starts_with('‘')
        || here.starts_with('’')
    {
        return "strings have double quotes";
    }
    let lower = here.to_ascii_lowercase();
    if here != lower && KEYWORDS.contains(&&*lower) {
        return "the words of the language are in lower case";
    }
    let glued = |word: &str| word.len() > 3 && here.len() > word.len() && here.starts_with(word);
    if KEYWORDS.into_iter().any(glued) {
        return "a blank is missing here, as after `certificate` in `certificate leaf[subject.OU]`";
    }
    "compare it with what `codesign -d -r- PROGRAM` prints after `designated =>`"
}
