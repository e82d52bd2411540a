//! The answer: the verdict, the conclusions with their evidence, what to do, and what is not known.

use super::approval;
use super::case::Case;
use super::conclusion::{self, Conclusion};
use super::conclusions::Effect;
use super::facts::{Claim, Fact};
use super::input::Input;
use super::next_steps::NextSteps;
use super::questions::{Unknown, unknown};
use super::subject::Subject;
use super::verdict::{Verdict, verdict};
use crate::extension::ExtensionKind::{self, System};

pub(crate) struct Answer<'s> {
    pub(crate) verdict: Verdict,
    /// The extensions that the evidence of the verdict speaks of.
    pub(crate) about: Vec<String>,
    /// The conclusions that hold, in the order of the table.
    pub(crate) conclusions: Vec<Conclusion<'s>>,
    pub(crate) unknown: Vec<Unknown>,
    pub(crate) steps: NextSteps,
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

/// Judges the facts. `given` are the inputs that were read, `left` the lines that nobody understood.
pub(crate) fn answer<'s>(
    facts: &'s [Fact],
    given: &[Input],
    left: &[Fact],
    subject: &'s Subject,
) -> Answer<'s> {
    let case = Case { facts, subject };
    let before = conclusion::all(case, &[]);
    let missing = approval::missing(case, &before);
    let of_interest = if missing.is_empty() {
        let blocked = before
            .iter()
            .filter(|conclusion| conclusion.has(Effect::Blocked));
        blocked
            .flat_map(|conclusion| conclusion.extensions.clone())
            .collect()
    } else {
        missing.clone()
    };
    let mut conclusions = conclusion::all(case, &of_interest);
    let (mut verdict, about) = verdict(case, &conclusions);
    if verdict.is_calm() {
        // Where the product itself says nothing, it matters what profiles do not deliver of its needs.
        let lacks = |conclusion: &Conclusion<'_>| {
            let is_missing = |fact: &Fact| matches!(fact.claim, Claim::Companion(_, false));
            conclusion.row.name == "payloads-of-the-product"
                && conclusion.evidence.iter().any(is_missing)
                && !case.any(|claim| matches!(claim, Claim::ProtectionAvailable(_)))
        };
        conclusions.retain(|conclusion| !conclusion.has(Effect::Hints) || lacks(conclusion));
    }
    let is_doubtful =
        verdict == Verdict::Healthy && left.iter().any(|fact| sounds_like_a_fault(&fact.text));
    if is_doubtful {
        verdict = Verdict::NotKnown;
    }
    let mut steps = NextSteps::default();
    if verdict == Verdict::Contradictory {
        steps.first.push(
            "Collect everything again in one go: the files may be of different times or Macs."
                .to_owned(),
        );
    }
    for conclusion in &conclusions {
        // Boot security, and where kernel extensions lie, matter where a kernel extension is what is missing.
        let is_needless = match conclusion.row.name {
            "full-security" => {
                !missing.is_empty() && missing.iter().all(|(_, kind)| *kind == System)
            }
            // What is given is not asked for.
            "kext-replaced" => given.contains(&Input::SystemExtensionsCtl),
            _ => false,
        };
        let step = approval::with_kext(conclusion.row.next, case);
        if !step.is_empty() && !is_needless && !steps.first.contains(&step) {
            steps.first.push(step);
        }
    }
    approval::add_ways(&mut steps, &missing, case);
    let kinds = case.extensions().into_iter().map(|(_, kind)| kind);
    Answer {
        unknown: unknown(case, given, verdict, &missing, &conclusions),
        verdict,
        about,
        steps,
        kinds: kinds.collect(),
        conclusions,
        is_doubtful,
    }
}
