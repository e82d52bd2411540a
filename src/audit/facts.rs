//! Reads the facts of a profile from its payloads. A kind of payload is one row of [`READERS`].

use super::fact::{Fact, Grade, Grant, Rule};
use super::kind::{
    BACKGROUND_ITEM, CONTENT_FILTER, DNS_PROXY, FILEVAULT, FIREWALL, FIREWALL_APP, GATEKEEPER,
    GATEKEEPER_RULE, Kind, PRIVACY, TRUST_ANCHOR,
};
use super::values::sha256;
use crate::cms::{self, Certificate};
use crate::escape::quoted;
use crate::plist::{Dictionary, Value};
use crate::profile::{Common, Payload, Profile};
use crate::schema;
use crate::source::Span;

/// Reads the facts of one payload.
type Reader = fn(Dictionary<'_>, &mut Vec<Fact>);

/// The payload types that are read.
static READERS: &[(&str, Reader)] = &[
    ("com.apple.TCC.configuration-profile-policy", privacy),
    ("com.apple.servicemanagement", background_items),
    ("com.apple.webcontent-filter", content_filter),
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
            of_payload(payload_type.as_str(), payload.dictionary(), &mut found);
        }
    }
    found
}

/// Whether a profile has the scope `User`.
pub(crate) fn is_for_user(profile: Profile<'_>) -> bool {
    profile
        .scope()
        .is_some_and(|scope| scope.as_str() == "User")
}

/// Whether only the device channel takes a payload.
pub(crate) fn is_for_device(payload: Payload<'_>) -> bool {
    let payload_type = payload.payload_type();
    payload_type
        .is_some_and(|own| schema::BUILT_IN.takes(own.as_str(), |mac| mac.device, |mac| mac.user))
}

fn of_payload(payload_type: &str, dictionary: Dictionary<'_>, found: &mut Vec<Fact>) {
    for (_, read) in READERS.iter().filter(|(own, _)| *own == payload_type) {
        read(dictionary, found);
    }
    for (_, key, on, kind, text) in SWITCHES.iter().filter(|(own, ..)| *own == payload_type) {
        let Some(entry) = dictionary.entry(key) else {
            continue;
        };
        let is_on = match on {
            On::True => entry.value.as_bool() == Some(true),
            On::Text(text) => entry.value.as_str().is_some_and(|own| own == *text),
        };
        if is_on {
            found.push(plain(
                kind,
                (*text).to_owned(),
                (*text).to_owned(),
                String::new(),
                &[],
                entry.span(),
            ));
        }
    }
}

/// A fact that is there or is not.
fn plain(
    kind: &'static Kind,
    subject: String,
    text: String,
    holder: String,
    keys: &'static [&'static str],
    span: Span,
) -> Fact {
    Fact {
        kind,
        subject,
        grade: Grade::Plain,
        text,
        holder,
        keys,
        span,
    }
}

/// A text of a dictionary; empty when it is missing.
fn text(dictionary: Dictionary<'_>, key: &str) -> String {
    let value = dictionary.get(key).and_then(Value::as_str);
    value.map(std::borrow::Cow::into_owned).unwrap_or_default()
}

fn is_true(dictionary: Dictionary<'_>, key: &str) -> bool {
    dictionary.get(key).and_then(Value::as_bool) == Some(true)
}

/// The dictionaries in a list.
fn dictionaries(list: Option<Value<'_>>) -> impl Iterator<Item = Dictionary<'_>> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_dictionary)
}

/// How people call a privacy service, in System Settings where it is shown there.
fn service_name(service: &str) -> &str {
    match service {
        "SystemPolicyAllFiles" => "Full Disk Access",
        "ScreenCapture" => "Screen Recording",
        "ListenEvent" => "Input Monitoring",
        "AppleEvents" => "Automation",
        "BluetoothAlways" => "Bluetooth",
        "SystemPolicyAppBundles" => "App Management",
        "SystemPolicySysAdminFiles" => "administrators' files",
        other => other,
    }
}

fn privacy(payload: Dictionary<'_>, found: &mut Vec<Fact>) {
    const KEYS: &[&str] = &[
        "Allowed",
        "Authorization",
        "CodeRequirement",
        "AEReceiverCodeRequirement",
        "StaticCode",
        "Identifier",
        "IdentifierType",
        "AEReceiverIdentifier",
        "AEReceiverIdentifierType",
    ];
    let services = payload.get("Services").and_then(Value::as_dictionary);
    for service in services.into_iter().flat_map(Dictionary::entries) {
        let service_key = service.key();
        for entry in dictionaries(Some(service.value)) {
            let authorization = text(entry, "Authorization");
            let (allows, asks) = (
                is_true(entry, "Allowed") || authorization == "Allow",
                authorization == "AllowStandardUserToSetSystemService",
            );
            let denies = authorization == "Deny"
                || entry.get("Allowed").and_then(Value::as_bool) == Some(false);
            let identifier = text(entry, "Identifier");
            let receiver = text(entry, "AEReceiverIdentifier");
            let subject = [
                &*service_key,
                &text(entry, "IdentifierType"),
                &identifier,
                &text(entry, "AEReceiverIdentifierType"),
                &receiver,
            ]
            .join("\0");
            let to = if receiver.is_empty() {
                String::new()
            } else {
                format!(" to {}", quoted(&receiver))
            };
            let name = service_name(&service_key);
            let key = if name == service_key {
                String::new()
            } else {
                format!(" (`{service_key}`)")
            };
            let (grade, verb) = if allows || asks {
                let grant = Grant {
                    at_once: allows,
                    static_code: is_true(entry, "StaticCode"),
                    requirements: [
                        text(entry, "CodeRequirement"),
                        text(entry, "AEReceiverCodeRequirement"),
                    ],
                };
                (
                    Grade::Granted(grant),
                    if allows {
                        "has"
                    } else {
                        "has, once anybody allows it,"
                    },
                )
            } else if denies {
                (Grade::Denied, "is denied")
            } else {
                continue;
            };
            let name = if key.is_empty() {
                quoted(name)
            } else {
                name.to_owned()
            };
            found.push(Fact {
                kind: &PRIVACY,
                subject,
                grade,
                text: format!("{} {verb} {name}{key}{to}", quoted(&identifier)),
                holder: identifier,
                keys: KEYS,
                span: entry.span(),
            });
        }
    }
}

fn background_items(payload: Dictionary<'_>, found: &mut Vec<Fact>) {
    const KEYS: &[&str] = &["RuleType", "RuleValue", "TeamIdentifier"];
    for entry in dictionaries(payload.get("Rules")) {
        let (rule_type, value, team) = (
            text(entry, "RuleType"),
            text(entry, "RuleValue"),
            text(entry, "TeamIdentifier"),
        );
        let names = rule_type.strip_suffix("Prefix").unwrap_or(&rule_type);
        let is_prefix = names.len() < rule_type.len();
        let of_team = if team.is_empty() {
            String::new()
        } else {
            format!(" of team {}", quoted(&team))
        };
        let what = match names {
            "TeamIdentifier" => "of the whole team ",
            "BundleIdentifier" if is_prefix => "whose bundle ID begins with ",
            "BundleIdentifier" => "with the bundle ID ",
            "Label" if is_prefix => "whose label begins with ",
            "Label" => "with the label ",
            _ => "of a rule that Apple does not describe, ",
        };
        let subject = format!("{rule_type}\0{value}\0{team}");
        let sentence = format!(
            "background items {what}{}{of_team} are approved",
            quoted(&value)
        );
        let rule = Rule {
            names: names.to_owned(),
            is_prefix,
            value: value.clone(),
            team: team.clone(),
        };
        found.push(Fact {
            kind: &BACKGROUND_ITEM,
            subject,
            grade: Grade::Rule(rule),
            text: sentence,
            holder: if team.is_empty() { value } else { team },
            keys: KEYS,
            span: entry.span(),
        });
    }
}

fn content_filter(payload: Dictionary<'_>, found: &mut Vec<Fact>) {
    const KEYS: &[&str] = &[
        "FilterType",
        "PluginBundleID",
        "FilterSockets",
        "FilterPackets",
        "FilterBrowsers",
        "FilterDataProviderBundleIdentifier",
        "FilterPacketProviderBundleIdentifier",
    ];
    let plugin = text(payload, "PluginBundleID");
    let is_plugin = text(payload, "FilterType") == "Plugin";
    if !is_plugin {
        let sentence = "Apple's own content filter is on".to_owned();
        found.push(plain(
            &CONTENT_FILTER,
            String::new(),
            sentence,
            String::new(),
            KEYS,
            payload.span(),
        ));
        return;
    }
    for (switch, what, provider) in [
        (
            "FilterSockets",
            "sockets",
            "FilterDataProviderBundleIdentifier",
        ),
        (
            "FilterPackets",
            "packets",
            "FilterPacketProviderBundleIdentifier",
        ),
        ("FilterBrowsers", "browsers", ""),
    ] {
        if !is_true(payload, switch) {
            continue;
        }
        let provider = text(payload, provider);
        let by = if provider.is_empty() {
            String::new()
        } else {
            format!(" by {}", quoted(&provider))
        };
        let sentence = format!("content filter {} filters {what}{by}", quoted(&plugin));
        let subject = format!("{plugin}\0{what}\0{provider}");
        let span = payload
            .entry(switch)
            .map_or(payload.span(), crate::plist::Entry::span);
        found.push(plain(
            &CONTENT_FILTER,
            subject,
            sentence,
            plugin.clone(),
            KEYS,
            span,
        ));
    }
}

fn dns_proxy(payload: Dictionary<'_>, found: &mut Vec<Fact>) {
    const KEYS: &[&str] = &["AppBundleIdentifier", "ProviderBundleIdentifier"];
    let (app, provider) = (
        text(payload, "AppBundleIdentifier"),
        text(payload, "ProviderBundleIdentifier"),
    );
    let by = if provider.is_empty() {
        String::new()
    } else {
        format!(" by {}", quoted(&provider))
    };
    let sentence = format!("DNS proxy {} looks names up{by}", quoted(&app));
    found.push(plain(
        &DNS_PROXY,
        format!("{app}\0{provider}"),
        sentence,
        app,
        KEYS,
        payload.span(),
    ));
}

fn firewall_apps(payload: Dictionary<'_>, found: &mut Vec<Fact>) {
    for entry in dictionaries(payload.get("Applications")) {
        if is_true(entry, "Allowed") {
            let bundle = text(entry, "BundleID");
            let sentence = format!(
                "{} may accept connections through the firewall",
                quoted(&bundle)
            );
            let keys = &["BundleID", "Allowed"];
            found.push(plain(
                &FIREWALL_APP,
                bundle.clone(),
                sentence,
                bundle,
                keys,
                entry.span(),
            ));
        }
    }
}

fn gatekeeper_rule(payload: Dictionary<'_>, found: &mut Vec<Fact>) {
    let requirement = text(payload, "Requirement");
    let operation = text(payload, "OperationType");
    let sentence = format!("Gatekeeper goes by the rule {}", quoted(&requirement));
    let keys = &["Requirement", "OperationType"];
    let subject = format!("{requirement}\0{operation}");
    found.push(plain(
        &GATEKEEPER_RULE,
        subject,
        sentence,
        String::new(),
        keys,
        payload.span(),
    ));
}

fn escrow(payload: Dictionary<'_>, found: &mut Vec<Fact>) {
    let sentence = "the recovery key of FileVault is escrowed".to_owned();
    found.push(plain(
        &FILEVAULT,
        "escrow".to_owned(),
        sentence,
        String::new(),
        &[],
        payload.span(),
    ));
}

fn certificate(payload: Dictionary<'_>, found: &mut Vec<Fact>) {
    let Some(entry) = payload.entry("PayloadContent") else {
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
    found.push(plain(
        &TRUST_ANCHOR,
        digest,
        sentence,
        String::new(),
        &["PayloadContent"],
        entry.span(),
    ));
}
