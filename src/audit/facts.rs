//! Reads the facts of a profile from its payloads. A kind of payload is one row of [`READERS`].

use super::fact::{Fact, Grade, Grant, Rule};
use super::kind::{
    BACKGROUND_ITEM, CONTENT_FILTER, DNS_PROXY, FILEVAULT, FIREWALL, FIREWALL_APP, GATEKEEPER,
    GATEKEEPER_RULE, Kind, PRIVACY, TRUST_ANCHOR,
};
use super::values::sha256;
use crate::cms::{self, Certificate};
use crate::escape::quoted;
use crate::plist::{Dictionary, Entry, Value};
use crate::profile::background_items::BackgroundItems;
use crate::profile::code_requirement::CodeRequirement;
use crate::profile::content_filter::ContentFilter;
use crate::profile::privacy::{Authorization, PrivacyPolicy};
use crate::profile::{Common, Payload, Profile, Text};
use crate::schema;

/// Reads the facts of one payload.
type Reader = fn(Payload<'_>, &mut Vec<Fact>);

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
            of_payload(payload_type.as_str(), payload, &mut found);
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

fn requirement(requirement: Option<CodeRequirement<'_>>) -> String {
    requirement
        .map(|own| own.text().to_owned())
        .unwrap_or_default()
}

fn is_true(dictionary: Dictionary<'_>, key: &str) -> bool {
    dictionary.get(key).and_then(Value::as_bool) == Some(true)
}

/// A word and a quoted value, or nothing where there is no value.
fn phrase(word: &str, value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        format!(" {word} {}", quoted(value))
    }
}

/// How people call a privacy service, in System Settings where it is shown there.
fn service_name(service: &str) -> Option<&'static str> {
    Some(match service {
        "SystemPolicyAllFiles" => "Full Disk Access",
        "ScreenCapture" => "Screen Recording",
        "ListenEvent" => "Input Monitoring",
        "AppleEvents" => "Automation",
        "BluetoothAlways" => "Bluetooth",
        "SystemPolicyAppBundles" => "App Management",
        "SystemPolicySysAdminFiles" => "administrators' files",
        _ => return None,
    })
}

fn privacy(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let entries = PrivacyPolicy::of(payload)
        .into_iter()
        .flat_map(PrivacyPolicy::entries);
    for entry in entries {
        let allowed = entry.dictionary().get("Allowed").and_then(Value::as_bool);
        let authorization = match (entry.authorization(), allowed) {
            // Where an entry has both keys, the one that allows more counts here.
            (Some((Authorization::Allow, _)), _) | (_, Some(true)) => Authorization::Allow,
            (Some((own, _)), _) => own,
            (None, Some(false)) => Authorization::Deny,
            (None, None) => continue,
        };
        let (identifier, receiver) = (
            owned(entry.identifier()),
            owned(entry.receiver_identifier()),
        );
        let code = requirement(entry.code_requirement());
        let grant = Grant {
            at_once: authorization == Authorization::Allow,
            static_code: entry.static_code() == Some(true),
            requirements: [code.clone(), requirement(entry.receiver_code_requirement())],
        };
        let (grade, verb) = match authorization {
            Authorization::Allow => (Grade::Granted(grant), "has"),
            Authorization::AllowStandardUser => {
                (Grade::Granted(grant), "has, once anybody allows it,")
            }
            Authorization::Deny => (Grade::Denied, "is denied"),
        };
        let service = entry.service.as_str();
        let name = match service_name(service) {
            Some(name) => format!("{name} ({})", quoted(service)),
            None => quoted(service),
        };
        let subject = [
            service,
            &owned(entry.identifier_type()),
            &identifier,
            &owned(entry.receiver_identifier_type()),
            &receiver,
        ];
        let to = phrase("to", &receiver);
        let sentence = format!("{} {verb} {name}{to}", quoted(&identifier));
        let fact = Fact::plain(
            &PRIVACY,
            subject.join("\0"),
            sentence,
            entry.dictionary().span(),
        );
        found.push(fact.graded(grade).held_by(identifier, code).read_from(&[
            "Allowed",
            "Authorization",
            "CodeRequirement",
            "AEReceiverCodeRequirement",
            "StaticCode",
            "Identifier",
            "IdentifierType",
            "AEReceiverIdentifier",
            "AEReceiverIdentifierType",
        ]));
    }
}

fn background_items(payload: Payload<'_>, found: &mut Vec<Fact>) {
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

fn content_filter(payload: Payload<'_>, found: &mut Vec<Fact>) {
    const KEYS: &[&str] = &[
        "FilterType",
        "PluginBundleID",
        "FilterSockets",
        "FilterPackets",
        "FilterBrowsers",
        "FilterDataProviderBundleIdentifier",
        "FilterPacketProviderBundleIdentifier",
        "FilterDataProviderDesignatedRequirement",
        "FilterPacketProviderDesignatedRequirement",
    ];
    let Some(filter) = ContentFilter::of(payload) else {
        return;
    };
    let whole = payload.dictionary().span();
    if owned(filter.filter_type()) != "Plugin" {
        let sentence = "Apple's own content filter is on".to_owned();
        found.push(Fact::plain(&CONTENT_FILTER, String::new(), sentence, whole).read_from(KEYS));
        return;
    }
    let plugin = owned(filter.plugin_bundle_id());
    for (switch, what, key) in [
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
        if filter.filters(switch) != Some(true) {
            continue;
        }
        let own = filter.providers().find(|provider| provider.key == key);
        let provider = owned(own.as_ref().and_then(|own| own.bundle.clone()));
        let code = requirement(own.and_then(|own| own.requirement));
        let sentence = format!(
            "content filter {} filters {what}{}",
            quoted(&plugin),
            phrase("by", &provider)
        );
        let span = payload
            .dictionary()
            .entry(switch)
            .map_or(whole, Entry::span);
        let fact = Fact::plain(
            &CONTENT_FILTER,
            format!("{plugin}\0{what}\0{provider}"),
            sentence,
            span,
        );
        found.push(
            fact.graded(Grade::Bound(code.clone()))
                .held_by(plugin.clone(), code)
                .read_from(KEYS),
        );
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
        fact.graded(Grade::Bound(code.clone()))
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
