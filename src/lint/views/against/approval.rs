//! What profiles allow, and how the policy relates to it: looked up once, for every rule that asks.

use crate::extension::ExtensionKind;
use crate::identifier::BundleIdentifier;
use crate::lint::model::file_id::FileId;
use crate::source::{Span, Spanned};

use super::entry::PolicyEntry;

/// A team or an extension that a profile allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Approval<'a> {
    pub(crate) file: FileId,
    pub(crate) span: Span,
    /// Kernel or system extension.
    pub(crate) kind: ExtensionKind,
    /// The Team ID; empty for kernel extensions without one.
    pub(crate) team: &'a str,
    /// The bundle ID; `None` for the whole team.
    pub(crate) bundle: Option<&'a str>,
    /// How the policy relates to it.
    pub(crate) standing: Standing<'a>,
}

impl Approval<'_> {
    pub(crate) fn place(&self) -> (FileId, Span) {
        (self.file, self.span)
    }
}

/// How the policy relates to an approval.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Standing<'a> {
    /// It allows just that.
    Decided,
    /// It lists extensions of the team that is allowed as a whole.
    Wider(PolicyEntry<'a>),
    /// It lists the extension with other capitals.
    OtherCase(&'a Spanned<BundleIdentifier>),
    /// It lists the extension as the other kind.
    OtherKind(&'a Spanned<BundleIdentifier>),
    /// It does not say so, at most something else about the team.
    Beyond(Option<PolicyEntry<'a>>),
}

pub(crate) const fn other(kind: ExtensionKind) -> ExtensionKind {
    match kind {
        ExtensionKind::Kernel => ExtensionKind::System,
        ExtensionKind::System => ExtensionKind::Kernel,
    }
}
