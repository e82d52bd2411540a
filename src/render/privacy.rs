//! The files for privacy permissions.

use std::collections::BTreeMap;

use super::template::{self, PrivacyGrant, PrivacyProfile, PrivacyProgram, PrivacyService};
use super::{Part, Piece};
use crate::policy::{Policy, PrivacyEntry, Program};
use crate::target::Target;

/// The file for everything; for Jamf Pro Bluetooth has one of its own, since it survives only in a signed profile.
pub(super) fn pieces(policy: &Policy, target: Target) -> Vec<Piece<'_>> {
    let is_apart = |entry: &PrivacyEntry| target == Target::Jamf && entry.service.is_bluetooth();
    let mut found = Vec::new();
    for (part, apart) in [(Part::Privacy, false), (Part::PrivacyBluetooth, true)] {
        let entries = policy.privacy.iter();
        let services = services(entries.filter(|entry| is_apart(entry) == apart));
        if services.is_empty() {
            continue;
        }
        let mut piece = Piece::new(part, move |profile| {
            template::text(&PrivacyProfile {
                profile,
                services: &services,
            })
        });
        piece.needs_signature = apart;
        found.push(piece);
    }
    found
}

/// The services of these entries, both they and their programs by name.
fn services<'a>(entries: impl Iterator<Item = &'a PrivacyEntry>) -> Vec<PrivacyService<'a>> {
    let mut found: BTreeMap<&'static str, Vec<PrivacyGrant<'a>>> = BTreeMap::new();
    for entry in entries {
        let grants = found.entry(entry.service.apple).or_default();
        grants.extend(entry.programs.iter().map(|program| PrivacyGrant {
            program: named(program),
            static_code: entry.static_code,
            receiver: entry.receiver.as_ref().map(named),
        }));
    }
    let services = found.into_iter().map(|(key, mut grants)| {
        grants.sort_by_key(|grant| (grant.program, grant.receiver));
        PrivacyService { key, grants }
    });
    services.collect()
}

/// A program of the policy as a payload names it.
fn named(program: &Program) -> PrivacyProgram<'_> {
    PrivacyProgram {
        identifier: &program.name.value,
        identifier_type: program.identifier_type(),
        requirement: &program.requirement.value,
    }
}
