//! The keys of a policy file, one list per map, in the order they are written. The schema is held to these by a test.

use super::services::SERVICES;

/// The top of the file.
pub(crate) const POLICY: &[&str] = &[
    "identifier",
    "name",
    "organization",
    "description",
    "removal_disallowed",
    "kernel_extensions",
    "system_extensions",
    "privacy",
    "content_filters",
    "background_items",
    "targets",
];

pub(crate) const KERNEL_EXTENSIONS: &[&str] = &[
    "allow_user_overrides",
    "allow_non_admin_user_approvals",
    "allowed",
];

pub(crate) const SYSTEM_EXTENSIONS: &[&str] = &["allow_user_overrides", "allowed"];

/// An entry of `kernel_extensions.allowed`.
pub(crate) const KERNEL_ENTRY: &[&str] = &[
    "team_id",
    "unsigned",
    "bundle_ids",
    "vendor",
    "product",
    "owner",
    "reason",
    "ticket",
    "expires",
];

/// An entry of `system_extensions.allowed`.
pub(crate) const SYSTEM_ENTRY: &[&str] = &[
    "team_id",
    "bundle_ids",
    "types",
    "removable",
    "non_removable",
    "non_removable_from_ui",
    "vendor",
    "product",
    "owner",
    "reason",
    "ticket",
    "expires",
];

/// `privacy`: a list for each service.
pub(crate) const PRIVACY: &[&str] = &{
    let mut keys = [""; SERVICES.len()];
    let mut at = 0;
    while at < keys.len() {
        keys[at] = SERVICES[at].key;
        at += 1;
    }
    keys
};

/// An entry of a list of `privacy`.
pub(crate) const PRIVACY_ENTRY: &[&str] = &[
    "team_id",
    "bundle_ids",
    "path",
    "identifier",
    "requirement",
    "app_store",
    "static_code",
    "vendor",
    "product",
    "owner",
    "reason",
    "ticket",
    "expires",
];

/// An entry of `privacy.apple_events`.
pub(crate) const APPLE_EVENTS_ENTRY: &[&str] = &[
    "team_id",
    "bundle_ids",
    "path",
    "identifier",
    "requirement",
    "app_store",
    "static_code",
    "receiver",
    "vendor",
    "product",
    "owner",
    "reason",
    "ticket",
    "expires",
];

/// `receiver` of an entry of `privacy.apple_events`.
pub(crate) const RECEIVER: &[&str] = &[
    "team_id",
    "bundle_ids",
    "path",
    "identifier",
    "requirement",
    "app_store",
];

/// An entry of `content_filters`.
pub(crate) const CONTENT_FILTER: &[&str] = &[
    "name",
    "team_id",
    "app",
    "sockets",
    "packets",
    "grade",
    "organization",
    "requirement",
    "app_store",
    "vendor",
    "product",
    "owner",
    "reason",
    "ticket",
    "expires",
];

/// An entry of `background_items`.
pub(crate) const BACKGROUND_ENTRY: &[&str] = &[
    "team_id",
    "bundle_ids",
    "bundle_id_prefixes",
    "labels",
    "label_prefixes",
    "vendor",
    "product",
    "owner",
    "reason",
    "ticket",
    "expires",
];

pub(crate) const TARGETS: &[&str] = &["jamf", "intune", "generic"];

/// `targets.jamf`.
pub(crate) const JAMF: &[&str] = &[
    "category",
    "site",
    "level",
    "distribution_method",
    "redeploy_on_update",
];

/// `targets.intune`.
pub(crate) const INTUNE: &[&str] = &["description", "role_scope_tag_ids"];

/// `targets.generic`.
pub(crate) const GENERIC: &[&str] = &[];

/// What people write instead of a key, and the key that is meant: Apple's and Intune's words for the same thing.
pub(crate) const SYNONYMS: &[(&str, &str)] = &[
    (
        "AllowNonAdminUserApprovals",
        "allow_non_admin_user_approvals",
    ),
    ("AllowUserOverrides", "allow_user_overrides"),
    ("AllowedKernelExtensions", "allowed"),
    ("CodeRequirement", "requirement"),
    ("FilterDataProviderBundleIdentifier", "sockets"),
    ("FilterGrade", "grade"),
    ("FilterPacketProviderBundleIdentifier", "packets"),
    ("PluginBundleID", "app"),
    ("StaticCode", "static_code"),
    ("UserDefinedName", "name"),
    ("code_requirement", "requirement"),
    ("content_filter", "content_filters"),
    ("login_items", "background_items"),
    ("pppc", "privacy"),
    ("tcc", "privacy"),
    ("AllowedSystemExtensionTypes", "types"),
    ("AllowedSystemExtensions", "allowed"),
    (
        "NonRemovableFromUISystemExtensions",
        "non_removable_from_ui",
    ),
    ("NonRemovableSystemExtensions", "non_removable"),
    ("PayloadDescription", "description"),
    ("PayloadDisplayName", "name"),
    ("PayloadIdentifier", "identifier"),
    ("PayloadOrganization", "organization"),
    ("PayloadRemovalDisallowed", "removal_disallowed"),
    ("RemovableSystemExtensions", "removable"),
    ("allowed_types", "types"),
    ("bundle_identifiers", "bundle_ids"),
    ("bundles", "bundle_ids"),
    ("comment", "reason"),
    ("company", "organization"),
    ("contact", "owner"),
    ("display_name", "name"),
    ("expiry", "expires"),
    ("extension_types", "types"),
    ("kexts", "kernel_extensions"),
    ("organisation", "organization"),
    ("payload_identifier", "identifier"),
    ("sysexts", "system_extensions"),
    ("target", "targets"),
    ("team", "team_id"),
    ("team_identifier", "team_id"),
];
