//! `mdatp health`: the text of the new and the old command line, JSON, `--details`, pasted pieces.

use serde_json::Value as Json;

use super::facts::{Claim, Fact, Issue, Setting, Subsystem};
use super::json;
use super::subject::{ENDPOINT_SECURITY, NETWORK};
use super::text::{Seen, Text};

/// One setting: its key in the new spelling, its value, and where it stands.
struct Pair {
    key: String,
    value: String,
    /// Whether a profile of the MDM server sets it.
    is_managed: bool,
    line: u32,
    text: String,
}

/// Reads every setting that matters here; of two runs the later one.
pub(crate) fn read(text: &Text, seen: &mut Seen) -> Vec<Fact> {
    let pairs = match json::objects(text, &["realTimeProtection", "healthy", "appVersion"], seen) {
        objects if !objects.is_empty() => objects
            .iter()
            .flat_map(|object| pairs_of_json(text, object))
            .collect(),
        _ => pairs_of_text(text),
    };
    let mut facts: Vec<Fact> = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        let sets_protection = matches!(
            &*pair.key,
            "real_time_protection_enabled" | "enforcement_level" | "passive_mode_enabled"
        );
        if pair.is_managed && sets_protection {
            facts.push(pair.fact(Claim::ProtectionManaged));
        }
        let claims = claims(&pair.key, &pair.value);
        if claims.is_empty() {
            continue;
        }
        seen.insert(pair.line);
        let later = pairs[at + 1..].iter().rfind(|own| own.key == pair.key);
        if let Some(later) = later {
            if later.value != pair.value {
                facts.push(pair.fact(Claim::TwoRuns));
                facts.push(later.fact(Claim::TwoRuns));
            }
            continue;
        }
        for (claim, bundle) in claims {
            let fact = pair.fact(claim);
            facts.push(match bundle {
                Some(bundle) => fact.of(bundle),
                None => fact,
            });
        }
    }
    if facts.is_empty() && text.first_line().trim_matches('"') == "endpoint_security_extension" {
        let claim = Claim::Subsystem(Subsystem::SystemExtension);
        facts.push(Fact::at(Some(1), text.first_line(), claim));
    }
    swapped_page(&mut facts, pairs.len());
    let silent = text.lines().filter(|line| is_of_silent_service(line.text));
    for line in silent {
        seen.insert(line.number);
        facts.push(Fact::on(line, Claim::ServiceSilent));
    }
    facts
}

/// Whether a line says that a connection to the service of Defender failed.
pub(super) fn is_of_silent_service(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    has(&["connect"])
        && has(&["daemon", "mdatp", "wdav", "defender"])
        && has(&[
            "fail",
            "refused",
            "not ",
            "n't ",
            "unable",
            "error",
            "lost",
            "invalid",
            "timed out",
            "interrupted",
        ])
}

impl Pair {
    fn fact(&self, claim: Claim) -> Fact {
        Fact::at(Some(self.line), &self.text, claim)
    }
}

/// `key : value` lines, whatever stands around them.
fn pairs_of_text(text: &Text) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut object = String::new();
    for line in text.lines() {
        let Some((key, value)) = line.text.split_once(':') else {
            continue;
        };
        let mut key = snake_case(key.trim_matches(is_decoration));
        let value = value.trim().trim_end_matches(',');
        // A managed setting is an object in JSON, here of a piece that is no JSON any more: { "value": true }.
        if value == "{" {
            object = key;
            continue;
        }
        if key == "value" {
            key = std::mem::take(&mut object);
        }
        let value = value.trim_start_matches('{').trim();
        let value = value.trim_start_matches("\"value\":").trim();
        pairs.push(Pair {
            value: first_value(value).to_owned(),
            is_managed: value.contains("[managed]"),
            key,
            line: line.number,
            text: line.text.to_owned(),
        });
    }
    pairs
}

/// The settings of a JSON object.
fn pairs_of_json(text: &Text, object: &json::Object) -> Vec<Pair> {
    let entries = object.entries.iter();
    entries
        .map(|(name, value)| {
            let inner = value.get("value");
            let plain = match inner.unwrap_or(value) {
                Json::String(word) => word.clone(),
                other => other.to_string(),
            };
            Pair {
                key: snake_case(name),
                // Without a kind of its own, only what a profile sets is an object.
                is_managed: inner.is_some() && value.to_string().contains("anaged"),
                value: plain,
                line: json::line_with(text, object, name),
                text: format!("\"{name}\": {value}"),
            }
        })
        .collect()
}

/// The value at the beginning of what follows a colon: a list or a text as a whole, or a word. What follows it is
/// ` [managed]` or what somebody wrote beside it.
fn first_value(text: &str) -> &str {
    let end = match text.chars().next() {
        Some('[') => text.rfind(']').map(|at| at + 1),
        Some(quote @ ('"' | '\'')) => {
            return text[1..].split(quote).next().unwrap_or_default().trim();
        }
        _ => text.find(|letter: char| letter.is_whitespace() || letter == '['),
    };
    text[..end.unwrap_or(text.len())].trim_matches(is_decoration)
}

/// What may stand around a key or a value.
fn is_decoration(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '"' | '\'' | '{' | '}' | '`' | '*' | '|' | '-' | ',')
}

/// `realTimeProtectionEnabled`, as the old command line and JSON write it, in the new spelling.
fn snake_case(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    for letter in key.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// What one pair says, and of which extension.
fn claims(key: &str, value: &str) -> Vec<(Claim, Option<&'static str>)> {
    let lower = value.to_ascii_lowercase();
    let yes = match lower.as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    };
    let setting = match yes {
        Some(true) => Some(Setting::Yes),
        Some(false) => Some(Setting::No),
        None => (lower == "unavailable").then_some(Setting::Unavailable),
    };
    let is_list = !matches!(lower.as_str(), "[]" | "" | "null" | "unavailable" | "\"\"");
    let (claim, bundle) = match key {
        "real_time_protection_enabled" => (setting.map(Claim::ProtectionEnabled), None),
        "real_time_protection_available" => (setting.map(Claim::ProtectionAvailable), None),
        "healthy" => (yes.map(Claim::Healthy), None),
        "licensed" => (yes.map(Claim::Licensed), None),
        "org_id" => (
            matches!(lower.as_str(), "unavailable" | "" | "null").then_some(Claim::NotOnboarded),
            None,
        ),
        "full_disk_access_enabled" => (yes.map(Claim::FullDiskAccess), None),
        "passive_mode_enabled" => (yes.and_then(|yes| yes.then_some(Claim::Passive)), None),
        "enforcement_level" => ((lower == "passive").then_some(Claim::Passive), None),
        "network_events_subsystem" if lower == "unavailable" => {
            let claim = Claim::HealthIssue(Issue::NoNetworkEvents);
            (Some(claim), Some(NETWORK))
        }
        "conflicting_applications" => (is_list.then_some(Claim::Conflict), None),
        "health_issues" if is_list => return issues(&lower),
        "endpoint_security_extension_installed" => {
            (yes.map(Claim::Installed), Some(ENDPOINT_SECURITY))
        }
        "endpoint_security_extension_ready" => {
            (yes.map(Claim::ReadyPolicy), Some(ENDPOINT_SECURITY))
        }
        "network_extension_installed" => (yes.map(Claim::Installed), Some(NETWORK)),
        "network_extension_enabled" => (yes.map(Claim::ReadyPolicy), Some(NETWORK)),
        "real_time_protection_subsystem" => (
            Some(Claim::Subsystem(match lower.as_str() {
                "endpoint_security_extension" => Subsystem::SystemExtension,
                "kernel_extension" => Subsystem::KernelExtension,
                "fanotify" | "ebpf" => Subsystem::Linux,
                "unavailable" => Subsystem::Unavailable,
                _ => Subsystem::Other,
            })),
            None,
        ),
        _ => (None, None),
    };
    let decides = matches!(
        key,
        "healthy" | "real_time_protection_enabled" | "real_time_protection_available"
    );
    let unread = decides.then_some(Claim::ValueNotRead);
    let claim = claim.or(unread);
    claim.into_iter().map(|claim| (claim, bundle)).collect()
}

/// The entries of `health_issues`.
fn issues(list: &str) -> Vec<(Claim, Option<&'static str>)> {
    const KNOWN: [(&str, Issue); 5] = [
        ("no active event provider", Issue::NoEvents),
        ("network event provider", Issue::NoNetworkEvents),
        ("full disk access", Issue::FullDiskAccess),
        ("license", Issue::Licence),
        ("licence", Issue::Licence),
    ];
    let entries = list.trim_matches(['[', ']']).split("\",");
    let claim = |entry: &str| {
        let known = KNOWN.iter().find(|(words, _)| entry.contains(words));
        let issue = known.map_or(Issue::Other, |(_, issue)| *issue);
        let bundle = match issue {
            Issue::NoNetworkEvents => Some(NETWORK),
            _ => None,
        };
        (Claim::HealthIssue(issue), bundle)
    };
    entries.map(claim).collect()
}

/// Nothing but the pair "enabled false, available true": some published pages print it by mistake for "not approved".
fn swapped_page(facts: &mut Vec<Fact>, pairs: usize) {
    if pairs == 2
        && let [first, second] = facts.as_slice()
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
