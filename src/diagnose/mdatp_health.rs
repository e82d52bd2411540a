//! `mdatp health`: the text of the new and the old command line, JSON, `--details system_extensions`, pasted pieces.

use super::facts::{Claim, Fact, Setting, Subsystem};
use super::text::Text;

/// Reads `key : value` lines, whatever stands around them. JSON has one pair on a line too.
pub(crate) fn read(text: &Text) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut object = String::new();
    for line in text.lines() {
        let Some((key, value)) = line.text.split_once(':') else {
            continue;
        };
        let mut key = snake_case(key.trim_matches(is_decoration));
        let value = value.trim().trim_end_matches(',');
        // A managed setting is an object in JSON: { "value": true }.
        if value == "{" {
            object = key;
            continue;
        }
        if key == "value" {
            key = std::mem::take(&mut object);
        }
        let value = value
            .trim_start_matches('{')
            .trim()
            .trim_start_matches("\"value\":")
            .trim_matches(is_decoration);
        if let Some(claim) = claim(&key, value) {
            facts.push(Fact::on(line, claim));
        }
    }
    if facts.is_empty() && text.beginning().trim_matches('"') == "endpoint_security_extension" {
        let claim = Claim::Subsystem(Subsystem::SystemExtension);
        facts.push(Fact::at(Some(1), text.beginning(), claim));
    }
    swapped_page(&mut facts);
    facts
}

/// What may stand around a key or a value.
fn is_decoration(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '"' | '\'' | '{' | '}' | '`' | '*' | '|')
}

/// `realTimeProtectionEnabled`, as the old command line and JSON write it, in the new spelling.
fn snake_case(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    for letter in key.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// What one pair says, if it matters here.
fn claim(key: &str, value: &str) -> Option<Claim> {
    let yes = match value.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    let setting = match yes {
        Some(true) => Some(Setting::Yes),
        Some(false) => Some(Setting::No),
        None => value
            .eq_ignore_ascii_case("unavailable")
            .then_some(Setting::Unavailable),
    };
    match key {
        "real_time_protection_enabled" => setting.map(Claim::ProtectionEnabled),
        "real_time_protection_available" => setting.map(Claim::ProtectionAvailable),
        "healthy" => yes.map(Claim::Healthy),
        "licensed" => yes.map(Claim::Licensed),
        "full_disk_access_enabled" => yes.map(Claim::FullDiskAccess),
        "health_issues" => (value != "[]").then_some(Claim::HealthIssue),
        "endpoint_security_extension_installed" | "network_extension_installed" => {
            yes.map(Claim::DefenderExtensionInstalled)
        }
        "endpoint_security_extension_ready" | "network_extension_enabled" => {
            yes.map(Claim::DefenderExtensionReady)
        }
        "real_time_protection_subsystem" => Some(Claim::Subsystem(match value {
            "endpoint_security_extension" => Subsystem::SystemExtension,
            "fanotify" => Subsystem::Linux,
            _ => Subsystem::Other,
        })),
        _ => None,
    }
}

/// Nothing but the pair "enabled false, available true": some published pages print it by mistake for "not approved".
fn swapped_page(facts: &mut Vec<Fact>) {
    if let [first, second] = facts.as_slice()
        && first.claim == Claim::ProtectionEnabled(Setting::No)
        && second.claim == Claim::ProtectionAvailable(Setting::Yes)
    {
        let second = second.clone();
        facts.push(Fact {
            claim: Claim::LooksLikeSwappedPage,
            ..second
        });
    }
}
