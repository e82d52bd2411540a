//! An imported policy allows what its sources allow, no less and no more.

#![cfg(test)]

use std::fmt::Write as _;

use proptest::prelude::*;

use super::companions::Companions;
use super::draft::draft;
use super::source::{of_statements, placed, property_list};
use crate::audit::change::Change;
use crate::audit::extensions;
use crate::audit::file::{File, Placed};
use crate::audit::total::Total;
use crate::extension::ExtensionKind;
use crate::identifier::BundleIdentifier;
use crate::policy::{self, Bundles, Policy, Team};
use crate::profile::allowed::{Removal, What};
use crate::source::Spanned;

/// What a policy allows, said as a profile says it.
fn as_file(policy: &Policy) -> File {
    let mut found = Vec::new();
    let mut say = |kind, what| found.push(placed("policy", "", kind, what));
    if let Some(block) = &policy.kernel_extensions {
        let kind = ExtensionKind::Kernel;
        say(kind, What::UserOverrides(block.allow_user_overrides.value));
        if let Some(approvals) = &block.allow_non_admin_user_approvals {
            say(kind, What::NonAdminApprovals(approvals.value));
        }
        for entry in &block.allowed {
            let team = match &entry.team {
                Team::Identified(team) => team.value.as_str(),
                Team::Unsigned(_) => "",
            };
            bundles(team, &entry.bundles, &mut |what| say(kind, what));
        }
    }
    if let Some(block) = &policy.system_extensions {
        let kind = ExtensionKind::System;
        say(kind, What::UserOverrides(block.allow_user_overrides.value));
        for entry in &block.allowed {
            let team = entry.team.value.as_str();
            bundles(team, &entry.bundles, &mut |what| say(kind, what));
            if let Some(types) = &entry.types {
                let mut names: Vec<Box<str>> =
                    types.iter().map(|own| own.value.name().into()).collect();
                names.sort();
                say(kind, What::Types(team.into(), names.into()));
            }
            let lists: [(Removal, &Vec<Spanned<BundleIdentifier>>); 3] = [
                (Removal::Removable, &entry.removable),
                (Removal::NonRemovable, &entry.non_removable),
                (Removal::NonRemovableFromUi, &entry.non_removable_from_ui),
            ];
            for (removal, list) in lists {
                for bundle in list {
                    say(
                        kind,
                        What::Removal(removal, team.into(), bundle.value.as_str().into()),
                    );
                }
            }
        }
    }
    of_statements("policy", found)
}

/// The extensions of an entry.
fn bundles(team: &str, bundles: &Bundles, say: &mut dyn FnMut(What)) {
    match bundles {
        Bundles::All(_) => say(What::Team(team.into())),
        Bundles::Listed(listed) => {
            for bundle in listed {
                say(What::Bundle(team.into(), bundle.value.as_str().into()));
            }
        }
    }
}

/// Imports, reads the policy, and compares. `None` when there was nothing to import.
fn round_trip(files: &[File]) -> Option<(Vec<Change>, Vec<String>)> {
    let draft = draft(files, &Companions::default(), Vec::new());
    if draft.entries == 0 {
        return None;
    }
    let policy = policy::read("policy", draft.text.as_bytes());
    let policy = policy.unwrap_or_else(|errors| panic!("{errors:#?}\n{}", draft.text));
    let own = [as_file(&policy)];
    let changes = extensions::changes(&Total::of(files), &Total::of(&own));
    Some((changes, draft.remarks))
}

/// Statements that a policy can hold, made up: one, or one with the approval it needs.
fn statement() -> impl Strategy<Value = Vec<Placed>> {
    let team = prop_oneof![
        "[A-C][0-9]{9}",
        "[1-2]{5}E[67]{4}",
        "[12]{10}",
        Just("1234567890".to_owned())
    ];
    let bundle = prop_oneof![
        "com\\.contoso\\.[a-d]",
        "[a-b]{1,3}",
        "[0-9]{1,3}\\.[0-9]{1,2}",
        Just("null".to_owned()),
        Just("1e5".to_owned())
    ];
    let types = proptest::sample::subsequence(
        vec![
            "DriverExtension",
            "EndpointSecurityExtension",
            "NetworkExtension",
        ],
        1..=3,
    );
    (0..8_u8, any::<bool>(), team, bundle, types).prop_map(|(which, flag, team, bundle, types)| {
        let (team, bundle): (Box<str>, Box<str>) = (team.into(), bundle.into());
        let (kernel, system) = (ExtensionKind::Kernel, ExtensionKind::System);
        let whole: Box<str> = format!("D{}", &team[1..]).into();
        let named = What::Bundle(team.clone(), bundle.clone());
        let said = match which {
            0 => vec![(kernel, What::NonAdminApprovals(flag))],
            1 => vec![(kernel, What::Team(team))],
            2 if flag => vec![(kernel, What::Bundle("".into(), bundle))],
            2 => vec![(kernel, named)],
            3 => vec![(system, named)],
            4 => {
                let types = types.into_iter().map(Into::into).collect();
                vec![(system, named), (system, What::Types(team, types))]
            }
            5 => vec![(system, What::Team(whole))],
            6 => vec![
                (system, named),
                (system, What::Removal(Removal::NonRemovable, team, bundle)),
            ],
            _ => vec![
                (system, named),
                (
                    system,
                    What::Removal(Removal::NonRemovableFromUi, team, bundle),
                ),
            ],
        };
        let place = |(kind, what)| placed("a.mobileconfig", "", kind, what);
        said.into_iter().map(place).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_made_up_profile_imports_to_the_same_approvals(
        overrides in any::<(bool, bool)>(),
        made_up in proptest::collection::vec(statement(), 1..16),
    ) {
        let (mut once, mut statements) = (false, Vec::new());
        for placed in made_up.into_iter().flatten() {
            // A profile says it once.
            let is_switch = matches!(placed.statement.what, What::NonAdminApprovals(_));
            if !is_switch || !std::mem::replace(&mut once, true) {
                statements.push(placed);
            }
        }
        for (kind, allowed) in [(ExtensionKind::Kernel, overrides.0), (ExtensionKind::System, overrides.1)] {
            if statements.iter().any(|placed| placed.statement.kind == kind && is_approval(&placed.statement.what)) {
                statements.push(placed("a.mobileconfig", "", kind, What::UserOverrides(allowed)));
            } else {
                // A block without entries is none.
                statements.retain(|placed| placed.statement.kind != kind);
            }
        }
        if let Some((changes, remarks)) = round_trip(&[of_statements("a.mobileconfig", statements)]) {
            prop_assert_eq!(remarks, Vec::<String>::new());
            prop_assert!(changes.is_empty(), "{:?}", changes);
        }
    }
}

/// Whether a statement allows an extension.
fn is_approval(what: &What) -> bool {
    matches!(what, What::Team(_) | What::Bundle(..))
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn every_real_profile_imports_to_the_same_approvals() {
    let shared = std::env::var_os("KEXTPOLICY_SHARED").expect("KEXTPOLICY_SHARED");
    let corpus = std::path::Path::new(&shared).join("corpus");
    let (mut imported, mut with_remarks, mut wrong) = (0, 0, String::new());
    for found in crate::profile::repository::find(&[corpus], |_| true).unwrap() {
        let Ok(bytes) = crate::profile::repository::read(&found.path) else {
            continue;
        };
        let file = property_list(&found.name, &bytes, &mut Companions::default());
        if file.content.is_err() {
            continue;
        }
        let files = [file];
        let Some((changes, remarks)) = round_trip(&files) else {
            continue;
        };
        imported += 1;
        if !remarks.is_empty() {
            with_remarks += 1;
            continue;
        }
        for change in changes {
            let _ = writeln!(wrong, "{}: {}", found.name, change.message);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(
        imported > 20 && with_remarks * 5 < imported,
        "{imported} imported, {with_remarks} with remarks"
    );
}
