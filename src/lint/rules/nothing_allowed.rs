//! Policies that approve no extension.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Value;
use crate::profile::privacy::PrivacyPolicy;
use crate::profile::{Common, ExtensionPolicy, Payload, PerTeam};
use crate::severity::Severity;

declare_rule! {
    /// A policy that approves no extension at all, or a privacy payload without any entry.
    ///
    /// ## Why it matters
    ///
    /// The lists are missing or empty, so the profile does not do what it was made for; often a template was not filled
    /// in. Policies with another purpose are not reported: those that say which extensions cannot be removed, and
    /// kernel-extension policies that let users approve extensions.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict/>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.driver.usb</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`
    name: "nothing-allowed",
    level: Level::always(Severity::Error),
    fix: Never,
    check: [Check::Extensions(check), Check::Payload(privacy)],
}

/// Reports a policy without a purpose.
fn check(policy: ExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    if !is_pointless(policy) {
        return;
    }
    let payload = policy.payload();
    let place = payload
        .payload_type()
        .map_or(payload.dictionary().span(), |text| text.span);
    let mut saying = report
        .at(
            place,
            format!("this policy allows no {}", policy.kind().name()),
        )
        .help(format!(
            "list extensions under `{}`, or remove the payload",
            policy.allowed_key()
        ));
    let teams = policy.allowed_team_identifiers().value();
    for empty in [teams, policy.allowed().value()].into_iter().flatten() {
        saying = saying.related(empty.span(), "nothing is listed here");
    }
}

/// Reports a privacy payload whose services list nobody. Values of a wrong type count here too.
fn privacy(payload: Payload<'_>, report: &mut Reporter<'_>) {
    let services = PrivacyPolicy::of(payload).and_then(PrivacyPolicy::services);
    let Some(services) = services else { return };
    let is_empty = |value: Value<'_>| {
        value
            .as_array()
            .is_some_and(|mut items| items.next().is_none())
    };
    let mut entries = services.entries();
    if entries.all(|service| is_empty(service.value)) {
        report
            .at(
                services.value().opening_span(),
                "no privacy service lists a program",
            )
            .help(
                "add an entry to a service such as `SystemPolicyAllFiles`, or remove the payload",
            );
    }
}

/// Whether a policy approves nothing and says nothing else.
pub(super) fn is_pointless(policy: ExtensionPolicy<'_>) -> bool {
    let lists =
        policy.allowed_team_identifiers().value().is_some() || policy.allowed().value().is_some();
    let is_true = |value: Option<Value<'_>>| value.and_then(Value::as_bool) == Some(true);
    let opens = match policy {
        ExtensionPolicy::Kernel(kernel) => {
            let overrides = policy.allow_user_overrides().map(|entry| entry.value);
            let others = kernel.allow_non_admin_user_approvals();
            is_true(others.map(|entry| entry.value)) || !lists && is_true(overrides)
        }
        ExtensionPolicy::System(_) => false,
    };
    !opens && !allows_something(policy) && policy.other_per_team().all(is_empty)
}

/// Whether something is listed as allowed. Values of a wrong type count: what they were meant to say is unknown.
fn allows_something(policy: ExtensionPolicy<'_>) -> bool {
    let teams = policy.allowed_team_identifiers();
    let listed = policy.allowed();
    teams.items().next().is_some()
        || teams.wrong().next().is_some()
        || listed.wrong().is_some()
        || listed.teams().any(|entry| {
            entry.listed.items().next().is_some() || entry.listed.wrong().next().is_some()
        })
}

/// Whether a dictionary names no team.
fn is_empty(dictionary: PerTeam<'_>) -> bool {
    dictionary.wrong().is_none() && dictionary.teams().next().is_none()
}
