//! Sources that are property lists: profiles, what `profiles show -output stdout-xml` prints, and bundles.

use std::collections::BTreeSet;

use super::companions::Companions;
use crate::audit::file::{self, Content, File, Identity, Placed};
use crate::audit::origin::{Origin, Places};
use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Value};
use crate::profile::allowed::{Statement, What, collect};
use crate::profile::{Document, ExtensionPolicy, Payload, with_document};
use crate::source::Span;

/// Reads a profile, or the output of `profiles show`, and adds what it approves beside extensions to that of others.
pub(crate) fn property_list(path: &str, bytes: &[u8], companions: &mut Companions) -> File {
    with_document(path, bytes, |document| {
        companions.add(document);
        match shown(document) {
            Some(statements) => of_statements(path, statements),
            None => File {
                path: path.into(),
                bytes: Box::default(),
                content: file::content(document),
            },
        }
    })
}

/// What the output of `profiles show` approves; `None` if it is not such output.
fn shown(document: &Document<'_>) -> Option<Vec<Placed>> {
    let root = document.root()?.as_dictionary()?;
    let is_shown = root
        .entries()
        .any(|entry| entry.key().starts_with("_computerlevel"))
        || (root.get("PayloadContent").is_none()
            && root.entries().any(|entry| is_profile_list(entry.value)));
    if !is_shown || document.is_refused() {
        return None;
    }
    let mut statements = Vec::new();
    for (payload, policy) in installed(root).enumerate() {
        collect(policy, payload, &mut statements);
    }
    let mut places = Places::new(document);
    let place = |statement: Statement| Placed {
        origin: places.origin(statement.span),
        statement,
    };
    Some(statements.into_iter().map(place).collect())
}

/// Whether a value is a list of installed profiles.
fn is_profile_list(value: Value<'_>) -> bool {
    let mut items = value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_dictionary);
    items.any(|item| item.get("ProfileItems").is_some())
}

/// The policies among installed profiles. Their payloads keep the settings in a dictionary of their own.
fn installed(root: Dictionary<'_>) -> impl Iterator<Item = ExtensionPolicy<'_>> {
    let profiles = root
        .entries()
        .flat_map(|scope| scope.value.as_array().into_iter().flatten())
        .filter_map(Value::as_dictionary);
    let items = profiles
        .filter_map(|profile| profile.get("ProfileItems")?.as_array())
        .flatten()
        .filter_map(Value::as_dictionary);
    items.filter_map(|item| {
        let payload_type = item.get("PayloadType")?.as_str()?;
        let content = Payload::new(item.get("PayloadContent")?.as_dictionary()?);
        let kind = ExtensionKind::of_payload_type(&payload_type)?;
        Some(ExtensionPolicy::of_kind(kind, content))
    })
}

/// A source that is no profile.
pub(crate) fn of_statements(path: &str, statements: Vec<Placed>) -> File {
    File {
        path: path.into(),
        bytes: Box::default(),
        content: Ok(Content {
            identity: Identity::default(),
            digest: String::new(),
            statements,
            withheld: BTreeSet::new(),
            is_over: false,
            lacking: Vec::new(),
        }),
    }
}

/// A statement of a source without lines; `at` says where in it.
pub(crate) fn placed(path: &str, at: &str, kind: ExtensionKind, what: What) -> Placed {
    Placed {
        statement: Statement {
            kind,
            payload: 0,
            what,
            span: Span::default(),
        },
        origin: Origin {
            file: path.into(),
            line: None,
            column: None,
            key_path: at.into(),
        },
    }
}

/// What the `Info.plist` of a bundle says: its bundle ID, and the name of its program if it has one.
pub(crate) fn bundle_info(path: &str, bytes: &[u8]) -> Result<(String, Option<String>), String> {
    with_document(path, bytes, |document| {
        if document.is_refused() {
            return Err("its Info.plist is not a property list".to_owned());
        }
        let root = document.root().and_then(Value::as_dictionary);
        let text = |key| root.and_then(|root| Some(root.get(key)?.as_str()?.into_owned()));
        let identifier =
            text("CFBundleIdentifier").ok_or("its Info.plist has no CFBundleIdentifier")?;
        Ok((identifier, text("CFBundleExecutable")))
    })
}
