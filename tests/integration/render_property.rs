//! Two thousand random policies with every kind of approval say in their profiles what they said in YAML; read by the
//! `plist` crate and by Python's `plistlib`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use plist::{Dictionary, Value};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::tool::Tool;

/// How many policies.
const COUNT: usize = 2000;

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

/// Who signed a program.
#[derive(Clone, Debug)]
enum Signer {
    /// A team; whether a copy from the App Store counts.
    Team(String, bool),
    /// A written requirement.
    Written(String),
}

/// An entry of a service.
#[derive(Clone, Debug)]
struct Grant {
    /// A bundle ID, or a path with its signing identifier.
    name: Result<String, (String, String)>,
    signer: Signer,
    static_code: bool,
    receiver: String,
}

/// A content filter.
#[derive(Clone, Debug)]
struct Filter {
    name: String,
    organization: Option<String>,
    signer: (String, bool),
    /// The ends of the bundle IDs of the extensions; one of them is there.
    providers: (Option<String>, Option<String>),
    grade: Option<&'static str>,
}

/// An entry of background items.
#[derive(Clone, Debug)]
struct Items {
    team: Option<String>,
    /// By key of the policy and Apple's rule type.
    rules: BTreeMap<(&'static str, &'static str), BTreeSet<String>>,
}

/// A policy.
#[derive(Clone, Debug)]
struct Policy {
    /// `privacy`, by key of the policy and Apple's key.
    privacy: BTreeMap<(&'static str, &'static str), Vec<Grant>>,
    /// `content_filters`, by app.
    filters: BTreeMap<String, Filter>,
    /// `background_items`.
    items: Vec<Items>,
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

/// Services, by key of the policy and Apple's key.
const SERVICES: [(&str, &str); 5] = [
    ("full_disk_access", "SystemPolicyAllFiles"),
    ("accessibility", "Accessibility"),
    ("bluetooth", "BluetoothAlways"),
    ("apple_events", "AppleEvents"),
    ("app_data", "SystemPolicyAppData"),
];

/// Rules, by key of the policy and Apple's `RuleType`.
const RULES: [(&str, &str); 4] = [
    ("bundle_ids", "BundleIdentifier"),
    ("bundle_id_prefixes", "BundleIdentifierPrefix"),
    ("labels", "Label"),
    ("label_prefixes", "LabelPrefix"),
];

fn grant() -> impl Strategy<Value = Grant> {
    let path = (
        "(/[A-Za-z0-9_.>äß]([A-Za-z0-9 _.'äß-]{0,8}[A-Za-z0-9])?){1,4}",
        bundle(),
    );
    let signer = prop_oneof![
        4 => ("[A-Z0-9]{10}", any::<bool>()).prop_map(|(team, store)| Signer::Team(team, store)),
        1 => "[A-Z][A-Z0-9]{9}".prop_map(|team| {
            Signer::Written(format!("anchor apple generic and certificate leaf[subject.OU] = {team}"))
        }),
    ];
    let name = prop_oneof![3 => bundle().prop_map(Ok), 1 => path.prop_map(Err)];
    (name, signer, any::<bool>(), "[a-z]{1,8}").prop_map(|(name, signer, static_code, receiver)| {
        Grant {
            name,
            signer,
            static_code,
            receiver: format!("com.apple.{receiver}"),
        }
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    let providers = prop_oneof![
        ("[a-z]{1,5}").prop_map(|end| (Some(end), None)),
        ("[a-z]{1,5}").prop_map(|end| (None, Some(end))),
        ("[a-z]{1,5}", "[a-z]{1,5}").prop_map(|(a, b)| (Some(a), Some(b))),
    ];
    let grade = option::of(select(vec!["firewall", "inspector"]));
    (
        text(),
        option::of(text()),
        ("[A-Z0-9]{10}", any::<bool>()),
        providers,
        grade,
    )
        .prop_map(|(name, organization, signer, providers, grade)| Filter {
            name,
            organization,
            signer,
            providers,
            grade,
        })
}

fn items() -> impl Strategy<Value = Items> {
    let rules = btree_map(
        select(RULES.to_vec()),
        btree_set("[A-Za-z0-9._-]{1,12}", 1..4),
        0..4,
    );
    (option::of("[A-Z0-9]{10}"), rules).prop_map(|(team, rules)| Items { team, rules })
}

/// The requirement that follows from a team, or the written one.
fn requirement(id: &str, team: &str, app_store: bool) -> String {
    let team = if team.as_bytes()[0].is_ascii_digit() {
        format!("\"{team}\"")
    } else {
        team.to_owned()
    };
    let signed = format!(
        "certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */ and certificate \
         leaf[field.1.2.840.113635.100.6.1.13] /* exists */ and certificate leaf[subject.OU] = {team}"
    );
    if app_store {
        format!(
            "anchor apple generic and identifier \"{id}\" and (certificate leaf[field.1.2.840.113635.100.6.1.9] \
             /* exists */ or {signed})"
        )
    } else {
        format!("identifier \"{id}\" and anchor apple generic and {signed}")
    }
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
        (
            btree_map(select(SERVICES.to_vec()), vec(grant(), 1..4), 0..4),
            btree_map(bundle(), filter(), 0..3),
            vec(items(), 0..3),
        ),
    )
        .prop_map(
            |(texts, flags, approvals, mut kernel, system, unsigned, others)| {
                let (mut privacy, filters, mut items) = others;
                for grants in privacy.values_mut() {
                    // Each program once for each service.
                    let mut seen = BTreeSet::new();
                    grants
                        .retain(|grant| seen.insert(grant.name.clone().map_err(|(path, _)| path)));
                }
                items.retain(|item| item.team.is_some() || !item.rules.is_empty());
                let mut seen = BTreeSet::new();
                items.retain(|item| seen.insert(item.team.clone()));
                if let Some(unsigned) = unsigned {
                    kernel.insert(String::new(), Some(unsigned));
                }
                // Apps that differ in case only are one to a file system.
                let mut names = BTreeSet::new();
                let filters = filters
                    .into_iter()
                    .filter(|(app, _)| names.insert(app.to_lowercase()))
                    .collect();
                Policy {
                    privacy,
                    filters,
                    items,
                    texts,
                    flags,
                    approvals,
                    kernel,
                    system,
                }
            },
        )
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
        self.other_yaml(&mut out);
        out
    }

    /// The blocks beside the two for extensions.
    fn other_yaml(&self, out: &mut String) {
        let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let mut heads = BTreeSet::new();
        let mut head = |out: &mut String, line: &str| {
            if heads.insert(line.to_owned()) {
                let _ = writeln!(out, "{line}");
            }
        };
        for ((service, apple), grants) in &self.privacy {
            head(out, "privacy:");
            let _ = writeln!(out, "  {service}:");
            for grant in grants.iter().rev() {
                let _ = match &grant.signer {
                    Signer::Team(team, store) => {
                        writeln!(out, "    - team_id: \"{team}\"\n      app_store: {store}")
                    }
                    Signer::Written(requirement) => {
                        writeln!(out, "    - requirement: {}", text(requirement))
                    }
                };
                let _ = match &grant.name {
                    Ok(id) => writeln!(out, "      bundle_ids: [\"{id}\"]"),
                    Err((path, id)) => {
                        writeln!(
                            out,
                            "      path: {}\n      identifier: \"{id}\"",
                            text(path)
                        )
                    }
                };
                let _ = writeln!(out, "      static_code: {}", grant.static_code);
                if *apple == "AppleEvents" {
                    let receiver = &grant.receiver;
                    let _ = writeln!(out, "      receiver: {{bundle_ids: [{receiver}]}}");
                }
            }
        }
        for (app, filter) in self.filters.iter().rev() {
            head(out, "content_filters:");
            let (team, store) = &filter.signer;
            let _ = writeln!(
                out,
                "  - name: {}\n    app: \"{app}\"\n    team_id: \"{team}\"\n    app_store: {store}",
                text(&filter.name)
            );
            let (sockets, packets) = &filter.providers;
            for (key, end) in [("sockets", sockets), ("packets", packets)] {
                if let Some(end) = end {
                    let _ = writeln!(out, "    {key}: \"{app}.{end}\"");
                }
            }
            if let Some(grade) = filter.grade {
                let _ = writeln!(out, "    grade: {grade}");
            }
            if let Some(organization) = &filter.organization {
                let _ = writeln!(out, "    organization: {}", text(organization));
            }
        }
        for items in self.items.iter().rev() {
            head(out, "background_items:");
            out.push_str("  - reason: as agreed\n");
            if let Some(team) = &items.team {
                let _ = writeln!(out, "    team_id: \"{team}\"");
            }
            for ((key, _), values) in &items.rules {
                let _ = writeln!(
                    out,
                    "    {key}: {}",
                    list(values.iter().map(String::as_str))
                );
            }
        }
    }

    /// The payload of privacy permissions: all, those for Bluetooth, or all others; `None` if there are none.
    fn privacy_payload(&self, bluetooth: Option<bool>) -> Option<Dictionary> {
        let mut services = Dictionary::new();
        for ((_, apple), grants) in &self.privacy {
            if bluetooth.is_some_and(|wanted| wanted != (*apple == "BluetoothAlways")) {
                continue;
            }
            let grants = grants.iter().map(|grant| {
                let mut entry = Dictionary::new();
                let (name, kind, id) = match &grant.name {
                    Ok(id) => (id, "bundleID", id),
                    Err((path, id)) => (path, "path", id),
                };
                let written = match &grant.signer {
                    Signer::Team(team, store) => requirement(id, team, *store),
                    Signer::Written(requirement) => requirement.clone(),
                };
                entry.insert("Allowed".to_owned(), true.into());
                entry.insert("Identifier".to_owned(), name.as_str().into());
                entry.insert("IdentifierType".to_owned(), kind.into());
                entry.insert("CodeRequirement".to_owned(), written.into());
                if grant.static_code {
                    entry.insert("StaticCode".to_owned(), true.into());
                }
                if *apple == "AppleEvents" {
                    let id = &grant.receiver;
                    let written = format!("identifier \"{id}\" and anchor apple");
                    entry.insert("AEReceiverIdentifier".to_owned(), id.as_str().into());
                    entry.insert("AEReceiverIdentifierType".to_owned(), "bundleID".into());
                    entry.insert("AEReceiverCodeRequirement".to_owned(), written.into());
                }
                Value::Dictionary(entry)
            });
            services.insert((*apple).to_owned(), Value::Array(grants.collect()));
        }
        (!services.is_empty()).then(|| Dictionary::from_iter([("Services", services)]))
    }

    /// The payload of a filter.
    fn filter_payload(app: &str, filter: &Filter) -> Dictionary {
        let mut payload = Dictionary::from_iter([
            ("FilterType", "Plugin"),
            ("PluginBundleID", app),
            ("UserDefinedName", &filter.name),
            ("FilterGrade", filter.grade.unwrap_or("firewall")),
        ]);
        let (sockets, packets) = &filter.providers;
        payload.insert("FilterSockets".to_owned(), sockets.is_some().into());
        payload.insert("FilterPackets".to_owned(), packets.is_some().into());
        let (team, store) = &filter.signer;
        for (whose, end) in [("Data", sockets), ("Packet", packets)] {
            let Some(end) = end else { continue };
            let id = format!("{app}.{end}");
            let written = requirement(&id, team, *store);
            payload.insert(format!("Filter{whose}ProviderBundleIdentifier"), id.into());
            payload.insert(
                format!("Filter{whose}ProviderDesignatedRequirement"),
                written.into(),
            );
        }
        if let Some(organization) = &filter.organization {
            payload.insert("Organization".to_owned(), organization.as_str().into());
        }
        payload
    }

    /// The payload of background items; `None` if there are none.
    fn items_payload(&self) -> Option<Dictionary> {
        let mut rules = Vec::new();
        for items in &self.items {
            let mut rule = |kind: &str, value: &str, team: Option<&String>| {
                let mut rule = Dictionary::from_iter([("RuleType", kind), ("RuleValue", value)]);
                if let Some(team) = team {
                    rule.insert("TeamIdentifier".to_owned(), team.as_str().into());
                }
                rules.push(Value::Dictionary(rule));
            };
            for ((_, kind), values) in &items.rules {
                for value in values {
                    rule(kind, value, items.team.as_ref());
                }
            }
            if let (Some(team), true) = (&items.team, items.rules.is_empty()) {
                rule("TeamIdentifier", team, None);
            }
        }
        (!rules.is_empty()).then(|| Dictionary::from_iter([("Rules", Value::Array(rules))]))
    }

    /// The payloads that a target gets, by the word in the file's name; `None` where there is no such file.
    fn payloads(&self, target: &str) -> Vec<(String, Option<Dictionary>)> {
        let is_jamf = target == "jamf";
        let mut parts = vec![
            ("kext".to_owned(), self.kernel_payload()),
            ("sysext".to_owned(), self.system_payload(false)),
            ("sysext-macos15".to_owned(), self.system_payload(true)),
            (
                "privacy".to_owned(),
                self.privacy_payload(is_jamf.then_some(false)),
            ),
            (
                "privacy-bluetooth".to_owned(),
                self.privacy_payload(Some(true)).filter(|_| is_jamf),
            ),
            ("background".to_owned(), self.items_payload()),
        ];
        for (app, filter) in &self.filters {
            let payload = Self::filter_payload(app, filter);
            parts.push((format!("filter-{app}"), Some(payload)));
        }
        parts
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
fn two_thousand_policies_say_in_profiles_what_they_say_in_yaml() {
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
        for target in ["generic", "jamf", "intune"] {
            for (part, wanted) in policy.payloads(target) {
                let name = format!("out/com.example.p{number}.{part}.{target}.mobileconfig");
                let Some(wanted) = wanted else {
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
    assert!(count > 10 * COUNT, "{count} profiles");
    read_by_python(&tool, count);
}

/// Python reads the same from every profile as the `plist` crate does.
#[cfg(unix)]
fn read_by_python(tool: &Tool, count: usize) {
    let script = "import json, os, plistlib, sys\n\
                  for name in sorted(os.listdir('out')):\n \
                  value = plistlib.load(open(os.path.join('out', name), 'rb'))\n \
                  print(json.dumps([name, value], ensure_ascii=False))\n";
    let run = std::process::Command::new("python3")
        .args(["-c", script])
        .env("PYTHONIOENCODING", "utf-8")
        .current_dir(tool.path())
        .output()
        .expect("python3 runs: this test compares with its plistlib");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let mut read = 0;
    for line in String::from_utf8(run.stdout).expect("UTF-8").lines() {
        let (name, value): (String, serde_json::Value) = serde_json::from_str(line).expect("JSON");
        let own = Value::from_reader_xml(tool.read(&format!("out/{name}")).as_bytes());
        let own = serde_json::to_value(json(own.expect("a property list"))).expect("JSON");
        assert_eq!(own, value, "{name}");
        read += 1;
    }
    assert_eq!(read, count);
}

/// On Windows Python has no name of its own.
#[cfg(not(unix))]
fn read_by_python(_: &Tool, _: usize) {}

/// A property list as JSON.
#[cfg(unix)]
fn json(value: Value) -> serde_json::Value {
    match value {
        Value::Array(items) => items.into_iter().map(json).collect(),
        Value::Dictionary(items) => items
            .into_iter()
            .map(|(key, value)| (key, json(value)))
            .collect(),
        Value::Boolean(value) => value.into(),
        Value::Integer(value) => value.as_signed().into(),
        Value::String(text) => text.into(),
        other => panic!("{other:?}"),
    }
}
