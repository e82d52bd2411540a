//! Proof before writing: each profile is read back by the `plist` crate and compared with the policy, by code that
//! shares nothing with the templates; then it is linted for its target. A difference is a fault of this tool.

mod wanted;

use std::collections::BTreeSet;

use plist::{Dictionary, Value};

use crate::lint::settings::{Selection, Settings};
use crate::lint::{check_file, conclude};
use crate::policy::Policy;
use crate::render::Rendered;
use crate::severity::Severity;
use crate::target::Target;

/// What is wrong with a profile that was to be written.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The policy says what an error is in a profile.
    Policy(String),
    /// It does not say what the policy says.
    Tool(String),
}

impl From<String> for Fault {
    fn from(why: String) -> Self {
        Self::Tool(why)
    }
}

/// Proves that the files of one target say what the policy says.
pub(crate) fn prove(policy: &Policy, target: Target, files: &[Rendered]) -> Result<(), Fault> {
    let mut wanted = wanted::payloads(policy, target);
    for file in files {
        let found = read(policy, file).map_err(|why| format!("{}: {why}", file.name))?;
        let Some(wanted) = wanted.remove(&file.part) else {
            let why = format!("{}: the policy asks for no such file", file.name);
            return Err(Fault::Tool(why));
        };
        same(&found, wanted).map_err(|key| format!("{}: `{key}` differs", file.name))?;
    }
    match wanted.keys().next() {
        None => lint(target, files).map_err(Fault::Policy),
        Some(part) => Err(Fault::Tool(format!(
            "the file `{}` is missing",
            part.name()
        ))),
    }
}

/// Compares what was found with what should be there; an error is the key that differs.
fn same(found: &Dictionary, wanted: Dictionary) -> Result<(), String> {
    let found = in_order(Value::Dictionary(found.clone())).into_dictionary();
    let wanted = in_order(Value::Dictionary(wanted)).into_dictionary();
    let (found, wanted) = (found.unwrap_or_default(), wanted.unwrap_or_default());
    let keys: BTreeSet<&String> = found.keys().chain(wanted.keys()).collect();
    let differs = keys
        .into_iter()
        .find(|key| found.get(key) != wanted.get(key));
    differs.map_or(Ok(()), |key| Err(key.clone()))
}

/// A value without the order of lists, which means nothing in these payloads.
fn in_order(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<(String, Value)> = items
                .into_iter()
                .map(in_order)
                .map(|item| (format!("{item:?}"), item))
                .collect();
            items.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Array(items.into_iter().map(|(_, item)| item).collect())
        }
        Value::Dictionary(entries) => {
            let mut entries: Dictionary = entries
                .into_iter()
                .map(|(key, value)| (key, in_order(value)))
                .collect();
            entries.sort_keys();
            Value::Dictionary(entries)
        }
        other => other,
    }
}

/// Reads a profile back: what is around the payload is checked at once, what it allows is handed out.
fn read(policy: &Policy, file: &Rendered) -> Result<Dictionary, String> {
    let value =
        Value::from_reader_xml(file.content.as_bytes()).map_err(|error| error.to_string())?;
    let root = value
        .as_dictionary()
        .ok_or("the root is not a dictionary")?;
    let payload = match root.get("PayloadContent").and_then(Value::as_array) {
        Some(payloads) if payloads.len() == 1 => payloads[0]
            .as_dictionary()
            .ok_or("the payload is not a dictionary")?,
        _ => return Err("there is not exactly one payload".to_owned()),
    };
    around(policy, file, root, payload)?;
    let own = payload
        .iter()
        .filter(|(key, _)| !key.starts_with("Payload"));
    Ok(own
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect())
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
