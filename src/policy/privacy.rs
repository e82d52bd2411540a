//! The `privacy` block: which programs get access to private data without asking.

use std::collections::BTreeMap;

use super::entry::notes;
use super::error::PolicyError;
use super::fields::{self, Fields};
use super::node::{Node, Value};
use super::program::{Program, programs};
use super::services::{SERVICES, Service};
use super::{Notes, keys, scalar};
use crate::escape::quoted;
use crate::source::Span;

/// One entry of a service.
#[derive(Clone, Debug)]
pub(crate) struct PrivacyEntry {
    pub(crate) span: Span,
    pub(crate) service: Service,
    /// To whom; never empty.
    pub(crate) programs: Vec<Program>,
    /// Whether the code on the disk is checked, and not the running process.
    pub(crate) static_code: bool,
    /// Who gets the Apple events; only for that service, and always there.
    pub(crate) receiver: Option<Program>,
    pub(crate) notes: Notes,
}

pub(super) fn read(node: &Node, errors: &mut Vec<PolicyError>) -> Option<Vec<PrivacyEntry>> {
    let fields = Fields::new(node, "`privacy`", keys::PRIVACY, errors)?;
    if matches!(&node.value, Value::Map(keys) if keys.is_empty()) {
        errors.push(PolicyError::new(
            node.span,
            "`privacy` grants nothing",
            "no service is named here",
            "add one such as `full_disk_access:` with a list of entries, or remove the block",
        ));
    }
    let mut found = Vec::new();
    for service in SERVICES {
        let Some(node) = fields.get(service.key, errors) else {
            continue;
        };
        let items = fields::items(node, service.key, errors).unwrap_or_default();
        found.extend(items.iter().filter_map(|item| entry(item, service, errors)));
    }
    different(&found, errors);
    Some(found)
}

fn entry(node: &Node, service: Service, errors: &mut Vec<PolicyError>) -> Option<PrivacyEntry> {
    let known = if service.has_receiver() {
        keys::APPLE_EVENTS_ENTRY
    } else {
        keys::PRIVACY_ENTRY
    };
    let fields = Fields::new(node, "the entry", known, errors)?;
    let programs = programs(&fields, errors);
    let static_code = fields
        .get("static_code", errors)
        .and_then(|node| scalar::boolean(node, "static_code", errors));
    let receiver = if service.has_receiver() {
        Some(receiver(&fields, errors)?)
    } else {
        None
    };
    let notes = notes(&fields, errors);
    (!programs.is_empty()).then_some(PrivacyEntry {
        span: node.span,
        service,
        programs,
        static_code: static_code.is_some_and(|checked| checked.value),
        receiver,
        notes,
    })
}

/// Who gets the Apple events: Apple wants its identifier and its requirement too.
fn receiver(fields: &Fields<'_>, errors: &mut Vec<PolicyError>) -> Option<Program> {
    let node = fields.require(
        "receiver",
        "name the program that gets the events, such as `receiver: {bundle_ids: [com.apple.finder]}`",
        errors,
    )?;
    let inner = Fields::new(node, "`receiver`", keys::RECEIVER, errors)?;
    let mut programs = programs(&inner, errors);
    if let [_, second, ..] = programs.as_slice() {
        errors.push(PolicyError::new(
            second.name.span,
            "`receiver` names several programs",
            "one entry is about one receiver",
            "write an entry for each receiver",
        ));
    }
    programs.truncate(1);
    programs.pop()
}

/// Each program has a service once: which of two entries a Mac follows, nobody says.
fn different(entries: &[PrivacyEntry], errors: &mut Vec<PolicyError>) {
    let mut first: BTreeMap<(&str, &str, Option<&str>), Span> = BTreeMap::new();
    for entry in entries {
        let receiver = entry.receiver.as_ref().map(|own| own.name.value.as_str());
        for program in &entry.programs {
            let name = &program.name;
            let key = (entry.service.key, name.value.as_str(), receiver);
            if let Some(earlier) = first.insert(key, name.span) {
                // Two in one list are reported where the list is read.
                if earlier >= entry.span && earlier.end <= entry.span.end {
                    continue;
                }
                errors.push(
                    PolicyError::new(
                        name.span,
                        format!(
                            "{} has two entries in `{}`",
                            quoted(&name.value),
                            entry.service.key
                        ),
                        "again here",
                        "keep one of the two",
                    )
                    .with(earlier, "first entry"),
                );
            }
        }
    }
}
