//! What is not known, as far as an answer to it could change the diagnosis.

use super::approval;
use super::case::{Case, Extension};
use super::conclusion::Conclusion;
use super::conclusions::Effect;
use super::facts::{Claim, Refusal, Setting};
use super::input::Input;
use super::subject::Subject;
use super::verdict::Verdict;
use crate::extension::ExtensionKind::{self, Kernel, System};

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

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    pub(crate) question: String,
    /// The command that would tell.
    pub(crate) command: String,
    /// How its output is given.
    pub(crate) option: String,
}

/// The questions whose answer could change this one.
pub(super) fn unknown(
    case: Case<'_>,
    given: &[Input],
    verdict: Verdict,
    missing: &[Extension<'_>],
    conclusions: &[Conclusion<'_>],
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
                (case.has(&Claim::LoadSilent)
                    || is_either && case.subject.is_defender() && !missing.is_empty())
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
    found.extend(rest(case, conclusions));
    found
}

/// Those of several extensions that nothing speaks well of, while it does of others.
fn rest(case: Case<'_>, conclusions: &[Conclusion<'_>]) -> Vec<Unknown> {
    let has_fine = conclusions
        .iter()
        .any(|conclusion| conclusion.has(Effect::Fine) && !conclusion.extensions.is_empty());
    let is_fine = |bundle: &str| {
        let mut fine = conclusions
            .iter()
            .filter(|conclusion| conclusion.has(Effect::Fine));
        fine.any(|conclusion| {
            conclusion.extensions.is_empty()
                || conclusion.extensions.iter().any(|(own, _)| *own == bundle)
        })
    };
    let works = case.has(&Claim::ProtectionAvailable(Setting::Yes));
    let is_blocked = |bundle: &str| {
        let mut blocked = conclusions
            .iter()
            .filter(|conclusion| conclusion.has(Effect::Blocked));
        blocked.any(|conclusion| conclusion.extensions.iter().any(|(own, _)| *own == bundle))
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
