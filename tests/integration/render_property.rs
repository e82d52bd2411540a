//! A thousand random policies say in their profiles what they said in YAML; read by the `plist` crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use plist::{Dictionary, Value};
use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::tool::Tool;

/// How many policies.
const COUNT: usize = 1000;

/// What one team may do; `None` is the whole team.
type Kernel = BTreeMap<String, Option<BTreeSet<String>>>;

/// What one team's system extensions may do.
#[derive(Clone, Debug)]
struct System {
    /// Bundle IDs, each with whether it is removable, not removable, not from the user interface; `None` for all.
    bundles: Option<BTreeMap<String, u8>>,
    /// Types.
    types: Option<BTreeSet<&'static str>>,
}

/// A policy.
#[derive(Clone, Debug)]
struct Policy {
    /// `organization`, and `name` and `description` if given.
    texts: (String, Option<String>, Option<String>),
    /// `removal_disallowed`, both `allow_user_overrides`.
    flags: (Option<bool>, bool, bool),
    /// `allow_non_admin_user_approvals`.
    approvals: Option<bool>,
    /// `kernel_extensions`.
    kernel: Kernel,
    /// `system_extensions`.
    system: BTreeMap<String, System>,
}

/// Bundle IDs.
fn bundle() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{0,6}(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,5}[A-Za-z0-9])?){1,3}"
}

/// Texts that every target can store.
fn text() -> impl Strategy<Value = String> {
    "[A-Za-z0-9äß漢>'\"#:%{}$]([ A-Za-z0-9äß漢>'\"#:%{}$,-]{0,20}[A-Za-z0-9äß漢>'\"#:%{}])?"
}

/// Policies.
fn policy() -> impl Strategy<Value = Policy> {
    let team = "[A-Z0-9]{10}";
    let types = [
        "DriverExtension",
        "NetworkExtension",
        "EndpointSecurityExtension",
    ];
    let system = (
        option::of(btree_map(bundle(), select(vec![0_u8, 1, 2, 4, 5, 6]), 1..5)),
        option::of(btree_set(select(types.to_vec()), 1..4)),
    )
        .prop_map(|(bundles, types)| System { bundles, types });
    (
        (text(), option::of(text()), option::of(text())),
        (option::of(any::<bool>()), any::<bool>(), any::<bool>()),
        option::of(any::<bool>()),
        btree_map(team, option::of(btree_set(bundle(), 1..5)), 0..5),
        btree_map(team, system, 1..5),
        option::of(btree_set(bundle(), 1..3)),
    )
        .prop_map(|(texts, flags, approvals, mut kernel, system, unsigned)| {
            if let Some(unsigned) = unsigned {
                kernel.insert(String::new(), Some(unsigned));
            }
            Policy {
                texts,
                flags,
                approvals,
                kernel,
                system,
            }
        })
}

/// A list of YAML.
fn list<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    let items: Vec<String> = items
        .into_iter()
        .map(|item| format!("\"{item}\""))
        .collect();
    format!("[{}]", items.join(", "))
}

/// The bundle IDs that have a bit.
fn with_bit(bundles: &BTreeMap<String, u8>, bit: u8) -> Vec<&str> {
    let found = bundles.iter().filter(|(_, bits)| **bits & bit != 0);
    found.map(|(bundle, _)| bundle.as_str()).collect()
}

impl Policy {
    /// The policy as YAML.
    fn yaml(&self, number: usize) -> String {
        let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let (organization, name, description) = &self.texts;
        let mut out = format!(
            "identifier: com.example.p{number}\norganization: {}\n",
            text(organization)
        );
        for (key, value) in [("name", name), ("description", description)] {
            if let Some(value) = value {
                let _ = writeln!(out, "{key}: {}", text(value));
            }
        }
        let (removal, kernel_overrides, system_overrides) = self.flags;
        if let Some(removal) = removal {
            let _ = writeln!(out, "removal_disallowed: {removal}");
        }
        if !self.kernel.is_empty() {
            let _ = writeln!(
                out,
                "kernel_extensions:\n  allow_user_overrides: {kernel_overrides}"
            );
            if let Some(approvals) = self.approvals {
                let _ = writeln!(out, "  allow_non_admin_user_approvals: {approvals}");
            }
            out.push_str("  allowed:\n");
        }
        for (team, bundles) in self.kernel.iter().rev() {
            let team = if team.is_empty() {
                "unsigned: true".to_owned()
            } else {
                format!("team_id: \"{team}\"")
            };
            let bundles = bundles
                .as_ref()
                .map_or("all".to_owned(), |set| list(set.iter().map(String::as_str)));
            let _ = writeln!(out, "    - {team}\n      bundle_ids: {bundles}");
        }
        let _ = writeln!(
            out,
            "system_extensions:\n  allow_user_overrides: {system_overrides}\n  allowed:"
        );
        for (team, system) in self.system.iter().rev() {
            let bundles = system
                .bundles
                .as_ref()
                .map_or("all".to_owned(), |map| list(map.keys().map(String::as_str)));
            let _ = writeln!(
                out,
                "    - team_id: \"{team}\"\n      bundle_ids: {bundles}"
            );
            if let Some(types) = &system.types {
                let _ = writeln!(out, "      types: {}", list(types.iter().copied()));
            }
            for (key, bit) in [
                ("removable", 1),
                ("non_removable", 2),
                ("non_removable_from_ui", 4),
            ] {
                let items = system.bundles.iter().flat_map(|map| with_bit(map, bit));
                let _ = writeln!(out, "      {key}: {}", list(items));
            }
        }
        out
    }

    /// The payload of kernel extensions, without the keys around.
    fn kernel_payload(&self) -> Option<Dictionary> {
        let mut payload = Dictionary::new();
        payload.insert("AllowUserOverrides".to_owned(), self.flags.1.into());
        if let Some(approvals) = self.approvals {
            payload.insert("AllowNonAdminUserApprovals".to_owned(), approvals.into());
        }
        let whole = self.kernel.iter().filter(|(_, bundles)| bundles.is_none());
        put(
            &mut payload,
            "AllowedTeamIdentifiers",
            strings(whole.map(|(team, _)| team.as_str())),
        );
        let listed = self
            .kernel
            .iter()
            .filter_map(|(team, bundles)| Some((team, bundles.as_ref()?)));
        let listed =
            listed.map(|(team, set)| (team.as_str(), strings(set.iter().map(String::as_str))));
        put(&mut payload, "AllowedKernelExtensions", dictionary(listed));
        (!self.kernel.is_empty()).then_some(payload)
    }

    /// The payload of system extensions: what all Macs read, or what needs macOS 15.
    fn system_payload(&self, is_new: bool) -> Option<Dictionary> {
        let mut payload = Dictionary::new();
        payload.insert("AllowUserOverrides".to_owned(), self.flags.2.into());
        let listed = |bit: u8| {
            let of_teams = self.system.iter().filter_map(move |(team, system)| {
                let map = system.bundles.as_ref()?;
                let items: Vec<&str> = match bit {
                    0 => map.keys().map(String::as_str).collect(),
                    bit => with_bit(map, bit),
                };
                Some((team.as_str(), strings(items.into_iter())))
            });
            dictionary(of_teams)
        };
        if is_new {
            put(&mut payload, "NonRemovableSystemExtensions", listed(2));
            put(
                &mut payload,
                "NonRemovableFromUISystemExtensions",
                listed(4),
            );
            return (payload.len() > 1).then_some(payload);
        }
        put(&mut payload, "AllowedSystemExtensions", listed(0));
        put(&mut payload, "RemovableSystemExtensions", listed(1));
        let whole = self
            .system
            .iter()
            .filter(|(_, system)| system.bundles.is_none());
        put(
            &mut payload,
            "AllowedTeamIdentifiers",
            strings(whole.map(|(team, _)| team.as_str())),
        );
        let types = self.system.iter().filter_map(|(team, system)| {
            Some((
                team.as_str(),
                strings(system.types.as_ref()?.iter().copied()),
            ))
        });
        put(
            &mut payload,
            "AllowedSystemExtensionTypes",
            dictionary(types),
        );
        Some(payload)
    }
}

/// A list, in order; `None` if it is empty.
fn strings<'a>(items: impl Iterator<Item = &'a str>) -> Option<Value> {
    let items: BTreeSet<&str> = items.collect();
    let items: Vec<Value> = items.into_iter().map(Value::from).collect();
    (!items.is_empty()).then_some(Value::Array(items))
}

/// A dictionary of what is not empty; `None` if it is empty.
fn dictionary<'a>(items: impl Iterator<Item = (&'a str, Option<Value>)>) -> Option<Value> {
    let items: Dictionary = items
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect();
    (!items.is_empty()).then_some(Value::Dictionary(items))
}

/// Puts a value there, if there is one.
fn put(payload: &mut Dictionary, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        payload.insert(key.to_owned(), value);
    }
}

/// A value without the order of lists.
fn in_order(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(in_order).collect();
            items.sort_by_key(|item| format!("{item:?}"));
            Value::Array(items)
        }
        Value::Dictionary(items) => {
            let mut items: Dictionary = items
                .into_iter()
                .map(|(key, value)| (key, in_order(value)))
                .collect();
            items.sort_keys();
            Value::Dictionary(items)
        }
        other => other,
    }
}

/// The root of a profile and what its payload allows.
fn read(text: &str) -> (Dictionary, Value) {
    let root = Value::from_reader_xml(text.as_bytes()).expect("a property list");
    let root = root.into_dictionary().expect("a dictionary");
    let payloads = root["PayloadContent"].as_array().expect("payloads");
    assert_eq!(payloads.len(), 1);
    let payload = payloads[0].as_dictionary().expect("a payload");
    let allowed = payload
        .iter()
        .filter(|(key, _)| !key.starts_with("Payload"));
    let allowed = allowed
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    (root, in_order(Value::Dictionary(allowed)))
}

#[test]
fn a_thousand_policies_say_in_profiles_what_they_say_in_yaml() {
    let mut runner = TestRunner::deterministic();
    let tool = Tool::new();
    let mut args = vec![
        "render".to_owned(),
        "--out-dir".to_owned(),
        "out".to_owned(),
        "--quiet".to_owned(),
    ];
    let policies: Vec<Policy> = (0..COUNT)
        .map(|_| policy().new_tree(&mut runner).expect("a policy").current())
        .collect();
    for (number, policy) in policies.iter().enumerate() {
        let name = format!("p{number}.yaml");
        tool.file(&name, policy.yaml(number));
        args.push(name);
    }
    tool.run(args).expect_code(0);
    let mut count = 0;
    for (number, policy) in policies.iter().enumerate() {
        let parts = [
            ("kext", policy.kernel_payload()),
            ("sysext", policy.system_payload(false)),
            ("sysext-macos15", policy.system_payload(true)),
        ];
        for (part, wanted) in parts {
            for target in ["generic", "jamf", "intune"] {
                let name = format!("out/com.example.p{number}.{part}.{target}.mobileconfig");
                let Some(wanted) = wanted.clone() else {
                    assert!(!tool.path().join(&name).exists(), "{name}");
                    continue;
                };
                count += 1;
                let (root, allowed) = read(&tool.read(&name));
                assert_eq!(
                    allowed,
                    in_order(Value::Dictionary(wanted)),
                    "{name}\n{}",
                    policy.yaml(number)
                );
                let (organization, title, description) = &policy.texts;
                assert_eq!(
                    root["PayloadOrganization"].as_string(),
                    Some(organization.as_str()),
                    "{name}"
                );
                if let Some(title) = title {
                    let shown = root["PayloadDisplayName"].as_string().expect("a name");
                    assert!(shown.starts_with(&format!("{title} (")), "{name}");
                }
                if let Some(description) = description {
                    assert_eq!(
                        root["PayloadDescription"].as_string(),
                        Some(description.as_str()),
                        "{name}"
                    );
                }
                let disallowed = policy.flags.0.unwrap_or(true);
                assert_eq!(
                    root["PayloadRemovalDisallowed"].as_boolean(),
                    Some(disallowed),
                    "{name}"
                );
            }
        }
    }
    assert!(count > 5 * COUNT, "{count} profiles");
}
