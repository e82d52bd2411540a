//! Applies fixes to the text of a file. Every edit is a byte range, so that all else stays as it is: comments, order,
//! line ends, the byte order mark.

use std::collections::BTreeMap;

use super::finding::{Applicability, Edit, Finding, Fix, Withheld};
use super::refusal::Refusal;
use crate::plist::PlistFormat;
use crate::profile::{Document, with_document};

/// How often fixes are applied to what the fixes before them made; real files need two or three rounds.
pub(crate) const ROUNDS: usize = 10;

/// A file after one round of fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fixed {
    pub(crate) bytes: Vec<u8>,
    /// How many fixes are in them. Those that overlap others wait for the next round.
    pub(crate) count: usize,
}

/// Applies as many of the fixes as fit together. What comes out reads at least as well as what went in.
pub(crate) fn apply(path: &str, bytes: &[u8], fixes: &[&Fix]) -> Result<Fixed, Refusal> {
    let (edited, before) = with_document(path, bytes, |document| {
        Ok((edit(document, bytes, fixes)?, faults(document)))
    })?;
    let after = with_document(path, &edited.bytes, faults);
    if (after.0 && !before.0) || after.1 > before.1 {
        return match agreeing(fixes) {
            Some(fixes) => apply(path, bytes, &fixes),
            None => Err(Refusal::Worse),
        };
    }
    Ok(edited)
}

/// Some of the fixes, when all of them together make a file worse: two that are right by themselves may write one key
/// twice. What is left out has its turn in the next round, if it is still wanted then.
fn agreeing<'f>(fixes: &[&'f Fix]) -> Option<Vec<&'f Fix>> {
    let is_safe = |fix: &&&Fix| fix.applicability == Applicability::Safe;
    let safe: Vec<_> = fixes.iter().filter(is_safe).copied().collect();
    let some = if (1..fixes.len()).contains(&safe.len()) {
        safe
    } else {
        fixes[..fixes.len() / 2].to_vec()
    };
    (!some.is_empty()).then_some(some)
}

/// Whether a Mac refuses a document, and how much is wrong with its property list.
fn faults(document: &Document<'_>) -> (bool, usize) {
    (document.is_refused(), document.problems.len())
}

/// Why places in a document are not places in its file; `None` if they are.
fn refusal(document: &Document<'_>) -> Option<Refusal> {
    if document.signed().is_some() {
        Some(Refusal::Signed)
    } else if document.format == PlistFormat::Xml {
        None
    } else {
        Some(Refusal::Binary)
    }
}

/// Takes back a remedy that would not be an edit of the file, and says what to do in its place.
pub(crate) fn withhold(document: &Document<'_>, finding: &mut Finding) {
    let Some(refusal) = refusal(document) else {
        return;
    };
    let Some(fix) = finding.fix.take() else {
        return;
    };
    let instead = refusal.instead();
    finding.help = Some(match finding.help.take() {
        Some(help) => format!("{help}; {instead}").into(),
        None => instead.into(),
    });
    finding.withheld = Some(Withheld {
        applicability: fix.applicability,
        refusal,
    });
}

fn edit(document: &Document<'_>, bytes: &[u8], fixes: &[&Fix]) -> Result<Fixed, Refusal> {
    if let Some(refusal) = refusal(document) {
        return Err(refusal);
    }
    if document.text.as_bytes() != bytes {
        return Err(Refusal::Recoded);
    }
    let (edits, count) = choose(document.text, fixes);
    let mut edited = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for (span, replacement) in edits {
        edited.extend_from_slice(&bytes[at..span.0 as usize]);
        edited.extend_from_slice(replacement.as_bytes());
        at = span.1 as usize;
    }
    edited.extend_from_slice(&bytes[at..]);
    Ok(Fixed {
        bytes: edited,
        count,
    })
}

/// Edits by their range; no two of them overlap.
type Edits<'f> = BTreeMap<(u32, u32), &'f str>;

/// Chooses fixes from the first to the last, each whole or not at all. A fix whose edits are all there already, because
/// another finding has the same remedy, counts as applied.
fn choose<'f>(text: &str, fixes: &[&'f Fix]) -> (Edits<'f>, usize) {
    let mut order: Vec<&'f Fix> = fixes.to_vec();
    order.sort_by_key(|fix| fix.edits.iter().map(|edit| edit.span).min());
    let mut chosen = Edits::new();
    let mut count = 0;
    for fix in order {
        let sound = |edit: &Edit| text.get(edit.span.range()).is_some();
        if fix.edits.is_empty() || !fix.edits.iter().all(sound) {
            continue;
        }
        if fix.edits.iter().all(|edit| fits(edit, &chosen)) {
            for edit in &fix.edits {
                chosen.insert((edit.span.start, edit.span.end), &edit.replacement);
            }
            count += 1;
        }
    }
    (chosen, count)
}

/// Whether an edit fits beside those chosen: it is one of them, or touches none.
fn fits(edit: &Edit, chosen: &Edits<'_>) -> bool {
    let (start, end) = (edit.span.start, edit.span.end);
    if let Some(text) = chosen.get(&(start, end)) {
        return *text == edit.replacement;
    }
    // What is chosen does not overlap, so only the nearest before the end can.
    let mut before = chosen.range(..(end.max(start + 1), 0)).rev().take(2);
    before.all(|((from, to), _)| *to <= start || *from >= end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    const TEXT: &str = "\u{feff}<plist version=\"1.0\">\r\n<array><string>a</string><string>b</string></array>\r\n</plist>";

    /// A fix that replaces the first occurrence of a text.
    fn fix(from: &str, to: &str) -> Fix {
        let at = TEXT.find(from).unwrap();
        let span = Span::new(at, at + from.len());
        Fix::safe("", [Edit::markup(span, to)])
    }

    /// The text after fixes.
    fn fixed(fixes: &[&Fix]) -> Result<(String, usize), Refusal> {
        apply("a", TEXT.as_bytes(), fixes)
            .map(|fixed| (String::from_utf8(fixed.bytes).unwrap(), fixed.count))
    }

    #[test]
    fn all_but_the_edits_stays_byte_for_byte() {
        let (one, two) = (fix("a</", "A</"), fix("<string>b</string>", ""));
        let (text, count) = fixed(&[&two, &one]).unwrap();
        assert_eq!(count, 2);
        let expected = TEXT.replace("a</", "A</").replace("<string>b</string>", "");
        assert_eq!(text, expected);
    }

    #[test]
    fn of_two_fixes_that_overlap_the_first_is_taken() {
        let (one, two) = (
            fix("<string>a</string>", "<string>x</string>"),
            fix("a</string>", "Q</string>"),
        );
        let (text, count) = fixed(&[&two, &one]).unwrap();
        assert_eq!(count, 1);
        assert!(text.contains("<string>x</string>") && !text.contains('Q'));
    }

    #[test]
    fn the_same_fix_of_two_findings_is_made_once() {
        let one = fix("a</", "A</");
        let (text, count) = fixed(&[&one, &one.clone()]).unwrap();
        assert_eq!((text.matches('A').count(), count), (1, 2));
    }

    #[test]
    fn a_fix_that_would_break_the_file_is_refused() {
        let one = fix("</string>", "</strong>");
        assert_eq!(fixed(&[&one]), Err(Refusal::Worse));
    }

    #[test]
    fn a_fix_that_adds_a_problem_to_a_file_that_is_still_read_is_refused() {
        let text =
            "<plist version=\"1.0\"><dict><key>A</key><true/><key>B</key><true/></dict></plist>";
        let at = text.find("B<").unwrap();
        let twice = Fix::safe("", [Edit::markup(Span::new(at, at + 1), "A")]);
        let refused = apply("a", text.as_bytes(), &[&twice]);
        assert_eq!(refused, Err(Refusal::Worse));
    }

    #[test]
    fn a_file_in_another_encoding_is_refused() {
        let wide: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let one = fix("a</", "A</");
        assert_eq!(apply("a", &wide, &[&one]), Err(Refusal::Recoded));
    }
}
