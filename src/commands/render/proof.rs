//! Proof before writing: each profile is read back by the `plist` crate and compared with the policy, by code that
//! shares nothing with the templates; then it is linted for its target. A difference is a fault of this tool.

use std::collections::BTreeSet;

use plist::{Dictionary, Value};

use crate::lint::settings::{Selection, Settings};
use crate::lint::{check_file, conclude};
use crate::policy::{Bundles, Policy, Team};
use crate::render::{Part, Rendered};
use crate::severity::Severity;
use crate::target::Target;

/// Everything a policy or its profiles allow, as facts: the key and what it says, as far as it has parts.
type Facts = BTreeSet<(&'static str, String, String)>;

/// Keys whose value is a list by team, with whether macOS 15 is needed.
const PER_TEAM: [(&str, bool); 6] = [
    ("AllowedKernelExtensions", false),
    ("AllowedSystemExtensions", false),
    ("AllowedSystemExtensionTypes", false),
    ("RemovableSystemExtensions", false),
    ("NonRemovableSystemExtensions", true),
    ("NonRemovableFromUISystemExtensions", true),
];

/// Keys whose value is true or false.
const BOOLEANS: [&str; 2] = ["AllowUserOverrides", "AllowNonAdminUserApprovals"];

/// Proves that the files of one target say what the policy says.
pub(super) fn prove(policy: &Policy, target: Target, files: &[Rendered]) -> Result<(), String> {
    let mut kernel = Facts::new();
    let mut system = Facts::new();
    for file in files {
        let facts = read(policy, file).map_err(|why| format!("{}: {why}", file.name))?;
        match file.part {
            Part::Kext => kernel.extend(facts),
            Part::Sysext | Part::SysextMacos15 => system.extend(facts),
        }
    }
    same("kernel extensions", &kernel, &wanted_kernel(policy))?;
    same("system extensions", &system, &wanted_system(policy))?;
    lint(target, files)
}

/// Compares what was found with what should be there.
fn same(what: &str, found: &Facts, wanted: &Facts) -> Result<(), String> {
    match found.symmetric_difference(wanted).next() {
        None => Ok(()),
        Some((key, team, item)) => Err(format!("{what}: `{key}` differs at `{team}` `{item}`")),
    }
}

/// What the policy says of kernel extensions.
fn wanted_kernel(policy: &Policy) -> Facts {
    let mut facts = Facts::new();
    let Some(block) = &policy.kernel_extensions else {
        return facts;
    };
    add_boolean(
        &mut facts,
        "AllowUserOverrides",
        block.allow_user_overrides.value,
    );
    if let Some(approvals) = &block.allow_non_admin_user_approvals {
        add_boolean(&mut facts, "AllowNonAdminUserApprovals", approvals.value);
    }
    for entry in &block.allowed {
        let team = match &entry.team {
            Team::Identified(team) => team.value.to_string(),
            Team::Unsigned(_) => String::new(),
        };
        add_bundles(&mut facts, "AllowedKernelExtensions", &team, &entry.bundles);
    }
    facts
}

/// What the policy says of system extensions.
fn wanted_system(policy: &Policy) -> Facts {
    let mut facts = Facts::new();
    let Some(block) = &policy.system_extensions else {
        return facts;
    };
    add_boolean(
        &mut facts,
        "AllowUserOverrides",
        block.allow_user_overrides.value,
    );
    for entry in &block.allowed {
        let team = entry.team.value.to_string();
        add_bundles(&mut facts, "AllowedSystemExtensions", &team, &entry.bundles);
        for kind in entry.types.iter().flatten() {
            let kind = kind.value.name().to_owned();
            facts.insert(("AllowedSystemExtensionTypes", team.clone(), kind));
        }
        for (key, bundles) in [
            ("RemovableSystemExtensions", &entry.removable),
            ("NonRemovableSystemExtensions", &entry.non_removable),
            (
                "NonRemovableFromUISystemExtensions",
                &entry.non_removable_from_ui,
            ),
        ] {
            for bundle in bundles {
                facts.insert((key, team.clone(), bundle.value.to_string()));
            }
        }
    }
    facts
}

/// Adds a key that is true or false.
fn add_boolean(facts: &mut Facts, key: &'static str, value: bool) {
    facts.insert((key, String::new(), value.to_string()));
}

/// Adds a team as a whole or its listed extensions.
fn add_bundles(facts: &mut Facts, key: &'static str, team: &str, bundles: &Bundles) {
    match bundles {
        Bundles::All(_) => {
            facts.insert(("AllowedTeamIdentifiers", team.to_owned(), String::new()));
        }
        Bundles::Listed(bundles) => {
            for bundle in bundles {
                facts.insert((key, team.to_owned(), bundle.value.to_string()));
            }
        }
    }
}

/// Reads a profile back: what is around the payload is checked at once, what it allows is handed out.
fn read(policy: &Policy, file: &Rendered) -> Result<Facts, String> {
    let value =
        Value::from_reader_xml(file.content.as_bytes()).map_err(|error| error.to_string())?;
    let root = value.as_dictionary().ok_or("the root is no dictionary")?;
    let payload = match root.get("PayloadContent").and_then(Value::as_array) {
        Some(payloads) if payloads.len() == 1 => payloads[0]
            .as_dictionary()
            .ok_or("the payload is no dictionary")?,
        _ => return Err("there is not exactly one payload".to_owned()),
    };
    around(policy, file, root, payload)?;
    let mut facts = Facts::new();
    for (key, value) in payload {
        if key.starts_with("Payload") {
            continue;
        }
        read_key(key, value, file.part, &mut facts)
            .ok_or_else(|| format!("`{key}` has a wrong value"))?;
    }
    if payload.get("AllowUserOverrides").is_none() {
        return Err("`AllowUserOverrides` is missing".to_owned());
    }
    Ok(facts)
}

/// Reads one key of the payload; `None` if it may not be there or has no such value.
fn read_key(key: &str, value: &Value, part: Part, facts: &mut Facts) -> Option<()> {
    if let Some(name) = BOOLEANS.into_iter().find(|name| *name == key) {
        add_boolean(facts, name, value.as_boolean()?);
        return Some(());
    }
    if key == "AllowedTeamIdentifiers" {
        return read_list(value, |team| {
            facts.insert(("AllowedTeamIdentifiers", team.to_owned(), String::new()))
        });
    }
    let (name, is_new) = PER_TEAM.into_iter().find(|(name, _)| *name == key)?;
    let teams = value.as_dictionary().filter(|teams| !teams.is_empty())?;
    if is_new && part != Part::SysextMacos15 {
        return None;
    }
    for (team, items) in teams {
        read_list(items, |item| {
            facts.insert((name, team.clone(), item.to_owned()))
        })?;
    }
    Some(())
}

/// Reads a list of different texts that is not empty.
fn read_list(value: &Value, mut add: impl FnMut(&str) -> bool) -> Option<()> {
    let items = value.as_array().filter(|items| !items.is_empty())?;
    for item in items {
        if !add(item.as_string()?) {
            return None;
        }
    }
    Some(())
}

/// Checks the keys around what is allowed.
fn around(
    policy: &Policy,
    file: &Rendered,
    root: &Dictionary,
    payload: &Dictionary,
) -> Result<(), String> {
    let organization = policy.organization.value.as_str();
    let mut texts = vec![
        (root, "PayloadType", "Configuration"),
        (root, "PayloadScope", "System"),
        (root, "PayloadOrganization", organization),
        (payload, "PayloadType", file.part.kind().payload_type()),
        (payload, "PayloadOrganization", organization),
    ];
    if let Some(description) = &policy.description {
        texts.push((root, "PayloadDescription", &description.value));
    }
    for (dictionary, key, wanted) in texts {
        if text(dictionary, key)? != wanted {
            return Err(format!("`{key}` is not `{wanted}`"));
        }
    }
    let name = policy
        .name
        .as_ref()
        .map_or(policy.identifier.value.as_str(), |name| &name.value);
    if !text(root, "PayloadDisplayName")?.starts_with(name) {
        return Err("`PayloadDisplayName` is not the policy's name".to_owned());
    }
    let disallowed = root
        .get("PayloadRemovalDisallowed")
        .and_then(Value::as_boolean);
    if disallowed != Some(policy.removal_disallowed) {
        return Err("`PayloadRemovalDisallowed` is not what the policy says".to_owned());
    }
    for dictionary in [root, payload] {
        let version = dictionary
            .get("PayloadVersion")
            .and_then(Value::as_signed_integer);
        if version != Some(1) {
            return Err("`PayloadVersion` is not 1".to_owned());
        }
    }
    identity(policy, file.target, root, payload)
}

/// Checks identifiers and UUIDs.
fn identity(
    policy: &Policy,
    target: Target,
    root: &Dictionary,
    payload: &Dictionary,
) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for dictionary in [root, payload] {
        let identifier = text(dictionary, "PayloadIdentifier")?;
        let uuid = text(dictionary, "PayloadUUID")?;
        let is_right = match target {
            Target::Jamf => identifier == uuid,
            Target::Generic | Target::Intune => {
                identifier.starts_with(policy.identifier.value.as_str())
            }
        };
        if !is_right || !seen.insert(identifier) {
            return Err(format!("`PayloadIdentifier` is `{identifier}`"));
        }
    }
    Ok(())
}

/// A text of a dictionary.
fn text<'a>(dictionary: &'a Dictionary, key: &str) -> Result<&'a str, String> {
    dictionary
        .get(key)
        .and_then(Value::as_string)
        .ok_or_else(|| format!("`{key}` is missing"))
}

/// Lints the files for their target; what is an error there must not leave this tool.
fn lint(target: Target, files: &[Rendered]) -> Result<(), String> {
    // No rule that a new profile can break asks for the time.
    let settings = Settings::new(
        crate::lint::rules::RULES,
        Some(target),
        &Selection::default(),
        0.0,
    );
    let reports = files
        .iter()
        .zip(0..)
        .map(|(file, number)| {
            check_file(
                number,
                file.name.as_str(),
                file.content.as_bytes(),
                &settings,
            )
        })
        .collect::<Vec<_>>();
    let report = conclude(reports, &settings, &|number| {
        let file = files.get(number as usize);
        let content = file.map(|file| file.content.clone().into_bytes());
        content.ok_or_else(|| "there is no such profile".to_owned())
    });
    match report
        .findings
        .iter()
        .find(|finding| finding.severity == Severity::Error)
    {
        None => Ok(()),
        Some(finding) => Err(format!(
            "{}: {}: {}",
            report.path(finding.place.file),
            finding.rule.name,
            finding.message
        )),
    }
}
