//! The answer: the verdict, the conclusions with their evidence, what to do, and what is not known.

use super::approval;
use super::case::{Case, Extension};
use super::conclusions::{self, About, Conclusion, Effect};
use super::facts::{ActivationState, Claim, Fact, Process, Subsystem};
use super::input::Input;
use super::questions::unknown;
use super::subject::Subject;
use crate::escape::shell_word;
use crate::extension::ExtensionKind::{self, Kernel, System};

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

/// A conclusion that holds.
pub(crate) struct Held<'s> {
    pub(crate) conclusion: &'static Conclusion,
    /// The extensions it is about; none for the product and the Mac.
    pub(crate) extensions: Vec<Extension<'s>>,
    pub(crate) evidence: Vec<Fact>,
}

impl Held<'_> {
    pub(super) fn is_about(&self, extension: Extension<'_>) -> bool {
        self.extensions.contains(&extension)
    }

    pub(super) fn has(&self, effect: Effect) -> bool {
        self.conclusion.effect == effect
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    pub(crate) question: String,
    /// The command that would tell.
    pub(crate) command: String,
    /// How its output is given.
    pub(crate) option: String,
}

pub(crate) struct Answer<'s> {
    pub(crate) verdict: Verdict,
    /// The extensions that the evidence of the verdict speaks of.
    pub(crate) about: Vec<String>,
    /// Those whose approval is missing.
    pub(super) missing: Vec<Extension<'s>>,
    /// The conclusions that hold, in the order of the table.
    pub(crate) held: Vec<Held<'s>>,
    pub(crate) unknown: Vec<Unknown>,
    /// The next steps, in order, whatever the way of deployment.
    pub(crate) first: Vec<String>,
    pub(crate) jamf: Vec<String>,
    pub(crate) intune: Vec<String>,
    pub(crate) by_hand: Vec<String>,
    /// A policy that approves it; `None` when no approval is missing.
    pub(crate) policy: Option<String>,
    /// The kinds of extension that are asked about.
    pub(crate) kinds: Vec<ExtensionKind>,
    /// Whether all that is understood says that it works, and a line that is not understood sounds like a fault.
    pub(crate) is_doubtful: bool,
}

/// Whether a line that nobody understood sounds like a fault. An answer beside it is not "healthy".
pub(super) fn sounds_like_a_fault(text: &str) -> bool {
    const WORDS: [&str; 27] = [
        "error",
        "fail",
        "denied",
        "deny",
        "declin",
        "refus",
        "reject",
        "invalid",
        "not ",
        "n't ",
        "crash",
        "kill",
        "block",
        "terminat",
        "missing",
        "disab",
        "stop",
        "unable",
        "lacks",
        "wait",
        "needs",
        "requires",
        "exit",
        "false",
        "lost",
        "unavail",
        "disconnect",
    ];
    let lower = text.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

impl Answer<'_> {
    /// The next steps name the file that the policy was written to.
    pub(crate) fn written_to(&mut self, file: &str) {
        let file = shell_word(file);
        for steps in [&mut self.jamf, &mut self.intune] {
            if let Some(first) = steps.first_mut()
                && let Some((_, target)) = first.split_once(" --target ")
            {
                *first = format!("kextpolicy render {file} --target {target}");
            }
        }
    }
}

/// The conclusions that hold; what policies lack only of the extensions it matters of, if any are named.
fn held<'s>(case: Case<'s>, of_interest: &[Extension<'s>]) -> Vec<Held<'s>> {
    let extensions = case.extensions();
    let is_of_interest = |conclusion: &Conclusion, extension: &Extension<'_>| {
        of_interest.is_empty() || of_interest.contains(extension) || !conclusion.is_about_policies()
    };
    let mut found = Vec::new();
    for conclusion in conclusions::all() {
        let fits = |kind: ExtensionKind| match conclusion.about {
            About::Kernel => kind == Kernel,
            About::System => kind == System,
            About::Extension => true,
            About::Product | About::Mac => false,
        };
        let mut held = Held {
            conclusion,
            extensions: Vec::new(),
            evidence: Vec::new(),
        };
        if matches!(conclusion.about, About::Product | About::Mac) {
            held.keep(case, (conclusion.holds)(&case.whole()));
        }
        let own = extensions.iter().filter(|(_, kind)| fits(*kind));
        for extension in own.filter(|extension| is_of_interest(conclusion, extension)) {
            if held.keep(case, (conclusion.holds)(&case.view(*extension))) {
                held.extensions.push(*extension);
            }
        }
        if !held.evidence.is_empty() {
            found.push(held);
        }
    }
    found
}

impl Held<'_> {
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

/// Judges the facts. `given` are the inputs that were read, `left` the lines that nobody understood.
pub(crate) fn answer<'s>(
    facts: &'s [Fact],
    given: &[Input],
    left: &[Fact],
    subject: &'s Subject,
) -> Answer<'s> {
    let case = Case { facts, subject };
    let before = held(case, &[]);
    let missing = approval::missing(case, &before);
    let of_interest = if missing.is_empty() {
        let blocked = before.iter().filter(|held| held.has(Effect::Blocked));
        blocked.flat_map(|held| held.extensions.clone()).collect()
    } else {
        missing.clone()
    };
    let mut held = held(case, &of_interest);
    let (mut verdict, about) = verdict(case, &held);
    if verdict.is_calm() {
        // Where the product itself says nothing, it matters what profiles do not deliver of its needs.
        let lacks = |held: &Held<'_>| {
            let is_missing = |fact: &Fact| matches!(fact.claim, Claim::Companion(_, false));
            held.conclusion.name == "payloads-of-the-product"
                && held.evidence.iter().any(is_missing)
                && !case.any(|claim| matches!(claim, Claim::ProtectionAvailable(_)))
        };
        held.retain(|held| !held.has(Effect::Hints) || lacks(held));
    }
    let is_doubtful =
        verdict == Verdict::Healthy && left.iter().any(|fact| sounds_like_a_fault(&fact.text));
    if is_doubtful {
        verdict = Verdict::NotKnown;
    }
    let mut first: Vec<String> = Vec::new();
    if verdict == Verdict::Contradictory {
        first.push(
            "Collect everything again in one go: the files may be of different times or Macs."
                .to_owned(),
        );
    }
    for held in &held {
        // Boot security, and where kernel extensions lie, matter where a kernel extension is what is missing.
        let is_needless = match held.conclusion.name {
            "full-security" => {
                !missing.is_empty() && missing.iter().all(|(_, kind)| *kind == System)
            }
            // What is given is not asked for.
            "kext-replaced" => given.contains(&Input::SystemExtensionsCtl),
            _ => false,
        };
        let step = approval::with_kext(held.conclusion.next, case);
        if !step.is_empty() && !is_needless && !first.contains(&step) {
            first.push(step);
        }
    }
    let mut answer = Answer {
        unknown: unknown(case, given, verdict, &missing, &held),
        verdict,
        about,
        missing,
        first,
        jamf: Vec::new(),
        intune: Vec::new(),
        by_hand: Vec::new(),
        policy: None,
        kinds: case
            .extensions()
            .into_iter()
            .map(|(_, kind)| kind)
            .collect(),
        held,
        is_doubtful,
    };
    approval::ways(&mut answer, case);
    answer
}

/// The verdict, and the extensions it is about: those its evidence names, or all when the evidence names none.
fn verdict(case: Case<'_>, held: &[Held<'_>]) -> (Verdict, Vec<String>) {
    let has = |effect| held.iter().any(|held| held.has(effect));
    let extensions = case.extensions();
    let is = |effect, extension: Extension<'_>| {
        held.iter()
            .any(|held| held.has(effect) && held.is_about(extension))
    };
    let of_product = |effect| {
        held.iter()
            .any(|held| held.has(effect) && held.conclusion.about == About::Product)
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
    (verdict, concerned(case, held, verdict, &extensions))
}

/// The extensions that a verdict is about: those that its evidence names, or all of the subject.
fn concerned(
    case: Case<'_>,
    held: &[Held<'_>],
    verdict: Verdict,
    extensions: &[Extension<'_>],
) -> Vec<String> {
    let decides = match verdict {
        Verdict::Blocked => Effect::Blocked,
        _ => Effect::Fine,
    };
    let is_named = |extension: &&Extension<'_>| {
        let deciding = || held.iter().filter(|held| held.has(decides));
        deciding().any(|held| held.is_about(**extension))
            || !deciding().any(|held| !held.extensions.is_empty())
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
