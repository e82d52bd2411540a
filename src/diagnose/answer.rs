//! The answer: the verdict, the conclusions with their evidence, what is not known, and what to do.

use super::conclusions::{CONCLUSIONS, Case, Conclusion, Effect};
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
    pub(crate) question: &'static str,
    /// The command that would tell.
    pub(crate) command: String,
    /// The option that takes its output.
    pub(crate) option: &'static str,
}

/// The whole answer.
pub(crate) struct Answer {
    /// The verdict.
    pub(crate) verdict: Verdict,
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

/// Judges the facts. `given` are the inputs that were read.
pub(crate) fn answer(facts: &[Fact], given: &[Input], subject: &Subject) -> Answer {
    let case = Case { facts };
    let held: Vec<Held> = CONCLUSIONS
        .iter()
        .filter_map(|conclusion| {
            let evidence = (conclusion.holds)(&case);
            (!evidence.is_empty()).then(|| Held {
                conclusion,
                evidence: evidence.into_iter().map(|at| facts[at].clone()).collect(),
            })
        })
        .collect();
    let has = |effect| held.iter().any(|held| held.conclusion.effect == effect);
    let (blocked, off, fine) = (
        has(Effect::Blocked),
        has(Effect::SwitchedOff),
        has(Effect::Fine),
    );
    let verdict = match (blocked, fine || off) {
        (true, true) => Verdict::Contradictory,
        (true, false) => Verdict::Blocked,
        (false, true) if off => Verdict::SwitchedOff,
        (false, true) => Verdict::Healthy,
        (false, false) => Verdict::NotKnown,
    };
    let fill = |text: &str| {
        text.replace("{kext}", &subject.kext_path())
            .replace("{team}", subject.team.as_str())
    };
    let mut first: Vec<String> = held
        .iter()
        .map(|held| fill(held.conclusion.next))
        .filter(|step| !step.is_empty())
        .collect();
    first.dedup();
    let mut answer = Answer {
        verdict,
        unknown: unknown(given, verdict, subject),
        first,
        jamf: Vec::new(),
        intune: Vec::new(),
        by_hand: Vec::new(),
        policy: None,
        held,
    };
    if answer
        .held
        .iter()
        .any(|held| held.conclusion.needs_approval)
    {
        approval(&mut answer, subject, facts);
    }
    if verdict == Verdict::Contradictory {
        answer.first.insert(0, "Collect everything again in one go: the files may be of different times or Macs, or one speaks of the kernel extension and another of the system extension.".to_owned());
    }
    answer
}

/// The ways to approve, and the policy.
fn approval(answer: &mut Answer, subject: &Subject, facts: &[Fact]) {
    let kext = subject.kext_path();
    let render = |target: &str| {
        format!(
            "Save the policy below as policy.yaml, then: kextpolicy render policy.yaml --target {target} --out-dir out"
        )
    };
    answer.jamf = vec![
        render("jamf"),
        "Upload the profile in Computers > Configuration Profiles, level Computer Level, Install Automatically; scope it to the Mac.".to_owned(),
    ];
    answer.intune = vec![
        render("intune"),
        "Create a custom profile for macOS from it, deployment channel Device channel; assign it to the Mac.".to_owned(),
    ];
    let kernel = kinds(subject, facts).contains(&ExtensionKind::Kernel);
    if kernel {
        answer.by_hand = vec![
            format!("The Allow button stays for 30 minutes after a load attempt. Start them again: sudo kextutil {kext} (it fails; that is expected)."),
            "Open System Preferences > Security & Privacy (System Settings > Privacy & Security from macOS 13) and allow the vendor by its name, for Defender \"Microsoft Corporation\".".to_owned(),
            format!("Run sudo kextutil {kext} again: now it succeeds. From macOS 11 restart first."),
        ];
    } else {
        answer.by_hand = vec!["Open the application, then System Preferences > Security & Privacy (System Settings from macOS 13) and allow the extension.".to_owned()];
    }
    if subject.is_defender() {
        answer.by_hand.push("The banner goes, and `mdatp health` shows real_time_protection_enabled and real_time_protection_available both true.".to_owned());
    }
    answer.policy = Some(policy(subject, facts));
}

/// Which kinds of extension the bundle IDs are, by their names or by where they were found.
fn kinds(subject: &Subject, facts: &[Fact]) -> Vec<ExtensionKind> {
    subject
        .bundles
        .iter()
        .map(|bundle| kind(bundle.as_str(), facts))
        .collect()
}

/// The kind of one extension.
fn kind(bundle: &str, facts: &[Fact]) -> ExtensionKind {
    let is_system = |fact: &Fact| {
        matches!(
            fact.claim,
            Claim::SystemExtension(_)
                | Claim::ActivationForbidden
                | Claim::Covered(ExtensionKind::System, _)
        )
    };
    Subject::kind(bundle).unwrap_or(if facts.iter().any(is_system) {
        ExtensionKind::System
    } else {
        ExtensionKind::Kernel
    })
}

/// The policy that approves it.
fn policy(subject: &Subject, facts: &[Fact]) -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "identifier: com.contoso.extensions   # your own, reverse-DNS\norganization: Contoso                # your own\n",
    );
    for (wanted, block) in [
        (ExtensionKind::Kernel, "kernel_extensions"),
        (ExtensionKind::System, "system_extensions"),
    ] {
        let bundles: Vec<&str> = subject
            .bundles
            .iter()
            .map(BundleIdentifier::as_str)
            .filter(|bundle| kind(bundle, facts) == wanted)
            .collect();
        if !bundles.is_empty() {
            let _ = write!(
                text,
                "\n{block}:\n  allowed:\n    - team_id: \"{}\"\n      bundle_ids: [{}]\n",
                subject.team,
                bundles
                    .iter()
                    .map(|bundle| format!("\"{bundle}\""))
                    .collect::<Vec<_>>()
                    .join(", ")
            );
        }
    }
    text
}

/// The questions whose input is missing.
fn unknown(given: &[Input], verdict: Verdict, subject: &Subject) -> Vec<Unknown> {
    /// Question, the input that answers it, and whether it matters when all is well.
    const QUESTIONS: &[(&str, Input, bool)] = &[
        ("whether protection works", Input::MdatpHealth, true),
        (
            "why the kernel extension does not load",
            Input::Kextutil,
            false,
        ),
        (
            "whether the kernel extension is loaded",
            Input::Kextstat,
            false,
        ),
        (
            "the state of the system extensions",
            Input::SystemExtensionsCtl,
            false,
        ),
        ("whether a profile approves it", Input::Profiles, false),
        (
            "whether the Mac is enrolled with user-approved MDM",
            Input::Enrollment,
            false,
        ),
        ("what was approved on the Mac", Input::KextPolicy, false),
        (
            "on Apple silicon: whether kernel extensions are allowed at all",
            Input::Bputil,
            false,
        ),
    ];
    let calm = matches!(verdict, Verdict::Healthy | Verdict::SwitchedOff);
    QUESTIONS
        .iter()
        .filter(|(_, input, always)| {
            let defender = *input != Input::MdatpHealth || subject.is_defender();
            let answered = given.contains(input)
                || *input == Input::Profiles && given.contains(&Input::SystemProfiler);
            !answered && (!calm || *always) && defender
        })
        .map(|(question, input, _)| Unknown {
            question,
            command: input
                .about()
                .command
                .replace("{kext}", &subject.kext_path()),
            option: input.about().option,
        })
        .collect()
}

/// What a policy file says about the subject.
pub(crate) fn evidence_of_policy(policy: &Policy, subject: &Subject) -> Vec<Fact> {
    let has = |bundles: &Bundles| match bundles {
        Bundles::All(_) => true,
        Bundles::Listed(listed) => listed
            .iter()
            .any(|bundle| subject.has(bundle.value.as_str())),
    };
    let lines = crate::source::LineIndex::new(policy.text.as_bytes());
    let mut facts = Vec::new();
    let mut push = |start: u32| {
        let line = lines.position(policy.text.as_bytes(), start).line;
        let text = policy
            .text
            .lines()
            .nth(line as usize - 1)
            .unwrap_or_default();
        facts.push(Fact::at(Some(line), text, Claim::InPolicy(true)));
    };
    for entry in policy
        .kernel_extensions
        .iter()
        .flat_map(|block| &block.allowed)
    {
        if matches!(&entry.team, Team::Identified(team) if team.value == subject.team)
            && has(&entry.bundles)
        {
            push(entry.span.start);
        }
    }
    for entry in policy
        .system_extensions
        .iter()
        .flat_map(|block| &block.allowed)
    {
        if entry.team.value == subject.team && has(&entry.bundles) {
            push(entry.span.start);
        }
    }
    if facts.is_empty() {
        let text = format!("no entry allows {} of {}", subject.bundles[0], subject.team);
        facts.push(Fact::at(None, &text, Claim::InPolicy(false)));
    }
    super::named(&policy.path, facts)
}
