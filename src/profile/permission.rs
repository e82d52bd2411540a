//! What payloads permit beside extensions: privacy permissions, content filters and background items, each in a shape that
//! can be compared with what a policy says (`lint --policy`).

use super::background_items::{self, BackgroundItem};
use super::code_requirement::CodeRequirement;
use super::content_filter::ContentFilter;
use super::grade::{BackgroundRule, Grade, Grant};
use super::privacy::{Authorization, PrivacyPolicy};
use super::{Common as _, Payload, Profile, Text};
use crate::approval::ApprovalKind;
use crate::escape::quoted;
use crate::plist::Entry;
use crate::schema;
use crate::source::Span;

/// Something that a payload permits.
#[derive(Clone, Debug)]
pub(crate) struct Permission {
    pub(crate) kind: ApprovalKind,
    /// What it is about: only permissions of one kind and subject can cover each other.
    pub(crate) subject: String,
    pub(crate) grade: Grade,
    /// What `FilterGrade` says of a content filter, which is not how much it is; empty for others.
    pub(crate) filter_grade: String,
    /// The permission as a sentence without its end.
    pub(crate) text: String,
    pub(crate) span: Span,
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

impl Holder<'_> {
    pub(crate) fn subject(&self) -> String {
        let [program, receiver] = [self.program, self.receiver];
        [
            self.service,
            program[0],
            program[1],
            receiver[0],
            receiver[1],
        ]
        .join("\0")
    }

    /// What the program has or is denied, as a sentence without its end.
    pub(crate) fn sentence(&self, verb: &str) -> String {
        let service = quoted(self.service);
        let name = match service_name(self.service) {
            Some(name) => format!("{name} ({service})"),
            None => service,
        };
        let [_, identifier] = self.program;
        let [_, receiver] = self.receiver;
        format!(
            "{} {verb} {name}{}",
            quoted(identifier),
            phrase("to", receiver)
        )
    }
}

impl Permission {
    /// A privacy service that a program has or is denied.
    pub(crate) fn privacy(holder: Holder<'_>, grade: Grade, span: Span) -> Self {
        let verb = match &grade {
            Grade::Denied => "is denied",
            Grade::Granted(grant) if !grant.at_once => "has, once anybody allows it,",
            _ => "has",
        };
        Self {
            kind: ApprovalKind::Privacy,
            subject: holder.subject(),
            text: holder.sentence(verb),
            grade,
            filter_grade: String::new(),
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
            grade: Grade::Bound(requirement),
            filter_grade,
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
        let rule = BackgroundRule::new(rule_type, value, team);
        let what = match &*rule.names {
            "TeamIdentifier" => "of the whole team",
            "BundleIdentifier" if rule.is_prefix => "whose bundle ID begins with",
            "BundleIdentifier" => "with the bundle ID",
            "Label" if rule.is_prefix => "whose label begins with",
            "Label" => "with the label",
            _ => "of a rule that Apple does not describe,",
        };
        Self {
            kind: ApprovalKind::BackgroundItems,
            subject: format!("{rule_type}\0{value}\0{team}"),
            grade: Grade::Rule(rule),
            filter_grade: String::new(),
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
    } else {
        found.extend(background_items::rules(payload).map(background_item));
    }
    found
}

/// The text of a code requirement; empty when it is missing.
pub(crate) fn requirement(requirement: Option<CodeRequirement<'_>>) -> String {
    requirement
        .map(|own| own.text().to_owned())
        .unwrap_or_default()
}

fn as_str<'a>(text: Option<&'a Text<'_>>) -> &'a str {
    text.map_or("", Text::as_str)
}

/// What a rule of `com.apple.servicemanagement` approves.
pub(crate) fn background_item(item: BackgroundItem<'_>) -> Permission {
    let (rule_type, value, team) = (item.rule_type(), item.rule_value(), item.team_identifier());
    Permission::background_item(
        as_str(rule_type.as_ref()),
        as_str(value.as_ref()),
        as_str(team.as_ref()),
        item.dictionary().span(),
    )
}

fn privacy(policy: PrivacyPolicy<'_>, found: &mut Vec<Permission>) {
    for entry in policy.entries() {
        let Some(authorization) = entry.most_allowed() else {
            continue;
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
            filter_grade: String::new(),
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
