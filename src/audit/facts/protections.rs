//! Settings that protect a Mac: firewall apps, Gatekeeper rules, escrow of the recovery key, the MDM server.

use super::{phrase, text};
use crate::audit::fact::Fact;
use crate::audit::kind::{FILEVAULT, FIREWALL_APP, GATEKEEPER_RULE, MANAGEMENT};
use crate::audit::values::sha256;
use crate::escape::quoted;
use crate::plist::Value;
use crate::profile::grade::Grade;
use crate::profile::{Common as _, Payload, Profile};

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
    let leaf = dictionary.get("LeafCertificate").and_then(Value::as_data);
    let leaf = leaf.map(|data| sha256(&data)).unwrap_or_default();
    // A rule that is over allows nothing, so the longer the more.
    let until = dictionary.entry("Expiration").map(|entry| entry.value);
    #[expect(clippy::cast_possible_truncation, reason = "a date in whole seconds")]
    let length = until.map_or(Some(i64::MAX), |date| date.as_date().map(|own| own as i64));
    let sentence = format!(
        "Gatekeeper goes by the rule {}{}{}",
        quoted(&code),
        phrase("for the certificate", &leaf),
        phrase("until", &until.map(Value::text).unwrap_or_default()),
    );
    let subject = format!("{code}\0{operation}\0{leaf}");
    let fact = Fact::plain(&GATEKEEPER_RULE, subject, sentence, dictionary.span());
    let fact = fact.graded(length.map_or(Grade::Plain, Grade::Strict));
    found.push(fact.read_from(&[
        "Requirement",
        "OperationType",
        "LeafCertificate",
        "Expiration",
    ]));
}

pub(super) const ESCROW: &str = "com.apple.security.FDERecoveryKeyEscrow";

/// The escrow of the recovery key, for whoever has the key of the certificate that it names in its profile.
pub(super) fn escrow(profile: Profile<'_>, payload: Payload<'_>, found: &mut Vec<Fact>) {
    const KEY: &str = "EncryptCertPayloadUUID";
    let named = text(payload.dictionary(), KEY);
    let is_named = |other: &Payload<'_>| {
        let uuid = other.uuid();
        uuid.is_some_and(|uuid| uuid.as_str().eq_ignore_ascii_case(&named))
    };
    let certificate = profile.payloads().find(is_named);
    let data = certificate.and_then(|own| own.dictionary().get("PayloadContent")?.as_data());
    let digest = data.map(|data| sha256(&data)).unwrap_or_default();
    let certificate = match phrase("for the certificate with the SHA-256", &digest) {
        none if none.is_empty() => ", for a certificate that is not in the profile".to_owned(),
        certificate => certificate,
    };
    let sentence = format!("the recovery key of FileVault is escrowed{certificate}");
    let span = payload.dictionary().span();
    let fact = Fact::plain(&FILEVAULT, "escrow".to_owned(), sentence, span);
    found.push(fact.graded(Grade::Exact(digest)).read_from(&[KEY]));
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
