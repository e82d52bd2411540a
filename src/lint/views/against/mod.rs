//! Profiles against the policy: what `Check::Policy` rules look at. Kernel and system extensions
//! are never mixed, since a vendor's kernel extensions can have another Team ID than its application. What else a policy can
//! hold is compared in `permission`.

pub(crate) mod approval;
pub(crate) mod entry;
mod listed;
pub(crate) mod permission;

use std::collections::{BTreeMap, BTreeSet};

use approval::{Approval, Standing, other};
use entry::{PolicyEntry, entries};
use listed::Listed;
use permission::Permissions;

use crate::extension::ExtensionKind;
use crate::lint::model::file_id::FileId;
use crate::policy::Policy;
use crate::profile::allowed::{Removal, Statement, What};
use crate::profile::permission::Permission;
use crate::source::Span;
use crate::target::Target;

/// The policy and everything that profiles allow.
#[derive(Debug)]
pub(crate) struct Against<'a> {
    pub(crate) policy: &'a Policy,
    /// What every profile says, in the order of the files.
    pub(crate) statements: Vec<ProfileStatement<'a>>,
    /// The teams and extensions among it, with how the policy relates to them.
    pub(crate) approvals: Vec<Approval<'a>>,
    /// What policy and profiles say beside extensions.
    pub(crate) permissions: Permissions<'a>,
    /// The policy's entries by kind and team.
    entries: ByKind<BTreeMap<&'a str, PolicyEntry<'a>>>,
    listed: Listed<'a>,
    /// The first place that allows a whole team or an extension, by kind, team and bundle ID. The bundle ID is empty
    /// for the whole team.
    delivered: ByKind<BTreeMap<&'a str, Places<'a>>>,
    /// The first place that allows a team or any of its extensions.
    first: BTreeMap<(ExtensionKind, &'a str), (FileId, Span)>,
    /// The extensions allowed by name, in lower case: the first of each name, and whether others are the same but for case.
    by_lower_case: BTreeMap<(ExtensionKind, &'a str, String), (&'a str, bool)>,
    /// Teams that a profile narrows to some types.
    narrowed: BTreeSet<(ExtensionKind, &'a str)>,
    /// What profiles say about removal: the list, the team, the bundle ID.
    removal: BTreeSet<(Removal, &'a str, &'a str)>,
    /// The MDM servers for which a profile keeps people from approving other system extensions.
    denied: BTreeSet<Option<Target>>,
}

/// Places by bundle ID.
type Places<'a> = BTreeMap<&'a str, (FileId, Span)>;

/// Something for each kind, so that the two are never mixed.
#[derive(Debug, Default)]
struct ByKind<T> {
    kernel: T,
    system: T,
}

impl<T> ByKind<T> {
    fn of(&self, kind: ExtensionKind) -> &T {
        match kind {
            ExtensionKind::Kernel => &self.kernel,
            ExtensionKind::System => &self.system,
        }
    }

    /// The one of a kind, to be filled.
    fn of_mut(&mut self, kind: ExtensionKind) -> &mut T {
        match kind {
            ExtensionKind::Kernel => &mut self.kernel,
            ExtensionKind::System => &mut self.system,
        }
    }
}

/// A statement and its file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProfileStatement<'a> {
    pub(crate) file: FileId,
    /// The MDM server the file is for.
    pub(crate) target: Option<Target>,
    pub(crate) statement: &'a Statement,
}

impl ProfileStatement<'_> {
    pub(crate) fn place(&self) -> (FileId, Span) {
        (self.file, self.statement.span)
    }
}

impl<'a> Against<'a> {
    /// Collects both sides; `statements` is what every profile says, in the order of the files, and `permitted` what it permits
    /// beside extensions.
    pub(crate) fn new(
        policy: &'a Policy,
        statements: impl Iterator<Item = ProfileStatement<'a>>,
        permitted: impl Iterator<Item = (FileId, &'a Permission)>,
    ) -> Self {
        let mut against = Self {
            policy,
            permissions: Permissions::new(policy, permitted),
            statements: statements.collect(),
            approvals: Vec::new(),
            entries: ByKind::default(),
            listed: Listed::default(),
            delivered: ByKind::default(),
            first: BTreeMap::new(),
            by_lower_case: BTreeMap::new(),
            narrowed: BTreeSet::new(),
            removal: BTreeSet::new(),
            denied: BTreeSet::new(),
        };
        for entry in entries(policy) {
            against.listed.add(&entry);
            against.entries.of_mut(entry.kind).insert(entry.team, entry);
        }
        for number in 0..against.statements.len() {
            against.add(against.statements[number]);
        }
        against
    }

    /// Adds what one statement says.
    fn add(&mut self, said: ProfileStatement<'a>) {
        let Statement { kind, what, .. } = said.statement;
        match what {
            What::Team(team) => self.add_approval(said, team, None),
            What::Bundle(team, bundle) => self.add_approval(said, team, Some(bundle)),
            What::Removal(removal, team, bundle) => {
                self.removal.insert((*removal, team, bundle));
            }
            What::UserOverrides(false) if *kind == ExtensionKind::System => {
                self.denied.insert(said.target);
            }
            What::Types(team, _) => {
                self.narrowed.insert((*kind, team));
            }
            What::UserOverrides(_) | What::NonAdminApprovals(_) => {}
        }
    }

    /// Adds an approval, and its place if it is the first.
    fn add_approval(&mut self, said: ProfileStatement<'a>, team: &'a str, bundle: Option<&'a str>) {
        let (kind, span) = (said.statement.kind, said.statement.span);
        self.delivered
            .of_mut(kind)
            .entry(team)
            .or_default()
            .entry(bundle.unwrap_or_default())
            .or_insert((said.file, span));
        self.first.entry((kind, team)).or_insert((said.file, span));
        if let Some(bundle) = bundle {
            let lower = bundle.to_ascii_lowercase();
            let (first, differ) = self
                .by_lower_case
                .entry((kind, team, lower))
                .or_insert((bundle, false));
            *differ |= *first != bundle;
        }
        let standing = self.standing(kind, team, bundle);
        self.approvals.push(Approval {
            file: said.file,
            span,
            kind,
            team,
            bundle,
            standing,
        });
    }

    /// How the policy relates to an approval.
    fn standing(&self, kind: ExtensionKind, team: &str, bundle: Option<&str>) -> Standing<'a> {
        let own = self.entry(kind, team).copied();
        let Some(bundle) = bundle else {
            return match own {
                Some(own) if own.whole().is_some() => Standing::Decided,
                Some(own) => Standing::Wider(own),
                None => Standing::Beyond(None),
            };
        };
        if own.is_some_and(|own| self.allows(&own, bundle)) {
            Standing::Decided
        } else if let Some(listed) = self.listed.find(other(kind), team, bundle) {
            Standing::OtherKind(listed)
        } else if let Some(listed) = self.listed.in_other_case(kind, team, bundle) {
            Standing::OtherCase(listed)
        } else {
            Standing::Beyond(own)
        }
    }

    /// Whether an entry of the policy allows an extension.
    pub(crate) fn allows(&self, entry: &PolicyEntry<'_>, bundle: &str) -> bool {
        let by_name = || self.listed.find(entry.kind, entry.team, bundle).is_some();
        entry.whole().is_some() || by_name()
    }

    /// Whether the policy has an extension in one of its lists about removal.
    pub(crate) fn lists(&self, removal: Removal, team: &str, bundle: &str) -> bool {
        self.listed.removal(removal, team, bundle)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &PolicyEntry<'a>> {
        self.entries
            .kernel
            .values()
            .chain(self.entries.system.values())
    }

    /// The policy's entry about a team.
    pub(crate) fn entry(&self, kind: ExtensionKind, team: &str) -> Option<&PolicyEntry<'a>> {
        self.entries.of(kind).get(team)
    }

    /// The first place that allows a team as a whole.
    pub(crate) fn team(&self, kind: ExtensionKind, team: &str) -> Option<(FileId, Span)> {
        self.bundle(kind, team, "")
    }

    /// The first place that allows an extension by name.
    pub(crate) fn bundle(
        &self,
        kind: ExtensionKind,
        team: &str,
        bundle: &str,
    ) -> Option<(FileId, Span)> {
        self.delivered.of(kind).get(team)?.get(bundle).copied()
    }

    /// Whether an extension is allowed by name in another letter case.
    pub(crate) fn in_other_case(&self, kind: ExtensionKind, team: &str, bundle: &str) -> bool {
        let by_lower_case = (kind, team, bundle.to_ascii_lowercase());
        let found = self.by_lower_case.get(&by_lower_case);
        found.is_some_and(|(first, differ)| *differ || *first != bundle)
    }

    /// The first place that allows a team or any of its extensions.
    pub(crate) fn first(&self, kind: ExtensionKind, team: &str) -> Option<(FileId, Span)> {
        self.first.get(&(kind, team)).copied()
    }

    /// Whether a profile narrows a team to some types.
    pub(crate) fn narrows(&self, kind: ExtensionKind, team: &str) -> bool {
        self.narrowed.contains(&(kind, team))
    }

    /// The first place that allows an extension, by name or with its whole team.
    pub(crate) fn place(
        &self,
        kind: ExtensionKind,
        team: &str,
        bundle: &str,
    ) -> Option<(FileId, Span)> {
        let by_name = self.bundle(kind, team, bundle);
        by_name.or_else(|| self.team(kind, team))
    }

    /// Whether a profile has an extension in one of the lists about removal.
    pub(crate) fn removal(&self, removal: Removal, team: &str, bundle: &str) -> bool {
        self.removal.contains(&(removal, team, bundle))
    }

    /// Whether another profile takes back that people may approve others: of several system-extension profiles on a
    /// Mac, one that says false decides. For kernel extensions Apple states no such rule.
    pub(crate) fn is_denied(&self, said: &ProfileStatement<'_>) -> bool {
        said.statement.kind == ExtensionKind::System && self.denied.contains(&said.target)
    }

    /// Where the policy speaks about a kind; its first line when it does not.
    pub(crate) fn block(&self, kind: ExtensionKind) -> Span {
        let policy = self.policy;
        let block = match kind {
            ExtensionKind::Kernel => policy
                .kernel_extensions
                .as_ref()
                .map(|block| block.allow_user_overrides.span),
            ExtensionKind::System => policy
                .system_extensions
                .as_ref()
                .map(|block| block.allow_user_overrides.span),
        };
        block.unwrap_or(policy.identifier.span)
    }

    /// Whether the policy lets people approve other extensions of a kind; without the block Apple's default counts.
    pub(crate) fn user_overrides(&self, kind: ExtensionKind) -> bool {
        match kind {
            ExtensionKind::Kernel => self
                .policy
                .kernel_extensions
                .as_ref()
                .is_some_and(|block| block.allow_user_overrides.value),
            ExtensionKind::System => self
                .policy
                .system_extensions
                .as_ref()
                .is_none_or(|block| block.allow_user_overrides.value),
        }
    }
}
