//! The policy: what an organisation decided to allow, as written in YAML, every value with its place.
//!
//! "Policy" always means this file; a profile is what is made from it. [`read`] reports every fault of a file in one
//! run: bytes become text (`text`), text a tree (`node`), the tree this module's types (`parse`, `entry`, `targets`,
//! `scalar`), and what no single value can know is checked last (`validate`).

mod background_items;
mod content_filters;
mod entry;
mod error;
mod expiry;
mod fields;
mod json_schema;
pub(crate) mod keys;
mod node;
mod parse;
mod privacy;
mod program;
pub(crate) mod requirement;
mod scalar;
pub(crate) mod services;
mod syntax;
mod targets;
mod text;
mod validate;

use std::sync::Arc;

pub(crate) use background_items::{BackgroundEntry, RULE_TYPES};
pub(crate) use content_filters::{ContentFilter, Provider};
pub(crate) use error::PolicyError;
pub(crate) use expiry::expired;
pub(crate) use json_schema::JSON_SCHEMA;
pub(crate) use parse::read;
pub(crate) use privacy::PrivacyEntry;
pub(crate) use program::Program;

use crate::extension::SystemExtensionType;
use crate::identifier::{BundleIdentifier, PayloadIdentifier, TeamIdentifier};
use crate::source::{Span, Spanned};

/// A policy file that was read without errors.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// Path as the user gave it, with forward slashes.
    pub(crate) path: Arc<str>,
    /// The whole text; every span points into it.
    pub(crate) text: Arc<str>,
    /// `identifier`: the root of every `PayloadIdentifier`.
    pub(crate) identifier: Spanned<PayloadIdentifier>,
    /// `name`: becomes `PayloadDisplayName`.
    pub(crate) name: Option<Spanned<String>>,
    /// `organization`: becomes `PayloadOrganization`.
    pub(crate) organization: Spanned<String>,
    /// `description`: becomes `PayloadDescription`.
    pub(crate) description: Option<Spanned<String>>,
    /// `removal_disallowed`: becomes `PayloadRemovalDisallowed`; default true.
    pub(crate) removal_disallowed: bool,
    pub(crate) kernel_extensions: Option<KernelExtensions>,
    pub(crate) system_extensions: Option<SystemExtensions>,
    /// `privacy`; empty without the block, as the next two.
    pub(crate) privacy: Vec<PrivacyEntry>,
    pub(crate) content_filters: Vec<ContentFilter>,
    pub(crate) background_items: Vec<BackgroundEntry>,
    pub(crate) targets: Targets,
}

impl Policy {
    /// The notes of every entry, each with the place that names the entry.
    pub(crate) fn notes(&self) -> impl Iterator<Item = (Span, &Notes)> {
        let kernel = self.kernel_extensions.iter().flat_map(|own| &own.allowed);
        let system = self.system_extensions.iter().flat_map(|own| &own.allowed);
        let kernel = kernel.map(|entry| match &entry.team {
            Team::Identified(team) => (team.span, &entry.notes),
            Team::Unsigned(span) => (*span, &entry.notes),
        });
        let privacy = self.privacy.iter().filter_map(|entry| {
            let first = entry.programs.first();
            first.map(|program| (program.name.span, &entry.notes))
        });
        let filters = self.content_filters.iter();
        let items = self.background_items.iter().filter_map(|entry| {
            let team = entry.team.as_ref().map(|team| team.span);
            let place = team.or_else(|| Some(entry.rules.first()?.1.span));
            place.map(|place| (place, &entry.notes))
        });
        kernel
            .chain(system.map(|entry| (entry.team.span, &entry.notes)))
            .chain(privacy)
            .chain(filters.map(|filter| (filter.app.span, &filter.notes)))
            .chain(items)
    }
}

/// The `kernel_extensions` block.
#[derive(Clone, Debug)]
pub(crate) struct KernelExtensions {
    /// `allow_user_overrides`, default false; the span is the block's when the key is missing.
    pub(crate) allow_user_overrides: Spanned<bool>,
    /// `allow_non_admin_user_approvals`: written only if set (macOS 11).
    pub(crate) allow_non_admin_user_approvals: Option<Spanned<bool>>,
    /// `allowed`, in the order of the file; never empty.
    pub(crate) allowed: Vec<KernelExtensionEntry>,
}

/// One entry of `kernel_extensions.allowed`.
#[derive(Clone, Debug)]
pub(crate) struct KernelExtensionEntry {
    pub(crate) span: Span,
    pub(crate) team: Team,
    pub(crate) bundles: Bundles,
    pub(crate) notes: Notes,
}

/// The `system_extensions` block.
#[derive(Clone, Debug)]
pub(crate) struct SystemExtensions {
    /// `allow_user_overrides`, default true as Apple's; the span is the block's when the key is missing.
    pub(crate) allow_user_overrides: Spanned<bool>,
    /// `allowed`, in the order of the file; never empty.
    pub(crate) allowed: Vec<SystemExtensionEntry>,
}

/// One entry of `system_extensions.allowed`.
#[derive(Clone, Debug)]
pub(crate) struct SystemExtensionEntry {
    pub(crate) span: Span,
    /// `team_id`.
    pub(crate) team: Spanned<TeamIdentifier>,
    /// `bundle_ids`.
    pub(crate) bundles: Bundles,
    /// `types`; `None` means every type.
    pub(crate) types: Option<Vec<Spanned<SystemExtensionType>>>,
    /// `removable` (macOS 12).
    pub(crate) removable: Vec<Spanned<BundleIdentifier>>,
    /// `non_removable` (macOS 15).
    pub(crate) non_removable: Vec<Spanned<BundleIdentifier>>,
    /// `non_removable_from_ui` (macOS 15).
    pub(crate) non_removable_from_ui: Vec<Spanned<BundleIdentifier>>,
    pub(crate) notes: Notes,
}

/// Whose extensions an entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Team {
    /// `team_id`.
    Identified(Spanned<TeamIdentifier>),
    /// `unsigned: true`: legacy kexts without a Team ID, Apple's empty key. The span is the key's.
    Unsigned(Span),
}

/// Which extensions of a team an entry allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bundles {
    /// `bundle_ids: all`: the whole team.
    All(Span),
    /// The listed ones, in the order of the file; never empty.
    Listed(Vec<Spanned<BundleIdentifier>>),
}

/// What people wrote down about an entry; nothing of it reaches a Mac.
#[expect(
    dead_code,
    reason = "checked when the policy is read; most of it is for people only"
)]
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub(crate) vendor: Option<Spanned<String>>,
    pub(crate) product: Option<Spanned<String>>,
    pub(crate) owner: Option<Spanned<String>>,
    pub(crate) reason: Option<Spanned<String>>,
    pub(crate) ticket: Option<Spanned<String>>,
    /// `expires`: the last day the entry is meant to hold.
    pub(crate) expires: Option<Spanned<time::Date>>,
}

/// The `targets` block: which MDM servers to write for, and their settings.
#[derive(Clone, Debug)]
pub(crate) struct Targets {
    /// Write for any MDM server.
    pub(crate) generic: bool,
    /// Write for Jamf Pro.
    pub(crate) jamf: Option<JamfSettings>,
    pub(crate) intune: Option<IntuneSettings>,
}

/// `targets.jamf`: fields of the Classic API body (`--request`).
#[derive(Clone, Debug, Default)]
pub(crate) struct JamfSettings {
    /// `category`, by name; absent means none.
    pub(crate) category: Option<Spanned<String>>,
    /// `site`, by name; absent means none.
    pub(crate) site: Option<Spanned<String>>,
    /// `level`: `System` or `Computer`; `Computer Level` would be stored as User.
    pub(crate) level: Option<Spanned<String>>,
    /// `distribution_method`: `Install Automatically` or `Make Available in Self Service`.
    pub(crate) distribution_method: Option<Spanned<String>>,
    /// `redeploy_on_update`: `Newly Assigned` or `All`.
    pub(crate) redeploy_on_update: Option<Spanned<String>>,
}

/// `targets.intune`: fields of the Graph bodies (`--request`).
#[derive(Clone, Debug, Default)]
pub(crate) struct IntuneSettings {
    /// `description` shown in the Intune portal.
    pub(crate) description: Option<Spanned<String>>,
    /// `role_scope_tag_ids`; absent means `["0"]`.
    pub(crate) role_scope_tag_ids: Option<Vec<Spanned<String>>>,
}
