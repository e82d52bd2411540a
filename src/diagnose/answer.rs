//! The answer: the verdict, the conclusions with their evidence, what to do, and what is not known.

use super::approval;
use super::case::{Case, Extension};
use super::conclusions::{self, About, Conclusion, Effect};
use super::facts::{Claim, Fact, Refusal, Setting};
use super::input::Input;
use super::subject::Subject;
use crate::extension::ExtensionKind::{self, Kernel, System};
use crate::policy::{Bundles, Policy, Team};

/// The verdict.
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
    /// The extension works.
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
    const fn is_calm(self) -> bool {
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
    fn is_about(&self, extension: Extension<'_>) -> bool {
        self.extensions.contains(&extension)
    }

    fn has(&self, effect: Effect) -> bool {
        self.conclusion.effect == effect
    }
}

/// Something nobody told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    pub(crate) question: String,
    /// The command that would tell.
    pub(crate) command: String,
    /// How its output is given.
    pub(crate) option: String,
}

/// The whole answer.
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
}

impl Answer<'_> {
    /// The next steps name the file that the policy was written to.
    pub(crate) fn written_to(&mut self, file: &str) {
        let file = approval::shell_word(file);
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

/// Judges the facts. `given` are the inputs that were read.
pub(crate) fn answer<'s>(facts: &'s [Fact], given: &[Input], subject: &'s Subject) -> Answer<'s> {
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
    let (verdict, about) = verdict(case, &held);
    if verdict.is_calm() {
        held.retain(|held| !held.has(Effect::Hints));
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
    let each_works = case
        .subject
        .ids()
        .all(|bundle| fine.iter().any(|(own, _)| *own == bundle));
    let works = if case.subject.is_defender() {
        product_works || !fine.is_empty() && !extensions.iter().any(is_absent)
    } else {
        each_works
    };
    let verdict = if has(Effect::Contradicts) || extensions.iter().any(contradicts) {
        Verdict::Contradictory
    } else if has(Effect::Blocked) {
        Verdict::Blocked
    } else if works
        && (has(Effect::Impaired) || case.has(&Claim::Healthy(false)) && !has(Effect::SwitchedOff))
    {
        Verdict::Impaired
    } else if has(Effect::SwitchedOff) {
        Verdict::SwitchedOff
    } else if works {
        Verdict::Healthy
    } else {
        Verdict::NotKnown
    };
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
    (verdict, about)
}

/// Question, the input that answers it, and the kind of extension it is about.
const QUESTIONS: &[(&str, Input, Option<ExtensionKind>)] = &[
    ("whether protection works", Input::MdatpHealth, None),
    (
        "which macOS and which processor: they decide which kind of extension is needed",
        Input::Mac,
        None,
    ),
    (
        "why the kernel extension does not load",
        Input::Kextutil,
        Some(Kernel),
    ),
    (
        "whether the kernel extension is loaded",
        Input::Kextstat,
        Some(Kernel),
    ),
    (
        "the state of the system extensions",
        Input::SystemExtensionsCtl,
        Some(System),
    ),
    (
        "whether a profile approves it (this list may show passwords of other payloads; the collect script leaves them out)",
        Input::Profiles,
        None,
    ),
    (
        "whether the Mac is enrolled with user-approved MDM",
        Input::Enrollment,
        None,
    ),
    (
        "what was approved on the Mac",
        Input::KextPolicy,
        Some(Kernel),
    ),
    (
        "on Apple silicon: whether kernel extensions are allowed at all",
        Input::Bputil,
        Some(Kernel),
    ),
];

/// The questions whose answer could change this one.
fn unknown(
    case: Case<'_>,
    given: &[Input],
    verdict: Verdict,
    missing: &[Extension<'_>],
    held: &[Held<'_>],
) -> Vec<Unknown> {
    let extensions = case.extensions();
    let kinds: Vec<ExtensionKind> = if missing.is_empty() {
        &extensions
    } else {
        missing
    }
    .iter()
    .map(|(_, kind)| *kind)
    .collect();
    let is_either = kinds.contains(&Kernel) && kinds.contains(&System);
    // A refusal that is no matter of approval is not changed by any profile.
    let is_repair = verdict == Verdict::Blocked && missing.is_empty();
    let is_open = |input: Input, kind: Option<ExtensionKind>| {
        let is_answered = given.contains(&input)
            || input == Input::Profiles && given.contains(&Input::SystemProfiler)
            || input.is_load() && given.iter().any(|own| own.is_load());
        let matters = match input {
            Input::MdatpHealth => case.subject.is_defender() && verdict != Verdict::Contradictory,
            Input::Mac => {
                is_either
                    && case.subject.is_defender()
                    && !missing.is_empty()
                    && !case.macos_is_at_least(11)
                    && !case.macos_is_before(11)
            }
            Input::Profiles | Input::Enrollment => {
                !is_repair || case.any(|claim| matches!(claim, Claim::Refused(Refusal::Policy)))
            }
            Input::KextPolicy => !is_repair && !case.any(|claim| matches!(claim, Claim::Refused(Refusal::NotApproved | Refusal::Policy))),
            Input::Bputil => !is_repair && !case.has(&Claim::AppleSilicon(false)) && !case.macos_is_before(11),
            Input::Kextutil => !case.has(&Claim::Loaded),
            Input::Kextstat => {
                !case.any(|claim| matches!(claim, Claim::Refused(refusal) if *refusal != Refusal::Unprivileged))
            }
            _ => true,
        };
        let is_of_kind = kind.is_none_or(|kind| kinds.contains(&kind));
        let is_asked = !verdict.is_calm() || input == Input::MdatpHealth;
        !is_answered && matters && is_of_kind && is_asked
    };
    let questions = QUESTIONS
        .iter()
        .filter(|(_, input, kind)| is_open(*input, *kind));
    let mut found: Vec<Unknown> = questions
        .map(|(question, input, _)| Unknown {
            question: (*question).to_owned(),
            command: approval::with_kext(input.about().command, case),
            option: input.about().how(),
        })
        .collect();
    found.extend(rest(case, held));
    found
}

/// Those of several extensions that nothing speaks well of, while it does of others.
fn rest(case: Case<'_>, held: &[Held<'_>]) -> Vec<Unknown> {
    let has_fine = held
        .iter()
        .any(|held| held.has(Effect::Fine) && !held.extensions.is_empty());
    let is_fine = |bundle: &str| {
        let mut fine = held.iter().filter(|held| held.has(Effect::Fine));
        fine.any(|held| {
            held.extensions.is_empty() || held.extensions.iter().any(|(own, _)| *own == bundle)
        })
    };
    let works = case.has(&Claim::ProtectionAvailable(Setting::Yes));
    let is_blocked = |bundle: &str| {
        let mut blocked = held.iter().filter(|held| held.has(Effect::Blocked));
        blocked.any(|held| held.extensions.iter().any(|(own, _)| *own == bundle))
    };
    let rest = case.subject.ids().filter(|bundle| {
        has_fine
            && !works
            && !is_fine(bundle)
            && !is_blocked(bundle)
            && !case.is_gone(bundle)
            && Subject::kind(bundle) != Some(Kernel)
    });
    let unknown = rest.map(|bundle| Unknown {
        question: format!("whether {bundle} works"),
        command: "kextstat; systemextensionsctl list".to_owned(),
        option: "as --kextstat, --systemextensionsctl".to_owned(),
    });
    unknown.collect()
}

/// What a policy file says about the subject, extension by extension.
pub(crate) fn evidence_of_policy(policy: &Policy, subject: &Subject) -> Vec<Fact> {
    let lines = crate::source::LineIndex::new(policy.text.as_bytes());
    let mut facts = Vec::new();
    for bundle in subject.ids() {
        let before = facts.len();
        for start in entries(policy, subject, bundle) {
            let line = lines.position(policy.text.as_bytes(), start).line;
            let text = policy.text.lines().nth(line as usize - 1);
            let text = text.unwrap_or_default();
            facts.push(Fact::at(Some(line), text, Claim::InPolicy(true)).of(bundle));
        }
        if facts.len() == before {
            let text = format!("no entry allows {bundle} of {}", subject.team);
            facts.push(Fact::at(None, &text, Claim::InPolicy(false)).of(bundle));
        }
    }
    super::named(&policy.path, facts)
}

/// Where the entries of a policy begin that allow an extension.
fn entries(policy: &Policy, subject: &Subject, bundle: &str) -> Vec<u32> {
    let has = |bundles: &Bundles| match bundles {
        Bundles::All(_) => true,
        Bundles::Listed(listed) => listed.iter().any(|own| own.value.as_str() == bundle),
    };
    let mut found = Vec::new();
    if Subject::may_be(bundle, Kernel) {
        let allowed = policy.kernel_extensions.iter().flat_map(|own| &own.allowed);
        let own = allowed.filter(|entry| {
            let is_own =
                matches!(&entry.team, Team::Identified(team) if team.value == subject.team);
            is_own && has(&entry.bundles)
        });
        found.extend(own.map(|entry| entry.span.start));
    }
    if Subject::may_be(bundle, System) {
        let allowed = policy.system_extensions.iter().flat_map(|own| &own.allowed);
        let own = allowed.filter(|entry| entry.team.value == subject.team && has(&entry.bundles));
        found.extend(own.map(|entry| entry.span.start));
    }
    found
}
