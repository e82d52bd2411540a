//! The conclusions that hold for a case: rows of the table of conclusions, each with its evidence.

use super::case::{Case, Extension};
use super::conclusions::{self, About, ConclusionRow, Effect};
use super::facts::Fact;
use crate::extension::ExtensionKind::{self, Kernel, System};

/// A conclusion that holds.
pub(crate) struct Conclusion<'s> {
    pub(crate) row: &'static ConclusionRow,
    /// The extensions it is about; none for the product and the Mac.
    pub(crate) extensions: Vec<Extension<'s>>,
    pub(crate) evidence: Vec<Fact>,
}

impl Conclusion<'_> {
    pub(super) fn is_about(&self, extension: Extension<'_>) -> bool {
        self.extensions.contains(&extension)
    }

    pub(super) fn has(&self, effect: Effect) -> bool {
        self.row.effect == effect
    }
}

/// The conclusions that hold; what policies lack only of the extensions it matters of, if any are named.
pub(super) fn all<'s>(case: Case<'s>, of_interest: &[Extension<'s>]) -> Vec<Conclusion<'s>> {
    let extensions = case.extensions();
    let is_of_interest = |row: &ConclusionRow, extension: &Extension<'_>| {
        of_interest.is_empty() || of_interest.contains(extension) || !row.is_about_policies()
    };
    let mut found = Vec::new();
    for row in conclusions::all() {
        let fits = |kind: ExtensionKind| match row.about {
            About::Kernel => kind == Kernel,
            About::System => kind == System,
            About::Extension => true,
            About::Product | About::Mac => false,
        };
        let mut conclusion = Conclusion {
            row,
            extensions: Vec::new(),
            evidence: Vec::new(),
        };
        if matches!(row.about, About::Product | About::Mac) {
            conclusion.keep(case, (row.holds)(&case.whole()));
        }
        let own = extensions.iter().filter(|(_, kind)| fits(*kind));
        for extension in own.filter(|extension| is_of_interest(row, extension)) {
            if conclusion.keep(case, (row.holds)(&case.view(*extension))) {
                conclusion.extensions.push(*extension);
            }
        }
        if !conclusion.evidence.is_empty() {
            found.push(conclusion);
        }
    }
    found
}

impl Conclusion<'_> {
    /// Keeps evidence, each line once: one line may speak of several extensions.
    fn keep(&mut self, case: Case<'_>, found: Vec<usize>) -> bool {
        let is_any = !found.is_empty();
        for at in found {
            let fact = &case.facts[at];
            let is_same = |own: &Fact| {
                (&own.file, own.line, &own.text) == (&fact.file, fact.line, &fact.text)
            };
            if !self.evidence.iter().any(is_same) {
                self.evidence.push(fact.clone());
            }
        }
        is_any
    }
}
