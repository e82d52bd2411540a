//! The JSON Schema of the policy file, for editors: completion, descriptions and red lines while typing.
//!
//! The types here mirror what the reader takes, key by key, and exist only for their schema; a test holds their keys to
//! [`super::keys`]. They are not the reader's own types, because the reader visits maps by hand to report every fault.

#![expect(dead_code, reason = "described and never built")]

use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// What an organisation allows on its Macs. `kextpolicy render` turns it into configuration profiles.
#[derive(JsonSchema)]
#[schemars(
    title = "kextpolicy policy",
    deny_unknown_fields,
    extend("anyOf" = [{"required": ["kernel_extensions"]}, {"required": ["system_extensions"]}])
)]
struct PolicyFile {
    /// Reverse-DNS name of the policy; the root of every `PayloadIdentifier`. Never change it: a Mac knows the profile by it.
    #[schemars(regex(pattern = r"^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9_])?)+$"), example = &"com.contoso.extensions")]
    identifier: String,
    /// Name people see in System Settings (`PayloadDisplayName`). Default: derived from `identifier`.
    name: Option<Text>,
    /// Organization people see in System Settings (`PayloadOrganization`).
    #[schemars(example = &"Contoso")]
    organization: Text,
    /// What the profile is for (`PayloadDescription`).
    description: Option<Text>,
    /// Whether people may not remove the profile (`PayloadRemovalDisallowed`).
    #[schemars(extend("default" = true))]
    removal_disallowed: Option<bool>,
    /// Kernel extensions (kexts) that may load.
    kernel_extensions: Option<KernelExtensions>,
    /// System extensions that may load.
    system_extensions: Option<SystemExtensions>,
    /// MDM servers to write for, with their settings. Default: all three.
    targets: Option<Targets>,
}

/// Kernel extensions (kexts) that may load (`com.apple.syspolicy.kernel-extension-policy`).
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct KernelExtensions {
    /// Whether people may approve more kexts than the listed ones (`AllowUserOverrides`).
    #[schemars(extend("default" = false))]
    allow_user_overrides: Option<bool>,
    /// Whether people who are no administrators may approve kexts (`AllowNonAdminUserApprovals`, macOS 11).
    allow_non_admin_user_approvals: Option<bool>,
    /// One entry per team.
    #[schemars(length(min = 1))]
    allowed: Vec<KernelExtensionEntry>,
}

/// Kexts of one team, or legacy kexts without a Team ID.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    extend("oneOf" = [
        {"required": ["team_id"], "properties": {"unsigned": {"const": false}}},
        {"required": ["unsigned"], "properties": {"unsigned": {"const": true}, "team_id": false}}
    ])
)]
struct KernelExtensionEntry {
    /// Team ID of the vendor.
    team_id: Option<TeamId>,
    /// `true` for legacy kexts without a Team ID (Apple's empty key).
    unsigned: Option<bool>,
    /// Bundle IDs of the allowed kexts, or `all` for the whole team.
    bundle_ids: Bundles,
    /// Who makes it. A note for people.
    vendor: Option<Text>,
    /// What it belongs to. A note for people.
    product: Option<Text>,
    /// Whom to ask. A note for people.
    owner: Option<Text>,
    /// Why it is allowed. A note for people.
    reason: Option<Text>,
    /// Where that was decided. A note for people.
    ticket: Option<Text>,
    /// Last day of the approval; after it `kextpolicy` reports an error.
    expires: Option<Day>,
}

/// System extensions that may load (`com.apple.system-extension-policy`).
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SystemExtensions {
    /// Whether people may approve more system extensions than the listed ones (`AllowUserOverrides`).
    #[schemars(extend("default" = false))]
    allow_user_overrides: Option<bool>,
    /// One entry per team.
    #[schemars(length(min = 1))]
    allowed: Vec<SystemExtensionEntry>,
}

/// System extensions of one team.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SystemExtensionEntry {
    /// Team ID of the vendor.
    team_id: TeamId,
    /// Bundle IDs of the allowed system extensions, or `all` for the whole team.
    bundle_ids: Bundles,
    /// Types the team may use (`AllowedSystemExtensionTypes`). Default: every type.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    types: Option<Vec<ExtensionType>>,
    /// Extensions whose app may deactivate them (`RemovableSystemExtensions`, macOS 12).
    #[schemars(extend("uniqueItems" = true))]
    removable: Option<Vec<BundleId>>,
    /// Extensions nobody may deactivate (`NonRemovableSystemExtensions`, macOS 15).
    #[schemars(extend("uniqueItems" = true))]
    non_removable: Option<Vec<BundleId>>,
    /// Extensions people may not turn off in System Settings (`NonRemovableFromUISystemExtensions`, macOS 15).
    #[schemars(extend("uniqueItems" = true))]
    non_removable_from_ui: Option<Vec<BundleId>>,
    /// Who makes it. A note for people.
    vendor: Option<Text>,
    /// What it belongs to. A note for people.
    product: Option<Text>,
    /// Whom to ask. A note for people.
    owner: Option<Text>,
    /// Why it is allowed. A note for people.
    reason: Option<Text>,
    /// Where that was decided. A note for people.
    ticket: Option<Text>,
    /// Last day of the approval; after it `kextpolicy` reports an error.
    expires: Option<Day>,
}

/// A text that says something.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Text(#[schemars(regex(pattern = r"\S"))] String);

/// Apple Developer Team ID: 10 characters `A-Z0-9`.
#[derive(JsonSchema)]
#[schemars(example = &"UBF8T346G9")]
struct TeamId(#[schemars(regex(pattern = "^[A-Z0-9]{10}$"))] String);

/// Bundle ID, letter by letter; there are no wildcards.
#[derive(JsonSchema)]
#[schemars(example = &"com.microsoft.wdavkext")]
struct BundleId(
    #[schemars(
        length(max = 1000),
        regex(
            pattern = r"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$"
        )
    )]
    String,
);

/// A day as `YYYY-MM-DD`.
#[derive(JsonSchema)]
#[schemars(example = &"2027-06-30")]
struct Day(
    #[schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), extend("format" = "date"))] String,
);

/// Bundle IDs of the allowed extensions, or `all` for the whole team.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Bundles {
    /// Every extension of the team.
    All(Whole),
    /// The listed ones only.
    #[schemars(extend("uniqueItems" = true))]
    Listed(#[schemars(length(min = 1))] Vec<BundleId>),
}

/// Every extension of the team.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "lowercase")]
enum Whole {
    /// Every extension of the team.
    All,
}

/// What a system extension does.
#[derive(JsonSchema)]
enum ExtensionType {
    /// A driver (`DriverKit`).
    #[schemars(rename = "DriverExtension")]
    Driver,
    /// A content filter, proxy or VPN.
    #[schemars(rename = "NetworkExtension")]
    Network,
    /// A security product (Endpoint Security).
    #[schemars(rename = "EndpointSecurityExtension")]
    EndpointSecurity,
}

/// MDM servers to write for, with their settings. At least one.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
struct Targets {
    /// Jamf Pro.
    jamf: Option<Jamf>,
    /// Microsoft Intune.
    intune: Option<Intune>,
    /// Any MDM server: Apple's rules only.
    generic: Option<Generic>,
}

/// Settings of the Jamf Pro profile (`render --request`).
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Jamf {
    /// Category, by name.
    #[schemars(example = &"Security")]
    category: Option<Text>,
    /// Site, by name.
    site: Option<Text>,
    /// Level of the profile. Extensions are approved for the whole Mac.
    #[schemars(extend("enum" = super::targets::LEVELS, "default" = "System"))]
    level: Option<String>,
    /// How Macs get the profile.
    #[schemars(extend("enum" = super::targets::DISTRIBUTION_METHODS))]
    distribution_method: Option<String>,
    /// Who gets the profile again when it changes.
    #[schemars(extend("enum" = super::targets::REDEPLOY_ON_UPDATE))]
    redeploy_on_update: Option<String>,
}

/// Settings of the Intune profile (`render --request`).
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Intune {
    /// Description in the Intune portal.
    description: Option<Text>,
    /// Role scope tags, by id. Default: `["0"]`.
    #[schemars(length(min = 1), inner(regex(pattern = "^[0-9]{1,10}$")), extend("uniqueItems" = true))]
    role_scope_tag_ids: Option<Vec<String>>,
}

/// No settings: write `generic: {}`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Generic {}

/// The schema (JSON Schema draft 2020-12).
pub(crate) fn json_schema() -> Schema {
    let mut schema = SchemaGenerator::default().into_root_schema_for::<PolicyFile>();
    RecursiveTransform(forbid_null).transform(&mut schema);
    schema
}

/// A key without a value is an error in a policy, while an `Option` in a schema may be null.
fn forbid_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(serde_json::Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(serde_json::Value::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    let Some(serde_json::Value::Array(choices)) = object.get_mut("anyOf") else {
        return;
    };
    let before = choices.len();
    choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
    if choices.len() < before
        && let [serde_json::Value::Object(only)] = choices.as_slice()
    {
        let only = only.clone();
        object.remove("anyOf");
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys;
    use super::json_schema;

    #[test]
    fn the_schema_and_the_reader_know_the_same_keys() {
        let schema = json_schema().to_value();
        let maps: [(&str, &[&str]); 9] = [
            ("", keys::POLICY),
            ("/$defs/KernelExtensions", keys::KERNEL_EXTENSIONS),
            ("/$defs/KernelExtensionEntry", keys::KERNEL_ENTRY),
            ("/$defs/SystemExtensions", keys::SYSTEM_EXTENSIONS),
            ("/$defs/SystemExtensionEntry", keys::SYSTEM_ENTRY),
            ("/$defs/Targets", keys::TARGETS),
            ("/$defs/Jamf", keys::JAMF),
            ("/$defs/Intune", keys::INTUNE),
            ("/$defs/Generic", keys::GENERIC),
        ];
        for (place, known) in maps {
            let map = schema.pointer(place).unwrap_or_else(|| panic!("{place}"));
            let mut described: Vec<&str> = map["properties"]
                .as_object()
                .map(|properties| properties.keys().map(String::as_str).collect())
                .unwrap_or_default();
            let mut known = known.to_vec();
            described.sort_unstable();
            known.sort_unstable();
            assert_eq!(described, known, "{place}");
            assert_eq!(map["additionalProperties"], false, "{place}");
        }
    }

    #[test]
    fn every_key_is_described_and_nothing_may_be_null() {
        fn walk(value: &serde_json::Value, path: &str) {
            if let Some(properties) = value.get("properties").and_then(|p| p.as_object()) {
                for (key, property) in properties {
                    if path.contains("/oneOf/") {
                        continue;
                    }
                    assert!(property.get("description").is_some(), "{path}/{key}");
                }
            }
            assert!(value != "null", "{path} may be null");
            match value {
                serde_json::Value::Object(map) => {
                    for (key, value) in map {
                        walk(value, &format!("{path}/{key}"));
                    }
                }
                serde_json::Value::Array(items) => {
                    for item in items {
                        walk(item, &format!("{path}/"));
                    }
                }
                _ => {}
            }
        }
        walk(&json_schema().to_value(), "");
    }
}
