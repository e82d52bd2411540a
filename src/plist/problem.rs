//! What is wrong with the bytes of a property list, with a place, a reason and a remedy.
//!
//! Two levels, because the parsers of the chain (an MDM server, a script, the Mac) disagree: what a Mac refuses never
//! installs; what a Mac reads and another parser does not, fails on the way there.

use std::borrow::Cow;

use crate::source::Span;

/// Who stumbles over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ProblemLevel {
    /// A Mac reads it; another parser of the chain refuses it or reads another value.
    NotPortable,
    /// A Mac refuses the file.
    Refused,
}

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ProblemKind {
    /// The file is something else: a web page, JSON, a template, nothing at all.
    NotAPropertyList,
    /// The character encoding, or bytes that are not text in it.
    Encoding,
    /// The XML declaration or what is before it.
    Declaration,
    Doctype,
    /// A tag that property lists do not have.
    UnknownTag,
    /// A tag that is not written as XML wants it, or has attributes it must not have.
    Tag,
    /// A close tag that does not fit, or none.
    CloseTag,
    StrayText,
    /// A key without a value.
    MissingValue,
    /// A value without a key.
    MissingKey,
    /// A `<key>` where a value stands.
    KeyAsValue,
    /// The same key twice in one dictionary: every known parser keeps the last and says nothing.
    DuplicateKey,
    Entity,
    Cdata,
    /// A comment or processing instruction in a place where it does harm.
    Comment,
    /// A character that XML forbids.
    Character,
    /// A carriage return inside a value.
    LineEnd,
    /// A number, date, Boolean or data value that cannot be read, or not by all.
    Scalar,
    /// No value at all, more than one, or a root that is not a dictionary.
    Root,
    /// Something after the end of the property list.
    Trailing,
    /// Nested too deeply, or too many values.
    Limit,
    /// The structure of a binary property list.
    Binary,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What kind of fault it is.
    pub(crate) kind: ProblemKind,
    /// Who stumbles over it.
    pub(crate) level: ProblemLevel,
    pub(crate) span: Span,
    /// What is wrong, in lower case and without a full stop.
    pub(crate) message: Cow<'static, str>,
    pub(crate) help: Cow<'static, str>,
    /// A second place that explains the first, and what is there.
    pub(crate) related: Option<(Span, Cow<'static, str>)>,
}

impl Problem {
    /// A fault that makes a Mac refuse the file.
    pub(crate) fn refused(
        kind: ProblemKind,
        span: Span,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            kind,
            level: ProblemLevel::Refused,
            span,
            message: message.into(),
            help: help.into(),
            related: None,
        }
    }

    /// A fault that a Mac overlooks and other parsers do not.
    pub(crate) fn not_portable(
        kind: ProblemKind,
        span: Span,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            level: ProblemLevel::NotPortable,
            ..Self::refused(kind, span, message, help)
        }
    }

    /// Adds the second place.
    pub(crate) fn related(mut self, span: Span, what: impl Into<Cow<'static, str>>) -> Self {
        self.related = Some((span, what.into()));
        self
    }
}

/// Collects problems; bounded, so that a hostile file cannot fill memory with messages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problems {
    /// What was found so far.
    found: Vec<Problem>,
}

impl Problems {
    /// More than this in one file tell nobody anything new.
    const LIMIT: usize = 200;

    /// Adds one. The first for which a Mac or this tool refuses the file is never one too many.
    pub(crate) fn push(&mut self, problem: Problem) {
        let is_first_refusal = || {
            let refused = |old: &Problem| old.level == ProblemLevel::Refused;
            refused(&problem) && !self.found.iter().any(refused)
        };
        if self.found.len() < Self::LIMIT || is_first_refusal() {
            self.found.push(problem);
        }
    }

    /// Adds one unless this kind was reported already at this level: for faults that come in hundreds.
    pub(crate) fn push_once(&mut self, problem: Problem) {
        let known = |old: &Problem| old.kind == problem.kind && old.level == problem.level;
        if !self.found.iter().any(known) {
            self.push(problem);
        }
    }

    /// Takes back the last problem of a kind, when later text shows what it really was.
    pub(crate) fn retract(&mut self, kind: ProblemKind) {
        if let Some(at) = self.found.iter().rposition(|old| old.kind == kind) {
            self.found.remove(at);
        }
    }

    /// All of them in the order of the file.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| problem.span);
        self.found
    }
}
