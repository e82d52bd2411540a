//! What rules over the repository need to know of a file. Of every file only short hashes of its names are kept, so that
//! a hundred thousand files need megabytes and not gigabytes; the names with their places are collected again from the
//! few files that share one.

use super::name_hash::{NameHash, hash};
use super::placeholder::{is_filled_in, is_sample_uuid};
use super::requirements;
use crate::extension::{ExtensionKind, SystemExtensionType};
use crate::identifier::is_uuid;
use crate::profile::content_filter::ContentFilter;
use crate::profile::privacy::{Authorization, PrivacyPolicy};
use crate::profile::{Common as _, Document, ExtensionPolicy, Profile, Text};
use crate::source::Span;

/// What is kept of one profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CrossFileFacts {
    /// Halves of the hashes of its names: equal for profiles that share one, and for few others.
    pub(super) hashes: Box<[u32]>,
    /// Every `AllowUserOverrides` that is a Boolean.
    pub(crate) user_overrides: Box<[UserOverrides]>,
    /// `PayloadDisplayName` of the profile, unless a server fills it in.
    pub(crate) display_name: Option<NameHash>,
    /// Every network extension that a filter, DNS proxy or VPN names.
    pub(crate) providers: Box<[Provider]>,
    /// Every team that an extension policy speaks of, and whether it lets network extensions of the team in.
    pub(crate) networks: Box<[(NameHash, bool)]>,
    /// The app of every content filter for Macs.
    pub(crate) filter_apps: Box<[NameHash]>,
    /// Every program that a privacy entry allows something, with the service.
    pub(crate) privacy_allowed: Box<[NameHash]>,
    /// Every program that a privacy entry denies something, with the service.
    pub(crate) privacy_denied: Box<[NameHash]>,
}

/// A network extension, hashed as the names of extension policies are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Provider {
    pub(crate) bundle: NameHash,
    pub(crate) team: NameHash,
    /// Whether a policy of the same profile approves other extensions of the team.
    pub(crate) is_team_listed: bool,
    /// Whether a policy of the same profile approves it.
    pub(crate) is_approved: bool,
}

/// The names of one profile that other profiles may have too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CrossFileNames {
    /// Equal for profiles that go by the same identifier and UUID, which is what two encodings of one profile do.
    pub(crate) twin: u64,
    /// `PayloadIdentifier` of the profile.
    pub(crate) identifier: Option<NameHash>,
    /// `PayloadUUID` of the profile and of every payload, if it is one and no sample; case does not matter.
    pub(crate) uuids: Box<[NameHash]>,
    /// Every team that is allowed whole.
    pub(crate) whole_teams: Box<[NameHash]>,
    /// Every team of which extensions are allowed by name, at the first of them.
    pub(crate) listed_teams: Box<[NameHash]>,
    /// Every extension that is allowed by name.
    pub(crate) bundles: Box<[NameHash]>,
}

/// An `AllowUserOverrides`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UserOverrides {
    pub(crate) kind: ExtensionKind,
    pub(crate) allowed: bool,
    /// From its key to its value.
    pub(crate) span: Span,
}

impl CrossFileFacts {
    /// Collects the facts of a document; `None` when a Mac refuses it, so that it meets no other profile there.
    pub(crate) fn of(document: &Document<'_>) -> Option<Self> {
        let names = CrossFileNames::of(document)?;
        let profile = Profile::of(document)?;
        let policies = profile.extension_policies();
        let providers: Box<[Provider]> = providers(profile, &names).collect();
        let of_providers = providers.iter().flat_map(|own| [own.bundle, own.team]);
        let (privacy_allowed, privacy_denied) = privacy(profile);
        let name = profile.display_name();
        Some(Self {
            hashes: names.hashes(of_providers),
            user_overrides: policies.filter_map(user_overrides).collect(),
            display_name: name
                .filter(|name| !name.value.is_empty() && !is_filled_in(name.as_str()))
                .map(|name| named((), &name)),
            providers,
            networks: networks(profile),
            filter_apps: filter_apps(profile),
            privacy_allowed: privacy_allowed.into(),
            privacy_denied: privacy_denied.into(),
        })
    }
}

impl CrossFileNames {
    /// Collects the names of a document; `None` when a Mac refuses it.
    pub(crate) fn of(document: &Document<'_>) -> Option<Self> {
        let profile = Profile::of(document).filter(|_| !document.is_refused())?;
        let (identifier, uuid) = (profile.identifier(), profile.uuid());
        let (mut whole_teams, mut listed_teams) = (Vec::new(), Vec::new());
        let mut bundles = Vec::new();
        for policy in profile.extension_policies() {
            // Kernel extensions and system extensions have nothing in common.
            let kind = policy.kind() as u8;
            let teams = policy.allowed_team_identifiers();
            whole_teams.extend(teams.iter().map(|team| named(kind, &team)));
            for entry in policy.allowed().teams() {
                let team = entry.team.as_str();
                let first = bundles.len();
                let listed = entry.listed.iter();
                bundles.extend(listed.map(|bundle| named((kind, team), &bundle)));
                // The empty key is not a team: kernel extensions without one are listed there.
                if let Some(first) = bundles.get(first).filter(|_| !team.is_empty()) {
                    listed_teams.push(NameHash {
                        span: first.span,
                        ..named(kind, &entry.team)
                    });
                }
            }
        }
        Some(Self {
            twin: hash((
                identifier.as_ref().map(Text::as_str),
                uuid.as_ref().map(Text::as_str),
            )),
            identifier: identifier.map(|own| named((), &own)),
            uuids: uuids(profile),
            whole_teams: whole_teams.into(),
            listed_teams: listed_teams.into(),
            bundles: bundles.into(),
        })
    }

    /// Halves of all hashes, and of some more.
    fn hashes(&self, more: impl Iterator<Item = NameHash>) -> Box<[u32]> {
        let lists = [
            &self.uuids,
            &self.whole_teams,
            &self.listed_teams,
            &self.bundles,
        ];
        let names = lists.into_iter().flatten().chain(&self.identifier);
        let names = names.copied().chain(more);
        let hashes = names.map(|name| name.hash).chain([self.twin]);
        hashes.map(|hash| (hash >> 32) as u32).collect()
    }
}

/// The network extensions of a profile that are named by bundle ID and team, and that its own policies do not approve.
fn providers(profile: Profile<'_>, own: &CrossFileNames) -> impl Iterator<Item = Provider> {
    let stated = profile.payloads().flat_map(requirements::of_payload);
    let has = |names: &[NameHash], hash| names.iter().any(|name| name.hash == hash);
    stated.filter_map(move |stated| {
        let bundle = stated.bundle.filter(|_| stated.is_provider)?;
        let requirement = stated.requirement.read().ok()?;
        let [team] = &*requirement.teams() else {
            return None;
        };
        let kind = ExtensionKind::System as u8;
        let provider = named((kind, team.text.as_str()), &bundle);
        let team = NameHash {
            hash: hash((kind, team.text.as_str())),
            span: bundle.span,
        };
        Some(Provider {
            bundle: provider,
            team,
            is_team_listed: has(&own.listed_teams, team.hash),
            is_approved: has(&own.bundles, provider.hash) || has(&own.whole_teams, team.hash),
        })
    })
}

/// The teams of the policies for system extensions. A team without a list of types may use every type.
fn networks(profile: Profile<'_>) -> Box<[(NameHash, bool)]> {
    let kind = ExtensionKind::System as u8;
    let mut found = Vec::new();
    for policy in profile.extension_policies() {
        let ExtensionPolicy::System(system) = policy else {
            continue;
        };
        let types = system.allowed_system_extension_types();
        let narrowed: Vec<(NameHash, bool)> = types
            .teams()
            .map(|entry| {
                let mut listed = entry.listed.iter();
                let network = SystemExtensionType::Network.name();
                (
                    named(kind, &entry.team),
                    listed.any(|own| own.as_str() == network),
                )
            })
            .collect();
        let whole = policy.allowed_team_identifiers();
        let listed = policy.allowed();
        let spoken_of = whole.iter().map(|team| named(kind, &team));
        let spoken_of = spoken_of.chain(listed.teams().map(|entry| named(kind, &entry.team)));
        let is_narrowed = |team: &NameHash| narrowed.iter().any(|(own, _)| own.hash == team.hash);
        found.extend(
            spoken_of
                .filter(|team| !is_narrowed(team))
                .map(|team| (team, true)),
        );
        found.extend(narrowed.iter().copied());
    }
    found.into()
}

fn filter_apps(profile: Profile<'_>) -> Box<[NameHash]> {
    let filters = profile.payloads().filter_map(ContentFilter::of);
    let apps = filters.filter_map(ContentFilter::plugin_bundle_id);
    let apps = apps.filter(|app| !app.value.is_empty() && !is_filled_in(app.as_str()));
    apps.map(|app| named((), &app)).collect()
}

/// What privacy entries allow and what they deny.
fn privacy(profile: Profile<'_>) -> (Vec<NameHash>, Vec<NameHash>) {
    let (mut allowed, mut denied) = (Vec::new(), Vec::new());
    let policies = profile.payloads().filter_map(PrivacyPolicy::of);
    for entry in policies.flat_map(PrivacyPolicy::entries) {
        let (Some(identifier), Some((authorization, _))) =
            (entry.identifier(), entry.authorization())
        else {
            continue;
        };
        let receiver = entry.receiver_identifier();
        let receiver = receiver.as_ref().map(Text::as_str);
        let name = named((entry.service.as_str(), receiver), &identifier);
        match authorization {
            Authorization::Deny => denied.push(name),
            Authorization::Allow | Authorization::AllowStandardUser => allowed.push(name),
        }
    }
    (allowed, denied)
}

/// A name that is one of something: of a kind, of a team.
fn named(of: impl std::hash::Hash, text: &Text<'_>) -> NameHash {
    NameHash {
        hash: hash((of, text.as_str())),
        span: text.span,
    }
}

fn uuids(profile: Profile<'_>) -> Box<[NameHash]> {
    let own = profile.parts().filter_map(crate::profile::Common::uuid);
    let generated = own.filter(|uuid| is_uuid(uuid.as_str()) && !is_sample_uuid(uuid.as_str()));
    generated
        .map(|uuid| NameHash {
            hash: hash(uuid.as_str().to_ascii_uppercase()),
            span: uuid.span,
        })
        .collect()
}

fn user_overrides(policy: ExtensionPolicy<'_>) -> Option<UserOverrides> {
    let entry = policy.allow_user_overrides()?;
    Some(UserOverrides {
        kind: policy.kind(),
        allowed: entry.value.as_bool()?,
        span: entry.span(),
    })
}
