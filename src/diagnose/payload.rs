//! What an installed policy payload says about the extension that is asked about, whichever list of profiles it comes
//! from.

use super::facts::{Claim, Fact, Width};
use super::subject::Subject;
use crate::extension::ExtensionKind;
use crate::identifier::BundleIdentifier;
use crate::profile::allowed::What;

/// Both kinds.
pub(super) const KINDS: [ExtensionKind; 2] = [ExtensionKind::Kernel, ExtensionKind::System];

/// A payload in a list of installed profiles.
pub(super) struct Installed<'p> {
    /// Kernel or system extensions.
    pub(super) kind: ExtensionKind,
    /// How evidence calls it: its type and its profile.
    pub(super) name: &'p str,
    /// Where it stands.
    pub(super) line: Option<u32>,
    /// Whether it says `AllowUserOverrides` itself.
    pub(super) says_overrides: bool,
}

impl Installed<'_> {
    /// The facts in what it says, each with its line.
    pub(super) fn facts(&self, said: &[(What, Option<u32>)], subject: &Subject) -> Vec<Fact> {
        let mut facts = vec![Fact::at(self.line, self.name, Claim::Payload(self.kind))];
        for (what, line) in said {
            let Some((claim, text)) = self.claim(what, subject) else {
                continue;
            };
            // Of a long list of names one line is enough, unless it is the extension itself.
            if matches!(claim, Claim::TeamListed(_)) && has(&facts, &claim) {
                continue;
            }
            let fact = Fact::at(*line, &format!("{}: {text}", self.name), claim);
            facts.push(match what {
                What::Bundle(_, bundle) | What::Removal(_, _, bundle) => fact.of(bundle),
                _ => fact,
            });
            if let What::Bundle(_, bundle) = what
                && subject.has(bundle)
            {
                let claim = Claim::Covered(self.kind, Width::Bundle);
                facts.push(Fact::at(*line, &format!("{}: {text}", self.name), claim).of(bundle));
            }
        }
        let is_about_team = facts
            .iter()
            .any(|fact| matches!(fact.claim, Claim::Covered(..) | Claim::TeamListed(_)));
        if self.kind == ExtensionKind::System
            && is_about_team
            && !has(&facts, &Claim::TypesNarrowed)
        {
            let text = format!(
                "{}: no AllowedSystemExtensionTypes for {}",
                self.name, subject.team
            );
            facts.push(Fact::at(self.line, &text, Claim::TypesOpen));
        }
        facts
    }

    /// What one statement says about the subject, and how it reads.
    fn claim(&self, what: &What, subject: &Subject) -> Option<(Claim, String)> {
        let kind = self.kind;
        let is_own = |team: &str| team == subject.team.as_str();
        Some(match what {
            What::UserOverrides(allowed) if self.says_overrides => (
                Claim::UserOverrides(kind, *allowed),
                format!("AllowUserOverrides {allowed}"),
            ),
            // Apple's default, by `com.apple.syspolicy.kernel-extension-policy.yaml`.
            What::UserOverrides(false) => (
                Claim::UserOverrides(kind, false),
                "no AllowUserOverrides, which means false".to_owned(),
            ),
            What::NonAdminApprovals(allowed) => (
                Claim::NonAdminApprovals(*allowed),
                format!("AllowNonAdminUserApprovals {allowed}"),
            ),
            What::Team(team) if is_own(team) => (
                Claim::Covered(kind, Width::Team),
                format!("AllowedTeamIdentifiers {team}"),
            ),
            What::Bundle(team, bundle) if is_own(team) => {
                let key = match kind {
                    ExtensionKind::Kernel => "AllowedKernelExtensions",
                    ExtensionKind::System => "AllowedSystemExtensions",
                };
                (Claim::TeamListed(kind), format!("{key} {team} {bundle}"))
            }
            What::Types(team, types) if is_own(team) => (
                Claim::TypesNarrowed,
                format!("AllowedSystemExtensionTypes {team}: {}", types.join(", ")),
            ),
            What::Removal(removal, team, bundle) if is_own(team) && subject.has(bundle) => (
                Claim::Removal(*removal),
                format!("{} {team} {bundle}", removal.key()),
            ),
            _ => return None,
        })
    }
}

/// Whether a fact with this claim is there.
fn has(facts: &[Fact], claim: &Claim) -> bool {
    facts.iter().any(|fact| fact.claim == *claim)
}

/// The extensions that no payload of a kind allows, as far as the contents of all such payloads are known.
pub(super) fn not_covered(facts: &[Fact], subject: &Subject) -> Vec<Fact> {
    let mut found = Vec::new();
    for kind in KINDS {
        if !has(facts, &Claim::Payload(kind)) || has(facts, &Claim::PayloadContentsHidden(kind)) {
            continue;
        }
        for bundle in open(facts, subject, kind) {
            let text = format!(
                "no {} allows {bundle} of {}",
                kind.payload_type(),
                subject.team
            );
            found.push(Fact::at(None, &text, Claim::NotCovered(kind)).of(bundle));
        }
    }
    found
}

/// The extensions of a kind that no payload allows. One whose kind is not known may be allowed by either.
pub(super) fn open<'s>(facts: &[Fact], subject: &'s Subject, kind: ExtensionKind) -> Vec<&'s str> {
    let bundles = subject.bundles.iter().map(BundleIdentifier::as_str);
    bundles
        .filter(|bundle| Subject::may_be(bundle, kind))
        .filter(|bundle| {
            !facts.iter().any(|fact| {
                let is_of_kind = |own| own == kind || Subject::kind(bundle).is_none();
                matches!(fact.claim, Claim::Covered(own, _) if is_of_kind(own))
                    && fact.concerns(Some(bundle))
            })
        })
        .collect()
}
