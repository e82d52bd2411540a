//! Restrictions by their names: Apple calls a key that forbids something `allow…` with the value `false`, and one that
//! asks for something `force…`, `require…`, `prohibit…` and the like with the value `true`.

use super::switches::truth;
use crate::audit::fact::Fact;
use crate::audit::kind::RESTRICTION;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::profile::{Common as _, Payload};
use crate::schema::{self, Key, Type};

/// Keys with such a name that have rows of their own or mean something else: how a Mac joins a network before anybody
/// logs in, whether a list of websites is used, whether updates come later, whether people log in with a smart card.
const OTHERS: &[&str] = &[
    "AllowIdentifiedDevelopers",
    "AllowSigned",
    "AllowSignedApp",
    "allowListEnabled",
    "allowSmartCard",
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
    let described = schema::BUILT_IN.of_type(payload_type);
    if described.is_empty() || ExtensionKind::of_payload_type(payload_type).is_some() {
        return;
    }
    for entry in payload.dictionary().entries() {
        let name = entry.key();
        let known = described.iter().find_map(|one| one.keys.get(&name));
        let Some(key) = known.filter(|key| key.kind == Type::Boolean) else {
            continue;
        };
        let Some((value, restricts)) = truth(payload, entry.value).zip(restricts_by(key)) else {
            continue;
        };
        let is_default = key.default == Some(if value { "true" } else { "false" });
        if is_default || (value != restricts && key.default.is_none()) {
            continue;
        }
        let sentence = format!("{} is {}", quoted(&name), quoted(&value.to_string()));
        let fact = Fact::plain(&RESTRICTION, name.into_owned(), sentence, entry.span());
        found.push(if value == restricts {
            fact
        } else {
            fact.turned()
        });
    }
}

/// The value with which a key restricts; `None` when its name does not say.
fn restricts_by(key: &Key) -> Option<bool> {
    if OTHERS.contains(&key.name) {
        return None;
    }
    let name = key.name.to_ascii_lowercase();
    let verb = name.trim_start_matches("safari");
    let by_name = if verb.starts_with("allow") {
        Some(false)
    } else {
        let asks = ASKING.iter().any(|word| verb.starts_with(word));
        asks.then_some(true)
    };
    by_name.map(|value| value != OPENING.contains(&key.name))
}
