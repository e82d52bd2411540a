//! Apple's code requirement language: the expressions in `CodeRequirement`, `AEReceiverCodeRequirement` and
//! `…DesignatedRequirement`, which say which program a privacy entry or a filter provider means. macOS skips an entry
//! whose requirement it cannot read, and no server reports it.
//!
//! The language is Apple's "Code Signing Requirement Language" (Code Signing Guide) and the grammar of the open-source
//! Security framework (`requirements.grammar`). Every part keeps its range inside the string.

mod lexer;
mod meaning;
mod parser;
mod pasted;
mod standard;
mod tests;

pub(crate) use meaning::{Comparison, compare};
pub(crate) use pasted::Mend;
pub(crate) use standard::developer_id;

use crate::source::Span;

/// A requirement that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Requirement {
    /// What it asks of a program.
    pub(crate) expression: Expression,
    /// What a Mac reads and nobody means: a comment around a condition, a word that wants quotes.
    pub(crate) remarks: Vec<Remark>,
}

/// Something that parses and is hardly meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    pub(crate) span: Span,
    pub(crate) kind: RemarkKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RemarkKind {
    /// A comment holds a condition, which therefore does not count.
    SwallowedCondition,
    /// A word with `-` or `_` and without quotes: Apple's guide and Apple's grammar differ about it.
    UnquotedWord,
}

/// Why a requirement cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The first characters that do not fit.
    pub(crate) span: Span,
    /// What is wrong there; a message without the value.
    pub(crate) message: String,
    /// What probably happened, and what to do.
    pub(crate) help: &'static str,
    /// The edits after which it can be read, when there is only one thing that it can have meant.
    pub(crate) mend: Option<Mend>,
}

/// A condition, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    One(Condition),
}

/// What one condition asks for. Conditions are equal when they ask for the same, wherever they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// `always` and `never`.
    Constant(bool),
    /// `identifier X`
    Identifier(Word),
    /// `anchor apple`: Apple's own programs.
    AnchorApple,
    /// `anchor apple generic`: any certificate that Apple issued.
    AnchorAppleGeneric,
    /// `anchor apple X`
    NamedAnchor(Word),
    /// `anchor trusted`, `certificate N trusted`; without a number every certificate.
    Trusted(Option<Slot>),
    /// `certificate N = H"…"`, or a file with the certificate.
    Certificate(Slot, Word),
    /// `certificate N[field] …`
    Field(Slot, Word, Match),
    /// `info[key] …`
    Info(Word, Match),
    /// `entitlement[key] …`
    Entitlement(Word, Match),
    /// `cdhash H"…"`
    CodeHash(Word),
    /// `(X)`: a requirement that the system knows by name.
    NamedCode(Word),
    /// `platform N`
    Platform(Word),
    Notarized,
    Legacy,
}

/// A certificate of the chain: 0 is the leaf, -1 the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(pub(crate) i64);

impl Slot {
    pub(crate) const LEAF: Self = Self(0);
    pub(crate) const ROOT: Self = Self(-1);
}

/// How a field is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    Exists,
    Absent,
    Equal(Word),
    StartsWith(Word),
    EndsWith(Word),
    Contains(Word),
    Order(&'static str, Word),
}

/// A string of the requirement, with its place (inside the quotes, if there are any).
#[derive(Clone, Debug, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl PartialEq for Word {
    /// Whether both are the same text, wherever they are.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

pub(crate) fn read(text: &str) -> Result<Requirement, Unreadable> {
    parser::parse(text).map_err(|fault| pasted::explain(text, fault))
}
