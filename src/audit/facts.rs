//! Reads the facts of a profile from its payloads. A kind of payload is one row of [`READERS`].

use super::fact::{Fact, Grade};
use super::kind::{
    BACKGROUND_ITEM, CONTENT_FILTER, DNS_PROXY, FILEVAULT, FIREWALL, FIREWALL_APP, GATEKEEPER,
    GATEKEEPER_RULE, Kind, PRIVACY, TRUST_ANCHOR, VALUE,
};
use super::values::sha256;
use crate::approval::ApprovalKind;
use crate::cms::{self, Certificate};
use crate::escape::quoted;
use crate::plist::{Dictionary, Value};
use crate::profile::background_items::BackgroundItems;
use crate::profile::content_filter::ContentFilter;
use crate::profile::permission::{self, is_for_device, is_for_user, phrase};
use crate::profile::privacy::PrivacyPolicy;
use crate::profile::{Common, Payload, Profile, Text};

/// Reads the facts of one payload.
type Reader = fn(Payload<'_>, &mut Vec<Fact>);

/// The payload types that are read.
static READERS: &[(&str, Reader)] = &[
    (PrivacyPolicy::TYPE, permissions),
    (BackgroundItems::TYPE, permissions),
    (ContentFilter::TYPE, permissions),
    ("com.apple.dnsProxy.managed", dns_proxy),
    ("com.apple.security.firewall", firewall_apps),
    ("com.apple.systempolicy.rule", gatekeeper_rule),
    ("com.apple.security.root", certificate),
    ("com.apple.security.pkcs1", certificate),
    ("com.apple.security.pem", certificate),
    ("com.apple.security.FDERecoveryKeyEscrow", escrow),
];

/// What one key with one value says: payload type, key, value, kind, sentence.
static SWITCHES: &[(&str, &str, On, &Kind, &str)] = &[
    (
        "com.apple.security.firewall",
        "EnableFirewall",
        On::True,
        &FIREWALL,
        "the firewall is on",
    ),
    (
        "com.apple.security.firewall",
        "BlockAllIncoming",
        On::True,
        &FIREWALL,
        "the firewall blocks all incoming connections",
    ),
    (
        "com.apple.security.firewall",
        "EnableStealthMode",
        On::True,
        &FIREWALL,
        "the firewall does not answer probes (stealth mode)",
    ),
    (
        "com.apple.systempolicy.control",
        "EnableAssessment",
        On::True,
        &GATEKEEPER,
        "Gatekeeper is on",
    ),
    (
        "com.apple.systempolicy.control",
        "AllowIdentifiedDevelopers",
        On::True,
        &GATEKEEPER_RULE,
        "Gatekeeper lets programs of every identified developer run",
    ),
    (
        "com.apple.systempolicy.managed",
        "DisableOverride",
        On::True,
        &GATEKEEPER,
        "people cannot override Gatekeeper",
    ),
    (
        "com.apple.MCX.FileVault2",
        "Enable",
        On::Text("On"),
        &FILEVAULT,
        "FileVault is switched on",
    ),
    (
        "com.apple.MCX.FileVault2",
        "ForceEnableInSetupAssistant",
        On::True,
        &FILEVAULT,
        "FileVault is switched on in Setup Assistant",
    ),
    (
        "com.apple.MCX",
        "dontAllowFDEDisable",
        On::True,
        &FILEVAULT,
        "people cannot switch FileVault off",
    ),
];

/// The value that says so.
enum On {
    True,
    Text(&'static str),
}

/// Every fact of a profile, in the order of the file. A payload that only the device channel takes does nothing in a
/// profile for a user.
pub(crate) fn facts(profile: Profile<'_>) -> Vec<Fact> {
    let mut found = Vec::new();
    for payload in profile.payloads() {
        if let Some(payload_type) = payload.payload_type()
            && !(is_for_user(profile) && is_for_device(payload))
        {
            of_payload(payload_type.as_str(), payload, &mut found);
        }
    }
    found
}

fn of_payload(payload_type: &str, payload: Payload<'_>, found: &mut Vec<Fact>) {
    for (_, read) in READERS.iter().filter(|(own, _)| *own == payload_type) {
        read(payload, found);
    }
    for (_, key, on, kind, text) in SWITCHES.iter().filter(|(own, ..)| *own == payload_type) {
        let Some(entry) = payload.dictionary().entry(key) else {
            continue;
        };
        let is_on = match on {
            On::True => entry.value.as_bool() == Some(true),
            On::Text(text) => entry.value.as_str().is_some_and(|own| own == *text),
        };
        if is_on {
            found.push(Fact::plain(
                kind,
                (*text).to_owned(),
                (*text).to_owned(),
                entry.span(),
            ));
        }
    }
}

/// A text of a dictionary; empty when it is missing.
fn text(dictionary: Dictionary<'_>, key: &str) -> String {
    owned(dictionary.get(key).and_then(Text::of))
}

fn owned(text: Option<Text<'_>>) -> String {
    text.map(|text| text.value.into_owned()).unwrap_or_default()
}

fn is_true(dictionary: Dictionary<'_>, key: &str) -> bool {
    dictionary.get(key).and_then(Value::as_bool) == Some(true)
}

/// What a payload permits, with the keys that say so.
fn permissions(payload: Payload<'_>, found: &mut Vec<Fact>) {
    found.extend(permission::of_payload(payload).into_iter().map(|own| {
        let (kind, keys) = of_approval(own.kind);
        let fact = Fact::plain(kind, own.subject, own.text, own.span);
        fact.graded(own.grade)
            .held_by(own.holder, own.bound_to)
            .read_from(keys)
    }));
}

/// The kind of change and the keys of a kind of approval.
fn of_approval(kind: ApprovalKind) -> (&'static Kind, &'static [&'static str]) {
    match kind {
        ApprovalKind::KernelExtensions | ApprovalKind::SystemExtensions => (&VALUE, &[]),
        ApprovalKind::Privacy => (
            &PRIVACY,
            &[
                "Allowed",
                "Authorization",
                "CodeRequirement",
                "AEReceiverCodeRequirement",
                "StaticCode",
                "Identifier",
                "IdentifierType",
                "AEReceiverIdentifier",
                "AEReceiverIdentifierType",
            ],
        ),
        ApprovalKind::ContentFilters => (
            &CONTENT_FILTER,
            &[
                "FilterType",
                "PluginBundleID",
                "FilterSockets",
                "FilterPackets",
                "FilterBrowsers",
                "FilterDataProviderBundleIdentifier",
                "FilterPacketProviderBundleIdentifier",
                "FilterDataProviderDesignatedRequirement",
                "FilterPacketProviderDesignatedRequirement",
            ],
        ),
        ApprovalKind::BackgroundItems => (
            &BACKGROUND_ITEM,
            &["RuleType", "RuleValue", "TeamIdentifier"],
        ),
    }
}

fn dns_proxy(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let own = payload.dictionary();
    let (app, provider) = (
        text(own, "AppBundleIdentifier"),
        text(own, "ProviderBundleIdentifier"),
    );
    let code = text(own, "ProviderDesignatedRequirement");
    let sentence = format!(
        "DNS proxy {} looks names up{}",
        quoted(&app),
        phrase("by", &provider)
    );
    let fact = Fact::plain(
        &DNS_PROXY,
        format!("{app}\0{provider}"),
        sentence,
        own.span(),
    );
    let keys = &[
        "AppBundleIdentifier",
        "ProviderBundleIdentifier",
        "ProviderDesignatedRequirement",
    ];
    found.push(
        fact.graded(Grade::Bound {
            requirement: code.clone(),
            filter_grade: String::new(),
        })
        .held_by(app, code)
        .read_from(keys),
    );
}

fn firewall_apps(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let apps = payload
        .dictionary()
        .get("Applications")
        .and_then(Value::as_array);
    for entry in apps.into_iter().flatten().filter_map(Value::as_dictionary) {
        if is_true(entry, "Allowed") {
            let bundle = text(entry, "BundleID");
            let sentence = format!(
                "{} may accept connections through the firewall",
                quoted(&bundle)
            );
            let fact = Fact::plain(&FIREWALL_APP, bundle, sentence, entry.span());
            found.push(fact.read_from(&["BundleID", "Allowed"]));
        }
    }
}

fn gatekeeper_rule(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let own = payload.dictionary();
    let (code, operation) = (text(own, "Requirement"), text(own, "OperationType"));
    let sentence = format!("Gatekeeper goes by the rule {}", quoted(&code));
    let fact = Fact::plain(
        &GATEKEEPER_RULE,
        format!("{code}\0{operation}"),
        sentence,
        own.span(),
    );
    found.push(fact.read_from(&["Requirement", "OperationType"]));
}

fn escrow(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let sentence = "the recovery key of FileVault is escrowed".to_owned();
    found.push(Fact::plain(
        &FILEVAULT,
        "escrow".to_owned(),
        sentence,
        payload.dictionary().span(),
    ));
}

fn certificate(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let Some(entry) = payload.dictionary().entry("PayloadContent") else {
        return;
    };
    let Some(bytes) = entry.value.as_data() else {
        return;
    };
    let parsed = Certificate::from_der(&bytes).map(|one| vec![one]);
    let parsed = parsed
        .or_else(|| cms::certificates(&bytes).ok())
        .unwrap_or_default();
    let names: Vec<String> = parsed.iter().map(|one| quoted(&one.subject())).collect();
    let whose = if names.is_empty() {
        "that cannot be read".to_owned()
    } else {
        names.join(", ")
    };
    let digest = sha256(&bytes);
    let sentence =
        format!("certificate {whose} (SHA-256 `{digest}`) is trusted or used to build trust");
    found.push(
        Fact::plain(&TRUST_ANCHOR, digest, sentence, entry.span()).read_from(&["PayloadContent"]),
    );
}
