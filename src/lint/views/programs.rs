//! Whose a program is, by what the ready policies grant to it: the programs beside the extensions, which
//! [`crate::catalogue::known`] has.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::approval::ApprovalKind;
use crate::catalogue::{POLICIES, ReadyPolicy};
use crate::policy;
use crate::requirement;

#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) team: String,
    pub(crate) product: &'static str,
}

/// The owners of each program that a privacy entry or a content filter of a ready policy names by bundle ID.
static OWNERS: LazyLock<BTreeMap<String, Vec<Owner>>> = LazyLock::new(|| {
    let mut owners = BTreeMap::new();
    let names_programs = |ready: &&ReadyPolicy| {
        let mut kinds = ready.kinds();
        kinds.any(|kind| matches!(kind, ApprovalKind::Privacy | ApprovalKind::ContentFilters))
    };
    for ready in POLICIES.iter().filter(names_programs) {
        // A test reads every ready policy.
        if let Ok(policy) = policy::read(ready.name, ready.text.as_bytes()) {
            add(ready, &policy, &mut owners);
        }
    }
    owners
});

fn add(
    ready: &'static ReadyPolicy,
    policy: &policy::Policy,
    owners: &mut BTreeMap<String, Vec<Owner>>,
) {
    let product = ready.header("product").unwrap_or(ready.name);
    let programs = policy.privacy.iter().flat_map(|entry| &entry.programs);
    let programs = programs
        .filter(|program| !program.is_path)
        .map(|program| (program.name.value.as_str(), &program.requirement.value));
    let filters = policy.content_filters.iter().flat_map(|filter| {
        let providers = [&filter.sockets, &filter.packets].into_iter().flatten();
        providers.flat_map(|provider| {
            let names = [filter.app.value.as_str(), &provider.bundle.value];
            names.map(|name| (name, &provider.requirement.value))
        })
    });
    for (name, text) in programs.chain(filters) {
        let Ok(requirement) = requirement::read(text) else {
            continue;
        };
        let of = owners.entry(name.to_owned()).or_default();
        of.extend(requirement.teams().into_iter().map(|team| Owner {
            team: team.text.clone(),
            product,
        }));
    }
}

/// Who owns a program that is known and not this team's.
pub(crate) fn other_owner(program: &str, team: &str) -> Option<&'static Owner> {
    let owners = OWNERS.get(program)?;
    let is_own = owners.iter().any(|owner| owner.team == team);
    owners.first().filter(|_| !is_own)
}

/// Who owns all known programs whose names begin so, when no program of this team is among them.
pub(crate) fn other_owner_of_all(prefix: &str, team: &str) -> Option<&'static Owner> {
    // Shorter ones, such as `com.`, are nobody's.
    if prefix.split('.').filter(|part| !part.is_empty()).count() < 2 {
        return None;
    }
    let begins = OWNERS.iter().filter(|(name, _)| name.starts_with(prefix));
    let mut owners = begins.flat_map(|(_, owners)| owners);
    let first = owners.next()?;
    let is_other = first.team != team && owners.all(|own| own.team == first.team);
    is_other.then_some(first)
}
