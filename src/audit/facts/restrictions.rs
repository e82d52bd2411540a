//! Restrictions by their names: Apple calls a key that forbids something `allow…` with the value `false`, and one that
//! asks for something `force…`, `require…`, `prohibit…` and the like with the value `true`.

use super::settings::truth;
use crate::audit::fact::Fact;
use crate::audit::kind::RESTRICTION;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Entry};
use crate::profile::{Common as _, Payload};
use crate::schema::{self, Group, Key, Type};

/// Keys with such a name that have rows of their own or mean something else: how a Mac joins a network before anybody
/// logs in, whether a list of websites is used, whether updates come later, whether people log in with a smart card.
const OTHERS: &[&str] = &[
    "AllowIdentifiedDevelopers",
    "AllowSigned",
    "AllowSignedApp",
    "allowListEnabled",
    "allowSmartCard",
    "enforceSmartCard",
    "ProhibitDisablement",
    "forceDelayedAppSoftwareUpdates",
    "forceDelayedMajorSoftwareUpdates",
    "forceDelayedSoftwareUpdates",
    "ForceCaptivePortalConnectionFromLockScreen",
    "ForceEnableInSetupAssistant",
    "ForceWifiConfigurationOnLockScreen",
    "dontAllowFDEDisable",
    "dontAllowFDEEnable",
];

/// Keys that open what their name seems to restrict, by Apple's own words (`mdm/profiles/com.apple.applicationaccess.yaml`):
/// with `false` accessories connect without authorization, or security responses are not installed; with `true` a screen
/// is captured without an alert, or a teacher's requests are granted without asking the student.
const OPENING: &[&str] = &[
    "allowRapidSecurityResponseInstallation",
    "allowUSBRestrictedMode",
    "forceBypassScreenCaptureAlert",
    "forceClassroomAutomaticallyJoinClasses",
    "forceClassroomUnpromptedAppAndDeviceLock",
    "forceClassroomUnpromptedScreenObservation",
];

const ASKING: &[&str] = &[
    "force",
    "enforce",
    "require",
    "dontallow",
    "prohibit",
    "prevent",
    "restrict",
];

pub(super) fn read(payload_type: &str, payload: Payload<'_>, found: &mut Vec<Fact>) {
    if ExtensionKind::of_payload_type(payload_type).is_some() {
        return;
    }
    for described in schema::BUILT_IN.of_type(payload_type) {
        let mut path = Vec::new();
        find(
            described.keys,
            payload,
            payload.dictionary(),
            &mut path,
            found,
        );
    }
}

/// Recursive: Apple's table is a few levels deep, and only what it describes is looked at.
fn find(
    described: Group,
    payload: Payload<'_>,
    dictionary: Dictionary<'_>,
    path: &mut Vec<String>,
    found: &mut Vec<Fact>,
) {
    for entry in dictionary.entries() {
        let name = entry.key();
        let Some(key) = described.get(&name) else {
            continue;
        };
        path.push(name.into_owned());
        if let Some(inner) = entry.value.as_dictionary() {
            find(key.inner, payload, inner, path, found);
        } else if key.kind == Type::Boolean {
            found.extend(restriction(key, payload, entry, path));
        }
        path.pop();
    }
}

fn restriction(key: &Key, payload: Payload<'_>, entry: Entry<'_>, path: &[String]) -> Option<Fact> {
    let (value, restricts) = truth(payload, entry.value).zip(restricts_by(key))?;
    let is_default = key.default == Some(if value { "true" } else { "false" });
    if is_default || (value != restricts && key.default.is_none()) {
        return None;
    }
    let path = path.join(".");
    let sentence = format!("{} is {}", quoted(&path), quoted(&value.to_string()));
    let fact = Fact::plain(&RESTRICTION, path, sentence, entry.span());
    Some(if value == restricts {
        fact
    } else {
        fact.turned()
    })
}

/// The value with which a key restricts; `None` when its name does not say.
fn restricts_by(key: &Key) -> Option<bool> {
    if OTHERS.contains(&key.name) {
        return None;
    }
    let name = key.name.to_ascii_lowercase();
    let verb = name.trim_start_matches("safari");
    let by_name = if verb.starts_with("allow") || verb.ends_with("allowed") {
        Some(false)
    } else {
        let asks = ASKING.iter().any(|word| verb.starts_with(word)) || verb.ends_with("usessl");
        asks.then_some(true)
    };
    by_name.map(|value| value != OPENING.contains(&key.name))
}
