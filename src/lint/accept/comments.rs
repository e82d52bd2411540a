//! What comments in the files silence. A file may hold ten thousand of them, so none is tried that is not about the place.

use std::collections::BTreeMap;

use super::Files;
use crate::lint::model::file_id::FileId;
use crate::lint::model::finding::Finding;
use crate::lint::model::rule_id::RuleId;
use crate::lint::model::suppression::Suppression;
use crate::lint::rules::unused_ignore;
use crate::source::Span;

/// Takes out what comments silence, and reports those that silence nothing.
pub(super) fn take_out(findings: &mut Vec<Finding>, files: Files<'_>, late: &mut Vec<Finding>) {
    let mut indices: BTreeMap<FileId, Index> = files
        .profiles
        .iter()
        .enumerate()
        .filter(|(_, file)| !file.suppressions.is_empty())
        .map(|(number, file)| (FileId::profile(number), Index::of(&file.suppressions)))
        .collect();
    if indices.is_empty() {
        return;
    }
    findings.retain(|finding| {
        let place = &finding.place;
        let index = indices.get_mut(&place.file);
        !index.is_some_and(|index| index.silence(finding.rule, place.span))
    });
    for (file, index) in indices {
        let Some(profile) = file.number().and_then(|number| files.profiles.get(number)) else {
            continue;
        };
        let suppressions = &profile.suppressions;
        let used = index.used(suppressions.len());
        for (suppression, used) in suppressions.iter().zip(used) {
            let rules = &suppression.rules;
            if used || !rules.iter().any(|rule| files.ran(*rule, file)) {
                continue;
            }
            let mut report = files.reporter(unused_ignore::RULE.id, file, late);
            unused_ignore::comment(suppression.comment, rules, &mut report);
        }
    }
}

/// The comments of one file, by the rule they silence and the place they are about. Places lie in each other or apart, as
/// elements do.
struct Index {
    /// By rule: places in the order of the file, the outer ones first.
    by_rule: BTreeMap<RuleId, Vec<About>>,
}

/// A place that comments are about.
struct About {
    /// The place; [`WHOLE`] for the file.
    span: Span,
    /// The comments, by number.
    comments: Vec<usize>,
    /// The place around this one, by number.
    outer: Option<usize>,
    /// Whether something was found there.
    used: bool,
}

/// A whole file, and what is found about it as a whole.
const WHOLE: Span = Span {
    start: 0,
    end: u32::MAX,
};

impl Index {
    /// Sorts comments by what they are about.
    fn of(suppressions: &[Suppression]) -> Self {
        let mut wanted: Vec<(RuleId, Span, usize)> = (0..)
            .zip(suppressions)
            .flat_map(|(number, suppression)| {
                let about = suppression.about.unwrap_or(WHOLE);
                let rules = suppression.rules.iter();
                rules.map(move |rule| (*rule, about, number))
            })
            .collect();
        wanted.sort_unstable_by_key(|(rule, about, number)| {
            (*rule, about.start, std::cmp::Reverse(about.end), *number)
        });
        let mut by_rule: BTreeMap<RuleId, Vec<About>> = BTreeMap::new();
        for (rule, span, number) in wanted {
            let places = by_rule.entry(rule).or_default();
            if let Some(same) = places.last_mut().filter(|last| last.span == span) {
                same.comments.push(number);
                continue;
            }
            let outer = around(places, places.len().checked_sub(1), span);
            places.push(About {
                span,
                comments: vec![number],
                outer,
                used: false,
            });
        }
        Self { by_rule }
    }

    /// Whether a rule is silenced at a place; all comments that do so are used from then on.
    fn silence(&mut self, rule: RuleId, span: Option<Span>) -> bool {
        let Some(places) = self.by_rule.get_mut(&rule) else {
            return false;
        };
        let span = span.unwrap_or(WHOLE);
        let after = places.partition_point(|about| about.span.start <= span.start);
        let mut at = around(places, after.checked_sub(1), span);
        let is_silenced = at.is_some();
        // Whoever used a place used those around it too.
        while let Some(about) = at.map(|at| &mut places[at]).filter(|about| !about.used) {
            about.used = true;
            at = about.outer;
        }
        is_silenced
    }

    /// Which of so many comments silenced something.
    fn used(&self, count: usize) -> Vec<bool> {
        let mut used = vec![false; count];
        for about in self.by_rule.values().flatten().filter(|about| about.used) {
            for number in &about.comments {
                used[*number] = true;
            }
        }
        used
    }
}

/// The innermost place that a range lies in, from one that begins before it outwards.
fn around(places: &[About], from: Option<usize>, span: Span) -> Option<usize> {
    std::iter::successors(from, |at| places[*at].outer).find(|at| places[*at].span.end >= span.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranges that lie in each other or apart: those between the brackets of a text.
    fn ranges(brackets: &str) -> Vec<Span> {
        let mut open = Vec::new();
        let mut found = Vec::new();
        for (at, letter) in brackets.bytes().enumerate() {
            if letter == b'(' {
                open.push(at);
            } else {
                found.push(Span::new(open.pop().unwrap(), at + 1));
            }
        }
        found
    }

    /// One of four rules.
    fn rule(number: usize) -> RuleId {
        let name = ["a", "b", "c", "d"][number];
        RuleId { name }
    }

    #[test]
    fn comments_silence_what_each_of_them_alone_says_it_silences() {
        let spans = ranges("(()(()()))(((())))()()((()(())))()");
        let mut suppressions: Vec<Suppression> = spans
            .iter()
            .zip(0..)
            .map(|(span, number)| Suppression {
                rules: vec![rule(number % 2), rule(number % 3)],
                comment: Span::default(),
                about: (number % 7 != 3).then_some(*span),
            })
            .collect();
        // Two about one place, and one about nothing.
        suppressions.push(suppressions[0].clone());
        suppressions[1].about = Some(Span::new(3, 3));
        let whole = [None, Some(Span::new(0, 0)), Some(Span::new(40, 41))];
        let places = spans.iter().copied().map(Some).chain(whole);
        for place in places {
            for rule in (0..4).map(rule) {
                let mut index = Index::of(&suppressions);
                let expected: Vec<bool> = suppressions
                    .iter()
                    .map(|suppression| suppression.silences(rule, place))
                    .collect();
                let is_silenced = index.silence(rule, place);
                assert_eq!(is_silenced, expected.contains(&true), "{rule:?} {place:?}");
                assert_eq!(
                    index.used(suppressions.len()),
                    expected,
                    "{rule:?} {place:?}"
                );
            }
        }
    }
}
