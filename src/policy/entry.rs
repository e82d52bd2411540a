//! One entry of `allowed`: a team, its extensions, and the notes people keep about them.

use super::error::PolicyError;
use super::fields::{Fields, list};
use super::node::{Node, Value};
use super::scalar::optional_text;
use super::validate::{self, Seen};
use super::{Bundles, KernelExtensionEntry, Notes, SystemExtensionEntry, Team, keys, scalar};
use crate::escape::quoted;
use crate::extension::SystemExtensionType;
use crate::identifier::BundleIdentifier;
use crate::source::Spanned;

/// An entry of `kernel_extensions.allowed`.
pub(crate) fn kernel(
    node: &Node,
    teams: &mut Vec<Seen>,
    errors: &mut Vec<PolicyError>,
) -> Option<KernelExtensionEntry> {
    let fields = Fields::new(node, "the entry", keys::KERNEL_ENTRY, errors)?;
    let team = kernel_team(&fields, errors);
    let bundles = bundles(&fields, errors);
    if let (Some(Team::Unsigned(span)), Some(Bundles::All(all))) = (&team, &bundles) {
        errors.push(
            PolicyError::new(
                *all,
                "`bundle_ids: all` cannot mean every unsigned kext",
                "there is no team to allow as a whole",
                "list the bundle IDs of the unsigned kexts",
            )
            .with(*span, "the entry is about kexts without a Team ID"),
        );
    }
    let notes = notes(&fields, errors);
    let team = team?;
    teams.push(Seen::new(team.clone(), bundles.as_ref()));
    Some(KernelExtensionEntry {
        span: node.span,
        team,
        bundles: bundles?,
        notes,
    })
}

/// `team_id` or `unsigned: true`, never both.
fn kernel_team(fields: &Fields<'_>, errors: &mut Vec<PolicyError>) -> Option<Team> {
    let unsigned = fields
        .get("unsigned", errors)
        .and_then(|node| scalar::boolean(node, "unsigned", errors))
        .map(|unsigned| unsigned.value);
    let key = fields.key_span("unsigned").unwrap_or_default();
    if unsigned == Some(true) {
        if let Some(team) = fields.key_span("team_id") {
            errors.push(
                PolicyError::new(
                    key,
                    "the entry has a `team_id` and is `unsigned`",
                    "a kext either has a Team ID or has none",
                    "remove `unsigned: true`, or move the unsigned kexts to an entry of their own",
                )
                .with(team, "the Team ID"),
            );
            return None;
        }
        return Some(Team::Unsigned(key));
    }
    if fields.has("unsigned") && unsigned.is_none() && !fields.has("team_id") {
        // Already reported; asking for a Team ID on top would mislead.
        return None;
    }
    let node = fields.require(
        "team_id",
        "add the vendor's Team ID; for legacy kexts without one write `unsigned: true`",
        errors,
    )?;
    scalar::team_id(node, errors).map(Team::Identified)
}

/// An entry of `system_extensions.allowed`.
pub(crate) fn system(
    node: &Node,
    teams: &mut Vec<Seen>,
    errors: &mut Vec<PolicyError>,
) -> Option<SystemExtensionEntry> {
    let fields = Fields::new(node, "the entry", keys::SYSTEM_ENTRY, errors)?;
    let team = fields
        .require("team_id", "add the vendor's Team ID, 10 characters", errors)
        .and_then(|node| scalar::team_id(node, errors));
    let bundles = bundles(&fields, errors);
    let types = fields.get("types", errors).map(|node| types(node, errors));
    let mut optional_list = |key| {
        fields
            .get(key, errors)
            .map(|node| bundle_list(node, key, errors))
            .unwrap_or_default()
    };
    let removable = optional_list("removable");
    let non_removable = optional_list("non_removable");
    let non_removable_from_ui = optional_list("non_removable_from_ui");
    validate::removability(
        bundles.as_ref(),
        &[
            ("removable", &removable),
            ("non_removable", &non_removable),
            ("non_removable_from_ui", &non_removable_from_ui),
        ],
        errors,
    );
    let notes = notes(&fields, errors);
    let team = team?;
    teams.push(Seen::new(Team::Identified(team.clone()), bundles.as_ref()));
    Some(SystemExtensionEntry {
        span: node.span,
        team,
        bundles: bundles?,
        types,
        removable,
        non_removable,
        non_removable_from_ui,
        notes,
    })
}

/// `bundle_ids`: a list, or the word `all`.
fn bundles(fields: &Fields<'_>, errors: &mut Vec<PolicyError>) -> Option<Bundles> {
    let node = fields.require(
        "bundle_ids",
        "list the bundle IDs, or write `bundle_ids: all` to allow the whole team",
        errors,
    )?;
    match &node.value {
        Value::Text { text, .. } if &**text == "all" => Some(Bundles::All(node.span)),
        Value::Text { text, .. } => {
            let help = match text.trim().to_ascii_lowercase().as_str() {
                "all" | "any" | "*" | "every" | "true" => {
                    "write `bundle_ids: all` to allow the whole team".to_owned()
                }
                _ => match BundleIdentifier::repaired(text) {
                    Some(bundle) => format!("write `bundle_ids: [{bundle}]`"),
                    None => "write a list, such as `bundle_ids: [com.example.driver]`, or the word `all`".to_owned(),
                },
            };
            errors.push(PolicyError::new(
                node.span,
                format!("`bundle_ids` is {}, neither a list nor `all`", quoted(text)),
                "a list or `all` belongs here",
                help,
            ));
            None
        }
        Value::Map(_) => {
            errors.push(PolicyError::new(
                node.span,
                "`bundle_ids` is a map, neither a list nor `all`",
                "a list or `all` belongs here",
                "begin each bundle ID with `- `, without a colon after it",
            ));
            None
        }
        Value::List(items) if items.is_empty() => {
            errors.push(PolicyError::new(
                node.span,
                "`bundle_ids` is empty",
                "no extension is allowed here",
                "list the bundle IDs, or write `bundle_ids: all` to allow the whole team",
            ));
            None
        }
        Value::List(items) => {
            if let [only] = &**items
                && only.text() == Some("all")
            {
                errors.push(PolicyError::new(
                    node.span,
                    "`all` is an item of the list, where it is a bundle ID",
                    "a list with the bundle ID `all`",
                    "write `bundle_ids: all`, without brackets, to allow the whole team",
                ));
                return None;
            }
            let listed = bundle_list(node, "bundle_ids", errors);
            // With a wrong item in it the list says too little about the others.
            (listed.len() == items.len()).then_some(Bundles::Listed(listed))
        }
    }
}

/// A list of different bundle IDs; wrong ones are reported and left out.
fn bundle_list(
    node: &Node,
    key: &str,
    errors: &mut Vec<PolicyError>,
) -> Vec<Spanned<BundleIdentifier>> {
    let Value::List(items) = &node.value else {
        let help = match node.text().and_then(BundleIdentifier::repaired) {
            Some(bundle) if bundle.as_str().eq_ignore_ascii_case("all") => {
                format!("list the bundle IDs: `{key}` has no word for all")
            }
            Some(bundle) => format!("write `{key}: [{bundle}]`"),
            None => format!("write a list, such as `{key}: [com.example.driver]`"),
        };
        errors.push(PolicyError::new(
            node.span,
            format!("{} is {}, not a list", quoted(key), node.kind()),
            "a list of bundle IDs belongs here",
            help,
        ));
        return Vec::new();
    };
    let mut found = Vec::with_capacity(items.len());
    for item in items.iter() {
        found.extend(scalar::bundle_id(item, key, errors));
    }
    validate::different(
        found,
        |bundle| format!("bundle ID `{bundle}` is listed twice in `{key}`"),
        errors,
    )
}

/// `types`: at least one of Apple's three.
fn types(node: &Node, errors: &mut Vec<PolicyError>) -> Vec<Spanned<SystemExtensionType>> {
    let names = SystemExtensionType::ALL.map(SystemExtensionType::name);
    let Value::List(items) = &node.value else {
        let help = match node.text().and_then(SystemExtensionType::meant) {
            Some(kind) => format!("write `types: [{}]`", kind.name()),
            None => format!(
                "write a list of {}; without `types` every type is allowed",
                list(&names)
            ),
        };
        errors.push(PolicyError::new(
            node.span,
            format!("`types` is {}, not a list", node.kind()),
            "a list of types belongs here",
            help,
        ));
        return Vec::new();
    };
    if items.is_empty() {
        errors.push(PolicyError::new(
            node.span,
            "`types` is empty",
            "no type is allowed here",
            "list at least one type, or remove `types` to allow every type",
        ));
    }
    let mut found = Vec::with_capacity(items.len());
    for item in items.iter() {
        match item.text().and_then(SystemExtensionType::from_name) {
            Some(kind) => found.push(Spanned::new(kind, item.span)),
            None => errors.push(unknown_type(item, &names)),
        }
    }
    validate::different(
        found,
        |kind| format!("type `{}` is listed twice", kind.name()),
        errors,
    )
}

/// The error for a type Apple does not know.
fn unknown_type(item: &Node, names: &[&str]) -> PolicyError {
    let message = match item.text() {
        Some(text) => format!("unknown system-extension type {}", quoted(text)),
        None => format!("an item of `types` is {}, not a type", item.kind()),
    };
    let help = match item.text().and_then(SystemExtensionType::meant) {
        Some(kind) => format!("write `{}`", kind.name()),
        None => format!("write one of {}", list(names)),
    };
    PolicyError::new(item.span, message, "not one of Apple's types", help)
}

pub(super) fn notes(fields: &Fields<'_>, errors: &mut Vec<PolicyError>) -> Notes {
    Notes {
        vendor: optional_text(fields, "vendor", errors),
        product: optional_text(fields, "product", errors),
        owner: optional_text(fields, "owner", errors),
        reason: optional_text(fields, "reason", errors),
        ticket: optional_text(fields, "ticket", errors),
        expires: fields
            .get("expires", errors)
            .and_then(|node| scalar::date(node, "expires", errors)),
    }
}
