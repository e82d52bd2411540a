//! All facts of a case, seen from one extension: a conclusion about the network extension never rests on what is said of
//! the kernel extension. Predicates return the places of the facts that make their conclusion hold.

use super::facts::{
    ActivationState, Claim, Fact, Process, Refusal, Setting, Subsystem, Table, Width,
};
use super::subject::{ENDPOINT_SECURITY, NETWORK, Subject};
use crate::extension::ExtensionKind::{self, Kernel, System};

#[derive(Clone, Copy)]
pub(crate) struct Case<'f> {
    pub(crate) facts: &'f [Fact],
    pub(crate) subject: &'f Subject,
}

/// An extension that is asked about, as one kind.
pub(crate) type Extension<'s> = (&'s str, ExtensionKind);

impl<'f> Case<'f> {
    pub(crate) fn any(&self, test: impl Fn(&Claim) -> bool) -> bool {
        self.facts.iter().any(|fact| test(&fact.claim))
    }

    pub(crate) fn has(&self, claim: &Claim) -> bool {
        self.any(|own| own == claim)
    }

    /// The view of the Mac and the product as a whole.
    pub(crate) const fn whole(self) -> View<'f> {
        View {
            case: self,
            about: None,
        }
    }

    pub(crate) const fn view(self, extension: Extension<'f>) -> View<'f> {
        View {
            case: self,
            about: Some(extension),
        }
    }

    /// The extensions that are asked about, each as the kind it is, or as both when nothing says which.
    pub(crate) fn extensions(self) -> Vec<Extension<'f>> {
        let mut found = Vec::new();
        for bundle in self.subject.ids().filter(|bundle| !self.is_gone(bundle)) {
            let proof = |kind| {
                self.facts.iter().any(|fact| {
                    fact.bundle.as_deref() == Some(bundle) && fact.claim.proves() == Some(kind)
                })
            };
            let known = Subject::kind(bundle);
            let is_open = known.is_none() && !proof(Kernel) && !proof(System);
            let kinds = [Kernel, System].into_iter();
            let kinds = kinds.filter(|kind| is_open || known == Some(*kind) || proof(*kind));
            found.extend(kinds.map(|kind| (bundle, kind)));
        }
        found
    }

    /// Whether a kernel extension was replaced by a system extension, on this Mac too.
    pub(crate) fn is_gone(&self, kext: &str) -> bool {
        let speaks = |test: &dyn Fn(&Claim) -> bool| {
            self.facts
                .iter()
                .any(|fact| fact.concerns(Some(kext)) && test(&fact.claim))
        };
        let is_there = |claim: &Claim| match claim {
            // After "not found" programs also say that the load failed.
            Claim::Refused(refusal) => !matches!(
                refusal,
                Refusal::Absent | Refusal::Other | Refusal::Unspecified
            ),
            Claim::Loaded
            | Claim::LoadSucceeded
            | Claim::Loadable
            | Claim::LetPass
            | Claim::InCollection
            | Claim::Subsystem(Subsystem::KernelExtension) => true,
            _ => false,
        };
        self.subject.replacements(kext).is_some()
            && !speaks(&is_there)
            && (speaks(&|claim| *claim == Claim::Refused(Refusal::Absent))
                && !self.macos_is_before(11)
                || self.macos_is_at_least(11)
                || self.uses_system_extension())
    }

    /// Whether it is known that the Mac has at least this release of macOS.
    pub(crate) fn macos_is_at_least(&self, release: u16) -> bool {
        self.any(|claim| match claim {
            Claim::MacOs(own) | Claim::MacOsAtLeast(own) => *own >= release,
            _ => false,
        })
    }

    /// Whether it is known that the Mac has an older release of macOS than this.
    pub(crate) fn macos_is_before(&self, release: u16) -> bool {
        self.any(|claim| matches!(claim, Claim::MacOs(own) if *own < release))
    }

    pub(crate) fn is_linux(&self) -> bool {
        self.has(&Claim::Subsystem(Subsystem::Linux))
    }

    /// Whether the product uses its system extensions on this Mac, so that a kernel extension is not asked for.
    pub(crate) fn uses_system_extension(&self) -> bool {
        self.any(|claim| {
            matches!(
                claim,
                Claim::Subsystem(Subsystem::SystemExtension)
                    | Claim::SystemExtension(_)
                    | Claim::Logged(_)
                    | Claim::AfterRestart
                    | Claim::Process(_)
                    | Claim::ActivationFailed(_)
                    | Claim::Installed(_)
                    | Claim::ReadyPolicy(_)
                    | Claim::ProtectionAvailable(Setting::Unavailable)
            )
        })
    }

    /// The extensions that Defender's real-time protection may need on this Mac.
    pub(crate) fn protecting(self) -> Vec<Extension<'f>> {
        let needs = |extension: &Extension<'_>| match extension.1 {
            Kernel => !self.uses_system_extension(),
            System => {
                extension.0 != NETWORK && !self.has(&Claim::Subsystem(Subsystem::KernelExtension))
            }
        };
        self.extensions().into_iter().filter(needs).collect()
    }

    /// Whether Defender reports that an extension which it needs gives it no events.
    pub(crate) fn is_not_protecting(&self) -> bool {
        self.any(|claim| {
            matches!(
                claim,
                Claim::ProtectionAvailable(Setting::No | Setting::Unavailable)
            )
        })
    }
}

/// The facts that speak of one extension as one kind, or all facts.
#[derive(Clone, Copy)]
pub(crate) struct View<'f> {
    pub(crate) case: Case<'f>,
    about: Option<Extension<'f>>,
}

impl View<'_> {
    /// Whether a fact is in the view.
    fn speaks(&self, fact: &Fact) -> bool {
        let Some((bundle, kind)) = self.about else {
            return true;
        };
        fact.concerns(Some(bundle)) && fact.claim.kind().is_none_or(|own| own == kind)
    }

    /// The facts that pass a test.
    pub(crate) fn each(&self, test: impl Fn(&Fact) -> bool) -> Vec<usize> {
        let found = self.case.facts.iter().enumerate();
        found
            .filter(|(_, fact)| self.speaks(fact) && test(fact))
            .map(|(at, _)| at)
            .collect()
    }

    pub(crate) fn all(&self, test: impl Fn(&Claim) -> bool) -> Vec<usize> {
        self.each(|fact| test(&fact.claim))
    }

    pub(crate) fn is(&self, claim: &Claim) -> Vec<usize> {
        self.all(|own| own == claim)
    }

    pub(crate) fn any(&self, test: impl Fn(&Claim) -> bool) -> bool {
        !self.all(test).is_empty()
    }

    pub(crate) fn has(&self, claim: &Claim) -> bool {
        self.any(|own| own == claim)
    }

    pub(crate) fn both(&self, one: &Claim, other: &Claim) -> Vec<usize> {
        together(self.is(one), self.is(other))
    }

    pub(crate) fn refused(&self, refusal: Refusal) -> Vec<usize> {
        self.is(&Claim::Refused(refusal))
    }

    /// Its states in lists; where no list has it, those that the log shows.
    pub(crate) fn states(&self, test: impl Fn(ActivationState) -> bool) -> Vec<usize> {
        let is_listed = self.any(|claim| matches!(claim, Claim::SystemExtension(_)));
        self.all(|claim| match claim {
            Claim::SystemExtension(state) => test(*state),
            Claim::Logged(state) => !is_listed && test(*state),
            _ => false,
        })
    }

    pub(crate) fn in_state(&self, state: ActivationState) -> Vec<usize> {
        self.states(|own| own == state)
    }

    /// Whether macOS does not let its process run, or its process does not start.
    pub(crate) fn has_no_process(&self) -> bool {
        self.any(|claim| matches!(claim, Claim::Process(Process::NotLetRun | Process::Fails)))
    }

    /// The facts in this state when no version of the extension is enabled.
    pub(crate) fn only_in_state(&self, state: ActivationState) -> Vec<usize> {
        let enabled = self.in_state(ActivationState::Enabled);
        given(enabled.is_empty(), self.in_state(state))
    }

    /// Whether a system extension of the product took its place.
    pub(crate) fn is_replaced(&self) -> bool {
        self.about
            .is_some_and(|(bundle, _)| self.case.subject.replacements(bundle).is_some())
    }

    pub(crate) fn is_network(&self) -> bool {
        self.about.is_some_and(|(bundle, _)| bundle == NETWORK)
    }

    pub(crate) fn is_endpoint_security(&self) -> bool {
        self.about
            .is_some_and(|(bundle, _)| bundle == ENDPOINT_SECURITY)
    }

    /// Profiles that allow it, by the payload of its own kind and with its type among those allowed.
    pub(crate) fn covered(&self) -> Vec<usize> {
        let covered = self.all(|claim| {
            matches!(
                claim,
                Claim::Covered(..) | Claim::DatabaseRow(Table::Mdm, true)
            )
        });
        given(self.type_forbidden().is_empty(), covered)
    }

    /// The lists of types that leave out the type of the extension.
    pub(crate) fn type_forbidden(&self) -> Vec<usize> {
        let categories = self.all(|claim| matches!(claim, Claim::Category(_)));
        let narrowed = self.all(|claim| matches!(claim, Claim::TypesNarrowed(_)));
        let allows = |at: &usize| {
            let Claim::TypesNarrowed(types) = &self.case.facts[*at].claim else {
                return false;
            };
            categories
                .iter()
                .any(|at| match self.case.facts[*at].claim {
                    Claim::Category(Some(own)) => types.contains(&own),
                    _ => false,
                })
        };
        let is_forbidden =
            !categories.is_empty() && !self.has(&Claim::TypesOpen) && !narrowed.iter().any(allows);
        given(is_forbidden, together(narrowed, categories))
    }

    /// Facts that say that somebody approved it.
    pub(crate) fn approvals(&self) -> Vec<usize> {
        let mut found = self.covered();
        found.extend(self.all(|claim| {
            matches!(
                claim,
                Claim::DatabaseRow(Table::User, true) | Claim::ConsentForTeam
            )
        }));
        found.sort_unstable();
        found
    }

    /// The facts with this claim unless somebody approved the extension.
    pub(crate) fn unapproved(&self, claim: &Claim) -> Vec<usize> {
        given(self.approvals().is_empty(), self.is(claim))
    }

    /// The facts with this claim and the approvals, or nothing.
    pub(crate) fn approved(&self, claim: &Claim) -> Vec<usize> {
        together(self.is(claim), self.approvals())
    }

    /// Whether a load attempt names a fault that no approval mends.
    pub(crate) fn is_damaged(&self) -> bool {
        self.any(|claim| matches!(claim, Claim::Refused(refusal) if refusal.is_damage()))
    }

    /// Whether a profile allows it as an extension of the other kind, and nothing says that it is one of this kind.
    pub(crate) fn is_covered_as_other_kind(&self) -> bool {
        let Some((bundle, kind)) = self.about else {
            return false;
        };
        let own = || {
            self.case
                .facts
                .iter()
                .filter(|fact| fact.concerns(Some(bundle)))
        };
        let is_proof = |fact: &Fact| fact.bundle.is_some() && fact.claim.proves() == Some(kind);
        Subject::kind(bundle).is_none()
            && !own().any(is_proof)
            && own().any(|fact| matches!(fact.claim, Claim::Covered(other, _) if other != kind))
    }

    /// Facts of another kind of payload that name this extension or its team, while its own kind does not.
    pub(crate) fn approved_as_other_kind(&self) -> Vec<usize> {
        let Some((bundle, kind)) = self.about else {
            return Vec::new();
        };
        // A whole team allowed for one kind says something only of an extension that the Mac knows as the other kind.
        let is_seen = self.any(|claim| {
            matches!(
                claim,
                Claim::SystemExtension(_)
                    | Claim::Logged(_)
                    | Claim::Installed(_)
                    | Claim::ActivationFailed(_)
                    | Claim::Refused(_)
            )
        });
        let is_other = |fact: &Fact| {
            let named = match fact.claim {
                Claim::Covered(own, Width::Team) => own != kind && is_seen,
                Claim::Covered(own, _) | Claim::WrongPayload(own) => own != kind,
                _ => false,
            };
            named && fact.concerns(Some(bundle))
        };
        let lacks = self.any(|claim| matches!(claim, Claim::NoPayload(_) | Claim::NotCovered(_)));
        let facts = self.case.facts.iter().enumerate();
        let found = facts.filter(|(_, fact)| is_other(fact)).map(|(at, _)| at);
        given(lacks && self.covered().is_empty(), found.collect())
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
