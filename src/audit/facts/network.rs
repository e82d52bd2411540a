//! What sees, filters or carries the traffic of a Mac: content filters, DNS, VPNs, relays.

use super::{owned, phrase, text};
use crate::audit::fact::Fact;
use crate::audit::kind::{CONTENT_FILTER, DNS_PROXY, ENCRYPTED_DNS, VPN};
use crate::audit::values::{canonical, sha256};
use crate::escape::quoted;
use crate::plist::{Dictionary, Entry, Value};
use crate::profile::content_filter::ContentFilter;
use crate::profile::grade::Grade;
use crate::profile::permission::Permission;
use crate::profile::{Common as _, Payload};

pub(super) fn content_filter(payload: Payload<'_>, found: &mut Vec<Fact>) {
    const KEYS: &[&str] = &[
        "FilterType",
        "PluginBundleID",
        "FilterSockets",
        "FilterPackets",
        "FilterBrowsers",
        "FilterURLs",
        "URLFilterControlProviderBundleIdentifier",
        "URLFilterControlProviderDesignatedRequirement",
        "FilterDataProviderBundleIdentifier",
        "FilterPacketProviderBundleIdentifier",
        "FilterDataProviderDesignatedRequirement",
        "FilterPacketProviderDesignatedRequirement",
    ];
    let Some(filter) = ContentFilter::of(payload) else {
        return;
    };
    let whole = payload.dictionary().span();
    // A Mac takes no other (Apple's description of FilterType).
    if owned(filter.filter_type()) != "Plugin" {
        return;
    }
    let plugin = owned(filter.plugin_bundle_id());
    let urls = payload
        .dictionary()
        .get("URLFilterParameters")
        .and_then(Value::as_dictionary);
    for (switch, what, key) in [
        ("FilterSockets", "sockets", Some("FilterDataProvider")),
        ("FilterPackets", "packets", Some("FilterPacketProvider")),
        ("FilterBrowsers", "browsers", None),
        ("FilterURLs", "URLs", Some("URLFilterControlProvider")),
    ] {
        if filter.filters(switch) != Some(true) {
            continue;
        }
        let own = match (what, urls) {
            ("URLs", Some(urls)) => urls,
            _ => payload.dictionary(),
        };
        let (provider, code) = key.map(|key| named(own, key)).unwrap_or_default();
        let span = payload
            .dictionary()
            .entry(switch)
            .map_or(whole, Entry::span);
        // Another `FilterGrade` is another value, and neither more nor less of a filter.
        let bound = (code.clone(), String::new());
        let filter = Permission::content_filter(&plugin, what, &provider, bound, span);
        found.push(
            Fact::of(&CONTENT_FILTER, filter)
                .held_by(plugin.clone(), code)
                .read_from(KEYS),
        );
    }
    if let Some(entry) = urls.and_then(|urls| urls.entry("URLFilterFailClosed"))
        && entry.value.as_bool() == Some(true)
    {
        let sentence = format!(
            "content filter {} blocks URLs that it cannot judge",
            quoted(&plugin)
        );
        let subject = format!("{plugin}\0closed");
        found.push(Fact::plain(
            &CONTENT_FILTER,
            subject,
            sentence,
            entry.span(),
        ));
    }
}

/// The bundle ID and the requirement of a provider, whose keys begin with its name.
fn named(own: Dictionary<'_>, key: &str) -> (String, String) {
    (
        text(own, &format!("{key}BundleIdentifier")),
        text(own, &format!("{key}DesignatedRequirement")),
    )
}

pub(super) fn dns_proxy(payload: Payload<'_>, found: &mut Vec<Fact>) {
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

/// A VPN of an app, or of the Mac, by its provider: another server is another value, and not another VPN.
pub(super) fn vpn(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let own = payload.dictionary();
    let (kind, sub) = (text(own, "VPNType"), text(own, "VPNSubType"));
    let (provider, code) = own
        .get("VPN")
        .and_then(Value::as_dictionary)
        .map(|inner| named(inner, "Provider"))
        .unwrap_or_default();
    let name = if sub.is_empty() { &kind } else { &sub };
    let sentence = format!(
        "traffic goes through the VPN {}{}",
        quoted(name),
        phrase("by", &provider)
    );
    let subject = format!("{kind}\0{sub}\0{provider}");
    let keys = &[
        "VPNType",
        "VPNSubType",
        "ProviderBundleIdentifier",
        "ProviderDesignatedRequirement",
    ];
    found.push(
        Fact::plain(&VPN, subject, sentence, own.span())
            .graded(Grade::Bound(code.clone()))
            .held_by(provider, code)
            .read_from(keys),
    );
}

pub(super) fn relay(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let relays = payload.dictionary().get("Relays").and_then(Value::as_array);
    for relay in relays.into_iter().flatten() {
        let url = |key| relay.as_dictionary().map(|own| text(own, key));
        let address = ["HTTP3RelayURL", "HTTP2RelayURL"]
            .into_iter()
            .filter_map(url)
            .find(|address| !address.is_empty())
            .unwrap_or_default();
        let sentence = format!("traffic goes through the relay {}", quoted(&address));
        let subject = format!("relay\0{}", sha256(&canonical(relay)));
        found.push(Fact::plain(&VPN, subject, sentence, relay.span()));
    }
}

/// DNS over HTTPS or TLS.
pub(super) fn encrypted_dns(payload: Payload<'_>, found: &mut Vec<Fact>) {
    let Some(own) = payload
        .dictionary()
        .get("DNSSettings")
        .and_then(Value::as_dictionary)
    else {
        return;
    };
    let (protocol, mut server) = (text(own, "DNSProtocol"), text(own, "ServerURL"));
    if server.is_empty() {
        server = text(own, "ServerName");
    }
    let sentence = format!(
        "names are looked up over {} at {}",
        quoted(&protocol),
        quoted(&server)
    );
    let subject = format!("{protocol}\0{server}");
    let keys = &["DNSProtocol", "ServerURL", "ServerName"];
    found.push(Fact::plain(&ENCRYPTED_DNS, subject, sentence, own.span()).read_from(keys));
}
