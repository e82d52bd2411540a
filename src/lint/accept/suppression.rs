//! Comments that silence a rule where it is right to break it:
//! `<!-- kextpolicy: ignore[whole-team-allowed] the vendor changes its bundle IDs with every release -->`.
//!
//! One silences the element that follows it; before the root it silences the whole file.

use memchr::memmem;

use crate::lint::model::rule_id::RuleId;
use crate::lint::model::set_aside::Ignored;
use crate::lint::model::suppression::{Fault, Suppression};
use crate::lint::rule::{Rule, find};
use crate::plist::PlistFormat;
use crate::profile::{At, Document, Walk};
use crate::source::Span;

/// What a comment has to begin with.
const MARKER: &str = "kextpolicy:";

/// What each comment of a document silences, and why, for whoever audits a run.
pub(crate) fn ignored(document: &Document<'_>, known: &[&'static Rule]) -> Vec<Ignored> {
    let lines = document.lines();
    let one = |own: Suppression| {
        let text = document.text.get(own.comment.range()).unwrap_or_default();
        let reason = text.split_once(']').map_or("", |(_, rest)| rest);
        let at = document.position(&lines, own.comment.start);
        Ignored {
            rules: own.rules,
            reason: reason.trim_end_matches("-->").trim().to_owned(),
            paths: Vec::new(),
            line: at.map(|at| at.line),
        }
    };
    read(document, known, |_, _| ())
        .into_iter()
        .map(one)
        .collect()
}

/// The comments of a document; `wrong` is called for those that cannot be read.
pub(crate) fn read(
    document: &Document<'_>,
    known: &[&'static Rule],
    mut wrong: impl FnMut(Span, &Fault),
) -> Vec<Suppression> {
    if document.format != PlistFormat::Xml {
        return Vec::new();
    }
    let mut found = Vec::new();
    let text = document.text;
    let mut walk = Walk::default();
    // The end of the last comment, and the last `-->` that was looked up: neither is searched twice.
    let (mut behind, mut end) = (0, 0);
    for at in memmem::find_iter(text.as_bytes(), MARKER) {
        // What is in a comment is part of it, whatever it looks like.
        if at < behind {
            continue;
        }
        let Some(start) = comment_before(text, at) else {
            continue;
        };
        if end < at {
            let Some(length) = memmem::find(&text.as_bytes()[at..], b"-->") else {
                break;
            };
            end = at + length + "-->".len();
        }
        let comment = Span::new(start, end);
        let Some(about) = about(document, &mut walk, comment) else {
            continue;
        };
        behind = end;
        let body = &text[at + MARKER.len()..end - "-->".len()];
        match rules(body, known) {
            Ok(rules) => found.push(Suppression {
                rules,
                comment,
                about: about.0,
            }),
            Err(fault) => wrong(comment, &fault),
        }
    }
    found
}

/// Where the comment begins that has its marker at a byte.
fn comment_before(text: &str, at: usize) -> Option<usize> {
    let start = text[..at].trim_end().len().checked_sub("<!--".len())?;
    text.get(start..)?.starts_with("<!--").then_some(start)
}

/// What a comment is about. `None` when it is not a comment but the content of a text, such as a CDATA section.
fn about<'t>(
    document: &'t Document<'_>,
    walk: &mut Walk<'t>,
    comment: Span,
) -> Option<(Option<Span>,)> {
    let Some(root) = document.root() else {
        return Some((None,));
    };
    if comment.end <= root.span().start {
        return Some((None,));
    }
    let next = match walk.at(root, comment.start) {
        _ if comment.start >= root.span().end => None,
        At::Leaf => return None,
        At::Before(value) => Some(value.span()),
        At::Between(next) => next,
    };
    // Nothing follows: an empty range, which silences nothing and is reported so.
    Some((Some(next.unwrap_or(Span {
        start: comment.end,
        end: comment.end,
    })),))
}

/// The rules of ` ignore[one, other] reason`.
fn rules(body: &str, known: &[&'static Rule]) -> Result<Vec<RuleId>, Fault> {
    let list = body.trim_start().strip_prefix("ignore");
    let list = list.and_then(|rest| rest.trim_start().strip_prefix('['));
    let Some((names, reason)) = list.and_then(|rest| rest.split_once(']')) else {
        return Err(Fault::Form);
    };
    let mut found = Vec::new();
    for name in names.split(',').map(str::trim) {
        let rule = find(known, name).ok_or_else(|| Fault::UnknownRule(name.to_owned()))?;
        if !found.contains(&rule) {
            found.push(rule);
        }
    }
    if reason.trim().is_empty() {
        return Err(Fault::NoReason);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::rules::RULES;
    use crate::profile::with_document;

    /// The suppressions of a file with this in its dictionary, and the faults.
    fn read_in(inner: &str) -> (Vec<Suppression>, Vec<Fault>, String) {
        let text = format!("<plist version=\"1.0\"><dict>{inner}</dict></plist>");
        with_document("a", text.as_bytes(), |document| {
            let mut faults = Vec::new();
            let found = read(document, RULES, |_, fault| faults.push(fault.clone()));
            (found, faults, text.clone())
        })
    }

    #[test]
    fn a_comment_is_about_the_entry_that_follows() {
        let (found, faults, text) = read_in(
            "<!-- kextpolicy: ignore[user-scope] needed --><key>A</key><string>b</string><key>C</key><true/>",
        );
        assert_eq!(faults, []);
        let about = found[0].about.unwrap();
        assert_eq!(&text[about.range()], "<key>A</key><string>b</string>");
    }

    #[test]
    fn a_comment_between_key_and_value_is_about_the_value() {
        let (found, _, text) =
            read_in("<key>A</key><!--kextpolicy: ignore[user-scope] needed--><string>b</string>");
        assert_eq!(&text[found[0].about.unwrap().range()], "<string>b</string>");
    }

    #[test]
    fn what_only_looks_like_a_comment_silences_nothing() {
        let (found, faults, _) = read_in(
            "<key>A</key><string><![CDATA[<!-- kextpolicy: ignore[user-scope] no -->]]></string>",
        );
        assert_eq!((found.len(), faults.len()), (0, 0));
    }

    #[test]
    fn a_comment_after_what_only_looks_like_one_counts() {
        let (found, faults, text) = read_in(
            "<key>A</key><string><![CDATA[<!--kextpolicy: ]]></string>\
            <!--kextpolicy: ignore[user-scope] needed--><key>B</key><true/>",
        );
        assert_eq!(faults, []);
        assert_eq!(
            &text[found[0].about.unwrap().range()],
            "<key>B</key><true/>"
        );
    }

    #[test]
    fn a_comment_in_a_comment_is_part_of_it() {
        let (found, faults, _) = read_in(
            "<!--kextpolicy: ignore[user-scope] <!--kextpolicy: ignore[ --><key>A</key><true/>",
        );
        assert_eq!((found.len(), faults.len()), (1, 0));
    }

    #[test]
    fn comments_after_the_last_element_are_about_nothing() {
        for text in [
            "<plist><dict><!-- kextpolicy: ignore[user-scope] why --></dict></plist>",
            "<plist><dict/><!-- kextpolicy: ignore[user-scope] why --></plist>",
            "<plist><true/><!-- kextpolicy: ignore[user-scope] why --></plist>",
        ] {
            with_document("a", text.as_bytes(), |document| {
                let found = read(document, RULES, |_, fault| panic!("{fault:?}"));
                assert_eq!(found[0].about.map(Span::len), Some(0), "{text}");
            });
        }
    }

    #[test]
    fn a_comment_that_is_wrong_says_how() {
        for (comment, fault) in [
            ("ignore user-scope", Fault::Form),
            (
                "ignore[no-such-rule] why",
                Fault::UnknownRule("no-such-rule".to_owned()),
            ),
            ("ignore[user-scope]", Fault::NoReason),
        ] {
            let (found, faults, _) = read_in(&format!(
                "<!-- kextpolicy: {comment} --><key>A</key><true/>"
            ));
            assert_eq!((found.len(), faults), (0, vec![fault]));
        }
    }
}
