//! A comment that silences a rule where it is right to break it.

use super::rule_id::RuleId;
use crate::source::Span;

/// A comment that silences rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suppression {
    pub(crate) rules: Vec<RuleId>,
    pub(crate) comment: Span,
    /// What it is about; `None` for the whole file.
    pub(crate) about: Option<Span>,
}

/// Why a comment with the marker silences nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not `ignore[RULE] reason`.
    Form,
    /// No rule has this name.
    UnknownRule(String),
    /// It does not say why.
    NoReason,
}

impl Suppression {
    /// Whether it silences a rule at a place: what the index of all comments of a file has to find.
    #[cfg(test)]
    pub(crate) fn silences(&self, rule: RuleId, span: Option<Span>) -> bool {
        self.rules.contains(&rule)
            && match (self.about, span) {
                (None, _) => true,
                (Some(about), Some(span)) => about.start <= span.start && span.end <= about.end,
                (Some(_), None) => false,
            }
    }
}
