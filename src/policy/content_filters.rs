//! The `content_filters` block: programs that filter the network traffic, one profile each.

use std::collections::BTreeMap;

use super::entry::notes;
use super::error::PolicyError;
use super::fields::{self, Fields};
use super::node::Node;
use super::program::Signer;
use super::scalar::optional_text;
use super::{Notes, keys, scalar};
use crate::identifier::BundleIdentifier;
use crate::source::{Span, Spanned};

/// What Apple knows as `FilterGrade`; the first is its default.
pub(crate) const GRADES: [&str; 2] = ["firewall", "inspector"];

#[derive(Clone, Debug)]
pub(crate) struct ContentFilter {
    /// `UserDefinedName`: what people see.
    pub(crate) name: Spanned<String>,
    /// `Organization`: a text for the filter.
    pub(crate) organization: Option<Spanned<String>>,
    /// `PluginBundleID`: the app around the extension.
    pub(crate) app: Spanned<BundleIdentifier>,
    /// The system extension that filters sockets.
    pub(crate) sockets: Option<Provider>,
    /// The system extension that filters packets; one of the two is there.
    pub(crate) packets: Option<Provider>,
    /// `FilterGrade`: filters of the grade `firewall` come first.
    pub(crate) grade: String,
    pub(crate) notes: Notes,
}

/// A system extension that filters.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    pub(crate) bundle: Spanned<String>,
    pub(crate) requirement: Spanned<String>,
}

pub(super) fn read(node: &Node, errors: &mut Vec<PolicyError>) -> Option<Vec<ContentFilter>> {
    let items = fields::items(node, "content_filters", errors)?;
    let found: Vec<_> = items
        .iter()
        .filter_map(|item| entry(item, errors))
        .collect();
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    for filter in &found {
        let app = filter.app.value.as_str().to_ascii_lowercase();
        if let Some(earlier) = first.insert(app, filter.app.span) {
            // "Adding multiple Network Filters leads to network connectivity issues"
            // (Microsoft, mac-install-with-intune).
            errors.push(
                PolicyError::new(
                    filter.app.span,
                    format!("`{}` has two content filters", filter.app.value),
                    "again here",
                    "keep one: with several filters of a product the network fails",
                )
                .with(earlier, "first filter"),
            );
        }
    }
    Some(found)
}

fn entry(node: &Node, errors: &mut Vec<PolicyError>) -> Option<ContentFilter> {
    let fields = Fields::new(node, "the filter", keys::CONTENT_FILTER, errors)?;
    let name = fields
        .require(
            "name",
            "add the name people see, such as `name: Contoso Filter`",
            errors,
        )
        .and_then(|node| scalar::text(node, "name", errors));
    let app = fields
        .require(
            "app",
            "add the bundle ID of the app that holds the extension (`PluginBundleID`)",
            errors,
        )
        .and_then(|node| scalar::bundle_id(node, "app", errors));
    let signer = Signer::read(&fields, errors);
    let mut extension = |key| {
        fields
            .get(key, errors)
            .and_then(|node| scalar::bundle_id(node, key, errors))
    };
    let (sockets, packets) = (extension("sockets"), extension("packets"));
    if !fields.has("sockets") && !fields.has("packets") {
        errors.push(PolicyError::new(
            fields.head(),
            "the filter has neither `sockets` nor `packets`",
            "nothing says which extension filters",
            "add the bundle ID of the system extension as `sockets`, as `packets`, or as both",
        ));
    }
    for extension in [&sockets, &packets].into_iter().flatten() {
        if let Some(app) = &app
            && app.value == extension.value
        {
            errors.push(
                PolicyError::new(
                    extension.span,
                    format!("`{}` is the app and the extension that filters", app.value),
                    "the app does not filter, its extension does",
                    "write the bundle ID of the system extension; `systemextensionsctl list` shows it",
                )
                .with(app.span, "the app"),
            );
        }
    }
    if let (Some(a), Some(b), Some(Signer::Written(written))) = (&sockets, &packets, &signer)
        && a.value != b.value
    {
        errors.push(PolicyError::new(
            written.span,
            "one `requirement` cannot fit two extensions",
            "a requirement names one program",
            "write the `team_id` instead, from which both requirements follow",
        ));
    }
    let grade = fields
        .get("grade", errors)
        .and_then(|node| scalar::choice(node, "grade", &GRADES, "Apple", errors));
    let organization = optional_text(&fields, "organization", errors);
    let notes = notes(&fields, errors);
    let signer = signer?;
    let mut provider = |extension: Option<Spanned<BundleIdentifier>>| {
        let extension = extension?;
        let bundle = Spanned::new(extension.value.to_string(), extension.span);
        let requirement = signer.requirement(&bundle, fields.head(), errors)?;
        Some(Provider {
            bundle,
            requirement,
        })
    };
    Some(ContentFilter {
        sockets: provider(sockets),
        packets: provider(packets),
        name: name?,
        organization,
        app: app?,
        grade: grade.map_or_else(|| GRADES[0].to_owned(), |grade| grade.value),
        notes,
    })
}
