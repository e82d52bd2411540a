//! With a policy, each fact is reported once: what a rule says of the profile alone is left out where a rule that knows the
//! policy says it too, because that one knows what was decided.

use std::collections::{BTreeMap, BTreeSet};

use crate::lint::model::file_id::FileId;
use crate::lint::model::finding::Finding;
use crate::source::Span;

/// A rule about the profile alone, and the one that says the same with a policy at the same place.
const SAME_PLACE: &[(&str, &str)] = &[
    ("entry-differs-in-case", "differs-in-case-from-policy"),
    ("extension-of-other-kind", "wrong-payload-for-approval"),
    ("non-admin-approvals", "wider-than-policy"),
    ("user-overrides-allowed", "wider-than-policy"),
];

/// The same where the policy's rule points at everything around the place: a missing key has none of its own.
const AROUND: (&str, &str) = ("implicit-user-overrides", "wider-than-policy");

/// Counts whole teams, of which the policy decides every one: it says `bundle_ids: all`, or its rules report the team.
const DECIDED: &str = "whole-team-allowed";

/// The rules that report it.
const DECIDED_BY: [&str; 2] = ["beyond-policy", "wider-than-policy"];

/// Leaves out what is reported twice. Comes last, so that what is ignored or in a baseline still counts as found. `ran` says
/// whether a rule ran for a file.
pub(super) fn leave_out(findings: &mut Vec<Finding>, ran: &dyn Fn(&str, FileId) -> bool) {
    let reported = ByPolicy::of(findings);
    findings.retain(|finding| {
        let file = finding.place.file;
        let is_decided =
            finding.rule.name == DECIDED && DECIDED_BY.iter().all(|rule| ran(rule, file));
        !is_decided && !reported.covers(finding)
    });
}

/// Where the rules that know the policy spoke.
struct ByPolicy {
    /// By rule of the profile alone, file and place.
    same: BTreeSet<(&'static str, FileId, Span)>,
    /// By file: the widest places of [`AROUND`], which do not overlap, in their order.
    around: BTreeMap<FileId, Vec<Span>>,
}

impl ByPolicy {
    fn of(findings: &[Finding]) -> Self {
        let mut reported = Self {
            same: BTreeSet::new(),
            around: BTreeMap::new(),
        };
        for finding in findings {
            let file = finding.place.file;
            let Some(span) = finding.place.span else {
                continue;
            };
            for (alone, by_policy) in SAME_PLACE {
                if finding.rule.name == *by_policy {
                    reported.same.insert((alone, file, span));
                }
            }
            if finding.rule.name == AROUND.1 {
                reported.around.entry(file).or_default().push(span);
            }
        }
        for spans in reported.around.values_mut() {
            spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
            let mut end = 0;
            spans.retain(|span| {
                let is_outer = span.end > end;
                end = end.max(span.end);
                is_outer
            });
        }
        reported
    }

    /// Whether a rule that knows the policy says what this finding says.
    fn covers(&self, finding: &Finding) -> bool {
        let (name, file) = (finding.rule.name, finding.place.file);
        let Some(span) = finding.place.span else {
            return false;
        };
        if name == AROUND.0 {
            let spans = self.around.get(&file).map_or(&[][..], Vec::as_slice);
            let after = spans.partition_point(|around| around.start <= span.start);
            return after > 0 && spans[after - 1].end >= span.end;
        }
        finding.places().any(|place| {
            place
                .span
                .is_some_and(|span| self.same.contains(&(name, place.file, span)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::model::finding::Place;
    use crate::lint::model::rule_id::RuleId;
    use crate::severity::Severity;

    /// A finding of a rule at a byte of the first profile.
    fn at(name: &'static str, start: usize) -> Finding {
        Finding {
            rule: RuleId { name },
            severity: Severity::Error,
            place: Place::new(FileId::Profile(0), Some(Span::new(start, start + 1))),
            message: "a".into(),
            label: "".into(),
            help: None,
            related: Vec::new(),
            fix: None,
            withheld: None,
            is_resolved: true,
        }
    }

    #[test]
    fn only_what_a_rule_about_the_policy_reports_at_the_same_place_is_left_out() {
        let mut findings = vec![
            at("non-admin-approvals", 3),
            at("non-admin-approvals", 7),
            at("wider-than-policy", 7),
        ];
        leave_out(&mut findings, &|_, _| false);
        let left = findings.iter().map(|own| (own.rule.name, own.place.span));
        let span = |start| Some(Span::new(start, start + 1));
        let expected = [
            ("non-admin-approvals", span(3)),
            ("wider-than-policy", span(7)),
        ];
        assert!(left.eq(expected));
    }
}
