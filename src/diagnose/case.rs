//! All facts of a case, and the questions that conclusions ask of them.

use super::facts::{ActivationState, Claim, Fact, Refusal, Subsystem};
use crate::extension::ExtensionKind;

/// All facts, for predicates. A predicate returns the places of the facts that make its conclusion hold.
pub(crate) struct Case<'f> {
    /// The facts.
    pub(crate) facts: &'f [Fact],
}

impl Case<'_> {
    /// The facts with such a claim.
    pub(crate) fn all(&self, test: impl Fn(&Claim) -> bool) -> Vec<usize> {
        self.each(|fact| test(&fact.claim))
    }

    /// The facts that pass a test.
    pub(crate) fn each(&self, test: impl Fn(&Fact) -> bool) -> Vec<usize> {
        let found = self.facts.iter().enumerate();
        found
            .filter(|(_, fact)| test(fact))
            .map(|(at, _)| at)
            .collect()
    }

    /// The facts with this claim.
    pub(crate) fn is(&self, claim: &Claim) -> Vec<usize> {
        self.all(|own| own == claim)
    }

    /// Whether any fact has such a claim.
    pub(crate) fn any(&self, test: impl Fn(&Claim) -> bool) -> bool {
        self.facts.iter().any(|fact| test(&fact.claim))
    }

    /// Whether any fact has this claim.
    pub(crate) fn has(&self, claim: &Claim) -> bool {
        self.any(|own| own == claim)
    }

    /// Both claims, or nothing.
    pub(crate) fn both(&self, one: &Claim, other: &Claim) -> Vec<usize> {
        together(self.is(one), self.is(other))
    }

    /// Whether the health is that of the agent for Linux.
    pub(crate) fn is_linux(&self) -> bool {
        self.has(&Claim::Subsystem(Subsystem::Linux))
    }

    /// Whether protection uses the system extension, so that a kernel extension is not asked for.
    pub(crate) fn uses_system_extension(&self) -> bool {
        self.has(&Claim::Subsystem(Subsystem::SystemExtension))
    }

    /// Facts that say that somebody approved a kernel extension.
    pub(crate) fn approvals(&self, bundle: Option<&str>) -> Vec<usize> {
        self.each(|fact| {
            let approves = matches!(
                fact.claim,
                Claim::Covered(ExtensionKind::Kernel, _)
                    | Claim::DatabaseRow(_, true)
                    | Claim::ConsentForTeam
            );
            approves && fact.concerns(bundle)
        })
    }

    /// The facts with this claim about extensions that nobody approved, as far as is known.
    pub(crate) fn unapproved(&self, claim: &Claim) -> Vec<usize> {
        self.each(|fact| fact.claim == *claim && self.approvals(fact.bundle.as_deref()).is_empty())
    }

    /// The facts with this claim about extensions that somebody approved, and those approvals.
    pub(crate) fn approved(&self, claim: &Claim) -> Vec<usize> {
        let mut found = Vec::new();
        for at in self.is(claim) {
            let approvals = self.approvals(self.facts[at].bundle.as_deref());
            if !approvals.is_empty() {
                found.push(at);
                found.extend(approvals);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a load attempt names a fault that no approval mends.
    pub(crate) fn is_damaged(&self) -> bool {
        self.any(|claim| {
            matches!(
                claim,
                Claim::Refused(
                    Refusal::Signature
                        | Refusal::Ownership
                        | Refusal::Staging
                        | Refusal::Architecture
                        | Refusal::Dependencies
                )
            )
        })
    }

    /// The facts about system extensions in one state of which another version is in another state.
    pub(crate) fn beside(&self, state: ActivationState, other: ActivationState) -> Vec<usize> {
        let state = Claim::SystemExtension(state);
        let other = Claim::SystemExtension(other);
        self.each(|fact| {
            fact.claim == state
                && self
                    .facts
                    .iter()
                    .any(|own| own.claim == other && own.bundle == fact.bundle)
        })
    }

    /// Facts with this claim about extensions that another claim does not speak of.
    pub(crate) fn without(&self, claim: &Claim, other: impl Fn(&Claim) -> bool) -> Vec<usize> {
        self.each(|fact| {
            let mut others = self.facts.iter().filter(|own| other(&own.claim));
            fact.claim == *claim && !others.any(|own| own.concerns(fact.bundle.as_deref()))
        })
    }
}

/// The evidence if a condition holds.
pub(crate) fn given(condition: bool, evidence: Vec<usize>) -> Vec<usize> {
    if condition { evidence } else { Vec::new() }
}

/// Both kinds of evidence, or nothing when one is missing.
pub(crate) fn together(mut one: Vec<usize>, other: Vec<usize>) -> Vec<usize> {
    if one.is_empty() || other.is_empty() {
        return Vec::new();
    }
    one.extend(other);
    one.sort_unstable();
    one.dedup();
    one
}
