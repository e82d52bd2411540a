//! The files for privacy permissions.

use std::collections::BTreeMap;

use super::template::{self, PrivacyProfile};
use super::{Part, Piece};
use crate::policy::{Policy, PrivacyEntry, Program};
use crate::target::Target;

/// What one service grants, by Apple's key.
pub(super) struct Service<'a> {
    pub(super) key: &'static str,
    /// To whom, by name.
    pub(super) grants: Vec<Grant<'a>>,
}

/// A program with a permission.
pub(super) struct Grant<'a> {
    pub(super) program: Named<'a>,
    /// Whether `StaticCode` is written.
    pub(super) static_code: bool,
    /// Who gets the Apple events.
    pub(super) receiver: Option<Named<'a>>,
}

/// A program as a payload names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named<'a> {
    pub(super) identifier: &'a str,
    pub(super) identifier_type: &'static str,
    /// `CodeRequirement`.
    pub(super) requirement: &'a str,
}

impl<'a> Named<'a> {
    /// A program of the policy.
    fn new(program: &'a Program) -> Self {
        Self {
            identifier: &program.name.value,
            identifier_type: program.identifier_type(),
            requirement: &program.requirement.value,
        }
    }
}

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
fn services<'a>(entries: impl Iterator<Item = &'a PrivacyEntry>) -> Vec<Service<'a>> {
    let mut found: BTreeMap<&'static str, Vec<Grant<'a>>> = BTreeMap::new();
    for entry in entries {
        let grants = found.entry(entry.service.apple).or_default();
        grants.extend(entry.programs.iter().map(|program| Grant {
            program: Named::new(program),
            static_code: entry.static_code,
            receiver: entry.receiver.as_ref().map(Named::new),
        }));
    }
    let services = found.into_iter().map(|(key, mut grants)| {
        grants.sort_by_key(|grant| (grant.program, grant.receiver));
        Service { key, grants }
    });
    services.collect()
}
