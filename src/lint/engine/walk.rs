//! The walk over one profile: it finds every value that a rule can be about, once, and calls the rules with it.

use std::cell::LazyCell;

use crate::lint::model::file_id::FileId;
use crate::lint::model::finding::{Finding, Reporter};
use crate::lint::model::plan::{Plan, Plans};
use crate::lint::rule::{Check, Rule};
use crate::lint::views::conditions::{self, Broken};
use crate::lint::views::deviation;
use crate::lint::views::requirements::{self, Stated};
use crate::lint::views::values::{OwnIdentifier, OwnUuid, Placeholder, Repetition};
use crate::profile::{
    Approvals, Document, ExtensionPolicy, KnownKey, ListedName, Names, Part, Payload, Profile,
    TeamName,
};

/// Runs these rules about one file.
pub(super) fn check(
    document: &Document<'_>,
    plan: &Plan,
    rules: &[&'static Rule],
    file: FileId,
    now: f64,
    findings: &mut Vec<Finding>,
) {
    // What a Mac refuses is not judged any further.
    let profile = Profile::of(document).filter(|_| !document.is_refused());
    let policies: Vec<Approvals<'_>> = profile
        .into_iter()
        .flat_map(Profile::extension_policies)
        .map(Approvals::new)
        .collect();
    let values = Values::new(document, profile, &policies);
    let deviations = LazyCell::new(|| {
        profile.map_or_else(Vec::new, |profile| {
            deviation::of_profile(profile, plan.fleet)
        })
    });
    for rule in rules {
        let mut report = Reporter::new(rule.id, Plans::One(plan), file, now, findings);
        for check in rule.checks {
            if let Check::Schema(check) = check {
                deviations.iter().for_each(|one| check(one, &mut report));
            } else {
                values.check(*check, &mut report);
            }
        }
    }
}

/// The values of one profile, by the hooks that take them. All are empty when there is no profile to judge.
struct Values<'a, 'd> {
    document: &'a Document<'d>,
    profile: Option<Profile<'a>>,
    parts: Vec<Part<'a>>,
    payloads: Vec<Payload<'a>>,
    requirements: Vec<Stated<'a>>,
    conditions: Vec<Broken<'a>>,
    policies: &'a [Approvals<'a>],
    teams: Vec<TeamName<'a, 'a>>,
    bundles: Vec<ListedName<'a, 'a>>,
    types: Vec<ListedName<'a, 'a>>,
    repetitions: Vec<Repetition<'a>>,
    uuids: Vec<OwnUuid<'a>>,
    identifiers: Vec<OwnIdentifier<'a>>,
    placeholders: Vec<Placeholder<'a>>,
}

impl<'a, 'd> Values<'a, 'd> {
    fn new(
        document: &'a Document<'d>,
        profile: Option<Profile<'a>>,
        policies: &'a [Approvals<'a>],
    ) -> Self {
        let payloads: Vec<Payload<'a>> = profile
            .into_iter()
            .flat_map(Profile::payloads_and_wrapped)
            .collect();
        let each = || payloads.iter().copied();
        let mut values = Self {
            document,
            profile,
            parts: profile.into_iter().flat_map(Profile::parts).collect(),
            requirements: each().flat_map(requirements::of_payload).collect(),
            conditions: each().flat_map(conditions::broken).collect(),
            payloads,
            policies,
            teams: Vec::new(),
            bundles: Vec::new(),
            types: Vec::new(),
            repetitions: Vec::new(),
            uuids: profile.map_or_else(Vec::new, OwnUuid::all),
            identifiers: profile.map_or_else(Vec::new, OwnIdentifier::all),
            placeholders: profile.map_or_else(Vec::new, |_| Placeholder::all(document)),
        };
        for names in policies.iter().map(Approvals::names) {
            values.add(names);
        }
        values
    }

    /// Adds the names of a policy.
    fn add(&mut self, names: Names<'a, 'a>) {
        self.teams.extend(names.teams);
        let listed = names.listed.into_iter();
        let (types, bundles): (Vec<_>, Vec<_>) =
            listed.partition(|name| name.key == KnownKey::Types);
        self.types.extend(types);
        self.bundles.extend(bundles);
        self.repetitions.extend(Repetition::all(&names.lists));
    }

    /// Calls one check of a rule with every value that it is about.
    fn check(&self, check: Check, report: &mut Reporter<'_>) {
        match check {
            Check::Document(check) => check(self.document, report),
            Check::Signature(check) => {
                if let Some(signed) = self.document.signed() {
                    check(signed, report);
                }
            }
            Check::Profile(check) => self.profile.into_iter().for_each(|own| check(own, report)),
            Check::Part(check) => {
                for (profile, part) in self
                    .parts
                    .iter()
                    .filter_map(|own| Some((self.profile?, own)))
                {
                    check(profile, *part, report);
                }
            }
            Check::Payload(check) => self.payloads.iter().for_each(|own| check(*own, report)),
            Check::Requirement(check) => {
                self.requirements.iter().for_each(|own| check(own, report));
            }
            Check::Condition(check) => self.conditions.iter().for_each(|own| check(own, report)),
            Check::Approvals(check) => self.policies.iter().for_each(|own| check(own, report)),
            Check::Extensions(check) => {
                self.policies
                    .iter()
                    .for_each(|own| check(own.policy, report));
            }
            Check::KernelExtensions(check) => {
                for own in self.policies {
                    if let ExtensionPolicy::Kernel(policy) = own.policy {
                        check(policy, report);
                    }
                }
            }
            Check::SystemExtensions(check) => {
                for own in self.policies {
                    if let ExtensionPolicy::System(policy) = own.policy {
                        check(policy, report);
                    }
                }
            }
            Check::Team(check) => self.teams.iter().for_each(|own| check(own, report)),
            Check::Bundle(check) => self.bundles.iter().for_each(|own| check(own, report)),
            Check::ExtensionType(check) => self.types.iter().for_each(|own| check(own, report)),
            Check::Repetition(check) => self.repetitions.iter().for_each(|own| check(own, report)),
            Check::Uuid(check) => self.uuids.iter().for_each(|own| check(own, report)),
            Check::Identifier(check) => self.identifiers.iter().for_each(|own| check(own, report)),
            Check::Placeholder(check) => {
                self.placeholders.iter().for_each(|own| check(own, report));
            }
            Check::Schema(_) | Check::Policy(_) | Check::Repository(_) | Check::Engine => {}
        }
    }
}
