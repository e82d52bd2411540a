//! What runs in the background, or at login.

use super::{owned, phrase, text};
use crate::audit::fact::{Fact, Grade, Rule};
use crate::audit::kind::BACKGROUND_ITEM;
use crate::audit::values::{canonical, sha256};
use crate::escape::quoted;
use crate::plist::Value;
use crate::profile::background_items::BackgroundItems;
use crate::profile::{Common as _, Payload};

pub(super) fn background_items(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let rules = BackgroundItems::of(payload)
        .into_iter()
        .flat_map(BackgroundItems::rules);
    for item in rules {
        let (rule_type, value, team) = (
            owned(item.rule_type()),
            owned(item.rule_value()),
            owned(item.team_identifier()),
        );
        let names = rule_type.strip_suffix("Prefix").unwrap_or(&rule_type);
        let is_prefix = names.len() < rule_type.len();
        let what = match names {
            "TeamIdentifier" => "of the whole team",
            "BundleIdentifier" if is_prefix => "whose bundle ID begins with",
            "BundleIdentifier" => "with the bundle ID",
            "Label" if is_prefix => "whose label begins with",
            "Label" => "with the label",
            _ => "of a rule that Apple does not describe,",
        };
        let sentence = format!(
            "background items {what} {}{} are approved",
            quoted(&value),
            phrase("of team", &team)
        );
        let rule = Rule {
            names: names.to_owned(),
            is_prefix,
            value: value.clone(),
            team: team.clone(),
        };
        let subject = format!("{rule_type}\0{value}\0{team}");
        let fact = Fact::plain(
            &BACKGROUND_ITEM,
            subject,
            sentence,
            item.dictionary().span(),
        );
        let bound_to = if names == "TeamIdentifier" {
            value.clone()
        } else {
            team
        };
        let keys = &["RuleType", "RuleValue", "TeamIdentifier"];
        found.push(
            fact.graded(Grade::Rule(rule))
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
