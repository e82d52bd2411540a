//! A diagnosis as text and as JSON.

use std::io;

use serde::Serialize;

use super::{Out, Paint};
use crate::diagnose::{About, Answer, Conclusion, Fact, Input, Subject, Verdict};
use crate::exit::ExitStatus;
use crate::extension::ExtensionKind;
use crate::identifier::BundleIdentifier;

/// Everything that is shown.
pub(crate) struct Diagnosis<'a> {
    pub(crate) answer: &'a Answer<'a>,
    pub(crate) subject: &'a Subject,
    pub(crate) dir: Option<String>,
    /// Lines that name the extension and that nobody understood.
    pub(crate) not_understood: &'a [Fact],
    /// What became of each input.
    pub(crate) notes: &'a [Note],
    pub(crate) status: ExitStatus,
}

/// What became of an input.
#[derive(Debug, Serialize)]
pub(crate) struct Note {
    file: String,
    /// The command it comes from, where that is known.
    command: Option<&'static str>,
    /// Whether it was read.
    state: InputState,
    #[serde(skip)]
    input: Option<Input>,
    #[serde(skip_serializing_if = "String::is_empty")]
    why: String,
}

/// Whether an input was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum InputState {
    Read,
    /// It was understood and says nothing about this extension.
    Silent,
    Empty,
    Missing,
    /// It is something else.
    NotUnderstood,
}

impl Note {
    pub(crate) fn new(file: &str, input: Option<Input>, state: InputState, why: &str) -> Self {
        Self {
            file: file.to_owned(),
            command: input.map(|input| input.about().name),
            input,
            state,
            why: why.to_owned(),
        }
    }
}

/// A fact as JSON.
#[derive(Serialize)]
struct Evidence<'a> {
    file: &'a str,
    line: Option<u32>,
    text: &'a str,
}

impl<'a> From<&'a Fact> for Evidence<'a> {
    fn from(fact: &'a Fact) -> Self {
        Self {
            file: &fact.file,
            line: fact.line,
            text: &fact.text,
        }
    }
}

/// Writes the JSON form.
pub(crate) fn json(diagnosis: &Diagnosis<'_>, out: &mut Out) -> io::Result<()> {
    let answer = diagnosis.answer;
    let conclusions: Vec<_> = answer
        .conclusions
        .iter()
        .map(|conclusion| {
            serde_json::json!({
                "name": conclusion.row.name,
                "effect": conclusion.row.effect.name(),
                "about": conclusion.extensions.iter().map(|(bundle, kind)| {
                    serde_json::json!({"bundle_id": bundle, "kind": kind.name()})
                }).collect::<Vec<_>>(),
                "means": conclusion.row.means,
                "evidence": conclusion.evidence.iter().map(Evidence::from).collect::<Vec<_>>(),
            })
        })
        .collect();
    let unknown: Vec<_> = answer
        .unknown
        .iter()
        .map(|unknown| serde_json::json!({"question": unknown.question, "command": unknown.command, "option": unknown.option}))
        .collect();
    let value = serde_json::json!({
        "version": 1,
        "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "dir": diagnosis.dir,
        "team_id": diagnosis.subject.team.as_str(),
        "bundle_ids": diagnosis.subject.bundles.iter().map(BundleIdentifier::as_str).collect::<Vec<_>>(),
        "about": answer.about,
        "verdict": answer.verdict.name().replace(' ', "-"),
        "exit_code": diagnosis.status as u8,
        "conclusions": conclusions,
        "not_understood": diagnosis.not_understood.iter().map(Evidence::from).collect::<Vec<_>>(),
        "unknown": unknown,
        "next_steps": {"first": answer.steps.first, "jamf": answer.steps.jamf, "intune": answer.steps.intune, "by_hand": answer.steps.by_hand},
        "policy": answer.steps.policy,
        "inputs": diagnosis.notes,
    });
    out.json(&value)
}

/// Writes the text form.
pub(crate) fn text(diagnosis: &Diagnosis<'_>, out: &mut Out) -> io::Result<()> {
    let answer = diagnosis.answer;
    let paint = match answer.verdict {
        Verdict::Healthy => Paint::Good,
        Verdict::Blocked | Verdict::Contradictory => Paint::Error,
        Verdict::SwitchedOff | Verdict::Impaired | Verdict::NotKnown => Paint::Warning,
    };
    let bundles = answer.about.join(", ");
    let whole = answer.about.len() == diagnosis.subject.bundles.len();
    let product = diagnosis.subject.product().filter(|_| whole);
    let team = &diagnosis.subject.team;
    let what = match product {
        Some(name) => format!("{name} ({bundles}; team {team})"),
        None => format!("{bundles} (team {team})"),
    };
    out.paint(paint, answer.verdict.name())?;
    writeln!(out, ": {what}")?;
    if answer.verdict == Verdict::Contradictory {
        writeln!(
            out,
            "Some of the evidence says that it is blocked, some that it works:"
        )?;
    }
    if answer.is_doubtful {
        writeln!(
            out,
            "What is understood says that it works, and a line that is not understood sounds like a fault."
        )?;
    }
    for conclusion in &answer.conclusions {
        writeln!(out)?;
        out.paint(Paint::Bold, conclusion.row.name)?;
        let about = about(conclusion, diagnosis.subject);
        writeln!(out, " ({}){about}", conclusion.row.effect.name())?;
        writeln!(out, "  {}", conclusion.row.means)?;
        for fact in &conclusion.evidence {
            write!(out, "  ")?;
            out.paint(Paint::Dim, place(fact))?;
            writeln!(out, ": {}", fact.text)?;
        }
    }
    if !diagnosis.not_understood.is_empty() {
        writeln!(out)?;
    }
    for fact in diagnosis.not_understood {
        writeln!(out, "not understood: {}: {}", place(fact), fact.text)?;
    }
    steps("what to do", &answer.steps.first, out)?;
    steps("with Jamf Pro", &answer.steps.jamf, out)?;
    steps("with Intune", &answer.steps.intune, out)?;
    steps("by hand", &answer.steps.by_hand, out)?;
    if let Some(policy) = &answer.steps.policy {
        writeln!(out, "\nthe policy that approves it (policy.yaml):\n")?;
        for line in policy.lines() {
            writeln!(out, "{line}")?;
        }
    }
    open(diagnosis, out)?;
    unread(diagnosis, out)
}

/// The extensions that a conclusion is about, by kind; what is about the Mac says nothing more.
fn about(conclusion: &Conclusion<'_>, subject: &Subject) -> String {
    if conclusion.row.about == About::Mac {
        return String::new();
    }
    if conclusion.extensions.is_empty() {
        return subject
            .product_of_health()
            .map_or_else(String::new, |product| format!(": {product}"));
    }
    let mut kinds: Vec<String> = Vec::new();
    for kind in [ExtensionKind::Kernel, ExtensionKind::System] {
        let of_kind = conclusion.extensions.iter().filter(|(_, own)| *own == kind);
        let bundles: Vec<&str> = of_kind.map(|(bundle, _)| *bundle).collect();
        if !bundles.is_empty() {
            let plural = if bundles.len() > 1 { "s" } else { "" };
            kinds.push(format!("{}{plural} {}", kind.name(), bundles.join(", ")));
        }
    }
    format!(": {}", kinds.join("; "))
}

/// The place of a line.
fn place(fact: &Fact) -> String {
    let line = fact
        .line
        .map_or_else(String::new, |line| format!(":{line}"));
    format!("{}{line}", fact.file)
}

/// The questions that stay open, each with the command that answers it.
fn open(diagnosis: &Diagnosis<'_>, out: &mut Out) -> io::Result<()> {
    /// From so many questions on, one script is less work than one command each.
    const MANY: usize = 4;
    let answer = diagnosis.answer;
    if answer.unknown.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nstill unknown; to find out, run:")?;
    for unknown in &answer.unknown {
        writeln!(
            out,
            "  - {}: run `{}` and give it {}",
            unknown.question, unknown.command, unknown.option
        )?;
    }
    if answer.unknown.len() >= MANY && diagnosis.dir.is_none() {
        writeln!(
            out,
            "  or collect all of it at once: kextpolicy diagnose --collect-script > collect.sh"
        )?;
    }
    Ok(())
}

/// A numbered list under a head.
fn steps(head: &str, steps: &[String], out: &mut Out) -> io::Result<()> {
    if steps.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{head}:")?;
    for (number, step) in (1..).zip(steps) {
        writeln!(out, "  {number}. {step}")?;
    }
    Ok(())
}

/// The inputs that gave nothing, with the reason.
fn unread(diagnosis: &Diagnosis<'_>, out: &mut Out) -> io::Result<()> {
    let answer = diagnosis.answer;
    let mut has_head = false;
    for note in diagnosis.notes {
        // Nobody misses what is about kernel extensions only where none is asked about.
        let is_missed = answer.kinds.contains(&ExtensionKind::Kernel)
            || !note.input.is_some_and(Input::is_of_kexts);
        let why = match note.state {
            InputState::Read => continue,
            InputState::Missing if !is_missed && note.why.is_empty() => continue,
            InputState::Silent => "says nothing about this extension",
            InputState::Empty => "is empty",
            InputState::Missing if note.why.is_empty() => "is missing",
            InputState::Missing | InputState::NotUnderstood => note.why.as_str(),
        };
        if !has_head {
            writeln!(out, "\nno evidence from:")?;
            has_head = true;
        }
        writeln!(out, "  - {}: {why}", note.file)?;
    }
    Ok(())
}
