//! Why an extension is blocked, and what to do now.
//!
//! Inputs are what macOS's own tools print (`input`). Each has a reader that returns facts with their line (`facts`) and
//! says which lines it understood: a line that names the extension and that nobody understood is shown as such. One
//! ordered table of conclusions (`conclusions`) reads the facts, extension by extension; the verdict and the answer
//! (`answer`) follow.

mod activation;
mod answer;
mod approval;
mod case;
mod companion;
mod conclusion;
mod conclusions;
mod diagnostics;
mod error_numbers;
mod facts;
mod input;
mod json;
mod kext_policy;
mod load;
mod load_about;
mod loaded;
mod mac;
mod mdatp_health;
mod near;
mod next_steps;
mod old_style;
mod payload;
mod policy;
mod process;
mod profiles;
mod questions;
mod records;
mod refused;
mod sentences;
mod settings;
mod several_macs;
mod subject;
mod system_profiler;
mod systemextensionsctl;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod verdict;

pub(crate) use answer::{Answer, answer};
pub(crate) use conclusion::Conclusion;
pub(crate) use conclusions::About;
pub(crate) use error_numbers::{ErrorNumber, find as error_numbers};
use facts::Claim;
pub(crate) use facts::Fact;
pub(crate) use input::Input;
pub(crate) use kext_policy::Row;
pub(crate) use subject::Subject;
pub(crate) use verdict::Verdict;

use input::{Looks, recognise};
pub(crate) use policy::evidence_of_policy;
use refused::{failure, is_page, misread, no_text, refusal};
use text::{NoText, Seen, Text};

/// What one file says.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The inputs that it holds; several in a pasted ticket.
    pub(crate) inputs: Vec<Input>,
    /// Those whose question it answers.
    pub(crate) answered: Vec<Input>,
    pub(crate) facts: Vec<Fact>,
    /// Lines that name the extension and that nobody understood.
    pub(crate) not_understood: Vec<Fact>,
    /// What it is, where no input is like it.
    pub(crate) other: Option<&'static str>,
}

/// Why an input could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub(crate) struct Misread {
    /// What it is instead.
    pub(crate) what: String,
    pub(crate) help: String,
    /// Whether it is merely empty.
    pub(crate) is_empty: bool,
}

impl Reading {
    /// What one input says, all of which is understood.
    fn of(input: Input, facts: Vec<Fact>) -> Self {
        let is_answer = facts.iter().any(|fact| fact.claim.answers());
        Self {
            inputs: vec![input],
            answered: if is_answer { vec![input] } else { Vec::new() },
            facts,
            ..Self::default()
        }
    }
}

/// A row of `systemextensionsctl list`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedExtension {
    pub(crate) line: u32,
    pub(crate) team: Option<String>,
    pub(crate) bundle: String,
    pub(crate) is_enabled: bool,
}

/// The rows of `systemextensionsctl list`; none for what is no such list.
pub(crate) fn listed_extensions(bytes: &[u8]) -> Vec<ListedExtension> {
    let Ok(text) = Text::new(bytes) else {
        return Vec::new();
    };
    let rows = text
        .lines()
        .filter_map(|line| Some((line, systemextensionsctl::row(line.text)?)));
    rows.map(|(line, row)| ListedExtension {
        line: line.number,
        team: row.team.map(str::to_owned),
        bundle: row.bundle.to_owned(),
        is_enabled: row.state == facts::ActivationState::Enabled,
    })
    .collect()
}

/// What a database says that was already read into rows.
pub(crate) fn read_rows(file: &str, rows: &[Row], subject: &Subject) -> Reading {
    Reading::of(
        Input::KextPolicy,
        named(file, kext_policy::rows(rows, subject)),
    )
}

/// Whether bytes are a `SQLite` database, which only the caller can read.
pub(crate) fn is_database(bytes: &[u8]) -> bool {
    bytes.starts_with(b"SQLite format 3\0")
}

/// The facts of one file. `wanted` is the input whose option it came with; without one, what it holds tells.
pub(crate) fn read(
    wanted: Option<Input>,
    file: &str,
    bytes: &[u8],
    subject: &Subject,
) -> Result<Reading, Misread> {
    let is_taken = |found: Input| wanted.is_none_or(|wanted| wanted.takes(found));
    if bytes.starts_with(b"bplist0") && is_taken(Input::Profiles) {
        let facts = profiles::xml(bytes, subject)
            .ok_or_else(|| misread(wanted, "a property list that lists no profiles", ""))?;
        return Ok(Reading::of(Input::Profiles, named(file, facts)));
    }
    let text = match Text::new(bytes) {
        // A load without a word is one that succeeded.
        Err(NoText::Empty) if wanted.is_some_and(Input::is_load) => {
            return Ok(silent_load(file, subject));
        }
        other => other.map_err(|why| no_text(wanted, why))?,
    };
    if is_page(&text) {
        let help = "run the commands on the Mac itself and give what they print";
        return Err(misread(
            wanted,
            "a page with instructions and example outputs",
            help,
        ));
    }
    let looks = recognise(&text);
    // What is another tool's by its first mark is that, whatever else stands in it.
    let is_other = matches!(looks.first(), Some(Looks::Other(..)));
    let likes = looks.iter().filter(|_| !is_other);
    let likes: Vec<Input> = likes.filter_map(|looks| looks.input()).collect();
    let mut seen = Seen::new();
    if !likes.iter().any(|found| is_taken(*found)) {
        let refusal = refusal(wanted, &text, &looks);
        // Another tool's output, or a text of nobody's, may still name the extension.
        let (is_foreign, other) = match looks.first() {
            Some(Looks::Other(what, _)) => (wanted.is_none(), Some(*what)),
            Some(Looks::Unknown) => (failure(&text).is_none(), None),
            _ => (false, None),
        };
        let left = not_understood(file, &text, subject, &seen);
        return if is_foreign && !left.is_empty() {
            Ok(Reading {
                not_understood: left,
                other,
                ..Reading::default()
            })
        } else {
            Err(refusal)
        };
    }
    let mut facts = Vec::new();
    let mut answered = Vec::new();
    for found in &likes {
        let own = facts_of(*found, &likes, &text, subject, &mut seen)
            .map_err(|what| misread(wanted, what, ""))?;
        if own.iter().any(|fact| fact.claim.answers()) {
            answered.push(*found);
        }
        facts.extend(own);
    }
    facts.extend(several_macs::other_mac(&text));
    settle(&mut facts);
    if facts.is_empty()
        && let Some(line) = failure(&text)
    {
        facts.push(Fact::on(line, Claim::CommandFailed));
    }
    // A text that names the extension and of which nothing was concluded is not understood.
    if facts.is_empty() {
        seen.clear();
    }
    seen.extend(facts.iter().filter_map(|fact| fact.line));
    let not_understood = not_understood(file, &text, subject, &seen);
    Ok(Reading {
        inputs: likes,
        answered,
        facts: named(file, facts),
        not_understood,
        other: None,
    })
}

/// In one text the order is that of time: a refused load before a list in which the extension is loaded does not count any
/// more, and the reader is told so.
fn settle(facts: &mut [Fact]) {
    let loaded: Vec<(Option<u32>, Option<Box<str>>)> = facts
        .iter()
        .filter(|fact| fact.claim == Claim::Loaded)
        .map(|fact| (fact.line, fact.bundle.clone()))
        .collect();
    for (line, bundle) in loaded {
        let is_older = |fact: &&mut Fact| {
            let is_refusal = matches!(fact.claim, Claim::Refused(_));
            is_refusal && fact.bundle == bundle && fact.line < line
        };
        for fact in facts.iter_mut().filter(is_older) {
            fact.claim = Claim::TwoRuns;
        }
    }
}

/// The facts of one of the inputs that a text holds.
fn facts_of(
    found: Input,
    all: &[Input],
    text: &Text,
    subject: &Subject,
    seen: &mut Seen,
) -> Result<Vec<Fact>, &'static str> {
    let is_first = |others: &[Input]| {
        let first = all.iter().find(|own| others.contains(own));
        first == Some(&found)
    };
    Ok(match found {
        Input::MdatpHealth | Input::MdatpExtensions
            if is_first(&[Input::MdatpHealth, Input::MdatpExtensions]) =>
        {
            let facts = mdatp_health::read(text, seen);
            // What is said about Defender says nothing about the extensions of others.
            if subject.is_defender() {
                facts
            } else {
                Vec::new()
            }
        }
        Input::Kextutil | Input::Kmutil | Input::Log | Input::SystemExtensionsCtl => {
            let mut facts = Vec::new();
            if is_first(&[Input::Kextutil, Input::Kmutil, Input::Log]) {
                facts.extend(load::read(text, subject, seen));
            }
            if is_first(&[Input::SystemExtensionsCtl, Input::Log]) {
                facts.extend(activation::read(text, subject, seen));
            }
            if found == Input::SystemExtensionsCtl {
                facts.extend(systemextensionsctl::read(text, subject, seen));
            }
            facts
        }
        Input::Kextstat => loaded::read(text, subject),
        Input::Profiles => match property_list(text) {
            Some(list) => profiles::xml(list.as_bytes(), subject).inspect(|_| {
                seen.extend(text.lines().map(|line| line.number));
            }),
            None => None,
        }
        .unwrap_or_else(|| profiles::text(text)),
        Input::SystemProfiler => {
            let facts = system_profiler::read(text, subject)
                .ok_or("no JSON list of profiles, or only a part of one")?;
            seen.extend(text.lines().map(|line| line.number));
            facts
        }
        Input::Enrollment => settings::enrollment(text),
        Input::KextPolicy => kext_policy::listing(text, subject, seen),
        Input::Spctl => {
            let facts = settings::spctl(text, subject);
            if facts.iter().any(|fact| fact.claim == Claim::NotNotarized) {
                let verdicts = text
                    .lines()
                    .filter(|line| line.text.ends_with(": rejected"));
                seen.extend(verdicts.map(|line| line.number));
            }
            facts
        }
        Input::Csrutil => settings::csrutil(text),
        Input::Bputil => settings::bputil(text),
        Input::Mac => mac::read(text),
        Input::Records => records::read(text, subject, seen),
        Input::MdatpHealth | Input::MdatpExtensions => Vec::new(),
    })
}

/// A load attempt whose output is empty.
fn silent_load(file: &str, subject: &Subject) -> Reading {
    let text = "no output, which is how kextutil says up to macOS 10.15 that it succeeded (errors go there too only with 2>&1)";
    let fact = Fact::at(None, text, Claim::LoadSilent);
    let facts = match subject.kernel().next() {
        Some(kext) => vec![fact.of(kext)],
        None => Vec::new(),
    };
    Reading::of(Input::Kextutil, named(file, facts))
}

/// The lines that name an extension and that no reader understood. A command is no answer.
fn not_understood(file: &str, text: &Text, subject: &Subject, seen: &Seen) -> Vec<Fact> {
    /// More than anybody reads.
    const LIMIT: usize = 20;
    let is_left = |line: &text::Line<'_>| {
        let names_it = || !subject.named_in(line.text).is_empty();
        // What another tool says of the product, or macOS of its application, matters where it may be a fault.
        let names_product = || input::is_of_product_tool(line.text) || subject.names_app(line.text);
        !seen.contains(&line.number)
            && (names_it() || answer::sounds_like_a_fault(line.text) && names_product())
            && !load::is_command(line.text)
    };
    let left = text.lines().filter(is_left).take(LIMIT);
    left.map(|line| Fact {
        file: file.to_owned(),
        ..Fact::on(line, Claim::OtherExtension)
    })
    .collect()
}

/// The property list in a text, on its own lines: what people copy along before it is left out.
fn property_list(text: &Text) -> Option<String> {
    text.lines().find(|line| line.text.contains("<plist"))?;
    let mut list = String::new();
    let mut is_inside = false;
    for line in text.lines() {
        let start = ["<?xml", "<plist"]
            .iter()
            .filter_map(|tag| line.text.find(tag))
            .min();
        match start {
            Some(start) if !is_inside => {
                is_inside = true;
                list.push_str(&line.text[start..]);
            }
            _ if is_inside => list.push_str(line.text),
            _ => {}
        }
        list.push('\n');
    }
    Some(list)
}

/// Puts the input's name into its facts, and leaves out those that say the same for the hundredth time.
fn named(file: &str, mut facts: Vec<Fact>) -> Vec<Fact> {
    /// More lines of evidence for one thing than anybody reads.
    const ENOUGH: usize = 20;
    let mut counts: Vec<(Claim, Option<Box<str>>, usize)> = Vec::new();
    facts.retain(|fact| {
        let known = counts
            .iter_mut()
            .find(|(claim, bundle, _)| *claim == fact.claim && *bundle == fact.bundle);
        if let Some((_, _, count)) = known {
            *count += 1;
            return *count <= ENOUGH;
        }
        counts.push((fact.claim.clone(), fact.bundle.clone(), 1));
        true
    });
    for fact in &mut facts {
        file.clone_into(&mut fact.file);
    }
    facts
}
