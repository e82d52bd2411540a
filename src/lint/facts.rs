//! What rules over the repository need to know of a file: a few names with places, so that ten thousand files need
//! megabytes and not gigabytes. No file's bytes are kept.

use std::hash::{BuildHasher as _, Hash as _, Hasher};

use foldhash::fast::FixedState;

use crate::extension::ExtensionKind;
use crate::plist::{Kind, Value};
use crate::profile::{Common, Document, ExtensionPolicy, Profile, Text};
use crate::source::{Span, Spanned};

/// The facts of one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Equal for profiles that say the same, however they are encoded or signed.
    pub(crate) digest: u64,
    /// `PayloadIdentifier` of the profile.
    pub(crate) identifier: Option<Name>,
    /// `PayloadUUID` of the profile.
    pub(crate) uuid: Option<Name>,
    /// `PayloadUUID` of every payload.
    pub(crate) payload_uuids: Box<[Name]>,
    /// Every extension or team that is allowed.
    pub(crate) approvals: Box<[Approval]>,
    /// Every `AllowUserOverrides` that is a Boolean.
    pub(crate) user_overrides: Box<[UserOverrides]>,
}

/// A text of the profile and its place.
pub(crate) type Name = Spanned<Box<str>>;

/// What a profile allows: a whole team, or one extension of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Approval {
    /// Kernel or system extension.
    pub(crate) kind: ExtensionKind,
    /// The Team ID; empty for kernel extensions without one.
    pub(crate) team: Box<str>,
    /// The bundle ID; `None` for every extension of the team.
    pub(crate) bundle: Option<Box<str>>,
    /// Where the team or the bundle ID stands.
    pub(crate) span: Span,
}

/// An `AllowUserOverrides`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UserOverrides {
    /// Kernel or system extensions.
    pub(crate) kind: ExtensionKind,
    /// What it says.
    pub(crate) allowed: bool,
    /// From its key to its value.
    pub(crate) span: Span,
}

impl Facts {
    /// Collects the facts of a document; `None` when a Mac refuses it, so that it meets no other profile there.
    pub(crate) fn of(document: &Document<'_>) -> Option<Self> {
        if document.is_refused() {
            return None;
        }
        let profile = Profile::of(document)?;
        let mut approvals = Vec::new();
        let mut user_overrides = Vec::new();
        for policy in profile.extension_policies() {
            collect_approvals(policy, &mut approvals);
            user_overrides.extend(policy.allow_user_overrides().and_then(|entry| {
                Some(UserOverrides {
                    kind: policy.kind(),
                    allowed: entry.value.as_bool()?,
                    span: entry.span(),
                })
            }));
        }
        Some(Self {
            digest: digest(profile.dictionary().value()),
            identifier: profile.identifier().map(name),
            uuid: profile.uuid().map(name),
            payload_uuids: profile
                .payloads()
                .filter_map(|payload| payload.uuid().map(name))
                .collect(),
            approvals: approvals.into(),
            user_overrides: user_overrides.into(),
        })
    }
}

/// Keeps a text.
fn name(text: Text<'_>) -> Name {
    Spanned::new(text.value.into(), text.span)
}

/// The approvals of one policy.
fn collect_approvals(policy: ExtensionPolicy<'_>, approvals: &mut Vec<Approval>) {
    let kind = policy.kind();
    approvals.extend(
        policy
            .allowed_team_identifiers()
            .iter()
            .map(|team| Approval {
                kind,
                team: team.value.into(),
                bundle: None,
                span: team.span,
            }),
    );
    for entry in policy.allowed().teams() {
        approvals.extend(entry.listed.iter().map(|bundle| Approval {
            kind,
            team: entry.team.as_str().into(),
            bundle: Some(bundle.value.into()),
            span: bundle.span,
        }));
    }
}

/// A number that is equal for equal values, whatever they are encoded as. Only similar files of one repository are
/// compared with it, so 64 bits are enough, and a forged collision hides a warning about the forger's own files.
fn digest(root: Value<'_>) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        value.kind().hash(&mut hasher);
        if let Some(dictionary) = value.as_dictionary() {
            for entry in dictionary.entries() {
                entry.key().hash(&mut hasher);
                open.push(entry.value);
            }
            hasher.write_u8(0xFE);
        } else if let Some(items) = value.as_array() {
            open.extend(items);
            hasher.write_u8(0xFF);
        } else {
            leaf(value, &mut hasher);
        }
    }
    hasher.finish()
}

/// Adds a leaf by its meaning.
fn leaf(value: Value<'_>, hasher: &mut impl Hasher) {
    match value.kind() {
        Kind::Boolean => value.as_bool().hash(hasher),
        Kind::Integer => value.as_integer().hash(hasher),
        Kind::Real => value.as_real().map(f64::to_bits).hash(hasher),
        Kind::Date => value.as_date().map(f64::to_bits).hash(hasher),
        Kind::Data => value.as_data().hash(hasher),
        _ => value.text().hash(hasher),
    }
}
