//! What Intune needs: files below its limit, and the bodies of its Graph API: a custom profile for every payload, and a
//! settings catalog policy for system extensions. The catalog has no counterpart for kernel extensions, and Microsoft
//! uploads the other kinds as custom profiles (`docs/intune.md`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::lists::{Lists, PerTeam};
use super::{Names, Piece, Rendered, Request};
use crate::policy::{Policy, PolicyError};

/// The largest custom profile that the Intune portal takes, in bytes
/// (<https://learn.microsoft.com/mem/intune/configuration/custom-settings-macos>).
const SIZE_LIMIT: usize = 1_000_000;

/// The start of every identifier of the settings catalog for system extensions.
const CATALOG: &str = "com.apple.system-extension-policy";

/// Refuses files that are too large.
pub(super) fn check_size(policy: &Policy, files: &[Rendered]) -> Result<(), Vec<PolicyError>> {
    let errors: Vec<PolicyError> = files
        .iter()
        .filter(|file| file.content.len() > SIZE_LIMIT)
        .map(|file| {
            PolicyError::new(
                policy.identifier.span,
                format!(
                    "the profile for {} has {} bytes, and Intune takes {SIZE_LIMIT}",
                    file.part.kind().noun(),
                    file.content.len()
                ),
                "the policy is too large for Intune",
                "split the policy into several files, each with an `identifier` of its own",
            )
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// The bodies of the requests that create a file's profile.
pub(super) fn requests(
    policy: &Policy,
    piece: &Piece<'_>,
    names: &Names,
    content: &str,
) -> Vec<Request> {
    let stem = format!("{}.{}", policy.identifier.value, piece.part.name());
    let mut requests = vec![Request {
        name: format!("{stem}.intune.json"),
        content: printed(&custom_profile(policy, names, content)),
    }];
    if let Some((overrides, lists)) = &piece.catalog {
        requests.push(Request {
            name: format!("{stem}.intune-catalog.json"),
            content: printed(&catalog_policy(policy, *overrides, names, lists)),
        });
    }
    requests
}

/// JSON with an indent and a line end.
fn printed(value: &Value) -> String {
    format!("{value:#}\n")
}

/// `description` of both bodies.
fn description<'a>(policy: &'a Policy, names: &'a Names) -> &'a str {
    let own = policy.targets.intune.as_ref();
    own.and_then(|settings| settings.description.as_ref())
        .map_or(names.description.as_str(), |text| text.value.as_str())
}

/// `roleScopeTagIds`; the default tag is 0.
fn scope_tags(policy: &Policy) -> Vec<&str> {
    let own = policy.targets.intune.as_ref();
    own.and_then(|settings| settings.role_scope_tag_ids.as_ref())
        .map_or_else(
            || vec!["0"],
            |tags| tags.iter().map(|tag| tag.value.as_str()).collect(),
        )
}

/// `macOSCustomConfiguration`, for `POST /beta/deviceManagement/deviceConfigurations`. The channel cannot be changed
/// later; all payloads are for the device.
fn custom_profile(policy: &Policy, names: &Names, content: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.macOSCustomConfiguration",
        "deploymentChannel": "deviceChannel",
        "description": description(policy, names),
        "displayName": names.display,
        "payload": STANDARD.encode(content),
        "payloadFileName": format!("{}.mobileconfig", names.stem),
        "payloadName": names.display,
        "roleScopeTagIds": scope_tags(policy),
    })
}

/// A settings catalog policy, for `POST /beta/deviceManagement/configurationPolicies`.
fn catalog_policy(policy: &Policy, overrides: bool, names: &Names, lists: &Lists<'_>) -> Value {
    let mut children = vec![json!({
        "@odata.type": kind("ChoiceSettingInstance"),
        "choiceSettingValue": {
            "@odata.type": kind("ChoiceSettingValue"),
            "children": [],
            "value": format!("{CATALOG}_allowuseroverrides_{overrides}"),
        },
        "settingDefinitionId": format!("{CATALOG}_allowuseroverrides"),
    })];
    children.extend(lists.allowed.iter().map(per_team));
    if !lists.whole_teams.is_empty() {
        let id = format!("{CATALOG}_allowedteamidentifiers");
        children.push(collection(&id, &lists.whole_teams));
    }
    children.extend(lists.removability.iter().map(per_team));
    json!({
        "description": description(policy, names),
        "name": names.display,
        "platforms": "macOS",
        "roleScopeTagIds": scope_tags(policy),
        "settings": [{
            "@odata.type": kind("Setting"),
            "settingInstance": {
                "@odata.type": kind("GroupSettingCollectionInstance"),
                "groupSettingCollectionValue": [{ "children": children }],
                "settingDefinitionId": format!("{CATALOG}_{CATALOG}"),
            },
        }],
        "technologies": "mdm",
    })
}

/// Graph's name of a type.
fn kind(name: &str) -> String {
    format!("#microsoft.graph.deviceManagementConfiguration{name}")
}

/// A dictionary of lists by team: a group of a Team ID and its list for each.
fn per_team(list: &PerTeam<'_>) -> Value {
    let id = format!("{CATALOG}_{}", list.key.to_ascii_lowercase());
    let groups: Vec<Value> = list
        .teams
        .iter()
        .map(|team| {
            json!({ "children": [
                collection(&format!("{id}_generickey"), &team.items),
                {
                    "@odata.type": kind("SimpleSettingInstance"),
                    "settingDefinitionId": format!("{id}_generickey_keytobereplaced"),
                    "simpleSettingValue": text(team.id),
                },
            ]})
        })
        .collect();
    json!({
        "@odata.type": kind("GroupSettingCollectionInstance"),
        "groupSettingCollectionValue": groups,
        "settingDefinitionId": id,
    })
}

/// A list of texts.
fn collection(id: &str, items: &[&str]) -> Value {
    let values: Vec<Value> = items.iter().map(|item| text(item)).collect();
    json!({
        "@odata.type": kind("SimpleSettingCollectionInstance"),
        "settingDefinitionId": id,
        "simpleSettingCollectionValue": values,
    })
}

fn text(value: &str) -> Value {
    json!({ "@odata.type": kind("StringSettingValue"), "value": value })
}
