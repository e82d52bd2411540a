//! What a product needs beside the approval of its extensions, as its ready policy says: content filter, privacy
//! preferences, background items, and notifications, which that policy names in its head.

use super::facts::{Claim, Companion, Fact, Width};
use super::subject::Subject;
use crate::catalogue::{ReadyPolicy, known::known};
use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Value};
use crate::policy;
use crate::profile::switch;

/// One thing that an installed payload has to name.
struct Need {
    companion: Companion,
    /// The program, the rule or the application.
    name: String,
    /// The profile that delivers it, and where.
    by: Option<(String, Option<u32>)>,
}

/// What the products of the extensions asked about need, and what was found of it.
pub(super) struct Needs {
    all: Vec<Need>,
    /// Payloads of such a type whose contents the list does not show.
    hidden: Vec<(Companion, String, Option<u32>)>,
    /// Programs that a payload denies Full Disk Access.
    denied: Vec<Fact>,
}

impl Needs {
    pub(super) fn of(subject: &Subject) -> Self {
        let mut products: Vec<&'static ReadyPolicy> = Vec::new();
        for bundle in subject.ids() {
            for own in known().bundle(bundle) {
                let is_new = !products.iter().any(|other| other.name == own.ready().name);
                if is_new && own.team == subject.team.as_str() {
                    products.push(own.ready());
                }
            }
        }
        let mut needs: Vec<Need> = Vec::new();
        for ready in products {
            let Ok(policy) = policy::read(ready.name, ready.text.as_bytes()) else {
                continue;
            };
            let mut add = |companion, name: &str| {
                let is_same = |own: &Need| own.companion == companion && own.name == name;
                if !needs.iter().any(is_same) {
                    let name = name.to_owned();
                    needs.push(Need {
                        companion,
                        name,
                        by: None,
                    });
                }
            };
            for filter in &policy.content_filters {
                add(Companion::ContentFilter, filter.app.value.as_str());
            }
            let access = policy.privacy.iter();
            for entry in access.filter(|own| own.service.apple == FULL_DISK_ACCESS) {
                for program in &entry.programs {
                    add(Companion::Privacy, &program.name.value);
                }
            }
            for entry in &policy.background_items {
                for (_, rule) in &entry.rules {
                    add(Companion::BackgroundItems, &rule.value);
                }
                if let Some(team) = entry.team.as_ref().filter(|_| entry.rules.is_empty()) {
                    add(Companion::BackgroundItems, team.value.as_str());
                }
            }
            let notifications = ready.header("notifications").unwrap_or_default();
            for app in notifications.split(',').map(str::trim) {
                if !app.is_empty() {
                    add(Companion::Notifications, app);
                }
            }
        }
        Self {
            all: needs,
            hidden: Vec::new(),
            denied: Vec::new(),
        }
    }

    /// Looks what an installed payload delivers.
    pub(super) fn take(
        &mut self,
        item: Dictionary<'_>,
        content: Option<Dictionary<'_>>,
        profile: &str,
        line: Option<u32>,
        subject: &Subject,
    ) {
        let team = subject.team.as_str();
        let payload_type = item.get("PayloadType").and_then(Value::as_str);
        let is_own =
            |companion: &Companion| Some(companion.payload_type()) == payload_type.as_deref();
        let Some(companion) = Companion::ALL.into_iter().find(is_own) else {
            return;
        };
        let Some(content) = content.filter(|own| own.entries().next().is_some()) else {
            self.hidden.push((companion, profile.to_owned(), line));
            return;
        };
        let named = names(companion, content);
        if companion == Companion::Privacy {
            let is_need =
                |own: &Need, name: &String| own.companion == companion && own.name == *name;
            let of_product =
                |name: &String| subject.has(name) || self.all.iter().any(|own| is_need(own, name));
            for name in programs(content, true).into_iter().filter(of_product) {
                let text = format!("{}: {profile} denies {name}", companion.name());
                self.denied.push(Fact::at(line, &text, Claim::AccessDenied));
            }
        }
        for need in self.all.iter_mut().filter(|own| own.companion == companion) {
            let is_it = |name: &String| match companion {
                // A rule for the whole team covers every item of it, and one for a prefix all that begin so.
                Companion::BackgroundItems => {
                    let prefix = name.strip_suffix('*');
                    name == team
                        || *name == need.name
                        || prefix.is_some_and(|prefix| need.name.starts_with(prefix))
                }
                _ => *name == need.name,
            };
            if need.by.is_none() && named.iter().any(is_it) {
                need.by = Some((profile.to_owned(), line));
            }
        }
    }

    /// One line for each kind of payload, after all payloads; none for a product whose needs are not known. What a list
    /// that was cut short lacks is not known.
    pub(super) fn facts(&self, so_far: &[Fact], subject: &Subject, is_whole: bool) -> Vec<Fact> {
        if self.all.is_empty() {
            return self.denied.clone();
        }
        let kinds = Companion::ALL.into_iter();
        let found = kinds.filter_map(|companion| self.fact(companion, is_whole));
        extension_policy(so_far, subject, is_whole)
            .into_iter()
            .chain(found)
            .chain(self.denied.iter().cloned())
            .collect()
    }

    fn fact(&self, companion: Companion, is_whole: bool) -> Option<Fact> {
        let needs = || self.all.iter().filter(|own| own.companion == companion);
        needs().next()?;
        let name = companion.name();
        let lacks: Vec<&str> = needs()
            .filter(|own| own.by.is_none())
            .map(|own| own.name.as_str())
            .collect();
        let by = needs().find_map(|own| own.by.as_ref());
        let hidden = self.hidden.iter().find(|own| own.0 == companion);
        let (text, line, is_there) = match (by, hidden) {
            (Some((profile, line)), _) if lacks.is_empty() => {
                (format!("{name}: delivered by {profile}"), *line, true)
            }
            (Some((profile, line)), _) => {
                let text = format!(
                    "{name}: delivered by {profile}, and not for {}",
                    lacks.join(", ")
                );
                (text, *line, false)
            }
            (None, Some((_, profile, line))) => {
                let kind = companion.payload_type();
                let text =
                    format!("{name}: {kind} in {profile}; this list does not show what it is for");
                (text, *line, false)
            }
            (None, None) if is_whole => {
                let kind = companion.payload_type();
                let text = format!("{name}: not delivered (no {kind} for {})", lacks.join(", "));
                (text, None, false)
            }
            (None, None) => return None,
        };
        Some(Fact::at(line, &text, Claim::Companion(companion, is_there)))
    }
}

/// The service of a privacy payload by which the programs of a product are given Full Disk Access.
const FULL_DISK_ACCESS: &str = "SystemPolicyAllFiles";

/// The line about the extension policy itself.
fn extension_policy(facts: &[Fact], subject: &Subject, is_whole: bool) -> Option<Fact> {
    let system = ExtensionKind::System;
    let asked = || {
        subject
            .ids()
            .filter(|own| Subject::kind(own) == Some(system))
    };
    asked().next()?;
    let covers = |bundle: &str| {
        facts.iter().find(|fact| {
            matches!(
                fact.claim,
                Claim::Covered(ExtensionKind::System, Width::Team | Width::Bundle)
            ) && fact.concerns(Some(bundle))
        })
    };
    let lacks: Vec<&str> = asked().filter(|own| covers(own).is_none()).collect();
    let by = asked().find_map(covers);
    let (text, line) = match by {
        Some(fact) if lacks.is_empty() => ("extension policy: delivered".to_owned(), fact.line),
        Some(fact) => (
            format!(
                "extension policy: delivered, and not for {}",
                lacks.join(", ")
            ),
            fact.line,
        ),
        None if is_whole => (
            format!("extension policy: not delivered for {}", lacks.join(", ")),
            None,
        ),
        None => return None,
    };
    Some(Fact::at(
        line,
        &text,
        Claim::Companion(Companion::ExtensionPolicy, lacks.is_empty()),
    ))
}

/// What a payload names: the application of a filter, the programs that get Full Disk Access, the values of rules, the
/// applications that may notify.
fn names(companion: Companion, content: Dictionary<'_>) -> Vec<String> {
    let string = |of: Dictionary<'_>, key: &str| {
        let value = of.get(key).and_then(Value::as_str);
        value.map(std::borrow::Cow::into_owned)
    };
    let items = |of: Option<Value<'_>>, key: &str| -> Vec<String> {
        let items = of.and_then(Value::as_array).into_iter().flatten();
        let items = items.filter_map(Value::as_dictionary);
        let named = items.filter_map(|item| {
            let kind = string(item, "RuleType").unwrap_or_default();
            let end = if kind.ends_with("Prefix") { "*" } else { "" };
            Some(string(item, key)? + end)
        });
        named.collect()
    };
    match companion {
        Companion::ContentFilter => string(content, "PluginBundleID").into_iter().collect(),
        Companion::Privacy => programs(content, false),
        Companion::BackgroundItems => items(content.get("Rules"), "RuleValue"),
        Companion::Notifications => items(content.get("NotificationSettings"), "BundleIdentifier"),
        Companion::ExtensionPolicy => Vec::new(),
    }
}

/// The programs that a privacy payload gives Full Disk Access, or denies it.
fn programs(content: Dictionary<'_>, denied: bool) -> Vec<String> {
    let services = content.get("Services").and_then(Value::as_dictionary);
    let entries = services.and_then(|own| own.get(FULL_DISK_ACCESS)?.as_array());
    let entries = entries
        .into_iter()
        .flatten()
        .filter_map(Value::as_dictionary);
    let own = entries.filter(|entry| is_denied(*entry) == denied);
    let names = own.filter_map(|entry| Some(entry.get("Identifier")?.as_str()?.into_owned()));
    names.collect()
}

/// Whether an entry of a privacy payload says no.
fn is_denied(entry: Dictionary<'_>) -> bool {
    let is_deny = |value: Value<'_>| value.as_str().is_some_and(|word| word == "Deny");
    entry.get("Allowed").and_then(printed_switch) == Some(false)
        || entry.get("Authorization").is_some_and(is_deny)
}

/// A Boolean value, which `profiles show` may print as a text.
pub(super) fn printed_switch(value: Value<'_>) -> Option<bool> {
    let word = || value.as_str().map(|word| word.to_ascii_lowercase());
    switch(value).or_else(|| match word()?.as_str() {
        "1" | "true" | "yes" => Some(true),
        "0" | "false" | "no" => Some(false),
        _ => None,
    })
}
