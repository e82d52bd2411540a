//! What payloads permit beside extensions: privacy permissions, content filters and background items, each in a shape that
//! can be compared with what a policy says (`lint --policy`).

use std::collections::{BTreeSet, HashMap, HashSet};

use super::background_items::BackgroundItems;
use super::code_requirement::CodeRequirement;
use super::content_filter::ContentFilter;
use super::field::switch;
use super::privacy::{Authorization, PrivacyPolicy};
use super::{Common as _, Payload, Profile, Text};
use crate::approval::ApprovalKind;
use crate::escape::quoted;
use crate::plist::Entry;
use crate::requirement::{self, Comparison};
use crate::schema;
use crate::source::Span;

/// Something that a payload permits.
#[derive(Clone, Debug)]
pub(crate) struct Permission {
    pub(crate) kind: ApprovalKind,
    /// What it is about: only permissions of one kind and subject can cover each other.
    pub(crate) subject: String,
    pub(crate) grade: Grade,
    /// The permission as a sentence without its end.
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// How much is permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Grade {
    Plain,
    /// A privacy service is denied.
    Denied,
    /// A privacy service is granted.
    Granted(Grant),
    /// It holds for programs that fulfil this code requirement. What `FilterGrade` says of a content filter is not how much
    /// it is, and is kept beside it.
    Bound {
        requirement: String,
        filter_grade: String,
    },
    /// A rule about background items.
    Rule(Rule),
}

/// How a privacy service is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// Whether at once, and not only after people who are not administrators allow it.
    pub(crate) at_once: bool,
    /// Whether the code is checked on disk only.
    pub(crate) static_code: bool,
    /// The code requirements of the program and of the receiver of its events.
    pub(crate) requirements: [String; 2],
}

/// Which background items a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// `BundleIdentifier`, `Label` or `TeamIdentifier`.
    pub(crate) names: String,
    pub(crate) is_prefix: bool,
    pub(crate) value: String,
    /// The team it is narrowed to; empty for any.
    pub(crate) team: String,
}

/// Whom an entry of a privacy service is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder<'a> {
    /// Apple's key of the service.
    pub(crate) service: &'a str,
    /// `bundleID` or `path`, and the identifier.
    pub(crate) program: [&'a str; 2],
    /// The same of the program that gets Apple events; empty for other services.
    pub(crate) receiver: [&'a str; 2],
}

impl Permission {
    /// A privacy service that a program has or is denied.
    pub(crate) fn privacy(holder: Holder<'_>, grade: Grade, span: Span) -> Self {
        let verb = match &grade {
            Grade::Denied => "is denied",
            Grade::Granted(grant) if !grant.at_once => "has, once anybody allows it,",
            _ => "has",
        };
        let Holder {
            service,
            program: [program_type, identifier],
            receiver: [receiver_type, receiver],
        } = holder;
        let name = match service_name(service) {
            Some(name) => format!("{name} ({})", quoted(service)),
            None => quoted(service),
        };
        let subject = [service, program_type, identifier, receiver_type, receiver];
        let to = phrase("to", receiver);
        Self {
            kind: ApprovalKind::Privacy,
            subject: subject.join("\0"),
            text: format!("{} {verb} {name}{to}", quoted(identifier)),
            grade,
            span,
        }
    }

    /// A content filter that sees `what`: sockets, packets or browsers.
    pub(crate) fn content_filter(
        app: &str,
        what: &str,
        provider: &str,
        (requirement, filter_grade): (String, String),
        span: Span,
    ) -> Self {
        Self {
            kind: ApprovalKind::ContentFilters,
            subject: format!("{app}\0{what}\0{provider}"),
            grade: Grade::Bound {
                requirement,
                filter_grade,
            },
            text: format!(
                "content filter {} filters {what}{}",
                quoted(app),
                phrase("by", provider)
            ),
            span,
        }
    }

    /// A rule about login and background items.
    pub(crate) fn background_item(rule_type: &str, value: &str, team: &str, span: Span) -> Self {
        let names = rule_type.strip_suffix("Prefix").unwrap_or(rule_type);
        let is_prefix = names.len() < rule_type.len();
        let what = match names {
            "TeamIdentifier" => "of the whole team",
            "BundleIdentifier" if is_prefix => "whose bundle ID begins with",
            "BundleIdentifier" => "with the bundle ID",
            "Label" if is_prefix => "whose label begins with",
            "Label" => "with the label",
            _ => "of a rule that Apple does not describe,",
        };
        Self {
            kind: ApprovalKind::BackgroundItems,
            subject: format!("{rule_type}\0{value}\0{team}"),
            grade: Grade::Rule(Rule {
                names: names.to_owned(),
                is_prefix,
                value: value.to_owned(),
                team: team.to_owned(),
            }),
            text: format!(
                "background items {what} {}{} are approved",
                quoted(value),
                phrase("of team", team)
            ),
            span,
        }
    }
}

/// A word and a quoted value, or nothing where there is no value.
pub(crate) fn phrase(word: &str, value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        format!(" {word} {}", quoted(value))
    }
}

/// How people call a privacy service, in System Settings where it is shown there.
pub(crate) fn service_name(service: &str) -> Option<&'static str> {
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

/// Everything a profile permits beside extensions, in the order of the file. A payload that only the device channel takes
/// does nothing in a profile for a user.
pub(crate) fn permissions(profile: Profile<'_>) -> Vec<Permission> {
    let is_for_user = is_for_user(profile);
    let payloads = profile.payloads();
    let counted = payloads.filter(|payload| !(is_for_user && is_for_device(*payload)));
    counted.flat_map(of_payload).collect()
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

/// What one payload permits.
pub(crate) fn of_payload(payload: Payload<'_>) -> Vec<Permission> {
    let mut found = Vec::new();
    if let Some(policy) = PrivacyPolicy::of(payload) {
        privacy(policy, &mut found);
    } else if let Some(filter) = ContentFilter::of(payload) {
        content_filter(filter, &mut found);
    } else if let Some(items) = BackgroundItems::of(payload) {
        let words =
            |text: Option<Text<'_>>| text.map_or_else(String::new, |text| text.value.into());
        found.extend(items.rules().map(|item| {
            Permission::background_item(
                &words(item.rule_type()),
                &words(item.rule_value()),
                &words(item.team_identifier()),
                item.dictionary().span(),
            )
        }));
    }
    found
}

fn requirement(requirement: Option<CodeRequirement<'_>>) -> String {
    requirement
        .map(|own| own.text().to_owned())
        .unwrap_or_default()
}

fn as_str<'a>(text: Option<&'a Text<'_>>) -> &'a str {
    text.map_or("", Text::as_str)
}

fn privacy(policy: PrivacyPolicy<'_>, found: &mut Vec<Permission>) {
    for entry in policy.entries() {
        let allowed = entry.dictionary().get("Allowed").and_then(switch);
        let authorization = match (entry.authorization(), allowed) {
            // Where an entry has both keys, the one that allows more counts here.
            (Some((Authorization::Allow, _)), _) | (_, Some(true)) => Authorization::Allow,
            (Some((own, _)), _) => own,
            (None, Some(false)) => Authorization::Deny,
            (None, None) => continue,
        };
        let grade = match authorization {
            Authorization::Deny => Grade::Denied,
            Authorization::Allow | Authorization::AllowStandardUser => Grade::Granted(Grant {
                at_once: authorization == Authorization::Allow,
                static_code: entry.static_code() == Some(true),
                requirements: [
                    requirement(entry.code_requirement()),
                    requirement(entry.receiver_code_requirement()),
                ],
            }),
        };
        let program = [entry.identifier_type(), entry.identifier()];
        let receiver = [
            entry.receiver_identifier_type(),
            entry.receiver_identifier(),
        ];
        let holder = Holder {
            service: entry.service.as_str(),
            program: [as_str(program[0].as_ref()), as_str(program[1].as_ref())],
            receiver: [as_str(receiver[0].as_ref()), as_str(receiver[1].as_ref())],
        };
        let span = entry.dictionary().span();
        found.push(Permission::privacy(holder, grade, span));
    }
}

fn content_filter(filter: ContentFilter<'_>, found: &mut Vec<Permission>) {
    let dictionary = filter.payload().dictionary();
    let whole = dictionary.span();
    if as_str(filter.filter_type().as_ref()) != "Plugin" {
        found.push(Permission {
            kind: ApprovalKind::ContentFilters,
            subject: String::new(),
            grade: Grade::Plain,
            text: "Apple's own content filter is on".to_owned(),
            span: whole,
        });
        return;
    }
    let app = filter.plugin_bundle_id();
    let grade = filter.filter_grade();
    let grade = grade.map_or_else(|| "firewall".to_owned(), |own| own.value.into());
    for (key, what, provider) in [
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
        if filter.filters(key) != Some(true) {
            continue;
        }
        let own = filter.providers().find(|own| own.key == provider);
        let bundle = own.as_ref().and_then(|own| own.bundle.clone());
        found.push(Permission::content_filter(
            as_str(app.as_ref()),
            what,
            as_str(bundle.as_ref()),
            (
                requirement(own.and_then(|own| own.requirement)),
                grade.clone(),
            ),
            dictionary.entry(key).map_or(whole, Entry::span),
        ));
    }
}

/// The permissions of one side, to look up whether they cover one of the other side.
pub(crate) struct Covering<'p, K> {
    same: HashMap<K, Vec<&'p Grade>>,
    rules: Rules<'p>,
}

impl<'p, K: Eq + std::hash::Hash> Covering<'p, K> {
    /// Of these, each with its kind and subject.
    pub(crate) fn of(all: impl Iterator<Item = (K, &'p Grade)>) -> Self {
        let (mut same, mut rules) = (HashMap::<K, Vec<&Grade>>::new(), Rules::default());
        for (key, grade) in all {
            if let Grade::Rule(rule) = grade {
                rules.add(rule);
            }
            same.entry(key).or_default().push(grade);
        }
        Self { same, rules }
    }

    /// Whether they permit, or protect, as much as this.
    pub(crate) fn covers(&self, key: &K, grade: &Grade) -> bool {
        if let Grade::Rule(rule) = grade {
            return self.rules.cover(rule);
        }
        let same = self.same.get(key).into_iter().flatten();
        same.into_iter().any(|other| covers(other, grade))
    }
}

/// Whether a permission about the same subject allows, or protects, as much.
fn covers(other: &Grade, own: &Grade) -> bool {
    match (other, own) {
        (Grade::Granted(other), Grade::Granted(own)) => {
            let mut requirements = other.requirements.iter().zip(&own.requirements);
            (other.at_once || !own.at_once)
                && (other.static_code || !own.static_code)
                && requirements.all(|(other, own)| is_as_strict(own, other))
        }
        // A protection is as good when it is bound to no more programs than before.
        (
            Grade::Bound {
                requirement: other, ..
            },
            Grade::Bound {
                requirement: own, ..
            },
        ) => is_as_strict(other, own),
        (other, own) => other == own,
    }
}

/// Whether a code requirement lets in no more than another one. What cannot be shown, because it cannot be read or is too
/// different, is not.
fn is_as_strict(own: &str, other: &str) -> bool {
    if own == other {
        return true;
    }
    match (requirement::read(other), requirement::read(own)) {
        (Ok(other), Ok(own)) => {
            let compared = requirement::compare(&other, &own);
            matches!(compared, Comparison::Same | Comparison::Stricter)
        }
        _ => false,
    }
}

/// The rules of one side, for one look at a time: however many there are, each question takes as long as its name.
#[derive(Default)]
struct Rules<'f> {
    exact: HashSet<(&'f str, &'f str, &'f str)>,
    prefixes: HashSet<(&'f str, &'f str, &'f str)>,
    lengths: BTreeSet<usize>,
    teams: HashSet<&'f str>,
}

impl<'f> Rules<'f> {
    fn add(&mut self, rule: &'f Rule) {
        let name = (&*rule.names, &*rule.value, &*rule.team);
        if rule.names == "TeamIdentifier" {
            self.teams.insert(&rule.value);
        } else if rule.is_prefix {
            self.lengths.insert(rule.value.len());
            self.prefixes.insert(name);
        } else {
            self.exact.insert(name);
        }
    }

    /// Whether they are about every item that the rule is about.
    fn cover(&self, rule: &Rule) -> bool {
        if rule.names == "TeamIdentifier" {
            return self.teams.contains(&*rule.value);
        }
        let teams = [&*rule.team, ""];
        let in_team = |set: &HashSet<(&str, &str, &str)>, value: &str| {
            teams
                .iter()
                .any(|team| set.contains(&(&*rule.names, value, *team)))
        };
        let heads = self
            .lengths
            .iter()
            .filter_map(|length| rule.value.get(..*length));
        (!rule.team.is_empty() && self.teams.contains(&*rule.team))
            || (!rule.is_prefix && in_team(&self.exact, &rule.value))
            || heads.into_iter().any(|head| in_team(&self.prefixes, head))
    }
}
