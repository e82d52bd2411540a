//! What a policy file says about the extensions that are asked about.

use super::facts::{Claim, Fact};
use super::subject::Subject;
use crate::extension::ExtensionKind::{Kernel, System};
use crate::policy::{Bundles, Policy, Team};

/// What a policy file says about the subject, extension by extension.
pub(crate) fn evidence_of_policy(policy: &Policy, subject: &Subject) -> Vec<Fact> {
    let lines = crate::source::LineIndex::new(policy.text.as_bytes());
    let mut facts = Vec::new();
    for bundle in subject.ids() {
        let before = facts.len();
        for start in entries(policy, subject, bundle) {
            let line = lines.position(policy.text.as_bytes(), start).line;
            let text = policy.text.lines().nth(line as usize - 1);
            let text = text.unwrap_or_default();
            facts.push(Fact::at(Some(line), text, Claim::InPolicy(true)).of(bundle));
        }
        if facts.len() == before {
            let text = format!("no entry allows {bundle} of {}", subject.team);
            facts.push(Fact::at(None, &text, Claim::InPolicy(false)).of(bundle));
        }
    }
    super::named(&policy.path, facts)
}

/// Where the entries of a policy begin that allow an extension.
fn entries(policy: &Policy, subject: &Subject, bundle: &str) -> Vec<u32> {
    let has = |bundles: &Bundles| match bundles {
        Bundles::All(_) => true,
        Bundles::Listed(listed) => listed.iter().any(|own| own.value.as_str() == bundle),
    };
    let mut found = Vec::new();
    if Subject::may_be(bundle, Kernel) {
        let allowed = policy.kernel_extensions.iter().flat_map(|own| &own.allowed);
        let own = allowed.filter(|entry| {
            let is_own =
                matches!(&entry.team, Team::Identified(team) if team.value == subject.team);
            is_own && has(&entry.bundles)
        });
        found.extend(own.map(|entry| entry.span.start));
    }
    if Subject::may_be(bundle, System) {
        let allowed = policy.system_extensions.iter().flat_map(|own| &own.allowed);
        let own = allowed.filter(|entry| entry.team.value == subject.team && has(&entry.bundles));
        found.extend(own.map(|entry| entry.span.start));
    }
    found
}
