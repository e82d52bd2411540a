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
    extend("anyOf" = [
        {"required": ["kernel_extensions"]},
        {"required": ["system_extensions"]},
        {"required": ["privacy"]},
        {"required": ["content_filters"]},
        {"required": ["background_items"]}
    ])
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
    /// What programs may read without asking.
    privacy: Option<Privacy>,
    /// Programs that filter the network traffic, one profile each.
    #[schemars(length(min = 1))]
    content_filters: Option<Vec<ContentFilter>>,
    /// Login and background items that run without asking.
    #[schemars(length(min = 1))]
    background_items: Option<Vec<BackgroundEntry>>,
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
    /// Whether standard users may approve kexts (`AllowNonAdminUserApprovals`, macOS 11).
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
    /// Whether people may approve more system extensions than the listed ones (`AllowUserOverrides`). `false` wins over
    /// every other profile of the Mac.
    #[schemars(extend("default" = true))]
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

/// Access to private data without asking (`com.apple.TCC.configuration-profile-policy`). A profile can only deny the
/// camera, the microphone, the screen and the keyboard, so there is no key for them.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
struct Privacy {
    /// Full Disk Access (`SystemPolicyAllFiles`).
    #[schemars(length(min = 1))]
    full_disk_access: Option<Vec<PrivacyEntry>>,
    /// Control of the Mac through Accessibility (`Accessibility`).
    #[schemars(length(min = 1))]
    accessibility: Option<Vec<PrivacyEntry>>,
    /// Files of the system administration (`SystemPolicySysAdminFiles`).
    #[schemars(length(min = 1))]
    administration_files: Option<Vec<PrivacyEntry>>,
    /// Other apps' bundles: to update or delete them (`SystemPolicyAppBundles`, macOS 13).
    #[schemars(length(min = 1))]
    app_bundles: Option<Vec<PrivacyEntry>>,
    /// Other apps' data (`SystemPolicyAppData`, macOS 14).
    #[schemars(length(min = 1))]
    app_data: Option<Vec<PrivacyEntry>>,
    /// Apple events to the `receiver` (`AppleEvents`).
    #[schemars(length(min = 1))]
    apple_events: Option<Vec<AppleEventsEntry>>,
    /// Bluetooth (`BluetoothAlways`, macOS 11).
    #[schemars(length(min = 1))]
    bluetooth: Option<Vec<PrivacyEntry>>,
    /// Calendars (`Calendar`).
    #[schemars(length(min = 1))]
    calendar: Option<Vec<PrivacyEntry>>,
    /// Contacts (`AddressBook`).
    #[schemars(length(min = 1))]
    contacts: Option<Vec<PrivacyEntry>>,
    /// The Desktop folder (`SystemPolicyDesktopFolder`, macOS 10.15).
    #[schemars(length(min = 1))]
    desktop_folder: Option<Vec<PrivacyEntry>>,
    /// The Documents folder (`SystemPolicyDocumentsFolder`, macOS 10.15).
    #[schemars(length(min = 1))]
    documents_folder: Option<Vec<PrivacyEntry>>,
    /// The Downloads folder (`SystemPolicyDownloadsFolder`, macOS 10.15).
    #[schemars(length(min = 1))]
    downloads_folder: Option<Vec<PrivacyEntry>>,
    /// Knowing when people use files of the file provider (`FileProviderPresence`, macOS 10.15).
    #[schemars(length(min = 1))]
    file_provider_presence: Option<Vec<PrivacyEntry>>,
    /// Apple Music, music and video activity, the media library (`MediaLibrary`, macOS 10.15).
    #[schemars(length(min = 1))]
    media_library: Option<Vec<PrivacyEntry>>,
    /// Files on network volumes (`SystemPolicyNetworkVolumes`, macOS 10.15).
    #[schemars(length(min = 1))]
    network_volumes: Option<Vec<PrivacyEntry>>,
    /// Photos (`Photos`).
    #[schemars(length(min = 1))]
    photos: Option<Vec<PrivacyEntry>>,
    /// Sending keystrokes and clicks (`PostEvent`).
    #[schemars(length(min = 1))]
    post_events: Option<Vec<PrivacyEntry>>,
    /// Reminders (`Reminders`).
    #[schemars(length(min = 1))]
    reminders: Option<Vec<PrivacyEntry>>,
    /// Files on removable volumes (`SystemPolicyRemovableVolumes`, macOS 10.15).
    #[schemars(length(min = 1))]
    removable_volumes: Option<Vec<PrivacyEntry>>,
    /// Speech recognition (`SpeechRecognition`, macOS 10.15).
    #[schemars(length(min = 1))]
    speech_recognition: Option<Vec<PrivacyEntry>>,
}

/// Programs that get a permission.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PrivacyEntry {
    /// Team ID of the vendor, from which the code requirement follows. Programs of Apple (`com.apple.…`) go without.
    team_id: Option<TeamId>,
    /// Bundle IDs of the programs; or `path`.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    bundle_ids: Option<Vec<CodeId>>,
    /// Absolute path of a program without a bundle.
    #[schemars(regex(pattern = "^/"))]
    path: Option<String>,
    /// Signing identifier of the program at `path`, as `codesign -dv` prints it.
    identifier: Option<CodeId>,
    /// Code requirement, where it does not follow from `team_id`. Then an entry is about one program.
    requirement: Option<Text>,
    /// Whether a copy from the Mac App Store meets the requirement too, as in the longer form that some vendors publish.
    #[schemars(extend("default" = false))]
    app_store: Option<bool>,
    /// Whether the code on the disk is checked instead of the running process (`StaticCode`).
    #[schemars(extend("default" = false))]
    static_code: Option<bool>,
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

/// Programs that may send Apple events to another one.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AppleEventsEntry {
    /// Team ID of the vendor, from which the code requirement follows. Programs of Apple (`com.apple.…`) go without.
    team_id: Option<TeamId>,
    /// Bundle IDs of the programs; or `path`.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    bundle_ids: Option<Vec<CodeId>>,
    /// Absolute path of a program without a bundle.
    #[schemars(regex(pattern = "^/"))]
    path: Option<String>,
    /// Signing identifier of the program at `path`, as `codesign -dv` prints it.
    identifier: Option<CodeId>,
    /// Code requirement, where it does not follow from `team_id`. Then an entry is about one program.
    requirement: Option<Text>,
    /// Whether a copy from the Mac App Store meets the requirement too, as in the longer form that some vendors publish.
    #[schemars(extend("default" = false))]
    app_store: Option<bool>,
    /// Whether the code on the disk is checked instead of the running process (`StaticCode`).
    #[schemars(extend("default" = false))]
    static_code: Option<bool>,
    /// Who gets the Apple events.
    receiver: Receiver,
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

/// The one program that gets the Apple events.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Receiver {
    /// Team ID of the vendor, from which the code requirement follows. Programs of Apple (`com.apple.…`) go without.
    team_id: Option<TeamId>,
    /// Bundle IDs of the programs; or `path`.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    bundle_ids: Option<Vec<CodeId>>,
    /// Absolute path of a program without a bundle.
    #[schemars(regex(pattern = "^/"))]
    path: Option<String>,
    /// Signing identifier of the program at `path`, as `codesign -dv` prints it.
    identifier: Option<CodeId>,
    /// Code requirement, where it does not follow from `team_id`. Then an entry is about one program.
    requirement: Option<Text>,
    /// Whether a copy from the Mac App Store meets the requirement too, as in the longer form that some vendors publish.
    #[schemars(extend("default" = false))]
    app_store: Option<bool>,
}

/// A program that filters the network traffic (`com.apple.webcontent-filter`), in a profile of its own.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("anyOf" = [{"required": ["sockets"]}, {"required": ["packets"]}]))]
struct ContentFilter {
    /// Name people see (`UserDefinedName`).
    name: Text,
    /// Team ID of the vendor, from which the code requirement follows.
    team_id: Option<TeamId>,
    /// Bundle ID of the app that holds the extension (`PluginBundleID`).
    app: BundleId,
    /// System extension that filters sockets (`FilterSockets`).
    sockets: Option<BundleId>,
    /// System extension that filters packets (`FilterPackets`).
    packets: Option<BundleId>,
    /// Filters of the grade `firewall` see the traffic first (`FilterGrade`).
    #[schemars(extend("enum" = super::GRADES, "default" = "firewall"))]
    grade: Option<String>,
    /// Text for the filter (`Organization`).
    organization: Option<Text>,
    /// Code requirement of the extension, where it does not follow from `team_id`.
    requirement: Option<Text>,
    /// Whether a copy from the Mac App Store meets the requirement too, as in the longer form that some vendors publish.
    #[schemars(extend("default" = false))]
    app_store: Option<bool>,
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

/// Login and background items that run without asking and cannot be turned off (`com.apple.servicemanagement`, macOS 13).
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct BackgroundEntry {
    /// Team ID of the vendor. Without a list below: every item of the team.
    team_id: Option<TeamId>,
    /// Bundle IDs of the apps (`BundleIdentifier`).
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    bundle_ids: Option<Vec<CodeId>>,
    /// How the bundle IDs of the apps begin (`BundleIdentifierPrefix`).
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    bundle_id_prefixes: Option<Vec<CodeId>>,
    /// Labels of the agents and daemons (`Label`).
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    labels: Option<Vec<CodeId>>,
    /// How the labels of the agents and daemons begin (`LabelPrefix`).
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    label_prefixes: Option<Vec<CodeId>>,
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

/// Identifier of a program, letter by letter; there are no wildcards.
#[derive(JsonSchema)]
#[schemars(example = &"com.microsoft.wdav")]
struct CodeId(#[schemars(regex(pattern = r#"^[^\s"*\\]([^"*\\]*[^\s"*\\])?$"#))] String);

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
        let maps: [(&str, &[&str]); 15] = [
            ("", keys::POLICY),
            ("/$defs/KernelExtensions", keys::KERNEL_EXTENSIONS),
            ("/$defs/KernelExtensionEntry", keys::KERNEL_ENTRY),
            ("/$defs/SystemExtensions", keys::SYSTEM_EXTENSIONS),
            ("/$defs/SystemExtensionEntry", keys::SYSTEM_ENTRY),
            ("/$defs/Privacy", keys::PRIVACY),
            ("/$defs/PrivacyEntry", keys::PRIVACY_ENTRY),
            ("/$defs/AppleEventsEntry", keys::APPLE_EVENTS_ENTRY),
            ("/$defs/Receiver", keys::RECEIVER),
            ("/$defs/ContentFilter", keys::CONTENT_FILTER),
            ("/$defs/BackgroundEntry", keys::BACKGROUND_ENTRY),
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
