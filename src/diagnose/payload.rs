//! What an installed policy payload says about the extensions that are asked about, whichever list of profiles it comes
//! from.

use super::facts::{Claim, Fact, Width};
use super::near;
use super::subject::Subject;
use crate::extension::{ExtensionKind, SystemExtensionType};
use crate::profile::allowed::What;

pub(super) const KINDS: [ExtensionKind; 2] = [ExtensionKind::Kernel, ExtensionKind::System];

/// A payload in a list of installed profiles.
pub(super) struct Installed<'p> {
    pub(super) kind: ExtensionKind,
    /// How evidence calls it: its type and its profile.
    pub(super) name: &'p str,
    pub(super) line: Option<u32>,
    /// Whether it says `AllowUserOverrides` itself.
    pub(super) says_overrides: bool,
}

impl Installed<'_> {
    /// The facts in what it says, each with its line.
    pub(super) fn facts(&self, said: &[(What, Option<u32>)], subject: &Subject) -> Vec<Fact> {
        let mut facts = vec![Fact::at(self.line, self.name, Claim::Payload(self.kind))];
        for (what, line) in said {
            for (claim, text) in self.claims(what, subject) {
                // Of a long list of names one line is enough, unless it is the extension itself.
                if matches!(claim, Claim::TeamListed(_)) && has(&facts, &claim) {
                    continue;
                }
                let bundle = match (&claim, what) {
                    (Claim::NearBundle(_), What::Bundle(_, listed)) => {
                        near::bundle(listed, subject)
                    }
                    (_, What::Bundle(_, bundle) | What::Removal(_, _, bundle)) => {
                        subject.has(bundle).then_some(&**bundle)
                    }
                    _ => None,
                };
                let fact = Fact::at(*line, &format!("{}: {text}", self.name), claim);
                facts.push(match bundle {
                    Some(bundle) => fact.of(bundle),
                    None => fact,
                });
            }
        }
        let is_about_team = facts
            .iter()
            .any(|fact| matches!(fact.claim, Claim::Covered(..) | Claim::TeamListed(_)));
        let is_narrowed = facts
            .iter()
            .any(|fact| matches!(fact.claim, Claim::TypesNarrowed(_)));
        if self.kind == ExtensionKind::System && is_about_team && !is_narrowed {
            let text = format!(
                "{}: no AllowedSystemExtensionTypes for {}",
                self.name, subject.team
            );
            facts.push(Fact::at(self.line, &text, Claim::TypesOpen));
        }
        facts
    }

    /// What one statement says about the subject, and how it reads.
    fn claims(&self, what: &What, subject: &Subject) -> Vec<(Claim, String)> {
        let kind = self.kind;
        let is_own = |team: &str| team == subject.team.as_str();
        let (claim, text) = match what {
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
            What::Team(team) => {
                let claim = if is_own(team) {
                    Claim::Covered(kind, Width::Team)
                } else if near::is_team(team, subject) {
                    Claim::NearTeam(kind)
                } else {
                    return Vec::new();
                };
                (claim, format!("AllowedTeamIdentifiers {team}"))
            }
            What::Bundle(team, bundle) => {
                let key = match kind {
                    ExtensionKind::Kernel => "AllowedKernelExtensions",
                    ExtensionKind::System => "AllowedSystemExtensions",
                };
                let text = format!("{key} {team} {bundle}");
                let claims = self.bundle(team, bundle, subject);
                return claims
                    .into_iter()
                    .map(|claim| (claim, text.clone()))
                    .collect();
            }
            What::Types(team, types) if is_own(team) => {
                let known = types
                    .iter()
                    .filter_map(|name| SystemExtensionType::from_name(name));
                (
                    Claim::TypesNarrowed(known.collect()),
                    format!("AllowedSystemExtensionTypes {team}: {}", types.join(", ")),
                )
            }
            What::Removal(removal, team, bundle) if is_own(team) && subject.has(bundle) => (
                Claim::Removal(*removal),
                format!("{} {team} {bundle}", removal.key()),
            ),
            _ => return Vec::new(),
        };
        vec![(claim, text)]
    }

    /// What a listed extension says.
    fn bundle(&self, team: &str, bundle: &str, subject: &Subject) -> Vec<Claim> {
        let kind = self.kind;
        if team != subject.team.as_str() {
            return match (subject.has(bundle), near::is_team(team, subject)) {
                (true, true) => vec![Claim::NearTeam(kind), Claim::UnderOtherTeam(kind)],
                (true, false) => vec![Claim::UnderOtherTeam(kind)],
                (false, _) => Vec::new(),
            };
        }
        let mut claims = vec![Claim::TeamListed(kind)];
        if subject.has(bundle) {
            let is_wrong = Subject::kind(bundle).is_some_and(|own| own != kind);
            claims.push(if is_wrong {
                Claim::WrongPayload(kind)
            } else {
                Claim::Covered(kind, Width::Bundle)
            });
        } else if near::bundle(bundle, subject).is_some() {
            claims.push(Claim::NearBundle(kind));
        }
        claims
    }
}

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

/// The extensions of a kind that no payload of this kind allows. One whose kind is not known may be of either.
pub(super) fn open<'s>(facts: &[Fact], subject: &'s Subject, kind: ExtensionKind) -> Vec<&'s str> {
    let is_covered = |bundle: &str| {
        facts.iter().any(|fact| {
            matches!(fact.claim, Claim::Covered(own, _) if own == kind)
                && fact.concerns(Some(bundle))
        })
    };
    subject
        .ids()
        .filter(|bundle| Subject::may_be(bundle, kind) && !is_covered(bundle))
        .collect()
}
