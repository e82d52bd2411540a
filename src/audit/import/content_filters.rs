//! Content filters of profiles, as the `content_filters` block of a policy.

use std::collections::BTreeMap;

use super::payload::{Payload, check, named, origins};
use super::signer::{self, Signer};
use super::yaml;
use crate::audit::origin::Origin;

#[derive(Clone, Debug)]
pub(super) struct Filter {
    app: String,
    /// Its entry, without the mark of a list.
    lines: Vec<String>,
    origin: Origin,
}

/// Keys that change what a filter does and that a policy does not hold.
const NOT_HELD: [&str; 8] = [
    "FilterBrowsers",
    "FilterURLs",
    "Password",
    "PayloadCertificateUUID",
    "ServerAddress",
    "URLFilterParameters",
    "UserName",
    "VendorConfig",
];

/// Reads the filter of a payload; `None` after saying why it is not carried over.
pub(super) fn read(payload: &mut Payload<'_, '_>) -> Option<Filter> {
    let own = payload.dictionary;
    let text = |key: &str| Payload::text(own, key);
    let span = own.span();
    let filter = lines(&text, &|key| Payload::boolean(own, key));
    let (app, lines) = match filter {
        Ok(filter) => filter,
        Err(why) => {
            payload.remark(span, &format!("content filter: {why}"));
            return None;
        }
    };
    for key in NOT_HELD {
        let entry = own.entry(key);
        // A switch that is off changes nothing.
        if let Some(entry) = entry.filter(|entry| entry.value.as_bool() != Some(false)) {
            let what = named("content filter", &app);
            payload.remark(
                entry.span(),
                &format!("{what}: a policy does not hold `{key}`"),
            );
        }
    }
    Some(Filter {
        app,
        lines,
        origin: (payload.place)(span),
    })
}

/// The app and the lines of the entry.
fn lines(
    text: &dyn Fn(&str) -> Option<String>,
    on: &dyn Fn(&str) -> Option<bool>,
) -> Result<(String, Vec<String>), String> {
    if text("FilterType").as_deref() != Some("Plugin") {
        return Err("`FilterType` is not `Plugin`, the only one that a Mac has".to_owned());
    }
    let app = text("PluginBundleID").ok_or("`PluginBundleID` is missing")?;
    let name = text("UserDefinedName").ok_or("`UserDefinedName` is missing")?;
    let mut lines = vec![format!("name: {}", yaml::line(&name))];
    let mut signers: Vec<(Signer, String)> = Vec::new();
    let mut providers = Vec::new();
    for (what, key, whose) in [
        ("FilterSockets", "sockets", "FilterDataProvider"),
        ("FilterPackets", "packets", "FilterPacketProvider"),
    ] {
        if on(what) != Some(true) {
            continue;
        }
        let bundle = text(&format!("{whose}BundleIdentifier"))
            .ok_or_else(|| format!("`{what}` is on and `{whose}BundleIdentifier` is missing"))?;
        let requirement = text(&format!("{whose}DesignatedRequirement")).ok_or_else(|| {
            format!("`{what}` is on and `{whose}DesignatedRequirement` is missing")
        })?;
        let (signer, _) = signer::read(&requirement, Some(&bundle))?;
        providers.push(format!("{key}: {}", yaml::word(&bundle)));
        signers.push((signer, bundle));
    }
    let (signer, bundle) = signers
        .first()
        .ok_or("it filters neither sockets nor packets")?;
    let differ = signers.iter().any(|(own, other)| {
        own != signer || (matches!(own, Signer::Written(_)) && other != bundle)
    });
    if differ {
        return Err(
            "its two extensions have requirements that a policy cannot say in one".to_owned(),
        );
    }
    lines.extend(signer.lines());
    lines.push(format!("app: {}", yaml::word(&app)));
    lines.extend(providers);
    if let Some(grade) = text("FilterGrade").filter(|grade| grade != "firewall") {
        lines.push(format!("grade: {}", yaml::line(&grade)));
    }
    if let Some(organization) = text("Organization").filter(|text| !text.trim().is_empty()) {
        lines.push(format!("organization: {}", yaml::line(&organization)));
    }
    Ok((app, lines))
}

/// The block and the number of its entries.
pub(super) fn block(filters: &[Filter], remarks: &mut Vec<String>) -> (String, usize) {
    let mut first: BTreeMap<String, (&Filter, Vec<&Origin>)> = BTreeMap::new();
    for filter in filters {
        if let Err(why) = check(&format!(
            "content_filters:\n{}",
            yaml::item(2, &filter.lines)
        )) {
            remarks.push(format!("{}: content filter: {why}", filter.origin));
            continue;
        }
        let app = filter.app.to_ascii_lowercase();
        let (same, places) = first.entry(app).or_insert_with(|| (filter, Vec::new()));
        if same.lines == filter.lines {
            places.push(&filter.origin);
        } else {
            remarks.push(format!(
                "{}: {} is another filter of the same app than at {}, which is written",
                filter.origin,
                named("content filter", &filter.app),
                same.origin
            ));
        }
    }
    let mut text = String::from("content_filters:\n");
    for (filter, places) in first.values() {
        text.push_str(&origins(2, places.iter().copied()));
        text.push_str(&yaml::item(2, &filter.lines));
    }
    (text, first.len())
}
