//! Why an extension is blocked, and what to do now.
//!
//! Inputs are what macOS's own tools print (`input`). Each has a parser that returns facts with their line (`facts`).
//! One ordered table of conclusions (`conclusions`) reads the facts; the verdict and the answer (`answer`) follow.

mod answer;
mod approval;
mod case;
mod conclusions;
mod facts;
mod input;
mod kext_policy;
mod load;
mod loaded;
mod mdatp_health;
mod old_style;
mod payload;
mod profiles;
mod settings;
mod subject;
mod system_profiler;
mod systemextensionsctl;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use answer::{Answer, Verdict, answer, evidence_of_policy};
pub(crate) use conclusions::Effect;
pub(crate) use facts::Fact;
pub(crate) use input::Input;
pub(crate) use kext_policy::Row;
pub(crate) use subject::Subject;

use crate::escape::quoted;
use input::{Looks, recognise};
use text::{NoText, Text};

/// Why an input could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub(crate) struct Misread {
    /// What it is instead.
    pub(crate) what: String,
    /// What to do.
    pub(crate) help: String,
    /// Whether it is merely empty.
    pub(crate) is_empty: bool,
}

/// The facts of a database, already read into rows.
pub(crate) fn read_rows(file: &str, rows: &[Row], subject: &Subject) -> Vec<Fact> {
    named(file, kext_policy::rows(rows, subject))
}

/// Whether bytes are a `SQLite` database, which only the caller can read.
pub(crate) fn is_database(bytes: &[u8]) -> bool {
    bytes.starts_with(b"SQLite format 3\0")
}

/// The facts of one input.
pub(crate) fn read(
    input: Input,
    file: &str,
    bytes: &[u8],
    subject: &Subject,
) -> Result<Vec<Fact>, Misread> {
    let is_profiles = input == Input::Profiles;
    if is_profiles && bytes.starts_with(b"bplist0") {
        return profiles::xml(bytes, subject)
            .map(|facts| named(file, facts))
            .ok_or_else(|| {
                misread(
                    input,
                    "a property list that lists no profiles",
                    String::new(),
                )
            });
    }
    let text = Text::new(bytes).map_err(|why| no_text(input, why))?;
    let looks = recognise(&text, input);
    let found = match looks {
        Looks::Like(found) if input.takes(found) => found,
        Looks::Like(found) => {
            let about = found.about();
            let what = about.wanted();
            return Err(misread(
                input,
                &what,
                format!("give it as {}", about.option),
            ));
        }
        Looks::Other(what, help) => return Err(misread(input, what, help.to_owned())),
        Looks::Unknown => {
            let what = format!("something that begins with {}", quoted(text.beginning()));
            return Err(misread(input, &what, String::new()));
        }
    };
    let facts = match found {
        Input::MdatpHealth | Input::MdatpExtensions => mdatp_health::read(&text),
        Input::Kextutil | Input::Kmutil => load::read(&text, subject),
        Input::Kextstat => loaded::read(&text, subject),
        Input::SystemExtensionsCtl => systemextensionsctl::read(&text, subject),
        Input::Profiles => match property_list(&text) {
            Some(list) => profiles::xml(list.as_bytes(), subject),
            None => None,
        }
        .unwrap_or_else(|| profiles::text(&text)),
        Input::SystemProfiler => system_profiler::read(&text, subject).ok_or_else(|| {
            misread(
                input,
                "no JSON list of profiles, or only a part of one",
                String::new(),
            )
        })?,
        Input::Enrollment => settings::enrollment(&text),
        Input::KextPolicy => kext_policy::listing(&text, subject),
        Input::Spctl => settings::spctl(&text, subject),
        Input::Csrutil => settings::csrutil(&text),
        Input::Bputil => settings::bputil(&text),
    };
    Ok(named(file, facts))
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
    let mut counts: Vec<(facts::Claim, Option<Box<str>>, usize)> = Vec::new();
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

/// The refusal of another tool's output.
fn misread(input: Input, what: &str, help: String) -> Misread {
    let about = input.about();
    let run = format!(
        "{} reads the output of: {}",
        about.option,
        about
            .command
            .replace("{kext}", "/Library/Extensions/NAME.kext")
    );
    Misread {
        what: format!("this is {what}, not {}", about.wanted()),
        help: if help.is_empty() { run } else { help },
        is_empty: false,
    }
}

/// The refusal of what is no text.
fn no_text(input: Input, why: NoText) -> Misread {
    match why {
        NoText::Empty => Misread {
            what: "this is empty".to_owned(),
            is_empty: true,
            ..misread(input, "", String::new())
        },
        NoText::Database => misread(
            input,
            "a SQLite database",
            "if it is KextPolicy, give it as --kext-policy-db".to_owned(),
        ),
        NoText::BinaryPropertyList => misread(
            input,
            "a binary property list",
            "if it lists profiles, give it as --profiles".to_owned(),
        ),
        NoText::Binary => misread(input, "a binary file", String::new()),
    }
}
