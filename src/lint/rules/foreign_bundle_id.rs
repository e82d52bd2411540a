//! Bundle IDs under a team that is not their vendor's.

use crate::catalogue::known::{Extension, known};
use crate::escape::quoted;
use crate::identifier::TeamIdentifier;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::ListedName;
use crate::severity::Severity;

declare_rule! {
    /// A bundle ID under a Team ID that is not its vendor's, according to the ready policies.
    ///
    /// ## Why it matters
    ///
    /// An extension is approved only if both its bundle ID and the team that signed it match. Under another team, the
    /// entry approves nothing.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedSystemExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.microsoft.wdav.epsext</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedSystemExtensions</key>
    /// <dict>
    ///     <key>UBF8T346G9</key>
    ///     <array>
    ///         <string>com.microsoft.wdav.epsext</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - The ready policies in `profiles/policies`, each with its vendor's page
    /// - `codesign -dv` on the extension shows both, as `Identifier` and `TeamIdentifier`
    name: "foreign-bundle-id",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Bundle(check),
}

/// Domains below which everybody can have identifiers.
const SHARED: [&str; 4] = ["com.github.", "io.github.", "com.gitlab.", "io.gitlab."];

fn check(bundle: &ListedName<'_, '_>, report: &mut Reporter<'_>) {
    let (text, team) = (bundle.text.as_str(), bundle.team.as_str());
    let Some(owner) = owner(text, team) else {
        return;
    };
    if TeamIdentifier::check(team).is_err() {
        return;
    }
    report
        .at(
            bundle.text.span,
            format!(
                "{} belongs to team `{}`, not {}",
                quoted(text),
                owner.team,
                quoted(team)
            ),
        )
        .label(format!("{} is signed by `{}`", owner.product(), owner.team))
        .help(format!("list it under `{}`", owner.team))
        .related(bundle.team.span, "listed under this team");
}

/// The extension that shows whose a bundle ID is, if it is not this team's.
///
/// A known bundle ID is enough. Of an unknown one the first two parts have to be another vendor's, and the team has to
/// be known too: vendors have several teams, and only some are in the ready policies.
pub(super) fn owner(bundle: &str, team: &str) -> Option<&'static Extension> {
    let known = known();
    let exact = known.bundle(bundle);
    if !exact.is_empty() {
        let others = !exact.iter().any(|extension| extension.team == team);
        return exact.iter().find(|own| others && !own.team.is_empty());
    }
    if known.team(team).is_empty() {
        return None;
    }
    let mut dots = bundle.match_indices('.').map(|(at, _)| at);
    let prefix = &bundle[..=dots.nth(1)?];
    if SHARED.contains(&prefix) {
        return None;
    }
    if known.with_prefix(prefix).any(|own| own.team == team) {
        return None;
    }
    known.with_prefix(prefix).find(|own| !own.team.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::POLICIES;
    use crate::extension::ExtensionKind;
    use crate::policy::{Bundles, Team};

    #[test]
    fn what_is_known_of_the_ready_policies_is_what_their_reader_finds() {
        let mut expected = Vec::new();
        for ready in POLICIES {
            let policy = crate::policy::read(ready.name, ready.text.as_bytes()).unwrap();
            let kernel = policy.kernel_extensions.iter().flat_map(|own| &own.allowed);
            for entry in kernel {
                let team = match &entry.team {
                    Team::Identified(team) => team.value.as_str(),
                    Team::Unsigned(_) => "",
                };
                collect(ExtensionKind::Kernel, team, &entry.bundles, &mut expected);
            }
            let system = policy.system_extensions.iter().flat_map(|own| &own.allowed);
            for entry in system {
                let team = entry.team.value.as_str();
                collect(ExtensionKind::System, team, &entry.bundles, &mut expected);
            }
        }
        expected.sort();
        expected.dedup();
        let found: Vec<_> = known()
            .extensions()
            .map(|own| (own.bundle.to_owned(), own.team.to_owned(), own.kind))
            .collect();
        assert_eq!(found, expected);
    }

    /// Adds the bundle IDs of an entry.
    fn collect(
        kind: ExtensionKind,
        team: &str,
        bundles: &Bundles,
        found: &mut Vec<(String, String, ExtensionKind)>,
    ) {
        if let Bundles::Listed(listed) = bundles {
            found.extend(
                listed
                    .iter()
                    .map(|own| (own.value.to_string(), team.to_owned(), kind)),
            );
        }
    }
}
