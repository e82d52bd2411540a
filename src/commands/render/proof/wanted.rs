//! What the payload of each file has to say, made from the policy by code that shares nothing with the templates.

use std::collections::{BTreeMap, BTreeSet};

use plist::{Dictionary, Value};

use crate::approval::ApprovalKind;
use crate::policy::{Bundles, ContentFilter, Policy, PrivacyEntry, Program, Team};
use crate::render::Part;
use crate::target::Target;

/// The keys of every payload, without those that all payloads have.
pub(super) fn payloads(policy: &Policy, target: Target) -> BTreeMap<Part, Dictionary> {
    let mut wanted = BTreeMap::new();
    for kind in ApprovalKind::ALL {
        match kind {
            ApprovalKind::KernelExtensions => kernel(policy, &mut wanted),
            ApprovalKind::SystemExtensions => system(policy, &mut wanted),
            ApprovalKind::Privacy => privacy(policy, target, &mut wanted),
            ApprovalKind::ContentFilters => {
                wanted.extend(policy.content_filters.iter().map(content_filter));
            }
            ApprovalKind::BackgroundItems => background_items(policy, &mut wanted),
        }
    }
    wanted
}

/// Lists of texts by team.
#[derive(Default)]
struct Lists(BTreeMap<String, BTreeSet<String>>);

impl Lists {
    fn add(&mut self, team: &str, items: impl IntoIterator<Item = impl ToString>) {
        for item in items {
            let team = self.0.entry(team.to_owned()).or_default();
            team.insert(item.to_string());
        }
    }

    /// Puts them into a payload, unless there are none.
    fn put(self, key: &str, payload: &mut Dictionary) {
        if !self.0.is_empty() {
            let lists = self.0.into_iter().map(|(team, items)| (team, list(items)));
            payload.insert(key.to_owned(), Value::Dictionary(lists.collect()));
        }
    }
}

fn list(items: impl IntoIterator<Item = String>) -> Value {
    Value::Array(items.into_iter().map(Value::String).collect())
}

/// Puts the whole teams into a payload, unless there are none.
fn put_teams(teams: BTreeSet<String>, payload: &mut Dictionary) {
    if !teams.is_empty() {
        payload.insert("AllowedTeamIdentifiers".to_owned(), list(teams));
    }
}

fn kernel(policy: &Policy, wanted: &mut BTreeMap<Part, Dictionary>) {
    let Some(block) = &policy.kernel_extensions else {
        return;
    };
    let mut payload = Dictionary::new();
    let overrides = block.allow_user_overrides.value;
    payload.insert("AllowUserOverrides".to_owned(), overrides.into());
    if let Some(approvals) = &block.allow_non_admin_user_approvals {
        let key = "AllowNonAdminUserApprovals".to_owned();
        payload.insert(key, approvals.value.into());
    }
    let (mut teams, mut lists) = (BTreeSet::new(), Lists::default());
    for entry in &block.allowed {
        let team = match &entry.team {
            Team::Identified(team) => team.value.to_string(),
            Team::Unsigned(_) => String::new(),
        };
        match &entry.bundles {
            Bundles::All(_) => drop(teams.insert(team)),
            Bundles::Listed(bundles) => lists.add(&team, bundles.iter().map(|own| &own.value)),
        }
    }
    put_teams(teams, &mut payload);
    lists.put("AllowedKernelExtensions", &mut payload);
    wanted.insert(Part::Kext, payload);
}

fn system(policy: &Policy, wanted: &mut BTreeMap<Part, Dictionary>) {
    let Some(block) = &policy.system_extensions else {
        return;
    };
    let overrides = block.allow_user_overrides.value;
    let payload = || Dictionary::from_iter([("AllowUserOverrides", Value::from(overrides))]);
    let (mut for_all, mut for_macos15) = (payload(), payload());
    let mut teams = BTreeSet::new();
    let [
        mut allowed,
        mut types,
        mut removable,
        mut never,
        mut not_from_ui,
    ] = std::array::from_fn(|_| Lists::default());
    for entry in &block.allowed {
        let team = entry.team.value.as_str();
        match &entry.bundles {
            Bundles::All(_) => drop(teams.insert(team.to_owned())),
            Bundles::Listed(bundles) => allowed.add(team, bundles.iter().map(|own| &own.value)),
        }
        let kinds = entry.types.iter().flatten();
        types.add(team, kinds.map(|kind| kind.value.name()));
        for (lists, bundles) in [
            (&mut removable, &entry.removable),
            (&mut never, &entry.non_removable),
            (&mut not_from_ui, &entry.non_removable_from_ui),
        ] {
            lists.add(team, bundles.iter().map(|own| &own.value));
        }
    }
    put_teams(teams, &mut for_all);
    allowed.put("AllowedSystemExtensions", &mut for_all);
    types.put("AllowedSystemExtensionTypes", &mut for_all);
    removable.put("RemovableSystemExtensions", &mut for_all);
    never.put("NonRemovableSystemExtensions", &mut for_macos15);
    not_from_ui.put("NonRemovableFromUISystemExtensions", &mut for_macos15);
    wanted.insert(Part::Sysext, for_all);
    if for_macos15.len() > 1 {
        wanted.insert(Part::SysextMacos15, for_macos15);
    }
}

fn privacy(policy: &Policy, target: Target, wanted: &mut BTreeMap<Part, Dictionary>) {
    for entry in &policy.privacy {
        let part = match (target, entry.service.apple) {
            (Target::Jamf, "BluetoothAlways") => Part::PrivacyBluetooth,
            _ => Part::Privacy,
        };
        let payload = wanted.entry(part).or_insert_with(|| {
            Dictionary::from_iter([("Services", Value::Dictionary(Dictionary::new()))])
        });
        let Some(Value::Dictionary(services)) = payload.get_mut("Services") else {
            continue;
        };
        let mut grants = match services.remove(entry.service.apple) {
            Some(Value::Array(grants)) => grants,
            _ => Vec::new(),
        };
        grants.extend(entry.programs.iter().map(|program| grant(entry, program)));
        let grants = Value::Array(grants);
        services.insert(entry.service.apple.to_owned(), grants);
    }
}

/// One entry of a service.
fn grant(entry: &PrivacyEntry, program: &Program) -> Value {
    let mut grant = Dictionary::from_iter([("Allowed", Value::from(true))]);
    let mut name = |prefix: &str, program: &Program| {
        let kind = if program.is_path { "path" } else { "bundleID" };
        for (key, text) in [
            ("Identifier", program.name.value.as_str()),
            ("IdentifierType", kind),
            ("CodeRequirement", &program.requirement.value),
        ] {
            grant.insert(format!("{prefix}{key}"), text.into());
        }
    };
    name("", program);
    if let Some(receiver) = &entry.receiver {
        name("AEReceiver", receiver);
    }
    if entry.static_code {
        grant.insert("StaticCode".to_owned(), true.into());
    }
    Value::Dictionary(grant)
}

fn content_filter(filter: &ContentFilter) -> (Part, Dictionary) {
    let mut payload = Dictionary::from_iter([
        ("FilterType", Value::from("Plugin")),
        ("FilterGrade", filter.grade.as_str().into()),
        ("PluginBundleID", filter.app.value.as_str().into()),
        ("UserDefinedName", filter.name.value.as_str().into()),
    ]);
    for (what, whose, provider) in [
        ("Sockets", "Data", &filter.sockets),
        ("Packets", "Packet", &filter.packets),
    ] {
        payload.insert(format!("Filter{what}"), provider.is_some().into());
        if let Some(provider) = provider {
            let begin = format!("Filter{whose}Provider");
            let bundle = provider.bundle.value.as_str();
            payload.insert(format!("{begin}BundleIdentifier"), bundle.into());
            let requirement = provider.requirement.value.as_str();
            payload.insert(format!("{begin}DesignatedRequirement"), requirement.into());
        }
    }
    if let Some(organization) = &filter.organization {
        let text = organization.value.as_str();
        payload.insert("Organization".to_owned(), text.into());
    }
    (Part::ContentFilter(filter.app.value.to_string()), payload)
}

fn background_items(policy: &Policy, wanted: &mut BTreeMap<Part, Dictionary>) {
    let mut rules = Vec::new();
    for entry in &policy.background_items {
        let team = entry.team.as_ref().map(|team| team.value.to_string());
        let mut rule = |kind: &str, value: &str, team: Option<&String>| {
            let mut rule = Dictionary::from_iter([("RuleType", kind), ("RuleValue", value)]);
            if let Some(team) = team {
                rule.insert("TeamIdentifier".to_owned(), team.as_str().into());
            }
            rules.push(Value::Dictionary(rule));
        };
        for (kind, value) in &entry.rules {
            rule(kind, &value.value, team.as_ref());
        }
        if let (Some(team), true) = (&team, entry.rules.is_empty()) {
            rule("TeamIdentifier", team, None);
        }
    }
    if !rules.is_empty() {
        let payload = Dictionary::from_iter([("Rules", Value::Array(rules))]);
        wanted.insert(Part::BackgroundItems, payload);
    }
}
