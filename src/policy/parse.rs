//! The top of a policy file and its two extension blocks.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::entry;
use super::error::{PolicyError, sorted};
use super::fields::{Fields, items, list as list_of};
use super::node::{self, Node};
use super::{
    KernelExtensions, Policy, SystemExtensions, background_items, content_filters, keys, privacy,
    scalar, targets, text, validate,
};
use crate::approval::ApprovalKind;
use crate::source::{Span, Spanned};

/// Reads a policy. All faults of the file are reported, sorted by place.
pub(crate) fn read(path: &str, bytes: &[u8]) -> Result<Policy, Vec<PolicyError>> {
    let mut errors = Vec::new();
    let policy = read_file(path, bytes, &mut errors);
    match policy {
        Some(policy) if errors.is_empty() => Ok(policy),
        _ => Err(sorted(errors)),
    }
}

/// The policy as far as it can be read.
fn read_file(path: &str, bytes: &[u8], errors: &mut Vec<PolicyError>) -> Option<Policy> {
    let text = text::decode(bytes, errors)?;
    let root = node::parse(&text, errors);
    let Some(root) = root.filter(|root| !root.is_null()) else {
        if errors.is_empty() {
            errors.push(PolicyError::new(
                Span::new(0, 0),
                "the file holds no policy: it is empty or has only comments",
                "",
                "start with `kextpolicy init`, which writes a commented policy",
            ));
        }
        return None;
    };
    // What is wrong as YAML need not be wrong again as a Team ID.
    let reported: BTreeSet<Span> = errors.iter().map(|error| error.span).collect();
    let mut found = Vec::new();
    let policy = policy(path, &text, &root, &mut found);
    found.retain(|error| !reported.contains(&error.span));
    errors.append(&mut found);
    policy
}

/// The top of the file.
fn policy(path: &str, text: &str, root: &Node, errors: &mut Vec<PolicyError>) -> Option<Policy> {
    let fields = Fields::new(root, "the policy", keys::POLICY, errors)?;
    let identifier = fields
        .require(
            "identifier",
            "add a reverse-DNS name of your own, such as `identifier: com.contoso.extensions`",
            errors,
        )
        .and_then(|node| scalar::payload_identifier(node, errors));
    let name = scalar::optional_text(&fields, "name", errors);
    let organization = fields
        .require(
            "organization",
            "add the name people see in System Settings, such as `organization: Contoso`",
            errors,
        )
        .and_then(|node| scalar::text(node, "organization", errors));
    let description = scalar::optional_text(&fields, "description", errors);
    let removal_disallowed = fields
        .get("removal_disallowed", errors)
        .and_then(|node| scalar::boolean(node, "removal_disallowed", errors));
    let blocks = ApprovalKind::ALL.map(ApprovalKind::key);
    if !blocks.iter().any(|block| fields.has(block)) {
        errors.push(PolicyError::new(
            fields.head(),
            format!(
                "the policy allows nothing: it has none of {}",
                list_of(&blocks)
            ),
            "the policy starts here",
            "add one of them; `kextpolicy init -` prints an example",
        ));
    }
    let kernel_extensions = fields
        .get("kernel_extensions", errors)
        .and_then(|node| kernel_extensions(node, errors));
    let system_extensions = fields
        .get("system_extensions", errors)
        .and_then(|node| system_extensions(node, errors));
    let privacy = fields
        .get("privacy", errors)
        .and_then(|node| privacy::read(node, errors));
    let content_filters = fields
        .get("content_filters", errors)
        .and_then(|node| content_filters::read(node, errors));
    let background_items = fields
        .get("background_items", errors)
        .and_then(|node| background_items::read(node, errors));
    let targets = match fields.get("targets", errors) {
        Some(node) => targets::read(node, errors)?,
        None => targets::all(),
    };
    Some(Policy {
        path: Arc::from(path),
        text: Arc::from(text),
        identifier: identifier?,
        name,
        organization: organization?,
        description,
        removal_disallowed: removal_disallowed.is_none_or(|spanned| spanned.value),
        kernel_extensions,
        system_extensions,
        privacy: privacy.unwrap_or_default(),
        content_filters: content_filters.unwrap_or_default(),
        background_items: background_items.unwrap_or_default(),
        targets,
    })
}

/// `allow_user_overrides`; nobody who leaves it out means anything but Apple's default of the payload.
fn user_overrides(
    fields: &Fields<'_>,
    block: Span,
    default: bool,
    errors: &mut Vec<PolicyError>,
) -> Spanned<bool> {
    fields
        .get("allow_user_overrides", errors)
        .and_then(|node| scalar::boolean(node, "allow_user_overrides", errors))
        .unwrap_or(Spanned::new(default, block))
}

fn kernel_extensions(node: &Node, errors: &mut Vec<PolicyError>) -> Option<KernelExtensions> {
    let fields = Fields::new(node, "`kernel_extensions`", keys::KERNEL_EXTENSIONS, errors)?;
    let allow_user_overrides = user_overrides(&fields, node.span, false, errors);
    let allow_non_admin_user_approvals = fields
        .get("allow_non_admin_user_approvals", errors)
        .and_then(|node| scalar::boolean(node, "allow_non_admin_user_approvals", errors));
    let entries = entries(&fields, errors)?;
    let mut teams = Vec::new();
    let allowed = entries
        .iter()
        .filter_map(|node| entry::kernel(node, &mut teams, errors))
        .collect();
    validate::teams(&teams, errors);
    Some(KernelExtensions {
        allow_user_overrides,
        allow_non_admin_user_approvals,
        allowed,
    })
}

fn system_extensions(node: &Node, errors: &mut Vec<PolicyError>) -> Option<SystemExtensions> {
    let fields = Fields::new(node, "`system_extensions`", keys::SYSTEM_EXTENSIONS, errors)?;
    let allow_user_overrides = user_overrides(&fields, node.span, true, errors);
    let entries = entries(&fields, errors)?;
    let mut teams = Vec::new();
    let allowed = entries
        .iter()
        .filter_map(|node| entry::system(node, &mut teams, errors))
        .collect();
    validate::teams(&teams, errors);
    Some(SystemExtensions {
        allow_user_overrides,
        allowed,
    })
}

/// The items of `allowed`, which has at least one.
fn entries<'a>(fields: &Fields<'a>, errors: &mut Vec<PolicyError>) -> Option<&'a [Node]> {
    let node = fields.require(
        "allowed",
        "add `allowed:` with one list item per team, or remove the block",
        errors,
    )?;
    items(node, "allowed", errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a whole policy of the tests.
    fn whole() -> Policy {
        read(
            "whole.yaml",
            include_bytes!("../../tests/policies/good/whole.yaml"),
        )
        .unwrap()
    }

    #[test]
    fn every_value_keeps_its_place() {
        let policy = whole();
        let kernel = policy.kernel_extensions.unwrap();
        let text = &policy.text;
        assert_eq!(
            &text[policy.identifier.span.range()],
            policy.identifier.value.as_str()
        );
        assert_eq!(kernel.allowed.len(), 3);
        let first = &kernel.allowed[0];
        assert!(text[first.span.range()].starts_with("team_id: UBF8T346G9"));
        assert!(text[first.span.range()].ends_with("expires: 2027-06-30"));
        let reason = first.notes.reason.as_ref().unwrap();
        assert_eq!(&text[reason.span.range()], "Malware protection");
        assert_eq!(
            policy.description.unwrap().value,
            "Extensions approved by IT security,\nwith their reasons.\n"
        );
    }

    #[test]
    fn a_team_id_that_looks_like_a_number_stays_as_it_was_written() {
        let bytes =
            include_bytes!("../../tests/policies/good/team-ids-that-look-like-numbers.yaml");
        let policy = read("numbers.yaml", bytes).unwrap();
        let teams: Vec<String> = policy
            .kernel_extensions
            .unwrap()
            .allowed
            .into_iter()
            .map(|entry| match entry.team {
                crate::policy::Team::Identified(team) => team.value.to_string(),
                crate::policy::Team::Unsigned(_) => String::new(),
            })
            .collect();
        assert_eq!(
            teams,
            ["12345E6789", "1234567890", "0X12345678", "0123456789"]
        );
    }

    #[test]
    fn targets_are_all_three_unless_some_are_named() {
        let read = |tail: &str| {
            let text = format!(
                "identifier: a.b\norganization: c\nkernel_extensions: \
                 {{allowed: [{{team_id: UBF8T346G9, bundle_ids: all}}]}}\n{tail}"
            );
            let targets = read("a.yaml", text.as_bytes()).unwrap().targets;
            (
                targets.generic,
                targets.jamf.is_some(),
                targets.intune.is_some(),
            )
        };
        assert_eq!(read(""), (true, true, true));
        assert_eq!(read("targets: {jamf: {}}"), (false, true, false));
        assert_eq!(
            read("targets: {generic: {}, intune: {}}"),
            (true, false, true)
        );
    }

    #[test]
    fn a_file_of_ten_megabytes_is_refused_at_once() {
        let errors = read("big.yaml", &vec![b'#'; 10_000_000]).unwrap_err();
        assert_eq!(errors.len(), 1);
        assert!(errors[0].message.contains("the limit is 4194304"));
    }

    #[test]
    fn a_file_full_of_faults_ends_soon() {
        let entry = b"- a\n".repeat(400_000);
        assert_eq!(read("list.yaml", &entry).unwrap_err().len(), 1);
        let mut wide = b"kernel_extensions:\n  allowed:\n".to_vec();
        wide.extend(b"  - {x: &a [1, 2], y: *a}\n".repeat(20_000));
        assert!(read("wide.yaml", &wide).unwrap_err().len() > 40_000);
        assert_eq!(
            read("deep.yaml", &b"[".repeat(1_000_000))
                .unwrap_err()
                .len(),
            1
        );
        assert_eq!(
            read("deep.yaml", &b"- ".repeat(1_000_000))
                .unwrap_err()
                .len(),
            1
        );
        assert_eq!(
            read("deep.yaml", &b"? ".repeat(1_000_000))
                .unwrap_err()
                .len(),
            1
        );
    }

    /// Policies to mutate: all that the tests have, the bad ones too.
    fn seeds() -> Vec<Vec<u8>> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policies");
        let mut found = Vec::new();
        for folder in ["good", "bad"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path
                    .extension()
                    .is_some_and(|extension| extension == "yaml")
                {
                    found.push(std::fs::read(path).unwrap());
                }
            }
        }
        found.sort();
        found
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig {
            cases: 500,
            failure_persistence: None,
            ..Default::default()
        })]

        #[test]
        fn no_mutation_makes_the_reader_panic(
            seed in 0_usize..1000,
            edits in proptest::collection::vec(
                (0_usize..4096, 0_usize..8, "[-:#&*!|>'\"%@`{}\\[\\],? \t\n\u{e9}\u{feff}\u{1b}a<~.0]{0,3}"),
                1..6,
            ),
        ) {
            let seeds = seeds();
            let mut bytes = seeds[seed % seeds.len()].clone();
            for (at, length, text) in edits {
                let at = at % (bytes.len() + 1);
                let end = (at + length).min(bytes.len());
                bytes.splice(at..end, text.into_bytes());
            }
            if let Err(errors) = read("mutated.yaml", &bytes) {
                proptest::prop_assert!(!errors.is_empty());
                for error in errors {
                    proptest::prop_assert!(error.span.end as usize <= bytes.len());
                    proptest::prop_assert!(!error.message.is_empty() && !error.help.is_empty());
                }
            }
        }
    }
}
