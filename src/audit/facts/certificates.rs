//! Which certificates a Mac trusts, and which checks of certificates it makes.

use crate::audit::fact::Fact;
use crate::audit::kind::{CERTIFICATE_CHECK, TRUST_ANCHOR};
use crate::audit::values::{canonical, sha256, shown};
use crate::cms;
use crate::escape::quoted;
use crate::plist::Value;
use crate::profile::{Common as _, Payload};

pub(super) fn certificate(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let Some(entry) = payload.dictionary().entry("PayloadContent") else {
        return;
    };
    let Some(bytes) = entry.value.as_data() else {
        return;
    };
    let parsed = cms::certificates(&bytes).unwrap_or_default();
    let names: Vec<String> = parsed
        .iter()
        .map(|certificate| quoted(&certificate.subject()))
        .collect();
    let described = if names.is_empty() {
        "that cannot be read".to_owned()
    } else {
        names.join(", ")
    };
    let digest = sha256(&bytes);
    let sentence =
        format!("certificate {described} (SHA-256 `{digest}`) is trusted or used to build trust");
    found.push(
        Fact::plain(&TRUST_ANCHOR, digest, sentence, entry.span()).read_from(&["PayloadContent"]),
    );
}

/// Exceptions from Certificate Transparency, and keys whose revocation is checked.
pub(super) fn checks(payload: Payload<'_>, found: &mut Vec<Fact>) {
    for (key, sentence) in [
        (
            "DisabledForCerts",
            "Certificate Transparency is not asked for by the key",
        ),
        (
            "DisabledForDomains",
            "Certificate Transparency is not asked for by",
        ),
        ("EnabledForCerts", "revocation is checked for the key"),
    ] {
        let entries = payload.dictionary().get(key).and_then(Value::as_array);
        for entry in entries.into_iter().flatten() {
            let hash = entry
                .as_dictionary()
                .and_then(|dictionary| dictionary.get("Hash"));
            let sentence = format!("{sentence} {}", shown(hash.unwrap_or(entry)));
            let subject = format!("{key}\0{}", sha256(&canonical(entry)));
            let fact = Fact::plain(&CERTIFICATE_CHECK, subject, sentence, entry.span())
                .read_from(&["Algorithm", "Hash"]);
            let is_exception = key.starts_with("Disabled");
            found.push(if is_exception { fact.turned() } else { fact });
        }
    }
}
