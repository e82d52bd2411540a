//! What rules over the repository need to know of a file: numbers that stand for names, with their places, so that a
//! hundred thousand files need megabytes and not gigabytes. No file's bytes and no text are kept; the few texts that a
//! message quotes are read again.

use super::mark::{Mark, number, number_without_case, numbered};
use super::placeholder::is_sample_uuid;
use super::signs::Signs;
use crate::extension::ExtensionKind;
use crate::identifier::is_uuid;
use crate::plist::Value;
use crate::profile::{Common as _, Document, Known, Profile, Text};
use crate::source::Span;

/// The facts of one profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Its names; in a large repository only of profiles that share one.
    marks: Option<Box<Marks>>,
    /// In a large repository halves of numbers that stand for its names. Of ten thousand files few share a name, and the
    /// marks of those are made anew.
    pub(crate) short: Box<[u32]>,
    /// Every `AllowUserOverrides` that is a Boolean.
    pub(crate) user_overrides: Box<[UserOverrides]>,
}

/// The names of one profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Equal for profiles that go by the same identifier and UUID, which is what two encodings of one profile do.
    pub(crate) twin: u64,
    /// `PayloadIdentifier` of the profile.
    pub(crate) identifier: Option<Mark>,
    /// `PayloadUUID` of the profile and of every payload, if it is one and no sample; case does not matter.
    pub(crate) uuids: Vec<Mark>,
    /// Every team that is allowed whole.
    pub(crate) whole_teams: Vec<Mark>,
    /// Every team of which extensions are allowed by name, at the first of them.
    pub(crate) listed_teams: Vec<Mark>,
    /// Every extension that is allowed by name.
    pub(crate) bundles: Vec<Mark>,
}

/// The names of a profile that shares none.
static NONE: Marks = Marks {
    twin: 0,
    identifier: None,
    uuids: Vec::new(),
    whole_teams: Vec::new(),
    listed_teams: Vec::new(),
    bundles: Vec::new(),
};

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

/// How much to keep of each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Everything.
    Marks,
    /// Of very many files the short numbers only ([`Facts::short`]), a fraction of the memory.
    Numbers,
}

impl Facts {
    /// Collects the facts of a document; `None` when a Mac refuses it, so that it meets no other profile there.
    pub(super) fn of(document: &Document<'_>) -> Option<Self> {
        Self::after(document, Signs::ODD_UUID, None)
    }

    /// The same, when it is known already what the profile shows; with short numbers instead of names, if there are any.
    pub(super) fn after(
        document: &Document<'_>,
        signs: Signs,
        short: Option<Box<[u32]>>,
    ) -> Option<Self> {
        if document.is_refused() {
            return None;
        }
        let profile = Profile::of(document)?;
        let mut user_overrides = Vec::new();
        for policy in profile.extension_policies() {
            if let Some(entry) = policy.allow_user_overrides()
                && let Some(allowed) = entry.value.as_bool()
            {
                // Most profiles have one, and ten thousand wait for the others.
                user_overrides.reserve_exact(1);
                user_overrides.push(UserOverrides {
                    kind: policy.kind(),
                    allowed,
                    span: entry.span(),
                });
            }
        }
        let marks = short.is_none().then(|| Box::new(Marks::of(profile, signs)));
        Some(Self {
            marks,
            short: short.unwrap_or_default(),
            user_overrides: user_overrides.into(),
        })
    }

    /// Its names.
    pub(crate) fn marks(&self) -> &Marks {
        self.marks.as_deref().unwrap_or(&NONE)
    }

    /// Whether it holds short numbers only.
    pub(crate) fn is_short(&self) -> bool {
        self.marks.is_none()
    }
}

impl Marks {
    /// The names of a profile.
    fn of(profile: Profile<'_>, signs: Signs) -> Self {
        let mut marks = Self {
            twin: number((
                profile.identifier().as_ref().map(Text::as_str),
                profile.uuid().as_ref().map(Text::as_str),
            )),
            ..Self::default()
        };
        visit(profile, signs, |what, number, value| {
            let span = value.inner_span();
            let mark = Mark { number, span };
            match what {
                Of::Identifier => marks.identifier = Some(mark),
                Of::Uuid => marks.uuids.push(mark),
                Of::WholeTeam => marks.whole_teams.push(mark),
                Of::ListedTeam => marks.listed_teams.push(mark),
                Of::Bundle => marks.bundles.push(mark),
            }
        });
        marks
    }
}

/// What a number is of.
#[derive(Clone, Copy)]
enum Of {
    /// [`Marks::identifier`]
    Identifier,
    /// [`Marks::uuids`]
    Uuid,
    /// [`Marks::whole_teams`]
    WholeTeam,
    /// [`Marks::listed_teams`]
    ListedTeam,
    /// [`Marks::bundles`]
    Bundle,
}

/// Shows every name of a profile that other profiles may have too, with its number and the value that it is told at.
/// Names of kernel extensions and of system extensions never have the same number.
fn visit<'d>(profile: Profile<'d>, signs: Signs, mut see: impl FnMut(Of, u64, Value<'d>)) {
    let value = |known| profile.keyed().get(known);
    if let Some(value) = value(Known::Identifier)
        && let Some(text) = value.as_str()
    {
        see(Of::Identifier, numbered(0, &text), value);
    }
    for part in profile.parts() {
        let Some(value) = part.keyed().get(Known::Uuid) else {
            continue;
        };
        let Some(own) = value.as_str() else { continue };
        let odd = signs.has(Signs::ODD_UUID) && (!is_uuid(&own) || is_sample_uuid(&own));
        if !odd {
            see(Of::Uuid, number_without_case(&own), value);
        }
    }
    for policy in profile.extension_policies() {
        let kind = match policy.kind() {
            ExtensionKind::Kernel => 1,
            ExtensionKind::System => 2,
        };
        for value in policy.allowed_team_identifiers().items() {
            if let Some(team) = value.as_str() {
                see(Of::WholeTeam, numbered(kind, &team), value);
            }
        }
        for entry in policy.allowed().teams() {
            let team = numbered(kind, entry.team.as_str());
            let mut first = true;
            for value in entry.listed.items() {
                let Some(bundle) = value.as_str() else {
                    continue;
                };
                // The empty key is no team: kernel extensions without one stand there.
                if std::mem::take(&mut first) && !entry.team.as_str().is_empty() {
                    see(Of::ListedTeam, team, value);
                }
                see(Of::Bundle, numbered(team, &bundle), value);
            }
        }
    }
}
