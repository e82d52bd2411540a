//! What rules over the repository need to know of a file: numbers that stand for names, with their places, so that a
//! hundred thousand files need megabytes and not gigabytes. No file's bytes and no text are kept; the few texts that a
//! message quotes are read again.

use super::mark::{Mark, number, number_without_case};
use super::placeholder::is_sample_uuid;
use super::signs::Signs;
use crate::extension::ExtensionKind;
use crate::identifier::is_uuid;
use crate::profile::{Common, Document, ExtensionPolicy, Profile, Text};
use crate::source::Span;

/// The facts of one profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Equal for profiles that go by the same identifier and UUID, which is what two encodings of one profile do.
    pub(crate) twin: u64,
    /// `PayloadIdentifier` of the profile.
    pub(crate) identifier: Option<Mark>,
    /// `PayloadUUID` of the profile and of every payload, if it is one and no sample; case does not matter.
    pub(crate) uuids: Box<[Mark]>,
    /// Every team that is allowed whole.
    pub(crate) whole_teams: Box<[Mark]>,
    /// Every team of which extensions are allowed by name, at the first of them.
    pub(crate) listed_teams: Box<[Mark]>,
    /// Every extension that is allowed by name.
    pub(crate) bundles: Box<[Mark]>,
    /// Every `AllowUserOverrides` that is a Boolean.
    pub(crate) user_overrides: Box<[UserOverrides]>,
    /// In a large repository, instead of all numbers above: their halves, sorted, each once. Of ten thousand files few
    /// share a name, and the facts of those are made anew.
    pub(crate) short: Box<[u32]>,
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
    pub(super) fn of(document: &Document<'_>) -> Option<Self> {
        Self::after(document, Signs::ODD_UUID)
    }

    /// The same, when it is known already what the profile shows.
    pub(super) fn after(document: &Document<'_>, signs: Signs) -> Option<Self> {
        if document.is_refused() {
            return None;
        }
        let profile = Profile::of(document)?;
        let identifier = profile.identifier();
        let uuid = profile.uuid();
        let mut allowed = Allowed::default();
        let mut user_overrides = Vec::new();
        for policy in profile.extension_policies() {
            allowed.collect(policy);
            user_overrides.extend(policy.allow_user_overrides().and_then(|entry| {
                Some(UserOverrides {
                    kind: policy.kind(),
                    allowed: entry.value.as_bool()?,
                    span: entry.span(),
                })
            }));
        }
        let uuids = profile.parts().filter_map(|part| {
            let uuid = part.uuid()?;
            let own = uuid.as_str();
            let odd = signs.has(Signs::ODD_UUID) && (!is_uuid(own) || is_sample_uuid(own));
            (!odd).then(|| Mark {
                number: number_without_case(own),
                span: uuid.span,
            })
        });
        Some(Self {
            twin: number((
                identifier.as_ref().map(Text::as_str),
                uuid.as_ref().map(Text::as_str),
            )),
            identifier: identifier.map(|own| Mark {
                number: number(own.as_str()),
                span: own.span,
            }),
            uuids: uuids.collect(),
            whole_teams: allowed.whole_teams.into(),
            listed_teams: allowed.listed_teams.into(),
            bundles: allowed.bundles.into(),
            user_overrides: user_overrides.into(),
            short: Box::default(),
        })
    }

    /// The same in a fraction of the memory.
    pub(crate) fn shortened(self) -> Self {
        let marks = [
            self.identifier.as_slice(),
            &self.uuids,
            &self.whole_teams,
            &self.listed_teams,
            &self.bundles,
        ];
        let numbers = marks.into_iter().flatten().map(|mark| mark.number);
        let mut short: Vec<u32> = numbers
            .chain([self.twin])
            .map(|number| (number >> 32) as u32)
            .collect();
        short.sort_unstable();
        short.dedup();
        Self {
            user_overrides: self.user_overrides,
            short: short.into(),
            ..Self::default()
        }
    }

    /// Whether it holds short numbers only.
    pub(crate) fn is_short(&self) -> bool {
        !self.short.is_empty()
    }
}

/// What the policies of a profile allow. Kernel and system extensions never have the same number.
#[derive(Default)]
struct Allowed {
    /// Teams allowed whole.
    whole_teams: Vec<Mark>,
    /// Teams with a list.
    listed_teams: Vec<Mark>,
    /// The lists.
    bundles: Vec<Mark>,
}

impl Allowed {
    /// Adds what one policy allows.
    fn collect(&mut self, policy: ExtensionPolicy<'_>) {
        let kind = policy.kind();
        let teams = policy.allowed_team_identifiers();
        self.whole_teams.extend(teams.iter().map(|team| Mark {
            number: number((kind, team.as_str())),
            span: team.span,
        }));
        for entry in policy.allowed().teams() {
            let team = number((kind, entry.team.as_str()));
            let mut bundles = entry.listed.iter().map(|bundle| Mark {
                number: number((team, bundle.as_str())),
                span: bundle.span,
            });
            let Some(first) = bundles.next() else {
                continue;
            };
            self.listed_teams.push(Mark {
                number: team,
                span: first.span,
            });
            self.bundles.push(first);
            self.bundles.extend(bundles);
        }
    }
}
