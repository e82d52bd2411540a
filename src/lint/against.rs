//! Profiles against the policy: what [`Check::Policy`](super::rule::Check) rules look at. Kernel and system extensions
//! are never mixed, since a vendor's kernel extensions can have another Team ID than its application.

use std::collections::BTreeMap;

use super::FileReport;
use super::accept::Numbers;
use super::finding::{Finding, Reporter};
use super::rule::Check;
use super::rules::RULES;
use super::settings::{Plans, Settings};
use crate::extension::{ExtensionKind, SystemExtensionType};
use crate::identifier::BundleIdentifier;
use crate::policy::{Bundles, Notes, Policy, Team};
use crate::profile::allowed::{Statement, What};
use crate::source::{Span, Spanned};

/// The policy and everything that profiles allow.
#[derive(Debug)]
pub(crate) struct Against<'a> {
    /// The policy.
    pub(crate) policy: &'a Policy,
    /// Its number among the files of the report.
    pub(crate) policy_file: u32,
    /// What every profile says, in the order of the files.
    pub(crate) said: Vec<Said<'a>>,
    /// The policy's entries by kind and team.
    entries: ByKind<BTreeMap<&'a str, Entry<'a>>>,
    /// The first place that allows a whole team or an extension, by kind, team and bundle ID. The bundle ID is empty
    /// for the whole team.
    delivered: ByKind<BTreeMap<&'a str, Places<'a>>>,
}

/// Places by bundle ID.
type Places<'a> = BTreeMap<&'a str, (u32, Span)>;

/// Something for each kind, so that the two are never mixed.
#[derive(Debug, Default)]
struct ByKind<T> {
    /// For kernel extensions.
    kernel: T,
    /// For system extensions.
    system: T,
}

impl<T> ByKind<T> {
    /// The one of a kind.
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
pub(crate) struct Said<'a> {
    /// The file.
    pub(crate) file: u32,
    /// What it says.
    pub(crate) statement: &'a Statement,
}

/// An entry of the policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    /// Kernel or system extensions.
    pub(crate) kind: ExtensionKind,
    /// The Team ID; empty for kernel extensions without one.
    pub(crate) team: &'a str,
    /// Where the team stands.
    pub(crate) span: Span,
    /// Which of its extensions.
    pub(crate) bundles: &'a Bundles,
    /// Its types; `None` for all.
    pub(crate) types: Option<&'a [Spanned<SystemExtensionType>]>,
    /// Notes for people.
    pub(crate) notes: &'a Notes,
}

impl<'a> Entry<'a> {
    /// The extensions listed; none when the whole team is allowed.
    pub(crate) fn listed(&self) -> &'a [Spanned<BundleIdentifier>] {
        match self.bundles {
            Bundles::All(_) => &[],
            Bundles::Listed(listed) => listed,
        }
    }

    /// The span of `bundle_ids: all`.
    pub(crate) fn whole(&self) -> Option<Span> {
        match self.bundles {
            Bundles::All(span) => Some(*span),
            Bundles::Listed(_) => None,
        }
    }

    /// Whether it allows an extension.
    pub(crate) fn allows(&self, bundle: &str) -> bool {
        self.whole().is_some()
            || self
                .listed()
                .iter()
                .any(|listed| listed.value.as_str() == bundle)
    }

    /// The listed extension that differs only in case.
    pub(crate) fn alike(&self, bundle: &str) -> Option<&'a Spanned<BundleIdentifier>> {
        self.listed()
            .iter()
            .find(|listed| listed.value.as_str().eq_ignore_ascii_case(bundle))
    }
}

impl<'a> Against<'a> {
    /// Collects both sides.
    fn new(policy: &'a Policy, policy_file: u32, files: &'a [FileReport]) -> Self {
        let said: Vec<Said<'a>> = (0..)
            .zip(files)
            .flat_map(|(file, report)| {
                report
                    .statements
                    .iter()
                    .map(move |statement| Said { file, statement })
            })
            .collect();
        let mut delivered: ByKind<BTreeMap<&str, BTreeMap<&str, _>>> = ByKind::default();
        for said in &said {
            let (team, bundle) = match &said.statement.what {
                What::Team(team) => (&**team, ""),
                What::Bundle(team, bundle) => (&**team, &**bundle),
                _ => continue,
            };
            delivered
                .of_mut(said.statement.kind)
                .entry(team)
                .or_default()
                .entry(bundle)
                .or_insert((said.file, said.statement.span));
        }
        let mut by_team: ByKind<BTreeMap<&str, Entry<'a>>> = ByKind::default();
        for entry in entries(policy) {
            by_team.of_mut(entry.kind).insert(entry.team, entry);
        }
        Self {
            policy,
            policy_file,
            said,
            entries: by_team,
            delivered,
        }
    }

    /// The policy's entries.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.entries
            .kernel
            .values()
            .chain(self.entries.system.values())
    }

    /// The policy's entry about a team.
    pub(crate) fn entry(&self, kind: ExtensionKind, team: &str) -> Option<&Entry<'a>> {
        self.entries.of(kind).get(team)
    }

    /// The first place that allows a team as a whole.
    pub(crate) fn team(&self, kind: ExtensionKind, team: &str) -> Option<(u32, Span)> {
        self.bundle(kind, team, "")
    }

    /// The first place that allows an extension by name.
    pub(crate) fn bundle(
        &self,
        kind: ExtensionKind,
        team: &str,
        bundle: &str,
    ) -> Option<(u32, Span)> {
        self.delivered.of(kind).get(team)?.get(bundle).copied()
    }

    /// Whether an extension is allowed by name in another letter case.
    pub(crate) fn in_other_case(&self, kind: ExtensionKind, team: &str, bundle: &str) -> bool {
        let bundles = self.delivered.of(kind).get(team).into_iter().flatten();
        bundles
            .map(|(own, _)| *own)
            .any(|own| own != bundle && own.eq_ignore_ascii_case(bundle))
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

    /// Whether the policy lets people approve other extensions of a kind.
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
                .is_some_and(|block| block.allow_user_overrides.value),
        }
    }
}

/// The other kind.
pub(crate) const fn other(kind: ExtensionKind) -> ExtensionKind {
    match kind {
        ExtensionKind::Kernel => ExtensionKind::System,
        ExtensionKind::System => ExtensionKind::Kernel,
    }
}

/// The entries of a policy.
fn entries(policy: &Policy) -> impl Iterator<Item = Entry<'_>> {
    let kernel = policy.kernel_extensions.iter().flat_map(|block| {
        block.allowed.iter().map(|entry| {
            let (team, span) = match &entry.team {
                Team::Identified(team) => (team.value.as_str(), team.span),
                Team::Unsigned(span) => ("", *span),
            };
            Entry {
                kind: ExtensionKind::Kernel,
                team,
                span,
                bundles: &entry.bundles,
                types: None,
                notes: &entry.notes,
            }
        })
    });
    let system = policy.system_extensions.iter().flat_map(|block| {
        block.allowed.iter().map(|entry| Entry {
            kind: ExtensionKind::System,
            team: entry.team.value.as_str(),
            span: entry.team.span,
            bundles: &entry.bundles,
            types: entry.types.as_deref(),
            notes: &entry.notes,
        })
    });
    kernel.chain(system)
}

/// Runs the rules that need the policy.
pub(super) fn run(
    policy: &Policy,
    files: &[FileReport],
    settings: &Settings,
    findings: &mut Vec<Finding>,
) {
    let number = Numbers::after(files.len(), settings).policy;
    let against = Against::new(policy, number, files);
    for (number, rule) in RULES.iter().enumerate() {
        let Check::Policy(check) = rule.check else {
            continue;
        };
        let mut report = Reporter {
            rule,
            number,
            plans: Plans::All(settings, files),
            file: 0,
            now: settings.now,
            findings,
        };
        check(&against, &mut report);
    }
}
