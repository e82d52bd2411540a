//! What is wrong with a policy file: the place, the reason and what to write instead.

use crate::source::Span;

/// One fault of a policy file. Every fault has a remedy: a message without a next step is half a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PolicyError {
    /// Where, in the bytes of the file.
    pub(crate) span: Span,
    /// What is wrong, lower case, no full stop.
    pub(crate) message: String,
    /// What the caret says.
    pub(crate) label: String,
    /// What to write instead.
    pub(crate) help: String,
    /// Other places of the same file that belong to it, each with what it is.
    pub(crate) related: Vec<(Span, String)>,
}

impl PolicyError {
    /// A fault at one place.
    pub(crate) fn new(
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            span,
            message: message.into(),
            label: label.into(),
            help: help.into(),
            related: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}

/// Sorts by place and drops repetitions: a value reached through two aliases is wrong once.
pub(crate) fn sorted(mut errors: Vec<PolicyError>) -> Vec<PolicyError> {
    errors.sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
    errors.dedup();
    errors
}
