//! Extensions whose removal is settled although they are not allowed.

use crate::escape::quoted;
use crate::identifier::BundleIdentifier;
use crate::lint::alike::Names;
use crate::lint::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Known, SystemExtensionPolicy, Text};
use crate::severity::Severity;
use crate::suggest::nearest;

declare_rule! {
    /// A bundle ID in `RemovableSystemExtensions` or one of the `NonRemovable…` keys that the same policy does not
    /// allow, although it lists other extensions of the team.
    ///
    /// ## Why it matters
    ///
    /// The entry is about an extension that is not approved here; most often one of the two bundle IDs is mistyped, and
    /// the extension that was meant can be removed after all.
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
    /// Safe where the two bundle IDs differ in case only. A nearest bundle ID that differs in more is proposed as an
    /// unsafe fix.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `RemovableSystemExtensions`
    name: "removable-not-allowed",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::SystemExtensions(check),
}

/// Looks at every team that is allowed by list; teams that are not allowed at all have a rule of their own.
fn check(policy: SystemExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    let mut dictionaries = policy
        .present(SystemExtensionPolicy::BUNDLES_PER_TEAM)
        .peekable();
    if dictionaries.peek().is_none() {
        return;
    }
    let whole = Names::new(policy.allowed_team_identifiers().iter());
    let listed: Vec<_> = policy.allowed_system_extensions().teams().collect();
    let teams = Names::new(listed.iter().map(|entry| entry.team.clone()));
    for (key, own) in dictionaries {
        for entry in own.teams() {
            let team = entry.team.as_str();
            let Some(place) = teams.find(team).filter(|_| whole.find(team).is_none()) else {
                continue;
            };
            // Teams stand in the order of the file.
            let at = listed.partition_point(|other| other.team.span.start < place.span.start);
            let Some(allowed) = listed.get(at).map(|other| Names::new(other.listed.iter())) else {
                continue;
            };
            for bundle in entry.listed.iter() {
                if allowed.find(bundle.as_str()).is_none()
                    && BundleIdentifier::check(bundle.as_str()).is_ok()
                {
                    say(&bundle, key, &allowed, place, report);
                }
            }
        }
    }
}

/// Reports a bundle ID, and the allowed one that was meant.
fn say(
    bundle: &Text<'_>,
    key: Known,
    allowed: &Names<'_>,
    team: &Text<'_>,
    report: &mut Reporter<'_>,
) {
    let saying = report
        .at(
            bundle.span,
            format!("{} is in `{key}`, but not allowed", quoted(bundle.as_str())),
        )
        .related(team.span, "what is allowed of the team");
    if let Some(same) = allowed.alike(bundle.as_str()).next() {
        let order = format!("write {}", quoted(same.as_str()));
        let edit = Edit::text(bundle.span, same.as_str());
        saying.help(order.clone()).fix(Fix::safe(order, [edit]));
    } else if let Some(near) = nearest(bundle.as_str(), allowed.iter().map(Text::as_str)) {
        let order = format!("write {}", quoted(near));
        let edit = Edit::text(bundle.span, near);
        saying
            .help(format!("did you mean {}?", quoted(near)))
            .fix(Fix::risky(order, [edit]));
    } else {
        saying.help("list it under `AllowedSystemExtensions`, or remove it here");
    }
}
