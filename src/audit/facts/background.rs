//! What runs in the background, or at login.

use super::{owned, text};
use crate::audit::fact::Fact;
use crate::audit::kind::BACKGROUND_ITEM;
use crate::audit::values::{canonical, sha256};
use crate::escape::quoted;
use crate::plist::Value;
use crate::profile::grade::Grade;
use crate::profile::permission::background_item;
use crate::profile::{Common as _, Payload, background_items};

pub(super) fn background_items(payload: Payload<'_>, found: &mut Vec<Fact>) {
    for item in background_items::rules(payload) {
        let (value, team) = (owned(item.rule_value()), owned(item.team_identifier()));
        let permission = background_item(item);
        let is_team =
            matches!(&permission.grade, Grade::Rule(rule) if rule.names == "TeamIdentifier");
        let bound_to = if is_team { value.clone() } else { team };
        let keys = &["RuleType", "RuleValue", "TeamIdentifier"];
        found.push(
            Fact::of(&BACKGROUND_ITEM, permission)
                .held_by(value, bound_to)
                .read_from(keys),
        );
    }
}

/// Apps and documents that are opened at login.
pub(super) fn login_items(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let items = payload
        .dictionary()
        .get("AutoLaunchedApplicationDictionary-managed")
        .and_then(Value::as_array);
    for item in items.into_iter().flatten() {
        let path = item
            .as_dictionary()
            .map(|own| text(own, "Path"))
            .unwrap_or_default();
        let sentence = format!("{} is opened at login", quoted(&path));
        let subject = format!("login\0{path}");
        found.push(
            Fact::plain(&BACKGROUND_ITEM, subject, sentence, item.span()).read_from(&["Path"]),
        );
    }
}

/// Scripts that run at login and logout, as administrator.
pub(super) fn login_scripts(payload: Payload<'_>, found: &mut Vec<Fact>) {
    for (key, when) in [("loginscripts", "login"), ("logoutscripts", "logout")] {
        let scripts = payload.dictionary().get(key).and_then(Value::as_array);
        for script in scripts.into_iter().flatten() {
            let digest = sha256(&canonical(script));
            let sentence = format!("a script runs at {when} (SHA-256 of its entry `{digest}`)");
            let subject = format!("{key}\0{digest}");
            found.push(
                Fact::plain(&BACKGROUND_ITEM, subject, sentence, script.span())
                    .read_from(&["filename", "filedata"]),
            );
        }
    }
}
