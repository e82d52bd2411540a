//! The `targets` block: which MDM servers to write for, and the settings of each.
//!
//! Closed lists are Jamf's: `distribution_method` and `redeploy_on_update` as its Terraform provider checks them; for
//! `level` see [`level`].

use super::error::PolicyError;
use super::fields::Fields;
use super::node::{Node, Value};
use super::scalar::optional_text;
use super::{IntuneSettings, JamfSettings, Targets, keys, scalar};
use crate::escape::quoted;
use crate::source::Spanned;

/// What Jamf Pro knows as `distribution_method`.
pub(crate) const DISTRIBUTION_METHODS: [&str; 2] =
    ["Install Automatically", "Make Available in Self Service"];

/// What Jamf Pro knows as `redeploy_on_update`.
pub(crate) const REDEPLOY_ON_UPDATE: [&str; 2] = ["Newly Assigned", "All"];

/// The spellings of `level` that Jamf Pro stores as computer level.
pub(crate) const LEVELS: [&str; 2] = ["System", "Computer"];

/// Every target with default settings: what a policy without `targets` means.
pub(crate) fn all() -> Targets {
    Targets {
        generic: true,
        jamf: Some(JamfSettings::default()),
        intune: Some(IntuneSettings::default()),
    }
}

pub(crate) fn read(node: &Node, errors: &mut Vec<PolicyError>) -> Option<Targets> {
    let fields = Fields::new(node, "`targets`", keys::TARGETS, errors)?;
    if matches!(&node.value, Value::Map(entries) if entries.is_empty()) {
        errors.push(PolicyError::new(
            node.span,
            "`targets` is empty",
            "no MDM server is named here",
            "name at least one, such as `targets: {jamf: {}}`, or remove `targets` to write for all",
        ));
        return None;
    }
    let jamf = fields
        .get("jamf", errors)
        .and_then(|node| jamf(node, errors));
    let intune = fields
        .get("intune", errors)
        .and_then(|node| intune(node, errors));
    let generic = fields
        .get("generic", errors)
        .and_then(|node| Fields::new(node, "`targets.generic`", keys::GENERIC, errors));
    Some(Targets {
        generic: generic.is_some(),
        jamf,
        intune,
    })
}

/// `targets.jamf`.
fn jamf(node: &Node, errors: &mut Vec<PolicyError>) -> Option<JamfSettings> {
    let fields = Fields::new(node, "`targets.jamf`", keys::JAMF, errors)?;
    let mut closed = |key: &str, choices: &[&str]| {
        let node = fields.get(key, errors)?;
        scalar::choice(node, key, choices, "Jamf Pro", errors)
    };
    let distribution_method = closed("distribution_method", &DISTRIBUTION_METHODS);
    let redeploy_on_update = closed("redeploy_on_update", &REDEPLOY_ON_UPDATE);
    Some(JamfSettings {
        category: optional_text(&fields, "category", errors),
        site: optional_text(&fields, "site", errors),
        level: fields
            .get("level", errors)
            .and_then(|node| level(node, errors)),
        distribution_method,
        redeploy_on_update,
    })
}

/// `level`. Both payloads are for the device only (apple/device-management), and Jamf Pro's API stores every spelling
/// but these two as user level, without an error.
fn level(node: &Node, errors: &mut Vec<PolicyError>) -> Option<Spanned<String>> {
    let Some(text) = node.text() else {
        return scalar::choice(node, "level", &LEVELS, "Jamf Pro", errors);
    };
    let (reason, label) = match text.to_ascii_lowercase().as_str() {
        _ if LEVELS.contains(&text) => return Some(Spanned::new(text.to_owned(), node.span)),
        "computer level" => (
            "which Jamf Pro stores as `User`, without an error",
            "the name in the web interface, not the API's",
        ),
        "user" | "user level" => (
            "but a Mac takes these payloads on the device channel only",
            "extensions are approved for the whole Mac",
        ),
        _ => ("which Jamf Pro does not know", "not a level"),
    };
    errors.push(PolicyError::new(
        node.span,
        format!("`level` is {}, {reason}", quoted(text)),
        label,
        "write `level: System`",
    ));
    None
}

/// `targets.intune`.
fn intune(node: &Node, errors: &mut Vec<PolicyError>) -> Option<IntuneSettings> {
    let fields = Fields::new(node, "`targets.intune`", keys::INTUNE, errors)?;
    let description = optional_text(&fields, "description", errors);
    let role_scope_tag_ids = fields
        .get("role_scope_tag_ids", errors)
        .and_then(|node| scope_tags(node, errors));
    Some(IntuneSettings {
        description,
        role_scope_tag_ids,
    })
}

/// `role_scope_tag_ids`: numbers, which Graph takes as texts.
fn scope_tags(node: &Node, errors: &mut Vec<PolicyError>) -> Option<Vec<Spanned<String>>> {
    let Value::List(items) = &node.value else {
        let help = match node.text() {
            Some(text) if is_number(text) => format!("write `role_scope_tag_ids: [\"{text}\"]`"),
            _ => "write a list, such as `role_scope_tag_ids: [\"0\"]`".to_owned(),
        };
        errors.push(PolicyError::new(
            node.span,
            format!("`role_scope_tag_ids` is {}, not a list", node.kind()),
            "a list belongs here",
            help,
        ));
        return None;
    };
    if items.is_empty() {
        errors.push(PolicyError::new(
            node.span,
            "`role_scope_tag_ids` is empty",
            "no scope tag is named here",
            "write `[\"0\"]` for the default tag, or remove the key",
        ));
    }
    let mut tags = Vec::with_capacity(items.len());
    for item in items.iter() {
        match item.text() {
            Some(text) if is_number(text) => tags.push(Spanned::new(text.to_owned(), item.span)),
            text => {
                let shown = text.map_or_else(|| item.kind().to_owned(), quoted);
                errors.push(PolicyError::new(
                    item.span,
                    format!("scope tag {shown} is not a number"),
                    "Graph wants the tag's id, not its name",
                    "write the id in quotes, such as \"0\"; the Intune portal shows it in the tag's address",
                ));
            }
        }
    }
    Some(super::validate::different(
        tags,
        |tag| format!("scope tag {} is listed twice", quoted(tag)),
        errors,
    ))
}

/// Digits only, few enough for a 32-bit number.
fn is_number(text: &str) -> bool {
    (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
