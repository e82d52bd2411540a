//! Extensions whose removal is settled although they are not allowed.

use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{ListedName, TeamEntry};
use crate::severity::Severity;

declare_rule! {
    /// A bundle ID in `RemovableSystemExtensions` or one of the `NonRemovable…` keys that the same policy does not
    /// allow, although it lists other extensions of the team.
    ///
    /// ## Why it matters
    ///
    /// The entry names an extension that is not approved here. Most often one of the two bundle IDs is mistyped, and
    /// the setting does not apply to the extension that was meant.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>NonRemovableSystemExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.agent.Network</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>RemovableSystemExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.agent.network</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe if the two bundle IDs differ only in case. If the most similar bundle ID differs in more than case, it is
    /// proposed as an unsafe fix.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `RemovableSystemExtensions`
    name: "removable-not-allowed",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Bundle(check),
}

fn check(bundle: &ListedName<'_, '_>, report: &mut Reporter<'_>) {
    let (team, text) = (bundle.team.as_str(), bundle.text.as_str());
    let approvals = bundle.approvals;
    if bundle.is_allowed() || approvals.whole(team).is_some() {
        return;
    }
    // Of a team of which nothing is allowed, `team-not-allowed` speaks.
    let Some(allowed) = approvals.listed(team) else {
        return;
    };
    let own_key = approvals.policy.allowed_key();
    if bundle.fault.is_none() && approvals.find(own_key, team, text).is_none() {
        report_bundle(bundle, allowed, report);
    }
}

fn report_bundle(bundle: &ListedName<'_, '_>, allowed: &TeamEntry<'_>, report: &mut Reporter<'_>) {
    let (key, text) = (bundle.key, bundle.text.as_str());
    let finding = report
        .at(
            bundle.text.span,
            format!("{} is in `{key}`, but not allowed", quoted(text)),
        )
        .related(allowed.team.span, "what is allowed of the team");
    let names = bundle.approvals.words(bundle.team.as_str());
    if let Some(same) = names.and_then(|names| names.in_other_case(text)) {
        let order = format!("write {}", quoted(same));
        let edit = Edit::text(bundle.text.span, same);
        finding.help(order.clone()).fix(Fix::safe(order, [edit]));
    } else if let Some(near) = names.and_then(|names| names.nearest(text)) {
        let order = format!("write {}", quoted(near));
        let edit = Edit::text(bundle.text.span, near);
        finding
            .help(format!("did you mean {}?", quoted(near)))
            .fix(Fix::risky(order, [edit]));
    } else {
        finding.help("list it under `AllowedSystemExtensions`, or remove it here");
    }
}
