//! The answer: the verdict, the conclusions with their evidence, what is not known, and what to do.

use super::approval;
use super::case::Case;
use super::conclusions::{CONCLUSIONS, Conclusion, Effect};
use super::facts::{Claim, Fact};
use super::input::Input;
use super::subject::Subject;
use crate::extension::ExtensionKind;
use crate::identifier::BundleIdentifier;
use crate::policy::{Bundles, Policy, Team};

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Something says that the extension is blocked, nothing that it works.
    Blocked,
    /// Some evidence says blocked, some says that it works.
    Contradictory,
    /// The evidence says neither.
    NotKnown,
    /// The extension is fine; protection is switched off.
    SwitchedOff,
    /// The extension works.
    Healthy,
}

impl Verdict {
    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Contradictory => "contradictory",
            Self::NotKnown => "not known",
            Self::SwitchedOff => "switched off",
            Self::Healthy => "healthy",
        }
    }
}

/// A conclusion that holds.
pub(crate) struct Held {
    /// The conclusion.
    pub(crate) conclusion: &'static Conclusion,
    /// Its evidence.
    pub(crate) evidence: Vec<Fact>,
}

/// Something nobody told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// The question.
    pub(crate) question: String,
    /// The command that would tell.
    pub(crate) command: String,
    /// The option that takes its output.
    pub(crate) option: &'static str,
}

/// The whole answer.
pub(crate) struct Answer {
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// The extensions that the evidence of the verdict speaks of.
    pub(crate) about: Vec<String>,
    /// Of which kinds of extension an approval is missing.
    pub(super) missing: Vec<ExtensionKind>,
    /// The conclusions that hold, in the order of the table.
    pub(crate) held: Vec<Held>,
    /// What is not known.
    pub(crate) unknown: Vec<Unknown>,
    /// The next steps, in order.
    pub(crate) first: Vec<String>,
    /// With Jamf Pro.
    pub(crate) jamf: Vec<String>,
    /// With Intune.
    pub(crate) intune: Vec<String>,
    /// By hand.
    pub(crate) by_hand: Vec<String>,
    /// A policy that approves it; `None` when no approval is missing.
    pub(crate) policy: Option<String>,
}

/// The conclusions that hold.
fn held(facts: &[Fact]) -> Vec<Held> {
    let case = Case { facts };
    let mut held = Vec::new();
    for conclusion in CONCLUSIONS {
        let mut evidence: Vec<Fact> = Vec::new();
        for at in (conclusion.holds)(&case) {
            let fact = &facts[at];
            let place = |fact: &Fact| (fact.file.clone(), fact.line, fact.text.clone());
            // One line may speak of several extensions.
            if !evidence.iter().any(|own| place(own) == place(fact)) {
                evidence.push(fact.clone());
            }
        }
        if !evidence.is_empty() {
            held.push(Held {
                conclusion,
                evidence,
            });
        }
    }
    held
}

/// Judges the facts. `given` are the inputs that were read.
pub(crate) fn answer(facts: &[Fact], given: &[Input], subject: &Subject) -> Answer {
    let missing = approval::missing(&held(facts), facts);
    // What a policy says about extensions whose approval is not missing is of no interest then.
    let facts: Vec<Fact> = facts
        .iter()
        .filter(|fact| {
            let kind = fact.bundle.as_deref().map(|own| approval::kind(own, facts));
            missing.is_empty()
                || !matches!(fact.claim, Claim::InPolicy(_))
                || kind.is_none_or(|kind| missing.contains(&kind))
        })
        .cloned()
        .collect();
    let mut held = held(&facts);
    let (verdict, about) = verdict(&held, subject, &facts);
    if matches!(verdict, Verdict::Healthy | Verdict::SwitchedOff) {
        held.retain(|held| held.conclusion.effect != Effect::Hints);
    }
    // Where it is known which extension is blocked, policies of the other kind are of no interest.
    let matters = |fact: &Fact| match fact.claim {
        Claim::NoPayload(kind) | Claim::NotCovered(kind) | Claim::Payload(kind) => {
            about.iter().any(|bundle| Subject::may_be(bundle, kind))
        }
        _ => true,
    };
    for held in &mut held {
        held.evidence.retain(matters);
    }
    held.retain(|held| !held.evidence.is_empty());
    let mut first: Vec<String> = Vec::new();
    if verdict == Verdict::Contradictory {
        first.push("Collect everything again in one go: the files may be of different times or Macs, or one speaks of the kernel extension and another of the system extension.".to_owned());
    }
    for held in &held {
        let step = held.conclusion.next.replace("{kext}", &subject.kext_path());
        if !step.is_empty() && !first.contains(&step) {
            first.push(step);
        }
    }
    let mut answer = Answer {
        verdict,
        about,
        unknown: unknown(given, verdict, &missing, &held, subject),
        missing,
        first,
        jamf: Vec::new(),
        intune: Vec::new(),
        by_hand: Vec::new(),
        policy: None,
        held,
    };
    approval::ways(&mut answer, subject, &facts);
    answer
}

/// The verdict, and the extensions it is about: those its evidence names, or all when the evidence names none.
fn verdict(held: &[Held], subject: &Subject, facts: &[Fact]) -> (Verdict, Vec<String>) {
    let has = |effect| held.iter().any(|held| held.conclusion.effect == effect);
    let (blocked, off, fine) = (
        has(Effect::Blocked),
        has(Effect::SwitchedOff),
        has(Effect::Fine),
    );
    let decides = |held: &&Held| match held.conclusion.effect {
        Effect::Blocked => blocked,
        Effect::Fine => !blocked,
        Effect::SwitchedOff | Effect::Explains | Effect::Hints => false,
    };
    let mut is_named = vec![false; subject.bundles.len()];
    for held in held.iter().filter(decides) {
        // One line may stand for several extensions, and only one of them is kept with it.
        let is_evidence = |fact: &&Fact| {
            held.evidence
                .iter()
                .any(|own| (&own.file, own.line, &own.text) == (&fact.file, fact.line, &fact.text))
        };
        let named: Vec<&str> = facts
            .iter()
            .filter(is_evidence)
            .filter_map(|fact| fact.bundle.as_deref())
            .collect();
        for (is_named, bundle) in is_named.iter_mut().zip(&subject.bundles) {
            *is_named |= named.is_empty() || named.contains(&bundle.as_str());
        }
    }
    let all = subject.bundles.iter().map(BundleIdentifier::as_str);
    let about: Vec<String> = all
        .clone()
        .zip(is_named)
        .filter(|(_, is_named)| *is_named)
        .map(|(bundle, _)| bundle.to_owned())
        .collect();
    let is_whole = about.len() == subject.bundles.len();
    let verdict = match (blocked, fine || off) {
        (true, true) => Verdict::Contradictory,
        (true, false) => Verdict::Blocked,
        (false, true) if off => Verdict::SwitchedOff,
        // Of Defender either extension is enough; of others each has to work.
        (false, true) if subject.is_defender() || is_whole => Verdict::Healthy,
        (false, _) => Verdict::NotKnown,
    };
    let about = match verdict {
        Verdict::Blocked | Verdict::Healthy if !about.is_empty() => about,
        _ => all.map(str::to_owned).collect(),
    };
    (verdict, about)
}

/// The questions whose input is missing.
fn unknown(
    given: &[Input],
    verdict: Verdict,
    missing: &[ExtensionKind],
    held: &[Held],
    subject: &Subject,
) -> Vec<Unknown> {
    /// Question, the input that answers it, and the kind of extension it is about.
    const QUESTIONS: &[(&str, Input, Option<ExtensionKind>)] = &[
        ("whether protection works", Input::MdatpHealth, None),
        (
            "why the kernel extension does not load",
            Input::Kextutil,
            Some(ExtensionKind::Kernel),
        ),
        (
            "whether the kernel extension is loaded",
            Input::Kextstat,
            Some(ExtensionKind::Kernel),
        ),
        (
            "the state of the system extensions",
            Input::SystemExtensionsCtl,
            Some(ExtensionKind::System),
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
            Some(ExtensionKind::Kernel),
        ),
        (
            "on Apple silicon: whether kernel extensions are allowed at all",
            Input::Bputil,
            Some(ExtensionKind::Kernel),
        ),
    ];
    let calm = matches!(verdict, Verdict::Healthy | Verdict::SwitchedOff);
    let is_fine = |bundle: &str| {
        held.iter()
            .filter(|held| held.conclusion.effect == Effect::Fine)
            .flat_map(|held| &held.evidence)
            .any(|fact| fact.concerns(Some(bundle)))
    };
    let bundles = subject.bundles.iter().map(BundleIdentifier::as_str);
    // Those of several that nothing speaks well of, while it does of others.
    let rest: Vec<&str> = if held
        .iter()
        .any(|held| held.conclusion.effect == Effect::Fine)
    {
        bundles.filter(|bundle| !is_fine(bundle)).collect()
    } else {
        Vec::new()
    };
    QUESTIONS
        .iter()
        .filter(|(_, input, kind)| {
            let defender = *input != Input::MdatpHealth || subject.is_defender();
            let answered = given.contains(input)
                || *input == Input::Profiles && given.contains(&Input::SystemProfiler);
            let matters = !calm || *input == Input::MdatpHealth;
            // Once the kind is known whose approval is missing, the other is not asked about.
            let is_asked = missing.is_empty() || kind.is_none_or(|kind| missing.contains(&kind));
            let may_be = kind.is_none_or(|kind| {
                subject
                    .bundles
                    .iter()
                    .any(|bundle| Subject::may_be(bundle.as_str(), kind))
            });
            !answered && matters && defender && is_asked && may_be
        })
        .map(|(question, input, _)| Unknown {
            question: (*question).to_owned(),
            command: input
                .about()
                .command
                .replace("{kext}", &subject.kext_path()),
            option: input.about().option,
        })
        .chain(
            rest.into_iter()
                .filter(|_| !subject.is_defender())
                .map(|bundle| Unknown {
                    question: format!("whether {bundle} works"),
                    command: "kextstat; systemextensionsctl list".to_owned(),
                    option: "--kextstat, --systemextensionsctl",
                }),
        )
        .collect()
}

/// What a policy file says about the subject, extension by extension.
pub(crate) fn evidence_of_policy(policy: &Policy, subject: &Subject) -> Vec<Fact> {
    let lines = crate::source::LineIndex::new(policy.text.as_bytes());
    let mut facts = Vec::new();
    for bundle in subject.bundles.iter().map(BundleIdentifier::as_str) {
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
    if Subject::may_be(bundle, ExtensionKind::Kernel) {
        let allowed = policy.kernel_extensions.iter().flat_map(|own| &own.allowed);
        let own = allowed.filter(|entry| {
            let is_own =
                matches!(&entry.team, Team::Identified(team) if team.value == subject.team);
            is_own && has(&entry.bundles)
        });
        found.extend(own.map(|entry| entry.span.start));
    }
    if Subject::may_be(bundle, ExtensionKind::System) {
        let allowed = policy.system_extensions.iter().flat_map(|own| &own.allowed);
        let own = allowed.filter(|entry| entry.team.value == subject.team && has(&entry.bundles));
        found.extend(own.map(|entry| entry.span.start));
    }
    found
}
