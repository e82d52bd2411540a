//! Settings that protect a Mac: firewall apps, Gatekeeper rules, escrow of the recovery key, the MDM server.

use super::text;
use crate::audit::fact::Fact;
use crate::audit::kind::{FILEVAULT, FIREWALL_APP, GATEKEEPER_RULE, MANAGEMENT};
use crate::escape::quoted;
use crate::plist::Value;
use crate::profile::{Common as _, Payload};

pub(super) fn firewall_apps(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let apps = payload
        .dictionary()
        .get("Applications")
        .and_then(Value::as_array);
    for entry in apps.into_iter().flatten().filter_map(Value::as_dictionary) {
        let Some(allowed) = entry.get("Allowed").and_then(Value::as_bool) else {
            continue;
        };
        let bundle = text(entry, "BundleID");
        let may = if allowed { "may" } else { "may not" };
        let sentence = format!(
            "{} {may} accept connections through the firewall",
            quoted(&bundle)
        );
        let fact = Fact::plain(&FIREWALL_APP, bundle, sentence, entry.span())
            .read_from(&["BundleID", "Allowed"]);
        found.push(if allowed { fact } else { fact.turned() });
    }
}

pub(super) fn gatekeeper_rule(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let dictionary = payload.dictionary();
    let (code, operation) = (
        text(dictionary, "Requirement"),
        text(dictionary, "OperationType"),
    );
    let sentence = format!("Gatekeeper goes by the rule {}", quoted(&code));
    let fact = Fact::plain(
        &GATEKEEPER_RULE,
        format!("{code}\0{operation}"),
        sentence,
        dictionary.span(),
    );
    found.push(fact.read_from(&["Requirement", "OperationType"]));
}

pub(super) fn escrow(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let sentence = "the recovery key of FileVault is escrowed".to_owned();
    found.push(Fact::plain(
        &FILEVAULT,
        "escrow".to_owned(),
        sentence,
        payload.dictionary().span(),
    ));
}

/// The MDM server that manages the Mac.
pub(super) fn management(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let dictionary = payload.dictionary();
    let (server, topic) = (text(dictionary, "ServerURL"), text(dictionary, "Topic"));
    let sentence = format!("the MDM server {} manages the Mac", quoted(&server));
    let subject = format!("{server}\0{topic}");
    found.push(
        Fact::plain(&MANAGEMENT, subject, sentence, dictionary.span())
            .read_from(&["ServerURL", "Topic"]),
    );
}
