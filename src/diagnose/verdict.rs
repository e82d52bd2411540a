//! The verdict: what all conclusions together say about the extensions and the product.

use super::case::{Case, Extension};
use super::conclusion::Conclusion;
use super::conclusions::{About, Effect};
use super::facts::{ActivationState, Claim, Process, Subsystem};
use crate::extension::ExtensionKind::System;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Something says that the extension is blocked.
    Blocked,
    /// Some evidence says that an extension is blocked, some that the same extension works.
    Contradictory,
    /// The evidence says neither.
    NotKnown,
    /// The extensions are fine; protection is switched off.
    SwitchedOff,
    /// The extensions are fine; something else keeps the product from working.
    Impaired,
    Healthy,
}

impl Verdict {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Contradictory => "contradictory",
            Self::NotKnown => "not known",
            Self::SwitchedOff => "switched off",
            Self::Impaired => "impaired",
            Self::Healthy => "healthy",
        }
    }

    /// Whether the extensions are not the matter.
    pub(super) const fn is_calm(self) -> bool {
        matches!(self, Self::Healthy | Self::SwitchedOff)
    }
}

/// The verdict, and the extensions it is about: those its evidence names, or all when the evidence names none.
pub(super) fn verdict(case: Case<'_>, conclusions: &[Conclusion<'_>]) -> (Verdict, Vec<String>) {
    let has = |effect| conclusions.iter().any(|own| own.has(effect));
    let extensions = case.extensions();
    let is = |effect, extension: Extension<'_>| {
        conclusions
            .iter()
            .any(|own| own.has(effect) && own.is_about(extension))
    };
    let of_product = |effect| {
        conclusions
            .iter()
            .any(|own| own.has(effect) && own.row.about == About::Product)
    };
    let product_works = of_product(Effect::Fine) || of_product(Effect::SwitchedOff);
    let protecting = case.protecting();
    let contradicts = |extension: &Extension<'_>| {
        let works = is(Effect::Fine, *extension)
            || case.subject.is_defender() && product_works && protecting.contains(extension);
        is(Effect::Blocked, *extension) && works
    };
    // One kind of the same name may be blocked while the product works with the other.
    let fine: Vec<Extension<'_>> = extensions
        .iter()
        .copied()
        .filter(|extension| is(Effect::Fine, *extension))
        .collect();
    let is_absent = |extension: &Extension<'_>| {
        extension.1 == System
            && case.view(*extension).has(&Claim::NotInSystemExtensionList)
            && !is(Effect::Fine, *extension)
    };
    // What a state means that this tool does not know is not known either, whatever the other extensions do.
    let is_unclear = |extension: &Extension<'_>| {
        let states = [ActivationState::Other, ActivationState::NotActive];
        let view = case.view(*extension);
        !view.states(|own| states.contains(&own)).is_empty() && !is(Effect::Fine, *extension)
    };
    // Up to macOS 10.15 a product may work with its kernel extension.
    let may_use_kext = case.macos_is_before(11)
        || case.has(&Claim::Subsystem(Subsystem::KernelExtension))
        || case.has(&Claim::Loaded);
    let is_any_absent = !may_use_kext && extensions.iter().any(is_absent);
    let is_protected_by_nothing = product_works
        && is_any_absent
        && protecting.iter().any(|own| own.1 == System)
        && protecting
            .iter()
            .all(|own| own.1 != System || is_absent(own));
    let each_works = case
        .subject
        .ids()
        .all(|bundle| fine.iter().any(|(own, _)| *own == bundle));
    let works = if case.subject.is_defender() {
        (product_works || !fine.is_empty() && !extensions.iter().any(is_absent))
            && !extensions.iter().any(is_unclear)
    } else {
        each_works
    };
    let verdict = if has(Effect::Contradicts)
        || extensions.iter().any(contradicts)
        || is_protected_by_nothing
    {
        Verdict::Contradictory
    } else if has(Effect::Blocked) {
        Verdict::Blocked
    } else if works
        && (has(Effect::Impaired)
            || is_any_absent
            || case.has(&Claim::Healthy(false)) && !has(Effect::SwitchedOff))
        || case.has(&Claim::Process(Process::NotPermitted))
    {
        Verdict::Impaired
    } else if has(Effect::SwitchedOff) {
        Verdict::SwitchedOff
    } else if works && !has(Effect::Open) {
        Verdict::Healthy
    } else {
        Verdict::NotKnown
    };
    (verdict, concerned(case, conclusions, verdict, &extensions))
}

/// The extensions that a verdict is about: those that its evidence names, or all of the subject.
fn concerned(
    case: Case<'_>,
    conclusions: &[Conclusion<'_>],
    verdict: Verdict,
    extensions: &[Extension<'_>],
) -> Vec<String> {
    let decides = match verdict {
        Verdict::Blocked => Effect::Blocked,
        _ => Effect::Fine,
    };
    let is_named = |extension: &&Extension<'_>| {
        let deciding = || conclusions.iter().filter(|own| own.has(decides));
        deciding().any(|own| own.is_about(**extension))
            || !deciding().any(|conclusion| !conclusion.extensions.is_empty())
    };
    let all: Vec<&str> = case
        .subject
        .ids()
        .filter(|bundle| !case.is_gone(bundle))
        .collect();
    let mut about: Vec<String> = match verdict {
        Verdict::Blocked | Verdict::Healthy | Verdict::Impaired => {
            let named: Vec<&str> = extensions
                .iter()
                .filter(is_named)
                .map(|(own, _)| *own)
                .collect();
            let named = all.iter().filter(|own| named.contains(own));
            named.map(|own| (*own).to_owned()).collect()
        }
        _ => Vec::new(),
    };
    if about.is_empty() {
        about = all.into_iter().map(str::to_owned).collect();
    }
    if about.is_empty() {
        about = case.subject.ids().map(str::to_owned).collect();
    }
    about
}
